"""Questions grade themselves: keys are right for every seed, wrong answers never, and what is shown hides the key."""

import math
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.choices import Choice, Multiple
from app.content.expressions import evaluate
from app.content.number import Number, number_of
from app.content.order import Order
from app.content.questions import AnswerError, Question, option_id, shuffled
from tests.content.courses import question, small_course

QUESTIONS = [pair[1] for pair in small_course().question_by_id.values()]
SEEDS = range(40)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.id)
def test_the_key_is_right_whatever_the_seed(asked: Question) -> None:
    for seed in SEEDS:
        key = asked.read(asked.key(seed))
        grade = asked.grade(key, seed)
        assert grade.correct
        assert grade.score == 1
        assert all(feedback.correct for feedback in grade.feedback)
        assert grade == asked.grade(asked.read(key), seed)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.id)
def test_not_knowing_is_no_right_answer(asked: Question) -> None:
    assert asked.read(None) is None
    grade = asked.grade(None, 1)
    assert (grade.correct, grade.score, grade.feedback) == (False, 0.0, ())


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.id)
def test_what_is_shown_gives_no_key_away(asked: Question) -> None:
    """Neither marks, nor verdicts, nor the order of what was written."""
    for seed in SEEDS:
        shown = asked.shown(seed)
        text = repr(shown)
        assert "correct" not in text
        assert "distractor" not in text
        assert not any("\ue000" <= character <= "\uf8ff" for character in text + asked.explanation(seed))
        for hidden in (asked.explanation(seed), *(asked.hint(n, seed) for n in range(1, shown.hints + 1))):
            assert hidden
            assert hidden not in text


@given(st.integers(0, 2**63 - 1))
def test_every_order_of_options_comes_up(seed: int) -> None:
    ids = ("a", "b", "c")
    assert sorted(shuffled(ids, seed)) == list(ids)


def test_orders_are_spread_evenly() -> None:
    counts = dict.fromkeys(permutations("abc"), 0)
    for seed in range(6000):
        counts[shuffled(("a", "b", "c"), seed)] += 1
    assert min(counts.values()) > 850


CHOICE = ":kind: choice\n\nWhat?\n\n- [ ] one\n  > no 1\n- [x] two\n  > yes 2\n- [ ] three\n  > no 3\n\n! Because.\n"


def test_a_choice_speaks_of_the_option_chosen_alone() -> None:
    asked = question(CHOICE)
    assert isinstance(asked, Choice)
    for option in asked.options:
        grade = asked.grade(asked.read([option.id]), 0)
        assert grade.correct is option.correct
        assert [(one.option, one.html) for one in grade.feedback] == [(option.id, option.feedback_html)]


@pytest.mark.parametrize("raw", ["", "o1234567890", [], ["a", "b"], 3, True, {}, [None], "two", b"x"])
def test_a_choice_refuses_what_it_does_not_offer(raw: Any) -> None:
    with pytest.raises(AnswerError):
        question(CHOICE).read(raw)


def test_options_keep_their_ids_when_moved_or_marked_otherwise() -> None:
    before = question(CHOICE)
    after = question(":kind: multiple\n\nWhy?\n\n- [ ] three\n  > x\n- [ ]  two\n  > x\n- [x] one\n  > x\n\n! So.\n")
    assert {option.id for option in before.shown(1).options} == {option.id for option in after.shown(1).options}
    assert option_id("a-question", "one") != option_id("another", "one")


def test_shuffle_off_keeps_the_order() -> None:
    asked = question(CHOICE.replace(":kind: choice\n", ":kind: choice\n:shuffle: off\n"))
    assert {tuple(one.html for one in asked.shown(seed).options) for seed in SEEDS} == {("one", "two", "three")}


MULTIPLE = (
    ":kind: multiple\n:partial: {}\n\nWhich?\n\n"
    "- [x] a\n  > A\n- [x] b\n  > B\n- [ ] c\n  > C\n- [ ] d\n  > D\n\n! So.\n"
)


@pytest.mark.parametrize("partial", ["off", "net", "each"])
def test_partial_scores(partial: str) -> None:
    asked = question(MULTIPLE.format(partial))
    assert isinstance(asked, Multiple)
    ids = {option.html: option.id for option in asked.options}
    right = {"a", "b"}
    for size in range(1, 5):
        for chosen in combinations("abcd", size):
            grade = asked.grade(asked.read([ids[name] for name in chosen]), 0)
            hits, misses = len(right & {*chosen}), len({*chosen} - right)
            exact = {*chosen} == right
            expected = {
                "off": float(exact),
                "net": max(0, (hits - misses) / 2),
                "each": (hits + (2 - misses)) / 4,
            }[partial]
            assert grade.correct is exact
            assert math.isclose(grade.score, expected)
            assert [one.option for one in grade.feedback if one.option] == [ids[name] for name in sorted(chosen)]
            assert any(one.option is None for one in grade.feedback) is (hits < 2)


def test_multiple_reads_any_order_as_one_answer() -> None:
    asked = question(MULTIPLE.format("off"))
    key = asked.key(0)
    assert isinstance(key, list)
    assert asked.read(list(reversed(key))) == asked.read(tuple(key)) == key
    for raw in ([], [*key, key[0]], ["x"], 1, [1], {"a": 1}):
        with pytest.raises(AnswerError):
            asked.read(raw)


ORDER = ":kind: order\n\nOrder.\n\n1. one\n2. two\n3. three\n4. four\nx. five\n   > no five\n\n! So.\n"


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ("one two three four", 1.0),
        ("one two three", 0.75),
        ("two three four", 0.75),
        ("one two four three", 0.5),
        ("four three two one", 0.0),
        ("one two three four five", 0.8),
        ("one five two three four", 0.6),
        ("one", 0.0),
        ("five", 0.0),
    ],
)
def test_order_scores_by_the_longest_right_stretch(answer: str, score: float) -> None:
    asked = question(ORDER)
    assert isinstance(asked, Order)
    ids = {item.html: item.id for item in asked.items}
    grade = asked.grade(asked.read([ids[name] for name in answer.split()]), 0)
    assert math.isclose(grade.score, score)
    assert grade.correct is (score == 1)
    said = {one.option: one.html for one in grade.feedback}
    assert (ids["five"] in said) is ("five" in answer)
    assert None in said


def test_order_is_never_shown_in_its_right_order() -> None:
    asked = question(":kind: order\n\nOrder.\n\n1. one\n2. two\n\n! So.\n")
    assert isinstance(asked, Order)
    assert {tuple(one.html for one in asked.shown(seed).options) for seed in range(50)} == {("two", "one")}


@given(st.data())
def test_only_the_right_order_is_right(data: st.DataObject) -> None:
    asked = question(ORDER)
    assert isinstance(asked, Order)
    given_ids = data.draw(st.lists(st.sampled_from([item.id for item in asked.items]), unique=True, min_size=1))
    grade = asked.grade(asked.read(given_ids), 0)
    assert grade.correct is (given_ids == asked.key(0))
    assert 0 <= grade.score <= 1
    assert (grade.score == 1) is grade.correct


NUMBER = (
    ":kind: number\n:unit: weights\n\nvars: C in [32, 64, 128]\nvars: k in [3, 5]\n\nHow many?\n\n= k**2 * C**2\n"
    "~ k**2 * C > you forgot {C}\n~ k**2 > one pair\n\n! So.\n"
)


@given(st.integers(0, 10**9), st.floats(-1e12, 1e12, allow_nan=False))
def test_a_number_is_right_when_it_is_the_key(seed: int, number: float) -> None:
    asked = question(NUMBER)
    values = asked.draw(seed)
    key = evaluate("k**2 * C**2", values)
    assert asked.key(seed) == key
    assert asked.grade(asked.read(f"{key:,}"), seed).correct
    assert asked.grade(asked.read(number), seed).correct is math.isclose(number, key, rel_tol=1e-9)
    wrong = asked.grade(asked.read(str(evaluate("k**2 * C", values))), seed)
    assert not wrong.correct
    assert wrong.feedback[0].html == f"<p>you forgot {values['C']}</p>"


def test_neighbouring_seeds_give_other_variants() -> None:
    asked = question(NUMBER)
    drawn = [tuple(asked.draw(seed).values()) for seed in range(7)]
    assert len(set(drawn[:6])) == 6
    assert drawn[6] == drawn[0]


@pytest.mark.parametrize(
    ("tolerance", "right", "wrong"),
    [
        ("", ["0.5"], ["0.5001", "0.499"]),
        ("± 0.1", ["0.4", "0.6", "0.55"], ["0.39", "0.61"]),
        ("+/- 0.1", ["0.4"], ["0.39"]),
        ("± 10 %", ["0.45", "0.55"], ["0.44", "0.56"]),
        ("±10%", ["0.45"], ["0.44"]),
        ("to 2 figures", ["0.5", "0.504", "0.496"], ["0.51", "0.49"]),
    ],
)
def test_tolerances(tolerance: str, right: list[str], wrong: list[str]) -> None:
    asked = question(f":kind: number\n\nHow much?\n\n= 1 / 2 {tolerance}\n\n! So.\n")
    assert [text for text in right + wrong if asked.grade(asked.read(text), 0).correct] == right


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("110592", 110592),
        ("110,592", 110592),
        ("1,110,592.5", 1110592.5),
        ("110 592", 110592),
        ("110\u202f592", 110592),
        ("110\u00a0592", 110592),
        ("110_592", 110592),
        ("110'592", 110592),
        ("1.110.592", 1110592),
        ("1.110.592,5", 1110592.5),
        ("0,5", 0.5),
        (",5", 0.5),
        (".5", 0.5),
        ("5.", 5),
        ("1.1e5", 110000),
        ("1.1E+5", 110000),
        ("1.1×10^5", 110000),
        ("1.1 · 10**5", 110000),
        ("1,1x10^-2", 0.011),
        ("−3", -3),
        ("–3", -3),
        ("+3", 3),
        ("１２", 12),
        ("27 weights", 27),
        ("27 Weights ", 27),
    ],
)
def test_numbers_as_people_type_them(text: str, number: float) -> None:
    assert math.isclose(number_of(text, "weights"), number)


@pytest.mark.parametrize(
    "raw",
    ["", " ", "nan", "inf", "-Infinity", "1e999", "1" * 61, "0x10", "1e", "1,23,4", "12,34,56", "--1", "3 apples",
     "1/2", "٣x", True, False, [], ["1", "2"], {}, 10**31, -(10**400), float("nan"), float("inf"), 1e31, None],
)  # fmt: skip
def test_what_is_no_number(raw: Any) -> None:
    asked = question(NUMBER)
    if raw is None:
        assert asked.read(None) is None
        return
    with pytest.raises(AnswerError):
        asked.read(raw)


_ANYTHING = st.one_of(st.none(), st.text(max_size=80), st.integers(), st.floats(), st.lists(st.text(max_size=5)))


@given(_ANYTHING)
def test_any_answer_is_read_or_refused(raw: Any) -> None:
    for asked in QUESTIONS:
        try:
            answer = asked.read(raw)
        except AnswerError:
            continue
        assert 0 <= asked.grade(answer, 3).score <= 1


def test_variants_are_filled_in_everywhere() -> None:
    asked = question(
        ":kind: choice\n:vars: C in [30000]; d in [-2]\n\n{C} and ${C}^2$, `n = {C}`, {= 2 * C }, {d}, ${d}$, \\{C}\n\n"
        "```python\nf({C}, {= C // 7 })\n```\n\n- [x] {C}\n  > yes {C}\n- [ ] {= C + 1}\n  > no\n\n? {C}\n! {C}\n"
    )
    shown = asked.shown(0)
    for piece in (
        "30\u202f000 and <math><msup><mn>30\u202f000</mn><mn>2</mn></msup></math>",
        "<code>n = 30000</code>",
        "60\u202f000, −2, <math><mn>−2</mn></math>, {C}",
        '<span class="mi">30000</span>',
        '<span class="mi">4285</span>',
    ):
        assert piece in shown.prompt_html
    assert {one.html for one in shown.options} == {"30\u202f000", "30\u202f001"}
    assert asked.hint(1, 0) == asked.explanation(0) == "<p>30\u202f000</p>"
    assert asked.grade(asked.key(0), 0).feedback[0].html == "<p>yes 30\u202f000</p>"
    with pytest.raises(IndexError):
        asked.hint(2, 0)
    with pytest.raises(IndexError):
        asked.hint(0, 0)


def test_a_number_shows_its_unit_and_nothing_else() -> None:
    asked = question(NUMBER)
    assert isinstance(asked, Number)
    shown = asked.shown(4)
    assert (shown.unit, shown.options, shown.has_variants) == ("weights", (), True)
