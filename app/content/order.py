# ruff: noqa: ARG002 - a seed means nothing to some of these.
"""Questions answered by putting items in order."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from app.content.questions import UNKNOWN, Answer, Feedback, Grade, Question, paragraph, several_texts, shuffled
from app.words import _


@dataclass(frozen=True)
class Item:
    """One thing to place. A distractor belongs nowhere. The HTML is safe."""

    id: str
    html: str
    distractor: bool = False
    feedback_html: str = ""


@dataclass(frozen=True)
class Order(Question):
    """``items`` stand in the right order, then the distractors.

    The score is the longest run of the answer that follows the right order without a gap, over the number of items
    placed or to be placed, whichever is more; a run of one is nothing.
    """

    kind: ClassVar[str] = "order"

    items: tuple[Item, ...] = ()

    @cached_property
    def _by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def _right(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items if not item.distractor)

    def _options(self, seed: int) -> tuple[tuple[str, str], ...]:
        ids = shuffled(tuple(self._by_id), seed)
        if ids == tuple(self._by_id):
            ids = (*ids[1:], ids[0])
        return tuple((id, self._by_id[id].html) for id in ids)

    def read(self, raw: Any) -> Answer:
        return None if raw is None else several_texts(raw, frozenset(self._by_id))

    def grade(self, answer: Answer, seed: int) -> Grade:
        if answer is None:
            return UNKNOWN
        given = several_texts(answer, frozenset(self._by_id))
        if tuple(given) == self._right:
            return Grade(True, 1.0, (Feedback(None, True, paragraph(_("Every step is in its place."))),))
        start, length = self._run(given)
        score = length / max(len(self._right), len(given)) if length > 1 else 0.0
        return Grade(False, score, (*self._astray(given, seed), Feedback(None, False, _words(start, length))))

    def _astray(self, given: list[str], seed: int) -> list[Feedback]:
        """What is said of the distractors that were placed."""
        said = []
        for id in given:
            item = self._by_id[id]
            if item.distractor:
                html = self._filled(item.feedback_html, seed) or paragraph(_("This one has no place here."))
                said.append(Feedback(id, False, html))
        return said

    def _run(self, given: list[str]) -> tuple[int, int]:
        """Start (from 0) and length of the longest stretch of the answer that follows the right order."""
        follows = dict(zip(self._right, self._right[1:], strict=False))
        best, start = (0, 0), 0
        for index, id in enumerate(given):
            if self._by_id[id].distractor:
                start = index + 1
                continue
            if index > start and follows.get(given[index - 1]) != id:
                start = index
            best = max(best, (index - start + 1, -start))
        return -best[1], best[0]

    def key(self, seed: int) -> Answer:
        return list(self._right)


def _words(start: int, length: int) -> str:
    if length < 2:
        return paragraph(_("No two steps follow each other as they should yet."))
    return paragraph(
        _("The longest right stretch is places %(first)s to %(last)s.", first=start + 1, last=start + length)
    )
