"""How a lesson is used, and which skills of a course are held, for its staff."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.content.course import Course, Lesson, Section
from app.lab.headlines import headline
from app.lab.messages import LabError
from app.runs import record
from app.studio import lesson_use, skills_held
from app.studio.lesson_use import LabUse, LessonUse
from app.studio.small_groups import Count
from app.web import clock, places, staff
from app.web.drawings import item_strips
from app.web.lab_view import lab_view
from app.web.studio_answers import page, place
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/answers", include_in_schema=False)


@dataclass(frozen=True)
class Bar:
    """A row of a table with its share as a bar of 0 to 100."""

    name: str
    count: Count
    share: str
    width: float
    #: What was measured, beside what was predicted.
    right: bool = False


@dataclass(frozen=True)
class LabRow:
    use: LabUse
    #: What the lab's own code gives, where it has been run; else empty.
    measured: str
    predictions: tuple[Bar, ...]


@router.get("/lessons/{lesson}")
async def show_lesson(request: Request, course: str, lesson: str) -> Response:
    """Where readers answered last, which labs they ran, and what they predicted."""
    await staff.may_see(request, course)
    here = await place(request, course)
    found = places.lesson(request, course, lesson)

    def read(conn: Connection) -> tuple[LessonUse, list[LabRow]]:
        use = lesson_use.of(conn, *found)
        return use, [_lab(conn, *found, one) for one in use.labs]

    use, labs = await request.app.state.db.read(read)
    sections = tuple(_section(section, use) for section in found[1].sections if section.title)
    return page(request, "studio/answers_lesson.html", here, lesson=found[1], use=use, sections=sections, labs=labs)


@router.get("/skills")
async def show_skills(request: Request, course: str) -> Response:
    here, now = await place(request, course), clock.now(request)
    held = await request.app.state.db.read(lambda conn: skills_held.of(conn, here.course, now))
    rows = [(skill, held[skill.id]) for skill in here.course.skills]
    return page(request, "studio/answers_skills.html", here, rows=rows, midnight=now // clock.DAY * clock.DAY)


def _section(section: Section, use: LessonUse) -> Bar:
    return _bar(section.title, use.last.of(str(section.number)), use.last.n)


def _bar(name: str, count: Count, n: int, right: bool = False) -> Bar:
    share = item_strips.counted(count, n) if n else ""
    return Bar(name, count, share, round(50 * (count.low + count.high) / n, 1) if n else 0.0, right)


def _lab(conn: Connection, course: Course, lesson: Lesson, use: LabUse) -> LabRow:
    measured = _measured(conn, course, lesson, use)
    bars = [
        _bar(
            use.words[key] or _("would rather see"), count, use.said.n, bool(key) and key == lesson_use.plain(measured)
        )
        for key, count in use.said.cells.items()
    ]
    if use.said.rest.high:
        bars.append(_bar(_("other"), use.said.rest, use.said.n))
    return LabRow(use, measured, tuple(bars))


def _measured(conn: Connection, course: Course, lesson: Lesson, use: LabUse) -> str:
    view = lab_view(course, lesson, use.lab)
    if not use.lab.reveals:
        return ""
    try:
        known = record.load(conn, view.spec(view.answering).id)
    except LabError:
        return ""
    result = known[0].result if known and known[0].status == "done" else None
    return headline(view.answering, use.lab.reveals, result) if result else ""
