"""SQLite: many readers, and one writer thread that commits its waiting jobs together.

A commit that survives a power cut costs a flush of the disk. Thirty-two answers that arrive together share one:
the writer takes all that wait, runs each inside its own savepoint, commits once, and only then answers them.
"""

import asyncio
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from pysqlite3 import dbapi2
from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from app.db.errors import Busy, Unavailable

T = TypeVar("T")
log = logging.getLogger(__name__)

#: Earlier versions can corrupt a WAL database that several connections use: https://sqlite.org/wal.html#walresetbug
OLDEST = (3, 51, 3)
#: Jobs that one commit may carry.
BATCH = 256
#: SQLite's primary result codes that speak of the file or the disk, not of the statement: BUSY, LOCKED, NOMEM,
#: READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB (https://sqlite.org/rescode.html).
BUSY = 5
TROUBLE = frozenset({BUSY, 6, 7, 8, 10, 11, 13, 14, 15, 26})


def is_trouble(error: BaseException) -> bool:
    """Whether an error says that the database cannot work just now."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, dbapi2.Error) and getattr(cause, "sqlite_errorcode", 0) & 0xFF in TROUBLE


def assert_version(version: tuple[int, ...] = dbapi2.sqlite_version_info) -> None:
    """Refuse a library that may lose data. Raises RuntimeError, in words for the operator."""
    if version < OLDEST:
        have, need = (".".join(map(str, v)) for v in (version, OLDEST))
        raise RuntimeError(
            f"SQLite {have} can corrupt a database in WAL mode; {need} or later is needed. "
            "The pysqlite3 wheel brings one: pip install --upgrade --force-reinstall pysqlite3"
        )


def engine(url: URL, *, begin: str, wait: float, readers: int = 0) -> Engine:
    """An engine whose transactions open with ``begin``; a lock is waited for ``wait`` seconds.

    With ``readers`` it keeps that many connections, and none of any number can write.
    """
    # check_same_thread: the pool hands a connection to one thread at a time.
    arguments = {"timeout": wait, "check_same_thread": False, "cached_statements": 512}
    pool: dict[str, Any] = {"poolclass": NullPool}
    if readers:
        pool = {"poolclass": QueuePool, "pool_size": readers, "max_overflow": -1}
    made = create_engine(url, module=dbapi2, connect_args=arguments, **pool)

    @event.listens_for(made, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # else the driver opens transactions of its own, too late and deferred
        use_wal(connection, wait)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")  # so that REPLACE cannot pass the ledger's triggers
        if readers:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(made, "begin")
    def open_transaction(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        if not raw.in_transaction:
            raw.execute(begin)

    return made


def use_wal(connection: Any, wait: float) -> None:
    """Turn to write-ahead logging. SQLite does not itself wait for another process that is just turning, too."""
    end = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except dbapi2.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != BUSY or time.monotonic() > end:
                raise
            time.sleep(0.005)


@dataclass(frozen=True, slots=True)
class Job:
    """A write that waits. ``future`` belongs to ``loop``, or to a blocked thread where ``loop`` is None."""

    fn: Callable[[Connection], Any]
    future: "asyncio.Future[Any] | Future[Any]"
    loop: asyncio.AbstractEventLoop | None


#: What came of a job: its result, or the error to raise.
Result = tuple[Any, BaseException | None]


class Writer:
    """The one thread that writes."""

    def __init__(self, url: URL, *, wait: float, queue: int) -> None:
        self._engine = engine(url, begin="BEGIN IMMEDIATE", wait=wait)
        self._limit = queue
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._connection: Connection | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = self._broken = False

    def put(self, job: Job) -> None:
        """Queue a job. Raises Busy when too many wait, Unavailable after close."""
        if self._jobs.qsize() >= self._limit:
            raise Busy(f"{self._limit} writes are waiting")
        with self._lock:
            if self._closed:
                raise Unavailable("the database is closed")
            if self._broken:
                raise Unavailable("the database's writer broke; the server has to be started again")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="database-writer", daemon=True)
                self._thread.start()
            self._jobs.put(job)

    def close(self) -> None:
        """Commit what waits, then stop."""
        with self._lock:
            self._closed = True
            self._jobs.put(None)
        if self._thread is not None:
            self._thread.join()
        self._engine.dispose()

    def _work(self) -> None:
        batch: list[Job] = []
        try:
            while batch := self._take():
                deliver(batch, self._commit(batch))
        except BaseException as error:
            # Nobody would ever answer them: they and those to come are told so, and the site says that it is not well.
            log.critical("the database's writer broke; nothing is written until a restart", exc_info=True)
            self._refuse(batch, error)
        finally:
            self._disconnect()

    def _refuse(self, batch: list[Job], error: BaseException) -> None:
        with self._lock:
            self._broken = True
            while not self._jobs.empty():
                if job := self._jobs.get():
                    batch.append(job)
        made = Unavailable(f"the database's writer broke: {error!r}")
        deliver(batch, [(None, made)] * len(batch))

    def _take(self) -> list[Job]:
        """All that wait, at least one; none once closed and drained."""
        batch: list[Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == BATCH or self._jobs.empty():
                return batch
            job = self._jobs.get()
        if batch:
            self._jobs.put(None)
        return batch

    def _commit(self, batch: list[Job]) -> list[Result]:
        """Run a batch in one transaction. No result leaves before its commit; a failed commit fails them all."""
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                return [self._run(self._connection, job) for job in batch]
        except Exception as error:
            # A fresh connection is the surest way back from a full disk, a lock, a file that was read-only.
            self._disconnect()
            log.warning("a batch of %d writes was not committed: %s", len(batch), error)
            return [(None, unavailable(error)) for _ in batch]

    def _run(self, connection: Connection, job: Job) -> Result:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("SAVEPOINT job")
        result: Result
        try:
            result = job.fn(connection), None
        except Exception as error:
            if is_trouble(error) or not raw.in_transaction:  # SQLite may have rolled back the other jobs' work too
                raise
            raw.execute("ROLLBACK TO job")
            result = None, error
        raw.execute("RELEASE job")
        return result

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.invalidate()
                connection.close()
            except Exception:
                log.exception("closing a broken connection")


def unavailable(error: BaseException) -> Unavailable:
    """The same trouble in the site's words, with its cause."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    made = Unavailable(str(cause))
    made.__cause__ = error
    return made


def deliver(batch: list[Job], results: list[Result]) -> None:
    """Give every waiter its result: one wake-up for each event loop, however many of its jobs are done."""
    loops: defaultdict[asyncio.AbstractEventLoop, list[tuple[Any, Result]]] = defaultdict(list)
    for job, result in zip(batch, results, strict=True):
        if job.loop is None:
            settle([(job.future, result)])
        else:
            loops[job.loop].append((job.future, result))
    for loop, settled in loops.items():
        try:
            loop.call_soon_threadsafe(settle, settled)
        except RuntimeError:
            log.warning("an event loop closed before %d writes could be acknowledged", len(settled))


def settle(results: list[tuple[Any, Result]]) -> None:
    for future, (value, error) in results:
        if future.done():  # cancelled: the student left, the write stays
            continue
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(RuntimeError(repr(error)) if isinstance(error, StopIteration) else error)


class Sqlite:
    """A database in one file."""

    def __init__(self, url: URL, *, wait: float, queue: int, readers: int) -> None:
        assert_version()
        if not url.database or url.database.startswith((":memory:", "file:")):
            raise ValueError("the site's database must be a file, such as sqlite:///var/receptive.db")
        Path(url.database).absolute().parent.mkdir(parents=True, exist_ok=True)
        self._url = url
        self._writer = Writer(url, wait=wait, queue=queue)
        self._readers = engine(url, begin="BEGIN", wait=wait, readers=readers + 1)
        # One connection for glances, which each event loop's thread takes in turn.
        self._glances: Connection | None = None
        self._glancing = threading.Lock()
        self._threads = ThreadPoolExecutor(readers, thread_name_prefix="database-reader")

    async def write(self, fn: Callable[[Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._writer.put(Job(fn, future, loop))
        return await future

    def write_now(self, fn: Callable[[Connection], T]) -> T:
        future: Future[T] = Future()
        self._writer.put(Job(fn, future, None))
        return future.result()

    async def read(self, fn: Callable[[Connection], T]) -> T:
        try:
            future = self._threads.submit(self.read_now, fn)
        except RuntimeError as error:
            raise Unavailable("the database is closed") from error
        return await asyncio.wrap_future(future)

    async def glance(self, fn: Callable[[Connection], T]) -> T:
        with self._glancing:
            try:
                if self._glances is None:
                    self._glances = self._readers.connect()
                try:
                    return fn(self._glances)
                finally:
                    self._glances.rollback()
            except Exception as error:
                if not is_trouble(error):
                    raise
                broken, self._glances = self._glances, None
                if broken is not None:
                    broken.invalidate()
                raise unavailable(error) from error

    def read_now(self, fn: Callable[[Connection], T]) -> T:
        try:
            with self._readers.connect() as connection:
                raw: Any = connection.connection.dbapi_connection
                raw.execute("BEGIN")  # one state of the database for all that fn reads; the pool ends it
                try:
                    return fn(connection)
                except Exception as error:
                    if is_trouble(error):
                        connection.invalidate()
                    raise
        except Exception as error:
            if is_trouble(error):
                raise unavailable(error) from error
            raise

    def exclusive(self, wait: float) -> Engine:
        """An engine for a migration: its transaction holds the only write lock from the start."""
        return engine(self._url, begin="BEGIN IMMEDIATE", wait=wait)

    def close(self) -> None:
        self._writer.close()
        self._threads.shutdown()
        with self._glancing:
            if self._glances is not None:
                self._glances.close()
                self._glances = None
        self._readers.dispose()
