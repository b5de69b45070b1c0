"""Sets of reviews on both databases: one at a time, whoever asks how often, and carried over at sign-in."""

import pytest
from sqlalchemy import Connection

from app.content.course import Skill
from app.db import Database
from app.learning import attempts, plans, review_sets, reviews
from app.learning.agenda import agenda
from app.learning.mastery import matrix
from app.learning.review_sets import ReviewSet, Scope
from tests.learning.doing import Student
from tests.learning.sample import COURSE, choice, course, lesson
from tests.learning.test_races import at_once

DAY = 86_400.0
QUESTIONS = [choice("one", "a"), choice("two", "a"), choice("three", "b")]
TAUGHT = course([Skill("a", "A", ""), Skill("b", "B", "")], [lesson("only", QUESTIONS, minutes=30)])
COURSES = {COURSE: TAUGHT}
LATER = 30 * DAY


@pytest.fixture
def student(database: Database) -> Student:
    return learnt(Student(database, "student"))


def learnt(student: Student) -> Student:
    for question in QUESTIONS:
        student.answers(question, "a", f"learnt-{question.id}", now=1.0)
    return student


def begin(student: Student, now: float = LATER, scope: Scope = Scope()) -> ReviewSet | None:  # noqa: B008 - frozen
    return student.database.write_now(
        lambda conn: review_sets.begin(
            conn, student.id, scope, agenda(conn, student.id, scope, COURSES, now).chosen, COURSES, now
        )
    )


def answer(student: Student, found: ReviewSet, given: str, now: float = LATER + 60, key: str = "") -> bool:
    at = found.current
    assert at is not None
    question = TAUGHT.question_by_id[at.question_id][1]
    outcome = student.database.write_now(
        lambda conn: review_sets.submit(
            conn,
            found.id,
            TAUGHT,
            learner_id=student.id,
            lesson_hash="0" * 64,
            question=question,
            answer=given,
            attempt_key=key or f"{found.id}-{at.place}",
            now=now,
        )
    )
    return outcome.repeated


def go_on(student: Student, found: ReviewSet, after: int, now: float = LATER + 120) -> ReviewSet:
    said = student.database.write_now(lambda conn: review_sets.go_on(conn, student.id, found.id, after, COURSES, now))
    assert said is not None
    return said


def read(student: Student, found: ReviewSet) -> ReviewSet:
    said = student.database.read_now(lambda conn: review_sets.get(conn, student.id, found.id))
    assert said is not None
    return said


def test_a_set_from_its_first_question_to_its_end(student: Student) -> None:
    assert begin(student, now=2.0) is None
    found = begin(student)
    assert found is not None
    assert [item.skill for item in found.items] == ["a", "b", "a"]
    assert [item.opened for item in found.items] == [LATER, None, None]
    for place in (1, 2, 3):
        assert found.current is not None
        assert found.current.place == place
        answer(student, found, "a", now=LATER + place)
        found = go_on(student, found, place, now=LATER + place)
    assert found.ended == LATER + 3
    assert (found.current, found.left) == (None, ())
    assert [item.correct for item in found.answered] == [True] * 3
    assert [item.xp for item in found.answered] == [0] * 3
    assert found.answered[-1].after == "mastered"
    assert all(item.due and item.due > LATER + DAY for item in found.answered)


def test_what_was_wrong_is_wrong_whatever_follows_on_the_same_draw(student: Student) -> None:
    found = begin(student)
    assert found is not None
    assert answer(student, found, "b") is False
    assert answer(student, found, "b") is True, "sent again"
    answer(student, found, "a", key="another try")
    first = read(student, found).items[0]
    assert (first.correct, first.answered) == (False, LATER + 60)
    assert student.count("attempt") == 5


def test_only_what_is_due_or_fading_is_ever_asked(student: Student) -> None:
    def look(day: float, scope: Scope) -> tuple[set[str], set[str], set[str]]:
        def read(conn: Connection) -> tuple[set[str], set[str], set[str]]:
            now, cards = day * DAY, reviews.cards(conn, student.id, COURSE)
            stands = matrix(TAUGHT, attempts.shown(conn, student.id, COURSE), cards, now)
            chosen = {one.question for one in agenda(conn, student.id, scope, COURSES, now).chosen}
            due = {id for id, card in cards.items() if card.due <= now}
            return chosen, due, {skill for skill, its in stands.items() if its.state == "fading"}

        return student.database.read_now(read)

    kinds = set()
    for day in (0, 1, 2, 3, 5, 9, 30, 90, 400, 2000):
        chosen, due, fading = look(day, Scope())
        assert chosen == due
        lifting, _, _ = look(day, Scope("repair"))
        assert {TAUGHT.question_by_id[id][1].skill for id in lifting} == fading
        kinds.add((bool(due), bool(fading)))
    assert kinds == {(False, False), (True, False), (True, True)}


def test_many_at_once_begin_one_set_answer_once_and_go_on_once(student: Student) -> None:
    found, *others = at_once([lambda: begin(student)] * 8)
    assert {one.id for one in others} == {found.id}
    at_once([lambda: answer(student, found, "a")] * 8)
    after = at_once([lambda: go_on(student, found, 1)] * 8)
    assert {one.current.place for one in after} == {2}
    assert student.count("attempt") == 4
    assert [item.opened is not None for item in read(student, found).items] == [True, True, False]


def test_another_scope_ends_what_was_left_open(student: Student) -> None:
    first = begin(student)
    second = begin(student, now=LATER + 5, scope=Scope(course=COURSE))
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert read(student, first).ended == LATER + 5
    assert read(student, second).ended is None


def test_a_guests_sets_days_and_plan_come_along(database: Database, student: Student) -> None:
    account = learnt(Student(database, "account").signs_up())
    theirs, own = begin(student), begin(account, now=LATER - 5)
    assert theirs is not None
    assert own is not None
    answer(student, theirs, "a")

    def set_both(conn: object) -> None:
        plans.set_time_zone(conn, student.id, "Asia/Tokyo", LATER)  # type: ignore[arg-type]
        plans.set_goal(conn, student.id, "days", 4, LATER)  # type: ignore[arg-type]
        plans.set_goal(conn, account.id, "reviews", 9, LATER)  # type: ignore[arg-type]

    database.write_now(set_both)
    secret = database.write_now(lambda conn: plans.new_feed(conn, student.id, LATER))
    assert student.signs_in_to(account, now=LATER + 90)
    assert read(account, own).ended == LATER + 90, "of two left open, the newer stays so"
    kept = read(account, theirs)
    assert (kept.ended, kept.items[0].correct) == (None, True)
    assert database.read_now(lambda conn: plans.of(conn, account.id)) == plans.Plan("Asia/Tokyo", True, "reviews", 9)
    assert database.read_now(lambda conn: plans.by_feed(conn, secret)) is None
    week = database.read_now(lambda conn: plans.week(conn, account.id, LATER + 60))
    assert (week.answers, week.reviews) == (1, 1)
    begun = database.read_now(lambda conn: plans.week(conn, account.id, 1.0))
    assert (len(begun.days), begun.answers) == (1, 6), "the same day is one day"
    for table in ("review_set", "study_plan", "study_day"):
        assert student.count(table) == 0
    followed = go_on(account, kept, 1)
    assert followed.current is not None
    assert followed.current.place == 2
