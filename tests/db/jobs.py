"""Writes to tell by their names."""

from collections.abc import Callable

from sqlalchemy import Connection, text

from app.db import Database
from app.learning import learners


def add(name: str) -> Callable[[Connection], str]:
    """A write, which returns its name."""

    def job(conn: Connection) -> str:
        learners.ensure(conn, name, 1.0)
        return name

    return job


def names(database: Database) -> set[str]:
    return database.read_now(lambda conn: set(conn.execute(text("SELECT id FROM learner")).scalars()))
