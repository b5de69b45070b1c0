"""What was published together: by whom, with which note, and how far its files have come.

A publication is ``planned`` once its texts are revisions, ``written`` once they are files, and ``done`` once git has
heard of it, or need not. What a crash leaves in between is gone on with.
"""

import json
from dataclasses import dataclass, fields
from typing import Literal

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)

from app.db import metadata
from app.learning.learners import learner

State = Literal["planned", "written", "done"]

studio_publication = Table(
    "studio_publication",
    metadata,
    # Given by the form that asked for it, so that asking twice publishes once.
    Column("id", Text, primary_key=True),
    Column("course", Text, nullable=False),
    # Counted from 1: of two that were checked against the same state of a course, one is refused.
    Column("number", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("state", Text, nullable=False),
    # Files that had changed on disk meanwhile, and so were left as they are there; JSON.
    Column("left", Text, nullable=False),
    # What went wrong with writing or with git, in words; empty for nothing.
    Column("trouble", Text, nullable=False),
    Column("git_commit", Text),
    CheckConstraint("state IN ('planned', 'written', 'done')", "state"),
    UniqueConstraint("course", "number"),
    Index(None, "state"),
)


@dataclass(frozen=True)
class Publication:
    id: str
    course: str
    number: int
    #: An account's id.
    author: str
    note: str
    created: float
    state: State
    #: Files that had changed on disk between the check and the writing: their text on disk stands.
    left: tuple[str, ...]
    trouble: str
    #: The full name of the commit, where git has one.
    git_commit: str | None
    #: Of the author; both empty where the account is gone.
    name: str = ""
    email: str = ""


_JOINED = {"name", "email"}
_FIELDS = [studio_publication.c[one.name] for one in fields(Publication) if one.name not in _JOINED]
_CHOSEN = select(*_FIELDS, func.coalesce(learner.c.name, ""), func.coalesce(learner.c.email, "")).select_from(
    studio_publication.outerjoin(learner, learner.c.id == studio_publication.c.author)
)


def get(conn: Connection, course: str, id: str) -> Publication | None:
    """A publication of this course."""
    found = conn.execute(_CHOSEN.where(studio_publication.c.course == course, studio_publication.c.id == id)).first()
    return _publication(tuple(found)) if found else None


def unfinished(conn: Connection, course: str | None = None) -> list[Publication]:
    """Of one course or of all, in the order in which they were planned."""
    asked = _CHOSEN.where(studio_publication.c.state != "done")
    if course is not None:
        asked = asked.where(studio_publication.c.course == course)
    ordered = asked.order_by(studio_publication.c.course, studio_publication.c.number)
    return [_publication(tuple(row)) for row in conn.execute(ordered)]


def _publication(row: tuple[object, ...]) -> Publication:
    given = dict(zip([one.name for one in fields(Publication)], row, strict=True))
    return Publication(**{**given, "left": tuple(json.loads(str(given["left"])))})  # type: ignore[arg-type]


def count(conn: Connection, course: str) -> int:
    """How often a course was published."""
    asked = select(func.coalesce(func.max(studio_publication.c.number), 0))
    return int(conn.execute(asked.where(studio_publication.c.course == course)).scalar_one())


def plan(conn: Connection, id: str, course: str, number: int, author: str, note: str, now: float) -> None:
    """Raises IntegrityError where somebody else published as this number."""
    row = {"id": id, "course": course, "number": number, "author": author, "note": note, "created": now}
    conn.execute(insert(studio_publication), {**row, "state": "planned", "left": "[]", "trouble": ""})


def written(conn: Connection, id: str, left: list[str]) -> bool:
    """Its files are on disk. Whether that was not said before."""
    return _moved(conn, id, "planned", {"state": "written", "left": json.dumps(left), "trouble": ""})


def done(conn: Connection, id: str, git_commit: str | None, trouble: str) -> bool:
    return _moved(conn, id, "written", {"state": "done", "git_commit": git_commit, "trouble": trouble})


def troubled(conn: Connection, id: str, trouble: str) -> bool:
    """It could not be written yet."""
    return _moved(conn, id, "planned", {"trouble": trouble})


def _moved(conn: Connection, id: str, state: State, values: dict[str, str | None]) -> bool:
    here = (studio_publication.c.id == id, studio_publication.c.state == state)
    return bool(conn.execute(update(studio_publication).where(*here).values(values)).rowcount)
