"""The ledger and its totals."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, text

from app.db import Database
from app.learning import attempts, learners, predictions, progress, xp
from tests.learning.doing import Student, sound
from tests.learning.sample import COURSE, choice


def give(conn: Connection, key: str, amount: int = 20, course: str = COURSE, learner: str = "ada") -> int:
    learners.ensure(conn, learner, 1.0)
    return xp.award(conn, learner_id=learner, award_key=key, amount=amount, reason=f"For {key}", course=course, now=1.0)


def test_an_award_is_given_once(database: Database) -> None:
    assert database.write_now(lambda conn: [give(conn, "k"), give(conn, "k"), give(conn, "k", 50)]) == [20, 0, 0]
    assert database.write_now(lambda conn: give(conn, "k", learner="bob")) == 20
    assert database.read_now(lambda conn: xp.totals(conn, "ada")) == xp.Totals(20, {COURSE: 20})


def test_totals_are_kept_by_course(database: Database) -> None:
    database.write_now(lambda conn: [give(conn, "k1"), give(conn, "k2", 5), give(conn, "k3", 7, "other")])
    assert database.read_now(lambda conn: xp.totals(conn, "ada")) == xp.Totals(32, {COURSE: 25, "other": 7})
    assert database.read_now(lambda conn: xp.totals(conn, "nobody")) == xp.Totals(0, {})


def test_the_ledger_is_read_a_page_at_a_time(database: Database) -> None:
    database.write_now(lambda conn: [give(conn, f"k{n}") for n in range(7)] + [give(conn, "k", learner="bob")])
    pages: list[list[str]] = []
    before: int | None = None
    while page := database.read_now(lambda conn, before=before: xp.ledger(conn, "ada", 3, before)):  # type: ignore[misc]
        pages.append([award.reason for award in page])
        before = page[-1].id
    assert pages == [["For k6", "For k5", "For k4"], ["For k3", "For k2", "For k1"], ["For k0"]]


def test_a_wrong_total_is_found_and_made_anew(database: Database) -> None:
    database.write_now(lambda conn: [give(conn, "k1"), give(conn, "k2", learner="bob"), give(conn, "k3", 5, "other")])
    database.write_now(lambda conn: conn.execute(text("UPDATE xp_total SET xp = 99 WHERE learner_id = 'ada'")))
    database.write_now(lambda conn: conn.execute(text("DELETE FROM xp_total WHERE learner_id = 'bob'")))
    found = database.read_now(xp.verify)
    assert found == [
        xp.Mismatch("ada", COURSE, 20, 99),
        xp.Mismatch("ada", "other", 5, 99),
        xp.Mismatch("bob", COURSE, 20, 0),
    ]
    database.write_now(lambda conn: xp.rebuild(conn, "bob"))
    assert len(database.read_now(xp.verify)) == 2
    database.write_now(xp.rebuild)
    assert sound(database)
    assert database.read_now(lambda conn: xp.totals(conn, "ada")) == xp.Totals(25, {COURSE: 20, "other": 5})


def test_no_page_reads_a_whole_table(sqlite_url: str) -> None:
    """However many students there are, a page finds its rows by an index."""
    database, one = Database(sqlite_url), choice()
    Student(database, "ada").answers(one, "a", "k1")
    deeds: list[Callable[[Connection], Any]] = [
        lambda conn: xp.totals(conn, "ada"),
        lambda conn: xp.ledger(conn, "ada", 10, 5),
        lambda conn: attempts.states(conn, "ada", COURSE, [one]),
        lambda conn: attempts.shown(conn, "ada", COURSE),
        lambda conn: progress.last(conn, "ada"),
        lambda conn: progress.visits(conn, "ada", COURSE),
        lambda conn: predictions.of(conn, "ada", COURSE),
        lambda conn: learners.get(conn, "ada"),
        lambda conn: learners.by_email(conn, "a@b.c"),
        lambda conn: learners.by_token(conn, "rcp_x"),
        lambda conn: learners.tokens(conn, "ada"),
        lambda conn: attempts.submit(
            conn,
            learner_id="ada",
            course=COURSE,
            lesson_hash="0",
            question=one,
            answer="a",
            attempt_key="k2",
            now=2.0,
        ),
    ]

    def plans(conn: Connection) -> list[str]:
        driver: Any = conn.connection.dbapi_connection
        asked: list[str] = []
        driver.set_trace_callback(asked.append)
        for deed in deeds:
            deed(conn)
        driver.set_trace_callback(None)
        return [
            f"{row[3]}: {statement}"
            for statement in asked
            if not statement.startswith("--")  # what a trigger does
            for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]

    found = database.write_now(plans)
    database.close()
    assert len(found) > len(deeds)
    assert any("SEARCH xp_award" in plan for plan in found)
    assert [
        plan for plan in found if plan.startswith("SCAN") and not plan.startswith(("SCAN CONSTANT", "SCAN here"))
    ] == []
