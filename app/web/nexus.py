"""Nexus: the galleries, to be searched, filtered and sorted by plain addresses, and the plot of a challenge."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.content.architecture import Architecture
from app.content.course import Course
from app.lab.catalogue import EXPERIMENTS, Kind
from app.learning import ancestry, attempts, gallery
from app.learning.gallery import SORTS, Asked, Sort
from app.learning.shares import Share
from app.web import courses, online, pages, sessions
from app.web.drawings.pareto import Pareto, Point, pareto
from app.web.drawings.small_network import Small, small
from app.web.online import Choice, Online
from app.web.problems import Problem
from app.web.questions import find as find_question
from app.web.words import _

router = APIRouter(include_in_schema=False)

#: Cards on a page, and solutions in a plot.
PAGE, MOST_SOLUTIONS = 24, 500

Words = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class Card:
    """A share as ``nexus/_card.html`` shows it: what is said of it, and what was measured."""

    share: Share
    #: Whether its network may be drawn: a solution's is not given away.
    open: bool

    @property
    def drawing(self) -> Small | None:
        facts = self.share.measured.facts
        return small(facts.get("layers") or (), facts.get("skips", False)) if self.open else None

    @property
    def kind(self) -> Kind | None:
        return EXPERIMENTS.get(self.share.spec.experiment)


@dataclass(frozen=True)
class GalleryPage:
    """What ``nexus/index.html`` is a function of."""

    course: Course | None
    courses: Sequence[Course]
    asked: Asked
    cards: Sequence[Card]
    #: Where the next page begins; empty on the last.
    after: str
    #: The questions that have a shared solution.
    told: frozenset[str]
    #: The fields as they were typed, and those that hold no number.
    typed: Mapping[str, str]
    trouble: Sequence[str]

    @property
    def url(self) -> str:
        return f"/courses/{self.course.slug}/nexus" if self.course else "/nexus"

    @property
    def next(self) -> str:
        """The address of the next page; empty on the last."""
        return f"{self.url}?{urlencode({**self.typed, 'after': self.after})}" if self.after else ""

    @property
    def challenges(self) -> Sequence[tuple[str, str]]:
        """Those of the course that have a shared solution, in its order: (id, address)."""
        asked = self.course.question_by_id if self.course else ()
        return [(id, f"{self.url}/{id}") for id in asked if id in self.told]

    @property
    def filtered(self) -> bool:
        return replace(self.asked, course=None, sort="new", after=None) != Asked()

    @property
    def kinds(self) -> Sequence[Kind]:
        return tuple(EXPERIMENTS.values())


@dataclass(frozen=True)
class Filter:
    """What an address asks for, and which of its fields hold no number."""

    asked: Asked
    trouble: Sequence[str]

    def of(self, course: str) -> Asked:
        """The same of one course."""
        return replace(self.asked, course=course)


async def filtered(
    q: Words = "", experiment: Words = "", params: Words = "", accuracy: Words = "", sort: Words = "", after: Words = ""
) -> Filter:
    """Reads the fields of the form. ``params``: at most; ``accuracy``: at least, in percent."""
    most, least = _number(params), _number(accuracy)
    order: Sort = next((one for one in SORTS if one == sort), "new")
    asked = Asked(
        words=q.replace("\0", "").strip(),
        experiment=experiment if experiment in EXPERIMENTS else "",
        params=None if most is None else min(int(most), 2**62),
        accuracy=None if least is None else least / 100,
        sort=order,
        after=gallery.read_cursor(after, order),
    )
    fields = (("params", params, most), ("accuracy", accuracy, least))
    return Filter(asked, [name for name, text, value in fields if text.strip() and value is None])


Filtered = Annotated[Filter, Depends(filtered)]


@router.get("/nexus")
async def everything(request: Request, by: Filtered) -> Response:
    """What is shared of every course."""
    return await _answer(request, None, by)


@router.get("/courses/{course}/nexus")
async def show(request: Request, course: str, by: Filtered) -> Response:
    """A course's gallery."""
    return await _answer(request, courses.find(request, course), by)


def _number(text: str) -> float | None:
    """``1 000 000``, ``1.5 M`` or ``97 %``; None for what is no number."""
    found = re.fullmatch(r"(\d{1,15}(?:\.\d{1,9})?)([kKMG]?)%?", re.sub(r"[\s\u202f,_]", "", text))
    return float(found[1]) * {"": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}[found[2]] if found else None


async def _answer(request: Request, course: Course | None, by: Filter) -> Response:
    viewer, asked = sessions.visitor(request).id, by.of(course.slug) if course else by.asked

    def read(conn: Connection) -> tuple[list[Share], frozenset[str], frozenset[tuple[str, str]], Online, Choice]:
        found = gallery.page(conn, asked, PAGE + 1)
        now = online.online(conn, asked.course), online.choice(conn, viewer)
        told = gallery.challenges(conn, course.slug) if course else frozenset()
        of = {one.course for one in found if one.question and one.course}
        return found, told, frozenset((slug, id) for slug in of for id in ancestry.opened(conn, viewer, slug)), *now

    found, told, opened, seen, choice = await request.app.state.db.read(read)
    shown = found[:PAGE]
    page = GalleryPage(
        course=course,
        courses=request.app.state.library.courses(),
        asked=asked,
        cards=[Card(one, _is_open(one, viewer, opened)) for one in shown],
        after=gallery.cursor(shown[-1], asked.sort) if len(found) > PAGE else "",
        told=told,
        typed=request.query_params,
        trouble=by.trouble,
    )
    context: dict[str, Any] = {"online": seen, "choice": choice, "here_course": asked.course or ""}
    if course is not None:
        context["course"] = course
    return pages.page(request, "nexus/index.html", page=page, at="nexus", **context)


def _is_open(one: Share, viewer: str, opened: frozenset[tuple[str, str]]) -> bool:
    return not one.question or one.learner_id == viewer or (one.course, one.question) in opened


@router.get("/courses/{course}/nexus/{question}")
async def challenge(request: Request, course: str, question: str) -> Response:
    """The shared solutions of a challenge, drawn against each other, with one's own among them."""
    home, lesson, asked = find_question(request, course, question)
    if not isinstance(asked, Architecture):
        raise Problem(404, detail=_("This question is no challenge: nobody’s network answers it."))
    viewer = sessions.visitor(request).id

    def read(conn: Connection) -> tuple[list[Share], list[Share], bool]:
        found = gallery.solutions(conn, course, question, MOST_SOLUTIONS)
        solved = attempts.shown(conn, viewer, course).get(question, False)
        return found, gallery.own(conn, viewer, course, question), solved

    found, own, solved = await request.app.state.db.read(read)
    every = {one.id: one for one in (*found, *own)}.values()
    measured = [point for one in every if (point := _point(one, viewer)) is not None]
    drawn: Pareto | None = pareto(measured)
    return pages.page(
        request,
        "nexus/challenge.html",
        course=home,
        lesson=lesson,
        question=asked,
        plot=drawn,
        waiting=len(every) - len(drawn.points if drawn else ()),
        full=len(found) == MOST_SOLUTIONS,
        offered=solved and not own,
        at="nexus",
    )


def _point(one: Share, viewer: str) -> Point | None:
    """None where it was not measured yet."""
    figures = one.measured
    if figures.params is None or figures.macs is None:
        return None
    own = one.learner_id == viewer
    return Point(figures.params, figures.macs, figures.accuracy, one.title, one.name, one.url, own, not one.public)
