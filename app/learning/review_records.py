"""The tables of reviews: every set that was begun, and its questions with what their first answers did."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    select,
)

from app.db import Prepared, metadata

Kind = Literal["review", "repair"]

review_set = Table(
    "review_set",
    metadata,
    Column("id", Text, primary_key=True),
    Column("learner_id", Text, ForeignKey("learner.id"), nullable=False),
    Column("kind", Text, nullable=False),
    # What it was asked for: null is every course, every skill.
    Column("course", Text),
    Column("skill", Text),
    Column("created", Double, nullable=False),
    Column("ended", Double),
    CheckConstraint(f"kind IN {get_args(Kind)}", "kind"),
    Index(None, "learner_id", "created"),
    Index(None, "learner_id", "ended", "created"),
)

review_item = Table(
    "review_item",
    metadata,
    Column("set_id", Text, ForeignKey("review_set.id"), primary_key=True),
    # From 1.
    Column("place", Integer, primary_key=True),
    Column("course", Text, nullable=False),
    Column("question_id", Text, nullable=False),
    Column("skill", Text, nullable=False),
    # When its turn came; null where it has not, or was passed over.
    Column("opened", Double),
    # What its first answer in the set did; null before it.
    Column("answered", Double),
    Column("correct", Boolean),
    Column("helped", Boolean),
    Column("xp", Integer),
    # The skill's state before and after, and when the question falls due again.
    Column("before", Text),
    Column("after", Text),
    Column("due", Double),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Scope:
    """What a set was asked for."""

    kind: Kind = "review"
    course: str | None = None
    skill: str | None = None


@dataclass(frozen=True)
class Item:
    place: int
    course: str
    question_id: str
    skill: str
    opened: float | None = None
    answered: float | None = None
    correct: bool | None = None
    #: Answered rightly, but after a hint.
    helped: bool | None = None
    xp: int | None = None
    before: str | None = None
    after: str | None = None
    due: float | None = None


@dataclass(frozen=True)
class ReviewSet:
    id: str
    scope: Scope
    created: float
    ended: float | None
    items: tuple[Item, ...]

    @property
    def current(self) -> Item | None:
        """The question whose turn it is; None once the set is over."""
        opened = [item for item in self.items if item.opened is not None]
        return opened[-1] if opened and self.ended is None else None

    @property
    def answered(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.answered is not None)

    @property
    def left(self) -> tuple[Item, ...]:
        """What may still be asked, the current question among it."""
        if self.ended is not None:
            return ()
        at = self.current.place if self.current else 0
        return tuple(item for item in self.items if item.place >= at and item.answered is None)


_SETS = select(review_set.c.id, review_set.c.kind, review_set.c.course, review_set.c.skill, review_set.c.created)
_SETS = _SETS.add_columns(review_set.c.ended).where(review_set.c.learner_id == bindparam("learner"))
BY_ID = Prepared(_SETS.where(review_set.c.id == bindparam("id")))
OPEN = Prepared(_SETS.where(review_set.c.ended.is_(None)).order_by(review_set.c.created.desc()).limit(1))
ITEMS = Prepared(
    select(*(column for column in review_item.c if column.name != "set_id"))
    .where(review_item.c.set_id == bindparam("id"))
    .order_by(review_item.c.place)
)
#: How long the learner's last answers took, in seconds.
PACE = Prepared(
    select((review_item.c.answered - review_item.c.opened).label("took"))
    .join(review_set, review_set.c.id == review_item.c.set_id)
    .where(review_set.c.learner_id == bindparam("learner"), review_item.c.answered.is_not(None))
    .order_by(review_set.c.created.desc(), review_item.c.place.desc())
    .limit(20)
)


def get(conn: Connection, learner_id: str, set_id: str) -> ReviewSet | None:
    """A learner's own set; None for what is no set's id, in whatever characters."""
    if not set_id.isalnum():
        return None
    return _read(conn, BY_ID.first(conn, {"learner": learner_id, "id": set_id}))


def unfinished(conn: Connection, learner_id: str) -> ReviewSet | None:
    return _read(conn, OPEN.first(conn, {"learner": learner_id}))


def _read(conn: Connection, row: Any) -> ReviewSet | None:
    if row is None:
        return None
    items = tuple(Item(*item) for item in ITEMS.rows(conn, {"id": row.id}))
    return ReviewSet(row.id, Scope(row.kind, row.course, row.skill), row.created, row.ended, items)


def paces(conn: Connection, learner_id: str) -> list[float]:
    """How many seconds each of the learner's last answers in reviews took, the newest first; at most 20."""
    return [row.took for row in PACE.rows(conn, {"learner": learner_id})]
