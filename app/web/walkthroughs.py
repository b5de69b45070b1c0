"""A walkthrough as its template sees it, and the page that holds one alone, at a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from app.content.course import Course, Lesson, Step, Walkthrough
from app.web import listing, pages
from app.web.drawings import block_figure
from app.web.drawings.block_figure import Drawing
from app.web.drawings.paths import quantity
from app.web.drawings.trace_figure import bars
from app.web.problems import Problem
from app.words import _

router = APIRouter(prefix="/courses/{course}/walkthroughs/{walkthrough}", include_in_schema=False)


@dataclass(frozen=True)
class Watched:
    """A row of the watch table; ``on`` are the steps that look at it, from 1, between spaces."""

    label: str
    line: int | None
    shape: str
    mean: str
    std: str
    path: str
    text: str
    on: str


@dataclass(frozen=True)
class WalkView:
    """What ``walkthroughs/_walkthrough.html`` is a function of."""

    course: Course
    lesson: Lesson
    walk: Walkthrough
    #: The step that is shown, from 1.
    at: int = 1
    #: On a page of its own.
    alone: bool = False

    @property
    def id(self) -> str:
        return f"walkthrough-{self.walk.id}"

    @property
    def url(self) -> str:
        """Where it stands alone."""
        return f"/courses/{self.course.slug}/walkthroughs/{self.walk.id}"

    @property
    def place(self) -> str:
        """Where it stands in its lesson."""
        return f"/courses/{self.course.slug}/lessons/{self.lesson.slug}#{self.id}"

    @property
    def step(self) -> Step:
        return self.walk.steps[self.at - 1]

    @property
    def listing(self) -> Sequence[Markup]:
        return listing.lines(self.walk.code)

    @cached_property
    def lines(self) -> dict[int, str]:
        """By line of the code, the steps that light it."""
        return {
            line: " ".join(str(n) for n, step in enumerate(self.walk.steps, 1) if line in step.lines)
            for line in range(1, len(self.listing) + 1)
        }

    @cached_property
    def drawing(self) -> Drawing:
        lit = {
            place: [n for n, step in enumerate(self.walk.steps, 1) if place in step.lit]
            for place in range(len(self.walk.operations))
        }
        return block_figure.drawing(self.walk.operations, lit)

    @cached_property
    def watched(self) -> tuple[Watched, ...]:
        """Every tensor that some step watches, in the order in which they are made."""
        places = sorted({place for step in self.walk.steps for place in step.watch})
        return tuple(self._watched(place) for place in places)

    def _watched(self, place: int) -> Watched:
        one = self.walk.operations[place]
        seen = self.walk.seen[place] if self.walk.seen else None
        text = ""
        if seen is not None and seen.low is not None and seen.high is not None:
            text = _("From %(low)s to %(high)s.", low=quantity(seen.low), high=quantity(seen.high))
        return Watched(
            label="x" if place == 0 else one.name,
            line=one.line,
            shape="×".join(map(str, one.shape)),
            mean=_said(seen.mean) if seen else "",
            std=_said(seen.std).removeprefix("+") if seen else "",
            path=bars(seen.counts) if seen and seen.counts else "",
            text=text.replace("-", "−"),
            on=" ".join(str(n) for n, step in enumerate(self.walk.steps, 1) if place in step.watch),
        )


def _said(value: float | None) -> str:
    if value is None:
        return _("no number")
    text = f"{value:+.2f}" if abs(value) < 100 else quantity(value)
    return "0.00" if text in ("+0.00", "-0.00") else text.replace("-", "−")


def walk_view(course: Course, lesson: Lesson, walk: Walkthrough) -> WalkView:
    """The walkthrough at its first step, as its lesson shows it."""
    return WalkView(course, lesson, walk)


pages.templates.globals["walk_view"] = walk_view


@router.get("")
async def show(request: Request, course: str, walkthrough: str, step: int = Query(1)) -> Response:
    """One walkthrough alone, at ``?step=``, from 1; further than the last is the last."""
    found = request.app.state.library.course(course)
    place = found.walkthrough_by_id.get(walkthrough) if found else None
    if found is None or place is None:
        raise Problem(404, detail=_("There is no such walkthrough. It may have been renamed by its course."))
    lesson, walk = place
    view = WalkView(found, lesson, walk, min(max(step, 1), len(walk.steps)), alone=True)
    return pages.page(request, "walkthroughs/show.html", view=view, course=found, at="lesson", headers=pages.KEPT)
