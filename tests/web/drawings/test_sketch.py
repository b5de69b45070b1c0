"""A drawing of a race: read from a form, kept as text, and refused where it is none."""

import math
import re

import pytest

from app.lab.messages import LabError
from app.lab.race import entries
from app.web.drawings import sketch
from app.web.drawings.race_board import board, loss, waiting

RACE = {"depths": [20, 56], "skip": ["off", "on"], "arena": "batch-norm", "steps": 150, "seeds": 1, "width": 8}
DOWN = ["0.35", "-0.5", "-1", "-1.25", "-2"]


def fields(**curves: list[str]) -> list[tuple[str, object]]:
    return [(f"guess.{name.replace('_', '-')}", value) for name, values in curves.items() for value in values]


def test_a_form_is_read_and_comes_back_from_its_text() -> None:
    drawn = sketch.read(fields(plain_20=DOWN, residual_56=["1", "0", "-4", "−1.5", "-0.05"]), RACE)
    assert drawn.levels == {"plain-20": (0.35, -0.5, -1, -1.25, -2), "residual-56": (1, 0, -4, -1.5, -0.05)}
    assert sketch.parse(drawn.text) == drawn
    assert re.fullmatch(r"[\w.~-]+", drawn.text, re.ASCII), "it can stand in an address as it is"


def test_six_drawn_nets_can_be_kept() -> None:
    race = {**RACE, "depths": [104, 110, 152]}
    every = [(f"guess.{net.name}", f"-1.{k}5") for net in entries(race) for k in range(5)]
    drawn = sketch.read(every, race)
    assert sketch.parse(drawn.text) == drawn


def test_points_stand_at_equal_steps_and_are_losses() -> None:
    drawn = sketch.read(fields(plain_20=DOWN), RACE)
    assert [step for step, _ in drawn.curve("plain-20")] == [0, 37.5, 75, 112.5, 150]
    assert drawn.curve("plain-20")[2][1] == pytest.approx(0.1)
    assert drawn.end("plain-20") == pytest.approx(0.01)
    assert drawn.end("plain-56") is None


def test_nets_that_do_not_run_are_left_out() -> None:
    drawn = sketch.read(fields(plain_20=DOWN, plain_8=DOWN), RACE)
    assert list(drawn.levels) == ["plain-20"]


@pytest.mark.parametrize(
    ("sent", "says", "mend"),
    [
        (fields(plain_20=[*DOWN[:4], "abc"]), "plain-20 at step 150, 'abc'", "from −4"),
        (fields(plain_56=["9", *DOWN[1:]]), "plain-56 at step 0, '9'", "to 1"),
        (fields(plain_20=[*DOWN[:2], "nan", *DOWN[3:]]), "plain-20 at step 75, 'nan'", "a power of ten"),
        (fields(plain_20=DOWN[:3]), "3 points were drawn of plain-20", "a curve has 5"),
        (fields(plain_8=DOWN), "nothing was drawn", "run without predicting"),
        ([], "nothing was drawn", "run without predicting"),
    ],
)
def test_what_is_no_drawing_is_refused_with_its_place_and_a_mend(
    sent: list[tuple[str, object]], says: str, mend: str
) -> None:
    with pytest.raises(LabError) as refused:
        sketch.read(sent, RACE)
    assert says in refused.value.message
    assert mend in refused.value.mend


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain, 56 layers",
        "batch-norm_150_8",
        "batch-norm_150_8~plain-20_0_0_0_0",
        "batch-norm_150_8~plain-20_0_0_0_0_5",
        "batch-norm_150_8~wide-20_0_0_0_0_0",
        "elsewhere_150_8~plain-20_0_0_0_0_0",
        "batch-norm_150_8" + "~plain-20_0_0_0_0_0" * 7,
        "batch-norm_150_8~plain-20_0_0_0_0_0" + "x" * 10_000,
    ],
)
def test_other_text_is_no_drawing(text: str) -> None:
    assert sketch.parse(text) is None


def test_it_belongs_to_races_of_the_same_kind_whatever_nets_and_seeds() -> None:
    drawn = sketch.read(fields(plain_20=DOWN), RACE)
    assert drawn.fits({**RACE, "seeds": 5, "depths": [20]})
    for other in ({"arena": "bare"}, {"steps": 300}, {"width": 4}):
        assert not drawn.fits({**RACE, **other})


def test_the_empty_chart_has_five_points_a_net_at_guessing() -> None:
    found = board(RACE)
    assert [net.name for net in found.nets] == ["plain-20", "residual-20", "plain-56", "residual-56"]
    assert [(net.tone, net.rank) for net in found.nets] == [("red", 0), ("blue", 0), ("red", 1), ("blue", 1)]
    assert {point.level for net in found.nets for point in net.points} == {sketch.GUESSING}
    assert pytest.approx(math.log10(math.log(10)), abs=sketch.STEP / 2) == sketch.GUESSING
    assert [point.step for point in found.nets[0].points] == [0, 38, 75, 112, 150]


def test_the_empty_chart_keeps_what_was_drawn() -> None:
    found = board(RACE, sketch.read(fields(plain_56=DOWN), RACE))
    assert [point.level for point in found.nets[2].points] == [0.35, -0.5, -1, -1.25, -2]
    assert [point.loss for point in found.nets[2].points] == ["2.2", "0.32", "0.1", "0.056", "0.01"]


def test_more_nets_than_can_race_are_said() -> None:
    found = board({**RACE, "depths": [8, 14, 20, 26]})
    assert (found.fits, len(found.chosen), found.most) == (False, 8, 6)


def test_the_style_sheet_puts_the_sliders_over_the_plot() -> None:
    """static/css/board.css says these sides again, since no style may stand in the page."""
    found = board(RACE)
    assert [(p.width, p.height, p.left, p.width - p.right, p.top, p.height - p.bottom) for p in (
        found.wide, found.narrow)] == [(640, 380, 50, 16, 34, 44), (286, 360, 50, 16, 34, 44)]  # fmt: skip


def test_until_the_first_steps_the_drawing_is_there_at_its_place() -> None:
    drawn = sketch.read(fields(plain_20=DOWN, residual_20=DOWN), RACE)
    wide, _ = waiting(drawn)
    assert [curve.path for curve in wide.curves] == ["", ""]
    ys = [y for _, y in wide.curves[0].spots]
    assert ys == sorted(ys), "a falling loss is drawn downwards"
    empty = board(RACE).wide
    assert (wide.top, wide.bottom, wide.up) == (empty.top, empty.bottom, empty.up)


@pytest.mark.parametrize(("level", "words"), [(-4, "0.0001"), (-1.3, "0.05"), (0.35, "2.2"), (1, "10")])
def test_levels_are_said_as_losses(level: float, words: str) -> None:
    assert loss(level) == words
