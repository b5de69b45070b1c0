"""The question kinds. Each shows itself without its key and grades itself; neither touches a database or a clock."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

#: What a browser or a program may send as an answer.
Answer = str | int | float | list[str] | None


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
    """One question. ``seed`` is the student's draw: it orders the options and picks the variant's values."""

    kind: ClassVar[str]

    id: str
    skill: str
    #: 1-based line in the lesson's file.
    line: int

    @property
    def xp(self) -> int:
        """What showing it earns, once."""
        return 20

    @abstractmethod
    def shown(self, seed: int) -> Shown: ...

    @abstractmethod
    def read(self, raw: Any) -> Answer:
        """The answer in its canonical form, from JSON or from a form's field values. Raises AnswerError."""

    @abstractmethod
    def grade(self, answer: Answer, seed: int) -> Grade: ...

    @abstractmethod
    def explanation(self, seed: int) -> str:
        """Safe HTML; shown after an answer or on request."""

    @abstractmethod
    def hint(self, number: int, seed: int) -> str:
        """Safe HTML of hint ``number``, from 1. Raises IndexError past the last."""

    @abstractmethod
    def key(self, seed: int) -> Answer:
        """A fully right answer: for the checker, the tests and the page after an explanation. Never for a page before."""

    def draw(self, seed: int) -> Mapping[str, int | float]:
        """The values of this variant's variables; empty where it has none."""
        return {}
