"""Answering by form: an attempt, a hint, another variant. htmx gets the question again, a plain form its lesson."""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.content.architecture import Architecture
from app.content.course import Course, Lesson
from app.content.questions import AnswerError, Question
from app.lab.catalogue import EXPERIMENTS
from app.learning import attempts, review_sets, xp
from app.runs import Runs
from app.web import clock, htmx, limits, measuring, pages, sessions
from app.web.labs import MOMENT
from app.web.panes import Frame, pane
from app.web.questions import QuestionView, find, view_of

router = APIRouter(prefix="/courses/{course}/questions/{question}", include_in_schema=False)

Place = tuple[Course, Lesson, Question]
#: What came of a form: the question, and the XP after it.
Result = tuple[QuestionView, xp.Totals]
Count = Annotated[int | None, Form(ge=0, le=10_000)]


@router.post("/attempts", dependencies=[limits.answers])
async def answer(request: Request, course: str, question: str) -> Response:
    """Grade what was chosen or typed.

    Fields: ``answer`` (repeated), or ``unknown``; ``seed``; ``attempt_key``; ``review``, the set that asks for it.
    """
    place = find(request, course, question)
    learner_id, form, now = sessions.learner_id(request), await request.form(), clock.now(request)
    given = tuple(value for value in form.getlist("answer") if isinstance(value, str) and value)
    review = _text(form, "review")
    if isinstance(place[2], Architecture) and "unknown" not in form:
        return await _design(request, place[2], place, form, given)

    def write(conn: Connection) -> Result:
        before = view_of(conn, learner_id, *place)
        raw = None if "unknown" in form else list(given)
        outcome = review_sets.submit(
            conn,
            review,
            before.course,
            learner_id=learner_id,
            lesson_hash=before.lesson.hash,
            question=before.question,
            answer=raw,
            attempt_key=_text(form, "attempt_key") or _attempt_key(before, raw),
            now=now,
            seed=_seed(form),
        )
        return replace(view_of(conn, learner_id, *place, review), outcome=outcome), xp.totals(conn, learner_id)

    try:
        q, totals = await request.app.state.db.write(write)
    except AnswerError as error:
        q, totals = await request.app.state.db.read(_reading(learner_id, place, review))
        return _respond(request, replace(q, problem=str(error), typed=given), totals)
    return _respond(request, q, totals)


async def _design(
    request: Request, question: Architecture, place: Place, form: FormData, given: tuple[str, ...]
) -> Response:
    """Measure a network, then grade it. What takes longer than a moment is recorded whether or not one waits for it."""
    learner_id, now, db = sessions.learner_id(request), clock.now(request), request.app.state.db
    review = _text(form, "review")
    before = await db.read(lambda conn: view_of(conn, learner_id, *place))
    try:
        code = str(question.read(list(given)))
        run = await measuring.begin(request, question, code)
    except AnswerError as error:
        q, totals = await db.read(_reading(learner_id, place, review))
        return _respond(request, replace(q, problem=str(error), typed=given), totals)
    key = _text(form, "attempt_key") or _attempt_key(before, [code])

    async def record() -> Result:
        graded = await measuring.measured(request, question, run)

        def write(conn: Connection) -> Result:
            outcome = review_sets.submit(
                conn,
                review,
                before.course,
                learner_id=learner_id,
                lesson_hash=before.lesson.hash,
                question=graded,
                answer=code,
                attempt_key=key,
                now=now,
                seed=_seed(form),
            )
            return replace(view_of(conn, learner_id, *place, review), outcome=outcome), xp.totals(conn, learner_id)

        result: Result = await db.write(write)
        return result

    recording = measuring.see_through(record())
    await asyncio.wait({recording}, timeout=MOMENT if htmx.wanted(request) else None)
    if not recording.done():
        runs: Runs = request.app.state.runs
        live = await runs.get(run.id) or run
        shown = pane(live, EXPERIMENTS["measures"], Frame("run"), time.time(), ready=runs.ready())
        q, totals = await db.read(_reading(learner_id, place, review))
        return _respond(request, replace(q, typed=(code,), measuring=shown, attempt_key=key), totals)
    try:
        q, totals = recording.result()
    except AnswerError as error:
        q, totals = await db.read(_reading(learner_id, place, review))
        q = replace(q, problem=str(error), typed=(code,))
    return _respond(request, q, totals)


@router.post("/hints", dependencies=[limits.answers])
async def hint(
    request: Request, course: str, question: str, number: Count = None, review: Annotated[str, Form()] = ""
) -> Response:
    """Open the next hint. ``number``, from 1, is the one meant, so that a double click opens one."""
    place, learner_id, now = find(request, course, question), sessions.learner_id(request), clock.now(request)

    def write(conn: Connection) -> Result:
        attempts.open_hint(conn, learner_id=learner_id, course=place[0].slug, question=place[2], now=now, number=number)
        return _reading(learner_id, place, review)(conn)

    return _respond(request, *await request.app.state.db.write(write))


@router.post("/variants", dependencies=[limits.answers])
async def variant(request: Request, course: str, question: str, after: Count = None) -> Response:
    """Draw the question anew. ``after`` is the series that was shown, so that a double click draws one."""
    place, learner_id, now = find(request, course, question), sessions.learner_id(request), clock.now(request)

    def write(conn: Connection) -> Result:
        attempts.new_variant(conn, learner_id=learner_id, course=place[0].slug, question=place[2], now=now, after=after)
        return _reading(learner_id, place)(conn)

    return _respond(request, *await request.app.state.db.write(write))


def _reading(learner_id: str, place: Place, review: str = "") -> Callable[[Connection], Result]:
    return lambda conn: (view_of(conn, learner_id, *place, review), xp.totals(conn, learner_id))


def _respond(request: Request, q: QuestionView, totals: xp.Totals) -> Response:
    status = 422 if q.problem else 200
    context: dict[str, Any] = {"q": q, "course": q.course, "totals": totals}
    if htmx.wanted(request):
        return pages.fragment(request, "attempts/_answered.html", status=status, **context)
    if q.problem:
        return pages.page(request, "questions/show.html", status=status, at="lesson", **context)
    if q.review:
        return RedirectResponse(f"{q.review.url}#q-{q.question.id}", 303)
    return RedirectResponse(f"/courses/{q.course.slug}/lessons/{q.lesson.slug}?mine=1#q-{q.question.id}", 303)


def _attempt_key(q: QuestionView, raw: list[str] | None) -> str:
    """The key of a form that brought none, as pages for everyone cannot name attempts.

    The same answer twice in a row is one attempt, whether by a double click or sent again after a lost connection.
    """
    state, read = q.state, None if raw is None else q.question.read(raw)
    again = state.answered and state.answer == read
    number = state.attempts - 1 if again else state.attempts
    parts = [q.course.slug, q.question.id, state.series, number, read]
    return f"form-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]}"


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _seed(form: FormData) -> int | None:
    """The draw that the page showed, where it says so."""
    value = _text(form, "seed")
    return int(value) if value.isdecimal() and len(value) <= 18 else None
