"""Who may see and change which course."""

import time
import uuid

import pytest

from app.db import Database
from app.learning import learners, staff
from app.learning.learners import Role
from app.learning.staff import Staff


def somebody(database: Database, role: Role = "student") -> learners.Learner:
    id = uuid.uuid4().hex
    return database.write_now(
        lambda conn: learners.create_account(conn, id, "Somebody", f"{id}@example.org", "x", time.time(), role)
    )


def seen(database: Database, account: learners.Learner) -> Staff:
    return database.read_now(lambda conn: staff.of(conn, account))


@pytest.mark.parametrize(
    ("role", "sees", "edits", "creates", "anywhere"),
    [
        ("student", False, False, False, False),
        ("assistant", True, False, False, True),
        ("instructor", True, True, True, True),
        ("admin", True, True, True, True),
    ],
)
def test_an_accounts_own_role_holds_for_every_course(
    database: Database, role: Role, sees: bool, edits: bool, creates: bool, anywhere: bool
) -> None:
    found = seen(database, somebody(database, role))
    assert (found.sees("a"), found.edits("a"), found.creates, found.anywhere) == (sees, edits, creates, anywhere)


def test_a_named_role_holds_for_its_course_alone(database: Database) -> None:
    one = somebody(database)
    database.write_now(lambda conn: staff.grant(conn, one.id, "a", "assistant", None, 1.0))
    found = seen(database, one)
    assert (found.sees("a"), found.edits("a"), found.sees("b"), found.creates) == (True, False, False, False)
    database.write_now(lambda conn: staff.grant(conn, one.id, "a", "instructor", None, 2.0))
    found = seen(database, one)
    assert (found.edits("a"), found.edits("b"), found.creates) == (True, False, True)
    assert database.write_now(lambda conn: staff.revoke(conn, one.id, "a"))
    assert not seen(database, one).anywhere
    assert not database.write_now(lambda conn: staff.revoke(conn, one.id, "a"))
