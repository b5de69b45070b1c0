"""What a student said a lab would show, before it ran."""

from collections.abc import Mapping

from sqlalchemy import Column, Connection, Double, ForeignKey, Index, Table, Text, bindparam, select

from app.db import Prepared, metadata
from app.learning import learners

prediction = Table(
    "prediction",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("course", Text, primary_key=True),
    Column("lab_id", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("created", Double, nullable=False),
    Index(None, "course", "lab_id"),
    sqlite_with_rowid=False,
)

KEEP_FIRST = Prepared(
    lambda new: new(prediction).on_conflict_do_nothing(index_elements=["learner_id", "course", "lab_id"])
)
OF = Prepared(
    select(prediction.c.lab_id, prediction.c.value).where(
        prediction.c.learner_id == bindparam("learner"), prediction.c.course == bindparam("course")
    )
)


def record(conn: Connection, learner_id: str, course: str, lab_id: str, value: str, now: float) -> str:
    """Keep a prediction and return the one that stands: the first, since a later one may know the answer."""
    learners.ensure(conn, learner_id, now)
    row = {"learner_id": learner_id, "course": course, "lab_id": lab_id, "value": value, "created": now}
    KEEP_FIRST.rows(conn, row)
    return of(conn, learner_id, course)[lab_id]


def of(conn: Connection, learner_id: str, course: str) -> Mapping[str, str]:
    """A learner's predictions in a course, by lab."""
    return {row.lab_id: row.value for row in OF.rows(conn, {"learner": learner_id, "course": course})}
