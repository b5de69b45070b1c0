"""The race as a drawing: every curve within the plot, every name legible beside its end."""

import itertools
import re
from typing import Any

import pytest

from app.web.drawings.curves import LEADING, LETTER
from app.web.drawings.race_figure import Race, race


def series(name: str, loss: list[list[float | None]], skip: str = "off") -> dict[str, Any]:
    accuracy = [[0.1 * (k % 10) for k in range(len(curve))] for curve in loss]
    final = {"loss": [curve[-1] for curve in loss], "accuracy": [curve[-1] for curve in accuracy]}
    return {"name": name, "depth": 20, "skip": skip, "loss": loss, "accuracy": accuracy, "final": final}


def drawn(*of: dict[str, Any], steps: int = 40, every: int = 1) -> Race:
    done = len(of[0]["loss"][0]) * every
    chance = {"loss": 2.302585, "accuracy": 0.1}
    return race({"series": list(of), "every": every, "steps": done, "of": steps, "chance": chance, "arena": "bare"})


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
