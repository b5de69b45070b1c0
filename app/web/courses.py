"""A course: its lessons in order, its skill matrix as a map or a table, one skill, its glossary, its media."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.responses import FileResponse, Response

from app.content.course import Course, Lesson
from app.learning import attempts, progress, reviews, xp
from app.learning.attempts import QuestionState
from app.web import clock, htmx, pages, sessions
from app.web.elevation import Drawing, drawing
from app.web.fading import Fading, fading_of
from app.web.matrix import Matrix, matrix_of
from app.web.problems import Problem
from app.words import _

router = APIRouter(prefix="/courses/{course}", include_in_schema=False)

View = Literal["map", "table"]
#: How the map may be drawn beside its usual way.
ZOOMS = ("whole", "close")
#: Awards that may be won by one answer or one test, at most.
AT_ONCE = 12
#: What may be served out of a course's media folder, beside what its pages show.
MEDIA = frozenset({".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".svg", ".pdf", ".csv", ".txt", ".py"})


@dataclass(frozen=True)
class Look:
    """What of a course is looked at, and how."""

    #: The skill that is selected; by default the one that the student is at.
    skill: str | None = None
    view: View = "map"
    zoom: str = ""
    #: The whole page, what fades with it.
    whole: bool = False


@dataclass(frozen=True)
class LessonEntry:
    """A lesson in a list, as it stands with a student."""

    lesson: Lesson
    number: int
    #: Questions answered rightly, of how many.
    shown: int
    of: int
    visited: bool

    @property
    def begun(self) -> bool:
        return self.visited or bool(self.shown)

    @property
    def complete(self) -> bool:
        """All questions answered rightly; opened, where there are none."""
        return self.shown == self.of if self.of else self.visited

    @property
    def xp(self) -> int:
        """XP still open here."""
        return self.lesson.xp * (self.of - self.shown) // self.of if self.of else 0


@dataclass(frozen=True)
class CoursePage:
    """What ``courses/show.html`` is a function of."""

    course: Course
    lessons: tuple[LessonEntry, ...]
    matrix: Matrix
    drawing: Drawing | None
    fading: Fading | None
    totals: xp.Totals
    #: Questions to review, in every course.
    due: int = 0

    @property
    def begun(self) -> bool:
        return any(entry.begun for entry in self.lessons)

    @property
    def minutes(self) -> int:
        return sum(entry.lesson.minutes for entry in self.lessons)

    @property
    def next(self) -> LessonEntry | None:
        """Where to go on: the first lesson with something open."""
        return next((entry for entry in self.lessons if not entry.complete), None)


def entries(
    course: Course, states: Mapping[str, QuestionState], visits: Mapping[str, progress.Visit]
) -> tuple[LessonEntry, ...]:
    """The course's lessons as they stand with a student; ``states`` of all its questions."""
    return tuple(
        LessonEntry(
            lesson,
            number,
            sum(states[q.id].awarded for q in lesson.questions),
            len(lesson.questions),
            any(name in visits for name in (lesson.slug, *course.old_names.get(lesson.slug, ()))),
        )
        for number, lesson in enumerate(course.lessons, 1)
    )


def read_page(conn: Connection, learner_id: str, course: Course, look: Look, now: float) -> CoursePage:
    """Raises KeyError for a skill that the course has not."""
    states = attempts.states(conn, learner_id, course.slug, [q for _, q in course.question_by_id.values()])
    cards = reviews.cards(conn, learner_id, course.slug)
    newest = xp.ledger(conn, learner_id, AT_ONCE)
    last = [award.award_key for award in newest if award.created == newest[0].created]
    matrix = matrix_of(course, states, cards, now, last, look.skill, look.view, look.zoom)
    shown = {id: state.answered_correctly for id, state in states.items() if state.attempts}
    stands = {node.skill.id: node.standing for node in matrix.nodes}
    return CoursePage(
        course=course,
        lessons=entries(course, states, progress.visits(conn, learner_id, course.slug)),
        matrix=matrix,
        drawing=drawing(course.ticker),
        fading=fading_of(conn, learner_id, course, stands, shown, cards, now) if look.whole else None,
        totals=xp.totals(conn, learner_id),
    )


@router.get("")
async def show(
    request: Request,
    course: str,
    view: Annotated[str, Query()] = "map",
    zoom: Annotated[str, Query()] = "",
    skill: Annotated[str | None, Query()] = None,
) -> Response:
    """The course; asked for by htmx, its matrix alone."""
    found = find(request, course)
    part = htmx.wanted(request)
    look = Look(
        skill=skill if skill in found.skill_by_id else None,
        view="table" if view == "table" else "map",
        zoom=zoom if zoom in ZOOMS else "",
        whole=not part,
    )
    page = await _read(request, found, look)
    if part:
        return pages.fragment(request, "courses/_matrix.html", matrix=page.matrix, course=found)
    context: dict[str, Any] = {"page": page, "course": found, "totals": page.totals, "due": page.due}
    return pages.page(request, "courses/show.html", headers=pages.KEPT, at="matrix", **context)


@router.get("/skills/{skill}")
async def skill(request: Request, course: str, skill: str) -> Response:
    """One skill: its concept, what shows it, what it needs and opens."""
    found = find(request, course)
    if skill not in found.skill_by_id:
        raise Problem(404, detail=_("The course has no such skill."))
    page = await _read(request, found, Look(skill))
    context: dict[str, Any] = {"page": page, "course": found, "totals": page.totals, "due": page.due}
    return pages.page(request, "skills/show.html", headers=pages.KEPT, at="skill", **context)


@router.get("/glossary")
async def glossary(request: Request, course: str) -> Response:
    found, learner_id = find(request, course), sessions.learner_id(request)
    totals = await request.app.state.db.read(lambda conn: xp.totals(conn, learner_id))
    return pages.page(request, "courses/glossary.html", course=found, totals=totals, at="glossary", headers=pages.KEPT)


@router.get("/media/{name:path}")
async def media(request: Request, course: str, name: str) -> Response:
    """A file of the course's media folder; under the site's policy nothing in it can run."""
    folder = find(request, course).folder / "media"
    path = _within(folder, name)
    if path is None:
        raise Problem(404)
    return FileResponse(path, headers={"Cache-Control": "no-cache", "Receptive-Keep": "everyone"})


def find(request: Request, slug: str) -> Course:
    """What an address names. Raises Problem (404)."""
    found: Course | None = request.app.state.library.course(slug)
    if found is None:
        raise Problem(404, detail=_("There is no such course."))
    return found


async def _read(request: Request, course: Course, look: Look) -> CoursePage:
    learner_id, now = sessions.learner_id(request), clock.now(request)
    courses = request.app.state.library.courses()

    def read(conn: Connection) -> CoursePage:
        found = read_page(conn, learner_id, course, look, now)
        return replace(found, due=reviews.count_due(conn, learner_id, now, courses))

    page: CoursePage = await request.app.state.db.read(read)
    return page


def _within(folder: Path, name: str) -> Path | None:
    """The file that ``name`` is in ``folder``, links followed; None where it is not one, or not in there."""
    try:
        root, path = folder.resolve(), (folder / name).resolve()
        good = path.is_relative_to(root) and path.suffix.lower() in MEDIA and path.is_file()
    except (OSError, ValueError):
        return None
    return path if good else None
