"""Who looks after which course.

An account's own role (``learners.Role``) holds for every course; a row here makes an account an assistant (sees) or
an instructor (sees and changes) of one course.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    Table,
    Text,
    bindparam,
    delete,
    select,
)

from app.db import Prepared, metadata
from app.learning.learners import Learner

CourseRole = Literal["assistant", "instructor"]
COURSE_ROLES: tuple[CourseRole, ...] = get_args(CourseRole)

course_staff = Table(
    "course_staff",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("course", Text, primary_key=True),
    Column("role", Text, nullable=False),
    # An account's id, or nothing for the command line; without a foreign key, as whoever granted it may leave.
    Column("granted_by", Text),
    Column("created", Double, nullable=False),
    CheckConstraint(f"role IN {COURSE_ROLES}", "role"),
    Index(None, "course"),
)


@dataclass(frozen=True)
class Staff:
    """What an account may do in the studio."""

    account: Learner
    #: By course, for courses that are named.
    named: Mapping[str, CourseRole] = field(default_factory=dict)

    @property
    def admin(self) -> bool:
        return self.account.role == "admin"

    @property
    def everywhere(self) -> bool:
        """Sees every course."""
        return self.account.role != "student"

    @property
    def creates(self) -> bool:
        """May make courses."""
        return self.account.role in {"instructor", "admin"} or "instructor" in self.named.values()

    @property
    def anywhere(self) -> bool:
        """Has anything to do in the studio."""
        return self.everywhere or bool(self.named)

    def sees(self, course: str) -> bool:
        return self.everywhere or course in self.named

    def edits(self, course: str) -> bool:
        return self.account.role in {"instructor", "admin"} or self.named.get(course) == "instructor"

    @property
    def moderated(self) -> frozenset[str] | None:
        """The courses whose shares and comments it looks after; None for all, and for what belongs to no course."""
        if self.account.role in {"instructor", "admin"}:
            return None
        return frozenset(course for course, role in self.named.items() if role == "instructor")

    def moderates(self, course: str | None) -> bool:
        """Whether it looks after what was shared in ``course``; None where it was shared in none."""
        return self.moderated is None or course in self.moderated


_NAMED = Prepared(
    select(course_staff.c.course, course_staff.c.role).where(course_staff.c.learner_id == bindparam("learner"))
)


def of(conn: Connection, account: Learner) -> Staff:
    return Staff(account, {row.course: row.role for row in _NAMED.rows(conn, {"learner": account.id})})


def grant(conn: Connection, learner_id: str, course: str, role: CourseRole, granted_by: str | None, now: float) -> None:
    """Make an account staff of a course, or change what it is there."""
    revoke(conn, learner_id, course)
    row = {"learner_id": learner_id, "course": course, "role": role, "granted_by": granted_by, "created": now}
    conn.execute(course_staff.insert(), row)


def revoke(conn: Connection, learner_id: str, course: str) -> bool:
    """Whether the account was staff of the course by name."""
    gone = delete(course_staff).where(course_staff.c.learner_id == learner_id, course_staff.c.course == course)
    return bool(conn.execute(gone).rowcount)
