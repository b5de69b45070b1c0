"""A lesson's file made into sections of blocks, with everything that is wrong with it said at its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from app.content import asking, claims, labs, measures, walkthroughs
from app.content.course import (
    Aside,
    Block,
    Claim,
    ClaimBlock,
    FaqBlock,
    FaqItem,
    Lab,
    LabBlock,
    Prose,
    QuestionBlock,
    Reference,
    Section,
    SetAside,
    WalkthroughBlock,
)
from app.content.diagnostics import Diagnostic, Problems, nearest
from app.content.directives import Directive, directive
from app.content.fields import Fields, LessonFields, read_fields
from app.content.links import Book, Target
from app.content.measures import Inline, MeasureError
from app.content.page import Asked, Page
from app.content.questions import Question
from app.content.references import numbered
from app.content.rendering import block, entries, html, read, said
from app.content.source import Passage
from app.lab.messages import RunSpec


@dataclass(frozen=True)
class Lines:
    """Where a section stands in its file, and where each top-level element of each of its blocks begins; from 1."""

    section: int
    blocks: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Draft:
    """A lesson as its file has it, before it is compared with the rest of the course."""

    slug: str
    fields: LessonFields
    sections: tuple[Section, ...]
    #: Slugs of the terms used, in the order of their first use.
    terms: tuple[str, ...]
    #: Media files used, with the SHA-256 of each.
    media: Mapping[str, str]
    has_maths: bool
    references: tuple[Reference, ...]
    #: What the text asks of the lab, in the order of the marks that stand for it; None for what cannot be read.
    measures: tuple[Inline | None, ...]
    #: What a link may lead to here.
    anchors: frozenset[str]
    #: Links to places in lessons: target, line, column.
    links: tuple[tuple[Target, int, int], ...]
    diagnostics: tuple[Diagnostic, ...]
    #: Where things stand: fields by name and number, questions and labs by ``question``/``lab`` and id.
    places: Mapping[tuple[str | int, ...], tuple[int, int]]
    #: One for each section.
    lines: tuple[Lines, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(b.claim for s in self.sections for b in s.blocks if isinstance(b, ClaimBlock))

    @property
    def specs(self) -> tuple[RunSpec, ...]:
        """The runs whose results its text and its claims show, each once."""
        asked = [one.measure for one in self.measures if one is not None] + [one.measure for one in self.claims]
        specs = [spec for one in asked for spec in one.specs]
        walked = (b.walkthrough for s in self.sections for b in s.blocks if isinstance(b, WalkthroughBlock))
        return tuple({spec.id: spec for spec in (*specs, *(one.spec for one in walked))}.values())

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(b.question for s in self.sections for b in s.blocks if isinstance(b, QuestionBlock))

    def place(self, *steps: str | int) -> tuple[int, int]:
        return self.places.get(steps, (1, 1))


def draft(passage: Passage, slug: str, book: Book, authors: Sequence[str], path: str) -> Draft:
    """Reads a lesson, whatever is wrong with it: wrong questions and labs are set aside, other wrong parts left out."""
    return _Lesson(passage, slug, book, authors, Problems(path)).draft()


class _Lesson:
    def __init__(self, passage: Passage, slug: str, book: Book, authors: Sequence[str], problems: Problems) -> None:
        self.slug, self.book, self.problems = slug, book, problems
        head, self.body = _front_matter(passage, problems)
        self.given: Fields[LessonFields] | None = None
        if head is not None:
            default = {"title": slug.replace("-", " ").capitalize(), "summary": slug}
            self.given = read_fields(head, LessonFields, problems, default)
        self.fields = (
            self.given.value if self.given is not None else LessonFields(title=slug, summary="(no front matter)")
        )
        self.page = Page(book, problems, here=slug)
        #: Those read so far, by id.
        self.labs: dict[str, Lab] = {}
        self.ids: dict[tuple[str | int, ...], tuple[int, int]] = {}
        self.places: dict[tuple[str | int, ...], tuple[int, int]] = {}
        self.lines: list[Lines] = []
        self._names("skills", self.fields.skills, sorted(book.skills), "C101", "skill")
        self._names("requires", self.fields.requires, sorted(book.skills), "C101", "skill")
        self._names("authors", self.fields.authors, authors, "C108", "author")
        self.next = book.renamed.get(self.fields.next or "", self.fields.next)
        if self.next is not None:
            self._known("C105", "lesson", self.next, sorted(book.lessons), "next")

    def draft(self) -> Draft:
        sections, references = numbered(self._sections(read(self.body, self.page)), self.book.sources)
        measures = tuple(map(self._measure, self.page.measures))
        if not any(section.blocks for section in sections):
            self.problems.error("L119", *self.body.start, "this lesson has no text")
        fields = self.fields.model_copy(
            update={
                "skills": tuple(id for id in self.fields.skills if id in self.book.skills),
                "requires": tuple(id for id in self.fields.requires if id in self.book.skills),
                "next": self.next if self.next in self.book.lessons else None,
            }
        )
        anchors = {
            *self.page.slugs.made,
            *(f"{'q' if what == 'question' else what}-{id}" for what, id in self.ids),
            *(f"term-{slug}" for slug in self.page.terms),
            *(["references"] if references else []),
            *(f"ref-{one.slug}" for one in references),
        }
        return Draft(
            slug=self.slug,
            fields=fields,
            sections=sections,
            terms=tuple(self.page.terms),
            media=dict(self.page.media),
            has_maths=bool(self.page.maths),
            references=references,
            measures=measures,
            anchors=frozenset(anchors),
            links=tuple(self.page.anchors),
            diagnostics=tuple(self.problems.found),
            places=self.places | dict(self.ids.items()),
            lines=tuple(self.lines),
        )

    def _measure(self, asked: Asked) -> Inline | None:
        try:
            measure = measures.read(asked.text, self.labs)
        except MeasureError as error:
            asked.problems.error(error.code, asked.line, asked.column + error.offset, str(error))
            return None
        here = f"/courses/{self.book.course}/lessons/{self.slug}" if asked.nested else ""
        return Inline(measure, here)

    def _names(self, field: str, given: Sequence[str], known: Sequence[str], code: str, what: str) -> None:
        for number, name in enumerate(given):
            self._known(code, what, name, known, field, number)

    def _known(self, code: str, what: str, name: str, known: Sequence[str], *steps: str | int) -> None:
        assert self.given is not None
        self.places[steps] = self.given.place(*steps)
        if name not in known:
            self.problems.error(code, *self.places[steps], f"unknown {what} '{name}'{nearest(name, known)}")

    def _sections(self, tokens: list[Token]) -> tuple[Section, ...]:
        found: list[Section] = []
        number, slug, title, title_html = 0, "", "", ""
        blocks: list[Block] = []
        prose: list[Token] = []
        lines: list[tuple[int, ...]] = []
        start = self.body.place(0)[0]

        def end_prose() -> None:
            if markup := html(prose):
                blocks.append(Prose(markup))
                lines.append(self._lines(prose))
            prose.clear()

        def end_section() -> None:
            end_prose()
            if number or blocks:
                found.append(Section(number, slug, title, title_html, tuple(blocks)))
                self.lines.append(Lines(start, tuple(lines)))
            blocks.clear()
            lines.clear()

        skip = 0
        for index, token in enumerate(tokens):
            if skip:
                skip -= 1
            elif token.type == "heading_open" and token.tag == "h2" and token.level == 0:
                end_section()
                inside = tokens[index + 1]
                number, slug = number + 1, str(token.attrGet("id"))
                title, title_html = said([inside]), html([inside])
                start = self._line(token)
                skip = 2
            elif token.level == 0 and (token.type == "colon_fence" or _braced(token)):
                end_prose()
                blocks.append(self._block(token))
                lines.append((self._line(token),))
            else:
                prose.append(token)
        end_section()
        return tuple(found)

    def _line(self, token: Token) -> int:
        return self.body.place(token.map[0] if token.map else 0)[0]

    def _lines(self, prose: list[Token]) -> tuple[int, ...]:
        """Where each element begins; one that stands elsewhere than it was written, as footnotes do, has the last."""
        found: list[int] = []
        for token in prose:
            if token.level == 0 and token.nesting >= 0:
                found.append(self._line(token) if token.map or not found else found[-1])
        return tuple(found)

    def _block(self, token: Token) -> Block:
        problems = self.problems.child()
        found = directive(token, self.body, self.problems)
        if found is None:
            line, _ = self.body.place(token.map[0] if token.map else 0)
            name = token.info.strip().partition("}")[0].strip("{ ") or "block"
            return SetAside(f"set-aside-{line}", name[:40], "a directive that does not work here")
        if found.name == "faq":
            return self._faq(found)
        if found.name == "correction":
            return self._correction(found)
        made: Block | None = None
        if found.name == "lab":
            lab = labs.lab(found, self.page, problems)
            made = LabBlock(lab) if lab is not None else None
            if lab is not None:
                self.labs.setdefault(lab.id, lab)
        elif found.name == "walkthrough":
            walk = walkthroughs.walkthrough(found, self.page, problems)
            made = WalkthroughBlock(walk) if walk is not None else None
        elif found.name == "claim":
            claim = claims.claim(found, self.page, self.labs, problems)
            made = ClaimBlock(claim) if claim is not None else None
        else:
            taught = tuple(id for id in self.fields.skills if id in self.book.skills)
            question = asking.question(found, self.page, taught, problems)
            made = QuestionBlock(question) if question is not None else None
            if question is not None and question.skill not in (*self.fields.skills, *self.fields.requires):
                words = f"the lesson neither teaches nor requires '{question.skill}'; add it to 'skills' or 'requires'"
                problems.warning("Q121", *found.place("skill"), words)
        id = found.argument.text
        if made is not None and (found.name, id) in self.ids:
            words = f"'{id}' is the id of the {found.name} in line {self.ids[found.name, id][0]}; give this one its own"
            problems.error("D107", found.argument.number, found.argument.column, words)
            made = None
        if made is None:
            return SetAside(f"set-aside-{found.line}", found.name, problems.first_error)
        self.ids[found.name, id] = (found.argument.number, found.argument.column)
        return made

    def _faq(self, found: Directive) -> Block:
        found.only((), self.problems)
        found.without("nothing", self.problems)
        before, answers = entries(found.body, 3)
        if before or not answers:
            line, column = before.start if before else (found.line, found.column)
            words = "an faq holds questions as level-3 headings, '### Why 3×3?', each with its answer"
            self.problems.error("D110", line, column, words)
        items = []
        for entry in answers:
            if not entry.body:
                self.problems.error("D110", entry.line, entry.column, f"'{entry.title}' has no answer")
                continue
            slug = self.page.slugs.make(entry.title)
            items.append(FaqItem(slug, entry.title, block(entry.body, self.page.within("an answer"))))
        return FaqBlock(tuple(items))

    def _correction(self, found: Directive) -> Block:
        found.only((), self.problems)
        title = found.argument.text
        if not title:
            words = "write what is corrected after {correction}, such as '27 against 49 parameters'"
            self.problems.error("D105", found.line, found.column, words)
        if not found.body:
            self.problems.error("D110", found.line, found.column, "this correction says nothing")
        return Aside(title, block(found.body, self.page.within("a correction")))


def _braced(token: Token) -> bool:
    return token.type == "fence" and token.info.strip().startswith("{")


def _front_matter(passage: Passage, problems: Problems) -> tuple[Passage | None, Passage]:
    """The YAML between two lines ``---`` at the start, and the rest."""
    lines = passage.lines
    start = next((index for index, line in enumerate(lines) if line.text.strip()), 0)
    if lines and lines[start].text.rstrip() == "---":
        for index in range(start + 1, len(lines)):
            if lines[index].text.rstrip() == "---":
                return passage[start + 1 : index], passage[index + 1 :]
        problems.error("L101", lines[start].number, 1, "the front matter is never closed; end it with a line '---'")
        return None, passage[start + 1 :]
    words = "a lesson starts with its front matter: a line '---', then title: and summary:, then a line '---'"
    problems.error("L101", 1, 1, words)
    return None, passage
