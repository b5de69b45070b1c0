"""PostgreSQL: conflicts are tried again, and a server that is away is said to be."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from app.db import Busy, Database, Unavailable
from app.learning import learners
from tests import postgres
from tests.db.jobs import add, names


@pytest.fixture
def server(postgres_server: postgres.Server) -> Iterator[Database]:
    opened = Database(postgres_server.fresh(), wait=5, queue=4, readers=1)
    yield opened
    opened.close()


def test_a_deadlock_is_tried_again(server: Database) -> None:
    for name in "ab":
        server.write_now(add(name))
    both, tries = threading.Barrier(2), []

    def lock(*order: str) -> Callable[[Connection], None]:
        def job(conn: Connection) -> None:
            tries.append(order)
            for name in order:
                conn.execute(text(f"UPDATE learner SET name = name || 'x' WHERE id = '{name}'"))
                if len(tries) <= 2 and name == order[0]:
                    both.wait(10)

        return job

    with ThreadPoolExecutor(2) as threads:
        jobs = [threads.submit(server.write_now, lock(*order)) for order in ("ab", "ba")]
        for done in jobs:
            done.result()
    assert len(tries) > 2  # the one tried again may lose a second time, before the other wakes
    rows = server.read_now(lambda conn: [learners.get(conn, name) for name in "ab"])
    assert [row.name for row in rows if row] == ["xx", "xx"]


def test_connections_that_were_cut_are_made_anew(server: Database) -> None:
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    server.write_now(add("a"))
    assert names(server) == {"a"}
    other = Database(server._store._url.render_as_string(hide_password=False))
    other.write_now(lambda conn: conn.execute(cut).all())
    other.close()
    server.write_now(add("b"))
    assert names(server) == {"a", "b"}


def test_a_server_that_is_away_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(Unavailable):
        database.write_now(add("a"))
    with pytest.raises(Unavailable):
        asyncio.run(database.read(lambda conn: None))
    with pytest.raises(Unavailable):
        database.upgrade()
    database.close()


def test_a_crowd_on_the_server_is_told_at_once(server: Database) -> None:
    async def crowd() -> list[Any]:
        jobs = (server.write(lambda conn: time.sleep(0.1)) for _ in range(6))
        return await asyncio.gather(*jobs, return_exceptions=True)

    assert [type(result) for result in asyncio.run(crowd())] == [type(None)] * 4 + [Busy] * 2


def test_those_who_leave_make_room(server: Database) -> None:
    async def leave() -> None:
        for _ in range(20):
            tasks = [asyncio.create_task(server.write(lambda conn: time.sleep(0.01))) for _ in range(4)]
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            while True:
                try:
                    await server.write(add("stayed"))
                    break
                except Busy:
                    await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(leave(), 20))


def test_a_read_only_server_refuses(server: Database) -> None:
    def write_read_only(conn: Connection) -> None:
        conn.execute(text("SET TRANSACTION READ ONLY"))
        add("a")(conn)

    with pytest.raises(Unavailable, match="read-only"):
        server.write_now(write_read_only)
    server.write_now(add("b"))
