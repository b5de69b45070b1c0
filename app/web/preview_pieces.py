"""A lesson's page as its author sees it beside the editor: the student's template, told apart into pieces.

A piece is an element of the page that knows its lines in the source, and is replaced only where its HTML changed: a lab
that was run goes on showing what came of it while another paragraph is written.
"""

import re
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from hashlib import blake2b
from html import escape
from threading import Lock
from typing import Any

from app.content.course import (
    Block,
    ClaimBlock,
    Course,
    LabBlock,
    Lesson,
    QuestionBlock,
    WalkthroughBlock,
)
from app.content.parsing import Lines
from app.learning.draws import cut
from app.web import pages
from app.web.lab_view import lab_view
from app.web.lessons import LessonPage, Row, SectionView, lesson_page
from app.web.questions import untouched
from app.words import language

#: Stand around parts while a page is made; authors cannot type them.
_BEGIN, _END = "\uf8f0", "\uf8f1"
_MARKS = re.compile(f"{_BEGIN}([^{_BEGIN}]*){_BEGIN}|{_END}")
_TAG = re.compile(r"\s*<[a-z][a-z0-9-]*")
#: Parts beside the lesson's own text, which stay where they are.
_BESIDE = ("toc", "toc-fold")
#: Within which a part that stays where it is stands.
STAYS = "@"


@dataclass(frozen=True)
class Piece:
    """``within`` is the piece that it stands in directly, nothing for the page; ``lines`` are of the source, from 1."""

    id: str
    within: str
    lines: tuple[int, ...]
    #: Names what it holds.
    hash: str
    #: Its element alone, without its name, and with it.
    bare: str
    html: str

    def as_json(self, have: Collection[str] = ()) -> dict[str, Any]:
        """Without the HTML that a browser has already."""
        return {
            "id": self.id,
            "within": self.within,
            "line": self.lines[0],
            "lines": list(self.lines),
            "hash": self.hash,
            "html": None if self.hash in have else self.html,
        }


@dataclass(frozen=True)
class PreviewPage(LessonPage):
    """The page of a lesson that is being written."""

    lines: tuple[Lines, ...] = ()
    #: By ``id()`` of a block, where its elements begin.
    _of_block: dict[int, tuple[int, ...]] = field(default_factory=dict)
    #: Of what the text does not write itself.
    _none: tuple[int, ...] = (1,)

    def part(self, name: str, what: SectionView | Row | None = None) -> str:
        if not name:
            return _END
        id, lines = name, self._none
        if isinstance(what, SectionView):
            at = self.sections.index(what)
            id, lines = f"section-{at}", (self.lines[at].section,)
        elif isinstance(what, Row):
            id, lines = self._names[id_of(what)], self._of_block.get(id_of(what), lines)
        return f"{_BEGIN}{id} {' '.join(map(str, lines))}{_BEGIN}"

    def kept(self, row: Row) -> str:
        html = _rows.get(self._keys[id_of(row)])
        return f"{self.part('row', row)}{html}{_END}" if html else ""

    def keep(self, found: Iterable[Piece]) -> None:
        """Remember what rows were made into."""
        made = {piece.id: piece.bare for piece in found}
        for row, key in self._keys.items():
            _rows.put(key, made[self._names[row]])

    @cached_property
    def _keys(self) -> Mapping[int, str]:
        """All that a row's HTML is made from, hashed; where it stands in the source is not part of it."""
        lesson = (self.course.slug, self.course.language, self.lesson.slug, language(), pages.version())
        asked = [(q.tried, q.state.seed) for q in self.questions.values()]
        return {
            id_of(row): blake2b(
                repr((lesson, asked, [_unplaced(block) for block in row.blocks], row.notes)).encode(), digest_size=16
            ).hexdigest()
            for section in self.sections
            for row in section.rows
        }

    @cached_property
    def _names(self) -> Mapping[int, str]:
        """What each row is called: by the lab or question that it holds, else by its kind and place in its section."""
        names: dict[int, str] = {}
        for number, section in enumerate(self.sections):
            counts: dict[str, int] = {}
            for row in section.rows:
                kind, own = _kind(row.blocks[0])
                counts[kind] = counts.get(kind, 0) + 1
                names[id_of(row)] = f"{kind}-{own}" if own else f"section-{number}-{kind}-{counts[kind]}"
        return names


class _Rows:
    """What rows were made into lately, by anybody; for many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._html: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> str:
        with self._lock:
            if key in self._html:
                self._html.move_to_end(key)
            return self._html.get(key, "")

    def put(self, key: str, html: str) -> None:
        with self._lock:
            self._html[key] = html
            while len(self._html) > self._most:
                self._html.popitem(last=False)


#: Some lessons' worth.
_rows = _Rows(600)


def _unplaced(block: Block) -> object:
    """A block without where it stands in its file."""
    match block:
        case LabBlock(lab):
            return replace(lab, line=0)
        case QuestionBlock(question):
            return replace(question, line=0)
        case ClaimBlock(claim):
            return replace(claim, line=0, column=0)
        case WalkthroughBlock(walk):
            return replace(walk, line=0)
        case _:
            return block


def id_of(row: Row) -> int:
    return id(row.blocks[0])


def _kind(block: Block) -> tuple[str, str]:
    match block:
        case LabBlock(lab):
            return "lab", lab.id
        case QuestionBlock(question):
            return "question", question.id
        case ClaimBlock(claim):
            return "claim", claim.id
        case WalkthroughBlock(walk):
            return "walkthrough", walk.id
        case _:
            return type(block).__name__.lower(), ""


def preview_page(course: Course, lesson: Lesson, lines: tuple[Lines, ...], learner_id: str, at: str) -> PreviewPage:
    """A lesson as a student finds it who is of the author's cut; ``at`` is the address of the preview."""
    number = cut(learner_id)
    questions = {q.id: replace(untouched(course, lesson, q, number), tried=at) for q in lesson.questions}
    labs = {lab.id: replace(lab_view(course, lesson, lab), tried=at) for lab in lesson.labs}
    page = lesson_page(course, lesson, questions)
    given = {one.name: getattr(page, one.name) for one in fields(page)} | {"labs": labs}
    places = {
        id(block): of_block
        for section, of_section in zip(lesson.sections, lines, strict=True)
        for block, of_block in zip(section.blocks, of_section.blocks, strict=True)
    }
    return PreviewPage(**given, lines=lines, _of_block=places)


def pieces(page: PreviewPage) -> tuple[Piece, ...]:
    """The page's parts in their order."""
    return _parts(page)[0]


def whole(page: PreviewPage) -> str:
    """The page with its parts named."""
    return _parts(page)[1]


def _parts(page: PreviewPage) -> tuple[tuple[Piece, ...], str]:
    found, html = _told_apart(_made(page))
    page.keep(found)
    return tuple(found), html


def _made(page: PreviewPage) -> str:
    template = pages.templates.get_template("studio/preview_lesson.html")
    return template.render(page=page, course=page.course, at="lesson", visitor=None)


@dataclass
class _Open:
    """A part whose end is not reached: ``own`` is its HTML without the parts within, ``all`` with them."""

    id: str
    lines: tuple[int, ...] = ()
    #: Its place among the pieces.
    at: int = 0
    own: list[str] = field(default_factory=list)
    all: list[str] = field(default_factory=list)


def _told_apart(html: str) -> tuple[list[Piece], str]:
    """The pieces, and the whole with each piece's element named in it."""
    found: list[Piece | None] = []
    page = _Open("")
    parts = [page]
    for text, mark in _split(html):
        parts[-1].own.append(text)
        parts[-1].all.append(text)
        if mark:
            id, _space, lines = mark.partition(" ")
            parts.append(_Open(id, tuple(map(int, lines.split())), len(found)))
            found.append(None)
        elif mark is not None:
            part = parts.pop()
            piece = _piece(part, STAYS if part.id in _BESIDE else parts[-1].id)
            found[part.at] = piece
            parts[-1].all.append(_named(piece, "".join(part.all)))
    return [one for one in found if one is not None], "".join(page.all)


def _split(html: str) -> Iterator[tuple[str, str | None]]:
    """Text and the mark behind it: what a part is called, nothing where one ends, None at the end of all."""
    at = 0
    for match in _MARKS.finditer(html):
        yield html[at : match.start()], match[1] or ""
        at = match.end()
    yield html[at:], None


def _piece(part: _Open, within: str) -> Piece:
    html = "".join(part.own).strip()
    name = blake2b(html.encode(), digest_size=8).hexdigest()
    piece = Piece(part.id, within, part.lines, name, html, html)
    return replace(piece, html=_named(piece, html))


def _named(piece: Piece, html: str) -> str:
    """The HTML with its element named."""
    tag = _TAG.match(html)
    end = tag.end() if tag else 0
    lines = " ".join(map(str, piece.lines))
    name = f' data-piece="{escape(piece.id)}" data-hash="{piece.hash}" data-lines="{lines}"'
    return f"{html[:end]}{name}{html[end:]}" if tag else html
