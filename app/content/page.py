"""One file while it is rendered: what it may refer to, and what it has used so far."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from unicodedata import normalize

from app.content.diagnostics import Problems
from app.content.links import Book, Target
from app.content.variants import Marks

#: Ids that the pages themselves use.
_RESERVED = (
    "main",
    "top",
    "faq",
    "glossary",
    "author",
    "authors",
    "questions",
    "labs",
    "contents",
    "mine",
    "content",
    "references",
)


class Slugs:
    """Anchors of one page, each once."""

    def __init__(self, taken: Sequence[str] = ()) -> None:
        self._taken = {*taken}
        self.made: set[str] = set()
        self._last: dict[str, int] = {}

    def make(self, title: str) -> str:
        words = re.findall(r"[a-z0-9]+", _ascii(title).lower())
        base = "-".join(words)[:60].strip("-") or "section"
        slug = base
        while slug in self._taken:
            self._last[base] = self._last.get(base, 1) + 1
            slug = f"{base}-{self._last[base]}"
        self._taken.add(slug)
        self.made.add(slug)
        return slug


def _ascii(text: str) -> str:
    return normalize("NFKD", text.replace("×", "x")).encode("ascii", "ignore").decode()


@dataclass(frozen=True)
class Asked:
    """A number that the text asks of the lab: the measure as written, its place, and whether it stands in a block."""

    text: str
    line: int
    column: int
    nested: bool
    problems: Problems


@dataclass(frozen=True)
class Page:
    """One file being rendered: what it may refer to, and what it has used so far."""

    book: Book
    problems: Problems
    #: The lesson's slug; empty in the glossary.
    here: str = ""
    slugs: Slugs = field(default_factory=lambda: Slugs(_RESERVED))
    #: Slugs of terms in the order of their first use.
    terms: dict[str, None] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    #: Links to places in lessons: target, line, column.
    anchors: list[tuple[Target, int, int]] = field(default_factory=list)
    #: Keys of works cited, with how often so far.
    cites: dict[str, int] = field(default_factory=dict)
    measures: list[Asked] = field(default_factory=list)
    #: Holds one entry once the page shows maths.
    maths: set[bool] = field(default_factory=set)
    #: Within a question, lab, answer or entry: no headings, footnotes or directives there.
    nested: str = ""
    marks: Marks | None = None

    def cited(self, key: str) -> int:
        """Counts a use of a work, from 1."""
        self.cites[key] = self.cites.get(key, 0) + 1
        return self.cites[key]

    def within(self, what: str, problems: Problems | None = None, marks: Marks | None = None) -> "Page":
        """The same page inside a block of its own."""
        return replace(self, nested=what, problems=problems or self.problems, marks=marks)


def fold(name: str) -> str:
    """A term's name without regard to case and spacing."""
    return " ".join(name.casefold().split())
