# ruff: noqa: ARG002 - a seed means nothing to some of these.
"""Questions answered by pairing what stands on the left with what belongs to it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from app.content.questions import (
    UNKNOWN,
    Answer,
    AnswerError,
    Feedback,
    Grade,
    Question,
    paragraph,
    several_texts,
    shuffled,
)
from app.words import _

#: Stands between the two ids of a pair in an answer.
TO = ":"


@dataclass(frozen=True)
class Pair:
    """One row: what stands on the left, and the id of what belongs to it. The HTML is safe."""

    id: str
    html: str
    target: str
    feedback_html: str = ""


@dataclass(frozen=True)
class Match(Question):
    """``targets`` are what may be chosen, id and HTML; several rows may have one, and some may have none.

    An answer is a list of ``left:target``, at most one for each row. The score is the share of rows matched rightly.
    """

    kind: ClassVar[str] = "match"

    pairs: tuple[Pair, ...] = ()
    targets: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(f"{pair.id}{TO}{target}" for pair in self.pairs for target, _ in self.targets)

    def _options(self, seed: int) -> tuple[tuple[str, str], ...]:
        return tuple((pair.id, pair.html) for pair in self.pairs)

    def _targets(self, seed: int) -> tuple[tuple[str, str], ...]:
        html = dict(self.targets)
        return tuple((id, html[id]) for id in shuffled(tuple(html), seed))

    def read(self, raw: Any) -> Answer:
        """The pairs in the order of the rows."""
        if raw is None:
            return None
        if raw in ([], ()):
            raise AnswerError(_("Choose something for at least one row."))
        chosen = dict(one.split(TO) for one in several_texts(raw, self._known))
        if len(chosen) < len(raw if isinstance(raw, list | tuple) else [raw]):
            raise AnswerError(_("Choose one answer for each row."))
        return [f"{pair.id}{TO}{chosen[pair.id]}" for pair in self.pairs if pair.id in chosen]

    def grade(self, answer: Answer, seed: int) -> Grade:
        if answer is None:
            return UNKNOWN
        chosen = dict(one.split(TO) for one in several_texts(answer, self._known))
        said = []
        for pair in self.pairs:
            if pair.id in chosen:
                right = chosen[pair.id] == pair.target
                said.append(Feedback(pair.id, right, "" if right else self._filled(pair.feedback_html, seed)))
        count = sum(one.correct for one in said)
        words = paragraph(_("%(n)s of %(of)s rows are right.", n=count, of=len(self.pairs)))
        whole = Feedback(None, count == len(self.pairs), words)
        return Grade(whole.correct, count / len(self.pairs), (*said, whole))

    def key(self, seed: int) -> Answer:
        return [f"{pair.id}{TO}{pair.target}" for pair in self.pairs]
