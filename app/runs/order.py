"""Who is next, who gives way, and when each may begin, by what is under way."""

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from app.runs.live import Attempt, Live


def in_order(queue: Sequence[Live], attempts: Iterable[Attempt]) -> list[Live]:
    """Who is next: a lesson's own runs first, then whoever has least under way, then who came first.

    A run that others have joined counts for the one among them who has least.
    """
    under_way = _under_way(attempts)
    waiting, ordered = list(queue), []
    while waiting:
        best = min(waiting, key=lambda live: (not live.own, min((under_way[one] for one in live.learners), default=0)))
        waiting.remove(best)
        ordered.append(best)
        under_way.update(best.learners)
    return ordered


def gives_way(first: Live, gpu: bool, attempts: Sequence[Attempt]) -> Attempt | None:
    """Where ``first`` waits for one who has nothing under way, and another has several runs: the newest of these."""
    under_way = _under_way(attempts)
    # One that is leaving makes room already.
    if any(under_way[learner] for learner in first.learners) or not all(attempt.wanted for attempt in attempts):
        return None
    several = [
        attempt
        for attempt in places_of(attempts, gpu)
        if not attempt.live.own and all(under_way[learner] > 1 for learner in attempt.live.learners)
    ]
    return several[-1] if several else None


def starts(
    ordered: Sequence[Live],
    attempts: Sequence[Attempt],
    places: dict[bool, int],
    wants_gpu: Callable[[Live], bool],
    expected: Callable[[Live, bool], float | None],
) -> list[float | None]:
    """Seconds until each of ``ordered`` may begin; None where it depends on a run of which nothing is known.

    ``places`` are how many go on at once with and without a GPU, ``expected`` is how long a run takes there.
    """
    free: dict[bool, list[float]] = {}
    for gpu, number in places.items():
        here = [_left(attempt, expected(attempt.live, gpu)) for attempt in places_of(attempts, gpu)]
        free[gpu] = here + [0.0] * (number - len(here))
        heapq.heapify(free[gpu])
    found: list[float | None] = []
    for live in ordered:
        gpu = wants_gpu(live)
        if not free[gpu]:
            found.append(None)
            continue
        takes = expected(live, gpu)
        begins = heapq.heapreplace(free[gpu], free[gpu][0] + (math.inf if takes is None else takes))
        found.append(begins if math.isfinite(begins) else None)
    return found


def places_of(attempts: Iterable[Attempt], gpu: bool) -> list[Attempt]:
    """The attempts that hold a place on a GPU, or on a processor; those in the place for short runs hold neither."""
    return [attempt for attempt in attempts if attempt.gpu == gpu and not attempt.short]


def _under_way(attempts: Iterable[Attempt]) -> Counter[str]:
    return Counter(learner for attempt in attempts for learner in attempt.live.learners)


def _left(attempt: Attempt, takes: float | None) -> float:
    """Seconds that an attempt still needs: by its own steps, or by how long such runs took; endless where unknown."""
    if attempt.left is not None:
        return attempt.left
    # One that takes longer than they all did may take any time.
    return math.inf if takes is None or attempt.seconds > takes else takes - attempt.seconds
