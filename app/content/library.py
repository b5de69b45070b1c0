"""The published courses, in memory. A file that changes is read again; the last good version of a lesson stays."""

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.content.course import Course
from app.content.diagnostics import Diagnostic
from app.content.measures import Known, unknown
from app.content.publishing import publish
from app.content.reading import Made, Reading, courses_in, folders_in, read_course

#: Seconds between two looks at the files.
_LOOK_EVERY = 0.5
#: Seconds between two looks for results that pages wait for.
_ASK_EVERY = 3.0

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
    memo: dict[str, Made] = field(default_factory=dict)
    #: Runs that the published pages wait for.
    open: frozenset[str] = frozenset()


class Library:
    """Courses for many threads: reading one takes no lock, and one thread at a time looks for changes."""

    def __init__(self, folder: Path, reload: bool = False, known: Known = unknown) -> None:
        self.folder = Path(folder)
        self._reload = reload
        #: What came of a run.
        self.known = known
        self._lock = threading.Lock()
        self._shelves: Mapping[str, _Shelf] = {}
        self._courses: Mapping[str, Course] = {}
        self._diagnostics: tuple[Diagnostic, ...] = ()
        self._looked = self._asked = 0.0
        self._look()

    def courses(self) -> tuple[Course, ...]:
        """Every published course, by slug."""
        self._refresh()
        return tuple(self._courses.values())

    def course(self, slug: str) -> Course | None:
        self._refresh()
        return self._courses.get(slug)

    def folders(self) -> Mapping[str, Path]:
        """Where each course is written, by slug, looked up each time; also one that is unreadable, or not published."""
        try:
            return {folder.resolve().name: folder for folder in folders_in(self.folder)}
        except OSError:
            return {}

    def memo(self, folder: Path) -> Mapping[str, Made]:
        """What the newest look at a course's files was made of; see ``reading.read_course``."""
        shelf = self._shelves.get(folder.name)
        return shelf.memo if shelf is not None else {}

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the files as they are now, whatever is published."""
        self._refresh()
        return self._diagnostics

    @contextmanager
    def changing(self) -> Iterator[None]:
        """While the files change: nobody looks at them half changed, and everybody sees them once they are."""
        with self._lock:
            try:
                yield
            finally:
                self._look()

    def _refresh(self) -> None:
        now = time.monotonic()
        if self._reload and now - self._looked >= _LOOK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        if now - self._asked >= _ASK_EVERY and any(shelf.open for shelf in self._shelves.values()):
            self._asked = now
            # Beside whoever reads a page: a database that is slow to answer holds nobody up.
            threading.Thread(target=self.ask, daemon=True).start()

    def ask(self) -> None:
        """Publish anew where a run that a page waits for has been done meanwhile."""
        with self._lock:
            for name, shelf in list(self._shelves.items()):
                if any(self.known(run) is not None for run in shelf.open):
                    self._shelves = {**self._shelves, name: _published(shelf, self.known)}
                    self._courses = {s.course.slug: s.course for s in self._shelves.values() if s.course is not None}

    def _look(self) -> None:
        shelves: dict[str, _Shelf] = {}
        changed = False
        for folder in self._folders():
            stamp = _stamp(folder)
            shelf = self._shelves.get(folder.name)
            if shelf is None or shelf.stamp != stamp:
                shelf, changed = _shelve(folder, stamp, shelf, self.known), True
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


def _shelve(folder: Path, stamp: _Stamp, before: _Shelf | None, known: Known) -> _Shelf:
    memo = before.memo if before is not None else {}
    reading = read_course(folder, memo)
    kept = {name: memo[name] for name in reading.used}
    course, good = (before.course, before.good) if before else (None, frozenset())
    return _published(_Shelf(stamp, reading, course, good, kept), known)


def _published(shelf: _Shelf, known: Known) -> _Shelf:
    """The shelf with what its reading and the results known by now make of the course."""
    course, good = publish(shelf.reading, shelf.course, shelf.good, known)
    wanted = {spec.id for lesson in (course.lessons if course else ()) for spec in lesson.measured}
    return replace(shelf, course=course, good=good, open=frozenset(run for run in wanted if known(run) is None))


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
