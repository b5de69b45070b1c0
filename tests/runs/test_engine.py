"""Which run goes to which room, without workers: what would be sent is only noted down."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from app.lab.catalogue import spec
from app.runs.cluster import Cluster, Room
from app.runs.engine import TRIES, Engine
from app.runs.environment import SHORT
from app.runs.live import Live
from app.runs.run import Run
from app.settings import Settings

pytestmark = pytest.mark.anyio


class Noted(Engine):
    """An engine whose orders stay here."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.sent: list[dict[str, Any]] = []
        self.over: list[str] = []
        patch.setattr(Cluster, "_order", lambda _, order: self.sent.append(order))
        super().__init__(Settings(lab_seconds=1.0), lambda live, lasting: self.over.append(live.run.id))

    def room(self, **room: int) -> None:
        self._cluster.room = Room(**room)
        self.room_changed()

    def ask(self, depth: int | None = None, who: str = "ada", own: bool = False, seed: int = 0) -> Live:
        flow = spec("gradient-flow", options={"depths": [depth]}, seed=seed) if depth else None
        asked = flow or spec("parameters", network="vgg11")
        live = Live(Run(asked.id, asked, "queued", created=0.0), {who}, own)
        self.add(live)
        return live

    def keys(self) -> list[str]:
        return [order["run"] for order in self.sent if "run" in order]


def clocked(patch: pytest.MonkeyPatch) -> list[float]:
    """A clock to be set by hand. The event loop keeps its own."""
    clock = [100.0]
    still = SimpleNamespace(monotonic=lambda: clock[0], time=lambda: clock[0])
    patch.setattr("app.runs.live.time", still)
    patch.setattr("app.runs.engine.time", still)
    return clock


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Noted:
    return Noted(monkeypatch)


async def test_without_workers_everything_waits_in_order(engine: Noted) -> None:
    waiting = [engine.ask(depth) for depth in (8, 14, 20)]
    assert [live.run.place for live in waiting] == [1, 2, 3]
    assert engine.sent == []
    engine.room(cpus=1, workers=1)
    assert [live.run.place for live in waiting] == [None, 1, 2]
    assert len(engine.sent) == 1
    await engine.stop()


async def test_what_needs_torch_waits_for_a_gpu_where_there_is_one(engine: Noted) -> None:
    engine.room(cpus=1, gpus=1, workers=2)
    first, second = engine.ask(8), engine.ask(14)
    assert (first.run.place, second.run.place) == (None, 1)
    counted = engine.ask()
    assert counted.run.place is None
    assert [order["place"] for order in engine.sent] == ["GPU", "CPU"]
    await engine.stop()


async def test_what_was_short_goes_where_it_was_measured_to_be_quicker(engine: Noted) -> None:
    engine.room(cpus=4, gpus=8, workers=5)

    def goes_to_gpu(depth: int) -> bool:
        live = engine.ask(depth, seed=len(engine.sent))
        assert live.run.place is None
        return bool(engine.sent[-1]["place"] == "GPU")

    # Nothing is known: a GPU. Short there: tried on a processor. Then whichever took less.
    took = {8: [], 14: [("NVIDIA H100", 0.4)], 20: [("NVIDIA H100", 0.4), ("CPU", 0.2)]}
    took |= {
        26: [("NVIDIA H100", 0.4), ("CPU", 0.9)],
        32: [("CPU", 0.3)],
        38: [("CPU", 9.0)],
        44: [("NVIDIA H100", 4.0)],
    }
    for depth, measured in took.items():
        for device, seconds in measured:
            engine.history.add(spec("gradient-flow", options={"depths": [depth]}, seed=99), device, seconds)
    assert {depth: goes_to_gpu(depth) for depth in took} == {
        **{8: True, 14: False, 20: False, 26: True},
        **{32: False, 38: True, 44: True},
    }
    await engine.stop()


async def test_what_is_known_to_be_short_does_not_wait_behind_what_is_long(engine: Noted) -> None:
    engine.room(cpus=1, shorts=1, workers=1)
    engine.history.add(spec("gradient-flow", options={"depths": [14]}, seed=99), "CPU", 0.2)
    engine.history.add(spec("gradient-flow", options={"depths": [20]}, seed=99), "CPU", 9.0)
    long, unknown, slow = engine.ask(152), engine.ask(56, "bob"), engine.ask(20, "eve")
    short, next_short = engine.ask(14, "eve"), engine.ask(14, "bob", seed=1)
    assert [live.run.place for live in (long, unknown, slow, short)] == [None, 1, 2, None]
    assert next_short.run.place is not None
    assert [(order["place"], order["task"]["limit"]) for order in engine.sent] == [("CPU", 1.0), ("SHORT", SHORT)]
    # It is no room for others while it is there, and its end lets the next one in.
    engine.heard({"key": engine.keys()[1], "head": {"status": "done", "device": "CPU", "seconds": 0.2}, "text": "{}"})
    await asyncio.sleep(0.01)
    assert short.run.ended
    assert next_short.run.place is None
    # One that takes longer after all waits for a place of its own, and that was no try.
    engine.heard({"key": engine.keys()[2], "head": {"status": "overrun", "device": None, "seconds": 1.0}, "text": ""})
    await asyncio.sleep(0.01)
    assert (next_short.run.status, next_short.run.tries, next_short.run.place) == ("queued", 0, 3)
    assert "a place of its own" in (next_short.run.note or "")
    assert len(engine.keys()) == 3
    await engine.stop()


async def test_who_shared_a_gpu_that_was_lost_is_tried_again_apart(engine: Noted) -> None:
    engine.room(cpus=1, gpus=4, workers=2)
    shared = [engine.ask(8), engine.ask(14, "bob")]
    first, second = engine.keys()
    for key in (first, second):
        engine.heard({"key": key, "began": "tcp://gpu"})
    engine.worker_lost("tcp://gpu")
    await asyncio.sleep(0.01)
    # One at a time on the only processor; a third, that was not there, on the GPU as ever.
    assert [order["place"] for order in engine.sent if "run" in order] == ["GPU", "GPU", "CPU"]
    assert sorted(live.run.place or 0 for live in shared) == [0, 1]
    assert engine.ask(20, "eve").run.place is None
    # Without processors there is nothing else for them.
    engine.room(gpus=4, workers=1)
    await asyncio.sleep(0.01)
    assert all(live.run.place is None for live in shared)
    await engine.stop()


async def test_a_lost_worker_is_tried_again_before_those_who_wait(engine: Noted) -> None:
    engine.room(cpus=1, workers=1)
    first, second = engine.ask(8), engine.ask(14)
    for attempt in range(1, TRIES + 1):
        engine.heard({"key": engine.keys()[-1], "began": "tcp://worker"})
        assert (first.run.status, first.run.tries) == ("running", attempt)
        engine.worker_lost("tcp://another")
        await asyncio.sleep(0)
        assert first.run.status == "running"
        engine.worker_lost("tcp://worker")
        await asyncio.sleep(0.01)
    assert first.run.status == "failed"
    assert engine.over == [first.run.id]
    assert second.run.tries == 1
    await engine.stop()


async def test_what_is_said_of_an_attempt_that_was_given_up_is_not_heard(engine: Noted) -> None:
    engine.room(cpus=1, workers=1)
    live = engine.ask(8)
    (key,) = engine.keys()
    engine.heard({"key": key, "began": "tcp://worker"})
    engine.worker_lost(None)
    await asyncio.sleep(0.01)
    assert (live.run.status, live.run.note) == ("queued", "the worker was lost; trying again, 2 of 3")
    engine.heard({"key": key, "head": {"status": "done"}, "text": "{}"})
    await asyncio.sleep(0.01)
    assert not live.run.ended
    engine.heard({"key": engine.keys()[-1], "head": {"status": "done", "seconds": 0.5}, "text": "{}"})
    await asyncio.sleep(0.01)
    assert (live.run.status, live.run.seconds) == ("done", 0.5)
    assert engine.over == [live.run.id]
    await engine.stop()


async def test_a_worker_that_is_not_heard_any_more_is_not_waited_for(
    engine: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runs.engine.GRACE", -0.9)
    engine.room(cpus=1, workers=1)
    live = engine.ask(8)
    engine.heard({"key": engine.keys()[0], "began": "tcp://worker"})
    await asyncio.sleep(0.2)
    assert live.run.status == "failed"
    assert live.run.error is not None
    assert live.run.error["message"] == "stopped after 1 seconds"
    assert {"stop": engine.keys()[0]} in engine.sent
    await engine.stop()


async def test_ones_first_goes_before_anothers_third(engine: Noted) -> None:
    flood = [engine.ask(depth) for depth in (8, 14, 20, 26)]
    late = engine.ask(32, "bob")
    assert [live.run.place for live in (*flood, late)] == [1, 3, 4, 5, 2]
    engine.room(cpus=1, workers=1)
    assert flood[0].run.place is None
    assert late.run.place == 1
    await engine.stop()


async def test_a_lessons_own_run_goes_before_free_play(engine: Noted) -> None:
    free, own = engine.ask(8, "bob"), engine.ask(14, own=True)
    assert (own.run.place, free.run.place) == (1, 2)
    await engine.stop()


async def test_nobody_holds_every_worker_while_another_waits(engine: Noted) -> None:
    engine.room(cpus=2, workers=2)
    kept, newest = engine.ask(8), engine.ask(14)
    begun = engine.keys()
    for key in begun:
        engine.heard({"key": key, "began": "tcp://worker"})
    late = engine.ask(20, "bob")
    await asyncio.sleep(0.01)
    assert (kept.run.status, newest.run.status) == ("running", "queued")
    assert "another student" in newest.run.note
    assert newest.run.tries == 0
    assert [order["stop"] for order in engine.sent if "stop" in order] == [begun[1]]
    # Its worker lets go, and the one who waited begins.
    engine.heard({"key": begun[1], "lost": True})
    await asyncio.sleep(0.01)
    assert late.run.place is None
    assert len(engine.keys()) == 3
    assert newest.run.place == 1
    await engine.stop()


async def test_who_has_one_run_keeps_it(engine: Noted) -> None:
    engine.room(cpus=2, workers=2)
    running = [engine.ask(8), engine.ask(14, "bob")]
    waiting = [engine.ask(20, "eve"), engine.ask(26, "ada")]
    await asyncio.sleep(0.01)
    assert [live.run.place for live in waiting] == [1, 2]
    assert all(live.attempt for live in running)
    assert not [order for order in engine.sent if "stop" in order]
    await engine.stop()


async def test_when_it_begins_is_judged_by_what_such_runs_took(engine: Noted, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = clocked(monkeypatch)
    alike = spec("gradient-flow", options={"depths": [14]}, seed=99)
    for seconds in (12.0, 10.0, 90.0):
        engine.history.add(alike, "CPU", seconds)
    engine.history.add(alike, "NVIDIA H100", 1.0)
    engine.room(cpus=1, workers=1)
    waiting = [engine.ask(14), engine.ask(14, "bob", seed=1), engine.ask(20, "cleo"), engine.ask(14, "eve", seed=2)]
    (key,) = engine.keys()
    engine.heard({"key": key, "began": "tcp://worker"})

    def told() -> list[float | None]:
        engine.room_changed()
        return [live.run.starts_in for live in waiting]

    # Nobody has run the third before: when the one after it begins, nobody knows.
    assert told() == [None, 10.0, 25.0, None]
    assert [live.run.place for live in waiting] == [None, 1, 2, 3]
    engine.history.add(waiting[2].run.spec, "CPU", 30.0)
    assert told() == [None, 10.0, 25.0, 55.0]
    assert waiting[1].run.as_json()["starts_in"] == 10.0
    # Its own steps say more than what others took.
    clock[0] += 2
    engine.heard({"key": key, "progress": {"step": "", "done": 1, "of": 4}})
    assert told() == [None, 6.0, 20.0, 50.0]
    clock[0] += 3
    assert told() == [None, 3.0, 15.0, 45.0]
    # What has taken longer than any such run may take any time.
    engine.heard({"key": key, "lost": True})
    await asyncio.sleep(0.01)
    engine.heard({"key": engine.keys()[-1], "began": "tcp://worker"})
    clock[0] += 13
    assert told()[1:] == [None, None, None]
    await engine.stop()


async def test_how_long_it_still_takes_is_judged_by_how_far_it_is(
    engine: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = clocked(monkeypatch)
    engine.room(cpus=1, workers=1)
    live = engine.ask(8)
    (key,) = engine.keys()
    engine.heard({"key": key, "began": "tcp://worker"})
    for after, done, remaining in ((0.5, 1, None), (2.0, 0, None), (2.0, 1, 6.0), (6.0, 3, 2.0), (8.0, 4, 0.0)):
        clock[0] = 100.0 + after
        engine.heard({"key": key, "progress": {"step": "", "done": done, "of": 4}})
        assert live.run.remaining == remaining
        assert live.run.as_json()["remaining"] == remaining
    engine.heard({"key": key, "head": {"status": "done"}, "text": "{}"})
    await asyncio.sleep(0.01)
    assert live.run.remaining is None
    await engine.stop()
