"""The same answer from many at once: one award, whichever way they meet."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, text

from app.db import Database
from tests.learning.doing import Student, sound
from tests.learning.sample import choice

ONE = choice()
CLIENTS, TIMES = 50, 20


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """The results of calls that start together, each in a thread of its own."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def test_fifty_clients_submit_the_same_answer_twenty_times_each(database: Database) -> None:
    """Half are one student's tabs and retries; half are students of their own."""

    def client(number: int) -> Callable[[], list[Any]]:
        student = Student(database, "one" if number % 2 else f"student-{number}")
        return lambda: [student.answers(ONE, "a", f"{number // 4}-{time}") for time in range(TIMES)]

    outcomes = [outcome for told in at_once([client(n) for n in range(CLIENTS)]) for outcome in told]
    assert len(outcomes) == CLIENTS * TIMES
    assert all(outcome.correct for outcome in outcomes)
    students = ["one", *(f"student-{number}" for number in range(0, CLIENTS, 2))]
    for student in students:
        assert [award.amount for award in Student(database, student).awards] == [20]
        assert Student(database, student).xp == 20
        assert Student(database, student).cards["one"].reps == 1
    told = sum(outcome.xp_awarded for outcome in outcomes if not outcome.repeated)
    assert told == 20 * len(students)
    assert sound(database)


def test_one_key_from_many_at_once_is_one_attempt(database: Database) -> None:
    for round in range(5):
        student = Student(database, f"student-{round}")
        outcomes = at_once([lambda s=student: s.answers(ONE, "a", "key")] * 10)  # type: ignore[misc]
        assert sorted(outcome.repeated for outcome in outcomes) == [False] + [True] * 9
        assert {outcome.xp_awarded for outcome in outcomes} == {20}, "each of them may tell of the award"
        assert (student.count("attempt"), student.xp) == (1, 20)


def test_signing_in_while_answers_arrive_loses_none(database: Database) -> None:
    from app.learning.learners import Merged

    for round in range(5):
        guest, account = Student(database, f"guest-{round}"), Student(database, f"account-{round}").signs_up()
        guest.answers(ONE, "b", "first")
        questions = [choice(f"q{number}") for number in range(8)]
        refused: list[Any] = []

        def answer(question: Any, guest: Student = guest, refused: list[Any] = refused) -> None:
            try:
                guest.answers(question, "a", question.id)
            except Merged:
                refused.append(question)

        calls: list[Callable[[], Any]] = [lambda q=question: answer(q) for question in questions]  # type: ignore[misc]
        at_once([*calls, lambda g=guest, a=account: g.signs_in_to(a)])  # type: ignore[misc]
        for question in refused:  # as the browser does with its new cookie
            account.answers(question, "a", question.id)
        assert account.xp == 20 * len(questions)
        assert account.count("attempt") == 1 + len(questions)
    assert sound(database)


def test_signing_in_twice_at_once_moves_once(database: Database) -> None:
    guest, account = Student(database, "guest"), Student(database, "account").signs_up()
    guest.answers(ONE, "a", "k1")
    assert sorted(at_once([lambda: guest.signs_in_to(account)] * 6)) == [False] * 5 + [True]
    assert account.xp == 20


def test_one_address_for_two_at_once_is_one_account(database: Database) -> None:
    from app.learning.learners import EmailTaken

    def sign_up(id: str) -> bool:
        try:
            Student(database, id).signs_up("same@example.org")
        except EmailTaken:
            return False
        return True

    assert sorted(at_once([lambda: sign_up("a"), lambda: sign_up("b"), lambda: sign_up("c")])) == [False, False, True]


def test_looking_before_leaping_would_pay_twice(database: Database) -> None:
    """The control: without the unique key, two that look before either writes are both paid."""
    database.write_now(lambda conn: conn.execute(text("CREATE TABLE naive (learner_id TEXT, amount INTEGER)")))
    looked = threading.Barrier(2)

    def leap(conn: Connection) -> None:
        conn.execute(text("INSERT INTO naive VALUES ('ada', 20)"))

    def look_and_leap() -> None:
        had = Student(database, "ada").count("naive")
        looked.wait(10)
        if not had:
            database.write_now(leap)

    at_once([look_and_leap, look_and_leap])
    assert Student(database, "ada").count("naive") == 2
