"""XP: an append-only ledger of awards, and totals beside it.

An award is named by its key, unique for each learner, so it cannot be given twice. The total is written in the same
transaction; nothing reads the whole ledger to show a page. The database refuses to change or delete a ledger row.
"""

from collections.abc import Mapping
from dataclasses import dataclass

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
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from app.db import Inserter, Prepared, Serial, metadata

xp_award = Table(
    "xp_award",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("learner_id", Text, ForeignKey("learner.id"), nullable=False),
    Column("award_key", Text, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("course", Text, nullable=False),
    Column("created", Double, nullable=False),
    UniqueConstraint("learner_id", "award_key"),
    Index(None, "learner_id", "id"),
)

xp_total = Table(
    "xp_total",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("course", Text, primary_key=True),
    Column("xp", Integer, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Totals:
    total: int
    by_course: Mapping[str, int]


@dataclass(frozen=True)
class Award:
    #: Counts up; what ``ledger`` pages by.
    id: int
    amount: int
    #: In words, for the student.
    reason: str
    course: str
    award_key: str
    created: float


def _give(new: Inserter) -> Executable:
    return new(xp_award).on_conflict_do_nothing(index_elements=["learner_id", "award_key"]).returning(xp_award.c.id)


def _add(new: Inserter) -> Executable:
    row = new(xp_total)
    return row.on_conflict_do_update(
        index_elements=["learner_id", "course"], set_={"xp": xp_total.c.xp + row.excluded.xp}
    )


GIVE, ADD = Prepared(_give), Prepared(_add)


def award(
    conn: Connection, *, learner_id: str, award_key: str, amount: int, reason: str, course: str, now: float
) -> int:
    """Give an award unless the learner has it. Returns the XP given now: ``amount``, or 0. The learner exists."""
    row = {"learner_id": learner_id, "award_key": award_key, "amount": amount, "reason": reason, "course": course}
    if GIVE.first(conn, row | {"created": now}) is None:
        return 0
    ADD.rows(conn, {"learner_id": learner_id, "course": course, "xp": amount})
    return amount


TOTALS = Prepared(select(xp_total.c.course, xp_total.c.xp).where(xp_total.c.learner_id == bindparam("learner")))


def totals(conn: Connection, learner_id: str) -> Totals:
    by_course = {row.course: row.xp for row in TOTALS.rows(conn, {"learner": learner_id})}
    return Totals(sum(by_course.values()), by_course)


def ledger(conn: Connection, learner_id: str, limit: int = 50, before: int | None = None) -> list[Award]:
    """Awards, newest first, at most ``limit``; the next page comes with ``before`` = the last one's id."""
    columns = (xp_award.c[name] for name in ("id", "amount", "reason", "course", "award_key", "created"))
    chosen = select(*columns).where(xp_award.c.learner_id == learner_id)
    if before is not None:
        chosen = chosen.where(xp_award.c.id < before)
    return [Award(*row) for row in conn.execute(chosen.order_by(xp_award.c.id.desc()).limit(limit))]


SUMS = select(xp_award.c.learner_id, xp_award.c.course, func.sum(xp_award.c.amount).label("xp")).group_by(
    xp_award.c.learner_id, xp_award.c.course
)


def rebuild(conn: Connection, learner_id: str | None = None) -> None:
    """Make the totals anew from the ledger, for one learner or for all."""
    old, sums = delete(xp_total), SUMS
    if learner_id is not None:
        old, sums = old.where(xp_total.c.learner_id == learner_id), sums.where(xp_award.c.learner_id == learner_id)
    conn.execute(old)
    conn.execute(insert(xp_total).from_select(["learner_id", "course", "xp"], sums))


@dataclass(frozen=True)
class Mismatch:
    """A total that is not the sum of its awards."""

    learner_id: str
    course: str
    ledger: int
    total: int


def verify(conn: Connection) -> list[Mismatch]:
    """Every total that differs from its ledger: none, in a sound database. Reads everything; for operators."""
    sums = {(row.learner_id, row.course): row.xp for row in conn.execute(SUMS)}
    kept = {(row.learner_id, row.course): row.xp for row in conn.execute(select(xp_total))}
    places = sorted(sums.keys() | kept.keys())
    return [Mismatch(*at, sums.get(at, 0), kept.get(at, 0)) for at in places if sums.get(at, 0) != kept.get(at, 0)]
