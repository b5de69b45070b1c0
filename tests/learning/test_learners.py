"""Guests, accounts, and the tokens of their programs."""

import hashlib

import pytest
from sqlalchemy import Connection, text

from app.db import Database
from app.learning import learners, predictions, progress
from tests.learning.doing import Student
from tests.learning.sample import choice

ONE = choice()


def get(database: Database, id: str) -> learners.Learner | None:
    return database.read_now(lambda conn: learners.get(conn, id))


def test_a_visitor_has_a_row_from_the_first_write_on(database: Database) -> None:
    assert get(database, "ada") is None
    Student(database, "ada").answers(ONE, "b", "k1", now=3.0)
    assert get(database, "ada") == learners.Learner("ada", "guest", "", None, "student", 1, 3.0)
    database.write_now(lambda conn: learners.ensure(conn, "ada", 9.0))
    row = get(database, "ada")
    assert row is not None
    assert row.created == 3.0


def test_an_account_keeps_what_the_guest_did(database: Database) -> None:
    ada = Student(database, "ada")
    ada.answers(ONE, "a", "k1")
    made = database.write_now(
        lambda conn: learners.create_account(conn, "ada", " Ada ", " Ada@Example.ORG ", "hash", 2.0)
    )
    assert (made.id, made.kind, made.name, made.email) == ("ada", "account", "Ada", "ada@example.org")
    assert made == get(database, "ada")
    assert ada.xp == 20
    assert made.session_version == 2, "a guest's cookie, perhaps planted, must not open the account"
    assert "hash" not in repr(made)


def test_an_address_is_one_account_however_it_is_typed(database: Database) -> None:
    Student(database, "ada").signs_up("ada@example.org")
    found = database.read_now(lambda conn: learners.by_email(conn, "  ADA@example.org"))
    assert found is not None
    assert found.id == "ada"
    assert database.read_now(lambda conn: learners.by_email(conn, "bob@example.org")) is None
    with pytest.raises(learners.EmailTaken):
        Student(database, "bob").signs_up("Ada@Example.org")
    assert get(database, "bob") is None
    with pytest.raises(learners.NotAGuest):
        Student(database, "ada").signs_up("other@example.org")


def test_roles_are_given_by_name(database: Database) -> None:
    Student(database, "ada").signs_up()
    assert database.write_now(lambda conn: learners.set_role(conn, "ada", "instructor"))
    assert not database.write_now(lambda conn: learners.set_role(conn, "nobody", "admin"))
    with pytest.raises(ValueError, match="no role 'king'"):
        database.write_now(lambda conn: learners.set_role(conn, "ada", "king"))
    row = get(database, "ada")
    assert row is not None
    assert row.role == "instructor"


def test_a_new_password_or_the_wish_ends_other_sessions(database: Database) -> None:
    Student(database, "ada").signs_up()
    assert database.write_now(lambda conn: learners.set_password(conn, "ada", "new"))
    assert database.write_now(lambda conn: learners.end_sessions(conn, "ada"))
    row = get(database, "ada")
    assert row is not None
    assert (row.password_hash, row.session_version) == ("new", 4)
    Student(database, "guest").answers(ONE, "a", "k")
    assert not database.write_now(lambda conn: learners.set_password(conn, "guest", "new"))
    assert not database.write_now(lambda conn: learners.end_sessions(conn, "guest"))


def test_a_token_is_kept_as_its_hash_alone(database: Database) -> None:
    secret = database.write_now(lambda conn: learners.new_token(conn, "ada", " laptop ", 1.0))
    assert secret.startswith("rcp_")
    assert len(secret) > 40

    def everything(conn: Connection) -> str:
        return repr(conn.execute(text("SELECT * FROM api_token")).all())

    kept = database.read_now(everything)
    assert secret not in kept
    assert hashlib.sha256(secret.encode()).hexdigest() in kept
    owner = database.read_now(lambda conn: learners.by_token(conn, secret))
    assert owner is not None
    assert owner.id == "ada"
    for wrong in ("", secret[:-1], secret.upper(), "\ud800", "\x00"):
        assert database.read_now(lambda conn, wrong=wrong: learners.by_token(conn, wrong)) is None  # type: ignore[misc]


def test_a_token_is_seen_and_revoked_by_its_owner_alone(database: Database) -> None:
    old = database.write_now(lambda conn: learners.new_token(conn, "ada", "old", 1.0))
    database.write_now(lambda conn: learners.new_token(conn, "ada", "new", 2.0))
    database.write_now(lambda conn: learners.token_used(conn, old, 5.0))
    new, used = database.read_now(lambda conn: learners.tokens(conn, "ada"))
    assert [(t.label, t.created, t.last_used) for t in (new, used)] == [("new", 2.0, None), ("old", 1.0, 5.0)]
    assert not database.write_now(lambda conn: learners.revoke_token(conn, "bob", used.id))
    assert database.write_now(lambda conn: learners.revoke_token(conn, "ada", used.id))
    assert not database.write_now(lambda conn: learners.revoke_token(conn, "ada", used.id))
    assert database.read_now(lambda conn: learners.by_token(conn, old)) is None


def test_the_first_prediction_stands(database: Database) -> None:
    def predict(lab: str, value: str) -> str:
        return database.write_now(lambda conn: predictions.record(conn, "ada", "course", lab, value, 1.0))

    assert predict("lab", "5×5") == "5×5"
    assert predict("lab", "7×7") == "5×5"
    assert predict("other", "3") == "3"
    assert database.read_now(lambda conn: predictions.of(conn, "ada", "course")) == {"lab": "5×5", "other": "3"}
    assert database.read_now(lambda conn: predictions.of(conn, "ada", "elsewhere")) == {}
    assert database.read_now(lambda conn: predictions.of(conn, "bob", "course")) == {}


def test_where_a_student_left_off(database: Database) -> None:
    def visit(course: str, lesson: str, now: float) -> None:
        database.write_now(lambda conn: progress.visit(conn, "ada", course, lesson, now))

    assert database.read_now(lambda conn: progress.last(conn, "ada")) is None
    visit("course", "first", 1.0)
    visit("course", "second", 2.0)
    visit("elsewhere", "third", 3.0)
    visit("course", "first", 4.0)
    assert database.read_now(lambda conn: progress.last(conn, "ada")) == progress.Visit("course", "first", 1.0, 4.0)
    visits = database.read_now(lambda conn: progress.visits(conn, "ada", "course"))
    assert visits == {
        "first": progress.Visit("course", "first", 1.0, 4.0),
        "second": progress.Visit("course", "second", 2.0, 2.0),
    }
