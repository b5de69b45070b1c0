"""What a share grew from, and to whom its code is open."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select

from app.db import Prepared
from app.learning.records import question_progress
from app.learning.shares import ROWS, Share, of_row, share

#: Generations that are shown; there may be more.
MOST = 12


@dataclass(frozen=True)
class Ancestor:
    """A share that another grew from. One that this viewer may not come upon has neither title, name nor address."""

    title: str = ""
    name: str = ""
    url: str = ""


def of(conn: Connection, one: Share, viewer_id: str) -> list[Ancestor]:
    """The line of a share, nearest first, at most ``MOST`` of it.

    Shown are those in the gallery and the viewer's own. One that is shared by link alone stays as hidden as a private
    one: whoever reads this was not given its address.
    """
    found: list[Ancestor] = []
    parent = one.parent
    while parent is not None and len(found) < MOST:
        row = conn.execute(ROWS.where(share.c.id == parent)).mappings().first()
        if row is None:
            break
        its = of_row(row)
        shown = its.deleted is None and (its.public or its.learner_id == viewer_id)
        found.append(Ancestor(its.title, its.name, its.url) if shown else Ancestor())
        parent = its.parent
    return found


_OPENED = Prepared(
    select(question_progress.c.question_id).where(
        question_progress.c.learner_id == bindparam("learner"),
        question_progress.c.course == bindparam("course"),
        or_(question_progress.c.answered_correctly, question_progress.c.explained),
    )
)


def opened(conn: Connection, learner_id: str, course: str) -> frozenset[str]:
    """The questions of a course whose answers a learner may see: answered rightly, or given up."""
    return frozenset(row.question_id for row in _OPENED.rows(conn, {"learner": learner_id, "course": course}))


def open_to(conn: Connection, one: Share, viewer_id: str) -> bool:
    """Whether a viewer who may see this share may see its code, too: a challenge is not given away."""
    if one.question is None or one.course is None or one.learner_id == viewer_id:
        return True
    return one.question in opened(conn, viewer_id, one.course)
