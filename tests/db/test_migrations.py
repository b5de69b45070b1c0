"""One history of the tables, good for both databases."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import app
from app.db import MIGRATIONS, Database, metadata, newest_revision
from app.learning.reviews import DAY
from tests.db.jobs import add, names
from tests.learning.doing import Student
from tests.learning.sample import choice


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
        # SQLite's full-text index is no table of SQLAlchemy's, nor are those that it keeps itself in.
        known = {"include_name": lambda name, kind, _: not (kind == "table" and name.startswith("search_words"))}
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True, **known})
        return list(compare_metadata(context, metadata))

    assert database.read_now(differences) == []


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    database.write_now(add("a"))
    database.upgrade()
    assert names(database) == {"a"}


def test_what_was_answered_before_there_were_cards_makes_the_cards_that_it_would_have_made(database: Database) -> None:
    students, questions = [Student(database, name) for name in ("ada", "bob")], [choice("one"), choice("two")]
    for day, (who, which, hints, answer) in enumerate(
        [
            (0, 0, 0, "a"),
            (0, 1, 0, "b"),
            (1, 0, 1, "a"),
            (0, 0, 0, "a"),
            (0, 1, 0, "a"),
            (0, 1, 2, "a"),
            (1, 0, 0, None),
        ]
    ):
        student, question = students[who], questions[which]
        student.draws_another(question, now=day * DAY)
        for _ in range(hints):
            student.opens_hint(question, now=day * DAY)
        student.answers(question, answer, f"k{day}", now=day * DAY)
        student.answers(question, "a", f"again-{day}", now=day * DAY)
    backfill = import_module("migrations.versions.0004_review_cards").cards
    rows = {
        (row["learner_id"], row["question_id"]): row for row in database.read_now(lambda conn: list(backfill(conn)))
    }
    made = {(student.id, id): card for student in students for id, card in student.cards.items()}
    assert rows.keys() == made.keys() == {("ada", "one"), ("ada", "two"), ("bob", "one")}
    for place, card in made.items():
        assert {name: value for name, value in vars(card).items() if name in rows[place]} == {
            name: value for name, value in rows[place].items() if name in vars(card)
        }
        assert {"stability", "difficulty", "last", "due", "reps", "lapses", "first_shown", "ceiling"} < rows[
            place
        ].keys()


def test_a_start_knows_the_newest_revision_by_its_file() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert newest_revision() == scripts.get_current_head()
    assert all(Path(script.path).name.startswith(f"{script.revision}_") for script in scripts.walk_revisions())


def test_a_start_that_has_nothing_to_migrate_loads_no_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    for loaded in ("True", "False"):
        code = f"import sys; from app.db import Database; Database({url!r}).upgrade(); print('alembic' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == loaded


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
