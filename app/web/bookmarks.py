"""Lessons and sections that a student marks to find again."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content.course import Course, Lesson
from app.learning import bookmarks, xp
from app.learning.bookmarks import Bookmark
from app.web import clock, htmx, limits, pages, places, sessions
from app.web.problems import Problem
from app.words import _

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Marked:
    """A bookmark with what it names, as far as that is still there."""

    bookmark: Bookmark
    course: Course | None
    lesson: Lesson | None

    @property
    def url(self) -> str:
        """Where it leads; empty where the lesson is gone."""
        if self.course is None or self.lesson is None:
            return ""
        known = any(section.slug == self.bookmark.section for section in self.lesson.sections)
        at = f"#{self.bookmark.section}" if self.bookmark.section and known else ""
        return f"/courses/{self.course.slug}/lessons/{self.lesson.slug}{at}"


def marked(held: list[Bookmark], courses: tuple[Course, ...]) -> list[Marked]:
    by_slug = {course.slug: course for course in courses}
    found = []
    for one in held:
        course = by_slug.get(one.course)
        found.append(Marked(one, course, course.lesson_named(one.lesson) if course else None))
    return found


@router.post("/courses/{course}/lessons/{lesson}/bookmarks", dependencies=[limits.answers])
async def mark(
    request: Request,
    course: str,
    lesson: str,
    section: Annotated[str, Form()] = "",
    on: Annotated[bool, Form()] = True,
) -> Response:
    """Mark a place or take its mark away: said as it shall be, so that saying it twice changes nothing."""
    found, place = places.lesson(request, course, lesson)
    title = next((one.title for one in place.sections if section and one.slug == section), "")
    if section and not title:
        raise Problem(404, detail=_("The lesson has no such section."))
    learner_id, now, at = sessions.learner_id(request), clock.now(request), (course, lesson, section)

    def write(conn: Connection) -> None:
        if on:
            bookmarks.keep(conn, learner_id, at, title or place.title, now)
        else:
            bookmarks.remove(conn, learner_id, at)

    try:
        await request.app.state.db.write(write)
    except bookmarks.TooMany:
        words = _("You have %(most)s bookmarks, as many as are kept. Remove some first.", most=bookmarks.MOST)
        raise Problem(422, detail=words) from None
    url = f"/courses/{found.slug}/lessons/{place.slug}"
    if htmx.wanted(request):
        return pages.fragment(request, "bookmarks/_button.html", url=url, section=section, on=on)
    return RedirectResponse(f"{url}?mine=1#{f'notes-{section}' if section else 'main'}", 303)


@router.get("/me/bookmarks")
async def show(request: Request) -> Response:
    learner_id, courses = sessions.learner_id(request), request.app.state.library.courses()

    def read(conn: Connection) -> tuple[list[Marked], xp.Totals]:
        return marked(bookmarks.of_learner(conn, learner_id), courses), xp.totals(conn, learner_id)

    held, totals = await request.app.state.db.read(read)
    return pages.page(request, "me/bookmarks.html", held=held, totals=totals, at="me")


@router.post("/me/bookmarks/remove", dependencies=[limits.answers])
async def remove(
    request: Request,
    course: Annotated[str, Form()] = "",
    lesson: Annotated[str, Form()] = "",
    section: Annotated[str, Form()] = "",
) -> Response:
    """From the list, where a bookmark may be of a lesson that is gone."""
    learner_id = sessions.learner_id(request)
    await request.app.state.db.write(lambda conn: bookmarks.remove(conn, learner_id, (course, lesson, section)))
    return RedirectResponse("/me/bookmarks", 303)
