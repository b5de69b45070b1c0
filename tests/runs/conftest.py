"""A real lab for the tests: a scheduler, workers, a database."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.db import Database
from app.runs import Run, Runs
from app.runs.cluster import Cluster
from app.settings import Settings
from tests.runs import probe

#: Seconds within which anything here has happened.
SOON = 20


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", autouse=True)
def _probe() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cluster, "preload", ("tests.runs.probe",))
        probe.register()
        yield
        probe.unregister()


def settings(folder: Path, **more: object) -> Settings:
    return Settings(**{"data": folder, "lab_workers": 2, "lab_seconds": 4.0, **more})  # type: ignore[arg-type]


def migrated(chosen: Settings) -> Database:
    db = Database(chosen.database, wait=0.2)
    db.upgrade()
    return db


@asynccontextmanager
async def lab(db: Database, chosen: Settings) -> AsyncIterator[Runs]:
    """Runs with every worker up, until the block ends."""
    runs = Runs(db, chosen)
    await runs.start()
    try:
        await until(lambda: runs.status()["workers"] == chosen.lab_workers)
        yield runs
    finally:
        await runs.stop()


async def until(true: Callable[[], bool], seconds: float = SOON) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.01)


async def running(runs: Runs, run_id: str) -> Run:
    """The run, once a worker has begun it."""
    async for event in runs.events(run_id):
        if event.run.status == "running" or event.run.ended:
            return event.run
    raise AssertionError("it ended without a word")
