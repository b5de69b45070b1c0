"""Who is here now: only those who chose to be seen, and only while a page of theirs is in sight.

The site's word is a beat: a page that is open and visible sends one every ``BEAT`` seconds and says when it is left.
Nothing is kept of when somebody was here but the last beat, and that not longer than they are seen.
"""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Double, ForeignKey, Index, Table, Text, delete, insert, select, update

from app.db import metadata
from app.learning import learners
from app.learning.pen_names import pen_name

#: Seconds between two beats, and for which one is believed: a beat may come late, or be lost once.
BEAT, LASTS = 25.0, 65.0
#: Names that are told at once; the rest are counted.
MOST = 60

presence = Table(
    "presence",
    metadata,
    # A row is the choice to be seen.
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    # The last beat, and the course of the page that sent it; null while away.
    Column("seen", Double),
    Column("course", Text),
    Index(None, "seen"),
)


@dataclass(frozen=True)
class Here:
    """Those who are here, by the names that they chose, in the order of the alphabet."""

    names: tuple[str, ...]
    #: How many there are beyond ``names``.
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.names) + self.more


def chosen(conn: Connection, learner_id: str) -> bool:
    """Whether this learner chose to be seen."""
    return conn.execute(select(presence.c.learner_id).where(presence.c.learner_id == learner_id)).first() is not None


def choose(conn: Connection, learner_id: str, now: float) -> None:
    """Be seen from now on, while here. Raises Merged."""
    learners.ensure(conn, learner_id, now)
    if not chosen(conn, learner_id):
        conn.execute(insert(presence), {"learner_id": learner_id})


def withdraw(conn: Connection, learner_id: str) -> None:
    """Be seen no longer, at once."""
    conn.execute(delete(presence).where(presence.c.learner_id == learner_id))


def beat(conn: Connection, learner_id: str, course: str | None, now: float) -> bool:
    """A page of this learner is in sight. Whether they chose to be seen."""
    mine = update(presence).where(presence.c.learner_id == learner_id)
    return bool(conn.execute(mine.values(seen=now, course=course)).rowcount)


def leave(conn: Connection, learner_id: str) -> bool:
    """The page in sight was left; another that is open beats again. Whether they chose to be seen."""
    mine = update(presence).where(presence.c.learner_id == learner_id)
    return bool(conn.execute(mine.values(seen=None, course=None)).rowcount)


def here(conn: Connection, now: float, course: str | None = None) -> Here:
    """Who is here now: in one course, or anywhere. Whoever gave up their chosen name is not told."""
    asked = (
        select(pen_name.c.name)
        .join(presence, presence.c.learner_id == pen_name.c.learner_id)
        .where(presence.c.seen > now - LASTS)
    )
    if course is not None:
        asked = asked.where(presence.c.course == course)
    names = tuple(conn.execute(asked.order_by(pen_name.c.folded)).scalars())
    return Here(names[:MOST], max(0, len(names) - MOST))


def merge(conn: Connection, guest: str) -> None:
    """A guest's choice is not the account's: whoever signs in is asked again."""
    withdraw(conn, guest)
