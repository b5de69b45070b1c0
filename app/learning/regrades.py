"""Answers whose verdict changed after they were given, because their question's key was mended.

An attempt stays as it was made; what it counts as now stands beside it. XP is never taken back.
"""

from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Double,
    Executable,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    select,
    update,
)

from app.db import Inserter, Prepared, Serial, metadata

regrade = Table(
    "regrade",
    metadata,
    # Given by the form that asked for it, so that asking twice regrades once.
    Column("id", Text, primary_key=True),
    Column("course", Text, nullable=False),
    Column("question_id", Text, nullable=False),
    # How the question grades: it goes on only while this is so.
    Column("fingerprint", Text, nullable=False),
    # An account's id, without a foreign key, as whoever regraded may leave.
    Column("author", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("ended", Double),
    # The question changed before it was through.
    Column("stopped", Boolean, nullable=False),
    # The last attempt that was looked at, and the last one that there was at the beginning.
    Column("last", Serial, nullable=False),
    Column("upto", Serial, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("righted", Integer, nullable=False),
    Column("wronged", Integer, nullable=False),
    Column("unreadable", Integer, nullable=False),
    Column("xp", Integer, nullable=False),
    Index(None, "course", "created"),
)

regraded_attempt = Table(
    "regraded_attempt",
    metadata,
    # Without a foreign key, as an attempt may go with its learner.
    Column("attempt_id", Serial, primary_key=True, autoincrement=False),
    Column("learner_id", Text, ForeignKey("learner.id"), nullable=False),
    Column("regrade_id", Text, nullable=False),
    Column("course", Text, nullable=False),
    Column("question_id", Text, nullable=False),
    Column("correct", Boolean, nullable=False),
    # What was paid for it then; 0 for nothing.
    Column("xp", Integer, nullable=False),
    Column("created", Double, nullable=False),
    Index(None, "learner_id", "created"),
    Index(None, "regrade_id"),
)


@dataclass(frozen=True)
class Regraded:
    """An answer of a learner that counts as something else since."""

    course: str
    question_id: str
    correct: bool
    xp: int
    created: float


def _mark(new: Inserter) -> Executable:
    row = new(regraded_attempt)
    changed = {name: row.excluded[name] for name in ("regrade_id", "correct", "created")}
    xp = regraded_attempt.c.xp + row.excluded.xp
    return row.on_conflict_do_update(index_elements=["attempt_id"], set_={**changed, "xp": xp})


MARK = Prepared(_mark)
_OF = Prepared(
    select(*(regraded_attempt.c[name] for name in Regraded.__dataclass_fields__))
    .where(regraded_attempt.c.learner_id == bindparam("learner"))
    .order_by(regraded_attempt.c.created.desc(), regraded_attempt.c.attempt_id.desc())
    .limit(bindparam("limit"))
)


def of_learner(conn: Connection, learner_id: str, limit: int) -> list[Regraded]:
    """Newest first."""
    return [Regraded(*row) for row in _OF.rows(conn, {"learner": learner_id, "limit": limit})]


def merge(conn: Connection, guest: str, account: str) -> None:
    """Attempts keep their ids when a guest signs in, and so does what they count as."""
    conn.execute(update(regraded_attempt).where(regraded_attempt.c.learner_id == guest).values(learner_id=account))
