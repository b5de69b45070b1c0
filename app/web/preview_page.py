"""A lesson's page as its author sees it beside the editor: the student's template, told apart into pieces."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from hashlib import blake2b
from threading import Lock

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
from app.web.preview_pieces import END, Piece, begin, told_apart
from app.web.questions import untouched
from app.words import language


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
            return END
        id, lines = name, self._none
        if isinstance(what, SectionView):
            at = self.sections.index(what)
            id, lines = f"section-{at}", (self.lines[at].section,)
        elif isinstance(what, Row):
            id, lines = self._names[id_of(what)], self._of_block.get(id_of(what), lines)
        return begin(id, lines)

    def kept(self, row: Row) -> str:
        html = _rows.get(self._keys[id_of(row)])
        return f"{self.part('row', row)}{html}{END}" if html else ""

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


def parts(page: PreviewPage) -> tuple[tuple[Piece, ...], str]:
    """The page's pieces in their order, and the whole of it with its pieces named."""
    template = pages.templates.get_template("studio/preview_lesson.html")
    found, html = told_apart(template.render(page=page, course=page.course, at="lesson", visitor=None))
    page.keep(found)
    return tuple(found), html
