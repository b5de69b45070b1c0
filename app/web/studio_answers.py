"""What the answers to a course's questions tell its staff: the table of all questions, one question, and a file."""

import csv
import io
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.content.course import Course
from app.content.questions import Question
from app.learning.staff import Staff
from app.studio import classes, items, question_changes
from app.studio.classes import Class
from app.studio.items import Scope
from app.web import clock, pages, staff, studio_items
from app.web.clock import DAY
from app.web.problems import Problem
from app.web.studio_items import ItemView
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/answers", include_in_schema=False)

Period = Literal["all", "30-days", "revision"]
PERIODS: tuple[Period, ...] = ("all", "30-days", "revision")


@dataclass(frozen=True)
class Place:
    """A page's course, who looks, and whose answers are looked at."""

    course: Course
    staff: Staff
    period: Period
    scope: Scope
    #: Whether every answer is counted; else some still will be in a moment.
    counted: bool
    #: The course's.
    classes: tuple[Class, ...]
    #: The question that the page is of, if any: then its last change begins a period, too.
    question: Question | None = None

    @property
    def periods(self) -> tuple[Period, ...]:
        return PERIODS if self.question else PERIODS[:2]

    @property
    def query(self) -> str:
        """What chooses the same answers on another page."""
        chosen = {"since": self.period if self.period == "30-days" else "", "class": self.scope.class_id}
        given = urlencode({name: value for name, value in chosen.items() if value})
        return f"?{given}" if given else ""


async def place(
    request: Request, course: str, since: str = "all", class_id: str = "", question: Question | None = None
) -> Place:
    """Raises Problem."""
    who = await staff.may_see(request, course)
    found = request.app.state.library.course(course)
    if found is None:
        raise Problem(404, detail=_("There is no such course."))
    now, db = clock.now(request), request.app.state.db
    counted = await request.app.state.counting.settle(found, now)
    groups: list[Class] = await db.read(lambda conn: [one for one, _people in classes.of_course(conn, course)])
    if class_id and class_id not in {one.id for one in groups}:
        raise Problem(404, detail=_("There is no such class."))
    begin = (now // DAY - 30) * DAY if since == "30-days" else None
    if since == "revision" and question is not None:
        lesson = found.question_by_id[question.id][0]
        begin = await db.read(lambda conn: question_changes.last(conn, course, f"{lesson.slug}.md", question.id))
    period = since if since in PERIODS else "all"
    return Place(found, who, period, Scope(begin, class_id), counted, tuple(groups), question)


def page(request: Request, name: str, here: Place, **context: Any) -> Response:
    """A page of the studio's tab "Answers"."""
    course = {"studio_course": here.course.slug, "studio_title": here.course.title, "studio_tab": "answers"}
    given = {"at": "studio", "place": here, "course": here.course, "staff": here.staff, **course, **context}
    return pages.page(request, name, **given)


Since = Annotated[str, Query(max_length=20)]
In = Annotated[str, Query(max_length=60, alias="class")]


@router.get("")
async def show(request: Request, course: str, since: Since = "all", within: In = "") -> Response:
    here = await place(request, course, since, within)
    found = await request.app.state.counting.items(here.course, here.scope)
    return page(request, "studio/answers.html", here, items=studio_items.views(here.course, found))


@router.get(".csv")
async def table(request: Request, course: str, since: Since = "all", within: In = "") -> Response:
    """The table as a file: what the page tells, and nothing that it does not."""
    here = await place(request, course, since, within)
    found = await request.app.state.counting.items(here.course, here.scope)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_row(view) for view in studio_items.views(here.course, found))
    headers = {"Content-Disposition": f'attachment; filename="{course}-answers-{here.period}.csv"'}
    headers["Cache-Control"] = "private, no-store"
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
