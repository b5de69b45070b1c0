"""The site with the sample course, and students of it. No lab runs here."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.web.sample import Shelf


@pytest.fixture
def sample_site(tmp_path: Path, sqlite_url: str) -> FastAPI:
    site = create_app(Settings(data=tmp_path, database_url=sqlite_url, lessons=tmp_path))
    site.state.library = Shelf()
    return site


@pytest.fixture
def visit(sample_site: FastAPI) -> Callable[[], TestClient]:
    """Makes a new visitor, who sends forms as a browser does and does not follow where they lead."""

    def arrive() -> TestClient:
        return TestClient(
            sample_site,
            headers={"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "identity"},
            follow_redirects=False,
        )

    return arrive


@pytest.fixture
def student(visit: Callable[[], TestClient]) -> TestClient:
    return visit()
