"""To keep and share: the form beside a run or a challenge's solution, and what it sends."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content.architecture import Architecture
from app.content.course import Course
from app.content.remarks import one_line
from app.lab.catalogue import EXPERIMENTS
from app.learning import attempts, keeping, pen_names, shares
from app.learning.shares import VISIBILITIES, New, Share, Visibility
from app.runs import Run
from app.web import clock, limits, pages, sent, sessions, share_measuring
from app.web.api_runs import stored
from app.web.figures import drawable
from app.web.problems import Problem
from app.web.questions import find as find_question
from app.web.words import _

router = APIRouter(prefix="/nexus", include_in_schema=False)

#: Seconds that an answer waits for the figures of a card.
MOMENT = 1.0


@dataclass(frozen=True)
class Offer:
    """What ``nexus/_form.html`` is a function of: what can be kept, and what was typed of it."""

    #: What is measured, and its values; ``kind`` run or solution.
    new: New
    courses: Sequence[Course]
    #: The fields that name it again.
    named: Mapping[str, str]
    #: The name chosen before; empty where none was.
    name: str
    guest: bool
    #: The share that it was grown from, where this visitor may see that.
    grown: Share | None = None
    #: The share of the same that is kept already.
    known: Share | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    #: What is wrong, by field.
    trouble: Mapping[str, str] = field(default_factory=dict)

    @property
    def back(self) -> str:
        """Where this form is found again."""
        return f"/nexus/new?{urlencode(self.named)}" if self.named or self.known is None else self.known.url

    @property
    def network(self) -> bool:
        """Whether the network could be kept without the settings of the run."""
        return "run" in self.named and EXPERIMENTS[self.new.spec.experiment].takes_network


async def offer(request: Request, asked: Mapping[str, str], run: Run | None = None) -> Offer:
    """What ``asked`` names: ``run``, or ``challenge`` as course/question; ``lab``, ``grown``. Raises Problem (404)."""
    visitor, lab = sessions.visitor(request), asked.get("lab", "")
    courses: Sequence[Course] = request.app.state.library.courses()
    names = ("run", "challenge", "lab", "grown")
    named = {name: asked[name] for name in names if asked.get(name)}
    if asked.get("challenge"):
        new = await _solution(request, asked["challenge"])
    else:
        run = run or await stored(request, asked.get("run"))
        if run is None or not drawable(run) or run.status != "done":
            raise Problem(404, _("There is nothing to share"), _("This run has no result."))
        course, _slash, lab_id = lab.partition("/")
        at = next((one for one in courses if one.slug == course), None)
        new = New("run", run.spec, title_of(run))
        if at is not None and lab_id in at.lab_by_id:
            new = replace(new, course=course, lab=lab_id)
        named["run"] = run.id

    def read(conn: Connection) -> tuple[str, Share | None, Share | None]:
        grown = shares.find(conn, asked.get("grown", ""), visitor.id)
        return pen_names.of(conn, visitor.id), grown, shares.same(conn, visitor.id, new)

    name, grown, known = await request.app.state.db.read(read)
    return Offer(new, courses, named, name, visitor.account is None, grown, known)


def title_of(run: Run) -> str:
    """What a run is called where its owner says nothing."""
    kind = EXPERIMENTS[run.spec.experiment]
    if run.spec.network:
        return f"{run.spec.network}: {kind.title}"
    return _("My network: %(experiment)s", experiment=kind.title) if run.spec.code else kind.title


async def _solution(request: Request, challenge: str) -> New:
    """The last answer to a challenge, which has to be right. Raises Problem (404)."""
    course, _slash, id = challenge.partition("/")
    place = find_question(request, course, id)
    question, learner_id = place[2], sessions.visitor(request).id
    states = await request.app.state.db.read(lambda conn: attempts.states(conn, learner_id, course, [question]))
    state = states[id]
    if not isinstance(question, Architecture) or not state.correct or not isinstance(state.answer, str):
        raise Problem(
            404, _("There is nothing to share"), _("A challenge’s network is shared once it meets every requirement.")
        )
    said = [[part.correct, part.html] for part in state.feedback if part.option]
    outcome = {"correct": True, "score": state.score, "said": said}
    title = _("My answer to “%(challenge)s”", challenge=id.replace("-", " "))
    return New("solution", sent.spec_of(question, state), title, course=course, question=id, outcome=outcome)


@router.get("/new")
async def form(
    request: Request,
    run: str = "",
    challenge: str = "",
    lab: str = "",
    grown: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The form on a page of its own."""
    asked = {"run": run, "challenge": challenge, "lab": lab, "grown": grown}
    return pages.page(request, "nexus/new.html", offer=await offer(request, asked), at="nexus")


@router.post("/shares", dependencies=[limits.shares])
async def create(request: Request) -> Response:
    """Keep it; once, however often it is sent."""
    typed = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    offered = await offer(request, typed)
    try:
        kept, fresh = await keep(request, offered, typed)
    except Trouble as trouble:
        shown = replace(offered, typed=typed, trouble=trouble.words)
        return pages.page(request, "nexus/new.html", status=422, offer=shown, at="nexus")
    return RedirectResponse(kept.url if fresh else f"{kept.url}?known=1", 303)


class Trouble(Exception):
    """What was typed cannot be kept so: why, by field."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__()
        self.words = words


async def keep(request: Request, offered: Offer, typed: Mapping[str, str]) -> tuple[Share, bool]:
    """Keep what is offered as it was typed, and have it measured. The share, and whether it is new. Raises Trouble."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    new, trouble = asked_for(offered, typed)
    if trouble:
        raise Trouble(trouble)

    def write(conn: Connection) -> tuple[Share, bool]:
        if typed.get("name", "").strip():
            pen_names.choose(conn, learner_id, typed["name"], now)
        return keeping.create(conn, learner_id, new, now)

    try:
        kept, fresh = await request.app.state.db.write(write)
    except pen_names.UnfitName as error:
        raise Trouble({"name": str(error)}) from None
    except keeping.TooMany as error:
        raise Trouble({"title": str(error)}) from None
    if fresh:
        measuring = share_measuring.begin(request.app, kept, learner_id)
        await asyncio.wait({measuring}, timeout=MOMENT)
    return kept, fresh


def asked_for(offered: Offer, sent: Mapping[str, str]) -> tuple[New, Mapping[str, str]]:
    """What is to be kept as it was typed, and what is wrong with that, by field."""
    new, trouble = offered.new, {}
    spec = share_measuring.network_spec(new.spec) if sent.get("kind") == "network" and offered.network else new.spec
    visibility: Visibility = next((one for one in VISIBILITIES if one == sent.get("visibility")), "private")
    course = new.course if new.question else sent.get("course") or new.course
    if course and course not in {one.slug for one in offered.courses}:
        trouble["course"] = _("There is no such course.")
    if visibility == "gallery":
        trouble |= gallery_trouble(offered.guest, course, sent.get("name", "").strip() or offered.name)
    made = New(
        "network" if spec is not new.spec else new.kind,
        spec,
        one_line(sent.get("title", ""), keeping.LONGEST_TITLE) or new.title,
        sent.get("description", ""),
        visibility,
        course or None,
        new.lab,
        new.question,
        new.outcome,
        offered.grown.id if offered.grown else None,
    )
    return made, trouble


def gallery_trouble(guest: bool, course: str | None, name: str) -> dict[str, str]:
    """Why this cannot be shown to everyone yet, by field."""
    if guest:
        words = _("The gallery is for accounts: what is in it must be yours to take back from any browser.")
        return {"visibility": words}
    trouble = {}
    if not course:
        trouble["course"] = _("Choose the course whose gallery it is for.")
    if not name:
        trouble["name"] = _("Choose a name to be seen under. It need not be your own.")
    return trouble


def of_share(request: Request, one: Share) -> Offer:
    """The form to change what is kept already."""
    new = New(one.kind, one.spec, one.title, one.description, one.visibility, one.course, one.lab, one.question)
    typed = {
        "title": one.title,
        "description": one.description,
        "visibility": one.visibility,
        "course": one.course or "",
    }
    guest = sessions.visitor(request).account is None
    return Offer(new, request.app.state.library.courses(), {}, one.name, guest, known=one, typed=typed)
