"""What is left when a server stops, or is stopped: promises in the database, and no process."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app.db import Database
from app.lab.messages import RunSpec
from app.runs import Run, Runs, record
from tests.runs.conftest import SOON, lab, migrated, settings, until
from tests.runs.probe import ask

pytestmark = pytest.mark.anyio


def serve(folder: Path, do: str, text: str = "", steps: int = 1) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """A server in a process of its own with one run under way, and every process that it started."""
    command = [sys.executable, "-m", "tests.runs.server", str(folder), do, text, str(steps)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    assert json.loads(server.stdout.readline())
    family = psutil.Process(server.pid).children(recursive=True)
    assert len(family) >= 3  # the lab and its two workers
    return server, family


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("do", ["echo", "hold"])
async def test_a_server_that_is_killed_leaves_no_process(tmp_path: Path, do: str) -> None:
    server, family = serve(tmp_path, do, steps=1000)
    server.kill()
    server.wait()
    await until(lambda: not alive(family), 5)


async def test_a_server_that_stops_leaves_no_process(tmp_path: Path) -> None:
    server, family = serve(tmp_path, "hold")
    server.send_signal(signal.SIGTERM)
    assert server.wait(5) == 0
    await until(lambda: not alive(family), 1)


async def test_what_a_killed_server_promised_is_done_by_the_next(tmp_path: Path) -> None:
    count = tmp_path / "count"
    server, family = serve(tmp_path, "count", str(count), 100)
    server.kill()
    server.wait()
    await until(lambda: not alive(family), 5)
    chosen = settings(tmp_path)
    db = Database(chosen.database)
    spec = ask("count", str(count), 100)
    kept = db.read_now(lambda conn: record.load(conn, spec.id))
    assert kept is not None
    assert kept[0].status == "queued"
    async with lab(db, chosen) as runs:
        run = await runs.wait(spec.id, SOON)
        assert run.status == "done"
        assert len(set(count.read_text().split())) == 2
    db.close()


async def test_a_result_outlives_the_server_and_needs_no_lab(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    db = migrated(chosen)
    async with lab(db, chosen) as runs:
        run = await runs.submit(ask(text="kept"), "ada", time.time())
        first = await runs.wait(run.id, SOON)
    db.close()
    db = Database(chosen.database)
    runs = Runs(db, chosen)
    again = await runs.submit(ask(text="kept"), "bob", time.time())
    assert again == replace(first, cached=True)
    assert not runs.ready()
    db.close()


async def test_who_waits_is_remembered_and_a_finished_run_forgets(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    db = migrated(chosen)
    first = Runs(db, chosen)  # never started: what it is asked waits
    for learner in ("ada", "bob", "ada"):
        await first.submit(ask(text="wanted"), learner, 1.0)
    run_id = ask(text="wanted").id
    await first.cancel(run_id, "ada")
    assert db.read_now(record.unfinished)[0][1] == {"bob"}
    async with lab(db, chosen) as second:
        assert (await second.wait(run_id, SOON)).status == "done"
        await until(lambda: not db.read_now(record.unfinished))
    interest = db.read_now(lambda conn: conn.execute(record.run_interest.select()).all())
    assert interest == []
    db.close()


async def test_what_an_older_lab_was_asked_is_not_run_by_this_one(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    db = migrated(chosen)
    gone = RunSpec("an experiment of old")
    renamed = replace(Run(ask().id, ask(), "queued", created=1.0), id="0" * 32)
    db.write_now(lambda conn: record.ask(conn, Run(gone.id, gone, "queued", created=1.0), "ada", "of old"))
    db.write_now(lambda conn: record.ask(conn, renamed, "ada", "of old"))
    db.write_now(lambda conn: record.release(conn, "of old"))
    async with lab(db, chosen) as runs:
        await until(lambda: not db.read_now(record.unfinished))
        for run_id in (gone.id, renamed.id):
            run = await runs.get(run_id)
            assert run
            assert run.status == "failed"
            assert run.error == {"message": "this was asked of an older lab", "line": None, "column": None,
                                 "mend": "ask again"}  # fmt: skip
    db.close()


async def test_the_rows_are_the_same_on_both_databases(database: Database) -> None:
    spec = ask(text="row")
    asked = Run(spec.id, spec, "queued", created=5.0)
    assert await database.write(lambda conn: record.ask(conn, asked, "ada", "one")) == (asked, True)
    await database.write(lambda conn: record.join(conn, spec.id, "bob"))
    await database.write(lambda conn: record.join(conn, spec.id, "bob"))
    assert await database.read(record.unfinished) == [(asked, frozenset({"ada", "bob"}))]
    assert await database.write(lambda conn: record.leave(conn, spec.id, "ada")) == {"bob"}
    done = replace(asked, status="done", result_text='{"a": 1}', device="CPU", seconds=0.5, finished=6.0, tries=1)
    await database.write(lambda conn: record.finish(conn, done, lasting=True, owner="one"))
    kept = replace(done, cached=True)
    assert await database.read(record.unfinished) == []
    assert await database.read(lambda conn: record.load(conn, spec.id)) == (kept, True)
    # A learner who joins as it ends leaves no trace behind.
    await database.write(lambda conn: record.join(conn, spec.id, "late"))
    assert await database.read(lambda conn: conn.execute(record.run_interest.select()).all()) == []
    # A lasting answer stands until it is asked for afresh.
    later = replace(asked, created=9.0)
    waits = replace(asked, tries=0)
    assert await database.write(lambda conn: record.ask(conn, later, "eve", "two")) == (kept, False)
    assert await database.write(lambda conn: record.ask(conn, later, "eve", "two", fresh=True)) == (waits, True)
    assert await database.read(record.unfinished) == [(waits, frozenset({"eve"}))]
    # Who carries it no more cannot end it.
    await database.write(lambda conn: record.finish(conn, done, lasting=True, owner="one"))
    assert await database.read(record.unfinished) == [(waits, frozenset({"eve"}))]
    # What is cancelled leaves the answer that there was; one that lasts takes its place.
    stopped = replace(later, status="cancelled", finished=10.0)
    await database.write(lambda conn: record.finish(conn, stopped, lasting=False, owner="two"))
    assert await database.read(lambda conn: record.load(conn, spec.id)) == (replace(kept, tries=0), True)
    await database.write(lambda conn: record.ask(conn, later, "eve", "two", fresh=True))
    newer = replace(later, status="done", result_text='{"a": 2}', device="CPU", seconds=0.1, finished=11.0)
    await database.write(lambda conn: record.finish(conn, newer, lasting=True, owner="two"))
    assert await database.read(lambda conn: record.load(conn, spec.id)) == (replace(newer, cached=True), True)


async def test_one_who_hangs_up_does_not_undo_what_was_asked(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    db = migrated(chosen)
    runs = Runs(db, chosen)
    asking = asyncio.create_task(runs.submit(ask(text="hung up"), "ada", 1.0))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    joined = await runs.submit(ask(text="hung up"), "bob", 2.0)
    assert joined.status == "queued"
    assert db.read_now(record.unfinished)[0][0].id == joined.id
    db.close()
