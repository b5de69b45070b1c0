"""The site's own CSS, scripts and fonts: read once, joined, compressed once, served for ever.

``static/css/*.css`` become one ``app.css``, ``static/css/results/*.css`` one ``results.css`` for what runs draw, and
the side-effect-only modules ``static/js/*.js`` one ``app.js``; every other file keeps its path. A name's URL carries a
hash of its content (``?v=``), so a browser may keep it for ever; the hash also goes into every mention of one asset
inside another.
"""

import gzip
import hashlib
import mimetypes
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import brotli
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

STATIC = Path(__file__).parents[2] / "static"
#: The cascade's order; files not named here follow in the order of their names.
CSS_ORDER = ("tokens", "base", "layout", "components")
#: Seconds between two looks at the files' times.
LOOK_EVERY = 0.5

_MENTION = re.compile(r"""(?<=["'(])(?P<path>(?:\.{1,2}/|/static/)[\w./-]+\.\w+)(?=["')])""")
_MODULE = re.compile(r"^(?:import\s[^(]|import\{|export\s)", re.MULTILINE)
_Parts = Callable[[Mapping[str, "Asset"]], list[bytes]]
_CSS_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
#: Around marks that need none; a colon needs it in selectors, where it has none behind it.
_CSS_SPACE = re.compile(rb"\s*([{};,])\s*|(?<=:)\s+")
#: Comments that have a line of their own.
_JS_COMMENT = re.compile(rb"^\s*//.*$", re.MULTILINE)
_INDENT = re.compile(rb"^\s+", re.MULTILINE)
_IMMUTABLE = "public, max-age=31536000, immutable"


class AssetError(Exception):
    """A static file that cannot be served as it is, in words for a developer."""


@dataclass(frozen=True)
class Asset:
    path: str
    body: bytes

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:12]

    @property
    def url(self) -> str:
        return f"/static/{self.path}?v={self.version}"

    @property
    def type(self) -> str:
        kind = {".js": "text/javascript", ".woff2": "font/woff2"}.get(PurePosixPath(self.path).suffix)
        kind = kind or mimetypes.guess_type(self.path)[0] or "application/octet-stream"
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    @property
    def compressible(self) -> bool:
        return self.type.startswith("text/") or self.path.endswith((".svg", ".json"))

    @cached_property
    def br(self) -> bytes:
        return bytes(brotli.compress(self.body, quality=11))

    @cached_property
    def gz(self) -> bytes:
        return gzip.compress(self.body, 9, mtime=0)


def encoding(accepted: str) -> str:
    """The best of br, gzip and identity that an ``Accept-Encoding`` header takes."""
    offers = {}
    for offer in accepted.lower().split(","):
        name, _, weight = offer.partition(";")
        offers[name.strip()] = weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in ("br", "gzip") if offers.get(name)), "identity")


def matches(etag: str, header: str) -> bool:
    """Whether an ``If-None-Match`` header names this entity tag (compared weakly, as RFC 9110 asks)."""
    return header.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in header.split(",")}


class Assets:
    """The files under one folder, as an ASGI app to mount at ``/static`` and as URLs for templates.

    With ``reload`` a changed file is seen within half a second.
    """

    def __init__(self, folder: Path = STATIC, reload: bool = True) -> None:
        self.folder, self.reload = folder, reload
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._seen = self._times()
        self._assets = self._load()

    def url(self, name: str) -> str:
        """``/static/app.css?v=…`` for ``app.css``. Raises AssetError for a name that is not there."""
        asset = self.current.get(name)
        if asset is None:
            raise AssetError(f"there is no static file '{name}'")
        return asset.url

    @property
    def version(self) -> str:
        """A hash of everything here."""
        self.current  # noqa: B018  (looks for changed files)
        return self._version

    @property
    def current(self) -> Mapping[str, Asset]:
        now = time.monotonic()
        if self.reload and now - self._looked > LOOK_EVERY:
            self._looked = now
            seen = self._times()
            if seen != self._seen:
                with self._lock:
                    self._seen, self._assets = seen, self._load()
        return self._assets

    def warm(self) -> None:
        """Compress what will be asked for; takes about a second, so call it in a thread."""
        for asset in self._assets.values():
            if asset.compressible:
                _ = asset.br, asset.gz

    def _files(self) -> list[Path]:
        return sorted(p for p in self.folder.rglob("*") if p.is_file() and not p.name.startswith("."))

    def _times(self) -> dict[Path, tuple[int, int]]:
        found = {}
        for path in self._files():
            stat = path.stat()
            found[path] = (stat.st_mtime_ns, stat.st_size)
        return found

    def _load(self) -> dict[str, Asset]:
        raw = {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in self._files()}
        done: dict[str, Asset] = {}
        for path in raw:
            self._finish(path, raw, done, ())
        joined = {
            "app.css": self._styles(raw, "css"),
            "results.css": self._styles(raw, "css/results"),
            "app.js": self._scripts(raw),
        }
        for name, parts in joined.items():
            done[name] = Asset(name, _spare(name, b"\n".join(parts(done)) + b"\n"))
        self._version = hashlib.sha256("".join(sorted(a.url for a in done.values())).encode()).hexdigest()[:16]
        return done

    def _finish(self, path: str, raw: Mapping[str, bytes], done: dict[str, Asset], above: tuple[str, ...]) -> Asset:
        """The asset at ``path`` with the versions of what it mentions filled in, theirs first."""
        if path in done:
            return done[path]
        body = raw[path]
        if path.endswith((".css", ".js")):

            def versioned(mention: re.Match[str]) -> str:
                target = _resolve(mention["path"], path)
                if target not in raw or target in above or target == path:
                    return mention["path"]
                return self._finish(target, raw, done, (*above, path)).url

            body = _MENTION.sub(versioned, body.decode()).encode()
        return done.setdefault(path, Asset(path, body))

    def _styles(self, raw: Mapping[str, bytes], folder: str) -> _Parts:
        names = [p for p in raw if re.fullmatch(folder + r"/[\w-]+\.css", p)]
        rank = {f"css/{name}.css": i for i, name in enumerate(CSS_ORDER)}
        names.sort(key=lambda p: (rank.get(p, len(rank)), p))
        return lambda done: [done[name].body for name in names]

    def _scripts(self, raw: Mapping[str, bytes]) -> _Parts:
        names = sorted(p for p in raw if re.fullmatch(r"js/[\w-]+\.js", p))
        for name in names:
            if _MODULE.search(raw[name].decode()):
                raise AssetError(f"static/{name}: modules that import or export belong in static/js/lazy/")
        # A block each, so that two modules may use the same name.
        return lambda done: [b"{\n" + done[name].body + b"\n}" for name in names]

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Serve one file. Mounted, so the path has the mount's own path before it."""
        path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/").removeprefix("static/")
        asset = self.current.get(path) if scope["type"] == "http" else None
        if asset is None:
            raise HTTPException(404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        headers = Headers(scope=scope)
        coding = encoding(headers.get("accept-encoding", "")) if asset.compressible else "identity"
        etag = f'"{asset.version}-{coding}"'
        named = scope.get("query_string", b"") == f"v={asset.version}".encode()
        out = {
            "content-type": asset.type,
            "etag": etag,
            "cache-control": _IMMUTABLE if named else "no-cache",
            "vary": "Accept-Encoding",
        }
        if matches(etag, headers.get("if-none-match", "")):
            await _send(send, 304, out, b"")
            return
        body = {"br": lambda: asset.br, "gzip": lambda: asset.gz}.get(coding, lambda: asset.body)()
        if coding != "identity":
            out["content-encoding"] = coding
        out["content-length"] = str(len(body))
        await _send(send, 200, out, b"" if scope["method"] == "HEAD" else body)


def _spare(name: str, body: bytes) -> bytes:
    """``body`` without comments and indentation: a tenth of what a first view would load."""
    if name.endswith(".css"):
        return _CSS_SPACE.sub(rb"\1", _CSS_COMMENT.sub(b"", body))
    return _INDENT.sub(b"", _JS_COMMENT.sub(b"", body))


async def _send(send: Send, status: int, headers: Mapping[str, str], body: bytes) -> None:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def _resolve(mention: str, at: str) -> str:
    """The asset's path that ``mention`` means in the file ``at``."""
    if mention.startswith("/static/"):
        return mention.removeprefix("/static/")
    parts: list[str] = []
    for part in (PurePosixPath(at).parent / mention).parts:
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
