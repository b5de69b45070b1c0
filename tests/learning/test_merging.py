"""Signing in: what a guest did becomes the account's, once."""

import pytest
from sqlalchemy import Connection, text

from app.db import Database
from app.learning import learners, predictions, progress
from app.learning.draws import seed
from app.learning.reviews import DAY, joined
from tests.learning.doing import Student, sound
from tests.learning.sample import COURSE, choice

ONE, TWO, THREE = choice("one"), choice("two"), choice("three")


@pytest.fixture
def guest(database: Database) -> Student:
    return Student(database, "guest")


@pytest.fixture
def account(database: Database) -> Student:
    return Student(database, "account").signs_up()


def test_everything_moves_and_nothing_counts_twice(guest: Student, account: Student, database: Database) -> None:
    account.answers(ONE, "a", "k1", now=1.0)
    account.answers(TWO, "b", "k2", now=2.0)
    guest.answers(ONE, "a", "k3", now=3.0)
    guest.answers(TWO, "a", "k4", now=4.0)
    guest.answers(THREE, "a", "k5", now=5.0)
    assert guest.signs_in_to(account, now=6.0)
    assert account.xp == 60
    assert guest.xp == 60, "the guest's ledger is as it was written"
    assert sound(database)
    assert [(award.award_key[-5:], award.created) for award in account.awards] == [
        ("three", 5.0),
        ("e/two", 4.0),
        ("e/one", 1.0),
    ]
    assert account.count("attempt") == 5
    assert guest.count("attempt") == guest.count("question_progress") == 0
    one, two = account.state(ONE), account.state(TWO)
    assert (one.attempts, one.answered_correctly, one.first_try, one.answer) == (2, True, True, "a")
    assert (two.attempts, two.answered_correctly, two.first_try, two.answer) == (2, True, False, "a")


def test_signing_in_again_does_nothing(guest: Student, account: Student, database: Database) -> None:
    guest.answers(ONE, "a", "k1")
    assert guest.signs_in_to(account)
    assert not guest.signs_in_to(account)
    other = Student(database, "other").signs_up()
    assert not guest.signs_in_to(other)
    assert not Student(database, "never seen").signs_in_to(account)
    assert not account.signs_in_to(account)
    assert not other.signs_in_to(account), "an account is not merged into another"
    assert (account.xp, other.xp, account.count("attempt")) == (20, 0, 1)
    new = Student(database, "new")
    new.opens_hint(ONE)
    with pytest.raises(ValueError, match="no account"):
        new.signs_in_to(guest)


def test_what_the_guest_sends_afterwards_is_refused(guest: Student, account: Student, database: Database) -> None:
    guest.answers(ONE, "b", "k1")
    token = database.write_now(lambda conn: learners.new_token(conn, "guest", "left open", 1.0))
    guest.signs_in_to(account, now=6.0)
    with pytest.raises(learners.Merged):
        guest.answers(ONE, "a", "k2")
    with pytest.raises(learners.Merged):
        guest.opens_hint(ONE)
    with pytest.raises(learners.Merged):
        guest.signs_up()
    assert database.read_now(lambda conn: learners.by_token(conn, token)) is None
    row = database.read_now(lambda conn: learners.get(conn, "guest"))
    assert row is not None
    assert (row.merged_into, row.merged, row.session_version) == ("account", 6.0, 2)
    assert account.answers(ONE, "a", "k2").xp_awarded == 20


def test_keys_that_both_used_are_both_kept(guest: Student, account: Student) -> None:
    account.answers(ONE, "b", "k1")
    guest.answers(TWO, "a", "k1")
    guest.answers(TWO, "a", "k2")
    guest.signs_in_to(account)
    assert account.count("attempt") == 3
    assert account.answers(ONE, "a", "k1").correct is False
    assert account.answers(TWO, "a", "k2").repeated


def test_the_draw_last_seen_stays_on_the_page(guest: Student, account: Student) -> None:
    account.draws_another(ONE, now=1.0)
    account.draws_another(ONE, now=1.0)
    guest.draws_another(ONE, now=2.0)
    guest.opens_hint(ONE, now=2.0)
    guest.answers(ONE, "b", "k1", now=3.0)
    guest.signs_in_to(account)
    state = account.state(ONE)
    assert (state.series, state.seed, state.hints_opened) == (2, seed("guest", "one", 1), 1)
    assert (state.answered, state.answer) == (True, "b")
    assert account.answers(ONE, "a", "k2").seed == seed("guest", "one", 1)
    assert account.draws_another(ONE) == 3
    assert account.state(ONE).seed == seed("account", "one", 3)


def test_cards_come_along_the_firmer_of_two_with_all_that_was_shown(guest: Student, account: Student) -> None:
    account.answers(ONE, "a", "k1", now=5 * DAY)
    account.answers(TWO, "b", "k2", now=5 * DAY)
    guest.answers(ONE, "a", "k1", now=0)
    guest.draws_another(ONE, now=9 * DAY)
    guest.answers(ONE, "a", "k2", now=9 * DAY, mixed=True)
    guest.answers(TWO, "a", "k3", now=9 * DAY)
    guest.answers(THREE, "b", "k4", now=9 * DAY)
    theirs, ours = guest.cards, account.cards
    guest.signs_in_to(account)
    assert guest.cards == {}
    assert account.cards == {**theirs, "one": joined(theirs["one"], ours["one"])}
    assert (account.cards["one"].first_shown, account.cards["one"].confirmed) == (0, 9 * DAY)
    before = account.cards
    assert not guest.signs_in_to(account)
    assert account.cards == before


def test_two_guests_may_sign_in_in_either_order(database: Database) -> None:
    found = []
    for order in ((0, 1), (1, 0)):
        guests = [Student(database, f"guest-{order}-{number}") for number in (0, 1)]
        account = Student(database, f"account-{order}").signs_up()
        for day, (who, answer) in enumerate([(0, "a"), (1, "b"), (1, "a"), (0, "a")]):
            guests[who].draws_another(ONE, now=day * DAY)
            guests[who].answers(ONE, answer, f"k{day}", now=day * DAY)
        guests[0].answers(TWO, "a", "two", now=5 * DAY)
        for number in order:
            guests[number].signs_in_to(account, now=9 * DAY)
        found.append(account.cards)
    assert found[0] == found[1]
    assert found[0].keys() == {"one", "two"}


def test_predictions_and_visits_come_along(guest: Student, account: Student, database: Database) -> None:
    def predict(who: Student, lab: str, value: str, now: float) -> None:
        database.write_now(lambda conn: predictions.record(conn, who.id, COURSE, lab, value, now))

    def visit(who: Student, lesson: str, now: float) -> None:
        database.write_now(lambda conn: progress.visit(conn, who.id, COURSE, lesson, now))

    predict(account, "both", "late", 5.0)
    predict(guest, "both", "early", 1.0)
    predict(account, "kept", "early", 1.0)
    predict(guest, "kept", "late", 5.0)
    predict(guest, "new", "mine", 2.0)
    visit(account, "both", 4.0)
    visit(guest, "both", 3.0)
    visit(guest, "new", 6.0)
    guest.signs_in_to(account)
    assert database.read_now(lambda conn: predictions.of(conn, "account", COURSE)) == {
        "both": "early",
        "kept": "early",
        "new": "mine",
    }
    assert database.read_now(lambda conn: progress.visits(conn, "account", COURSE)) == {
        "both": progress.Visit(COURSE, "both", 3.0, 4.0),
        "new": progress.Visit(COURSE, "new", 6.0, 6.0),
    }
    assert guest.count("prediction") == guest.count("visit") == 0


def test_runs_that_the_guest_waits_for_come_along(guest: Student, account: Student, database: Database) -> None:
    def wait(conn: Connection) -> None:
        for run, who in (("r1", "guest"), ("r2", "guest"), ("r2", "account"), ("r3", "other")):
            exists = conn.execute(text("SELECT 1 FROM run WHERE id = :run"), {"run": run}).first()
            if exists is None:
                columns = "id, spec, status, lasting, tries, created"
                row = text(f"INSERT INTO run ({columns}) VALUES (:run, '{{}}', 'queued', false, 0, 0)")
                conn.execute(row, {"run": run})
            conn.execute(text("INSERT INTO run_interest VALUES (:run, :who)"), {"run": run, "who": who})

    guest.answers(ONE, "b", "k1")
    database.write_now(wait)
    guest.signs_in_to(account)
    rows = text("SELECT run_id, learner_id FROM run_interest ORDER BY run_id")
    left = database.read_now(lambda conn: [tuple(row) for row in conn.execute(rows)])
    assert left == [("r1", "account"), ("r2", "account"), ("r3", "other")]
