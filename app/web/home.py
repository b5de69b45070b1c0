"""The way in: the courses, and where a student left off."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.content.course import Course
from app.learning import attempts, bookmarks, progress, reviews, xp
from app.web import clock, pages, sessions
from app.web.bookmarks import Marked, marked
from app.web.courses import LessonEntry, entries
from app.web.elevation import Drawing, drawing

router = APIRouter(include_in_schema=False)

#: Bookmarks that are shown here.
BOOKMARKS = 5


@dataclass(frozen=True)
class CourseEntry:
    course: Course
    lessons: tuple[LessonEntry, ...]
    xp: int

    @property
    def begun(self) -> bool:
        return any(entry.begun for entry in self.lessons)

    @property
    def complete(self) -> int:
        return sum(entry.complete for entry in self.lessons)

    @property
    def next(self) -> LessonEntry | None:
        return next((entry for entry in self.lessons if not entry.complete), None)


@dataclass(frozen=True)
class HomePage:
    """What ``home/show.html`` is a function of."""

    courses: tuple[CourseEntry, ...]
    totals: xp.Totals
    #: Where the student left off; None for one who has opened nothing, or whose lesson is gone.
    left_off: tuple[CourseEntry, LessonEntry] | None
    drawing: Drawing | None
    #: Questions to review.
    due: int
    #: The newest bookmarks.
    marked: tuple[Marked, ...]

    @property
    def onward(self) -> tuple[CourseEntry, LessonEntry] | None:
        """Where to go on: the lesson left off; once it is complete, what is open in its course, then in another."""
        if self.left_off and not self.left_off[1].complete:
            return self.left_off
        here = [self.left_off[0]] if self.left_off else []
        return next(((entry, entry.next) for entry in (*here, *self.courses) if entry.next), None)


def read_page(conn: Connection, learner_id: str, courses: tuple[Course, ...], now: float) -> HomePage:
    totals = xp.totals(conn, learner_id)
    found = []
    for course in courses:
        states = attempts.states(conn, learner_id, course.slug, [q for _, q in course.question_by_id.values()])
        visits = progress.visits(conn, learner_id, course.slug)
        found.append(CourseEntry(course, entries(course, states, visits), totals.by_course.get(course.slug, 0)))
    last = progress.last(conn, learner_id)
    left_off = next(
        (
            (course, entry)
            for course in found
            for entry in course.lessons
            if last and course.course.slug == last.course and entry.lesson == course.course.lesson_named(last.lesson)
        ),
        None,
    )
    # A student's own course, so that the drawing is of what they are at.
    seen = [left_off[0].course] if left_off else courses
    drawn = next((d for course in seen if (d := drawing(course.ticker))), None)
    marks = marked(bookmarks.of_learner(conn, learner_id, BOOKMARKS), courses)
    due = reviews.count_due(conn, learner_id, now, courses)
    return HomePage(tuple(found), totals, left_off, drawn, due, tuple(mark for mark in marks if mark.url))


@router.get("/")
async def show(request: Request) -> Response:
    learner_id, now = sessions.learner_id(request), clock.now(request)
    courses = request.app.state.library.courses()
    page: HomePage = await request.app.state.db.read(lambda conn: read_page(conn, learner_id, courses, now))
    return pages.page(
        request, "home/show.html", page=page, totals=page.totals, due=page.due, at="home", headers=pages.KEPT
    )
