"""A share's own page: live, to be run, changed as a copy of one's own, and looked after by its owner."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content import remarks
from app.lab import zoo
from app.lab.catalogue import EXPERIMENTS, Kind
from app.lab.messages import LAB_VERSION, RunSpec
from app.learning import ancestry
from app.learning.shares import Share
from app.runs import QueueFull, Run, Runs
from app.web import clock, comments, labs, limits, listing, pages, sessions, share_measuring, sharing
from app.web.api_runs import busy
from app.web.lab_view import LabView, free_view, tidy
from app.web.panes import Frame, Pane, pane
from app.web.problems import Problem
from app.web.share_access import opened, seen
from app.web.share_measuring import revived
from app.web.sharing import Offer
from app.web.staff import looks_after
from app.web.words import _

router = APIRouter(prefix="/nexus/s/{token}", include_in_schema=False)


@dataclass(frozen=True)
class SharePage:
    """What ``nexus/show.html`` is a function of."""

    share: Share
    own: bool
    #: Whether the code may be shown: a challenge's solution only to those who have solved it, or given it up.
    open: bool
    pane: Pane | None
    listing: Sequence[Markup]
    #: What it grew from, nearest first.
    ancestors: Sequence[ancestry.Ancestor]
    #: Today's lab cannot run it any more.
    gone: bool
    #: The experiments that its network could be measured by.
    others: Sequence[Kind]
    #: What is said under it; None while its code is closed.
    thread: comments.Thread | None
    #: Whether this visitor moderates what is shared there.
    instructor: bool

    @property
    def run(self) -> Run | None:
        return self.pane.run if self.pane else None

    @property
    def outdated(self) -> bool:
        """What is said of it was measured by an older lab."""
        return self.share.lab_version not in (None, LAB_VERSION)

    @property
    def description(self) -> Markup:
        return Markup(remarks.html(self.share.description))  # noqa: S704 - cleaned there


@router.get("")
async def show(request: Request, token: str, known: str = "", told: str = "") -> Response:
    one = await seen(request, token)
    page = await page_of(request, one)
    offer = sharing.of_share(request, one) if page.own else None
    return answer(request, page, offer, known=bool(known), told=bool(told))


def answer(
    request: Request,
    page: SharePage,
    offer: Offer | None,
    *,
    known: bool = False,
    told: bool = False,
    status: int = 200,
) -> Response:
    """The page of a share. What is not in the gallery is not for search engines."""
    headers = {} if page.share.public else {"X-Robots-Tag": "noindex"}
    course = request.app.state.library.course(page.share.course) if page.share.course else None
    context: dict[str, Any] = {"course": course} if course else {}
    context |= {"page": page, "offer": offer, "known": known, "told": told, "at": "nexus"}
    return pages.page(request, "nexus/show.html", status=status, headers=headers, **context)


async def page_of(request: Request, one: Share) -> SharePage:
    viewer, runs = sessions.visitor(request).id, _runs(request)

    said = comments.reader(request, one, clock.now(request))

    def read(conn: Connection) -> tuple[bool, Sequence[ancestry.Ancestor], comments.Thread | None, bool]:
        open = ancestry.open_to(conn, one, viewer)
        thread = said(conn) if open else None
        return open, ancestry.of(conn, one, viewer), thread, looks_after(request, one.course)

    open, ancestors, thread, instructor = await request.app.state.db.read(read)
    spec = revived(one.spec)
    run = await runs.get(spec.id) if spec else None
    run = run if run is not None and run.status != "cancelled" else None
    if run is not None and run.status == "done" and one.lab_version != LAB_VERSION:
        share_measuring.begin(request.app, one, one.learner_id)
    code = _code(one.spec) if open else ""
    shown = None
    if spec is not None and open:
        kind = EXPERIMENTS[spec.experiment]
        shown = pane(run, kind, Frame("run", "run" if code else ""), time.time(), ready=runs.ready())
    kinds = [kind for kind in EXPERIMENTS.values() if kind.takes_network] if code else []
    return SharePage(
        share=one,
        own=one.learner_id == viewer,
        open=open,
        pane=shown,
        listing=listing.lines(code) if code else (),
        ancestors=ancestors,
        gone=spec is None,
        others=kinds,
        thread=thread,
        instructor=instructor,
    )


@router.post("/runs", dependencies=[limits.runs])
async def run(request: Request, token: str) -> Response:
    """Run it as it was shared, or show what came of that before."""
    one = await opened(request, token)
    spec, learner_id = revived(one.spec), sessions.learner_id(request)
    if spec is None:
        raise Problem(
            422,
            _("The lab cannot run this"),
            _("This experiment is no longer there as it was. Its code can be changed."),
        )
    try:
        begun = await _runs(request).submit(spec, learner_id, time.time())
    except QueueFull as full:
        raise busy(full) from None
    if one.lab_version != LAB_VERSION:
        share_measuring.begin(request.app, one, learner_id)
    await _runs(request).wait(begun.id, labs.MOMENT)
    return RedirectResponse(f"{one.url}#run-pane", 303)


@router.get("/lab")
async def change(request: Request, token: str, experiment: str = "") -> Response:
    """A copy of one's own in the lab that it came from, or in another; it remembers what it grew from."""
    one = await opened(request, token)
    view = await labs.predicted(request, _lab(request, one, experiment))
    spec = one.spec
    if spec.experiment in view.lab.show:
        view = replace(view, values={**view.values, spec.experiment: spec.options}, seed=spec.seed)
    code = tidy(_code(spec))
    if code and view.editable:
        view = replace(view, code=code, input=spec.input or view.input, network=spec.network or "")
    view = replace(view, grown=one.token)
    asked = revived(spec) if spec.experiment in view.lab.show else None
    # A lab that asks for a prediction first shows nothing before it, here as anywhere.
    waits = view.home is not None and view.lab.predict_html and view.prediction is None
    run = await _runs(request).get(asked.id) if asked and not waits else None
    done = run if run is not None and run.status == "done" else None
    return labs.alone(request, labs.with_run(request, view, done, spec.experiment if asked else view.lab.show[0]))


def _lab(request: Request, one: Share, experiment: str) -> LabView:
    """Where a copy is changed. Raises Problem (404) for an experiment that cannot take it."""
    spec = one.spec
    if not experiment and one.course and one.lab:
        course = request.app.state.library.course(one.course)
        place = course.lab_by_id.get(one.lab) if course else None
        if place is not None and spec.experiment in place[1].show:
            return labs.find(request, one.course, one.lab)
    view = free_view(experiment or spec.experiment)
    fits = view is not None and (view.lab.id == spec.experiment or (view.editable and spec.input))
    if view is None or not fits:
        raise Problem(404, detail=_("There is no such experiment for this."))
    return view


def _code(spec: RunSpec) -> str:
    return spec.code or (zoo.source(spec.network) if spec.network else "")


def _runs(request: Request) -> Runs:
    found: Runs = request.app.state.runs
    return found
