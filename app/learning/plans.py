"""When a learner means to study: their time zone, a weekly goal of their own, and the calendar they subscribed to.

All of it is off until they ask for it: without a row, days are UTC days and there is no goal.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Double,
    Executable,
    ForeignKey,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from app.db import Inserter, Prepared, metadata
from app.learning import learners

_PLACE = re.compile("(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/")

#: What a goal counts in a week: days with an answer, or answers in reviews.
Counted = Literal["days", "reviews"]
COUNTED: tuple[Counted, ...] = get_args(Counted)
#: The highest goal of each kind.
MOST: dict[Counted, int] = {"days": 7, "reviews": 200}

study_plan = Table(
    "study_plan",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    # An IANA name; null is UTC.
    Column("time_zone", Text),
    Column("counted", Text),
    Column("goal", Integer),
    # Of the calendar feed's secret, which is not kept.
    Column("feed_sha256", Text, unique=True),
    Column("feed_made", Double),
    CheckConstraint(f"counted IN {COUNTED}", "counted"),
    sqlite_with_rowid=False,
)

study_day = Table(
    "study_day",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    # ISO 8601, in the time zone of then: a day once counted stays, wherever the learner is later.
    Column("day", Text, primary_key=True),
    Column("answers", Integer, nullable=False),
    Column("reviews", Integer, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Plan:
    time_zone: str = "UTC"
    #: The learner chose the zone; else it is what everyone has.
    zone_chosen: bool = False
    counted: Counted | None = None
    goal: int = 0
    #: When the calendar feed's address was made; None where there is none.
    feed_made: float | None = None


@dataclass(frozen=True)
class Week:
    """What was done in a week that begins on Monday."""

    first: date
    #: Days with an answer, in order.
    days: tuple[date, ...] = ()
    answers: int = 0
    reviews: int = 0

    def done(self, counted: Counted) -> int:
        return len(self.days) if counted == "days" else self.reviews


@lru_cache(1)
def time_zones() -> tuple[str, ...]:
    """The names to choose from: UTC, and every ``Area/Place`` that a browser may say."""
    return ("UTC", *sorted(name for name in available_timezones() if _PLACE.match(name)))


@lru_cache(1024)
def _zone(name: str) -> tzinfo:
    """UTC for a zone that this machine does not know (any more): nobody's answer is refused for a calendar's sake."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def day_of(when: float, zone: str) -> date:
    """The calendar day of a UTC epoch second in an IANA time zone."""
    return datetime.fromtimestamp(when, _zone(zone)).date()


def end_of(day: date, zone: str) -> float:
    """The UTC epoch second at which a calendar day is over: a day may have 23 or 25 hours."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), _zone(zone))
    return midnight.astimezone(UTC).timestamp()


OF = Prepared(
    select(study_plan.c.time_zone, study_plan.c.counted, study_plan.c.goal, study_plan.c.feed_made).where(
        study_plan.c.learner_id == bindparam("learner")
    )
)


def _note(new: Inserter) -> Executable:
    row, kept = new(study_day), study_day.c
    return row.on_conflict_do_update(
        index_elements=["learner_id", "day"],
        set_={"answers": kept.answers + row.excluded.answers, "reviews": kept.reviews + row.excluded.reviews},
    )


NOTE = Prepared(_note)
DAYS = Prepared(
    select(study_day.c.day, study_day.c.answers, study_day.c.reviews)
    .where(
        study_day.c.learner_id == bindparam("learner"),
        study_day.c.day >= bindparam("first"),
        study_day.c.day < bindparam("after"),
    )
    .order_by(study_day.c.day)
)


def of(conn: Connection, learner_id: str) -> Plan:
    row = OF.first(conn, {"learner": learner_id})
    if row is None:
        return Plan()
    return Plan(row.time_zone or "UTC", row.time_zone is not None, row.counted, row.goal or 0, row.feed_made)


def note(conn: Connection, learner_id: str, now: float, *, review: bool) -> None:
    """Count an answer on its day. The learner exists."""
    row = OF.first(conn, {"learner": learner_id})
    day = day_of(now, row.time_zone if row and row.time_zone else "UTC")
    NOTE.rows(conn, {"learner_id": learner_id, "day": day.isoformat(), "answers": 1, "reviews": int(review)})


def week(conn: Connection, learner_id: str, now: float) -> Week:
    """The learner's week that ``now`` is in."""
    today = day_of(now, of(conn, learner_id).time_zone)
    first = today - timedelta(days=today.weekday())
    span = {"learner": learner_id, "first": first.isoformat(), "after": (first + timedelta(days=7)).isoformat()}
    rows = DAYS.rows(conn, span)
    days = tuple(date.fromisoformat(row.day) for row in rows if row.answers)
    return Week(first, days, sum(row.answers for row in rows), sum(row.reviews for row in rows))


def set_time_zone(conn: Connection, learner_id: str, zone: str, now: float) -> None:
    """Count days in this zone from now on. Raises ValueError for a name that is no time zone."""
    if zone not in time_zones():
        raise ValueError(f"{zone!r} is no time zone")
    _set(conn, learner_id, now, time_zone=zone)


def set_goal(conn: Connection, learner_id: str, counted: str | None, goal: int, now: float) -> None:
    """Set a week's goal; None takes it away. Raises ValueError for one that cannot be."""
    if counted is None:
        _set(conn, learner_id, now, counted=None, goal=None)
        return
    if counted not in COUNTED or not 1 <= goal <= MOST[counted]:
        raise ValueError(f"no goal: {goal} {counted}")
    _set(conn, learner_id, now, counted=counted, goal=goal)


def new_feed(conn: Connection, learner_id: str, now: float) -> str:
    """A new secret for the calendar's address, to be shown once; the old address ends."""
    secret = secrets.token_urlsafe(32)
    _set(conn, learner_id, now, feed_sha256=_digest(secret), feed_made=now)
    return secret


def revoke_feed(conn: Connection, learner_id: str, now: float) -> None:
    _set(conn, learner_id, now, feed_sha256=None, feed_made=None)


BY_FEED = Prepared(select(study_plan.c.learner_id).where(study_plan.c.feed_sha256 == bindparam("sha256")))


def by_feed(conn: Connection, secret: str) -> str | None:
    """Whose calendar this secret opens."""
    row = BY_FEED.first(conn, {"sha256": _digest(secret)})
    return row.learner_id if row else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _set(conn: Connection, learner_id: str, now: float, **values: Any) -> None:
    learners.ensure(conn, learner_id, now)
    _put(conn, learner_id, values)


def _put(conn: Connection, learner_id: str, values: Mapping[str, Any]) -> None:
    changed = conn.execute(update(study_plan).where(study_plan.c.learner_id == learner_id).values(values))
    if not changed.rowcount:
        conn.execute(insert(study_plan).values(learner_id=learner_id, **values))


def merge(conn: Connection, guest: str, account: str) -> None:
    """What the account has set stands; where it has set nothing, the guest's does. Days are those of both.

    The guest's calendar ends: whoever else holds its address has not signed in.
    """
    table = study_plan
    rows = {
        row["learner_id"]: dict(row) for row in conn.execute(select(table).where(_of(table, guest, account))).mappings()
    }
    conn.execute(delete(table).where(_of(table, guest)))
    if guest in rows:
        brought, kept = rows[guest], rows.get(account, {})
        values = {"time_zone": kept.get("time_zone") or brought["time_zone"]}
        if kept.get("counted") is None:
            values |= {"counted": brought["counted"], "goal": brought["goal"]}
        _put(conn, account, values)
    for row in conn.execute(select(study_day).where(_of(study_day, guest))).mappings().all():
        NOTE.rows(conn, dict(row) | {"learner_id": account})
    conn.execute(delete(study_day).where(_of(study_day, guest)))


def _of(table: Table, *learner_ids: str) -> ColumnElement[bool]:
    return table.c.learner_id.in_(learner_ids)
