"""Who is here now and what was just shared: by choice, by beats of pages in sight, told as it changes."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.db import Unavailable
from app.learning import gallery, pen_names, presence
from app.learning.gallery import Asked
from app.learning.presence import Here
from app.learning.shares import Share
from app.web import clock, events, limits, pages, sessions
from app.web.account import inside
from app.web.courses import find
from app.web.words import _

router = APIRouter(prefix="/nexus", include_in_schema=False)

#: Seconds between two looks, one of which serves all who listen in this process; shared things that are told.
LOOK_EVERY, JUST = 2.0, 5
#: Seconds after which a listener has to ask again, as browsers do by themselves.
LISTENING = 600.0

Text = Annotated[str, Form()]
Slug = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class Online:
    """What ``nexus/_online.html`` tells."""

    here: Here
    #: The newest in the gallery.
    shared: tuple[Share, ...]


@dataclass(frozen=True)
class Choice:
    """How this visitor stands to being seen."""

    seen: bool
    #: The name that they chose; empty where they did not.
    name: str
    trouble: str = ""


def online(conn: Connection, course: str | None) -> Online:
    """As it is this moment, by the machine's time: whoever is here is here in no other."""
    return Online(presence.here(conn, time.time(), course), tuple(gallery.page(conn, Asked(course), JUST)))


def choice(conn: Connection, learner_id: str) -> Choice:
    return Choice(presence.chosen(conn, learner_id), pen_names.of(conn, learner_id))


@router.get("/online")
async def show(request: Request, course: Slug = "") -> Response:
    """Who is here, on a page of its own."""
    return await _page(request, course)


async def _page(request: Request, course: str, trouble: str = "") -> Response:
    at, learner_id = course or None, sessions.learner_id(request)
    found = find(request, course) if course else None

    def read(conn: Connection) -> tuple[Online, Choice]:
        return online(conn, at), choice(conn, learner_id)

    seen, chosen = await request.app.state.db.read(read)
    context: dict[str, Any] = {"online": seen, "choice": replace(chosen, trouble=trouble), "here_course": course}
    if found is not None:
        context["course"] = found
    return pages.page(request, "nexus/online.html", status=422 if trouble else 200, at="nexus", **context)


@router.post("/online", dependencies=[limits.comments])
async def choose(request: Request, seen: Text = "", name: Text = "", course: Text = "", next: Text = "") -> Response:
    """Be seen while here (``seen``), or no longer."""
    learner_id, now = sessions.learner_id(request), clock.now(request)

    def write(conn: Connection) -> str:
        if not seen:
            presence.withdraw(conn, learner_id)
            return ""
        if name.strip():
            pen_names.choose(conn, learner_id, name, now)
        if not pen_names.of(conn, learner_id):
            return _("Choose a name to be seen under. It need not be your own.")
        presence.choose(conn, learner_id, now)
        presence.beat(conn, learner_id, course or None, time.time())
        return ""

    try:
        trouble = await request.app.state.db.write(write)
    except pen_names.UnfitName as error:
        trouble = str(error)
    if trouble:
        return await _page(request, course, trouble)
    return RedirectResponse(inside(next, "/nexus/online"), 303)


@router.post("/here")
async def beat(request: Request, course: Text = "", gone: Text = "") -> Response:
    """A page is in sight, or was left (``gone``). 404 where one did not choose to be seen: that page stops asking."""
    learner_id, at = sessions.visitor(request).id, course[:100] or None

    def write(conn: Connection) -> bool:
        return presence.leave(conn, learner_id) if gone else presence.beat(conn, learner_id, at, time.time())

    known = await request.app.state.db.write(write)
    return Response(status_code=204 if known else 404)


@router.get("/online/stream")
async def stream(request: Request, course: Slug = "") -> Response:
    """Who is here, again whenever it changes: ``online`` events."""
    at = find(request, course).slug if course else None

    async def parts() -> AsyncIterator[bytes]:
        told, number, until = "", 0, time.monotonic() + LISTENING
        while number == 0 or time.monotonic() < until:
            try:
                html = pages.render(request, "nexus/_here.html", online=await _look(request, at))
            except Unavailable:
                return
            if html != told:
                told, number = html, number + 1
                yield events.event("online", html, number)
            await asyncio.sleep(min(LOOK_EVERY, LISTENING))

    return events.stream(parts())


async def _look(request: Request, course: str | None) -> Online:
    looks: dict[str | None, tuple[float, asyncio.Future[Online]]] = request.app.state.looks
    at, looking = looks.get(course, (0.0, None))
    if looking is None or time.monotonic() - at >= LOOK_EVERY:
        reading = asyncio.ensure_future(request.app.state.db.read(lambda conn: online(conn, course)))
        looks[course] = time.monotonic(), reading
        return await asyncio.shield(reading)
    return await asyncio.shield(looking)
