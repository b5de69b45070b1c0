"""All that is kept about a learner: to take away, and to delete.

Every table that names a learner by ``learner_id`` is covered without being listed, so that what is kept tomorrow is
given out and deleted, too. See docs/adr/0020.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, or_, select, update

from app.db import metadata
from app.learning import first_answers, xp
from app.learning.comments import comment
from app.learning.learners import learner
from app.learning.moderation import report
from app.learning.review_sets import review_item, review_set
from app.learning.shares import share

#: Append-only, and its sums: kept when a learner is deleted, under an id that no longer names anybody.
LEDGER = frozenset({xp.xp_award.name, xp.xp_total.name})
#: Never given out: they open something, or name somebody else.
SECRETS = frozenset({"password_hash", "sha256", "feed_sha256", "hidden_by", "granted_by"})


def owned() -> list[Table]:
    """The tables with rows of learners' own, each before those that it refers to."""
    return [table for table in reversed(metadata.sorted_tables) if "learner_id" in table.c]


def everything(conn: Connection, learner_id: str) -> Mapping[str, list[dict[str, Any]]]:
    """A learner's rows by table, without secrets. Times are UTC epoch seconds."""
    found = {"learner": _rows(conn, learner, learner.c.id == learner_id)}
    for table in sorted(owned(), key=lambda table: table.name):
        found[table.name] = _rows(conn, table, table.c.learner_id == learner_id)
    found[review_item.name] = _rows(conn, review_item, _in_own_set(learner_id))
    return found


def _rows(conn: Connection, table: Table, mine: ColumnElement[bool]) -> list[dict[str, Any]]:
    shown = [column for column in table.c if column.name not in SECRETS | {"learner_id"}]
    chosen = select(*shown).where(mine).order_by(*table.primary_key.columns)
    return [dict(row) for row in conn.execute(chosen).mappings()]


def forget(conn: Connection, learner_id: str) -> None:
    """Delete all that a learner did and said, and end every session and token.

    The ledger's rows stay, since nothing may take them out; the learner that they name loses name, address, password
    and role. What others said under something that was shared goes with it; their copies of it stay.
    """
    conn.execute(select(learner.c.id).where(learner.c.id == learner_id).with_for_update())  # as every write does
    shares = select(share.c.id).where(share.c.learner_id == learner_id)
    said = select(comment.c.id).where(or_(comment.c.learner_id == learner_id, comment.c.share_id.in_(shares)))
    conn.execute(delete(report).where(or_(report.c.share_id.in_(shares), report.c.comment_id.in_(said))))
    conn.execute(delete(comment).where(comment.c.share_id.in_(shares)))
    conn.execute(update(comment).where(comment.c.hidden_by == learner_id).values(hidden_by=None))
    conn.execute(update(share).where(share.c.parent.in_(shares)).values(parent=None))
    conn.execute(delete(review_item).where(_in_own_set(learner_id)))
    first_answers.leave(conn, learner_id)
    for table in owned():
        if table.name not in LEDGER:
            conn.execute(delete(table).where(table.c.learner_id == learner_id))
    first_answers.attempts_gone(conn)
    nobody = {"kind": "guest", "name": "", "email": None, "password_hash": None, "role": "student", "language": None}
    ended = {"session_version": learner.c.session_version + 1}
    conn.execute(update(learner).where(learner.c.id == learner_id).values(nobody | ended))


def _in_own_set(learner_id: str) -> ColumnElement[bool]:
    return review_item.c.set_id.in_(select(review_set.c.id).where(review_set.c.learner_id == learner_id))
