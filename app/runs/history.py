"""How long runs have taken: what is said of those that wait is read off those that ended."""

import statistics
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator

from app.lab.messages import RunSpec
from app.runs.environment import SHORT

#: Durations kept of each question, the newest; questions kept, and runs that a start reads.
KEPT, QUESTIONS, READ = 9, 4000, 1000

#: What was run, on what in words, and in how many seconds.
Took = tuple[RunSpec, str | None, float | None]


class History:
    """Seconds that runs took, by question and by whether a GPU did it."""

    def __init__(self) -> None:
        self._took: OrderedDict[int, deque[float]] = OrderedDict()

    def load(self, ended: Iterable[Took]) -> None:
        """Take in what earlier servers measured, oldest first; what was seen here since counts as newer."""
        since, self._took = self._took, OrderedDict()
        for took in ended:
            self.add(*took)
        for key, known in since.items():
            self._note(key, known)

    def add(self, spec: RunSpec, device: str | None, seconds: float | None) -> None:
        """Note a run that was done."""
        if seconds is not None and device:
            for key in _keys(spec, device != "CPU"):
                self._note(key, [seconds])

    def prefers_gpu(self, spec: RunSpec) -> bool:
        """Whether such a run is worth a GPU: by what it took there and on a processor, as far as both were measured.

        What is not known yet is found out where it costs little: a run that was short on the one is tried on the other.
        """
        there, here = self.expected(spec, True), self.expected(spec, False)
        if there is not None and here is not None:
            return there < here
        return (here is None or here > SHORT) and (there is None or there > SHORT)

    def _note(self, key: int, seconds: Iterable[float]) -> None:
        self._took.setdefault(key, deque(maxlen=KEPT)).extend(seconds)
        self._took.move_to_end(key)
        if len(self._took) > QUESTIONS:
            self._took.popitem(last=False)

    def expected(self, spec: RunSpec, gpu: bool) -> float | None:
        """The median of the same question with other seeds, or else of the same options on other networks.

        None where none such was run: other options may take a hundred times as long.
        """
        return next((statistics.median(self._took[key]) for key in _keys(spec, gpu) if key in self._took), None)


def _keys(spec: RunSpec, gpu: bool) -> Iterator[int]:
    alike = spec.experiment, gpu, repr(sorted(spec.options.items()))
    yield hash((*alike, spec.network, spec.code, spec.input))
    yield hash(alike)
