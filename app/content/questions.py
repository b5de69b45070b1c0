# ruff: noqa: ARG002 - a seed means nothing to some kinds.
"""What every question is. Each kind shows itself without its key and grades itself, with no database and no clock."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar

from app.content.variants import Variables
from app.words import SOURCE, _, language

#: What a browser or a program may send as an answer. None is "I don't know yet".
Answer = str | int | float | list[str] | None


def paragraph(text: str) -> str:
    """A sentence of the site's own, which is safe HTML, among a course's words: it says its own language."""
    return f'<p lang="{language()}">{text}</p>' if language() != SOURCE else f"<p>{text}</p>"


class AnswerError(ValueError):
    """An answer that this question cannot read, in words for the one who sent it."""


@dataclass(frozen=True)
class ShownOption:
    """An option as a student sees it. ``id`` is permanent, and says nothing of whether it is right."""

    id: str
    html: str


@dataclass(frozen=True)
class Shown:
    """A question as a student sees it before answering: no key, no verdict, no explanation, no hint's text."""

    prompt_html: str
    options: tuple[ShownOption, ...] = ()
    unit: str = ""
    hints: int = 0
    has_variants: bool = False
    #: What each option may be matched with.
    targets: tuple[ShownOption, ...] = ()


@dataclass(frozen=True)
class Feedback:
    """What is said of one part of an answer; ``option`` is None where it is about the whole."""

    option: str | None
    correct: bool
    html: str


@dataclass(frozen=True)
class Grade:
    correct: bool
    #: From 0 to 1.
    score: float
    feedback: tuple[Feedback, ...]


@dataclass(frozen=True)
class Question(ABC):
    """One question. ``seed`` is the student's draw: it orders the options and picks the variant's values.

    The HTML fields are safe, and hold marks where a variant's values go.
    """

    kind: ClassVar[str]

    id: str
    skill: str
    #: 1-based line in the lesson's file.
    line: int
    prompt_html: str = ""
    explanation_html: str = ""
    hints_html: tuple[str, ...] = ()
    variables: Variables = field(default_factory=Variables)

    @property
    def xp(self) -> int:
        """What showing it earns, once."""
        return 20

    def draw(self, seed: int) -> Mapping[str, int | float]:
        """The values of this variant's variables; empty where it has none. Seeds one apart give different variants."""
        return self.variables.variant(seed)

    def shown(self, seed: int) -> Shown:
        return Shown(
            prompt_html=self._filled(self.prompt_html, seed),
            options=tuple(ShownOption(id, self._filled(html, seed)) for id, html in self._options(seed)),
            unit=self._unit(),
            hints=len(self.hints_html),
            has_variants=self.variables.count > 1,
            targets=tuple(ShownOption(id, self._filled(html, seed)) for id, html in self._targets(seed)),
        )

    def asked(self) -> Mapping[str, Any] | None:
        """What an attempt keeps of the question beside its grade, JSON-able; None for nothing."""
        return None

    def offered(self) -> str:
        """Names what an answer was chosen from and the values it was about; empty where an answer stands by itself.

        An answer given to something else offered cannot be graded again.
        """
        ids = [id for id, _ in (*self._options(0), *self._targets(0))] if self.kind != "choice" else []
        if not ids and self.variables.count <= 1:
            return ""
        return sha256(repr((sorted(ids), self.variables)).encode()).hexdigest()[:12]

    @abstractmethod
    def read(self, raw: Any) -> Answer:
        """The answer in its canonical form, from JSON or from a form's field values. Raises AnswerError."""

    @abstractmethod
    def grade(self, answer: Answer, seed: int) -> Grade:
        """The verdict on an answer that ``read`` gave; None ("I don't know yet") is not correct, without feedback."""

    @abstractmethod
    def key(self, seed: int) -> Answer:
        """A fully right answer: for the checker, the tests and the page after an explanation, never a page before."""

    def explanation(self, seed: int) -> str:
        """Safe HTML; shown after an answer or on request."""
        return self._filled(self.explanation_html, seed)

    def hint(self, number: int, seed: int) -> str:
        """Safe HTML of hint ``number``, from 1. Raises IndexError past the last."""
        if not 1 <= number <= len(self.hints_html):
            raise IndexError(number)
        return self._filled(self.hints_html[number - 1], seed)

    def _options(self, seed: int) -> tuple[tuple[str, str], ...]:
        """Ids and HTML, in the order that this student sees."""
        return ()

    def _targets(self, seed: int) -> tuple[tuple[str, str], ...]:
        """Ids and HTML of what options are matched with, in the order that this student sees."""
        return ()

    def _unit(self) -> str:
        return ""

    def _filled(self, html: str, seed: int) -> str:
        return self.variables.fill(html, self.draw(seed))


#: What is given for an answer of None.
UNKNOWN = Grade(correct=False, score=0.0, feedback=())


def option_id(question: str, source: str) -> str:
    """The permanent id of an option: a hash of its question's id and its text, of neither its place nor its verdict."""
    text = " ".join(source.split())
    return "o" + sha256(f"{question}\0{text}".encode()).hexdigest()[:10]


def shuffled(ids: tuple[str, ...], seed: int) -> tuple[str, ...]:
    """``ids`` in the order of a seed: the same on every machine and version of Python."""
    return tuple(sorted(ids, key=lambda id: sha256(f"{seed}\0{id}".encode()).digest()))


def one_text(raw: Any) -> str:
    """A single answer, from JSON or from a form that sends lists. Raises AnswerError."""
    if isinstance(raw, list | tuple) and len(raw) == 1:
        raw = raw[0]
    if not isinstance(raw, str):
        raise AnswerError(_("Send one answer."))
    return raw


def several_texts(raw: Any, known: frozenset[str]) -> list[str]:
    """Ids of options, each at most once, in the order given. Raises AnswerError."""
    if isinstance(raw, str):
        raw = [raw]
    if not isinstance(raw, list | tuple) or not all(isinstance(one, str) for one in raw):
        raise AnswerError(_("Send a list of options."))
    if len(set(raw)) != len(raw):
        raise AnswerError(_("Send each option at most once."))
    if not known.issuperset(raw):
        raise AnswerError(_("One of these options does not belong to this question."))
    if not raw:
        raise AnswerError(_("Choose at least one option."))
    return list(raw)
