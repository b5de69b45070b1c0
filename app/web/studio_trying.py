"""Trying a working copy as a student: questions are graded and labs run as theirs are, and nothing is recorded."""

import re
import time
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from app.content.architecture import Architecture
from app.content.questions import AnswerError
from app.lab.catalogue import EXPERIMENTS
from app.runs import Runs
from app.studio import workshop
from app.web import htmx, labs, limits, measuring, pages, security, sessions, trying, working_copy
from app.web.lab_view import LabView, lab_view
from app.web.panes import Frame, pane
from app.web.problems import Problem
from app.web.questions import QuestionView
from app.web.trying import Trials
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/files/{file}/preview", include_in_schema=False)

Count = Annotated[int | None, Form(ge=0, le=10_000)]
Seed = Annotated[int | None, Form(ge=0, lt=10**18)]

_LAB = re.compile(r"/studio/courses/([\w-]+)/files/([\w.-]+)/preview/labs/([\w-]+)")
#: Seconds for which a trial waits for what it measures, where nothing shows that it goes on.
_LONGEST = 120.0


def address(course: str, file: str) -> str:
    """Of a file's preview."""
    return f"/studio/courses/{course}/files/{file}/preview"


def trials(request: Request) -> Trials:
    """What authors try, in this process."""
    state = request.app.state
    if not hasattr(state, "trials"):
        state.trials = Trials()
    kept: Trials = state.trials
    return kept


async def _question(request: Request, course: str, file: str, question: str) -> QuestionView:
    copy = await working_copy.to_see(request, course)
    place = copy.place(workshop.lesson_of(working_copy.file(file)))
    found = next((one for one in place[1].questions if one.id == question), None)
    if found is None:
        raise Problem(404, detail=_("This lesson has no such question now. It may have been renamed or set aside."))
    who, at = sessions.learner_id(request), address(course, file)
    return trying.begun(trials(request), who, at, (*place, found))


def _respond(request: Request, q: QuestionView) -> Response:
    trying.keep(trials(request), sessions.learner_id(request), q)
    status = 422 if q.problem else 200
    known: dict[str, Any] = {"q": q, "course": q.course, "at": "studio"}
    if htmx.wanted(request):
        return pages.fragment(request, "questions/_question.html", status=status, **known)
    return pages.page(request, "studio/tried_question.html", status=status, headers=security.FRAMED, **known)


@router.post("/questions/{question}/attempts", dependencies=[limits.answers])
async def answer(request: Request, course: str, file: str, question: str, seed: Seed = None) -> Response:
    """Grade what was chosen or typed; the same fields as a student's."""
    q, form = await _question(request, course, file, question), await request.form()
    given = tuple(value for value in form.getlist("answer") if isinstance(value, str) and value)
    try:
        if isinstance(q.question, Architecture) and "unknown" not in form:
            return _respond(request, await _measured(request, q, q.question, given, seed))
        return _respond(request, trying.answered(q, None if "unknown" in form else list(given), seed))
    except AnswerError as error:
        return _respond(request, replace(q, problem=str(error), typed=given))


async def _measured(
    request: Request, q: QuestionView, question: Architecture, given: tuple[str, ...], seed: int | None
) -> QuestionView:
    """After a network was measured; while it is, the question with what goes on. Raises AnswerError."""
    code = str(question.read(list(given)))
    run = await measuring.begin(request, question, code)
    runs: Runs = request.app.state.runs
    live = await runs.wait(run.id, labs.MOMENT if htmx.wanted(request) else _LONGEST)
    if not live.ended:
        shown = pane(live, EXPERIMENTS["measures"], Frame("run"), time.time(), ready=runs.ready())
        return replace(q, typed=(code,), measuring=shown, attempt_key="tried")
    graded = await measuring.measured(request, question, live)
    return trying.answered(q, [code], seed, graded)


@router.post("/questions/{question}/hints", dependencies=[limits.answers])
async def hint(request: Request, course: str, file: str, question: str, number: Count = None) -> Response:
    """Open the next hint."""
    return _respond(request, trying.hinted(await _question(request, course, file, question), number))


@router.post("/questions/{question}/variants", dependencies=[limits.answers])
async def variant(request: Request, course: str, file: str, question: str, after: Count = None) -> Response:
    """Draw the next variant."""
    return _respond(request, trying.redrawn(await _question(request, course, file, question), after))


async def _lab(request: Request, course: str, file: str, lab: str) -> LabView:
    copy = await working_copy.to_see(request, course)
    place = copy.place(workshop.lesson_of(working_copy.file(file)))
    found = next((one for one in place[1].labs if one.id == lab), None)
    if found is None:
        raise Problem(404, detail=_("This lesson has no such lab now. It may have been renamed or set aside."))
    at = address(course, file)
    view = replace(lab_view(*place, found), tried=at)
    return labs.foretold(view, trials(request).of(sessions.learner_id(request), at, f"lab {lab}"))


async def _by_address(request: Request, url: str) -> LabView:
    match = _LAB.fullmatch(url)
    if match is None:
        raise Problem(404)
    return await _lab(request, match[1], match[2], match[3])


labs.tried[:] = [_by_address]


@router.get("/labs/{lab}")
async def show_lab(request: Request, course: str, file: str, lab: str, fragment: str = "") -> Response:
    """The lab, or its pane; nothing is run, and nothing revealed too early."""
    return await labs.left(request, await _lab(request, course, file, lab), fragment)


@router.post("/labs/{lab}/runs", dependencies=[limits.runs])
async def run_lab(request: Request, course: str, file: str, lab: str) -> Response:
    """Run what stands in the lab's editor."""
    return await labs.run_in(request, await _lab(request, course, file, lab))


@router.post("/labs/{lab}/predictions", dependencies=[limits.runs])
async def predict(request: Request, course: str, file: str, lab: str) -> Response:
    """Say what one expects, and see what it is."""
    view = await _lab(request, course, file, lab)
    said = labs.said(view, await request.form())
    trials(request).keep(sessions.learner_id(request), view.tried, f"lab {lab}", said)
    return await labs.reveal(request, labs.foretold(view, said))
