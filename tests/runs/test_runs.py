"""Runs through a real scheduler and real workers."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.runs import Event, QueueFull, Run, Runs
from app.runs import runs as runs_module
from app.runs.environment import GRACE, PACE
from tests.runs.conftest import SOON, lab, migrated, running, settings, until
from tests.runs.probe import ask

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def runs(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Runs]:
    chosen = settings(tmp_path_factory.mktemp("data"))
    db = migrated(chosen)
    os.environ["RECEPTIVE_SECRET"] = os.environ["PGPASSWORD"] = "not for workers"
    async with lab(db, chosen) as opened:
        del os.environ["RECEPTIVE_SECRET"], os.environ["PGPASSWORD"]
        yield opened
    db.close()


async def submit(runs: Runs, learner: str = "ada", **what: object) -> Run:
    return await runs.submit(ask(**what), learner, time.time())  # type: ignore[arg-type]


async def finish(runs: Runs, learner: str = "ada", **what: object) -> Run:
    run = await submit(runs, learner, **what)
    return await runs.wait(run.id, SOON)


async def everything(runs: Runs, run_id: str, after: int = 0) -> list[Event]:
    return [event async for event in runs.events(run_id, after)]


async def test_a_run_is_done_and_says_on_what_and_how_long(runs: Runs) -> None:
    run = await finish(runs, text="hello")
    assert (run.status, run.device, run.cached, run.tries) == ("done", "CPU", False, 1)
    assert run.seconds is not None
    assert 0 <= run.seconds < 1
    assert run.result is not None
    assert run.result["text"] == "hello"
    assert run.id == ask(text="hello").id
    assert runs.ready()


async def test_the_same_question_is_answered_from_the_store(runs: Runs, tmp_path: Path) -> None:
    count = tmp_path / "count"
    first = await finish(runs, do="count", text=str(count))
    await until_stored(runs, first.id)
    again = await submit(runs, "bob", do="count", text=str(count))
    assert (again.status, again.cached, again.result) == ("done", True, first.result)
    assert len(count.read_text().split()) == 1


async def until_stored(runs: Runs, run_id: str) -> None:
    await until(lambda: run_id not in runs._live)


async def test_it_is_run_again_where_that_is_asked_for(runs: Runs, tmp_path: Path) -> None:
    spec = ask("count", str(tmp_path / "count"))
    for _ in range(2):
        run = await runs.submit(spec, "ada", time.time(), fresh=True)
        assert not (await runs.wait(run.id, SOON)).cached
    assert len((tmp_path / "count").read_text().split()) == 2


async def test_equal_questions_at_once_are_one_run(runs: Runs, tmp_path: Path) -> None:
    count = tmp_path / "count"
    asked = [submit(runs, f"learner {n}", do="count", text=str(count), steps=10) for n in range(20)]
    assert len({run.id for run in await asyncio.gather(*asked)}) == 1
    run = await finish(runs, do="count", text=str(count), steps=10)
    assert run.status == "done"
    assert len(count.read_text().split()) == 1


async def test_what_the_student_can_mend_is_stored_and_what_we_can_mend_is_not(runs: Runs) -> None:
    refused = await finish(runs, do="refuse")
    assert (refused.status, refused.error) == ("failed", {"message": "no", "line": 1, "column": 3, "mend": "yes"})
    await until_stored(runs, refused.id)
    assert (await submit(runs, do="refuse")).cached
    broken = await finish(runs, do="break", text="by zero")
    assert broken.status == "failed"
    assert broken.error is not None
    assert "ZeroDivisionError: by zero" in str(broken.error["message"])
    await until_stored(runs, broken.id)
    assert not (await submit(runs, do="break", text="by zero")).cached


async def test_progress_comes_in_order_and_at_most_ten_times_a_second(runs: Runs) -> None:
    run = await submit(runs, steps=60)
    started = time.monotonic()
    events = await everything(runs, run.id)
    took = time.monotonic() - started
    assert [event.number for event in events] == sorted({event.number for event in events})
    partials = [event for event in events if event.kind == "partial"]
    assert 5 < len(partials) <= took / PACE + 1
    reached = [event.run.result["reached"] for event in partials if event.run.result]
    assert reached == sorted(reached)
    assert partials[-1].run.progress == {"step": "step", "done": reached[-1], "of": 60}
    assert events[-1].run.status == "done"
    assert all(not event.run.ended for event in events[:-1])


async def test_who_comes_late_or_comes_back_hears_what_was_missed(runs: Runs) -> None:
    run = await submit(runs, text="late", steps=40)
    await running(runs, run.id)
    await asyncio.sleep(0.4)
    early, late = await asyncio.gather(everything(runs, run.id), everything(runs, run.id, 3))
    assert early[0].number == 1
    assert late == early[3:]
    await until_stored(runs, run.id)
    (last,) = await everything(runs, run.id, 5)
    assert last.run == replace(early[-1].run, cached=True, note="")
    assert last.number > 5
    assert await everything(runs, "nobody asked") == []


async def test_waiting_ends_with_the_run_or_with_patience(runs: Runs) -> None:
    run = await submit(runs, text="wait", steps=30)
    assert not (await runs.wait(run.id, 0.05)).ended
    assert (await runs.wait(run.id, SOON)).ended
    with pytest.raises(KeyError):
        await runs.wait("nobody asked", 1)
    assert await runs.get("nobody asked") is None


async def test_one_who_leaves_stops_nothing_that_another_waits_for(runs: Runs) -> None:
    run = await submit(runs, "ada", text="left", steps=40)
    await submit(runs, "bob", text="left", steps=40)
    for learner in ("ada", "ada", "a stranger"):
        left = await runs.cancel(run.id, learner)
        assert left is not None
        assert not left.ended
    assert (await runs.wait(run.id, SOON)).status == "done"


async def test_the_last_to_leave_stops_it_at_its_next_step(runs: Runs) -> None:
    run = await submit(runs, text="stop", steps=1000)
    first = await running(runs, run.id)
    stopped = await runs.cancel(run.id, "ada")
    assert stopped is not None
    assert stopped.status == "cancelled"
    before = runs.status()["workers"]
    # The worker is free again before its grace is over: it was asked, not ended.
    await until(lambda: runs.status()["running"] == 0, GRACE / 2)
    assert runs.status()["workers"] == before
    await until_stored(runs, run.id)
    assert (await runs.get(run.id) or first).status == "cancelled"
    assert not (await submit(runs, text="stop", steps=1000)).ended
    await runs.cancel(run.id, "ada")


async def test_what_is_short_passes_what_is_long(runs: Runs) -> None:
    short = ask("seeded", "passes", 2)
    await finish(runs, do="seeded", text="passes", steps=2)
    long = [await submit(runs, who, text=f"long for {who}", steps=1000) for who in ("ada", "bob")]
    for one in long:
        await running(runs, one.id)
    passed = await runs.submit(replace(short, seed=1), "eve", time.time())
    assert (await runs.wait(passed.id, SOON)).status == "done"
    slow = await runs.submit(replace(short, seed=2), "eve", time.time())
    heard = [event.run async for event in runs.events(slow.id)]
    assert any("a place of its own" in (run.note or "") for run in heard if run.status == "queued")
    assert (heard[-1].status, heard[-1].tries) == ("done", 1)
    assert {(await runs.wait(one.id, SOON)).status for one in long} == {"failed"}


async def test_a_run_that_is_cancelled_at_once_is_stopped_all_the_same(runs: Runs) -> None:
    """A cancel that overtakes the task in the scheduler must not leave it running."""
    for number in range(10):
        run = await submit(runs, text=f"at once {number}", steps=1000)
        await runs.cancel(run.id, "ada")
    started = time.monotonic()
    ended = await asyncio.gather(*(finish(runs, text=f"after {n}") for n in range(4)))
    assert {run.status for run in ended} == {"done"}
    assert {run.tries for run in ended} == {1}
    assert time.monotonic() - started < 2
    assert runs.status()["workers"] == 2


async def test_a_run_that_does_not_listen_is_ended_with_its_worker(runs: Runs) -> None:
    run = await submit(runs, do="hold", text="cancel")
    await running(runs, run.id)
    await runs.cancel(run.id, "ada")
    assert (await finish(runs, text="meanwhile")).status == "done"
    await until(lambda: runs.status()["workers"] == 1)
    await until(lambda: runs.status()["workers"] == 2)
    assert runs.status()["running"] == 0


async def test_a_run_that_takes_too_long_is_stopped_with_a_reason(runs: Runs) -> None:
    run = await finish(runs, do="hold")
    assert run.status == "failed"
    assert run.tries == 1
    assert run.error is not None
    assert run.error["message"] == "stopped after 4 seconds"
    assert run.error["mend"]
    await until(lambda: runs.status()["workers"] == 2)


async def test_a_run_whose_worker_is_killed_says_so_and_is_tried_again(runs: Runs, tmp_path: Path) -> None:
    count = tmp_path / "count"
    run = await submit(runs, do="count", text=str(count), steps=30)
    await running(runs, run.id)
    await until(lambda: count.exists() and count.read_text().endswith("\n"))
    os.kill(int(count.read_text()), signal.SIGKILL)
    events = await everything(runs, run.id)
    lost = [event.run for event in events if event.run.status == "queued" and event.run.note]
    assert lost
    assert lost[0].note == "the worker was lost; trying again, 2 of 3"
    assert (events[-1].run.status, events[-1].run.tries) == ("done", 2)
    assert len(set(count.read_text().split())) == 2
    await until(lambda: runs.status()["workers"] == 2)


async def test_a_run_that_kills_its_workers_is_given_up(runs: Runs) -> None:
    run = await finish(runs, do="die")
    assert (run.status, run.tries) == ("failed", 3)
    assert run.error is not None
    assert "lost 3 times" in str(run.error["message"])
    await until(lambda: runs.status()["workers"] == 2)
    assert (await finish(runs, text="afterwards")).status == "done"


async def test_a_run_that_wants_too_much_memory_fails_in_words(runs: Runs) -> None:
    run = await finish(runs, do="fill")
    assert (run.status, run.tries) == ("failed", 1)
    assert run.error is not None
    assert "memory" in str(run.error["message"])


async def test_workers_know_no_secrets(runs: Runs) -> None:
    run = await finish(runs, text="environment")
    assert run.result is not None
    assert "PATH" in run.result["names"]
    assert not [name for name in run.result["names"] if name.startswith(("RECEPTIVE_", "PG"))]


async def test_the_queue_has_places_and_an_end(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs_module, "QUEUE", 3)
    busy = [await submit(runs, f"busy {n}", text=f"busy {n}", steps=1000) for n in range(2)]
    queued = [await submit(runs, f"queued {n}", text=f"queued {n}", steps=1000) for n in range(3)]
    assert [(run.status, run.place) for run in queued] == [("queued", 1), ("queued", 2), ("queued", 3)]
    with pytest.raises(QueueFull):
        await submit(runs, text="one too many")
    assert await runs.get(ask(text="one too many").id) is None
    assert (await submit(runs, "bob", text="queued 2", steps=1000)).place == 3
    await runs.cancel(queued[0].id, "queued 0")
    assert [(await runs.get(run.id) or run).place for run in queued[1:]] == [1, 2]
    await runs.cancel(busy[0].id, "busy 0")
    assert (await running(runs, queued[1].id)).status == "running"
    for run, learner in [(busy[1], "busy 1"), (queued[1], "queued 1"), (queued[2], "queued 2"), (queued[2], "bob")]:
        await runs.cancel(run.id, learner)
    assert (await finish(runs, text="room again")).status == "done"


async def test_who_waits_is_told_when_it_begins_by_what_such_runs_took(tmp_path: Path) -> None:
    chosen = settings(tmp_path, lab_workers=1)
    db = migrated(chosen)
    alike = ask(text="alike", steps=75)
    async with lab(db, chosen) as runs:
        first = await runs.submit(alike, "ada", time.time())
        unknown = await runs.submit(replace(alike, seed=1), "bob", time.time())
        assert (unknown.place, unknown.starts_in) == (1, None)
        await runs.wait(first.id, SOON)
        await runs.wait(unknown.id, SOON)
    # Another server knows from the database how long they took.
    async with lab(db, chosen) as runs:
        await runs.submit(replace(alike, seed=2), "ada", time.time())
        asked = [await runs.submit(replace(alike, seed=seed), f"learner {seed}", time.time()) for seed in (3, 4)]
        said = [(run.place, run.starts_in) for run in asked]
        started = time.monotonic()
        await running(runs, asked[1].id)
        took = time.monotonic() - started
        assert [place for place, _ in said] == [1, 2]
        assert all(seconds is not None for _, seconds in said)
        assert said[0][1] < said[1][1]  # type: ignore[operator]
        assert (said[1][1] or 0) / 3 - 1 < took < 3 * (said[1][1] or 0) + 1
        for run in asked:
            await runs.cancel(run.id, f"learner {run.seed}")
    db.close()


async def test_one_learner_cannot_fill_the_queue(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs_module, "QUEUE_EACH", 1)
    await until(lambda: runs.status()["running"] == 0)
    flood = []
    for number in range(2):
        flood.append(await submit(runs, text=f"flood {number}", steps=1000))
        await running(runs, flood[-1].id)
    flood.append(await submit(runs, text="flood 2", steps=1000))
    with pytest.raises(QueueFull):
        await submit(runs, text="and one more")
    # Somebody else's run begins at once, though the flood came first.
    assert (await finish(runs, "bob", text="bob's first")).status == "done"
    for run in flood:
        await runs.cancel(run.id, "ada")


async def test_many_runs_at_once_all_end(runs: Runs) -> None:
    ended = await asyncio.gather(*(finish(runs, text=f"many {n}") for n in range(40)))
    assert {run.status for run in ended} == {"done"}
    assert {run.result["text"] for run in ended if run.result} == {f"many {n}" for n in range(40)}


async def test_the_lab_is_started_again_when_it_is_killed(runs: Runs) -> None:
    import psutil

    run = await submit(runs, text="host", steps=30)
    await running(runs, run.id)
    hosts = [child for child in psutil.Process().children() if "app.runs.host" in child.cmdline()]
    host = max(hosts, key=lambda process: process.create_time())
    workers = host.children(recursive=True)
    host.kill()
    ended = await runs.wait(run.id, SOON)
    assert (ended.status, ended.tries) == ("done", 2)
    assert not [worker for worker in workers if worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE]


async def test_what_the_database_cannot_promise_is_not_run(tmp_path: Path) -> None:
    from pysqlite3 import dbapi2 as sqlite3

    from app.db import Unavailable

    chosen = settings(tmp_path)
    db = migrated(chosen)
    async with lab(db, chosen) as runs:
        holder = sqlite3.connect(tmp_path / "receptive.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            await submit(runs, text="no promise")
        assert await runs.get(ask(text="no promise").id) is None
        holder.execute("ROLLBACK")
        run = await submit(runs, text="promise", steps=10)
        holder.execute("BEGIN IMMEDIATE")
        assert (await runs.wait(run.id, SOON)).status == "done"
        await asyncio.sleep(0.5)
        holder.execute("ROLLBACK")
        await until_stored(runs, run.id)
        assert (await submit(runs, text="promise", steps=10)).cached
        holder.close()
    db.close()
