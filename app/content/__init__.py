"""Courses as data: read from Markdown, checked, rendered and published. Knows no student, database or web."""

from pathlib import Path

from app.content.diagnostics import Diagnostic, Problems
from app.content.measures import Known, unknown
from app.content.reading import courses_in, read_course

__all__ = ["Diagnostic", "check"]


def check(path: Path, known: Known = unknown) -> list[Diagnostic]:
    """Everything wrong with a folder of courses, a course's folder or one file of it, sorted by place.

    Claims are held against arithmetic, and against the runs that are ``known``.
    """
    path = Path(path)
    if path.is_file():
        return [one for one in check(path.parent, known) if Path(one.path) == path]
    nothing = Problems(str(path))
    if not path.is_dir():
        nothing.error("F105", 1, 1, "there is no such file or folder")
        return nothing.found
    found = [one for folder in courses_in(path) for one in read_course(folder, {}, known).diagnostics]
    if not any(courses_in(path)):
        nothing.error("F105", 1, 1, "there is no course here: a course is a folder with a file 'course.yaml'")
    return sorted([*found, *nothing.found])
