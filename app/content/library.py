"""The published courses, in memory. A file that changes is read again; the last good version of a lesson stays."""

import os
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.content.course import Course
from app.content.diagnostics import Diagnostic
from app.content.parsing import Draft
from app.content.publishing import publish
from app.content.reading import Reading, courses_in, read_course

#: Seconds between two looks at the files.
_LOOK_EVERY = 0.5

#: Name, modification time and size of every file of a course.
_Stamp = tuple[tuple[str, int, int], ...]


@dataclass
class _Shelf:
    """One course: what its files looked like when they were read, what they say, and what is published."""

    stamp: _Stamp
    reading: Reading
    course: Course | None
    #: Slugs of lessons published without an error.
    good: frozenset[str]
    memo: dict[str, Draft] = field(default_factory=dict)


class Library:
    """Courses for many threads: reading one takes no lock, and one thread at a time looks for changes."""

    def __init__(self, folder: Path, reload: bool = False) -> None:
        self.folder = Path(folder)
        self._reload = reload
        self._lock = threading.Lock()
        self._shelves: Mapping[str, _Shelf] = {}
        self._courses: Mapping[str, Course] = {}
        self._diagnostics: tuple[Diagnostic, ...] = ()
        self._looked = 0.0
        self._look()

    def courses(self) -> tuple[Course, ...]:
        """Every published course, by slug."""
        self._refresh()
        return tuple(self._courses.values())

    def course(self, slug: str) -> Course | None:
        self._refresh()
        return self._courses.get(slug)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the files as they are now, whatever is published."""
        self._refresh()
        return self._diagnostics

    def _refresh(self) -> None:
        if not self._reload or time.monotonic() - self._looked < _LOOK_EVERY:
            return
        if self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()

    def _look(self) -> None:
        shelves: dict[str, _Shelf] = {}
        changed = False
        for folder in self._folders():
            stamp = _stamp(folder)
            shelf = self._shelves.get(folder.name)
            if shelf is None or shelf.stamp != stamp:
                shelf, changed = _shelve(folder, stamp, shelf), True
            shelves[folder.name] = shelf
        if changed or shelves.keys() != self._shelves.keys():
            self._courses = {s.course.slug: s.course for s in shelves.values() if s.course is not None}
            self._diagnostics = tuple(sorted(one for s in shelves.values() for one in s.reading.diagnostics))
            self._shelves = shelves
        self._looked = time.monotonic()

    def _folders(self) -> list[Path]:
        try:
            return list(courses_in(self.folder))
        except OSError:
            return []


def _shelve(folder: Path, stamp: _Stamp, before: _Shelf | None) -> _Shelf:
    memo = before.memo if before is not None else {}
    reading = read_course(folder, memo)
    course, good = publish(reading, before.course if before else None, before.good if before else frozenset())
    kept = {name: draft for name, draft in memo.items() if any(draft is one for one in reading.drafts.values())}
    return _Shelf(stamp, reading, course, good, kept)


def _stamp(folder: Path) -> _Stamp:
    return tuple(sorted(_files(folder, "")))


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, int, int]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = f"{prefix}{entry.name}"
                if entry.is_dir():
                    if name == "media" or prefix:
                        yield from _files(Path(entry.path), f"{name}/")
                elif prefix or entry.name.endswith((".md", ".yaml", ".bib")):
                    status = entry.stat()
                    yield name, status.st_mtime_ns, status.st_size
    except OSError:
        return
