# ruff: noqa: ARG002 - a seed means nothing to some kinds.
"""Questions answered by picking options: ``choice`` (one is right) and ``multiple`` (each may be)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal

from app.content.questions import (
    UNKNOWN,
    Answer,
    AnswerError,
    Feedback,
    Grade,
    Question,
    one_text,
    paragraph,
    several_texts,
    shuffled,
)
from app.words import _, ngettext

Partial = Literal["off", "net", "each"]


@dataclass(frozen=True)
class Option:
    """An option as written. The HTML is safe."""

    id: str
    html: str
    correct: bool
    feedback_html: str = ""


@dataclass(frozen=True)
class Picked(Question):
    """What both kinds share."""

    options: tuple[Option, ...] = ()
    shuffle: bool = True

    @cached_property
    def _by_id(self) -> dict[str, Option]:
        return {option.id: option for option in self.options}

    def _options(self, seed: int) -> tuple[tuple[str, str], ...]:
        ids = tuple(self._by_id)
        return tuple((id, self._by_id[id].html) for id in (shuffled(ids, seed) if self.shuffle else ids))

    def _said(self, option: Option, seed: int) -> Feedback:
        return Feedback(option.id, option.correct, self._filled(option.feedback_html, seed))


@dataclass(frozen=True)
class Choice(Picked):
    """One option is right."""

    kind: ClassVar[str] = "choice"

    def read(self, raw: Any) -> Answer:
        if raw is None:
            return None
        chosen = one_text(raw)
        if chosen not in self._by_id:
            raise AnswerError(_("This option does not belong to this question."))
        return chosen

    def grade(self, answer: Answer, seed: int) -> Grade:
        if answer is None:
            return UNKNOWN
        option = self._by_id[one_text(self.read(answer))]
        return Grade(option.correct, float(option.correct), (self._said(option, seed),))

    def key(self, seed: int) -> Answer:
        return next(option.id for option in self.options if option.correct)


@dataclass(frozen=True)
class Multiple(Picked):
    """Every option is right or wrong by itself.

    ``partial`` is how a partly right answer scores: ``off`` not at all, ``net`` by the right ones chosen less the wrong
    ones, ``each`` by the share of options judged rightly.
    """

    kind: ClassVar[str] = "multiple"

    partial: Partial = "off"

    @cached_property
    def _right(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.correct)

    def read(self, raw: Any) -> Answer:
        """Ids in the order that the author wrote the options, so that equal answers are equal."""
        if raw is None:
            return None
        chosen = several_texts(raw, frozenset(self._by_id))
        return [id for id in self._by_id if id in chosen]

    def grade(self, answer: Answer, seed: int) -> Grade:
        if answer is None:
            return UNKNOWN
        chosen = frozenset(several_texts(answer, frozenset(self._by_id)))
        correct = chosen == self._right
        feedback = [self._said(option, seed) for option in self.options if option.id in chosen]
        if missing := len(self._right - chosen):
            words = ngettext("One more option is right.", "%(num)s more options are right.", missing)
            feedback.append(Feedback(None, False, paragraph(words)))
        return Grade(correct, 1.0 if correct else self._share(chosen), tuple(feedback))

    def _share(self, chosen: frozenset[str]) -> float:
        hits = len(chosen & self._right)
        if self.partial == "net":
            return max(0.0, (hits - len(chosen - self._right)) / len(self._right))
        if self.partial == "each":
            return 1 - len(chosen ^ self._right) / len(self.options)
        return 0.0

    def key(self, seed: int) -> Answer:
        return [option.id for option in self.options if option.correct]
