"""Courses as data: read from Markdown, checked, rendered and published. Knows no student, database or web."""

import sys
from pathlib import Path
from typing import TextIO

from app.content.diagnostics import Diagnostic, Problems
from app.content.reading import courses_in, read_course

__all__ = ["Diagnostic", "check", "check_report"]


def check(path: Path) -> list[Diagnostic]:
    """Everything wrong with a folder of courses, a course's folder or one file of it, sorted by place."""
    path = Path(path)
    if path.is_file():
        return [one for one in check(path.parent) if Path(one.path) == path]
    nothing = Problems(str(path))
    if not path.is_dir():
        nothing.error("F105", 1, 1, "there is no such file or folder")
        return nothing.found
    found = [one for folder in courses_in(path) for one in read_course(folder, {}).diagnostics]
    if not any(courses_in(path)):
        nothing.error("F105", 1, 1, "there is no course here: a course is a folder with a file 'course.yaml'")
    return sorted([*found, *nothing.found])


def check_report(path: Path, stream: TextIO = sys.stdout) -> int:
    """Prints what ``check`` finds, one a line, and a count; gives the exit status, 1 where anything is an error."""
    found = check(path)
    for one in found:
        print(one, file=stream)
    errors = sum(one.severity == "error" for one in found)
    counts = [f"{n} {word}{'' if n == 1 else 's'}" for n, word in ((errors, "error"), (len(found) - errors, "warning"))]
    print(f"{', '.join(counts)} in {path}", file=stream)
    return 1 if errors else 0
