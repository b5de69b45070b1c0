"""Requirements read, described and judged, and the question that holds them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.architecture import Architecture
from app.content.expressions import ExpressionError
from app.content.questions import AnswerError
from app.content.requirements import QUANTITIES, TRAINED, Requirement, read
from tests.content.courses import problems

SIGNS = {"<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "==": lambda a, b: a == b,
         "<": lambda a, b: a < b, ">": lambda a, b: a > b}  # fmt: skip
PLAIN = [name for name in QUANTITIES if name not in (*TRAINED, "shape")]
whole = st.integers(0, 10**9)


@given(st.sampled_from(PLAIN), st.sampled_from(list(SIGNS)), whole, whole)
def test_a_line_is_judged_as_it_reads(name: str, sign: str, limit: int, found: int) -> None:
    requirement = read(f" {name}{sign} {limit:_}", ())
    assert requirement.met(found, {}) == SIGNS[sign](found, limit)
    assert requirement.described({}).startswith(QUANTITIES[name])
    said = requirement.said(found, {})
    assert ("<meter" in said) == (not requirement.met(found, {}))


@given(st.lists(whole, min_size=2, max_size=2), st.sampled_from(list(SIGNS)), whole)
def test_both_sides_of_a_field_count(found: list[int], sign: str, limit: int) -> None:
    requirement = read(f"rf {sign} {limit}", ())
    assert requirement.met(found, {}) == all(SIGNS[sign](side, limit) for side in found)
    assert requirement.said(found, {})


@given(st.text(max_size=60))
def test_any_line_is_read_or_refused_in_words(text: str) -> None:
    said = ""
    try:
        said = read(text, ("C",)).described({"C": 3})
    except ExpressionError as error:
        said = str(error)
    assert said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("parameters < 9", "nothing measures 'parameters'"),
        ("param < 9", "params"),
        ("params = 9", "no requirement"),
        ("params < C", "unknown variable 'C'"),
        ("accuracy >= 0.9", "in 100 steps"),
        ("accuracy >= 0.9 in 3 steps", "from 20 to 300"),
        ("params < 9 in 100 steps", "without steps"),
        ("shape >= 3x4", "shape == 16x8x8"),
        ("shape == wide", "shape == 16x8x8"),
        ("same_as(resnet51)", "resnet50"),
        ("uses(Conv2d", "no requirement"),
        ("not uses(maxpool)", "no operation is called 'maxpool'"),
        ("uses(Conv)", "Conv2d"),
        ("__import__('os') == 1", "no requirement"),
    ],
)
def test_what_cannot_be_read_says_how_it_could(line: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words.replace("(", r"\(")):
        read(line, ())


def test_what_was_not_measured_is_not_met() -> None:
    for line in ("params <= 9", "loss <= 1 in 20 steps", "rf >= 3", "shape == 10"):
        assert not read(line, ()).met(None, {})
    assert read("not same_as(vgg11)", ()).met(False, {})
    assert read("not uses(add)", ()).met(["Conv2d"], {})
    assert not read("uses(add)", ()).met(["Conv2d"], {})


def test_a_student_sees_their_own_draw() -> None:
    requirement = read("params <= 27 * C", ("C",))
    assert requirement.described({"C": 16}) == "parameters: at most 432"
    assert requirement.met(432, {"C": 16})
    assert not requirement.met(433, {"C": 16})


QUESTION = Architecture(
    id="design",
    skill="s",
    line=1,
    requires=(read("params <= 100", ()), read("rf == 5", ()), read("uses(Conv2d)", ())),
    input=(3, 8, 8),
    solution="net = nn.Conv2d(3, 1, 5)\n",
)


def test_each_requirement_is_a_verdict_and_a_share_of_the_score() -> None:
    measured: dict[str, Any] = {"params": 76, "rf": [3, 3], "uses": ["Conv2d"]}
    grade = QUESTION.with_measures(measured).grade("net = …", 0)
    assert not grade.correct
    assert grade.score == pytest.approx(2 / 3)
    assert [(part.option, part.correct) for part in grade.feedback] == [
        ("r1", True), ("r2", False), ("r3", True), (None, False)]  # fmt: skip
    assert QUESTION.with_measures({**measured, "rf": [5, 5]}).grade("net = …", 0).correct
    assert QUESTION.grade(None, 0).score == 0


def test_the_run_tells_nothing_of_what_is_required() -> None:
    spec = QUESTION.spec("net = nn.ReLU()\n").as_json()
    assert spec["options"] == {"measure": ["params", "rf", "uses"], "steps": 100, "same_as": ""}
    assert "100, " not in str({**spec, "options": None})


@pytest.mark.parametrize("raw", ["", " \n", ["a", "b"], 3, "x" * 50_000])
def test_what_is_no_code_is_refused(raw: Any) -> None:
    with pytest.raises(AnswerError):
        QUESTION.read(raw)


def test_line_ends_and_empty_lines_do_not_make_another_answer() -> None:
    assert QUESTION.read("\r\nnet = 1\r\n\r\n") == QUESTION.read(["net = 1"]) == "net = 1\n"


def test_what_an_author_writes_is_escaped_and_what_is_measured_too() -> None:
    requirement = Requirement("uses", "uses", "Conv2d", "<p>why</p>")
    assert requirement.said(["<script>"], {}).endswith("<p>why</p>")
    assert "<script>" not in Requirement("shape", "==", "3").said(["<script>"], {})


def test_the_steps_of_training_are_said() -> None:
    assert read("accuracy >= 0.9 in 150 steps", ()).described({}) == "training accuracy: at least 90 % in 150 steps"


@pytest.mark.parametrize(("sign", "found", "off"), [("==", [7, 9], "> 2 too much"), (">=", [9, 5], "> 2 short"),
                                                    ("<", [7, 3], "> 0 not beyond")])  # fmt: skip
def test_it_says_by_how_much_the_worse_side_misses(sign: str, found: list[int], off: str) -> None:
    assert off in read(f"rf {sign} 7", ()).said(found, {})


@pytest.mark.parametrize(
    ("line", "found", "words"),
    [
        ("grad_ratio >= 0.05", 4.23e-9, "> 12 million times too small."),
        ("grad_ratio <= 0.05", 40.0, "> 800 times too large."),
        ("grad_ratio >= 0.05", 0.04, "> 0.01 short."),
        ("grad_ratio >= 0.05", 0.0, "> 0.05 short."),
        ("params <= 7_000", 6_960_000, "> 990 times too large."),
    ],
)
def test_a_miss_by_far_is_told_as_a_multiple(line: str, found: float, words: str) -> None:
    assert words in read(line, ()).said(found, {})


def test_a_limit_is_grouped_as_what_is_measured() -> None:
    said = read("params <= 7_000", ()).said(6_960, {})
    assert "at most 7\u202f000; measured: <b>6\u202f960</b>" in said


WRITTEN = """:kind: architecture
:vars: C in [2, 3]
:input: 1x8x8

Do it.

require: LINE

! Why.
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("params <= 100 / (C - 2)", "division by zero when C = 2"),
        ("accuracy >= 45 * C in 100 steps", "share from 0 to 1"),
        ("uses(MaxPool)", "MaxPool2d"),
    ],
)
def test_a_limit_without_a_value_is_the_authors_to_mend(line: str, words: str) -> None:
    found = problems(f":::{{question}} q\n{WRITTEN.replace('LINE', line)}:::\n")
    assert [words in one.message for one in found if one.severity == "error"] == [True]


@pytest.mark.parametrize(
    ("line", "found", "words"),
    [
        ("not uses(MaxPool2d)", ["Conv2d", "MaxPool2d"], "does not use MaxPool2d; it uses it"),
        ("not uses(MaxPool2d)", ["Conv2d"], "does not use MaxPool2d; it does not use it"),
        ("uses(Conv2d)", ["Conv2d"], "uses Conv2d; it uses it"),
        ("same_as(vgg11)", False, "the same network as vgg11; it is another one"),
        ("not same_as(vgg11)", True, "another network than vgg11; it is that network"),
    ],
)
def test_a_verdict_says_what_was_found(line: str, found: object, words: str) -> None:
    assert words in read(line, ()).said(found, {})


def test_training_needs_the_input_of_the_digits() -> None:
    text = WRITTEN.replace("LINE", "accuracy >= 0.9 in 20 steps").replace(":input: 1x8x8\n", "")
    found = problems(f":::{{question}} q\n{text}:::\n")
    assert ["write ':input: 1x8x8'" in one.message for one in found if one.severity == "error"] == [True]
