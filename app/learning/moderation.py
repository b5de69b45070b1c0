"""What instructors look after: what was reported, and what they hide. Nothing is deleted by them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Double,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
    true,
    update,
)

from app.content.remarks import lines
from app.db import Serial, metadata
from app.learning import learners
from app.learning.comments import Comment, by_ids, comment
from app.learning.shares import ROWS, Share, of_row, share

#: Characters of a report's reason; rows that one page holds.
LONGEST_REASON, MOST = 300, 100

report = Table(
    "report",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("share_id", Serial, ForeignKey("share.id", ondelete="CASCADE"), nullable=False),
    # Null where the shared thing itself is meant.
    Column("comment_id", Serial, ForeignKey("comment.id", ondelete="CASCADE")),
    # Who reports what: one report each.
    Column("learner_id", Text, ForeignKey("learner.id"), nullable=False),
    Column("about", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created", Double, nullable=False),
    # When an instructor looked at it.
    Column("settled", Double),
    UniqueConstraint("learner_id", "about"),
    Index(None, "settled", "id"),
    Index(None, "share_id"),
    Index(None, "comment_id"),
)


@dataclass(frozen=True)
class Report:
    """Something to look at, with what it is about."""

    id: int
    token: str
    title: str
    #: None where the shared thing itself is meant.
    comment: Comment | None
    reason: str
    created: float


def hide(conn: Connection, comment_id: int, by: str, now: float) -> bool:
    """Let nobody read it but its writer and instructors. Whether there was one; its reports are settled."""
    values = {"hidden": now, "hidden_by": by}
    settle = update(report).where(report.c.comment_id == comment_id, report.c.settled.is_(None)).values(settled=now)
    conn.execute(settle)
    return bool(conn.execute(update(comment).where(comment.c.id == comment_id).values(values)).rowcount)


def show(conn: Connection, comment_id: int) -> bool:
    """Take a hiding back. Whether there was such a comment."""
    values = {"hidden": None, "hidden_by": None}
    return bool(conn.execute(update(comment).where(comment.c.id == comment_id).values(values)).rowcount)


def tell(conn: Connection, one: Share, comment_id: int | None, learner_id: str, reason: str, now: float) -> bool:
    """Report a comment, or the shared thing itself, to the instructors. Whether it is new: one each is kept.

    Raises Merged.
    """
    learners.ensure(conn, learner_id, now)
    about = f"share {one.id}" if comment_id is None else f"comment {comment_id}"
    row = {"share_id": one.id, "comment_id": comment_id, "learner_id": learner_id, "about": about, "created": now}
    known = select(report.c.id).where(report.c.learner_id == learner_id, report.c.about == about)
    if conn.execute(known).first() is not None:
        return False
    conn.execute(insert(report), row | {"reason": lines(reason, LONGEST_REASON)})
    return True


def _among(courses: Collection[str] | None) -> ColumnElement[bool]:
    """Shares of these courses; of all, and of none, where there is no list."""
    return true() if courses is None else share.c.course.in_(courses)


def reports(conn: Connection, courses: Collection[str] | None = None, most: int = MOST) -> list[Report]:
    """What was reported in these courses and not looked at yet, oldest first.

    What was made private since is nobody else's any more.
    """
    seen = share.c.deleted.is_(None) & (share.c.visibility != "private") & _among(courses)
    asked = (
        select(report.c.id, share.c.token, share.c.title, report.c.comment_id, report.c.reason, report.c.created)
        .join(share, share.c.id == report.c.share_id)
        .where(report.c.settled.is_(None), seen)
        .order_by(report.c.id)
        .limit(most)
    )
    rows: list[Any] = list(conn.execute(asked))
    meant = {row.comment_id for row in rows if row.comment_id is not None}
    said = by_ids(conn, meant)
    return [Report(row.id, row.token, row.title, said.get(row.comment_id), row.reason, row.created) for row in rows]


def settle(conn: Connection, report_id: int, now: float, courses: Collection[str] | None = None) -> bool:
    """It was looked at, and nothing is to be done. Whether there was such a report in these courses."""
    here = report.c.share_id.in_(select(share.c.id).where(_among(courses)))
    return bool(conn.execute(update(report).where(report.c.id == report_id, here).values(settled=now)).rowcount)


def settle_about(conn: Connection, share_id: int, now: float) -> None:
    """Everything that was reported of a share was looked at."""
    about = (report.c.share_id == share_id, report.c.comment_id.is_(None), report.c.settled.is_(None))
    conn.execute(update(report).where(*about).values(settled=now))


def hold(conn: Connection, share_id: int, now: float) -> bool:
    """Hide what others can see; its owner cannot show it until it is released. Whether it could be seen."""
    seen = (share.c.id == share_id, share.c.visibility != "private")
    hidden = {"held": now, "visibility": "private", "published": None, "changed": now}
    return bool(conn.execute(update(share).where(*seen).values(hidden)).rowcount)


def release(conn: Connection, share_id: int, courses: Collection[str] | None = None) -> bool:
    """Let its owner show it again. Whether it was held, in these courses."""
    held = (share.c.id == share_id, share.c.held.is_not(None), _among(courses))
    return bool(conn.execute(update(share).where(*held).values(held=None)).rowcount)


def held(conn: Connection, courses: Collection[str] | None = None) -> list[Share]:
    """What instructors hid in these courses, the newest first."""
    hidden = (share.c.held.is_not(None), share.c.deleted.is_(None), _among(courses))
    asked = ROWS.where(*hidden).order_by(share.c.held.desc())
    return [of_row(row) for row in conn.execute(asked.limit(MOST)).mappings()]


def merge(conn: Connection, guest: str, account: str) -> None:
    """What a guest reported counts as the account's; both reporting one thing is one report."""
    for row in conn.execute(select(report.c.id, report.c.about).where(report.c.learner_id == guest)).all():
        both = select(report.c.id).where(report.c.learner_id == account, report.c.about == row.about)
        mine = report.c.id == row.id
        if conn.execute(both).first() is not None:
            conn.execute(delete(report).where(mine))
        else:
            conn.execute(update(report).where(mine).values(learner_id=account))
