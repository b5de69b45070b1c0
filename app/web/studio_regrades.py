"""Answers that count as something else under their question as it is now: who is affected, and setting them right."""

import asyncio
import json
import uuid
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content.course import Course
from app.content.questions import Question
from app.studio import comparing, regrading
from app.studio.comparing import Comparison, Tally
from app.studio.regrading import Regrade
from app.web import clock, htmx, pages, working_copy
from app.web import staff as staffing
from app.web.problems import Problem
from app.web.questions import as_text
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/regrades", include_in_schema=False)

#: Answers of one question that are shown.
MOST = 12
#: Regrades that this process is at, by id.
_tasks: dict[str, asyncio.Task[Regrade]] = {}


@dataclass(frozen=True)
class Offer:
    """One question whose answers could be regraded."""

    found: Comparison
    lesson: str
    fingerprint: str
    #: Answers as safe HTML, with how they fare.
    answers: tuple[tuple[str, Tally], ...]


@router.get("")
async def show(request: Request, course: str) -> Response:
    """Questions with answers that count otherwise now, and what was regraded before."""
    staff, live = await staffing.may_see(request, course), _live(request, course)

    def read(conn: Connection) -> tuple[list[Comparison], list[Regrade]]:
        return comparing.changed(conn, live) if live else [], regrading.of(conn, course)

    found, done = await request.app.state.db.read(read)
    offers = [_offer(live, one) for one in found] if live else []
    known: dict[str, Any] = {"offers": offers, "done": done, "key": uuid.uuid4().hex, "edits": staff.edits(course)}
    return _page(request, "studio/regrades.html", staff, course, live, **known)


@router.post("")
async def begin(
    request: Request,
    course: str,
    question: Annotated[str, Form()],
    fingerprint: Annotated[str, Form(max_length=64)] = "",
    key: Annotated[str, Form(pattern="^[0-9a-f]{32}$")] = "",
) -> Response:
    """Regrade a question's answers as it grades now, once for a key."""
    staff, live, now = await staffing.may_edit(request, course), _live(request, course), clock.now(request)
    place = live.question_by_id.get(question) if live else None
    if live is None or place is None:
        raise Problem(404, detail=_("There is no such question."))
    if fingerprint and fingerprint != comparing.fingerprint(place[1]):
        said = _("The question was changed again since this was shown. Look once more at who is affected.")
        raise Problem(409, _("The question has changed"), said, kind="edited-since")
    id = key or uuid.uuid4().hex

    def write(conn: Connection) -> Regrade:
        return regrading.begin(conn, f"{course}-{id}", live, place[1], staff.account.id, now)

    one = await request.app.state.db.write(write)
    _go_on(request, one)
    return RedirectResponse(f"/studio/courses/{course}/regrades/{one.id}", 303)


@router.get("/{regrade}")
async def one(request: Request, course: str, regrade: str) -> Response:
    """How far it is, and what came of it; one that stopped goes on."""
    staff, live = await staffing.may_see(request, course), _live(request, course)
    found = await request.app.state.db.read(lambda conn: regrading.get(conn, course, regrade))
    if found is None:
        raise Problem(404, detail=_("There is no such regrade."))
    _go_on(request, found)
    if htmx.wanted(request):
        return pages.fragment(request, "studio/_regrade.html", one=found, studio_course=course)
    return _page(request, "studio/regrade.html", staff, course, live, one=found)


def _page(request: Request, name: str, staff: Any, course: str, live: Course | None, **known: Any) -> Response:
    known |= {"staff": staff, "studio_course": course, "studio_title": live.title if live else course}
    return pages.page(request, name, studio_tab="answers", at="studio", **known)


def _live(request: Request, course: str) -> Course | None:
    """The course as it is published; None where it never was. Raises Problem (404) where there is none."""
    working_copy.folder(request, course)
    found: Course | None = request.app.state.library.course(course)
    return found


def _go_on(request: Request, one: Regrade) -> None:
    """See it through, whether or not anybody waits."""
    if one.ended is not None or one.id in _tasks:
        return
    state, now = request.app.state, clock.now(request)
    task = asyncio.ensure_future(asyncio.to_thread(regrading.run, state.db, state.library, one, now))
    _tasks[one.id] = task
    task.add_done_callback(lambda _done: _tasks.pop(one.id, None))


def _offer(course: Course, found: Comparison) -> Offer:
    question = found.question
    shown = [(said(question, answer), tally) for answer, tally in list(found.answers.items())[:MOST]]
    lesson = course.question_by_id[question.id][0]
    return Offer(found, lesson.slug, comparing.fingerprint(question), tuple(shown))


def said(question: Question, answer: str) -> str:
    """A stored answer in words, as safe HTML."""
    shown = question.shown(0)
    named = {option.id: option.html for option in (*shown.options, *shown.targets)}

    def part(given: str) -> str:
        pair = [named.get(id, "") for id in given.split(":")]
        return " → ".join(pair) if all(pair) else escape(given[:200])

    return ", ".join(map(part, as_text(json.loads(answer))))
