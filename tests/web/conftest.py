"""The whole site in this process, on a small course, with its lab not started: what is asked of it stays queued."""

import shutil
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.content.course import Course
from app.content.library import Library
from app.db import Database
from app.learning import learners
from app.learning.learners import Learner, Role
from app.main import create_app
from app.settings import Settings
from app.web import passwords
from tests.content.courses import FOLDER, small_course
from tests.web.sample import Shelf

#: What a browser says of a form of our own page.
OWN = {"sec-fetch-site": "same-origin"}
PASSWORD = "correct horse battery"
HASHED = passwords.hash_now(PASSWORD)


@asynccontextmanager
async def without_lab(app: FastAPI) -> AsyncIterator[None]:
    yield
    await app.state.runs.stop()
    app.state.db.close()


class Site:
    """The application and any number of visitors to it, all served by one event loop."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        app.router.lifespan_context = without_lab
        self._first = TestClient(app)

    def __enter__(self) -> "Site":
        self._first.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._first.__exit__()

    @property
    def db(self) -> Database:
        found: Database = self.app.state.db
        return found

    def visitor(self, **headers: str) -> TestClient:
        """Someone new, without a cookie, whose browser says what browsers say."""
        return self.program(**OWN, **headers)

    def program(self, **headers: str) -> TestClient:
        """Someone new who says nothing of where requests come from."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        client = TestClient(self.app, headers=given, follow_redirects=False, raise_server_exceptions=False)
        client.portal = self._first.portal
        return client

    def account(self, role: Role = "student", email: str = "") -> Learner:
        """A new account, with PASSWORD."""
        id = uuid.uuid4().hex
        email = email or f"{id}@example.org"
        return self.db.write_now(
            lambda conn: learners.create_account(conn, id, f"An {role}", email, HASHED, time.time(), role)
        )

    def signed_in(self, role: Role = "student", email: str = "") -> TestClient:
        """Someone who has just signed in to a new account."""
        client = self.visitor()
        account = self.account(role, email)
        assert client.post("/sign-in", data={"email": account.email, "password": PASSWORD}).status_code == 303
        return client

    def token(self, account: Learner) -> str:
        return self.db.write_now(lambda conn: learners.new_token(conn, account.id, "a test", time.time()))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest tables and nothing in them."""
    path = tmp_path_factory.mktemp("database") / "receptive.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def small_library() -> Library:
    return Library(FOLDER)


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    shutil.copy(empty_database, tmp_path / "receptive.db")
    return Settings(
        data=tmp_path,
        lessons=tmp_path / "no-lessons",
        secret="a secret of the tests",
        answers_per_minute=100_000,
        sign_ins_per_minute=1000,
        runs_per_minute=100_000,
        comments_per_minute=100_000,
        shares_per_minute=100_000,
        searches_per_minute=100_000,
    )


@pytest.fixture
def site(settings: Settings, small_library: Library) -> Iterator[Site]:
    app = create_app(settings)
    app.state.library = small_library
    with Site(app) as running:
        yield running


@pytest.fixture
def client(site: Site) -> TestClient:
    """A browser that has not been here before."""
    return site.visitor()


@pytest.fixture
def sample_site(site: Site) -> Site:
    """The site with the sample course alone: every kind of question and block, in known words."""
    site.app.state.library = Shelf()
    return site


@pytest.fixture
def student(sample_site: Site) -> TestClient:
    """Someone new to the sample course."""
    return sample_site.visitor()


@pytest.fixture(scope="session")
def course() -> Course:
    return small_course()
