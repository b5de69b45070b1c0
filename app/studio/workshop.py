"""An instructor's working copy of a course: the files on disk with their own drafts over them, read and checked."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from app.content.course import Course
from app.content.diagnostics import Diagnostic
from app.content.fields import SLUG
from app.content.library import Library
from app.content.measures import Known
from app.content.publishing import unpublished
from app.content.reading import Made, Over, Reading, read_course

#: Files of a course beside its lessons.
COURSE, GLOSSARY, REFERENCES = "course.yaml", "glossary.md", "references.bib"
#: Texts of working copies that are kept as they were read: some keystrokes of some people.
_KEPT = 96
_LONGEST_NAME = 80

_LESSON = re.compile(rf"({SLUG})\.md")


@dataclass(frozen=True)
class Look:
    """What a working copy says, and what is wrong with it."""

    reading: Reading
    known: Known
    #: The instructor's own texts.
    over: Over

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self.reading.diagnostics

    @cached_property
    def course(self) -> Course | None:
        """As it would be shown, without hashes; None where course.yaml cannot be read."""
        return unpublished(self.reading, self.known)

    def with_lesson(self, slug: str) -> Course | None:
        """The course with one lesson as it would be shown, the others without what the lab measures."""
        return unpublished(self.reading, self.known, slug)

    def of(self, file: str) -> tuple[Diagnostic, ...]:
        """What is wrong with one file."""
        path = str(self.reading.folder / file)
        return tuple(one for one in self.diagnostics if one.path == path)


class _Memo(MutableMapping[str, Made]):
    """What the library keeps of the files themselves, and beside it what was last made of working copies."""

    def __init__(self, of_files: Mapping[str, Made]) -> None:
        self._of_files = of_files

    def __getitem__(self, key: str) -> Made:
        held = self._of_files.get(key)
        if held is not None:
            return held
        with _lock:
            _last.move_to_end(key)
            return _last[key]

    def __setitem__(self, key: str, value: Made) -> None:
        with _lock:
            _last[key] = value
            while len(_last) > _KEPT:
                _last.popitem(last=False)

    def __delitem__(self, key: str) -> None:
        raise TypeError("what was made is forgotten by itself")

    def __iter__(self) -> Iterator[str]:
        return iter([*self._of_files, *_last])

    def __len__(self) -> int:
        return len(self._of_files) + len(_last)


# Shared by all: a key says which file of which folder it was, and everything that it was made from.
_last: OrderedDict[str, Made] = OrderedDict()
_lock = threading.Lock()


def look(library: Library, course: str, over: Over) -> Look:
    """A working copy, ``over`` being an instructor's own texts; only what changed is read again.

    Raises KeyError where there is no such course.
    """
    folder = library.folders()[course]
    # What is asked of the database is asked once for a look.
    known = cache(library.known)
    return Look(read_course(folder, _Memo(library.memo(folder)), known, over), known, over)


def is_file(name: str) -> bool:
    """Whether a file of a course can have this name."""
    return name in (COURSE, GLOSSARY, REFERENCES) or bool(lesson_of(name))


def lesson_of(name: str) -> str:
    """The slug of the lesson that a file holds; empty where it is no lesson."""
    match = _LESSON.fullmatch(name)
    return match[1] if match and name != GLOSSARY and len(match[1]) <= _LONGEST_NAME else ""


def text_on_disk(folder: Path, file: str) -> str | None:
    """What a file says, line ends and all; None where it is not there. What is no UTF-8 is marked U+FFFD."""
    if not is_file(file):
        return None
    try:
        return (folder / file).read_bytes().decode("utf-8", "replace")
    except OSError:
        return None


def files(look: Look) -> tuple[str, ...]:
    """The files of a working copy, whether or not they are there: the course's, its lessons in their order, lessons
    that it does not list, then the glossary and the references.
    """
    reading = look.reading
    listed = [f"{slug}.md" for slug in (reading.outline.lessons if reading.outline else ())]
    on_disk = sorted(path.name for path in reading.folder.glob("*.md") if lesson_of(path.name))
    written = sorted(name for name in look.over if lesson_of(name))
    return tuple(dict.fromkeys([COURSE, *listed, *on_disk, *written, GLOSSARY, REFERENCES]))
