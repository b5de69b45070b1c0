"""Every text that a file of a course ever had, since the studio first saw it: who, when, where from, how much.

A revision is never changed. What stands on disk and is not the last revision becomes one when the studio sees it; what
is published becomes one before it is written, so that a course's history needs no repository.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
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
    UniqueConstraint,
    bindparam,
    func,
    select,
)

from app.db import Inserter, Prepared, Serial, metadata
from app.learning.learners import learner
from app.studio.drafts import named, storable
from app.studio.merging import compare
from app.studio.publications import studio_publication

Origin = Literal["studio", "disk", "import"]

studio_revision = Table(
    "studio_revision",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("course", Text, nullable=False),
    #: Its name in the course's folder.
    Column("file", Text, nullable=False),
    #: Counted from 1, without a gap.
    Column("number", Integer, nullable=False),
    # None where the file was deleted.
    Column("sha256", Text),
    Column("text", Text),
    # An account's id, kept when the account goes: the text is the course's. Nobody's where it was found on disk.
    Column("author", Text),
    Column("created", Double, nullable=False),
    Column("note", Text, nullable=False),
    Column("origin", Text, nullable=False),
    # Lines, held against the revision before.
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("publication", Text, ForeignKey("studio_publication.id")),
    CheckConstraint("origin IN ('studio', 'disk', 'import')", "origin"),
    UniqueConstraint("course", "file", "number"),
    Index(None, "course", "id"),
    Index(None, "publication"),
)

#: Revisions on a page of the list.
PAGE = 50


@dataclass(frozen=True)
class Revision:
    """A text of a file, without the text: see ``text_of``."""

    id: int
    course: str
    file: str
    number: int
    #: Of the text; None where the file was deleted.
    sha256: str | None
    author: str | None
    created: float
    note: str
    origin: Origin
    added: int
    removed: int
    publication: str | None
    #: The author's; empty where nobody is known, or is here no more.
    name: str = ""

    @property
    def deleted(self) -> bool:
        return self.sha256 is None


_FIELDS = [studio_revision.c[one.name] for one in fields(Revision) if one.name != "name"]
_CHOSEN = select(*_FIELDS, func.coalesce(learner.c.name, "").label("name")).select_from(
    studio_revision.outerjoin(learner, learner.c.id == studio_revision.c.author)
)
_OF_FILE = (studio_revision.c.course == bindparam("course"), studio_revision.c.file == bindparam("file"))
_LAST = Prepared(_CHOSEN.where(*_OF_FILE).order_by(studio_revision.c.number.desc()).limit(1))
_AT = Prepared(_CHOSEN.where(*_OF_FILE, studio_revision.c.number == bindparam("number")))
_ONE = Prepared(_CHOSEN.where(studio_revision.c.course == bindparam("course"), studio_revision.c.id == bindparam("id")))
_TEXT = Prepared(select(studio_revision.c.text).where(studio_revision.c.id == bindparam("id")))
_PLANNED = Prepared(
    select(studio_publication.c.id).where(
        studio_publication.c.id == bindparam("id"), studio_publication.c.state == "planned"
    )
)


def _add(new: Inserter) -> Any:
    return new(studio_revision).on_conflict_do_nothing(index_elements=["course", "file", "number"])


_ADD = Prepared(_add)


def _revision(row: Any) -> Revision:
    return Revision(*row)


def last(conn: Connection, course: str, file: str) -> Revision | None:
    """The newest of a file; None where the studio never saw it."""
    row = _LAST.first(conn, {"course": course, "file": file})
    return _revision(row) if row else None


def get(conn: Connection, course: str, id: int) -> Revision | None:
    """A revision of this course."""
    row = _ONE.first(conn, {"course": course, "id": id})
    return _revision(row) if row else None


def at(conn: Connection, course: str, file: str, number: int) -> Revision | None:
    row = _AT.first(conn, {"course": course, "file": file, "number": number})
    return _revision(row) if row else None


def before(conn: Connection, one: Revision) -> Revision | None:
    """The one before it of the same file."""
    return at(conn, one.course, one.file, one.number - 1)


def text_of(conn: Connection, one: Revision | None) -> str | None:
    """What it says, line ends and all; None where the file was deleted, or there is no such revision."""
    row = _TEXT.first(conn, {"id": one.id}) if one else None
    return row.text if row else None


def named_so(conn: Connection, course: str, file: str, sha256: str) -> str | None:
    """The text of a file that has this SHA-256; None where it never had such a one."""
    here = (studio_revision.c.course == course, studio_revision.c.file == file, studio_revision.c.sha256 == sha256)
    return conn.execute(select(studio_revision.c.text).where(*here).limit(1)).scalar_one_or_none()


def of(
    conn: Connection, course: str, file: str | None = None, older_than: int | None = None, limit: int = PAGE
) -> list[Revision]:
    """Newest first, of a whole course or of one file; ``older_than`` is the id of the last one on the page before."""
    asked = _CHOSEN.where(studio_revision.c.course == course).order_by(studio_revision.c.id.desc()).limit(limit)
    if file is not None:
        asked = asked.where(studio_revision.c.file == file)
    if older_than is not None:
        asked = asked.where(studio_revision.c.id < older_than)
    return [_revision(row) for row in conn.execute(asked)]


def of_publication(conn: Connection, publication: str) -> list[Revision]:
    """By file."""
    asked = _CHOSEN.where(studio_revision.c.publication == publication).order_by(studio_revision.c.file)
    return [_revision(row) for row in conn.execute(asked)]


def files(conn: Connection, course: str) -> list[str]:
    """Every file that the course ever had, by name."""
    asked = select(studio_revision.c.file).where(studio_revision.c.course == course).distinct()
    return sorted(conn.execute(asked).scalars())


def heads(conn: Connection, course: str) -> dict[str, str]:
    """The SHA-256 of the newest text of every file that is there."""
    newest = (
        select(studio_revision.c.file, func.max(studio_revision.c.number).label("number"))
        .where(studio_revision.c.course == course)
        .group_by(studio_revision.c.file)
        .subquery()
    )
    asked = (
        select(studio_revision.c.file, studio_revision.c.sha256)
        .join(newest, (studio_revision.c.file == newest.c.file) & (studio_revision.c.number == newest.c.number))
        .where(studio_revision.c.course == course, studio_revision.c.sha256.is_not(None))
    )
    return {row.file: row.sha256 for row in conn.execute(asked)}


def seen(conn: Connection, course: str, file: str, text: str | None, now: float) -> Revision | None:
    """The last revision, once what is on disk is one: ``text``, None where there is no such file.

    While something published is still to be written, the disk is behind, and nothing new.
    """
    known = last(conn, course, file)
    if (known.sha256 if known else None) == named(storable(text)):
        return known
    if known and known.publication and _PLANNED.first(conn, {"id": known.publication}):
        return known
    return add(conn, course, file, text, now, origin="disk", after=known)


def seen_all(conn: Connection, course: str, texts: Mapping[str, str], now: float) -> None:
    """``seen`` for every file that a course has on disk, and for those that it had."""
    for file in sorted({*texts, *files(conn, course)}):
        seen(conn, course, file, texts.get(file), now)


def add(
    conn: Connection,
    course: str,
    file: str,
    text: str | None,
    now: float,
    *,
    origin: Origin,
    after: Revision | None,
    author: str | None = None,
    note: str = "",
    publication: str | None = None,
) -> Revision | None:
    """The next revision of a file ``after`` its last one. Somebody quicker keeps the number: then it is theirs."""
    text = storable(text)
    change = compare(text_of(conn, after), text, around=0)
    row = {"course": course, "file": file, "number": after.number + 1 if after else 1, "sha256": named(text)}
    row |= {"text": text, "author": author, "created": now, "note": note, "origin": origin}
    _ADD.rows(conn, row | {"added": change.added, "removed": change.removed, "publication": publication})
    return at(conn, course, file, int(str(row["number"])))
