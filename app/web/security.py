"""What keeps strangers out: headers on every answer, and no unsafe request from another site.

Everything here is pure ASGI: nothing buffers a body or starts a task.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings
from app.web.problems import Problem, respond
from app.web.sessions import bearer
from app.words import _

#: The biggest request body, in bytes: four times the longest code that the lab reads.
MAX_BODY = 256 * 1024

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
#: Of a page that shows pages of ours in frames, and of those that may stand in one.
FRAMES = {"Content-Security-Policy": f"{CSP}; frame-src 'self'"}
FRAMED = {
    "Content-Security-Policy": CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
    "X-Frame-Options": "SAMEORIGIN",
}
#: What a route of the studio may ask to be sent (by its own ``max_body_size``), in bytes.
BIGGEST_BODY = 64 << 20
#: The one address that a browser may take a service worker from.
WORKER = "/sw.js"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

RawHeaders = list[tuple[bytes, bytes]]


def headers(settings: Settings) -> RawHeaders:
    """The headers of every answer, whatever its kind and status."""
    pairs = {
        "content-security-policy": CSP,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "x-frame-options": "DENY",
    }
    if settings.https:
        pairs["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in pairs.items()]


def headers_of_parts(settings: Settings) -> RawHeaders:
    """The headers of style sheets, scripts and fonts: those that mean something without a document."""
    kept = {b"x-content-type-options", b"cross-origin-resource-policy", b"strict-transport-security"}
    policy = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
    return [policy, *((name, value) for name, value in headers(settings) if name in kept)]


class SecurityHeaders:
    """Adds ``headers(settings)`` to every answer, errors included, so it stands outside everything else.

    A route that needs one of them otherwise (see FRAMES, FRAMED) sends its own.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.headers, self.parts = app, headers(settings), headers_of_parts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = message.get("headers", ())
                page = not scope["path"].startswith("/static/") or message["status"] >= 400
                own = {name.lower() for name, _value in found}
                more = self.headers if page else self.parts
                message["headers"] = [*found, *(pair for pair in more if pair[0] not in own)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class HeadAsGet:
    """Answers HEAD wherever GET is answered, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, send_without_body)


class CrossOrigin:
    """Refuses unsafe requests that another site made a browser send, and bodies that are too big.

    No token stands in the pages, since their bytes are shared between students; the browser's own word on where a
    request came from is used instead (Fetch Metadata, then Origin), as Go 1.25's CrossOriginProtection does. A request
    that shows an API token acts on no cookie, so it cannot be forged and is let through.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.https = app, settings.https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        found = Headers(scope=scope)
        problem = None
        length = found.get("content-length", "")
        most = BIGGEST_BODY if scope["path"].startswith("/studio/") else MAX_BODY
        if length.isdecimal() and int(length) > most:
            problem = Problem(
                413,
                _("This is too much at once"),
                _("At most %(most)s KiB can be sent in one go.", most=most // 1024),
            )
        elif "service-worker" in found and scope["path"] != WORKER:
            # Whatever else is served here, a file that someone put there included, never becomes a worker.
            problem = Problem(403, detail=_("There is no service worker at this address."))
        elif scope["method"] not in SAFE_METHODS and not self.same_origin(scope, found):
            problem = Problem(
                403,
                _("This came from another site"),
                _(
                    "Something outside Receptive tried to act for you, or your browser hides where requests come "
                    "from. Nothing was changed. Open the page here and try again."
                ),
                kind="cross-origin",
            )
        if problem is None:
            await self.app(scope, receive, send)
        else:
            await respond(Request(scope, receive), problem)(scope, receive, send)

    def same_origin(self, scope: Scope, found: Headers) -> bool:
        if bearer(found) is not None:
            return True
        site = found.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        own = f"{'https' if self.https else scope['scheme']}://{found.get('host', '')}"
        origin = found.get("origin")
        if origin is not None:
            return origin == own
        referer = found.get("referer")
        if referer is not None and "{0.scheme}://{0.netloc}".format(urlsplit(referer)) != own:
            return False
        # No browser leaves out both headers on a form post of its own; a script's JSON needs a preflight elsewhere.
        kind = found.get("content-type", "").partition(";")[0].strip().lower()
        form = kind in {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
        return kind == "application/json" or ("cookie" not in found and not form)
