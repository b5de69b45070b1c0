"""What an address names."""

from fastapi import Request

from app.content.course import Course, Lesson
from app.web.problems import Problem
from app.words import _


def lesson(request: Request, course: str, lesson: str) -> tuple[Course, Lesson]:
    """A lesson and its course. Raises Problem (404)."""
    found = request.app.state.library.course(course)
    place = found.lesson_by_slug.get(lesson) if found else None
    if found is None or place is None:
        raise Problem(404, detail=_("There is no such lesson. It may have been renamed by its course."))
    return found, place
