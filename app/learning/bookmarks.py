"""Lessons and sections that a learner wants to find again."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Executable,
    ForeignKey,
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
from app.learning import learners

#: Bookmarks of one learner.
MOST = 500

bookmark = Table(
    "bookmark",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("course", Text, primary_key=True),
    Column("lesson", Text, primary_key=True),
    #: The section's slug; empty for the whole lesson.
    Column("section", Text, primary_key=True),
    #: As it was called when it was marked, should it be gone.
    Column("title", Text, nullable=False),
    Column("created", Double, nullable=False),
    sqlite_with_rowid=False,
)


class TooMany(Exception):
    """A learner holds as many bookmarks as one may."""


@dataclass(frozen=True)
class Bookmark:
    course: str
    lesson: str
    section: str
    title: str
    created: float


def _keep(new: Inserter) -> Executable:
    return new(bookmark).on_conflict_do_nothing(index_elements=["learner_id", "course", "lesson", "section"])


_MINE = select(bookmark.c.course, bookmark.c.lesson, bookmark.c.section, bookmark.c.title, bookmark.c.created).where(
    bookmark.c.learner_id == bindparam("learner")
)
KEEP = Prepared(_keep)
ALL = Prepared(_MINE.order_by(bookmark.c.created.desc()))
NEWEST = Prepared(_MINE.order_by(bookmark.c.created.desc()).limit(bindparam("limit")))
OF_LESSON = Prepared(_MINE.where(bookmark.c.course == bindparam("course"), bookmark.c.lesson == bindparam("lesson")))


def keep(conn: Connection, learner_id: str, place: tuple[str, str, str], title: str, now: float) -> None:
    """Mark (course, lesson, section); a place is marked once, however often. Raises TooMany."""
    learners.ensure(conn, learner_id, now)
    count = select(func.count()).select_from(bookmark).where(bookmark.c.learner_id == learner_id)
    if conn.execute(count).scalar_one() >= MOST:
        raise TooMany
    course, lesson, section = place
    row = {"learner_id": learner_id, "course": course, "lesson": lesson, "section": section}
    KEEP.rows(conn, {**row, "title": title, "created": now})


def remove(conn: Connection, learner_id: str, place: tuple[str, str, str]) -> None:
    """Take a mark away; nothing where there is none."""
    course, lesson, section = place
    conn.execute(
        delete(bookmark).where(
            bookmark.c.learner_id == learner_id,
            bookmark.c.course == course,
            bookmark.c.lesson == lesson,
            bookmark.c.section == section,
        )
    )


def of_lesson(conn: Connection, learner_id: str, course: str, lesson: str) -> Mapping[str, Bookmark]:
    """By section; the whole lesson's under the empty one."""
    rows = OF_LESSON.rows(conn, {"learner": learner_id, "course": course, "lesson": lesson})
    return {row.section: Bookmark(*row) for row in rows}


def of_learner(conn: Connection, learner_id: str, limit: int | None = None) -> list[Bookmark]:
    """Newest first."""
    asked = {"learner": learner_id} | ({} if limit is None else {"limit": limit})
    return [Bookmark(*row) for row in (ALL if limit is None else NEWEST).rows(conn, asked)]


def merge(conn: Connection, guest: str, account: str) -> None:
    """Places that both marked are marked since the earlier."""
    table, theirs = bookmark, bookmark.alias()
    place = [theirs.c[name] == table.c[name] for name in ("course", "lesson", "section")]
    guests = select(theirs.c.created).where(theirs.c.learner_id == guest, *place).scalar_subquery()
    conn.execute(update(table).where(table.c.learner_id == account, guests < table.c.created).values(created=guests))
    both = exists().where(theirs.c.learner_id == account, *place)
    conn.execute(update(table).where(table.c.learner_id == guest, ~both).values(learner_id=account))
    conn.execute(delete(table).where(table.c.learner_id == guest))
