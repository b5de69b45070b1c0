"""A course's folder read whole: what it says, and everything that is wrong with it."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

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
from app.content.references import NAME, Source, sources
from app.content.source import Passage, decode, read

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """What was made of a text, and what was wrong with it."""

    of_it: Any
    diagnostics: tuple[Diagnostic, ...]


#: What was made before, by a hash of what it was made from.
Memo = MutableMapping[str, Made]
#: Texts that stand over a course's files, by file name; None where the file is to be gone.
Over = Mapping[str, str | None]
NOTHING: Over = MappingProxyType({})

_TEXTS = frozenset({".yaml", ".md", ".bib"})
_LESSON = re.compile(rf"(?:{SLUG})\.md\Z")


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
    #: Keys of the memo that it rests on.
    used: frozenset[str] = frozenset()
    #: What lessons may cite, by key.
    sources: Mapping[str, Source] = field(default_factory=dict)

    def errors_in(self, name: str) -> bool:
        """Whether a file of the course has errors."""
        path = str(self.folder / name)
        return any(one.path == path and one.severity == "error" for one in self.diagnostics)


def courses_in(folder: Path) -> Iterator[Path]:
    """The course folders of a folder, by name. A folder without course.yaml is no course, and one without any text is
    none yet."""
    for path in folders_in(folder):
        if any(one.suffix in _TEXTS for one in path.iterdir()):
            yield path


def folders_in(folder: Path) -> Iterator[Path]:
    """The folders that courses are written in, by name, those that hold nothing yet among them."""
    if (folder / "course.yaml").exists():
        yield folder
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name[0] not in "._":
            yield path


@dataclass(frozen=True)
class _Texts:
    """The texts of a course's folder, some of them not as its files have them."""

    folder: Path
    over: Over
    kept: "_Kept"

    def lessons(self) -> set[str]:
        """Slugs of the lessons that there are, listed or not."""
        names = {path.name for path in self.folder.glob("*.md")} | {name for name in self.over if _LESSON.match(name)}
        return {name.removesuffix(".md") for name in names if name != "glossary.md" and self.has(name)}

    def has(self, name: str) -> bool:
        return self.over[name] is not None if name in self.over else (self.folder / name).exists()

    def read(self, name: str, problems: Problems) -> Passage | None:
        """A text as a passage, or None with the reason among the problems."""
        text = self.over.get(name)
        if text is not None:
            return decode(text.encode("utf-8", "surrogatepass"), problems)
        if not self.has(name):
            problems.error("F105", 1, 1, f"there is no file '{name}'")
            return None
        path = self.folder / name
        return self.kept.made(problems, ("file", _stamp(path)), lambda found: read(path, found))


def read_course(folder: Path, memo: Memo, known: Known = unknown, over: Over = NOTHING) -> Reading:
    """Reads every file of a course, and holds its claims against what is ``known``.

    ``over`` says which texts to read in place of the files', by file name. Never raises for what an author can write.
    """
    slug = folder.resolve().name
    files = Files(folder)
    yaml = files.problems("course.yaml")
    if not re.fullmatch(SLUG, slug):
        words = f"the folder's name '{slug[:60]}' is part of addresses; use lower-case letters, digits and hyphens"
        yaml.error("F107", 1, 1, words)
        slug = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-") or "course"
    kept = _Kept(memo)
    texts = _Texts(folder, over, kept)
    passage = texts.read("course.yaml", yaml)
    found: Outline | None = None
    if passage is not None:
        found = kept.made(yaml, (slug, passage.name), lambda problems: outline(passage, slug, problems))
    if found is None:
        return Reading(slug, folder, None, {}, (), files.found())
    present = texts.lessons()
    lessons = [lesson for lesson in found.lessons if lesson in present]
    for number, lesson in enumerate(found.lessons):
        if lesson not in present:
            words = f"there is no file '{lesson}.md'{nearest(lesson, present - set(found.lessons))}"
            yaml.error("C105", *found.place("lessons", number), words)
    for name in sorted(present.difference(found.lessons)):
        words = f"course.yaml does not list this lesson; add '{name}' to its lessons, or take the file away"
        files.problems(f"{name}.md").warning("F106", 1, 1, words)
    skills = frozenset(skill.id for skill in found.skills)
    book = Book(slug, folder, frozenset(lessons), skills, {}, renamed=found.renamed)
    book = _references(book, texts, files, kept)
    book, terms = _glossary(book, texts, files, kept)
    drafts = _drafts(found, lessons, book, texts, files, kept)
    _uncited(book, drafts, files)
    check_claims(drafts, files, known)
    check_course(found, drafts, files)
    return Reading(slug, folder, found, drafts, terms, files.found(), frozenset(kept.used), book.sources)


class _Kept:
    """Makes what was not made before, and remembers what of the memo was asked for."""

    def __init__(self, memo: Memo) -> None:
        self._memo = memo
        self.used: set[str] = set()

    def made(self, problems: Problems, of: object, make: Callable[[Problems], T]) -> T:
        """What ``make`` gives, which depends on ``of`` and the problems' path alone; adds what it complains of."""
        name = sha256(repr((problems.path, of)).encode()).hexdigest()
        held = self._memo.get(name)
        if held is None:
            found = Problems(problems.path)
            held = Made(make(found), ())
            held = self._memo[name] = replace(held, diagnostics=tuple(found.found))
        self.used.add(name)
        problems.take(held.diagnostics)
        made: T = held.of_it
        return made


def _glossary(book: Book, texts: _Texts, files: Files, kept: _Kept) -> tuple[Book, tuple[Term, ...]]:
    problems = files.problems("glossary.md")
    if not texts.has("glossary.md"):
        return book, ()
    passage = texts.read("glossary.md", problems)
    if passage is None:
        return book, ()

    def make(problems: Problems) -> tuple[dict[str, str], tuple[Term, ...]]:
        known, entries = glossary_slugs(passage, problems)
        return known, glossary(entries, replace(book, terms=known), problems)

    known, terms = kept.made(problems, (_around(book), passage.name), make)
    return replace(book, terms=known), terms


def _around(book: Book) -> str:
    """All that a text may refer to."""
    known = repr((book.course, sorted(book.lessons), sorted(book.skills), sorted(book.terms.items())))
    known += repr(list(book.sources.values())) + repr(sorted(book.renamed.items()))
    return known + repr([(str(path), _stamp(path)) for path in sorted((book.folder / "media").rglob("*"))])


def _references(book: Book, texts: _Texts, files: Files, kept: _Kept) -> Book:
    problems = files.problems(NAME)
    passage = texts.read(NAME, problems) if texts.has(NAME) else None
    if passage is None:
        return book
    return replace(book, sources=kept.made(problems, passage.name, lambda found: sources(passage, found)))


def _uncited(book: Book, drafts: Mapping[str, Draft], files: Files) -> None:
    cited = {one.key for draft in drafts.values() for one in draft.references}
    if any(one.severity == "error" for one in files.found()):
        return  # A lesson that cannot be read may cite it.
    for source in book.sources.values():
        if source.key not in cited:
            words = f"no lesson cites '{source.key}'; cite it, or take it out"
            files.problems(NAME).warning("R105", source.line, source.column, words)


def _drafts(
    found: Outline, lessons: list[str], book: Book, texts: _Texts, files: Files, kept: _Kept
) -> dict[str, Draft]:
    authors = [author.id for author in found.authors]
    around = sha256(f"{_around(book)}{authors!r}".encode()).hexdigest()
    drafts: dict[str, Draft] = {}
    for lesson in lessons:
        problems = files.problems(f"{lesson}.md")
        passage = texts.read(f"{lesson}.md", problems)
        if passage is None:
            continue

        def make(found: Problems, passage: Passage = passage, lesson: str = lesson) -> Draft:
            made = draft(passage, lesson, book, authors, found.path)
            found.take(made.diagnostics)
            return made

        try:
            drafts[lesson] = kept.made(problems, (lesson, around, passage.name), make)
        except Exception:
            # A fault of ours must not take the course down: the last good version of this one lesson stays.
            _log.exception("reading %s failed", problems.path)
            problems.error("F108", 1, 1, "this file cannot be read because of a fault in the checker; report it")
    return drafts


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
