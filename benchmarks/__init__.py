"""What the performance goals are measured with. ``make bench`` runs them all and writes benchmarks/results/.

Every figure stands beside a named peer or limit measured in the same run; medians of interleaved rounds; the server
and the load on different cores where there are enough.
"""

import os
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """One line of the table. ``goal`` bounds ``ratio``, which is ours over theirs, or ours where there is no peer."""

    what: str
    ours: float
    unit: str
    peer: str
    theirs: float | None
    sense: Literal["at least", "at most"]
    goal: float

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None

    @property
    def met(self) -> bool:
        value = self.ours if self.theirs is None else self.ours / self.theirs
        return value >= self.goal if self.sense == "at least" else value <= self.goal


def interleaved(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each measure over rounds in which they take turns, so that a noisy minute hits them alike."""
    seen: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for values, measure in zip(seen, measures, strict=True):
            values.append(measure())
    return [statistics.median(values) for values in seen]


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def on_core(*cores: int) -> list[str]:
    """A prefix of a command line that keeps it on these cores, where the machine has them and taskset."""
    available = sorted(os.sched_getaffinity(0))
    if len(available) < 4 or subprocess.run(["which", "taskset"], capture_output=True, check=False).returncode:
        return []
    return ["taskset", "-c", ",".join(str(available[c % len(available)]) for c in cores)]
