"""Keeping a share: made once, renamed, shown or hidden at once, deleted and brought back, moved with its owner."""

import json
import secrets
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.content.remarks import lines, one_line
from app.learning import learners
from app.learning.shares import TOKEN, UNDO, Measured, New, Share, Visibility, find, same, share
from app.words import _

#: Characters of a title and of a description.
LONGEST_TITLE, LONGEST_DESCRIPTION = 80, 2_000
#: Shares that one learner may keep at once.
MOST = 500


class TooMany(ValueError):
    """This learner keeps as many shares as one may."""


def create(conn: Connection, learner_id: str, new: New, now: float) -> tuple[Share, bool]:
    """Keep ``new``, once: what is kept already stays as it is. The share, and whether it is new.

    Raises TooMany, Merged.
    """
    learners.ensure(conn, learner_id, now)
    if known := same(conn, learner_id, new):
        return known, False
    live = select(func.count()).select_from(share).where(share.c.learner_id == learner_id, share.c.deleted.is_(None))
    if conn.execute(live).scalar_one() >= MOST:
        raise TooMany(_("You keep %(most)s already. Delete some first.", most=MOST))
    token = secrets.token_urlsafe(16)
    row = {
        "token": token,
        "learner_id": learner_id,
        "kind": new.kind,
        "spec": json.dumps(new.spec.as_json()),
        "spec_key": new.key,
        "experiment": new.spec.experiment,
        "course": new.course,
        "lab": new.lab,
        "question": new.question,
        "outcome": None if new.outcome is None else json.dumps(new.outcome),
        "parent": new.parent,
        "created": now,
        "changed": now,
        **_said(new.title, new.description),
        **_shown(new.visibility, None, now),
    }
    conn.execute(insert(share), row)
    made = find(conn, token, learner_id)
    assert made
    return made, True


def change(
    conn: Connection,
    one: Share,
    now: float,
    *,
    title: str,
    description: str,
    visibility: Visibility,
    course: str | None,
) -> None:
    """Call it otherwise, or show it to others than before: at once, everywhere."""
    learners.ensure(conn, one.learner_id, now)
    values = _said(title, description) | _shown(visibility, one.published, now) | {"course": course, "changed": now}
    conn.execute(update(share).where(share.c.id == one.id, share.c.deleted.is_(None)).values(values))


def remove(conn: Connection, learner_id: str, token: str, now: float) -> bool:
    """Delete one's own; it can be brought back for ``UNDO`` seconds, as private. Whether there was one."""
    if not TOKEN.fullmatch(token):
        return False
    own = (share.c.token == token, share.c.learner_id == learner_id, share.c.deleted.is_(None))
    gone = conn.execute(update(share).where(*own).values(deleted=now, published=None, changed=now)).rowcount
    conn.execute(delete(share).where(share.c.deleted < now - UNDO))
    return bool(gone)


def restore(conn: Connection, learner_id: str, token: str, now: float) -> bool:
    """Bring one's own back, for oneself alone at first. Whether there was one to bring back."""
    if not TOKEN.fullmatch(token):
        return False
    own = (share.c.token == token, share.c.learner_id == learner_id, share.c.deleted >= now - UNDO)
    return bool(
        conn.execute(update(share).where(*own).values(deleted=None, visibility="private", changed=now)).rowcount
    )


def measured(conn: Connection, share_id: int, found: Measured, lab_version: int) -> None:
    """Keep what the lab found."""
    values = {name: getattr(found, name) for name in ("params", "macs", "depth", "rf", "accuracy")}
    values |= {"facts": json.dumps(found.facts), "lab_version": lab_version}
    conn.execute(update(share).where(share.c.id == share_id).values(values))


def merge(conn: Connection, guest: str, account: str) -> None:
    """What a guest shared is the account's, at the same addresses; what both share stays twice."""
    conn.execute(update(share).where(share.c.learner_id == guest).values(learner_id=account))


def _said(title: str, description: str) -> dict[str, str]:
    title, description = one_line(title, LONGEST_TITLE), lines(description, LONGEST_DESCRIPTION)
    return {"title": title, "description": description, "words": f"{title}\n{description}".casefold()}


def _shown(visibility: Visibility, published: float | None, now: float) -> dict[str, Any]:
    return {"visibility": visibility, "published": (published or now) if visibility == "gallery" else None}
