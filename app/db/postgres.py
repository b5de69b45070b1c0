"""PostgreSQL through psycopg 3: a bounded pool of threads, a transaction for each write, tried again on a conflict."""

import asyncio
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError, TimeoutError

from app.db.errors import Busy, Unavailable

T = TypeVar("T")

#: Two transactions got in each other's way: serialization failure, deadlock. Both were rolled back whole.
CONFLICT = frozenset({"40001", "40P01"})
#: SQLSTATE classes and codes that speak of the server, not of the statement: connection, resources, operator
#: intervention, I/O, a read-only standby, a lock not had in time.
TROUBLE = ("08", "53", "57", "58", "25006", "55P03")
TRIES = 6
#: Names the advisory lock that migrations take.
MIGRATION = 0x7265_6365_7074


def sqlstate(error: BaseException) -> str | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None


def is_trouble(error: BaseException) -> bool:
    """Whether an error says that the database cannot work just now."""
    state = sqlstate(error)
    if state is None:
        cause = error.orig if isinstance(error, DBAPIError) else error
        return isinstance(cause, psycopg.OperationalError)
    return state in CONFLICT or state.startswith(TROUBLE)


class Postgres:
    """A database server."""

    def __init__(self, url: URL, *, wait: float, queue: int, readers: int) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self._wait = wait
        self._engine = create_engine(
            self._url, pool_size=2 * readers, max_overflow=0, pool_timeout=wait, connect_args={"connect_timeout": 5}
        )
        event.listen(self._engine, "connect", self._prepare)
        self._read_only = self._engine.execution_options(postgresql_readonly=True)
        self._threads = ThreadPoolExecutor(2 * readers, thread_name_prefix="database")
        self._waiting = threading.BoundedSemaphore(queue)

    def _prepare(self, connection: Any, _record: Any) -> None:
        connection.execute(f"SET lock_timeout = {int(self._wait * 1000)}")
        connection.commit()

    async def write(self, fn: Callable[[Connection], T]) -> T:
        if not self._waiting.acquire(blocking=False):
            raise Busy("too many writes are waiting")
        try:
            future = self._submit(self.write_now, fn)
        except Unavailable:
            self._waiting.release()
            raise
        future.add_done_callback(lambda _: self._waiting.release())  # also where it was cancelled before it began
        return await asyncio.wrap_future(future)

    def write_now(self, fn: Callable[[Connection], T]) -> T:
        for attempt in range(TRIES):
            committing = False
            try:
                with self._engine.connect() as connection:
                    result = fn(connection)
                    committing = True
                    connection.commit()
                    return result
            except Exception as error:
                # A connection lost during the commit leaves open whether it was done: then the caller must know.
                lost = isinstance(error, DBAPIError) and error.connection_invalidated and not committing
                if attempt + 1 < TRIES and (sqlstate(error) in CONFLICT or lost):
                    time.sleep(random.uniform(0, 0.005 * 2**attempt))  # noqa: S311  spread, not secrecy
                    continue
                raise self._translated(error) from error
        raise AssertionError("the last try returns or raises")

    async def read(self, fn: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._submit(self.read_now, fn))

    async def glance(self, fn: Callable[[Connection], T]) -> T:
        return await self.read(fn)

    def _submit(self, call: Callable[[Callable[[Connection], T]], T], fn: Callable[[Connection], T]) -> Future[T]:
        try:
            return self._threads.submit(call, fn)
        except RuntimeError as error:
            raise Unavailable("the database is closed") from error

    def read_now(self, fn: Callable[[Connection], T]) -> T:
        for attempt in range(2):
            try:
                with self._read_only.connect() as connection:
                    return fn(connection)
            except Exception as error:
                if attempt == 0 and isinstance(error, DBAPIError) and error.connection_invalidated:
                    continue
                raise self._translated(error) from error
        raise AssertionError("the last try returns or raises")

    @staticmethod
    def _translated(error: Exception) -> Exception:
        if isinstance(error, TimeoutError):
            return Busy("no connection came free")
        return Unavailable(str(error)) if is_trouble(error) else error

    def exclusive(self, wait: float) -> Engine:
        """An engine for a migration: its transactions wait for one another, ``wait`` seconds at most."""
        made = create_engine(self._url, poolclass=NullPool, connect_args={"connect_timeout": 5})

        @event.listens_for(made, "begin")
        def lock(connection: Connection) -> None:
            connection.execute(text(f"SET LOCAL lock_timeout = {int(wait * 1000)}"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION})"))

        return made

    def close(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()
