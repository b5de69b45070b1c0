"""What is said under a shared run.

A comment can be read by whoever may see the share (app.learning.shares.may_see). Hidden ones are read by their writer
and by instructors alone; deleted ones are gone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)

from app.content.remarks import lines
from app.db import Serial, metadata
from app.learning import learners
from app.learning.pen_names import pen_name
from app.learning.shares import Share, share

#: Characters of a comment; comments that one page of them holds.
LONGEST, PAGE = 2_000, 50
#: Seconds for which a deleted comment can be brought back.
UNDO = 14 * 86_400.0

comment = Table(
    "comment",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("share_id", Serial, ForeignKey("share.id", ondelete="CASCADE"), nullable=False),
    Column("learner_id", Text, ForeignKey("learner.id"), nullable=False),
    # Made up by the form: sent again, it is the same comment.
    Column("comment_key", Text, nullable=False),
    # Markdown as it was typed.
    Column("body", Text, nullable=False),
    Column("created", Double, nullable=False),
    # When its writer deleted it; it can be brought back for ``UNDO`` seconds.
    Column("deleted", Double),
    # When an instructor hid it, and who.
    Column("hidden", Double),
    Column("hidden_by", Text, ForeignKey("learner.id")),
    UniqueConstraint("learner_id", "comment_key"),
    Index(None, "share_id", "id"),
    Index(None, "learner_id", "id"),
)


#: What everyone may read who may see the share.
EVERYONES = (comment.c.hidden.is_(None), comment.c.deleted.is_(None))


class Empty(ValueError):
    """Nothing was said."""


@dataclass(frozen=True)
class Comment:
    id: int
    share_id: int
    learner_id: str
    body: str
    created: float
    hidden: float | None
    deleted: float | None
    #: The name that the writer chose; empty where they gave it up.
    name: str


_ROWS = select(
    *(comment.c[name] for name in ("id", "share_id", "learner_id", "body", "created", "hidden", "deleted")),
    func.coalesce(pen_name.c.name, "").label("name"),
).select_from(comment.outerjoin(pen_name, pen_name.c.learner_id == comment.c.learner_id))


def _comment(row: Any) -> Comment:
    return Comment(**row._mapping)


def under(
    conn: Connection, one: Share, viewer_id: str, *, instructor: bool, now: float, before: int | None = None
) -> tuple[Comment, ...]:
    """The newest comments that this viewer may read, oldest first, one more than ``PAGE`` where there are older ones;
    those from before an id with ``before``. One's own that were deleted lately are among them.
    """
    mine = (comment.c.learner_id == viewer_id) & (comment.c.deleted > now - UNDO)
    asked = _ROWS.where(comment.c.share_id == one.id, comment.c.deleted.is_(None) | mine)
    if before is not None:
        asked = asked.where(comment.c.id < before)
    if not instructor:
        asked = asked.where(comment.c.hidden.is_(None) | (comment.c.learner_id == viewer_id))
    rows = conn.execute(asked.order_by(comment.c.id.desc()).limit(PAGE + 1)).all()
    return tuple(_comment(row) for row in reversed(rows))


def count(conn: Connection, share_ids: list[int]) -> Mapping[int, int]:
    """How many comments everyone can read, by share."""
    asked = select(comment.c.share_id, func.count()).where(comment.c.share_id.in_(share_ids), *EVERYONES)
    return {row[0]: row[1] for row in conn.execute(asked.group_by(comment.c.share_id))}


def find(conn: Connection, comment_id: int) -> Comment | None:
    """A comment, whoever may read it."""
    row = conn.execute(_ROWS.where(comment.c.id == comment_id)).first()
    return _comment(row) if row else None


def by_ids(conn: Connection, ids: Collection[int]) -> Mapping[int, Comment]:
    """Comments by id, whoever may read them."""
    return {row.id: _comment(row) for row in conn.execute(_ROWS.where(comment.c.id.in_(ids)))}


def say(conn: Connection, one: Share, learner_id: str, body: str, comment_key: str, now: float) -> Comment:
    """Say something, once. ``one`` is a share that this learner may see. Raises Empty, Merged."""
    learners.ensure(conn, learner_id, now)
    body = lines(body, LONGEST)
    if not body:
        raise Empty
    mine = (comment.c.learner_id == learner_id, comment.c.comment_key == comment_key)
    known = conn.execute(select(comment.c.id).where(*mine)).scalar()
    if known is None:
        row = {"share_id": one.id, "learner_id": learner_id, "comment_key": comment_key, "body": body, "created": now}
        known = conn.execute(insert(comment).values(row).returning(comment.c.id)).scalar_one()
    found = find(conn, known)
    assert found
    return found


def remove(conn: Connection, learner_id: str, comment_id: int, now: float) -> bool:
    """Delete one's own; it can be brought back for ``UNDO`` seconds. Whether there was one."""
    own = (comment.c.id == comment_id, comment.c.learner_id == learner_id, comment.c.deleted.is_(None))
    gone = conn.execute(update(comment).where(*own).values(deleted=now)).rowcount
    conn.execute(delete(comment).where(comment.c.learner_id == learner_id, comment.c.deleted < now - UNDO))
    return bool(gone)


def restore(conn: Connection, learner_id: str, comment_id: int, now: float) -> bool:
    """Bring one's own back. Whether there was one to bring back."""
    own = (comment.c.id == comment_id, comment.c.learner_id == learner_id, comment.c.deleted >= now - UNDO)
    return bool(conn.execute(update(comment).where(*own).values(deleted=None)).rowcount)


def own(conn: Connection, learner_id: str) -> tuple[Comment, ...]:
    """A learner's newest comments, at most ``PAGE``, those under what they may see no longer among them."""
    asked = _ROWS.where(comment.c.learner_id == learner_id, comment.c.deleted.is_(None))
    return tuple(_comment(row) for row in conn.execute(asked.order_by(comment.c.id.desc()).limit(PAGE)))


def of(conn: Connection, learner_id: str) -> list[dict[str, Any]]:
    """All that a learner has said, oldest first, to take away."""
    asked = (
        select(share.c.token, comment.c.body, comment.c.created, comment.c.hidden)
        .join(share, share.c.id == comment.c.share_id)
        .where(comment.c.learner_id == learner_id, comment.c.deleted.is_(None))
        .order_by(comment.c.id)
    )
    return [
        {"under": f"/nexus/s/{row.token}", "said": row.body, "at": row.created, "hidden": row.hidden is not None}
        for row in conn.execute(asked)
    ]


def merge(conn: Connection, guest: str, account: str) -> None:
    """What a guest said becomes the account's; keys are made apart, as a guest's may be the account's."""
    theirs = comment.alias()
    same = select(theirs.c.id).where(theirs.c.learner_id == account, theirs.c.comment_key == comment.c.comment_key)
    clash = update(comment).where(comment.c.learner_id == guest, same.exists())
    conn.execute(clash.values(comment_key=guest + ":" + comment.c.comment_key))
    conn.execute(update(comment).where(comment.c.learner_id == guest).values(learner_id=account))
