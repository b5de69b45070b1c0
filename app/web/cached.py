"""Lesson pages from memory, in front of everything else.

A lesson's page is the same bytes for every student with the same cut (see ``app.learning.attempts.cut``) and language;
what is theirs alone comes after it as a fragment. So a page is rendered and compressed once for each lesson version,
cut, language and state of the templates, and sent from here without a route, a session read or a database.
"""

import asyncio
import gzip
import hashlib
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import brotli
from starlette.datastructures import State
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.content.course import Course, Lesson
from app.learning.attempts import cut
from app.web import pages, sessions
from app.web.assets import encoding, matches
from app.web.security import RawHeaders
from app.web.words import asked_for, speaking

#: What the kept pages may take in all, in bytes.
ROOM = 24 << 20
#: Seconds for which a course is not looked up again.
LOOK_EVERY = 0.25

log = logging.getLogger(__name__)
_PATH = re.compile(r"/courses/([\w-]+)/lessons/([\w-]+)")
_PACK: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=11)),
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
    "identity": lambda body: body,
}

Key = tuple[str, str, int, str, str, str]
#: Renders a lesson's page as the students of one cut see it before any answer.
Render = Callable[[State, Course, Lesson, int], str]


@dataclass(slots=True, frozen=True)
class Kept:
    """One page in one encoding, with the messages that send it."""

    etag: str
    headers: RawHeaders
    start: Message
    unchanged: Message
    body: Message
    size: int


class CachedLessons:
    """The ASGI layer. ``extra`` are the headers of every answer; ``signer`` reads and makes the session cookie."""

    def __init__(self, app: ASGIApp, state: State, signer: sessions.Signer, extra: RawHeaders, render: Render) -> None:
        self.app, self.state, self.signer, self.extra, self.render = app, state, signer, extra, render
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0
        self._making: dict[Key, asyncio.Future[Kept]] = {}
        self._courses: dict[str, tuple[float, Course, str]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and not scope["query_string"]:
            found = _PATH.fullmatch(scope["path"])
        place = await self.course(found[1]) if found else None
        lesson = place[0].lesson_by_slug.get(found[2]) if found and place else None
        if place is None or lesson is None:
            await self.app(scope, receive, send)
            return
        cookies = accepted = wished = none_match = b""
        for name, value in scope["headers"]:
            if name == b"cookie":
                cookies = value
            elif name == b"accept-encoding":
                accepted = value
            elif name == b"accept-language":
                wished = value
            elif name == b"if-none-match":
                none_match = value
        claim = self.signer.read(cookies.decode("latin-1")) if cookies else None
        learner_id = claim[0] if claim else sessions.fresh_id()
        try:
            kept = await self.page(*place, lesson, _cut(learner_id), asked_for(cookies, wished), _encoding(accepted))
        except Exception:
            log.exception("the page of %s cannot be made", lesson.slug)
            await self.app(scope, receive, send)
            return
        same = none_match and matches(kept.etag, none_match.decode("latin-1"))
        start = kept.unchanged if same else kept.start
        if claim is None:
            cookie = (b"set-cookie", self.signer.cookie(learner_id, sessions.GUEST).encode())
            start = {**start, "headers": [*start["headers"], cookie]}
        await send(start)
        await send(_EMPTY if same or scope["method"] == "HEAD" else kept.body)

    async def course(self, slug: str) -> tuple[Course, str] | None:
        """The course in force and the version of the templates; files are looked at in a thread, and seldom."""
        now = time.monotonic()
        known = self._courses.get(slug)
        if known is None or now - known[0] > LOOK_EVERY:
            if known is not None:
                # Whoever asks meanwhile gets what was in force, rather than a thread of their own.
                self._courses[slug] = now, *known[1:]
            course, version = await asyncio.to_thread(self.look, slug)
            if course is None:
                self._courses.pop(slug, None)
                return None
            known = self._courses[slug] = now, course, version
        return known[1:]

    def look(self, slug: str) -> tuple[Course | None, str]:
        return self.state.library.course(slug), pages.version()

    async def page(self, course: Course, version: str, lesson: Lesson, cut: int, language: str, coding: str) -> Kept:
        """The kept page, made first where it is not there; made once, however many ask."""
        key = (course.hash, lesson.hash, cut, version, language, coding)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        making = self._making.get(key)
        if making is None:
            making = asyncio.ensure_future(asyncio.to_thread(self.make, course, lesson, cut, language, coding))
            self._making[key] = making
            making.add_done_callback(lambda done: self.keep(key, done))
        return await asyncio.shield(making)

    def keep(self, key: Key, done: "asyncio.Future[Kept]") -> None:
        """Remember what was made, and forget what was asked for longest ago where room runs out."""
        del self._making[key]
        if done.cancelled() or done.exception() is not None:
            return
        self._kept[key] = done.result()
        self._size += done.result().size
        while self._size > ROOM and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.size

    def make(self, course: Course, lesson: Lesson, cut: int, language: str, coding: str) -> Kept:
        with speaking(language):
            html = self.render(self.state, course, lesson, cut).encode()
        body = _PACK[coding](html)
        etag = f'"{hashlib.sha256(html).hexdigest()[:20]}-{coding}"'
        shared: RawHeaders = [
            (b"etag", etag.encode()),
            (b"cache-control", b"private, no-cache"),
            (b"vary", b"Accept-Encoding, Accept-Language, Cookie"),
            (b"receptive-keep", b"everyone"),
            *self.extra,
        ]
        headers: RawHeaders = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            *([(b"content-encoding", coding.encode())] if coding != "identity" else []),
            *shared,
        ]
        start: Message = {"type": "http.response.start", "status": 200, "headers": headers}
        unchanged: Message = {"type": "http.response.start", "status": 304, "headers": shared}
        return Kept(etag, headers, start, unchanged, {"type": "http.response.body", "body": body}, len(body))


# The same few come again and again.
_cut = lru_cache(10_000)(cut)


@lru_cache(256)
def _encoding(accepted: bytes) -> str:
    return encoding(accepted.decode("latin-1"))


_EMPTY: Message = {"type": "http.response.body", "body": b""}
