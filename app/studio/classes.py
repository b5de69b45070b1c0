"""Classes: who learns a course together, and joined by a link so that its staff sees how they get on.

Nobody is put into a class: each joins by its link, having read what is shared, and leaves at any time. A class belongs
to one course and shows nothing of another.
"""

import secrets
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Double,
    ForeignKey,
    Index,
    Table,
    Text,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from app.db import Inserter, Prepared, Serial, metadata
from app.learning import learners
from app.learning.learners import learner

LONGEST_NAME = 80
#: Seconds for which who left, or was removed, can be brought back.
UNDO = 14 * 86_400.0

study_class = Table(
    "study_class",
    metadata,
    Column("id", Text, primary_key=True),
    Column("course", Text, nullable=False),
    Column("name", Text, nullable=False),
    # Whether its staff sees addresses. Said to everyone who joins, so it never changes.
    Column("emails", Boolean, nullable=False),
    # Of the join link, in the clear: its instructors look it up again and again.
    Column("secret", Text, nullable=False, unique=True),
    Column("secret_made", Double, nullable=False),
    # When the link was closed, and the class put away.
    Column("closed", Double),
    Column("archived", Double),
    Column("created", Double, nullable=False),
    Index(None, "course"),
)

class_member = Table(
    "class_member",
    metadata,
    Column("class_id", Text, ForeignKey("study_class.id"), primary_key=True),
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    # What names the member in addresses and exports, in this class alone.
    Column("code", Text, nullable=False, unique=True),
    Column("joined", Double, nullable=False),
    # When it left, or was removed by an instructor.
    Column("ended", Double),
    Column("removed", Boolean, nullable=False),
    Index(None, "learner_id"),
)

class_export = Table(
    "class_export",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("class_id", Text, ForeignKey("study_class.id"), nullable=False),
    # csv or xapi.
    Column("format", Text, nullable=False),
    Column("emails", Boolean, nullable=False),
    # An account's id, without a foreign key, as whoever took it may leave.
    Column("exported_by", Text),
    Column("created", Double, nullable=False),
    Index(None, "class_id", "created"),
)


@dataclass(frozen=True)
class Class:
    id: str
    course: str
    name: str
    #: Its staff sees addresses.
    emails: bool
    secret: str
    secret_made: float
    closed: float | None
    archived: float | None
    created: float

    @property
    def open(self) -> bool:
        """Whether it can be joined."""
        return self.closed is None and self.archived is None


@dataclass(frozen=True)
class Member:
    """Somebody in a class, as its staff sees them."""

    #: Never shown; ``code`` is.
    learner_id: str
    code: str
    name: str
    #: None where the class does not show addresses.
    email: str | None
    joined: float
    ended: float | None
    removed: bool


@dataclass(frozen=True)
class Export:
    """What was taken out of a class: ``csv`` or ``xapi``, with addresses or without, and by whom."""

    format: str
    emails: bool
    #: Empty where the account is gone.
    by: str
    created: float


@dataclass(frozen=True)
class Membership:
    """A class as one of its students sees it, or one who was in it."""

    group: Class
    member: Member
    #: Since they joined, until they left; the newest first.
    exports: tuple[Export, ...]


_COLUMNS = tuple(study_class.c[field.name] for field in fields(Class))


def make(conn: Connection, id: str, course: str, name: str, emails: bool, now: float) -> Class | None:
    """A new class under an id that whoever makes it chose, so that a second try finds it; None: another course's id."""
    made = {"id": id, "course": course, "name": name, "emails": emails, "created": now}
    _MAKE.rows(conn, made | {"secret": _secret(), "secret_made": now})
    return find(conn, course, id)


def _make(new: Inserter) -> Any:
    return new(study_class).on_conflict_do_nothing(index_elements=["id"])


_MAKE = Prepared(_make)


def _secret() -> str:
    return secrets.token_urlsafe(18)


def find(conn: Connection, course: str, class_id: str) -> Class | None:
    here = (study_class.c.id == class_id, study_class.c.course == course)
    row = conn.execute(select(*_COLUMNS).where(*here)).first()
    return Class(*row) if row else None


def by_secret(conn: Connection, secret: str) -> Class | None:
    """The class that a link leads to, while it can be joined by it."""
    row = conn.execute(select(*_COLUMNS).where(study_class.c.secret == secret)).first()
    found = Class(*row) if row else None
    return found if found is not None and found.open else None


def of_course(conn: Connection, course: str) -> list[tuple[Class, int]]:
    """Its classes, the newest first, those put away last; each with how many are in it."""
    count = (
        select(func.count())
        .where(class_member.c.class_id == study_class.c.id, class_member.c.ended.is_(None))
        .scalar_subquery()
    )
    asked = select(*_COLUMNS, count).where(study_class.c.course == course)
    rows = conn.execute(asked.order_by(study_class.c.archived.is_not(None), study_class.c.created.desc()))
    return [(Class(*row[:-1]), row[-1]) for row in rows]


def change(conn: Connection, class_id: str, **values: Any) -> None:
    """Set ``name``, ``closed`` or ``archived``."""
    conn.execute(update(study_class).where(study_class.c.id == class_id).values(values))


def renew(conn: Connection, class_id: str, secret: str, now: float) -> bool:
    """Give a class whose link is ``secret`` another, open; the old one leads nowhere. Whether it was its link."""
    held = (study_class.c.id == class_id, study_class.c.secret == secret)
    fresh = {"secret": _secret(), "secret_made": now, "closed": None}
    return bool(conn.execute(update(study_class).where(*held).values(fresh)).rowcount)


Joined = Literal["joined", "already", "refused"]


def join(conn: Connection, group: Class, account_id: str, now: float) -> Joined:
    """Let an account into an open class. Refused is who was removed from it since its link was made. Raises Merged."""
    learners.ensure(conn, account_id, now)
    at = (class_member.c.class_id == group.id, class_member.c.learner_id == account_id)
    row = conn.execute(select(class_member.c.ended, class_member.c.removed).where(*at)).first()
    if row is None:
        fresh = {"class_id": group.id, "learner_id": account_id, "code": secrets.token_hex(8)}
        conn.execute(insert(class_member), fresh | {"joined": now, "ended": None, "removed": False})
        return "joined"
    if row.ended is None:
        return "already"
    if row.removed and row.ended >= group.secret_made:
        return "refused"
    conn.execute(update(class_member).where(*at).values(joined=now, ended=None, removed=False))
    return "joined"


def leave(conn: Connection, class_id: str, account_id: str, now: float) -> bool:
    """Whether the account was in the class."""
    return _end(conn, (class_member.c.learner_id == account_id, class_member.c.class_id == class_id), now, False)


def remove(conn: Connection, class_id: str, code: str, now: float) -> bool:
    """Take a member out of a class. Whether they were in it."""
    return _end(conn, (class_member.c.code == code, class_member.c.class_id == class_id), now, True)


def _end(conn: Connection, who: tuple[ColumnElement[bool], ...], now: float, removed: bool) -> bool:
    ending = update(class_member).where(*who, class_member.c.ended.is_(None)).values(ended=now, removed=removed)
    return bool(conn.execute(ending).rowcount)


def return_to(conn: Connection, class_id: str, account_id: str, now: float) -> bool:
    """Take one's own leaving back, within ``UNDO``. Whether there was one to take back, or there is nothing to do."""
    return _undo(conn, (class_member.c.learner_id == account_id, class_member.c.class_id == class_id), now, False)


def bring_back(conn: Connection, class_id: str, code: str, now: float) -> bool:
    """Take a removal back, within ``UNDO``; who left by themselves cannot be brought back."""
    return _undo(conn, (class_member.c.code == code, class_member.c.class_id == class_id), now, True)


def _undo(conn: Connection, who: tuple[ColumnElement[bool], ...], now: float, removed: bool) -> bool:
    undone = (class_member.c.removed.is_(removed), class_member.c.ended >= now - UNDO)
    there = or_(class_member.c.ended.is_(None), (undone[0]) & (undone[1]))
    return bool(conn.execute(update(class_member).where(*who, there).values(ended=None, removed=False)).rowcount)


_MEMBER = select(
    class_member.c.learner_id,
    class_member.c.code,
    learner.c.name,
    learner.c.email,
    class_member.c.joined,
    class_member.c.ended,
    class_member.c.removed,
).join(learner, learner.c.id == class_member.c.learner_id)


def _member(row: Any, group: Class) -> Member:
    return Member(**row._asdict() | ({} if group.emails else {"email": None}))


def members(conn: Connection, group: Class, most: int, after: int = 0) -> list[Member]:
    """Who is in a class, by name: at most ``most``, leaving out the first ``after``."""
    here = (class_member.c.class_id == group.id, class_member.c.ended.is_(None))
    asked = _MEMBER.where(*here).order_by(func.lower(learner.c.name), class_member.c.code)
    return [_member(row, group) for row in conn.execute(asked.limit(most).offset(after))]


def codes(conn: Connection, class_id: str) -> list[str]:
    """What names each member of a class, in the order of joining."""
    here = (class_member.c.class_id == class_id, class_member.c.ended.is_(None))
    asked = select(class_member.c.code).where(*here).order_by(class_member.c.joined, class_member.c.code)
    return list(conn.execute(asked).scalars())


def removed(conn: Connection, group: Class, now: float, most: int = 20) -> list[Member]:
    """Whom an instructor removed lately, and could bring back; the last one first."""
    out = (class_member.c.class_id == group.id, class_member.c.removed.is_(True), class_member.c.ended >= now - UNDO)
    rows = conn.execute(_MEMBER.where(*out).order_by(class_member.c.ended.desc()).limit(most))
    return [_member(row, group) for row in rows]


def count(conn: Connection, class_id: str) -> int:
    """How many are in a class."""
    here = (class_member.c.class_id == class_id, class_member.c.ended.is_(None))
    return int(conn.execute(select(func.count()).where(*here)).scalar_one())


def member(conn: Connection, group: Class, code: str) -> Member | None:
    """Somebody who is in a class now."""
    here = (class_member.c.class_id == group.id, class_member.c.code == code, class_member.c.ended.is_(None))
    row = conn.execute(_MEMBER.where(*here)).first()
    return _member(row, group) if row else None


def exported(conn: Connection, class_id: str, format: str, emails: bool, by: str, now: float) -> None:
    """Note that what the class shows was taken out of it."""
    row = {"class_id": class_id, "format": format, "emails": emails, "exported_by": by, "created": now}
    conn.execute(insert(class_export), row)


def exports(conn: Connection, class_id: str, since: float, until: float | None = None, most: int = 50) -> list[Export]:
    """What was taken out of a class, the newest first."""
    e = class_export.c
    when = (e.class_id == class_id, e.created >= since, *((e.created <= until,) if until is not None else ()))
    asked = select(e.format, e.emails, func.coalesce(learner.c.name, ""), e.created).select_from(
        class_export.outerjoin(learner, learner.c.id == e.exported_by)
    )
    rows = conn.execute(asked.where(*when).order_by(e.created.desc(), e.id.desc()).limit(most))
    return [Export(*row) for row in rows]


MINE = Prepared(
    select(class_member.c.class_id)
    .where(class_member.c.learner_id == bindparam("learner"))
    .order_by(class_member.c.ended.is_not(None), class_member.c.joined.desc())
)


def of_learner(conn: Connection, learner_id: str) -> list[Membership]:
    """Every class that a learner is in, and then those that they were in."""
    ids = [row.class_id for row in MINE.rows(conn, {"learner": learner_id})]
    return [found for id in ids if (found := membership(conn, id, learner_id))]


def membership(conn: Connection, class_id: str, learner_id: str) -> Membership | None:
    """How a learner is in a class, or was; None where they never were."""
    row = conn.execute(select(*_COLUMNS).where(study_class.c.id == class_id)).first()
    who = (class_member.c.class_id == class_id, class_member.c.learner_id == learner_id)
    its = conn.execute(_MEMBER.where(*who)).first()
    if row is None or its is None:
        return None
    group = Class(*row)
    return Membership(group, _member(its, group), tuple(exports(conn, class_id, its.joined, its.ended)))
