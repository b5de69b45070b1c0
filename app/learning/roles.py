"""Giving and taking away what accounts may do, with a record of who did it and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Double, ForeignKey, Index, Table, Text, func, insert, or_, select

from app.db import Serial, metadata
from app.learning import learners, staff
from app.learning.learners import ROLES, Role, learner
from app.learning.staff import COURSE_ROLES, CourseRole, course_staff

#: Stands for every course: what the account itself is.
EVERY = "*"

staff_change = Table(
    "staff_change",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("learner_id", Text, ForeignKey("learner.id"), nullable=False),
    # A course, or EVERY.
    Column("course", Text, nullable=False),
    # What the account is there from then on; none: nothing.
    Column("role", Text),
    # An account's id, or nothing for the command line; without a foreign key, as whoever granted it may leave.
    Column("granted_by", Text),
    Column("created", Double, nullable=False),
    Index(None, "learner_id"),
    Index(None, "course", "id"),
)


class LastOne(ValueError):
    """The last admin, or a course's last instructor, who cannot be taken away."""


@dataclass(frozen=True)
class Person:
    """An account as those who give roles see it."""

    id: str
    name: str
    email: str
    #: What it is in every course.
    role: Role
    #: By course.
    named: dict[str, CourseRole]


@dataclass(frozen=True)
class Change:
    """Who was made what, where, by whom and when. Names are empty where the account is gone, or nobody's."""

    name: str
    course: str
    #: ``student`` in every course, or None in one: it was taken away.
    role: str | None
    by: str
    #: Given on the command line.
    by_operator: bool
    created: float


def set_role(conn: Connection, learner_id: str, role: Role, by: str | None, now: float) -> None:
    """Make an account something in every course. Raises LastOne where it is the last admin."""
    if role not in ROLES:
        raise ValueError(f"no role {role!r}: one of {', '.join(ROLES)}")
    # Held until the end, so that two admins cannot take each other away at once.
    admins = conn.execute(select(learner.c.id).where(learner.c.role == "admin").with_for_update()).scalars().all()
    if role != "admin" and list(admins) == [learner_id]:
        raise LastOne(learner_id)
    before = learners.get(conn, learner_id)
    if before is not None and before.role != role:
        learners.set_role(conn, learner_id, role)
        _note(conn, learner_id, EVERY, role, by, now)


def set_course_role(
    conn: Connection,
    learner_id: str,
    course: str,
    role: CourseRole | None,
    by: str | None,
    now: float,
    *,
    may_empty: bool,
) -> None:
    """Make an account something in one course; None: nothing.

    Raises LastOne where it is the course's last instructor by name and may not be emptied of them.
    """
    if role is not None and role not in COURSE_ROLES:
        raise ValueError(f"no role {role!r}: one of {', '.join(COURSE_ROLES)}")
    here = select(course_staff.c.learner_id, course_staff.c.role).where(course_staff.c.course == course)
    held = {row.learner_id: row.role for row in conn.execute(here.with_for_update())}
    instructors = [id for id, its in held.items() if its == "instructor"]
    if role != "instructor" and instructors == [learner_id] and not may_empty:
        raise LastOne(learner_id)
    if held.get(learner_id) == role:
        return
    if role is None:
        staff.revoke(conn, learner_id, course)
    else:
        staff.grant(conn, learner_id, course, role, by, now)
    _note(conn, learner_id, course, role, by, now)


def _note(conn: Connection, learner_id: str, course: str, role: str | None, by: str | None, now: float) -> None:
    row = {"learner_id": learner_id, "course": course, "role": role, "granted_by": by, "created": now}
    conn.execute(insert(staff_change), row)


def people(conn: Connection, words: str, most: int) -> list[Person]:
    """Accounts whose name or address holds ``words``; without words, everyone who is staff of anything."""
    chosen = select(learner).where(learner.c.kind == "account")
    if words:
        held = words.lower()
        chosen = chosen.where(
            or_(
                func.lower(learner.c.name).contains(held, autoescape=True),
                learner.c.email.contains(held, autoescape=True),
            )
        )
    else:
        named = select(course_staff.c.learner_id)
        chosen = chosen.where(or_(learner.c.role != "student", learner.c.id.in_(named)))
    rows = conn.execute(chosen.order_by(func.lower(learner.c.name), learner.c.id).limit(most)).all()
    return _with_courses(conn, rows)


def of_course(conn: Connection, course: str) -> list[Person]:
    """Who is staff of a course by name."""
    asked = select(learner).join(course_staff, course_staff.c.learner_id == learner.c.id)
    rows = conn.execute(asked.where(course_staff.c.course == course).order_by(func.lower(learner.c.name))).all()
    return _with_courses(conn, rows)


def _with_courses(conn: Connection, rows: Sequence[Any]) -> list[Person]:
    asked = select(course_staff.c.learner_id, course_staff.c.course, course_staff.c.role)
    mine = asked.where(course_staff.c.learner_id.in_([row.id for row in rows])).order_by(course_staff.c.course)
    named: dict[str, dict[str, CourseRole]] = {}
    for row in conn.execute(mine):
        named.setdefault(row.learner_id, {})[row.course] = row.role
    return [Person(row.id, row.name, row.email or "", row.role, named.get(row.id, {})) for row in rows]


def changes(conn: Connection, course: str | None = None, most: int = 100) -> list[Change]:
    """What was given and taken away, in one course or anywhere, the last first."""
    other = learner.alias()
    asked = (
        select(
            learner.c.name,
            staff_change.c.course,
            staff_change.c.role,
            func.coalesce(other.c.name, ""),
            staff_change.c.granted_by.is_(None),
            staff_change.c.created,
        )
        .select_from(staff_change)
        .join(learner, learner.c.id == staff_change.c.learner_id)
        .outerjoin(other, other.c.id == staff_change.c.granted_by)
    )
    if course is not None:
        asked = asked.where(staff_change.c.course == course)
    return [Change(*row) for row in conn.execute(asked.order_by(staff_change.c.id.desc()).limit(most))]
