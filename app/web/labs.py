"""The routes of a lab: its page, its pane, what is run and what is predicted."""

import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from unicodedata import category

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData, QueryParams
from starlette.responses import RedirectResponse, Response

from app.db import Busy
from app.lab import catalogue, weights
from app.lab.catalogue import EXPERIMENTS
from app.lab.messages import LabError, RunSpec
from app.learning import lab_use, predictions
from app.learning.learners import Merged
from app.learning.shares import TOKEN
from app.runs import QueueFull, Run, Runs
from app.web import clock, htmx, limits, pages, places, sessions
from app.web.api_runs import busy, stored
from app.web.controls import options
from app.web.drawings import sketch
from app.web.lab_view import LabView, free_view, lab_view, tidy
from app.web.panes import pane, refused
from app.web.problems import Problem
from app.web.states import sentence
from app.words import _

router = APIRouter(prefix="/courses/{course}/labs/{lab}", include_in_schema=False)

#: Seconds that an answer waits for a run, so that a quick one comes with it.
MOMENT = 0.3


def find(request: Request, course: str, lab: str) -> LabView:
    """What an address names. Raises Problem (404)."""
    found = request.app.state.library.course(course)
    place = found.lab_by_id.get(lab) if found else None
    if found is not None and place is None and lab in found.retired:
        raise places.retired(found, _("This lab is retired"))
    if found is None or place is None:
        raise Problem(404, detail=_("There is no such lab. It may have been renamed by its course."))
    return lab_view(found, *place)


#: Finds a lab that is tried by its author; set by the preview.
Tried = Callable[[Request, str], Awaitable[LabView]]
tried: list[Tried] = []


async def named(request: Request, key: str) -> LabView:
    """The lab of a key (``LabView.key``). Raises Problem (403, 404)."""
    if key.startswith("tried:"):
        return await tried[0](request, key.removeprefix("tried:"))
    course, _slash, name = key.partition("/")
    view = find(request, course, name) if course else free_view(name)
    if view is None:
        raise Problem(404, detail=_("There is no such experiment."))
    return view


async def predicted(request: Request, view: LabView) -> LabView:
    """``view`` with what this student said."""
    if not view.home or not view.lab.predict_html or view.tried:
        return view
    learner_id, course = sessions.visitor(request).id, view.home[0].slug
    known = await request.app.state.db.read(lambda conn: predictions.of(conn, learner_id, course))
    return foretold(view, known.get(view.lab.id))


def foretold(view: LabView, prediction: str | None) -> LabView:
    """``view`` with a prediction that is kept: what was chosen or typed, or the text of a drawing."""
    drawn = sketch.parse(prediction or "") if view.lab.draw else None
    return replace(view, prediction=prediction, sketch=drawn)


def drawn_on(view: LabView, text: str) -> LabView:
    """A free lab with the drawing that its address or form holds. Raises Problem (422) for what is no drawing."""
    if view.home or not view.lab.draw or not text:
        return view
    drawn = sketch.parse(text)
    if drawn is None:
        words = _("What “drawn” says in this address is no drawing of a race. Leave it out, or draw again.")
        raise Problem(422, _("There is no drawing in this"), words)
    return replace(view, sketch=drawn)


async def as_left(request: Request, view: LabView) -> LabView:
    """``view`` with this student's prediction and the last result of its own code and options, if it may be seen."""
    view = await predicted(request, view)
    run = None
    asks = view.lab.predict_html or view.lab.draw
    if not asks or view.prediction is not None:
        runs: Runs = request.app.state.runs
        run = await runs.get(view.spec(view.answering).id)
        run = run if run is not None and (run.status == "done" or not run.ended) else None
    return with_run(request, view, run, view.answering)


@router.get("")
async def show(request: Request, course: str, lab: str, fragment: str = "") -> Response:
    """The lab with the last result of its own code and options; nothing is run, and nothing revealed too early."""
    return await left(request, find(request, course, lab), fragment)


async def left(request: Request, view: LabView, fragment: str) -> Response:
    """A lab as it was left: alone, or its pane."""
    view = await as_left(request, view)
    if fragment == "pane":
        # What is under way is followed, which needs a network.
        return _update(request, view, headers=None if view.pane and view.pane.live else pages.KEPT)
    return alone(request, view)


@router.post("/runs", dependencies=[limits.runs])
async def run(request: Request, course: str, lab: str) -> Response:
    """Run what stands in the editor, or show what came of it before."""
    view = await predicted(request, find(request, course, lab))
    await _note_use(request, course, lab)
    return await run_in(request, view)


async def _note_use(request: Request, course: str, lab: str) -> None:
    """Once a learner; a database too busy to note it keeps nobody from running it."""
    learner_id, now, db = sessions.learner_id(request), clock.now(request), request.app.state.db
    if not await db.glance(lambda conn: lab_use.used(conn, learner_id, course, lab)):
        with suppress(Busy, Merged):
            await db.write(lambda conn: lab_use.note(conn, learner_id, course, lab, now))


async def run_in(request: Request, view: LabView) -> Response:
    """Run what a form says of a lab."""
    form = await request.form()
    experiment = str(form.get("experiment") or view.lab.show[0])
    if experiment not in view.lab.show:
        raise Problem(422, detail=_("This lab does not show that experiment."))
    last = await _last(request, form)
    view = drawn_on(typed(view, form), str(form.get("drawn") or ""))
    view = replace(view, grown=token(str(form.get("grown") or "")))
    try:
        view = measured(view, form)
        spec = view.spec(experiment)
        if view.lab.draw and view.home is None and form.get("draw"):
            view = replace(view, sketch=sketch.read(form.multi_items(), spec.options))
    except LabError as error:
        told = refused(error, EXPERIMENTS[experiment], view.frame, time.time(), last)
        return _answer(request, replace(view, pane=told), status=422)
    own = view.home is not None and not view.tried and spec == lab_view(*view.home, view.lab).spec(experiment)
    return _answer(request, with_run(request, view, await _begin(request, spec, own), experiment, last))


@router.post("/predictions", dependencies=[limits.runs])
async def predict(request: Request, course: str, lab: str) -> Response:
    """Keep what the student says, or that they would rather see, and show what it is."""
    view = find(request, course, lab)
    value = said(view, await request.form())
    learner_id, now = sessions.learner_id(request), clock.now(request)

    def write(conn: Connection) -> str:
        lab_use.note(conn, learner_id, course, view.lab.id, now)
        return predictions.record(conn, learner_id, course, view.lab.id, value, now)

    stands = await request.app.state.db.write(write)
    return await reveal(request, foretold(view, stands))


async def reveal(request: Request, view: LabView) -> Response:
    """Run what answers a prediction that was made."""
    begun = await _begin(request, view.spec(view.answering), own=not view.tried)
    return _answer(request, with_run(request, view, begun, view.answering))


def said(view: LabView, form: FormData) -> str:
    """The prediction that a form holds. Raises Problem (422) where there is none that could be kept."""
    if form.get("skip"):
        return ""
    if view.lab.draw:
        try:
            return sketch.read(form.multi_items(), view.spec(view.answering).options).text
        except LabError as error:
            words = f"{sentence(error.message)} {sentence(error.mend)}"
            raise Problem(422, _("This drawing cannot be kept"), words) from None
    typed = "".join(c for c in str(form.get("value", "")) if not category(c).startswith("C"))
    value = typed.strip()[:80]
    if value not in view.lab.choices if view.lab.choices else not value:
        raise Problem(422, _("There is no prediction in this"), _("Say what you expect, or choose “just show me”."))
    return value


async def _begin(request: Request, spec: RunSpec, own: bool) -> Run:
    runs: Runs = request.app.state.runs
    try:
        begun = await runs.submit(spec, sessions.learner_id(request), time.time(), own=own)
    except QueueFull as full:
        raise busy(full) from None
    return begun if begun.ended else await runs.wait(begun.id, MOMENT)


def token(text: str) -> str:
    """The token of a share, where that is what a form or an address holds; else nothing."""
    return text if TOKEN.fullmatch(text) else ""


async def _last(request: Request, form: FormData) -> Run | None:
    """The run whose result was on show when the form was sent."""
    return await stored(request, form.get("last"))


def typed(view: LabView, form: FormData | QueryParams) -> LabView:
    """``view`` with the code and the options of a sent form."""
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    sent = {name: {**view.values.get(name, {}), **options(name, fields)} for name in view.lab.show}
    code = form.get("code")
    return replace(view, code=tidy(code) if isinstance(code, str) else view.code, values=sent)


def measured(view: LabView, form: FormData | QueryParams) -> LabView:
    """``view`` with the input and the seed of a sent form. Raises LabError where they are none."""
    shape, seed = form.get("input"), str(form.get("seed") or 0)
    if isinstance(shape, str) and view.home is None:
        view = replace(view, input=catalogue.input_shape(shape))
    try:
        return replace(view, seed=int(seed))
    except ValueError:
        raise LabError(_("a seed is a whole number"), mend=_("try seed 0")) from None


def with_run(request: Request, view: LabView, run: Run | None, experiment: str, last: Run | None = None) -> LabView:
    """``view`` with the pane of a run, or of none."""
    runs: Runs = request.app.state.runs
    shown = pane(run, EXPERIMENTS[experiment], view.frame, time.time(), last=last, ready=runs.ready())
    return replace(view, pane=shown)


def _answer(request: Request, view: LabView, status: int = 200) -> Response:
    """The changed parts for a script; else the way to the run's page, or the lab's with what could not be run."""
    if htmx.wanted(request):
        return _update(request, view, status)
    if view.pane and view.pane.run:
        return RedirectResponse(f"/runs/{view.pane.run.id}{view.pane.query}", 303)
    return alone(request, view, status)


def alone(request: Request, view: LabView, status: int = 200) -> Response:
    """The lab on a page of its own."""
    view = replace(view, weights=weights.offered(request.app.state.settings.weights))
    home: dict[str, Any] = {"at": "lab"}
    if view.home:
        home = {"course": view.home[0], "lesson": view.home[1], "at": "lesson"}
    return pages.page(request, "labs/show.html", status=status, view=view, lab=view.lab, alone=True, **home)


def _update(request: Request, view: LabView, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    context = {"view": view, "lab": view.lab, "pane": view.pane}
    return pages.fragment(request, "labs/_update.html", status=status, headers=headers, **context)
