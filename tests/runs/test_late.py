"""A lab that does not come up: those who wait are told, the operator is told why, and it goes on when it does come."""

import socket
import time
from pathlib import Path

import pytest

from app.db import Database
from app.runs import Run, Runs, queue
from app.runs.cluster import Cluster
from tests.runs.conftest import SOON, lab, migrated, settings, until
from tests.runs.probe import ask
from tests.runs.test_hosts import HOST, SCHEDULER, process

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LATE", 0.5)
    monkeypatch.setattr("app.runs.cluster.STEADY", 1.0)  # it is tried again every second at the least


async def told(runs: Runs, run_id: str) -> Run:
    """The run, once something was said about it."""
    async for event in runs.events(run_id):
        if event.run.note or event.run.ended:
            return event.run
    raise AssertionError("it ended without a word")


async def test_a_scheduler_that_does_not_answer_is_told_of_and_waited_for(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    chosen = settings(tmp_path, scheduler=address)
    db: Database = migrated(chosen)
    runs = Runs(db, chosen)
    await runs.start()
    try:
        early = await runs.submit(ask(text="early"), "ada", time.time())
        assert early.note == ""
        for run in (early, await runs.submit(ask(text="late"), "ada", time.time())):
            waiting = await told(runs, run.id)
            assert waiting.status == "queued"
            assert waiting.note.startswith("the lab has not come up; your run is kept")
        assert not runs.ready()
        await until(lambda: "RECEPTIVE_SCHEDULER" in runs.trouble())
        with process(SCHEDULER, address.rpartition(":")[2]):
            await until(lambda: "receptive worker" in runs.trouble())
            with process(HOST, address, "1"):
                for text in ("early", "late"):
                    done = await runs.wait(ask(text=text).id, SOON)
                    assert (done.status, done.note, done.tries) == ("done", "", 1)
                assert runs.trouble() == ""
    finally:
        await runs.stop()
        db.close()


async def test_workers_that_cannot_start_are_told_of_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cluster, "preload", ("tests.runs.no_such_module",))
    chosen = settings(tmp_path, lab_workers=1)
    db: Database = migrated(chosen)
    runs = Runs(db, chosen)
    await runs.start()
    try:
        run = await runs.submit(ask(text="at last"), "ada", time.time())
        assert (await told(runs, run.id)).note.startswith("the lab has not come up")
        await until(lambda: "the log says more" in runs.trouble())
        monkeypatch.setattr(Cluster, "preload", ("tests.runs.probe",))
        done = await runs.wait(run.id, SOON)
        assert (done.status, done.note) == ("done", "")
    finally:
        await runs.stop()
        db.close()


async def test_a_line_that_breaks_its_reader_is_not_the_end_of_the_lab(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear, odd = Cluster._hear, [True]

    def hear_once_badly(self: Cluster, message: dict[str, object]) -> None:
        if odd:
            odd.clear()
            raise ValueError("odd")
        hear(self, message)

    monkeypatch.setattr(Cluster, "_hear", hear_once_badly)
    chosen = settings(tmp_path, lab_workers=1)
    db: Database = migrated(chosen)
    async with lab(db, chosen) as runs:
        done = await runs.submit(ask(text="after all"), "ada", time.time())
        assert (await runs.wait(done.id, SOON)).status == "done"
    db.close()
