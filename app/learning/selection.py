"""Which questions make a set, and in which order: pure rules over what is due.

The weakest of each skill comes before any skill's second, and two questions of one skill stand apart where that can
be: mixed practice is remembered better than practice in blocks (Rohrer, Dedrick & Stershic 2015,
https://doi.org/10.1037/edu0000001).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: The most questions of a review, and of a repair.
REVIEW, REPAIR = 10, 5


@dataclass(frozen=True)
class Candidate:
    """A question that may be asked again."""

    course: str
    question: str
    skill: str
    #: Estimated probability of a right answer now, from 0 to 1.
    recall: float
    #: A network to build and have measured: several minutes' work.
    long: bool = False

    @property
    def topic(self) -> tuple[str, str]:
        """The skill, told apart from one of the same id in another course."""
        return self.course, self.skill


def review(due: Iterable[Candidate], most: int = REVIEW) -> tuple[Candidate, ...]:
    """A mixed set of what is due, at most ``most``, and one long question among them: a review is short."""
    turns = _by_turns(due)
    first_long = next((one for one in turns if one.long), None)
    return interleaved([one for one in turns if not one.long or one is first_long][:most])


def repair(fading: Iterable[Sequence[Candidate]], most: int = REPAIR) -> tuple[Candidate, ...]:
    """A small set that lifts as many skills as it can, at most ``most`` questions.

    ``fading`` holds, for each fading skill, the questions that lift it together, weakest first. Those of a skill are
    all asked or none, as some of them would lift nothing; a skill that needs more than a set holds has one to itself.
    """
    chosen: list[Candidate] = []
    for needed in sorted(filter(None, fading), key=lambda one: (len(one), one[0].recall, one[0].topic)):
        if not chosen or len(chosen) + len(needed) <= most:
            chosen += needed[:most]
    return interleaved(chosen)


def interleaved(chosen: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The same questions, with as few neighbours of one skill as there can be."""
    waiting: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for one in chosen:
        waiting[one.topic].append(one)
    rank = {topic: number for number, topic in enumerate(waiting)}
    ordered: list[Candidate] = []
    while waiting:
        last = ordered[-1].topic if ordered else None
        # The skill with the most left goes first, or its last ones would have to stand together.
        topic = min(waiting, key=lambda at: (at == last, -len(waiting[at]), rank[at]))
        ordered.append(waiting[topic].pop(0))
        if not waiting[topic]:
            del waiting[topic]
    return tuple(ordered)


def _by_turns(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The weakest of each skill, weakest skill first; then each skill's second; and so on."""
    skills: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for one in sorted(candidates, key=lambda one: (one.recall, one.course, one.question)):
        skills[one.topic].append(one)
    turns = max(map(len, skills.values()), default=0)
    return [mine[turn] for turn in range(turns) for mine in skills.values() if turn < len(mine)]
