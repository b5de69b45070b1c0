"""What the answers to a course's questions tell its staff: the table of all questions, one question, and a file."""

import csv
import io
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.content.course import Course
from app.learning.staff import Staff
from app.studio import items
from app.studio.items import Scope
from app.web import clock, pages, staff, studio_items
from app.web.clock import DAY
from app.web.problems import Problem
from app.web.studio_items import ItemView
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/answers", include_in_schema=False)

Period = Literal["all", "30-days"]
PERIODS: tuple[Period, ...] = ("all", "30-days")


@dataclass(frozen=True)
class Place:
    """A page's course, who looks, and whose answers are looked at."""

    course: Course
    staff: Staff
    period: Period
    scope: Scope
    #: Whether every answer is counted; else some still will be in a moment.
    counted: bool


async def place(request: Request, course: str, since: str) -> Place:
    """Raises Problem."""
    who = await staff.may_see(request, course)
    found = request.app.state.library.course(course)
    if found is None:
        raise Problem(404, detail=_("There is no such course."))
    now = clock.now(request)
    period: Period = "30-days" if since == "30-days" else "all"
    scope = Scope(since=(now // DAY - 30) * DAY if period == "30-days" else None)
    return Place(found, who, period, scope, await request.app.state.counting.settle(found, now))


def page(request: Request, name: str, here: Place, **context: Any) -> Response:
    """A page of the studio's tab "Answers"."""
    course = {"studio_course": here.course.slug, "studio_title": here.course.title, "studio_tab": "answers"}
    given = {"at": "studio", "place": here, "course": here.course, "staff": here.staff, **course, **context}
    return pages.page(request, name, **given)


Since = Annotated[str, Query(max_length=20)]


@router.get("")
async def show(request: Request, course: str, since: Since = "all") -> Response:
    here = await place(request, course, since)
    found = await request.app.state.counting.items(here.course, here.scope)
    return page(request, "studio/answers.html", here, items=studio_items.views(here.course, found), periods=PERIODS)


@router.get(".csv")
async def table(request: Request, course: str, since: Since = "all") -> Response:
    """The table as a file: what the page tells, and nothing that it does not."""
    here = await place(request, course, since)
    found = await request.app.state.counting.items(here.course, here.scope)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_row(view) for view in studio_items.views(here.course, found))
    headers = {"Content-Disposition": f'attachment; filename="{course}-answers-{here.period}.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


COLUMNS = (
    *("lesson", "question", "kind", "skill", "people", "right_at_least", "right_at_most", "right_low", "right_high"),
    *("discrimination", "discrimination_low", "discrimination_high", "discrimination_people", "reading"),
)


def _row(view: ItemView) -> list[object]:
    item, question = view.item, view.question
    right, rate, spread = item.said.of(items.RIGHT), item.rate, item.discrimination
    return [
        *(view.lesson.slug, question.id, question.kind, question.skill, item.n or ""),
        *((right.low, right.high, f"{rate.low:.3f}", f"{rate.high:.3f}") if rate else ("",) * 4),
        *((f"{spread.value:.2f}", f"{spread.low:.2f}", f"{spread.high:.2f}", spread.n) if spread else ("",) * 4),
        view.readings[0].rule,
    ]
