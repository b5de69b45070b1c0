"""The tables of answers: every attempt as it was made, and one row for how its question stands."""

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from app.db import Serial, metadata

attempt = Table(
    "attempt",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("learner_id", Text, ForeignKey("learner.id"), nullable=False),
    Column("attempt_key", Text, nullable=False),
    Column("course", Text, nullable=False),
    Column("question_id", Text, nullable=False),
    # What was answered: this version of the lesson, this draw of the question.
    Column("lesson_hash", Text, nullable=False),
    Column("series", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    # JSON; null is "I don't know yet".
    Column("answer", Text, nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("score", Double, nullable=False),
    # JSON: feedback, xp_awarded, total_xp, course_xp.
    Column("outcome", Text, nullable=False),
    # What had been seen before answering.
    Column("hints_opened", Integer, nullable=False),
    Column("explained", Boolean, nullable=False),
    Column("created", Double, nullable=False),
    UniqueConstraint("learner_id", "attempt_key"),
    Index(None, "learner_id", "id"),
    # In the order in which a course's answers are gathered.
    Index(None, "course", "id"),
)

question_progress = Table(
    "question_progress",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("course", Text, primary_key=True),
    Column("question_id", Text, primary_key=True),
    # How many times "try one like it" was asked for, and the seed of the draw now shown.
    Column("series", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    # Of the draw now shown.
    Column("hints_opened", Integer, nullable=False),
    Column("explained", Boolean, nullable=False),
    # Of all draws.
    Column("attempts", Integer, nullable=False),
    Column("answered_correctly", Boolean, nullable=False),
    # Whether the very first answer was right; null before it.
    Column("first_try", Boolean),
    Column("first_answered", Double),
    # An attempt's id, without a foreign key: each new attempt would have to look for its children here.
    Column("last_attempt", Serial),
    Column("updated", Double, nullable=False),
    sqlite_with_rowid=False,
)
