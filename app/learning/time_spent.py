"""Time spent, for those who asked for it: seconds for which a page was in front of them and in use.

A page reports its own sum, again and again, under an id that it made up: a report that comes twice or late changes
nothing. No page can have been in use for longer than it has been reporting.
"""

from datetime import date

from sqlalchemy import (
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
    delete,
    exists,
    func,
    select,
    update,
)

from app.db import Inserter, Prepared, metadata
from app.learning import learners, plans

#: Seconds between a page's opening and its first report, at most, and between two reports.
SLACK = 90

time_spent = Table(
    "time_spent",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    # Made up by the page.
    Column("page", Text, primary_key=True),
    # ISO 8601, in the learner's time zone, when the page was opened.
    Column("day", Text, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("first", Double, nullable=False),
    Index(None, "learner_id", "day"),
    sqlite_with_rowid=False,
)


def _kept(new: Inserter) -> Executable:
    row = new(time_spent)
    return row.on_conflict_do_update(index_elements=["learner_id", "page"], set_={"seconds": row.excluded.seconds})


KEEP = Prepared(_kept)
ONE = Prepared(
    select(time_spent.c.day, time_spent.c.seconds, time_spent.c.first).where(
        time_spent.c.learner_id == bindparam("learner"), time_spent.c.page == bindparam("page")
    )
)
_sums = select(time_spent.c.day, func.sum(time_spent.c.seconds).label("seconds")).group_by(time_spent.c.day)
DAYS = Prepared(
    _sums.where(time_spent.c.learner_id == bindparam("learner")).order_by(time_spent.c.day.desc()).limit(30)
)
ALL = Prepared(
    select(func.coalesce(func.sum(time_spent.c.seconds), 0).label("seconds")).where(
        time_spent.c.learner_id == bindparam("learner")
    )
)


def report(conn: Connection, learner_id: str, page: str, seconds: int, now: float) -> None:
    """Note that a page was in use for so many seconds so far. Raises Merged."""
    learners.ensure(conn, learner_id, now)
    before = ONE.first(conn, {"learner": learner_id, "page": page})
    first = before.first if before else now
    day = before.day if before else plans.day_of(now, plans.of(conn, learner_id).time_zone).isoformat()
    most = int(max(0.0, now - first)) + SLACK
    spent = max(before.seconds if before else 0, min(seconds, most))
    KEEP.rows(conn, {"learner_id": learner_id, "page": page, "day": day, "seconds": spent, "first": first})


def days(conn: Connection, learner_id: str) -> list[tuple[date, int]]:
    """Seconds on each of the last 30 days that have any, the newest first."""
    return [(date.fromisoformat(row.day), row.seconds) for row in DAYS.rows(conn, {"learner": learner_id})]


def total(conn: Connection, learner_id: str) -> int:
    """Seconds in all."""
    row = ALL.first(conn, {"learner": learner_id})
    return int(row.seconds)


def forget(conn: Connection, learner_id: str) -> None:
    conn.execute(delete(time_spent).where(time_spent.c.learner_id == learner_id))


def merge(conn: Connection, guest: str, account: str) -> None:
    theirs = time_spent.alias()
    both = exists().where(theirs.c.learner_id == account, theirs.c.page == time_spent.c.page)
    conn.execute(update(time_spent).where(time_spent.c.learner_id == guest, ~both).values(learner_id=account))
    conn.execute(delete(time_spent).where(time_spent.c.learner_id == guest))
