"""Each learner's first answer to each question, as the studio has gathered and counted it (app.studio.gathering).

What is told of answers is told of groups of five, its *fives*; here is what becomes of them when a learner leaves.
"""

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    select,
    update,
)

from app.db import Serial, metadata
from app.learning.records import attempt
from app.learning.regrades import regraded_attempt

first_answer = Table(
    "first_answer",
    metadata,
    Column("course", Text, primary_key=True),
    Column("question_id", Text, primary_key=True),
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    # An attempt's id, without a foreign key, as in question_progress.
    Column("attempt_id", Serial, nullable=False),
    # Its five, counted from 1 within the question; none while it waits for one; 0 where its five has lost somebody.
    Column("five", Integer),
    # The oldest answer of its five: a period holds it whole or not at all.
    Column("at", Double, nullable=False),
    # The classes of the course that the learner was in when answering, as ``class_mark`` writes them.
    Column("classes", Text, nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("hints", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    # What was said, as ``answer_keys`` has it.
    Column("said", Text, nullable=False),
    # Of a network, which requirements it met, as 1 and 0 in their order; else empty.
    Column("met", Text, nullable=False),
    Index(None, "learner_id"),
    Index(None, "course", "question_id", "five"),
    sqlite_with_rowid=False,
)

gathered_course = Table(
    "gathered_course",
    metadata,
    Column("course", Text, primary_key=True),
    # The last attempt that was looked at.
    Column("attempt_id", Serial, nullable=False),
    # Grows with every change of the course's first answers.
    Column("version", Integer, nullable=False),
)


def leave(conn: Connection, learner_id: str, *, but: Iterable[tuple[str, str]] = ()) -> None:
    """Break the fives that a learner is in, before the rows go: what the others said is told no more.

    ``but`` names rows (course, question) that stay whole, since they stay.
    """
    mine = select(first_answer.c.course, first_answer.c.question_id, first_answer.c.five).where(
        first_answer.c.learner_id == learner_id, first_answer.c.five > 0
    )
    stays, courses = set(but), set()
    for course, question, five in conn.execute(mine).all():
        if (course, question) not in stays:
            broken = and_(
                first_answer.c.course == course, first_answer.c.question_id == question, first_answer.c.five == five
            )
            conn.execute(update(first_answer).where(broken).values(five=0))
            courses.add(course)
    _changed(conn, courses)


def attempts_gone(conn: Connection) -> None:
    """After attempts were deleted: SQLite gives the ids of the last ones again, to answers that are yet to be read."""
    last = select(func.coalesce(func.max(attempt.c.id), 0)).scalar_subquery()
    conn.execute(update(gathered_course).where(gathered_course.c.attempt_id > last).values(attempt_id=last))


def merge(conn: Connection, guest: str, account: str) -> None:
    """A guest's first answers become the account's where it has none; the others go, with their fives."""
    theirs = first_answer.alias()
    lacks = ~exists().where(
        theirs.c.learner_id == account,
        theirs.c.course == first_answer.c.course,
        theirs.c.question_id == first_answer.c.question_id,
    )
    here = first_answer.c.learner_id == guest
    moved = conn.execute(select(first_answer.c.course, first_answer.c.question_id).where(here, lacks)).all()
    leave(conn, guest, but=[(row.course, row.question_id) for row in moved])
    conn.execute(update(first_answer).where(here, lacks).values(learner_id=account))
    conn.execute(delete(first_answer).where(here))


def regraded(conn: Connection, course: str, question: str) -> None:
    """Take over what the attempts at a question count as, after they were graded anew."""
    its = regraded_attempt.c
    right = select(its.correct).where(its.attempt_id == first_answer.c.attempt_id).scalar_subquery()
    here = (first_answer.c.course == course, first_answer.c.question_id == question)
    conn.execute(update(first_answer).where(*here).values(correct=func.coalesce(right, first_answer.c.correct)))
    _changed(conn, {course})


def _changed(conn: Connection, courses: Iterable[str]) -> None:
    here = gathered_course.c.course.in_(sorted(courses))
    conn.execute(update(gathered_course).where(here).values(version=gathered_course.c.version + 1))
