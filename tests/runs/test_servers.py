"""Two web hosts on one database, each with a lab of its own: every question is one run, whoever asks it where."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from app.db import Database
from app.runs import Event, Run, Runs, promises, record
from app.runs import runs as runs_module
from app.runs.live import Live
from app.runs.promises import Promises
from tests.runs.conftest import SOON, lab, running, settings, until
from tests.runs.probe import ask

pytestmark = pytest.mark.anyio

#: Seconds between two beats here, and those of a lease.
BEAT, LEASE = 0.2, 2.0


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs_module, "BEAT", BEAT)
        patch.setattr(runs_module, "LOOK", 0.1)
        patch.setattr(promises, "LEASE", LEASE)
        yield


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Runs, Runs]]:
    chosen = settings(tmp_path, lab_workers=1, lab_seconds=20.0)
    async with AsyncExitStack() as stack:
        dbs = [Database(database_url) for _ in range(2)]
        for db in dbs:
            stack.callback(db.close)
        one = await stack.enter_async_context(lab(dbs[0], chosen))
        yield one, await stack.enter_async_context(lab(dbs[1], chosen))


def rows(runs: Runs) -> list[tuple[Run, frozenset[str]]]:
    return runs._promises._db.read_now(record.unfinished)


async def test_equal_questions_at_two_hosts_at_once_are_one_run(both: tuple[Runs, Runs]) -> None:
    for number in range(5):
        spec = ask(text=f"at once {number}", steps=40)
        asked = await asyncio.gather(*(runs.submit(spec, f"at {n}", time.time()) for n, runs in enumerate(both)))
        assert {run.id for run in asked} == {spec.id}
        # A host does not wait for the database to begin; the one that then finds it promised stops at the next step.
        await until(lambda: sum(int(str(runs.status()["running"])) for runs in both) == 1)
        ended = await asyncio.gather(*(runs.wait(spec.id, SOON) for runs in both))
        assert {run.status for run in ended} == {"done"}
        assert ended[0].result == ended[1].result
        await until(lambda: not rows(both[0]))
        assert all([(await runs.submit(spec, "late", time.time())).result == ended[0].result for runs in both])


async def test_a_run_is_followed_at_a_host_that_does_not_carry_it(both: tuple[Runs, Runs]) -> None:
    here, there = both
    run = await here.submit(ask(text="followed", steps=120), "ada", time.time())
    await running(here, run.id)
    # It need not be alone there.
    beside = await here.submit(ask(text="beside", steps=800), "cleo", time.time())
    joined = await there.submit(run.spec, "bob", time.time())
    assert joined.status in ("queued", "running")
    await until(lambda: there.status()["running"] == 0)
    heard: list[Event] = [event async for event in there.events(run.id)]
    assert [event.number for event in heard] == list(range(1, len(heard) + 1))
    steps = [int(str(event.run.progress["done"])) for event in heard if event.run.progress]
    assert len(steps) > 2
    assert steps == sorted(steps)
    assert [event.run.ended for event in heard] == [False] * (len(heard) - 1) + [True]
    assert heard[-1].run.status == "done"
    assert heard[-1].run.result is not None
    told = await there.get(beside.id)
    assert told
    assert not told.ended
    await here.cancel(beside.id, "cleo")
    # Who comes back with a number from another host hears of the end all the same.
    (last,) = [event async for event in here.events(run.id, heard[-1].number)]
    assert last.run.ended


async def test_it_stops_when_the_last_leaves_wherever_he_is(both: tuple[Runs, Runs]) -> None:
    here, there = both
    run = await here.submit(ask(text="left", steps=800), "ada", time.time())
    await running(here, run.id)
    await there.submit(run.spec, "bob", time.time())
    # The one who carries it is alone with it, as far as this host has heard.
    left = await here.cancel(run.id, "ada")
    assert left
    assert not left.ended
    assert not (await there.cancel(run.id, "a stranger") or run).ended
    stopping = await there.cancel(run.id, "bob")
    assert stopping
    assert stopping.note == "it stops at its next step"
    assert (await there.wait(run.id, SOON)).status == "cancelled"
    await until(lambda: here.status()["running"] == 0)
    assert not (await there.submit(run.spec, "bob", time.time())).ended
    assert (await running(there, run.id)).status == "running"
    await there.cancel(run.id, "bob")
    assert here.status()["running"] == 0


async def test_what_a_host_lets_go_of_is_taken_up_by_the_other(both: tuple[Runs, Runs], tmp_path: Path) -> None:
    here, there = both
    count = tmp_path / "count"
    run = await here.submit(ask("count", str(count), 100), "ada", time.time())
    await running(here, run.id)
    following = asyncio.create_task(there.wait(run.id, SOON))
    await asyncio.sleep(2 * BEAT)
    await here.stop()
    ended = await following
    assert ended.status == "done"
    assert len(set(count.read_text().split())) == 2
    await until(lambda: not rows(there))


async def test_what_a_killed_host_carried_is_taken_up_by_the_other(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = tmp_path / "count"
    monkeypatch.setenv("RECEPTIVE_DATABASE_URL", database_url)
    spec = ask("count", str(count), 100)
    command = [sys.executable, "-m", "tests.runs.server", str(tmp_path), "count", str(count), "100"]
    db = Database(database_url)
    async with lab(db, settings(tmp_path, lab_workers=1)) as runs:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
        try:
            assert server.stdout
            assert json.loads(await asyncio.to_thread(server.stdout.readline)) == spec.id
            await until(count.exists)
        finally:
            server.kill()
            server.wait()
        notes = {event.run.note async for event in runs.events(spec.id)}
        assert (await runs.wait(spec.id, SOON)).status == "done"
        assert len(set(count.read_text().split())) == 2
        assert notes <= {"", "the server that ran it is gone; it begins again"}
    db.close()


async def test_a_host_that_was_away_for_a_while_yields_to_the_one_that_took_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promises, "LEASE", 0.1)
    away, up = Promises(database), Promises(database)
    asked = Run(ask().id, ask(), "queued", created=1.0)
    assert (await away.make(asked, "ada", False))[1]
    assert not (await up.make(asked, "bob", False))[1]
    assert await up.take_up([]) == []
    await asyncio.sleep(0.15)
    # Of two that would take it up, one does.
    third = Promises(database)
    third._seen = dict(up._seen)
    taken = await asyncio.gather(up.take_up([]), third.take_up([]))
    assert sorted(map(len, taken)) == [0, 1]
    keeper = up if taken[0] else third
    ((found, waiting),) = taken[0] or taken[1]
    assert found.id == asked.id
    assert waiting == {"ada", "bob"}
    live = Live(asked, {"ada"})
    assert await away.beat([live]) == [live]
    await away.keep(replace(asked, status="failed", finished=2.0), lasting=False)
    assert (await keeper.load(asked.id) or (asked,))[0].status == "queued"
    assert await keeper.beat([live]) == []
    assert live.learners == {"ada", "bob"}
