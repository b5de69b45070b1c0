"""One history of the tables, good for both databases."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

import app
from app.db import Database, metadata
from tests.db.jobs import add, names


def tables_modules() -> list[str]:
    root = Path(app.__file__).parent
    return [
        ".".join(("app", *path.relative_to(root).with_suffix("").parts))
        for path in sorted(root.rglob("*.py"))
        if "Table(\n" in path.read_text()
    ]


def test_the_migrations_make_the_tables_that_the_code_names(database: Database) -> None:
    modules = tables_modules()
    assert {"app.learning.learners", "app.learning.records", "app.runs.record"} <= set(modules)
    for module in modules:
        import_module(module)

    def differences(conn: Connection) -> list[Any]:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    assert database.read_now(differences) == []


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    database.write_now(add("a"))
    database.upgrade()
    assert names(database) == {"a"}


START = """
import sys, app.db.migrate
from app.db import Database
database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
database.upgrade()
database.close()
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_start_together_migrate_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'a.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres_server").create()
    starts = [
        subprocess.Popen([sys.executable, "-c", START, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for start in starts:
        assert start.stdout is not None
        assert start.stdout.readline() == "ready\n"
    for start in starts:
        assert start.stdin is not None
        start.stdin.write("go\n")
        start.stdin.flush()
    ends = [start.communicate(timeout=60) for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0], ends
    database = Database(url)
    database.write_now(add("a"))
    assert names(database) == {"a"}
    database.close()
