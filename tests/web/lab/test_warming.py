"""The lessons' labs computed ahead: each once, and found again by the student who opens the page."""

import asyncio
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.db import Database
from app.main import create_app
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


async def test_a_server_computes_them_by_itself_where_it_is_told_to(tmp_path: Path) -> None:
    lessons = tmp_path / "lessons" / "one"
    lessons.mkdir(parents=True)
    skill = "skills: [{id: a, title: A, concept: It is A.}]"
    (lessons / "course.yaml").write_text(f"title: One\nsummary: It is one.\nauthors: []\n{skill}\nlessons: [only]\n")
    lab = "```{lab} count\n:show: parameters\n\nnet = nn.Conv2d(3, 8, 3)\n```"
    (lessons / "only.md").write_text(f"---\ntitle: Only\nsummary: It is all.\nskills: [a]\n---\n\n{lab}\n")
    app = create_app(Settings(data=tmp_path, lab_workers=1, warm=True, lessons=tmp_path / "lessons"))
    app.state.db.upgrade()
    (spec,) = [spec for _, spec in warming.labs(app.state.library.courses())]
    async with app.router.lifespan_context(app):
        while not ((run := await app.state.runs.get(spec.id)) and run.ended):
            await asyncio.sleep(0.02)
    assert run.status == "done"


def test_a_lesson_asks_what_was_computed_ahead(client: TestClient) -> None:
    spec = dict(warming.labs([with_labs(COURSE)]))[f"{COURSE.slug}/first/count parameters"]
    done = client.post(f"/courses/{COURSE.slug}/labs/count/runs", data={}, follow_redirects=False)
    assert spec.id in done.headers["location"]
