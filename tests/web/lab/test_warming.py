"""The lessons' labs computed ahead: each once, and found again by the student who opens the page."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.db import Database
from app.runs import Run, Runs
from app.settings import Settings
from app.web import warming
from tests.web.lab.conftest import with_labs
from tests.web.sample import COURSE

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_what_was_computed_ahead_is_there_at_first_sight(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, lab_workers=1)
    db = Database(settings.database)
    db.upgrade()
    wanted = list(warming.labs([with_labs(COURSE)]))
    assert [name.rpartition("/")[2] for name, _ in wanted if "stack" in name] == [
        "stack receptive-field",
        "stack parameters",
    ]
    said: list[tuple[str, bool]] = []

    def say(name: str, run: Run) -> None:
        said.append((name, run.cached))

    runs = Runs(db, settings)
    await runs.start()
    try:
        ended = await warming.warm(runs, wanted, say)
        assert {run.status for run in ended} == {"done"}
        assert {name for name, _ in said} == {name for name, _ in wanted}
        # Equal questions are one run, and a second time nothing is computed.
        again = await warming.warm(runs, wanted, say)
        assert all(run.cached for run in again)
    finally:
        await runs.stop()
        db.close()


def test_a_lesson_asks_what_was_computed_ahead(client: TestClient) -> None:
    spec = dict(warming.labs([with_labs(COURSE)]))[f"{COURSE.slug}/first/count parameters"]
    done = client.post(f"/courses/{COURSE.slug}/labs/count/runs", data={}, follow_redirects=False)
    assert spec.id in done.headers["location"]
