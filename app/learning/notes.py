"""Notes and highlights on a lesson: private, kept by what they quote, so that they outlive the lesson's changes.

A highlight is a note without words of its own; a note without a quote is on its section as a whole. A quote is found
again by its text and what stands around it (W3C Web Annotation Data Model, TextQuoteSelector).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Executable,
    ForeignKey,
    Integer,
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

#: Characters of a quote, of what stands on each side of it, and of a note; notes of one learner.
LONGEST_QUOTE, LONGEST_SIDE, LONGEST_BODY, MOST = 1_000, 64, 4_000, 2_000
#: Seconds for which a deletion can be taken back.
RECALL = 600.0

note = Table(
    "note",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("course", Text, nullable=False),
    Column("lesson", Text, nullable=False),
    #: The section's slug; empty for what stands before the first heading.
    Column("section", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    #: Where the quote began in its section, in characters that are not white space: of several finds, the nearest.
    Column("start", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("changed", Double, nullable=False),
    Column("deleted", Double),
    sqlite_with_rowid=False,
)


class TooMany(Exception):
    """A learner holds as many notes as one may."""


@dataclass(frozen=True)
class Note:
    id: str
    course: str
    lesson: str
    section: str
    quote: str
    before: str
    after: str
    start: int
    body: str
    created: float
    changed: float
    #: When it was deleted, which can still be taken back; None where it stands.
    deleted: float | None

    @property
    def link(self) -> str:
        """Its place in its lesson, with or without a script."""
        return f"/courses/{self.course}/lessons/{self.lesson}?mine=1#note-{self.id}"


def _keep(new: Inserter) -> Executable:
    return new(note).on_conflict_do_nothing(index_elements=["learner_id", "id"])


_FIELDS = [column for column in note.c if column.name != "learner_id"]
_MINE = select(*_FIELDS).where(note.c.learner_id == bindparam("learner"))
_STANDING = (note.c.deleted.is_(None)) | (note.c.deleted > bindparam("since"))
KEEP = Prepared(_keep)
ONE = Prepared(_MINE.where(note.c.id == bindparam("id")))
OF_LESSON = Prepared(
    _MINE.where(note.c.course == bindparam("course"), note.c.lesson == bindparam("lesson"), _STANDING).order_by(
        note.c.start, note.c.created
    )
)
ALL = Prepared(_MINE.where(_STANDING).order_by(note.c.created))


def keep(
    conn: Connection, learner_id: str, id: str, place: tuple[str, str, str], said: Mapping[str, Any], now: float
) -> Note:
    """A new note at (course, lesson, section), with the quote's fields and ``body``; the same ``id`` is kept once.

    Raises TooMany.
    """
    learners.ensure(conn, learner_id, now)
    conn.execute(delete(note).where(note.c.learner_id == learner_id, note.c.deleted <= now - RECALL))
    held = one(conn, learner_id, id)
    if held is not None:
        return held
    count = conn.execute(select(func.count()).select_from(note).where(note.c.learner_id == learner_id)).scalar_one()
    if count >= MOST:
        raise TooMany
    course, lesson, section = place
    row = {
        "learner_id": learner_id,
        "id": id,
        "course": course,
        "lesson": lesson,
        "section": section,
        "quote": said["quote"],
        "before": said["before"],
        "after": said["after"],
        "start": said["start"],
        "body": said["body"],
        "created": now,
        "changed": now,
        "deleted": None,
    }
    KEEP.rows(conn, row)
    found = one(conn, learner_id, id)
    assert found is not None
    return found


def one(conn: Connection, learner_id: str, id: str) -> Note | None:
    row = ONE.first(conn, {"learner": learner_id, "id": id})
    return Note(*row) if row else None


def change(conn: Connection, learner_id: str, id: str, body: str, now: float) -> Note | None:
    """The note with other words; None where the learner has no such note."""
    return _set(conn, learner_id, id, {"body": body, "changed": now})


def remove(conn: Connection, learner_id: str, id: str, now: float) -> Note | None:
    """Delete a note, which ``restore`` can take back for ``RECALL`` seconds; None where there is none."""
    held = one(conn, learner_id, id)
    return held if held is None or held.deleted is not None else _set(conn, learner_id, id, {"deleted": now})


def restore(conn: Connection, learner_id: str, id: str) -> Note | None:
    """Take a deletion back; None where there is no such note any more."""
    return _set(conn, learner_id, id, {"deleted": None})


def of_lesson(conn: Connection, learner_id: str, course: str, lesson: str, now: float) -> list[Note]:
    """A learner's notes on a lesson in their order there, what was deleted just now among them."""
    asked = {"learner": learner_id, "course": course, "lesson": lesson, "since": now - RECALL}
    return [Note(*row) for row in OF_LESSON.rows(conn, asked)]


def of_learner(conn: Connection, learner_id: str, now: float) -> list[Note]:
    """All of a learner's notes, oldest first, what was deleted just now among them."""
    return [Note(*row) for row in ALL.rows(conn, {"learner": learner_id, "since": now - RECALL})]


def merge(conn: Connection, guest: str, account: str) -> None:
    """Every note of both; one that both have under the same name, from a page open in two sessions, is kept twice."""
    theirs = note.alias()
    clash = exists().where(theirs.c.learner_id == account, theirs.c.id == note.c.id)
    for held in conn.execute(select(note.c.id).where(note.c.learner_id == guest, clash)).scalars().all():
        at = (note.c.learner_id == guest, note.c.id == held)
        conn.execute(update(note).where(*at).values(id=uuid.uuid4().hex))
    conn.execute(update(note).where(note.c.learner_id == guest).values(learner_id=account))


def _set(conn: Connection, learner_id: str, id: str, values: dict[str, Any]) -> Note | None:
    conn.execute(update(note).where(note.c.learner_id == learner_id, note.c.id == id).values(values))
    return one(conn, learner_id, id)
