"""The race as a drawing: every curve within the plot, every name legible beside its end."""

import itertools
import re
from typing import Any

import pytest

from app.web.drawings.curves import LEADING, LETTER
from app.web.drawings.race_figure import Race, race
from app.web.drawings.sketch import GUESSING, Sketch


def series(name: str, loss: list[list[float | None]], skip: str = "off") -> dict[str, Any]:
    accuracy = [[0.1 * (k % 10) for k in range(len(curve))] for curve in loss]
    final = {"loss": [curve[-1] for curve in loss], "accuracy": [curve[-1] for curve in accuracy]}
    return {"name": name, "depth": 20, "skip": skip, "loss": loss, "accuracy": accuracy, "final": final}


def drawn(*of: dict[str, Any], steps: int = 40, every: int = 1, sketch: Sketch | None = None) -> Race:
    done = len(of[0]["loss"][0]) * every
    chance = {"loss": 2.302585, "accuracy": 0.1}
    return race(
        {"series": list(of), "every": every, "steps": done, "of": steps, "chance": chance, "arena": "bare"}, sketch
    )


def numbers(path: str) -> list[float]:
    return [float(word) for word in re.findall(r"-?[\d.]+", path)]


SIX = [series(f"{kind}-1{n}0", [[2.0, 1.0 / (n + 1), 0.01]], skip) for n in range(3) for kind, skip in
       (("plain", "off"), ("residual", "on"))]  # fmt: skip


@pytest.mark.parametrize("cut", ["wide", "narrow"])
def test_nothing_leaves_the_plot_and_no_two_names_meet(cut: str) -> None:
    for measure in drawn(*SIX).measures:
        plot = getattr(measure, cut)
        for curve in plot.curves:
            xs, ys = numbers(curve.path)[::2], numbers(curve.path)[1::2]
            assert plot.left <= min(xs) <= max(xs) <= plot.right
            assert plot.top <= min(ys) <= max(ys) <= plot.bottom
            assert curve.label[0] + len(curve.name) * LETTER <= plot.width
        heights = sorted(curve.label[1] for curve in plot.curves)
        assert all(b - a >= LEADING - 0.01 for a, b in itertools.pairwise(heights))
        assert heights[-1] <= plot.bottom + 4.01


def test_a_band_holds_every_seed_and_the_line_is_their_median() -> None:
    (curve,) = drawn(series("plain-20", [[1.0, 1.0], [0.1, 0.1], [0.5, 0.5]])).measures[0].wide.curves
    middle = set(numbers(curve.path)[1::2])
    edges = set(numbers(curve.band)[1::2])
    assert len(middle) == 1
    assert min(edges) < min(middle) < max(edges)


def test_names_go_along_with_the_curves_and_stand_still_over_a_drawing() -> None:
    plot = drawn(series("plain-20", [[1.0, 0.5]]), steps=40).measures[0].wide
    (curve,) = plot.curves
    assert max(numbers(curve.leader)[::2]) - max(numbers(curve.path)[::2]) < LETTER * 2
    assert curve.label[0] < plot.right
    sketch = Sketch("bare", 40, 8, {"plain-20": (GUESSING,) * 5})
    over = drawn(series("plain-20", [[1.0, 0.5]]), steps=40, sketch=sketch).measures[0].wide
    assert over.curves[0].label[0] > over.right, "a name does not hide what was drawn"


def test_one_seed_has_no_band() -> None:
    (curve,) = drawn(series("plain-20", [[1.0, 0.5]])).measures[0].wide.curves
    assert curve.band == ""


def test_a_loss_that_is_no_number_leaves_a_gap() -> None:
    found = drawn(series("plain-20", [[1.0, 0.9, None, 0.7, 0.6]]))
    (curve,) = found.measures[0].wide.curves
    assert curve.path.count("M") == 2
    assert [row[1] for row in found.tables[1].rows] == [1.0, 0.9, None, 0.7, 0.6]


def test_what_is_not_yet_run_is_left_white() -> None:
    (curve,) = drawn(series("plain-20", [[1.0] * 10]), steps=40).measures[0].wide.curves
    plot = drawn(series("plain-20", [[1.0] * 10]), steps=40).measures[0].wide
    assert max(numbers(curve.path)[::2]) < plot.left + (plot.right - plot.left) * 0.26


def test_guessing_is_drawn_where_it_is() -> None:
    plot = drawn(series("plain-20", [[2.302585, 2.302585]])).measures[0].wide
    assert plot.chance is not None
    assert numbers(plot.curves[0].path)[1::2] == pytest.approx([plot.chance[0]] * 2, abs=0.06)


def test_deeper_nets_of_a_kind_are_dashed_otherwise() -> None:
    ranks = [(curve.tone, curve.rank) for curve in drawn(*SIX).measures[0].wide.curves]
    assert len(set(ranks)) == 6


def test_thinned_curves_say_up_to_which_step() -> None:
    found = drawn(series("plain-20", [[1.0, 0.5]]), every=10)
    assert [row[0] for row in found.tables[1].rows] == [10, 20]
    assert "20 of 40 steps" in found.text


SKETCH = Sketch("bare", 3, 8, {"plain-110": (0.35, 0.0, -0.5, -0.75, -1.0)})


def test_what_was_drawn_lies_over_the_curve_on_its_own_scale() -> None:
    found = drawn(*SIX, steps=3, sketch=SKETCH)
    loss, accuracy = found.measures
    said = {curve.name: curve for curve in loss.wide.curves if curve.said}
    assert list(said) == ["plain-110"]
    spots = said["plain-110"].spots
    assert [x for x, _ in spots] == pytest.approx(
        [loss.wide.left + (loss.wide.right - loss.wide.left) * k / 4 for k in range(5)]
    )
    decade = (loss.wide.bottom - loss.wide.top) / 5
    assert spots[1][1] == pytest.approx(loss.wide.top + decade), "a loss of 1 is one decade below the top, 10"
    assert spots[4][1] == pytest.approx(loss.wide.top + 2 * decade)
    assert not any(curve.said for curve in accuracy.wide.curves), "only the loss was drawn"


def test_what_was_drawn_is_compared_in_words_once_the_race_is_over() -> None:
    assert drawn(*SIX, steps=3, sketch=SKETCH).compared == ("You drew plain-110 at 0.1; it ended at 0.01.",)
    under_way = drawn(*SIX, steps=40, sketch=SKETCH)
    assert under_way.compared == ("You drew plain-110 at 0.1.",)
    assert "You drew plain-110 at 0.1." in under_way.text
    assert drawn(*SIX, steps=3).compared == ()


def test_a_net_that_was_left_at_guessing_is_said_to_be_there() -> None:
    left = Sketch("bare", 3, 8, {"plain-110": (GUESSING,) * 5})
    assert drawn(*SIX, steps=3, sketch=left).compared == ("You drew plain-110 at guessing; it ended at 0.01.",)


def test_the_table_holds_what_was_drawn() -> None:
    ends = drawn(*SIX, steps=3, sketch=SKETCH).tables[0]
    assert ends.columns[-1] == "loss that you drew"
    assert {row[0]: row[-1] for row in ends.rows}["plain-110"] == 0.1
    assert [row[-1] for row in ends.rows].count(None) == 5
    assert drawn(*SIX, steps=3).tables[0].columns[-1] == "highest accuracy, %", "and nothing where nothing was"


def test_the_tables_say_how_far_apart_the_seeds_ended_and_count_in_per_cent() -> None:
    one = series("plain-8", [[1.0, 0.9], [1.0, 0.5]])
    one["accuracy"], one["final"]["accuracy"] = [[0.1, 0.85469], [0.2, 0.90781]], [0.85469, 0.90781]
    ends, _, accuracy = drawn(one).tables
    assert dict(zip(ends.columns, ends.rows[0], strict=True)) == {
        "net": "plain-8",
        "loss": "0.7",
        "accuracy": "88 %",
        "lowest loss": 0.5,
        "highest loss": 0.9,
        "lowest accuracy, %": 85.47,
        "highest accuracy, %": 90.78,
    }
    assert accuracy.caption.startswith("training accuracy, %")
    assert [row[1] for row in accuracy.rows] == [15.0, 88.12]


def test_a_race_of_one_depth_compares_no_depths() -> None:
    assert not drawn(series("plain-20", [[1.0]]), series("residual-20", [[1.0]], "on")).several
    deeper = series("plain-56", [[1.0]]) | {"depth": 56}
    assert drawn(series("plain-20", [[1.0]]), deeper).several


def at(depth: int, *of: str) -> list[dict[str, Any]]:
    return [{**series(f"{kind}-{depth}", [[2.0, 0.5]], "on" if kind == "residual" else "off"), "depth": depth}
            for kind in of]  # fmt: skip


def test_each_depth_says_where_its_nets_ended() -> None:
    found = drawn(*at(8, "plain", "residual"), *at(20, "plain"), steps=2)
    assert [(depth.layers, depth.words.replace("\u00a0", " ")) for depth in found.depths] == [
        (8, "plain-8 ended at a loss of 0.5 and 10 % accuracy; residual-8 ended at a loss of 0.5 and 10 % accuracy."),
        (20, "plain-20 ended at a loss of 0.5 and 10 % accuracy."),
    ]
    assert [curve.depth for curve in found.measures[0].wide.curves] == [8, 8, 20]


def test_one_depth_or_a_race_under_way_has_none_to_choose() -> None:
    assert drawn(*at(8, "plain", "residual"), steps=2).depths == ()
    assert drawn(*at(8, "plain"), *at(20, "plain"), steps=40).depths == ()
