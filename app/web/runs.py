"""A run's own page, its stream for a pane, and what can be done about it."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from starlette.responses import RedirectResponse, Response

from app.lab.catalogue import EXPERIMENTS
from app.runs import QueueFull, Run, Runs
from app.web import events, htmx, labs, limits, listing, pages, sessions, sharing
from app.web.api_runs import Known, busy, stored
from app.web.figures import drawable
from app.web.lab_view import LabView
from app.web.panes import Frame, Pane, pane

router = APIRouter(prefix="/runs/{run_id}", include_in_schema=False)


@dataclass(frozen=True)
class Place:
    """Where the answer goes: the lab that asked (None: the run's own page), and what it had on show."""

    view: LabView | None
    last: Run | None

    def frame(self, run: Run) -> Frame:
        return self.view.frame if self.view else Frame("run", "run" if run.spec.code else "")

    def pane(self, run: Run, runs: Runs) -> Pane:
        kind = EXPERIMENTS[run.spec.experiment]
        return pane(run, kind, self.frame(run), time.time(), last=self.last, ready=runs.ready())

    def with_run(self, run: Run, runs: Runs) -> LabView | None:
        """The lab with this run in its pane and, in its editor, what was run."""
        if self.view is None:
            return None
        spec = run.spec
        values = {**self.view.values, spec.experiment: spec.options}
        shape = spec.input or self.view.input
        view = replace(self.view, code=spec.code or self.view.code, input=shape, values=values, seed=spec.seed)
        return replace(view, pane=replace(self, view=view).pane(run, runs))


async def place(request: Request, lab: str = "", last: str = "", drawn: str = "", grown: str = "") -> Place:
    """Reads ``?lab=course/lab&last=run`` (``/experiment`` for a free lab, with ``drawn``), and ``grown`` of a share.

    Raises Problem (404, 422) where it is none.
    """
    view = labs.drawn_on(await labs.predicted(request, await labs.named(request, lab)), drawn) if lab else None
    return Place(replace(view, grown=labs.token(grown)) if view else None, await stored(request, last))


At = Annotated[Place, Depends(place)]


@router.get("")
async def show(request: Request, run: Known, at: At) -> Response:
    """What was asked and what came of it; while it goes on, a page without a script asks again by itself."""
    runs: Runs = request.app.state.runs
    view = at.with_run(run, runs)
    if view is not None:
        return labs.alone(request, view)
    code = listing.lines(run.spec.code) if run.spec.code else ()
    can = drawable(run) and run.status == "done"
    offer = await sharing.offer(request, {"run": run.id}, run) if can else None
    return pages.page(request, "runs/show.html", run=run, pane=at.pane(run, runs), listing=code, offer=offer)


@router.get("/stream")
async def stream(request: Request, run: Known, at: At, last_event_id: Annotated[int, Header(ge=0)] = 0) -> Response:
    """The pane again and again until the run ends: ``pane`` events, then ``end``; resumed by ``Last-Event-ID``."""
    runs: Runs = request.app.state.runs

    async def parts() -> AsyncIterator[bytes]:
        async for event in runs.events(run.id, last_event_id):
            # Whoever followed a run was there when it ended: to them it is done, not an old answer.
            told = replace(event.run, cached=run.ended)
            html = _parts(request, at, told, whole=event.kind != "progress" or told.ended)
            yield events.event("end" if told.ended else "pane", html, event.number)

    return events.stream(parts())


@router.post("/cancel")
async def cancel(request: Request, run: Known, at: At) -> Response:
    """Wait for it no longer; it stops where nobody else does."""
    runs: Runs = request.app.state.runs
    left = await runs.cancel(run.id, sessions.learner_id(request)) or run
    return _answer(request, at, left)


@router.post("/fresh", dependencies=[limits.runs])
async def fresh(request: Request, run: Known, at: At) -> Response:
    """Run it again although its result is kept."""
    runs: Runs = request.app.state.runs
    try:
        begun = await runs.submit(run.spec, sessions.learner_id(request), time.time(), fresh=True)
    except QueueFull as full:
        raise busy(full) from None
    return _answer(request, at, begun if begun.ended else await runs.wait(begun.id, labs.MOMENT))


def _answer(request: Request, at: Place, run: Run) -> Response:
    runs: Runs = request.app.state.runs
    if htmx.wanted(request):
        return Response(_parts(request, at, run, whole=True), media_type="text/html")
    return RedirectResponse(f"/runs/{run.id}{at.pane(run, runs).query}", 303)


def _parts(request: Request, at: Place, run: Run, whole: bool) -> str:
    """The parts of the page that this run changes: all of them, or the line of state alone."""
    runs: Runs = request.app.state.runs
    view = at.with_run(run, runs)
    shown = view.pane if view and view.pane else at.pane(run, runs)
    if not whole:
        return pages.render(request, "runs/_state.html", pane=shown)
    if view is not None:
        return pages.render(request, "labs/_update.html", view=view, lab=view.lab, pane=shown)
    return pages.render(request, "runs/_pane.html", pane=shown)
