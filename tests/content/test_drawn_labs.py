"""``:draw:`` in a lab: one line asks for a race to be drawn, and a misuse is told at its place."""

import pytest

from app.content.course import Lab, LabBlock
from tests.content.courses import HEAD, problems, read

RACE = ":::{lab} race\n:show: degradation\n"
#: The line of the first option after ``:show:``.
NEXT = HEAD.count("\n") + 3
CODE = "\nnet = nn.Conv2d(3, 8, 3)\n"


def lab(text: str) -> Lab:
    found = read(text)
    assert [str(one) for one in found.diagnostics] == []
    (block,) = [block for section in found.sections for block in section.blocks if isinstance(block, LabBlock)]
    return block.lab


def test_one_line_asks_for_a_drawing() -> None:
    found = lab(f"{RACE}:draw: loss\n:::\n")
    assert found.draw == "loss"
    assert found.predict_html == "Where do you expect the training loss of each net to go?"


def test_the_question_can_be_put_in_other_words() -> None:
    found = lab(f"{RACE}:draw: loss\n:predict: Which net *wins*?\n:::\n")
    assert found.draw == "loss"
    assert "<em>wins</em>" in found.predict_html


def test_without_the_line_nothing_is_drawn() -> None:
    assert lab(f"{RACE}:::\n").draw == ""


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        (f":::{{lab}} one\n:show: parameters\n:draw: loss\n{CODE}:::\n", "B106", NEXT, "show 'degradation'"),
        (f"{RACE}:draw: accuracy\n:::\n", "B105", NEXT, "write ':draw: loss'"),
        (f"{RACE}:draw:\n:::\n", "B105", NEXT, "write ':draw: loss'"),
        (f"{RACE}:draw: loss\n:reveals: loss\n:::\n", "B106", NEXT + 1, "leave ':reveals:' or ':draw:' out"),
        (f"{RACE}:draw: loss\n:choices: a, b\n:::\n", "B106", NEXT + 1, "leave ':choices:' or ':draw:' out"),
        (f"{RACE}:draw: loss\n:depths: 8, 14, 20, 26\n:::\n", "B106", NEXT + 1, "8 nets are too many"),
        (f"{RACE}:drew: loss\n:::\n", "D103", NEXT, "did you mean 'draw'"),
    ],
)
def test_a_misuse_is_told_at_its_place_with_what_mends_it(text: str, code: str, line: int, says: str) -> None:
    (found,) = problems(text)
    assert (found.code, found.line) == (code, line)
    assert says in found.message
