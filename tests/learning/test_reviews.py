"""Cards: what FSRS makes of answers, and which answers are evidence at all."""

import pytest

from app.db import Database
from app.learning import reviews
from app.learning.reviews import DAY, Card
from tests.learning.doing import Student
from tests.learning.sample import COURSE, choice, course, lesson

ONE, TWO = choice("one"), choice("two")
SAMPLE = course([], [lesson("first", [ONE, TWO])])


@pytest.fixture
def ada(database: Database) -> Student:
    return Student(database, "ada")


def card(student: Student, question: str = "one") -> Card | None:
    return student.database.read_now(lambda conn: reviews.cards(conn, student.id, COURSE)).get(question)


def test_a_right_answer_at_once_begins_a_card(ada: Student) -> None:
    assert card(ada) is None
    ada.answers(ONE, "a", "k1", now=DAY)
    begun = card(ada)
    assert begun is not None
    assert begun.difficulty == pytest.approx(2.1181, abs=1e-4)
    assert begun == Card("one", 2.3065, begun.difficulty, DAY, 3 * DAY, 1, 0, DAY, None, 1.0, "skill", "choice")


def test_only_the_first_answer_on_a_draw_is_evidence(ada: Student) -> None:
    ada.answers(ONE, "b", "k1", now=0)
    missed = card(ada)
    assert missed is not None
    assert (missed.stability, missed.lapses, missed.first_shown, missed.ceiling) == (0.212, 1, None, 0.0)
    ada.answers(ONE, "a", "k2", now=1)
    ada.answers(ONE, "a", "k3", now=9 * DAY)
    assert card(ada) == missed
    ada.draws_another(ONE, now=9 * DAY)
    ada.answers(ONE, "a", "k4", now=9 * DAY)
    shown = card(ada)
    assert shown is not None
    assert (shown.reps, shown.first_shown, shown.ceiling) == (2, 9 * DAY, 1.0)


def test_a_hint_makes_it_hard_and_shows_nothing(ada: Student) -> None:
    ada.opens_hint(ONE)
    ada.answers(ONE, "a", "k1", now=1)
    hinted = card(ada)
    assert hinted is not None
    assert (hinted.stability, hinted.first_shown) == (1.2931, None)


def test_a_repeated_attempt_changes_no_card(ada: Student) -> None:
    ada.answers(ONE, "a", "k1", now=1)
    before = card(ada)
    ada.draws_another(ONE, now=5 * DAY)
    ada.answers(ONE, "b", "k1", now=5 * DAY)
    assert card(ada) == before


def test_what_is_due_comes_weakest_first_and_only_of_questions_that_are_there(ada: Student, database: Database) -> None:
    ada.answers(ONE, "a", "k1", now=0)
    ada.answers(TWO, "b", "k2", now=0)
    ada.answers(choice("gone"), "b", "k3", now=0)

    def due(days: float, limit: int = 10) -> list[str]:
        found = database.read_now(lambda conn: reviews.due(conn, "ada", days * DAY, limit, [SAMPLE]))
        count = database.read_now(lambda conn: reviews.count_due(conn, "ada", days * DAY, [SAMPLE]))
        assert len(found) == min(count, limit)
        assert all(place is SAMPLE for place, _ in found)
        return [card.question_id for _, card in found]

    assert due(0.5) == []
    assert due(1) == ["two"]
    assert due(2) == ["two", "one"]
    assert due(2, limit=1) == ["two"]
