"""What tests of every part share. A database test runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from app.db import Database
from tests import postgres

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("receptive", deadline=None)
settings.load_profile("receptive")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    try:
        with postgres.server() as server:
            yield server
    except postgres.NoServer as reason:
        pytest.skip(f"PostgreSQL was left out: {reason}")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file with the newest tables."""
    url = f"sqlite:///{tmp_path / 'receptive.db'}"
    database = Database(url)
    database.upgrade()
    database.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the newest tables and nothing in them: on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return request.getfixturevalue("postgres_server").fresh()  # type: ignore[no-any-return]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()
