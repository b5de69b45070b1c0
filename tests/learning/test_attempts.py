"""Answering: graded, recorded once, paid once."""

import pytest

from app.content.questions import AnswerError
from app.db import Database
from app.learning import attempts
from app.learning.draws import CUTS, cut, first_seeds, seed, seed_of_cut
from tests.learning.doing import Student, sound
from tests.learning.sample import COURSE, HASH, choice

ONE, TWO = choice("one"), choice("two")


@pytest.fixture
def ada(database: Database) -> Student:
    return Student(database, "ada")


def test_a_right_answer_earns_its_xp_once(ada: Student) -> None:
    first = ada.answers(ONE, "a", "k1")
    assert (first.correct, first.score, first.xp_awarded, first.total_xp, first.course_xp) == (True, 1.0, 20, 20, 20)
    assert (first.answer, first.attempt_key, first.repeated) == ("a", "k1", False)
    assert first.explanation == ONE.explanation(first.seed)
    again = ada.answers(ONE, "a", "k2")
    assert (again.correct, again.xp_awarded, again.total_xp) == (True, 0, 20)
    assert ada.answers(TWO, "a", "k3").total_xp == 40
    assert ada.xp == 40
    assert ada.count("attempt") == 3


def test_a_miss_explains_itself_and_costs_nothing(ada: Student) -> None:
    miss = ada.answers(ONE, "b", "k1")
    assert (miss.correct, miss.score, miss.xp_awarded, miss.total_xp) == (False, 0.0, 0, 0)
    assert [(part.option, part.correct) for part in miss.feedback] == [("b", False)]
    assert ada.answers(ONE, "a", "k2").xp_awarded == 20
    state = ada.state(ONE)
    assert (state.first_try, state.answered_correctly, state.attempts) == (False, True, 2)


def test_i_do_not_know_yet_explains_and_an_answer_on_another_day_earns(ada: Student) -> None:
    unknown = ada.answers(ONE, None, "k1")
    assert (unknown.correct, unknown.score, unknown.xp_awarded, unknown.feedback) == (False, 0.0, 0, ())
    assert unknown.answer is None
    assert unknown.explanation
    state = ada.state(ONE)
    assert (state.answered, state.answer, state.explained, state.correct) == (True, None, True, False)
    copied = ada.answers(ONE, "a", "k2", now=100.0)
    assert (copied.correct, copied.xp_awarded) == (True, 0)
    assert not ada.state(ONE).awarded
    ada.draws_another(ONE, now=200.0)
    assert ada.answers(ONE, "a", "k3", now=200.0).xp_awarded == 0  # the same values in another order
    ada.draws_another(ONE, now=90_000.0)
    assert ada.answers(ONE, "a", "k4", now=90_000.0).xp_awarded == 20
    assert ada.state(ONE).awarded


def test_the_same_key_gives_the_stored_outcome_and_changes_nothing(ada: Student) -> None:
    first = ada.answers(ONE, "a", "k1")
    ada.answers(TWO, "a", "k2")
    before = ada.state(ONE)
    for answer in ("a", "b", None, "not an answer"):
        again = ada.answers(ONE, answer, "k1", now=9.0)
        assert again.repeated
        assert {**vars(again), "repeated": False} == vars(first)
    assert ada.state(ONE) == before
    assert ada.count("attempt") == 2


def test_a_key_is_the_learners_own(ada: Student, database: Database) -> None:
    ada.answers(ONE, "b", "k1")
    assert not Student(database, "bob").answers(ONE, "a", "k1").repeated
    with pytest.raises(AnswerError, match="another question"):
        ada.answers(TWO, "a", "k1")


@pytest.mark.parametrize("key", ["", "x" * 201, "a\x00b", "\ud800", "a\nb"])
def test_a_key_that_cannot_be_kept_is_refused(ada: Student, key: str) -> None:
    with pytest.raises(AnswerError, match="key"):
        ada.answers(ONE, "a", key)


def test_an_answer_that_cannot_be_read_leaves_nothing(ada: Student) -> None:
    with pytest.raises(AnswerError, match="Choose a or b"):
        ada.answers(ONE, "c", "k1")
    assert (ada.count("attempt"), ada.count("question_progress"), ada.xp) == (0, 0, 0)
    assert not ada.answers(ONE, "a", "k1").repeated


def test_the_reason_of_an_award_is_the_question(ada: Student) -> None:
    ada.answers(ONE, "a", "k1", now=7.0)
    (award,) = ada.awards
    assert award.reason == "Answered “What is one, drawn & shuffled?”"
    assert (award.amount, award.course, award.created, award.award_key) == (20, COURSE, 7.0, f"question:{COURSE}/one")


def test_what_was_answered_is_pinned(ada: Student) -> None:
    ada.answers(ONE, "b", "k1")
    state = ada.state(ONE)
    assert state.lesson_hash == HASH
    assert state.seed == seed("ada", "one", 0)
    assert state.feedback == ONE.grade("b", state.seed).feedback


# Draws


def test_an_untouched_question_has_its_first_draw(ada: Student) -> None:
    state = ada.state(ONE)
    assert (state.series, state.seed, state.answered, state.awarded) == (0, seed("ada", "one", 0), False, False)


def test_a_first_draw_depends_on_the_cut_alone() -> None:
    learners = [f"learner-{number}" for number in range(200)]
    assert {cut(learner) for learner in learners} == set(range(CUTS))
    for learner in learners:
        assert seed(learner, "one", 0) == seed_of_cut(cut(learner), "one")
        assert seed(learner, "one", 0) in first_seeds("one")
    assert len({seed(learner, "one", 1) for learner in learners}) == len(learners)
    assert 0 <= min(first_seeds("one")) <= max(first_seeds("one")) < 2**48


def test_draws_never_change() -> None:
    """Golden: a new value would reshuffle every page that a student has half answered."""
    assert (cut("ada"), seed("ada", "one", 0), seed("ada", "one", 1)) == (6, 118319393429077, 56905475306414)


def test_another_variant_starts_over_and_keeps_the_xp(ada: Student) -> None:
    ada.answers(ONE, "b", "k1")
    ada.answers(ONE, "a", "k2")
    ada.opens_hint(ONE)
    assert ada.draws_another(ONE) == 1
    state = ada.state(ONE)
    assert (state.series, state.seed) == (1, seed("ada", "one", 1))
    assert (state.answered, state.correct, state.hints_opened, state.explained) == (False, None, 0, False)
    assert (state.awarded, state.attempts) == (True, 2)
    outcome = ada.answers(ONE, "a", "k3")
    assert (outcome.seed, outcome.xp_awarded) == (seed("ada", "one", 1), 0)
    assert ada.state(ONE).answered


def test_a_double_click_draws_one_variant(ada: Student) -> None:
    assert ada.draws_another(ONE, after=0) == 1
    assert ada.draws_another(ONE, after=0) == 1
    assert ada.draws_another(ONE, after=1) == 2
    assert ada.draws_another(ONE) == 3


def test_the_draw_that_was_shown_is_graded(ada: Student) -> None:
    ada.draws_another(ONE)
    shown = seed("ada", "one", 0)
    assert ada.answers(ONE, "a", "k1", seed=shown).seed == shown
    state = ada.state(ONE)
    assert (state.seed, state.answered, state.series) == (shown, True, 1)
    assert ada.draws_another(ONE) == 2
    other = seed_of_cut((cut("ada") + 1) % CUTS, "one")  # a page from before signing in
    assert ada.answers(ONE, "a", "k2", seed=other).seed == other
    with pytest.raises(AnswerError, match="changed since"):
        ada.answers(ONE, "a", "k3", seed=12345)
    with pytest.raises(AnswerError, match="changed since"):
        ada.answers(ONE, "a", "k4", seed=seed("bob", "one", 1))


def test_hints_open_one_at_a_time_and_no_further(ada: Student) -> None:
    assert [ada.opens_hint(ONE) for _ in range(3)] == [1, 2, 2]
    assert ada.state(ONE).hints_opened == 2


def test_a_double_click_opens_one_hint(ada: Student) -> None:
    assert [ada.opens_hint(ONE, number=1) for _ in range(2)] == [1, 1]
    assert ada.opens_hint(ONE, number=2) == 2


def test_hints_and_variants_alone_count_as_no_answer(ada: Student, database: Database) -> None:
    ada.opens_hint(ONE)
    ada.draws_another(ONE)
    assert database.read_now(lambda conn: attempts.shown(conn, "ada", COURSE)) == {}
    assert ada.state(ONE).first_try is None
    ada.answers(ONE, "a", "k1")
    ada.answers(TWO, "b", "k2")
    assert database.read_now(lambda conn: attempts.shown(conn, "ada", COURSE)) == {"one": True, "two": False}
    assert ada.state(ONE).first_try is True
    assert sound(database)
