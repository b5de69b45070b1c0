"""What an instructor has written and not published: one text for each file of a course, saved under a counted version.

A save says which version it was written over. Where another tab has saved since, it is refused with what stands there,
so that neither is lost. What was discarded stays until something else is written, to be taken back.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import (
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
    func,
    select,
    update,
)

from app.db import Inserter, Prepared, metadata
from app.learning.learners import learner

State = Literal["open", "discarded", "published"]

studio_draft = Table(
    "studio_draft",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("course", Text, primary_key=True),
    #: Its name in the course's folder.
    Column("file", Text, primary_key=True),
    #: None where the file is to be deleted.
    Column("text", Text),
    #: The published text that it was begun from; None where there was no file.
    Column("base_text", Text),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("updated", Double, nullable=False),
    CheckConstraint("state IN ('open', 'discarded', 'published')", "state"),
    Index(None, "course"),
)

#: Characters of one text: room for any that can be published, and for one that must be cut first.
LONGEST = 1_000_000
# What a database or an encoding cannot hold; the checker says where the mark in its place stands.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Draft:
    """One instructor's text of one file."""

    course: str
    file: str
    learner_id: str
    #: None where the file is to be deleted.
    text: str | None
    #: The published text that it was begun from; None where there was no file.
    base_text: str | None
    #: Counts up with everything that is done to it.
    version: int
    updated: float
    state: State = "open"

    @property
    def base_sha(self) -> str | None:
        return named(self.base_text)

    @property
    def changes(self) -> bool:
        """Whether it says anything else than what it was begun from."""
        return self.state == "open" and self.text != with_newlines(self.base_text)


@dataclass(frozen=True)
class Writing:
    """Somebody has unpublished changes of a file."""

    course: str
    file: str
    learner_id: str
    name: str
    updated: float


class Newer(Exception):
    """Something was saved since the version that a save was written over: ``draft`` is what stands there."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"{draft.file} is at version {draft.version}")
        self.draft = draft


def _begin(new: Inserter) -> Any:
    return new(studio_draft).on_conflict_do_nothing(index_elements=["learner_id", "course", "file"])


_OF = (studio_draft.c.learner_id == bindparam("learner"), studio_draft.c.course == bindparam("course"))
_FIELDS = [studio_draft.c[name] for name in Draft.__dataclass_fields__]
_BEGIN = Prepared(_begin)
_ONE = Prepared(select(*_FIELDS).where(*_OF, studio_draft.c.file == bindparam("file")))
_OWN = Prepared(select(*_FIELDS).where(*_OF, studio_draft.c.state == "open").order_by(studio_draft.c.file))


def named(text: str | None) -> str | None:
    """The SHA-256 (hex) of a text; None of none."""
    return None if text is None else sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def storable(text: str | None) -> str | None:
    """A text with a mark (U+FFFD) for what a database cannot hold."""
    return None if text is None else _UNSTORABLE.sub("\ufffd", text)


def one(conn: Connection, learner_id: str, course: str, file: str) -> Draft | None:
    """What a learner last wrote of a file, whatever became of it."""
    row = _ONE.first(conn, {"learner": learner_id, "course": course, "file": file})
    return Draft(*row) if row else None


def own(conn: Connection, learner_id: str, course: str) -> dict[str, Draft]:
    """A learner's unpublished changes of a course, by file."""
    found = (Draft(*row) for row in _OWN.rows(conn, {"learner": learner_id, "course": course}))
    return {draft.file: draft for draft in found if draft.changes}


def writing(conn: Connection, courses: Iterable[str]) -> list[Writing]:
    """Who has unpublished changes of which file, last saved first."""
    c = studio_draft.c
    asked = (
        select(c.course, c.file, c.learner_id, learner.c.name, c.updated)
        .join(learner, learner.c.id == c.learner_id)
        .where(c.course.in_(list(courses)), c.state == "open")
        # Compared there: a desk need not load every text.
        .where(c.text.is_distinct_from(func.replace(c.base_text, "\r\n", "\n")))
        .order_by(c.updated.desc(), c.file)
    )
    return [Writing(*row) for row in conn.execute(asked)]


def save(
    conn: Connection,
    learner_id: str,
    course: str,
    file: str,
    text: str | None,
    base_text: str | None,
    version: int,
    now: float,
    *,
    rebase: bool = False,
) -> Draft:
    """Keep what was written over ``version`` (0 before anything was); the same text sent again changes nothing.

    ``base_text`` is the text on disk: what a draft is begun from, and which begins none itself. One that is open keeps
    its own, unless ``rebase`` says that the two were merged. Raises Newer, and ValueError for a text that is too long.
    """
    if text is not None:
        text = with_newlines(_UNSTORABLE.sub("\ufffd", text))
        if text is not None and len(text) > LONGEST:
            raise ValueError(f"a text has at most {LONGEST:,} characters")
    base_text = storable(base_text)
    key = {"learner_id": learner_id, "course": course, "file": file}
    held = one(conn, learner_id, course, file)
    idle = held is None or (held.version == version and not held.changes)
    if idle and not rebase and text == with_newlines(base_text):  # Looked at, not written.
        return replace(held, text=text) if held else Draft(course, file, learner_id, text, base_text, version, now)
    if held is None:
        row = {"text": text, "base_text": base_text, "version": version + 1, "state": "open", "updated": now}
        _BEGIN.rows(conn, key | row)
        held = one(conn, learner_id, course, file)
        assert held is not None
    seen = (version + 1,) if rebase else (version, version + 1)
    if held.version in seen and held.state == "open" and held.text == text:
        return held
    values = {"text": text, "version": version + 1, "state": "open", "updated": now}
    if rebase or held.state != "open":
        values["base_text"] = base_text
    if not _moved(conn, held, version, values):
        raise Newer(one(conn, learner_id, course, file) or held)
    return one(conn, learner_id, course, file) or held


def discard(conn: Connection, learner_id: str, course: str, files: Iterable[str], now: float) -> list[str]:
    """Put a learner's drafts aside; which of the files had one."""
    return [file for file in files if _ended(conn, (learner_id, course, file), "discarded", now)]


def restore(conn: Connection, learner_id: str, course: str, file: str, now: float) -> Draft | None:
    """Take a discarded draft back; None where there is none, or it was taken back already."""
    held = one(conn, learner_id, course, file)
    if held is None or held.state != "discarded":
        return None
    _moved(conn, held, held.version, {"state": "open", "version": held.version + 1, "updated": now})
    return one(conn, learner_id, course, file)


def published(conn: Connection, learner_id: str, course: str, files: Iterable[str], now: float) -> None:
    """End drafts whose text is now the file's. A tab that goes on with an older version is told so at its next save."""
    for file in files:
        _ended(conn, (learner_id, course, file), "published", now)


def _ended(conn: Connection, place: tuple[str, str, str], state: State, now: float) -> bool:
    held = one(conn, *place)
    if held is None or held.state != "open":
        return False
    return _moved(conn, held, held.version, {"state": state, "version": held.version + 1, "updated": now})


def _moved(conn: Connection, held: Draft, version: int, values: dict[str, Any]) -> bool:
    """Whether the row was still at ``version``, and so was changed."""
    c = studio_draft.c
    place = (c.learner_id == held.learner_id, c.course == held.course, c.file == held.file, c.version == version)
    return bool(conn.execute(update(studio_draft).where(*place).values(values)).rowcount)


def with_newlines(text: str | None) -> str | None:
    """A text with one kind of line end, as an editor has it."""
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n")
