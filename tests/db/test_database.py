"""The one door to the database, on both: what is acknowledged is kept, what fails leaves nothing."""

import asyncio
import os
import subprocess
import sys
import time
from contextvars import ContextVar
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.db import Database, Unavailable
from app.learning.learners import learner
from tests.db.jobs import add, names


def test_a_write_is_there_for_the_next_read(database: Database) -> None:
    async def both() -> set[str]:
        assert await database.write(add("a")) == "a"
        return await database.read(lambda conn: set(conn.execute(text("SELECT id FROM learner")).scalars()))

    assert asyncio.run(both()) == {"a"}


def test_a_job_is_in_the_context_of_who_asked(database: Database) -> None:
    said = ContextVar("said", default="")

    async def ask(word: str) -> tuple[str, str]:
        said.set(word)
        return await database.write(lambda _: said.get()), await database.read(lambda _: said.get())

    async def both() -> tuple[tuple[str, str], tuple[str, str]]:
        one, another = await asyncio.gather(ask("one"), ask("another"))
        return one, another

    assert asyncio.run(both()) == (("one", "one"), ("another", "another"))


def test_what_a_job_raises_comes_back_and_nothing_of_it_is_kept(database: Database) -> None:
    def job(conn: Connection) -> None:
        add("half")(conn)
        raise KeyError("why")

    with pytest.raises(KeyError, match="why"):
        database.write_now(job)
    with pytest.raises(KeyError, match="why"):
        asyncio.run(database.write(job))
    assert names(database) == set()


def test_a_broken_rule_is_an_integrity_error(database: Database) -> None:
    statement = text("INSERT INTO visit VALUES ('nobody', 'c', 'l', 0, 0)")
    with pytest.raises(IntegrityError):
        database.write_now(lambda conn: conn.execute(statement))
    for kind, role in (("ghost", "student"), ("guest", "king")):
        row = insert(learner).values(id="x", kind=kind, name="", role=role, session_version=1, created=0)
        with pytest.raises(IntegrityError):
            database.write_now(lambda conn, row=row: conn.execute(row))  # type: ignore[misc]


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises((Unavailable, DBAPIError)):
        database.read_now(add("a"))
    assert names(database) == set()


def test_the_ledger_refuses_change_and_deletion(database: Database) -> None:
    def award(conn: Connection) -> None:
        add("a")(conn)
        conn.execute(text("INSERT INTO xp_award VALUES (1, 'a', 'k', 20, 'why', 'c', 0)"))

    database.write_now(award)
    changes = ["UPDATE xp_award SET amount = 40", "DELETE FROM xp_award"]
    if database.dialect == "sqlite":
        changes.append("REPLACE INTO xp_award VALUES (1, 'a', 'k', 40, 'why', 'c', 0)")
    else:
        changes.append("TRUNCATE xp_award")
    for change in changes:
        with pytest.raises(IntegrityError, match="append-only"):
            database.write_now(lambda conn, change=change: conn.execute(text(change)))  # type: ignore[misc]
    assert database.read_now(lambda conn: conn.execute(text("SELECT sum(amount) FROM xp_award")).scalar()) == 20


def test_nothing_is_written_after_close(database: Database) -> None:
    database.write_now(add("a"))
    database.close()
    with pytest.raises(Unavailable):
        asyncio.run(database.write(add("b")))
    with pytest.raises(Unavailable):
        asyncio.run(database.read(lambda conn: None))


def test_a_cancelled_wait_leaves_the_writer_well(database: Database) -> None:
    def slow(conn: Connection) -> str:
        time.sleep(0.1)
        return add("left")(conn)

    async def leave() -> None:
        task = asyncio.create_task(database.write(slow))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await database.write(add("stayed"))

    asyncio.run(leave())
    assert "stayed" in names(database)


KILLED = """
import itertools, os, sys, threading
from app.db import Database
from app.learning import attempts
from tests.learning.sample import choice
database, start, question = Database(sys.argv[1]), sys.argv[2], choice()

def work(thread):
    for number in itertools.count():
        name = f"{start}-{thread}-{number}"
        database.write_now(lambda conn: attempts.submit(
            conn, learner_id=name, course="course", lesson_hash="0", question=question, answer="a",
            attempt_key=name, now=1.0))
        os.write(1, f"{name}\\n".encode())

for thread in range(8):
    threading.Thread(target=work, args=[thread], daemon=True).start()
threading.Event().wait()
"""


def test_kill_9_loses_nothing_that_was_acknowledged(database_url: str) -> None:
    acknowledged: set[str] = set()
    for start in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, database_url, str(start)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        first = os.read(process.stdout.fileno(), 1 << 16)
        time.sleep(0.1 + 0.07 * start)
        process.kill()
        rest, _ = process.communicate(timeout=10)
        acknowledged.update((first + rest).decode().split())

    database = Database(database_url)
    paid = database.read_now(
        lambda conn: {
            row.id: row.xp
            for row in conn.execute(
                text(
                    "SELECT learner.id, xp FROM learner JOIN attempt ON attempt_key = learner.id "
                    "JOIN xp_award ON xp_award.learner_id = learner.id "
                    "JOIN xp_total ON xp_total.learner_id = learner.id"
                )
            )
        }
    )
    database.close()
    assert len(acknowledged) > 100
    assert acknowledged <= paid.keys()
    assert set(paid.values()) == {20}
