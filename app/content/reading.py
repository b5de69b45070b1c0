"""A course's folder read whole: what it says, and everything that is wrong with it."""

import logging
import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from app.content.checking import Files, check_claims, check_course
from app.content.course import Term
from app.content.diagnostics import Diagnostic, Problems, nearest
from app.content.fields import SLUG
from app.content.glossary import glossary
from app.content.glossary import slugs as glossary_slugs
from app.content.links import Book
from app.content.measures import Known, unknown
from app.content.outline import Outline, outline
from app.content.parsing import Draft, draft
from app.content.references import NAME, sources
from app.content.source import Passage, read

_log = logging.getLogger(__name__)

#: Drafts that were read before, by what they were read from.
Memo = MutableMapping[str, Draft]


@dataclass(frozen=True)
class Reading:
    """A course as its files have it."""

    slug: str
    folder: Path
    #: None where course.yaml cannot be read.
    outline: Outline | None
    #: Lessons that can be read, by slug.
    drafts: Mapping[str, Draft]
    terms: tuple[Term, ...]
    diagnostics: tuple[Diagnostic, ...]

    def errors_in(self, name: str) -> bool:
        """Whether a file of the course has errors."""
        path = str(self.folder / name)
        return any(one.path == path and one.severity == "error" for one in self.diagnostics)


def courses_in(folder: Path) -> Iterator[Path]:
    """The course folders of a folder, by name. A folder without course.yaml is no course."""
    if (folder / "course.yaml").exists():
        yield folder
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name[0] not in "._":
            yield path


def read_course(folder: Path, memo: Memo, known: Known = unknown) -> Reading:
    """Reads every file of a course, and holds its claims against what is ``known``.

    Never raises for what an author can write.
    """
    slug = folder.resolve().name
    files = Files(folder)
    yaml = files.problems("course.yaml")
    if not re.fullmatch(SLUG, slug):
        words = f"the folder's name '{slug[:60]}' is part of addresses; use lower-case letters, digits and hyphens"
        yaml.error("F107", 1, 1, words)
        slug = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-") or "course"
    passage = _file(folder, "course.yaml", yaml)
    found = outline(passage, slug, yaml) if passage is not None else None
    if found is None:
        return Reading(slug, folder, None, {}, (), files.found())
    present = {path.stem for path in folder.glob("*.md") if path.name != "glossary.md"}
    lessons = [lesson for lesson in found.lessons if lesson in present]
    for number, lesson in enumerate(found.lessons):
        if lesson not in present:
            words = f"there is no file '{lesson}.md'{nearest(lesson, present - set(found.lessons))}"
            yaml.error("C105", *found.place("lessons", number), words)
    for name in sorted(present.difference(found.lessons)):
        words = f"course.yaml does not list this lesson; add '{name}' to its lessons, or take the file away"
        files.problems(f"{name}.md").warning("F106", 1, 1, words)
    book = Book(slug, folder, frozenset(lessons), frozenset(skill.id for skill in found.skills), {})
    book = _references(book, files)
    book, terms = _glossary(book, files)
    drafts = _drafts(found, lessons, book, files, memo)
    _uncited(book, drafts, files)
    check_claims(drafts, files, known)
    check_course(found, drafts, files)
    return Reading(slug, folder, found, drafts, terms, files.found())


def _file(folder: Path, name: str, problems: Problems) -> Passage | None:
    path = folder / name
    if not path.exists():
        problems.error("F105", 1, 1, f"there is no file '{name}'")
        return None
    return read(path, problems)


def _glossary(book: Book, files: "Files") -> tuple[Book, tuple[Term, ...]]:
    problems = files.problems("glossary.md")
    if not (book.folder / "glossary.md").exists():
        return book, ()
    passage = read(book.folder / "glossary.md", problems)
    if passage is None:
        return book, ()
    known, entries = glossary_slugs(passage, problems)
    book = replace(book, terms=known)
    return book, glossary(entries, book, problems)


def _references(book: Book, files: "Files") -> Book:
    if not (book.folder / NAME).exists():
        return book
    passage = read(book.folder / NAME, files.problems(NAME))
    return book if passage is None else replace(book, sources=sources(passage, files.problems(NAME)))


def _uncited(book: Book, drafts: Mapping[str, Draft], files: "Files") -> None:
    cited = {one.key for draft in drafts.values() for one in draft.references}
    if any(one.severity == "error" for one in files.found()):
        return  # A lesson that cannot be read may cite it.
    for source in book.sources.values():
        if source.key not in cited:
            words = f"no lesson cites '{source.key}'; cite it, or take it out"
            files.problems(NAME).warning("R105", source.line, source.column, words)


def _drafts(found: Outline, lessons: list[str], book: Book, files: "Files", memo: Memo) -> dict[str, Draft]:
    authors = [author.id for author in found.authors]
    around = repr((book.course, sorted(book.lessons), sorted(book.skills), sorted(book.terms.items()), authors))
    around += repr(list(book.sources.values()))
    around += repr([(str(path), _stamp(path)) for path in sorted((book.folder / "media").rglob("*"))])
    drafts: dict[str, Draft] = {}
    for lesson in lessons:
        problems = files.problems(f"{lesson}.md")
        passage = read(book.folder / f"{lesson}.md", problems)
        if passage is None:
            continue
        name = sha256(repr((lesson, problems.path, around, passage.text)).encode()).hexdigest()
        if name not in memo:
            try:
                memo[name] = draft(passage, lesson, book, authors, problems.path)
            except Exception:
                # A fault of ours must not take the course down: the last good version of this one lesson stays.
                _log.exception("reading %s failed", problems.path)
                problems.error("F108", 1, 1, "this file cannot be read because of a fault in the checker; report it")
                continue
        drafts[lesson] = memo[name]
        problems.take(memo[name].diagnostics)
    return drafts


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
