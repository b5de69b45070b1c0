"""Which lessons a student has opened, and where they left off."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Double, Executable, ForeignKey, Index, Table, Text, bindparam, select

from app.db import Inserter, Prepared, metadata
from app.learning import learners

visit_table = Table(
    "visit",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("course", Text, primary_key=True),
    Column("lesson", Text, primary_key=True),
    Column("first", Double, nullable=False),
    Column("last", Double, nullable=False),
    Index(None, "course", "lesson"),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Visit:
    course: str
    #: The lesson's slug.
    lesson: str
    first: float
    last: float


def _note(new: Inserter) -> Executable:
    row = new(visit_table)
    return row.on_conflict_do_update(
        index_elements=["learner_id", "course", "lesson"], set_={"last": row.excluded.last}
    )


_of = select(visit_table.c.course, visit_table.c.lesson, visit_table.c.first, visit_table.c.last).where(
    visit_table.c.learner_id == bindparam("learner")
)
NOTE = Prepared(_note)
OF = Prepared(_of.where(visit_table.c.course == bindparam("course")))
LAST = Prepared(_of.order_by(visit_table.c.last.desc()).limit(1))


def visit(conn: Connection, learner_id: str, course: str, lesson: str, now: float) -> None:
    """Note that a learner has a lesson open."""
    learners.ensure(conn, learner_id, now)
    row = {"learner_id": learner_id, "course": course, "lesson": lesson, "first": now, "last": now}
    NOTE.rows(conn, row)


def last(conn: Connection, learner_id: str) -> Visit | None:
    """Where a learner left off."""
    row = LAST.first(conn, {"learner": learner_id})
    return Visit(*row) if row else None


def visits(conn: Connection, learner_id: str, course: str) -> Mapping[str, Visit]:
    """A learner's visits in a course, by the lesson's slug."""
    return {row.lesson: Visit(*row) for row in OF.rows(conn, {"learner": learner_id, "course": course})}
