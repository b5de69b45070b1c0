"""SQLite: one writer, shared commits, and every way in which a file can fail."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from app.db import Busy, Database, Unavailable, newest_revision
from app.db.sqlite import assert_version
from app.learning import learners
from tests.db.jobs import add, names


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url, wait=0.2)
    yield opened
    opened.close()


class Held:
    """A job that keeps the writer busy until it is let go."""

    def __init__(self, database: Database) -> None:
        self.begun, self.over = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=database.write_now, args=[self.job])

    def job(self, conn: Connection) -> None:
        self.begun.set()
        assert self.over.wait(10)

    def __enter__(self) -> "Held":
        self.thread.start()
        assert self.begun.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.thread.join()


def together(database: Database, jobs: list[Callable[[Connection], Any]]) -> list[Any]:
    """The results, or the errors, of jobs that wait for the writer side by side."""

    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*(database.write(job) for job in jobs), return_exceptions=True)

    with Held(database) as held, ThreadPoolExecutor(1) as thread:
        results = thread.submit(asyncio.run, all_of_them())
        waiting: Any = database._store
        while waiting._writer._jobs.qsize() < len(jobs):
            time.sleep(0.001)
        held.over.set()
        return results.result()


def test_closing_finishes_what_waits(sqlite: Database) -> None:
    held = Held(sqlite)
    with ThreadPoolExecutor(9) as threads:
        with held:
            waiting = [threads.submit(sqlite.write_now, add(f"{n}")) for n in range(8)]
            store: Any = sqlite._store
            while store._writer._jobs.qsize() < 8:
                time.sleep(0.001)
            closing = threads.submit(sqlite.close)
        assert sorted(job.result() for job in waiting) == [f"{n}" for n in range(8)]
        closing.result()


def test_jobs_that_wait_together_share_one_commit(sqlite: Database) -> None:
    seen = together(sqlite, [lambda conn: conn.get_transaction() for _ in range(50)])
    assert len(seen) == 50
    assert all(transaction is seen[0] for transaction in seen)


def test_a_failing_job_does_not_harm_those_beside_it(sqlite: Database) -> None:
    def fails(conn: Connection) -> None:
        add("half")(conn)
        conn.execute(text("INSERT INTO visit VALUES ('nobody', 'c', 'l', 0, 0)"))

    results = together(sqlite, [add("a"), fails, add("b"), lambda conn: next(iter(())), add("c")])
    assert [r for r in results if isinstance(r, str)] == ["a", "b", "c"]
    assert isinstance(results[1], IntegrityError)
    assert isinstance(results[3], RuntimeError)
    assert names(sqlite) == {"a", "b", "c"}


def test_a_failed_commit_acknowledges_nothing(sqlite: Database) -> None:
    def breaks_the_commit(conn: Connection) -> None:
        conn.execute(text("PRAGMA defer_foreign_keys = ON"))
        conn.execute(text("INSERT INTO visit VALUES ('nobody', 'c', 'l', 0, 0)"))

    results = together(sqlite, [add("a"), breaks_the_commit, add("b")])
    assert [type(result) for result in results] == [Unavailable] * 3
    assert names(sqlite) == set()
    sqlite.write_now(add("c"))
    assert names(sqlite) == {"c"}


def test_a_writer_that_breaks_leaves_nobody_waiting(sqlite: Database) -> None:
    def breaks(_: Connection) -> None:
        raise SystemExit  # no job's own failure: the thread ends of it

    beside = together(sqlite, [add("one"), lambda conn: breaks(conn), add("two")])
    assert [type(result) for result in beside] == [Unavailable] * 3
    started = time.monotonic()
    with pytest.raises(Unavailable, match="started again"):
        sqlite.write_now(add("three"))
    assert time.monotonic() - started < 1
    assert names(sqlite) == set()


def test_a_full_queue_says_so_at_once(sqlite_url: str) -> None:
    database = Database(sqlite_url, queue=2)

    async def crowd() -> list[Any]:
        return await asyncio.gather(*(database.write(add(f"{n}")) for n in range(5)), return_exceptions=True)

    with Held(database) as held, ThreadPoolExecutor(1) as thread:
        results = thread.submit(asyncio.run, crowd())
        time.sleep(0.1)
        held.over.set()
        kinds = [type(result) for result in results.result()]
    assert kinds == [str, str, Busy, Busy, Busy]
    assert names(database) == {"0", "1"}
    database.close()


def test_a_full_database_refuses_and_recovers(sqlite: Database) -> None:
    def fill(conn: Connection) -> None:
        pages = conn.execute(text("PRAGMA page_count")).scalar_one()
        conn.execute(text(f"PRAGMA max_page_count = {pages + 1}"))
        add("x" * 100_000)(conn)

    results = together(sqlite, [fill, fill])
    assert [type(result) for result in results] == [Unavailable] * 2
    assert names(sqlite) == set()
    large = "a" * 100_000
    sqlite.write_now(add(large))
    assert names(sqlite) == {large}


FULL = """
import resource, sys
from app.db import Database, Unavailable
from tests.db.jobs import add, names
database = Database(sys.argv[1])
database.write_now(add("before"))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))  # as a full disk: a file cannot grow
said = []
for number in range(200):
    try:
        said.append(database.write_now(add(f"{number}-" + "x" * 10_000)))
    except Unavailable as error:
        full = error
assert len(said) < 200, "the disk was never full"
assert names(database) == {"before", *said}
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
said.append(database.write_now(add("after")))
assert names(database) == {"before", *said}
print(len(said), "kept;", full)
"""


def test_a_disk_that_is_full_for_a_while(sqlite_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, sqlite_url],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "kept" in done.stdout


def test_a_locked_file_refuses_and_recovers(sqlite: Database, sqlite_url: str) -> None:
    other = dbapi2.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        sqlite.write_now(add("a"))
    other.execute("ROLLBACK")
    sqlite.write_now(add("b"))
    assert names(sqlite) == {"b"}
    other.close()


def test_a_migration_waits_for_a_writer(sqlite_url: str) -> None:
    """From its start: once it had read, it could not take in what the other wrote meanwhile."""
    database = Database(sqlite_url)
    other = dbapi2.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("DELETE FROM alembic_version")
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO alembic_version VALUES (?)", (newest_revision(),))
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(database.upgrade)
        time.sleep(0.5)
        assert not waiting.done()
        other.execute("COMMIT")
        waiting.result()
    other.close()
    database.close()


def test_a_read_only_connection_refuses_and_recovers(sqlite: Database) -> None:
    sqlite.write_now(lambda conn: conn.exec_driver_sql("PRAGMA query_only = ON").close())
    with pytest.raises(Unavailable, match="readonly"):
        sqlite.write_now(add("a"))
    sqlite.write_now(add("b"))
    assert names(sqlite) == {"b"}


def test_a_file_that_is_away_refuses_and_recovers(sqlite_url: str, tmp_path: Path) -> None:
    file, away = tmp_path / "receptive.db", tmp_path / "away.db"
    file.rename(away)
    file.mkdir()
    database = Database(sqlite_url, wait=0.2)
    for use in (database.write_now, database.read_now):
        with pytest.raises(Unavailable, match="unable to open"):
            use(add("a"))
    file.rmdir()
    away.rename(file)
    database.write_now(add("b"))
    assert names(database) == {"b"}
    database.close()


def test_writes_survive_a_power_cut_by_its_settings(sqlite: Database) -> None:
    def settings(conn: Connection) -> list[Any]:
        return [
            conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        ]

    assert sqlite.write_now(settings) == ["wal", 2, 1, 1]  # 2 is FULL


def test_an_old_sqlite_is_refused_in_words() -> None:
    with pytest.raises(RuntimeError, match=r"SQLite 3\.40\.1 can corrupt .* 3\.51\.3 or later is needed"):
        assert_version((3, 40, 1))
    assert_version((3, 51, 3))


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:a?mode=memory&uri=true", "mysql://h/d"]
)
def test_a_database_that_would_not_do_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"must be a file|not a database that the site knows"):
        Database(url)


def test_a_read_sees_one_state_and_the_next_read_a_newer(sqlite: Database) -> None:
    def twice(conn: Connection) -> tuple[object, object]:
        before = learners.get(conn, "a")
        sqlite.write_now(add("a"))
        return before, learners.get(conn, "a")

    for _ in range(10):  # more than there are connections: none of them is left in its transaction
        assert sqlite.read_now(lambda conn: learners.get(conn, "a")) is None
    assert sqlite.read_now(twice) == (None, None)
    assert asyncio.run(sqlite.glance(lambda conn: learners.get(conn, "a"))) is not None
