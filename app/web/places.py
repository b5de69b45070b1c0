"""What an address names."""

from urllib.parse import quote

from fastapi import Request

from app.content.course import Course, Lesson
from app.web.problems import Problem
from app.words import _


def lesson(request: Request, course: str, lesson: str) -> tuple[Course, Lesson]:
    """A lesson and its course; by an old name only where the address does not hold it.

    Raises Problem: 308 for the old address of a lesson, 410 for one that is retired, 404 for none.
    """
    found: Course | None = request.app.state.library.course(course)
    place = found.lesson_named(lesson) if found else None
    if found is not None and (place is None or place.slug != lesson):
        _elsewhere(request, found, lesson)
    if found is None or place is None:
        raise Problem(404, detail=_("There is no such lesson."))
    return found, place


def _elsewhere(request: Request, course: Course, old: str) -> None:
    if old in course.retired:
        raise retired(course, _("This lesson is retired"), course.lesson_by_slug.get(course.renamed.get(old, "")))
    before, sign, after = request.url.path.partition(f"/lessons/{old}")
    if old in course.renamed and sign:
        path = quote(f"{before}/lessons/{course.renamed[old]}{after}")
        query = f"?{request.url.query}" if request.url.query else ""
        raise Problem(308, headers={"Location": f"{path}{query}"})


def retired(course: Course, title: str, instead: Lesson | None = None) -> Problem:
    """That something was taken out of a course for good, and what stands in its place."""
    said = _("It was taken out of “%(course)s”. What you did there stays yours.", course=course.title)
    ways = [[f"/courses/{course.slug}", course.title]]
    if instead is not None:
        ways.insert(0, [f"/courses/{course.slug}/lessons/{instead.slug}", instead.title])
        said = _(
            "It was taken out of “%(course)s”; “%(lesson)s” stands in its place. What you did there stays yours.",
            course=course.title,
            lesson=instead.title,
        )
    return Problem(410, title, said, ways=ways)
