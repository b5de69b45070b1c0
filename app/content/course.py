"""A course as data. Frozen, plain, and ignorant of students, databases and the web."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.lab.messages import RunSpec

if TYPE_CHECKING:
    from app.content.measures import Measure
    from app.content.number import Tolerance
    from app.content.questions import Question


@dataclass(frozen=True)
class Author:
    id: str
    name: str
    role: str = ""
    bio: str = ""


@dataclass(frozen=True)
class Skill:
    """A node of the skill matrix. ``requires`` are skill ids; the graph has no cycles."""

    id: str
    title: str
    concept: str
    requires: tuple[str, ...] = ()
    #: A short title over the column that it stands in, such as ``Depth``.
    group: str = ""


@dataclass(frozen=True)
class Term:
    """A glossary entry. ``html`` and ``code_html`` are rendered and safe."""

    slug: str
    title: str
    html: str
    code_html: str
    #: The definition as plain text, for a hover card or a screen reader.
    text: str


@dataclass(frozen=True)
class Reference:
    """A work that a lesson cites. ``html`` is safe; ``back`` are the anchors of the citations that lead to it."""

    number: int
    key: str
    slug: str
    html: str
    back: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lab:
    """An editor and its localhost pane.

    ``predict`` asks first; ``choices`` are what a student may pick (free text where empty); ``reveals`` names the
    measurement that answers, one of the experiment's ``headlines``; ``draw`` the one whose curves are drawn instead.
    """

    id: str
    title: str
    file: str
    #: Experiment names, the first one shown first.
    show: tuple[str, ...]
    code: str
    input: tuple[int, int, int]
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    predict_html: str = ""
    choices: tuple[str, ...] = ()
    reveals: str = ""
    line: int = 0
    draw: str = ""


@dataclass(frozen=True)
class Prose:
    """Rendered, cleaned HTML."""

    html: str


@dataclass(frozen=True)
class LabBlock:
    lab: Lab


@dataclass(frozen=True)
class QuestionBlock:
    question: "Question"


@dataclass(frozen=True)
class SetAside:
    """A question or lab that its author must mend; shown as a notice, it takes nothing else down with it.

    ``id`` is an anchor of the page, ``what`` the kind of block, ``problem`` plain text for its author.
    """

    id: str
    what: str
    problem: str


@dataclass(frozen=True)
class FaqItem:
    slug: str
    title: str
    html: str


@dataclass(frozen=True)
class FaqBlock:
    items: tuple[FaqItem, ...]


@dataclass(frozen=True)
class Aside:
    """A margin correction: "you may have read …"."""

    title: str
    html: str


@dataclass(frozen=True)
class Claim:
    """A sentence of a source, held against the lab. The HTML is safe; ``claims.judged`` fills in the last three."""

    id: str
    html: str
    source_html: str
    #: The published figure as it was published; for a comparison, what is said in words.
    says: str
    measure: "Measure"
    #: The figure as a number, None for a comparison; and how far from it a measurement still agrees.
    figure: float | None
    within: "Tolerance"
    #: ``agrees`` or ``differs``: what its author expects of the lab.
    expected: str
    line: int
    column: int
    measured_html: str = ""
    #: ``agrees``, ``differs``, or ``open`` where the lab has not measured it yet.
    verdict: str = "open"
    #: By how much it misses, in words.
    missed: str = ""


@dataclass(frozen=True)
class ClaimBlock:
    claim: Claim


@dataclass(frozen=True)
class Operation:
    """One operation of a walkthrough’s network; ``inputs`` are places among the operations, 0 is the input."""

    name: str
    label: str
    #: Without the batch.
    shape: tuple[int, ...]
    params: int
    #: Of the code, from 1.
    line: int | None
    inputs: tuple[int, ...]


@dataclass(frozen=True)
class Seen:
    """What the lab’s trace saw of an operation’s output; None where it is no number, no counts where all are one."""

    mean: float | None
    std: float | None
    low: float | None
    high: float | None
    #: Of as many equal parts from ``low`` to ``high``.
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """``lines`` of the code are lit; ``watch`` and ``lit`` are operations whose tensors are shown, and drawn as lit."""

    title: str
    lines: tuple[int, ...]
    watch: tuple[int, ...]
    lit: tuple[int, ...]
    #: Safe.
    html: str


@dataclass(frozen=True)
class Walkthrough:
    """One file of code, stepped through; ``seen`` is empty until the lab has run ``spec``."""

    id: str
    title: str
    file: str
    code: str
    input: tuple[int, int, int]
    #: The first is the input.
    operations: tuple[Operation, ...]
    steps: tuple[Step, ...]
    spec: RunSpec
    line: int
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class WalkthroughBlock:
    walkthrough: Walkthrough


Block = Prose | LabBlock | QuestionBlock | SetAside | FaqBlock | Aside | ClaimBlock | WalkthroughBlock


@dataclass(frozen=True)
class Section:
    """A level-2 heading and what follows; ``number`` counts from 1 (0 for what stands before the first heading)."""

    number: int
    slug: str
    title: str
    title_html: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Lesson:
    course: str
    slug: str
    title: str
    summary: str
    skills: tuple[str, ...]
    requires: tuple[str, ...]
    minutes: int
    authors: tuple[str, ...]
    sections: tuple[Section, ...]
    #: Terms used, in the order of their first use.
    terms: tuple[Term, ...]
    #: SHA-256 (hex) of everything the lesson's page is made from: names this version for ever.
    hash: str
    next: str | None = None
    has_math: bool = False
    #: Files of the course's media folder that the page shows, with the SHA-256 of each.
    media: Mapping[str, str] = field(default_factory=dict)
    #: Works cited, in the order of their first use.
    references: tuple[Reference, ...] = ()
    #: Runs whose results stand in the text.
    measured: tuple[RunSpec, ...] = ()

    @cached_property
    def questions(self) -> "tuple[Question, ...]":
        return tuple(b.question for s in self.sections for b in s.blocks if isinstance(b, QuestionBlock))

    @cached_property
    def labs(self) -> tuple[Lab, ...]:
        return tuple(b.lab for s in self.sections for b in s.blocks if isinstance(b, LabBlock))

    @cached_property
    def walkthroughs(self) -> tuple[Walkthrough, ...]:
        return tuple(b.walkthrough for s in self.sections for b in s.blocks if isinstance(b, WalkthroughBlock))

    def taught(self, question: str) -> "tuple[Section, Lab | None]":
        """The section that a question stands in, and the nearest lab before it. Raises KeyError."""
        nearest = None
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, LabBlock):
                    nearest = block.lab
                elif isinstance(block, QuestionBlock) and block.question.id == question:
                    return section, nearest
        raise KeyError(question)

    @property
    def xp(self) -> int:
        """What a student can earn here in all."""
        return sum(q.xp for q in self.questions)


@dataclass(frozen=True)
class Course:
    slug: str
    title: str
    summary: str
    ticker: tuple[str, ...]
    authors: tuple[Author, ...]
    #: In the order that course.yaml gives.
    skills: tuple[Skill, ...]
    lessons: tuple[Lesson, ...]
    glossary: tuple[Term, ...]
    folder: Path
    hash: str
    #: What it is written in, as HTML's ``lang``.
    language: str = "en"
    #: A lesson's old slug -> the one that it has now, or that stands in its place.
    renamed: Mapping[str, str] = field(default_factory=dict)
    #: Ids of blocks and slugs of lessons that were taken out for good.
    retired: frozenset[str] = frozenset()

    @cached_property
    def lesson_by_slug(self) -> Mapping[str, Lesson]:
        return {lesson.slug: lesson for lesson in self.lessons}

    def lesson_named(self, slug: str) -> Lesson | None:
        """The lesson that has this slug, or had it before it was renamed; None for one that is retired."""
        now = slug if slug in self.lesson_by_slug or slug in self.retired else self.renamed.get(slug, slug)
        return self.lesson_by_slug.get(now)

    @cached_property
    def old_names(self) -> Mapping[str, tuple[str, ...]]:
        """The slugs that lessons had, by the slug that they have."""
        found: dict[str, tuple[str, ...]] = {}
        for old, new in self.renamed.items():
            if self.lesson_named(old) is not None:
                found[new] = (*found.get(new, ()), old)
        return found

    @cached_property
    def skill_by_id(self) -> Mapping[str, Skill]:
        return {skill.id: skill for skill in self.skills}

    @cached_property
    def question_by_id(self) -> "Mapping[str, tuple[Lesson, Question]]":
        return {q.id: (lesson, q) for lesson in self.lessons for q in lesson.questions}

    @cached_property
    def walkthrough_by_id(self) -> Mapping[str, tuple[Lesson, Walkthrough]]:
        return {one.id: (lesson, one) for lesson in self.lessons for one in lesson.walkthroughs}

    @cached_property
    def lab_by_id(self) -> Mapping[str, tuple[Lesson, Lab]]:
        return {lab.id: (lesson, lab) for lesson in self.lessons for lab in lesson.labs}

    @property
    def xp(self) -> int:
        return sum(lesson.xp for lesson in self.lessons)
