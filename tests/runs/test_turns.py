"""Turns among the threads of one process, without Dask."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from app.lab.messages import Cancelled
from app.runs import turns as turns_module
from app.runs.turns import TimeUp, Turn, Turns


@pytest.fixture(autouse=True)
def _every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns_module, "SLICE", 0.0)


class Line:
    """Threads that take turns; what each does in a step is noted in order."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.noted: list[tuple[int, int]] = []

    def run(self, number: int, steps: int, turn: Turn, each: Callable[[], object] = lambda: None) -> list[object]:
        found: list[object] = []
        try:
            for step in range(steps):
                self.turns.step(turn)
                self.noted.append((number, step))
                found.append(each())
        finally:
            self.turns.leave(turn)
        return found

    def together(self, jobs: Sequence[Callable[[], object]]) -> list[object]:
        """Have all of them stand in line before the first goes on."""
        first = Turn(60)
        self.turns.step(first)
        with ThreadPoolExecutor(len(jobs)) as pool:
            waiting = [pool.submit(job) for job in jobs]
            while len(self.turns._line) <= len(jobs):
                threading.Event().wait(0.001)
            self.turns.leave(first)
            return [one.result(20) for one in waiting]


def test_each_has_a_step_in_turn() -> None:
    line = Line()
    line.together([lambda number=number: line.run(number, 20, Turn(60)) for number in range(3)])  # type: ignore[misc]
    order = [number for number, _ in line.noted[:3]]
    assert sorted(order) == [0, 1, 2]
    assert [number for number, _ in line.noted] == order * 20


def test_what_is_drawn_does_not_depend_on_the_others() -> None:
    def drawing(line: Line, seed: int) -> object:
        def each() -> float:
            if not seeded:
                torch.manual_seed(seed)
                seeded.append(True)
            return float(torch.rand(()))

        seeded: list[bool] = []
        return line.run(seed, 12, Turn(60), each)

    alone = [drawing(Line(), seed) for seed in (1, 2, 3)]
    line = Line()
    together = line.together([lambda seed=seed: drawing(line, seed) for seed in (1, 2, 3)])  # type: ignore[misc]
    assert together == alone


def test_one_that_waits_is_stopped_at_once_and_one_that_computes_at_its_step() -> None:
    turns, mine, other = Turns(), Turn(60), Turn(60)
    turns.step(mine)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(turns.step, other)
        turns.stop(other)
        with pytest.raises(Cancelled):
            waiting.result(5)
        turns.leave(other)
    turns.step(mine)
    turns.stop(mine)
    with pytest.raises(Cancelled):
        turns.step(mine)
    turns.leave(mine)
    turns.step(Turn(60))  # nobody stands before the next
    turns.leave(turns._line[0])


def test_time_is_up_at_a_step() -> None:
    turns, turn = Turns(), Turn(0.05)
    turns.step(turn)
    threading.Event().wait(0.06)
    with pytest.raises(TimeUp):
        turns.step(turn)
    turns.leave(turn)
    assert 0.05 < turn.seconds < 1
