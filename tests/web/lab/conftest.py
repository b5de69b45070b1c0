"""A course with two labs, served by the real application with real workers."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.content.course import Course, Lab, LabBlock, Section
from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.web.results import STACK
from tests.web.sample import COURSE, FIRST, Shelf

STACKED = Lab(
    id="stack",
    title="Three 3×3 layers",
    file="stack.py",
    show=("receptive-field", "parameters"),
    code=STACK,
    input=(3, 32, 32),
    options={"receptive-field": {"effective": False}},
    predict_html="How large a region does one output unit see?",
    choices=("5×5", "7×7", "9×9"),
    reveals="size",
)
COUNTED = Lab("count", "Count it", "count.py", ("parameters",), STACK, (3, 32, 32))
QUICK_RACE = {"depths": [8, 14], "skip": ["off", "on"], "arena": "batch-norm", "steps": 20, "seeds": 1, "width": 2}
RACED = Lab(
    id="race",
    title="A race",
    file="race.py",
    show=("degradation",),
    code="",
    input=(3, 32, 32),
    options={"degradation": QUICK_RACE},
    predict_html="Where will they go?",
    draw="loss",
)
TYPED = replace(COUNTED, id="typed", predict_html="How many parameters?", reveals="params")


def with_labs(course: Course) -> Course:
    section = Section(3, "labs", "Labs", "Labs", tuple(map(LabBlock, (STACKED, COUNTED, TYPED, RACED))))
    first = replace(FIRST, sections=(*FIRST.sections, section))
    return replace(course, lessons=(first, *course.lessons[1:]))


@pytest.fixture(scope="session")
def lab_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    data: Path = tmp_path_factory.mktemp("data")
    settings = Settings(data=data, lab_workers=1, runs_per_minute=10_000, weights=data / "weights")
    database = Database(settings.database)
    database.upgrade()
    database.close()
    app = create_app(settings)
    app.state.library = Shelf((with_labs(COURSE),))
    with TestClient(app, base_url="http://testserver") as client:
        deadline = time.monotonic() + 60
        while not app.state.runs.ready():
            assert time.monotonic() < deadline, "no worker came up"
            time.sleep(0.05)
        yield client


@pytest.fixture
def client(lab_app: TestClient) -> TestClient:
    """A new visitor, whose browser says that requests come from the site itself."""
    lab_app.cookies.clear()
    lab_app.headers["sec-fetch-site"] = "same-origin"
    return lab_app
