"""Reading without network: the service worker, the page that it falls back to, and what makes the site installable.

What a browser may keep is said by the answer itself, never guessed by the worker: ``Receptive-Keep: everyone`` (the
same bytes for every student) or ``mine`` (gone as soon as someone else is signed in); without it nothing is kept.
"""

import hashlib
import json
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.content.course import Course
from app.web import pages
from app.web.assets import matches
from app.web.courses import find
from app.web.security import WORKER
from app.web.words import _

router = APIRouter(include_in_schema=False)

#: The worker's parts, in the order in which they are read.
PARTS = ("shelf", "whose", "stock", "waiting", "sending", "bars", "answers", "renewal", "events")
#: What a page needs without network, whichever it is; the rest is kept as it is first used.
NEEDED = (
    "app.css",
    "app.js",
    "css/pages/offline.css",
    "fonts/din.woff2",
    "fonts/text.woff2",
    "js/early/theme.js",
    "js/lazy/keep-course.js",
    "js/lazy/kept.js",
    "js/lazy/installing.js",
    "js/lazy/leaving.js",
    "js/lazy/marks.js",
    "js/lazy/offline.js",
    "js/lazy/queue.js",
    "js/lazy/words.js",
    *(f"js/lazy/{name}.js" for name in ("walk", "walk-play", "order", "seer", "seer-point", "watch", "flow", "depths")),
    "js/worker/sending.js",
    "js/worker/shelf.js",
    "js/worker/stock.js",
    "js/worker/waiting.js",
    "js/worker/whose.js",
    "vendor/htmx/htmx.min.js",
)
#: The sides of the icons in ``static/icons``, in pixels.
ICONS = (192, 512)


@router.get(WORKER)
def worker(request: Request) -> Response:
    """The service worker: a line of what it needs, and its parts by their hashes, so that a change of any renews it."""
    if request.app.state.settings.offline:
        body = _worker(pages.assets.version, (pages.TEMPLATES / "offline" / "show.html").read_bytes())
    else:
        body = f'importScripts("{pages.assets.url("js/worker/gone.js")}");\n'.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"Cache-Control": "no-cache", "ETag": etag}
    if matches(etag, request.headers.get("if-none-match", "")):
        return Response(None, 304, headers)
    return Response(body, 200, headers, "text/javascript")


@lru_cache(4)
def _worker(version: str, words: bytes) -> bytes:
    needed = {
        "version": hashlib.sha256(version.encode() + words).hexdigest()[:16],
        "needed": [pages.assets.url(name) for name in NEEDED],
    }
    parts = [pages.assets.url(f"js/worker/{name}.js") for name in PARTS]
    return f"self.site = {json.dumps(needed)};\nimportScripts(...{json.dumps(parts)});\n".encode()


@router.get("/manifest.webmanifest")
def manifest() -> Response:
    """What a device needs to know to put the site beside its other applications."""
    icons: list[dict[str, Any]] = [
        {"src": pages.assets.url(f"icons/{name}-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
        | ({"purpose": "maskable"} if name == "maskable" else {})
        for name in ("icon", "maskable")
        for side in ICONS
    ]
    icons.append({"src": pages.assets.url("icons/icon.svg"), "sizes": "any", "type": "image/svg+xml"})
    body = {
        "id": "/",
        "name": "Receptive",
        "short_name": "Receptive",
        "description": _("Courses in which every claim is predicted, measured and explained."),
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#F1F1EA",
        "theme_color": "#F1F1EA",
        "icons": icons,
    }
    return JSONResponse(body, headers={"Cache-Control": "no-cache"}, media_type="application/manifest+json")


@router.get("/offline")
def show(request: Request) -> Response:
    """What is kept on this device, listed by the device itself: the same page for everyone, and without network."""
    return pages.page(request, "offline/show.html", at="offline")


@router.get("/courses/{course}/offline")
def course(request: Request, course: str) -> Response:
    """The addresses to keep of a course: its pages, and what its labs last showed. Nothing here counts as opened."""
    found = find(request, course)
    parts = [pages.assets.url(name) for name in pages.assets.current if name.endswith(".woff2")]
    body = {"course": found.slug, "hash": found.hash, "pages": _addresses(found), "parts": parts}
    return JSONResponse(body, headers={"Cache-Control": "private, no-store"})


def _addresses(course: Course) -> list[str]:
    root = f"/courses/{course.slug}"
    return [
        root,
        *([f"{root}/glossary"] if course.glossary else []),
        *(f"{root}/lessons/{lesson.slug}" for lesson in course.lessons),
        *(f"{root}/walkthroughs/{id}" for id in course.walkthrough_by_id),
        *(f"{root}/labs/{lab.id}?fragment=pane" for lesson in course.lessons for lab in lesson.labs),
    ]
