"""Cards: what FSRS makes of answers, and which answers are evidence at all."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.content.questions import Question
from app.db import Database
from app.learning import reviews
from app.learning.draws import seed, seed_of_cut
from app.learning.reviews import DAY, Card, Rating, joined, rate, retrievability
from tests.learning.doing import Student
from tests.learning.sample import COURSE, Varied, choice, course, lesson

ONE, TWO = choice("one"), choice("two")
SAMPLE = course([], [lesson("first", [ONE, TWO])])
AGAIN, HARD, GOOD = Rating.Again, Rating.Hard, Rating.Good

# FSRS

#: Typed from what py-fsrs 6.3.2 gives: days, ratings; for each the recall before, then stability, difficulty, interval.
GOLDEN = [
    ([0], [AGAIN], [(0, 0.212, 6.4133, 1)]),
    ([0], [HARD], [(0, 1.2931, 5.1122, 1)]),
    (
        [0, 2, 13, 58, 200],
        [GOOD] * 5,
        [(0, 2.3065, 2.1181, 2), (0.9095, 10.9643, 2.1112, 11), (0.8998, 46.2802, 2.1043, 46),
         (0.9019, 161.038, 2.0975, 161), (0.9084, 463.4168, 2.0906, 463)],
    ),
    ([0, 1, 2, 7], [AGAIN, GOOD, GOOD, GOOD],
     [(0, 0.212, 6.4133, 1), (0.7662, 1.8868, 6.4021, 2), (0.9375, 4.4748, 6.3909, 4), (0.8922, 13.8368, 6.3798, 14)]),
    ([0, 2, 2, 3], [GOOD, HARD, AGAIN, GOOD],
     [(0, 2.3065, 2.1181, 2), (0.9095, 7.5133, 4.7529, 8), (1, 2.336, 8.2605, 2), (0.9474, 3.8808, 8.2475, 4)]),
    ([0, 0, 0], [GOOD] * 3, [(0, 2.3065, 2.1181, 2), (1, 2.3065, 2.1112, 2), (1, 2.3065, 2.1043, 2)]),
    ([0, 5, 20, 100], [HARD] * 4,
     [(0, 1.2931, 5.1122, 1), (0.7854, 6.6073, 6.7405, 7), (0.8348, 17.9017, 7.8214, 18), (0.7714, 45.36, 8.539, 45)]),
]  # fmt: skip


@pytest.mark.parametrize(("days", "ratings", "after"), GOLDEN)
def test_a_card_goes_as_fsrs_says(
    days: list[int], ratings: list[Rating], after: list[tuple[float, float, float, int]]
) -> None:
    card: Card | None = None
    for day, rating, (recall, stability, difficulty, interval) in zip(days, ratings, after, strict=True):
        if card and card.ceiling == 1:
            assert retrievability(card, day * DAY) == pytest.approx(recall, abs=1e-4)
        card = rate(card, rating, day * DAY)
        assert (card.stability, card.difficulty) == pytest.approx((stability, difficulty), abs=1e-4)
        assert (card.last, card.due) == (day * DAY, (day + interval) * DAY)


def test_no_rule_reads_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does the library behind it: what it is given is all that it knows of time."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> NoReturn:
            raise AssertionError("a clock was read")

    for module in ("fsrs.card.datetime", "fsrs.scheduler.datetime"):
        monkeypatch.setattr(module, Stopped)
    assert rate(rate(None, AGAIN, 0), GOOD, DAY).last == DAY
    for file in Path(reviews.__file__).parent.glob("*.py"):
        assert not re.search(r"^import time|time\.time|\.now\(|utcnow|today\(", file.read_text(), re.MULTILINE), (
            file.name
        )


ratings = st.sampled_from([AGAIN, HARD, GOOD])


@st.composite
def cards(draw: st.DrawFn) -> Card:
    """What up to twelve answers leave of a card."""
    now = draw(st.floats(0, 2e9))
    card = rate(None, draw(ratings), now, question_id="q", mixed=draw(st.booleans()))
    for _ in range(draw(st.integers(0, 11))):
        now += draw(st.sampled_from([0.0, 3600.0, DAY * 1.0, 3.7 * DAY, 90.0 * DAY, 3000.0 * DAY]))
        card = rate(card, draw(ratings), now, mixed=draw(st.booleans()))
    return replace(card, skill=draw(st.sampled_from([None, "a", "b"])))


waits = st.floats(0, 4000 * DAY)


@given(st.none() | cards(), waits)
def test_a_harder_rating_never_lengthens_an_interval(card: Card | None, wait: float) -> None:
    now = (card.last if card else 0) + wait
    intervals = [rate(card, rating, now).due - now for rating in (AGAIN, HARD, GOOD)]
    assert intervals == sorted(intervals)
    assert intervals[0] >= 0.99 * DAY


@given(cards(), waits, waits)
def test_a_later_now_never_raises_recall(card: Card, wait: float, more: float) -> None:
    sooner, later = (retrievability(card, card.last + days) for days in (wait, wait + more))
    assert 0 <= later <= sooner <= 1


@given(cards(), waits)
def test_a_right_answer_raises_recall_and_a_miss_does_not(card: Card, wait: float) -> None:
    now = card.last + wait
    before = retrievability(card, now)
    assert retrievability(rate(card, GOOD, now), now) == retrievability(rate(card, HARD, now), now) == 1
    assert retrievability(rate(card, AGAIN, now), now) <= before


@given(cards(), ratings, waits)
def test_an_answer_takes_nothing_shown_away(card: Card, rating: Rating, wait: float) -> None:
    moved = rate(card, rating, card.last + wait)
    assert (moved.reps, moved.lapses) == (card.reps + 1, card.lapses + (rating == AGAIN))
    assert moved.first_shown == card.first_shown or card.first_shown is None
    assert moved.confirmed == card.confirmed


@given(cards())
def test_a_clock_that_was_set_back_breaks_nothing(card: Card) -> None:
    before = card.last - 100 * DAY
    assert retrievability(card, before) == retrievability(card, card.last)
    assert rate(card, GOOD, before) == rate(card, GOOD, card.last)


@given(cards(), cards(), cards())
def test_two_cards_of_one_question_meet_in_any_order(a: Card, b: Card, c: Card) -> None:
    assert joined(a, b) == joined(b, a)
    assert joined(joined(a, b), c) == joined(a, joined(b, c))
    assert joined(a, a) == a
    both = joined(a, b)
    assert both.stability == max(a.stability, b.stability)
    assert {both.first_shown, both.confirmed} <= {a.first_shown, b.first_shown, a.confirmed, b.confirmed, None}


def test_misses_must_not_outnumber_right_answers_when_a_question_is_shown() -> None:
    def shown(*given: Rating) -> bool:
        card = None
        for day, rating in enumerate(given):
            card = rate(card, rating, day * DAY)
        return card is not None and card.first_shown is not None

    assert shown(GOOD)
    assert shown(AGAIN, GOOD)
    assert not shown(AGAIN, AGAIN, GOOD)
    assert shown(AGAIN, AGAIN, GOOD, GOOD)
    assert not shown(HARD, HARD)
    assert shown(AGAIN, HARD, AGAIN, GOOD)
    assert shown(GOOD, AGAIN, AGAIN, AGAIN)


# Which answers count


@pytest.fixture
def ada(database: Database) -> Student:
    return Student(database, "ada")


def test_a_right_answer_at_once_begins_a_card(ada: Student) -> None:
    assert ada.cards == {}
    ada.answers(ONE, "a", "k1", now=DAY)
    begun = ada.cards["one"]
    assert begun.difficulty == pytest.approx(2.1181, abs=1e-4)
    assert begun == Card("one", 2.3065, begun.difficulty, DAY, 3 * DAY, 1, 0, DAY, None, 1.0, "skill", "choice")


def test_only_the_first_answer_on_a_draw_is_evidence(ada: Student) -> None:
    ada.answers(ONE, "b", "k1", now=0)
    missed = ada.cards["one"]
    assert (missed.stability, missed.lapses, missed.first_shown, missed.ceiling) == (0.212, 1, None, 0.0)
    ada.answers(ONE, "a", "k2", now=1)
    ada.answers(ONE, "a", "k3", now=9 * DAY)
    assert ada.cards["one"] == missed
    ada.draws_another(ONE, now=9 * DAY)
    ada.answers(ONE, "a", "k4", now=9 * DAY)
    shown = ada.cards["one"]
    assert (shown.reps, shown.first_shown, shown.ceiling) == (2, 9 * DAY, 1.0)


def test_i_do_not_know_yet_is_a_miss_and_the_answer_after_it_none(ada: Student) -> None:
    ada.answers(ONE, None, "k1", now=0)
    ada.answers(ONE, "a", "k2", now=1)
    assert (ada.cards["one"].reps, ada.cards["one"].lapses, ada.cards["one"].first_shown) == (1, 1, None)


def test_a_hint_makes_it_hard_and_shows_nothing(ada: Student) -> None:
    ada.opens_hint(ONE)
    ada.answers(ONE, "a", "k1", now=1)
    assert (ada.cards["one"].stability, ada.cards["one"].first_shown) == (1.2931, None)


def test_a_hint_helps_with_any_draw_that_the_page_may_have_shown(ada: Student) -> None:
    ada.opens_hint(ONE)
    ada.answers(ONE, "a", "k1", now=1, seed=seed_of_cut(0, "one"))
    assert ada.cards["one"].first_shown is None


def test_the_same_question_in_another_order_counts_again_a_day_later(ada: Student) -> None:
    ada.answers(ONE, "b", "k1", now=0)
    ada.draws_another(ONE, now=1)
    ada.answers(ONE, "a", "k2", now=DAY - 1)
    assert ada.cards["one"].reps == 1
    ada.draws_another(ONE, now=DAY)
    ada.answers(ONE, "a", "k3", now=DAY)
    assert (ada.cards["one"].reps, ada.cards["one"].first_shown) == (2, DAY)


def test_other_values_count_at_once(ada: Student) -> None:
    varied, now = Varied("one", "skill", 1), 0.0
    ada.answers(varied, "b", "first", now=now)
    for series in range(1, 6):
        before, was = ada.cards["one"], seed("ada", "one", series - 1)
        ada.draws_another(varied, now=now)
        ada.answers(varied, "a", f"k{series}", now=now)
        assert (ada.cards["one"] != before) == (seed("ada", "one", series) % 3 != was % 3)


def test_an_older_draw_answered_again_is_no_evidence(ada: Student) -> None:
    ada.answers(ONE, "b", "k1", now=0)
    ada.draws_another(ONE, now=DAY)
    for key, older in enumerate((seed("ada", "one", 0), seed_of_cut(0, "one"), seed_of_cut(1, "one"))):
        ada.answers(ONE, "a", f"older-{key}", now=9 * DAY, seed=older)
    ada.answers(ONE, "a", "k2", now=9 * DAY)
    assert ada.cards["one"].reps == 1


def test_a_repeated_attempt_changes_no_card(ada: Student) -> None:
    ada.answers(ONE, "a", "k1", now=1)
    before = ada.cards
    ada.draws_another(ONE, now=5 * DAY)
    ada.answers(ONE, "b", "k1", now=5 * DAY, mixed=True)
    assert ada.cards == before


def test_only_a_mixed_review_confirms_and_only_at_once(ada: Student) -> None:
    def answer(day: int, answer: str, mixed: bool) -> float | None:
        ada.draws_another(ONE, now=day * DAY)
        ada.answers(ONE, answer, f"k{day}", now=day * DAY, mixed=mixed)
        return ada.cards["one"].confirmed

    assert [answer(0, "a", False), answer(2, "b", True), answer(4, "a", True)] == [None, None, 4 * DAY]
    assert [answer(6, "b", True), answer(8, "a", False), answer(10, "a", True)] == [4 * DAY, 4 * DAY, 10 * DAY]


def test_a_test_that_was_passed_vouches_for_its_questions(ada: Student, database: Database) -> None:
    for key in range(3):
        ada.draws_another(ONE, now=key * DAY)
        ada.answers(ONE, "b", f"k{key}", now=key * DAY)
    ada.answers(TWO, "a", "two", now=1)
    before = ada.cards
    database.write_now(lambda conn: reviews.vouch(conn, "ada", COURSE, ["one", "two", "never answered"], 9 * DAY))
    assert ada.cards == {"one": replace(before["one"], first_shown=9 * DAY), "two": before["two"]}


def test_a_kind_or_skill_that_changed_is_the_one_answered_last(ada: Student) -> None:
    ada.answers(ONE, "a", "k1", now=0)
    changed = Varied("one", "another skill", 1)
    ada.draws_another(changed, now=2 * DAY)
    ada.answers(changed, "a", "k2", now=2 * DAY)
    assert (ada.cards["one"].skill, ada.cards["one"].reps) == ("another skill", 2)


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('cards') / 'a.db'}")
    database.upgrade()
    yield database
    database.close()


steps = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.sampled_from(["a", "b", None]), st.booleans()),
        st.tuples(st.just("draw"), st.none(), st.just(False)),
        st.tuples(st.just("hint"), st.none(), st.just(False)),
        st.tuples(st.just("wait"), st.sampled_from([0.2, 1.0, 5.0]), st.just(False)),
    ),
    max_size=20,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_stored_card_is_the_fold_of_the_first_answers(
    one_database: Database, steps: list[tuple[str, object, bool]]
) -> None:
    """Against a plain account of what was seen: values within a day, draws, hints."""
    student, question = Student(one_database, uuid4().hex), Varied("one", "skill", 1)
    now, series, hints, answered, expected = 0.0, 0, 0, None, None
    for number, (step, value, mixed) in enumerate(steps):
        drawn = seed(student.id, "one", series)
        if step == "wait":
            assert isinstance(value, float)
            now += value * DAY
        elif step == "draw":
            series, hints = student.draws_another(question, now=now), 0
        elif step == "hint":
            hints = student.opens_hint(question, now=now)
        else:
            student.answers(question, value, f"k{number}", now, mixed=mixed)
            again = answered is not None and expected is not None and now - expected.last < DAY
            if answered != drawn and not (again and answered is not None and answered % 3 == drawn % 3):
                rating = AGAIN if value != "a" else HARD if hints else GOOD
                expected = rate(expected, rating, now, question_id="one", mixed=mixed)
            answered = drawn
    found = student.cards.get("one")
    assert found == (replace(expected, skill="skill", kind="choice") if expected else None)


# What is due


def test_what_is_due_comes_weakest_first_and_only_of_questions_that_are_there(ada: Student, database: Database) -> None:
    gone: Question = choice("gone")
    ada.answers(ONE, "a", "k1", now=0)
    ada.answers(TWO, "b", "k2", now=0)
    ada.answers(gone, "b", "k3", now=0)

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
    assert database.read_now(lambda conn: reviews.due(conn, "ada", 9 * DAY, 10, [])) == []
    assert database.read_now(lambda conn: reviews.due(conn, "bob", 9 * DAY, 10, [SAMPLE])) == []
