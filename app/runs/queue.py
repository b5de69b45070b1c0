"""Those who wait: where each stands, where it is to run, and what it is told meanwhile."""

import asyncio
import logging
from collections.abc import Sequence

from app.lab.catalogue import EXPERIMENTS
from app.runs import order
from app.runs.cluster import Cluster
from app.runs.environment import PLACES, SHORT
from app.runs.history import History
from app.runs.live import Attempt, Live

log = logging.getLogger(__name__)

#: Seconds without any worker after which those who wait are told.
LATE = 15.0
NO_LAB = (
    "the lab has not come up; your run is kept, and begins by itself when it does. "
    "If this lasts, tell whoever looks after this site."
)


class Queue:
    """The runs of one server that no worker has taken yet."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._waiting: list[Live] = []
        #: How long runs have taken.
        self.history = History()
        #: Set while there is no worker: when that is said to those who wait, and whether it was.
        self._late: asyncio.TimerHandle | None = None
        self._missing = False

    def __len__(self) -> int:
        return len(self._waiting)

    def of(self, learner_id: str) -> int:
        """How many runs of this learner wait."""
        return sum(learner_id in live.learners for live in self._waiting)

    def add(self, live: Live, first: bool = False) -> None:
        """Have a run wait, after the others or before them."""
        self._waiting.insert(0 if first else len(self._waiting), live)
        if self._missing:
            live.publish("state", note=NO_LAB)

    def remove(self, live: Live) -> None:
        """Have it wait no more; nothing where it does not."""
        if live in self._waiting:
            self._waiting.remove(live)

    def in_order(self, attempts: Sequence[Attempt]) -> list[Live]:
        """Who is next, beside what is under way."""
        return order.in_order(self._waiting, attempts)

    def wants_gpu(self, live: Live) -> bool:
        """Where there are GPUs: what gains from one, and everything where there is nothing else."""
        room, spec = self._cluster.room, live.run.spec
        if not room.gpus or not room.cpus:
            return room.gpus > 0
        return EXPERIMENTS[spec.experiment].needs_torch and not live.apart and self.history.prefers_gpu(spec)

    def is_short(self, live: Live) -> bool:
        """Whether a run may go where only short ones do: such runs were short, and this one has not shown otherwise."""
        expected = self.history.expected(live.run.spec, False)
        return expected is not None and expected < SHORT and not live.long

    def tell(self, attempts: Sequence[Attempt]) -> None:
        """Tell those who wait where they stand, and when they may begin, wherever that has changed."""
        ordered = self.in_order(attempts)
        places = {True: self._cluster.room.gpus, False: self._cluster.room.cpus}
        starts = order.starts(ordered, attempts, places, self.wants_gpu, self._takes)
        for place, (live, seconds) in enumerate(zip(ordered, starts, strict=True), 1):
            told = None if seconds is None else _coarse(seconds)
            if (live.run.place, live.run.starts_in) != (place, told):
                live.publish("state", place=place, starts_in=told)

    def look_for_workers(self) -> None:
        """Have those who wait told when no worker comes for a while, and that it has come after all."""
        if not self._cluster.room.workers:
            if self._late is None:
                self._late = asyncio.get_running_loop().call_later(LATE, self._tell_missing)
            return
        self.close()
        self._late, self._missing = None, False
        for live in self._waiting:
            if live.run.note == NO_LAB:
                live.publish("state", note="")

    def close(self) -> None:
        """Say nothing any more of its own accord."""
        if self._late:
            self._late.cancel()

    def _tell_missing(self) -> None:
        self._missing = True
        log.warning("the lab is not there: %s", self._cluster.trouble)
        for live in self._waiting:
            live.publish("state", note=NO_LAB)

    def _takes(self, live: Live, gpu: bool) -> float | None:
        seconds = self.history.expected(live.run.spec, gpu)
        # Whoever waits, waits because every place is taken: each then has its turn.
        return seconds and seconds * (PLACES if gpu else 1)


def _coarse(seconds: float) -> float:
    """No finer than it is known, so that it is not said anew at every look."""
    step = 1 if seconds < 10 else 5 if seconds < 60 else 30
    return float(step * round(seconds / step))
