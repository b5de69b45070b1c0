"""The one door to the database, SQLite or PostgreSQL.

Everything that touches the database is a function of a Connection: pure of threads and of commits, it is handed to
``write`` or ``read``. A write may be run again from its start, so it must do nothing but write.
"""

from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Select, String, column, make_url, select, table
from sqlalchemy.exc import DBAPIError

from app.db.errors import Busy, Unavailable
from app.db.postgres import Postgres
from app.db.prepared import Inserter, Prepared
from app.db.sqlite import Sqlite
from app.db.tables import Serial, metadata

__all__ = ["Busy", "Database", "Inserter", "Prepared", "Serial", "Unavailable", "metadata"]

T = TypeVar("T")

_REVISION: Select[str] = select(column("version_num", String)).select_from(table("alembic_version"))

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def newest_revision() -> str:
    """The number that the newest migration's file begins with, which is its revision."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _here(fn: Callable[[Connection], T]) -> Callable[[Connection], T]:
    """``fn`` as it would run in this task, in whatever thread it does: what it says, it says in the task's language."""
    context = copy_context()
    return lambda conn: context.run(fn, conn)


class Database:
    """A database by its URL: ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    Nothing is opened before the first use, so a database that is away can come back. ``wait`` is how many seconds a
    lock is waited for, ``queue`` how many writes may wait, ``readers`` how many threads read.
    Raises ValueError for another kind of URL and RuntimeError where the SQLite library is too old to be trusted.
    """

    def __init__(self, url: str, *, wait: float = 5.0, queue: int = 1024, readers: int = 8) -> None:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
        kinds: dict[str, type[Sqlite] | type[Postgres]] = {"sqlite": Sqlite, "postgresql": Postgres}
        #: ``sqlite`` or ``postgresql``.
        self.dialect = parsed.get_backend_name()
        if self.dialect not in kinds:
            raise ValueError(f"{self.dialect} is not a database that the site knows: use sqlite or postgresql")
        self._store = kinds[self.dialect](parsed, wait=wait, queue=queue, readers=readers)

    async def write(self, fn: Callable[[Connection], T]) -> T:
        """Run ``fn`` in a transaction; its result comes only after a commit that survives a power cut.

        Raises Busy where too many wait, Unavailable where nothing could be committed, and what ``fn`` raises, in
        which case nothing of ``fn`` is kept.
        """
        return await self._store.write(_here(fn))

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run ``fn`` in the thread pool on a connection that cannot write. Raises Unavailable."""
        return await self._store.read(_here(fn))

    async def glance(self, fn: Callable[[Connection], T]) -> T:
        """Read a row or two by key, before anything else can be done. Raises Unavailable.

        From SQLite at once, in the event loop's own thread: that takes 30 µs, where the way to another thread and
        back takes 400 µs of a busy server's time.
        """
        return await self._store.glance(fn)

    def write_now(self, fn: Callable[[Connection], T]) -> T:
        """``write`` for a thread that may block."""
        return self._store.write_now(fn)

    def read_now(self, fn: Callable[[Connection], T]) -> T:
        """``read`` for a thread that may block."""
        return self._store.read_now(fn)

    def upgrade(self, wait: float = 60.0) -> None:
        """Bring the tables to the newest revision. Two processes may do so at once: one works, the other waits.

        Raises Unavailable where the other does not end within ``wait`` seconds.
        """
        if self._revision() == newest_revision():
            return
        from app.db.migrate import upgrade  # Alembic takes a quarter of a second and 8 MB that most starts need not

        upgrade(self._store.exclusive(wait), MIGRATIONS)

    def _revision(self) -> str | None:
        """The revision that the tables are at; None where there are none, or the database cannot be read."""
        try:
            return self.read_now(lambda conn: conn.execute(_REVISION).scalar_one_or_none())
        except (DBAPIError, Unavailable):
            return None

    def close(self) -> None:
        """Finish what waits, and let go."""
        self._store.close()
