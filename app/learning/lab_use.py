"""Who ran a lab of a course at least once, and when first: what tells its authors which labs are used."""

from sqlalchemy import (
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    select,
    update,
)

from app.db import Prepared, metadata
from app.learning import learners

lab_use = Table(
    "lab_use",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("course", Text, primary_key=True),
    Column("lab_id", Text, primary_key=True),
    Column("first", Double, nullable=False),
    Index(None, "course", "lab_id"),
    sqlite_with_rowid=False,
)

_KEEP = Prepared(lambda new: new(lab_use).on_conflict_do_nothing(index_elements=["learner_id", "course", "lab_id"]))
_USED = Prepared(
    select(lab_use.c.first).where(
        lab_use.c.learner_id == bindparam("learner"),
        lab_use.c.course == bindparam("course"),
        lab_use.c.lab_id == bindparam("lab"),
    )
)


def used(conn: Connection, learner_id: str, course: str, lab_id: str) -> bool:
    """Whether a learner has run a lab before."""
    return _USED.first(conn, {"learner": learner_id, "course": course, "lab": lab_id}) is not None


def note(conn: Connection, learner_id: str, course: str, lab_id: str, now: float) -> None:
    """Note that a learner ran a lab. Raises Merged."""
    learners.ensure(conn, learner_id, now)
    _KEEP.rows(conn, {"learner_id": learner_id, "course": course, "lab_id": lab_id, "first": now})


def merge(conn: Connection, guest: str, account: str) -> None:
    theirs = lab_use.alias()
    both = exists().where(
        theirs.c.learner_id == account, theirs.c.course == lab_use.c.course, theirs.c.lab_id == lab_use.c.lab_id
    )
    conn.execute(update(lab_use).where(lab_use.c.learner_id == guest, ~both).values(learner_id=account))
    conn.execute(delete(lab_use).where(lab_use.c.learner_id == guest))
