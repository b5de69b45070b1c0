"""Bars of lesions: each as high as its accuracy, on the axis that stands beside them."""

import re
from itertools import pairwise
from typing import Any

import pytest

from app.web.drawings.lesion_figure import lesions

RESULT: dict[str, Any] = {
    "what": "remove",
    "nets": [
        {"name": "plain-8", "skip": "off", "whole": 1.0, "blocks": [0.5, None, None], "several": [0.5]},
        {"name": "residual-8", "skip": "on", "whole": 0.75, "blocks": [0.75, 0.25, 0.1], "several": [0.4, 0.3, 0.2]},
    ],
}


@pytest.mark.parametrize("cut", ["wide", "narrow"])
def test_a_bar_ends_where_the_axis_says_its_accuracy(cut: str) -> None:
    bars = getattr(lesions(RESULT), cut)
    axis = {share: y for y, share in bars.up}
    assert list(axis) == [0, 25, 50, 75, 100]
    tops = [bar.y for bar in bars.bars]
    assert tops[:3] == pytest.approx([axis[50], axis[75], axis[25]])
    assert tops[3] == pytest.approx(bars.chance), "guessing is one in ten"
    assert all(bar.y + bar.height == pytest.approx(axis[0]) for bar in bars.bars)
    assert [y for _, y in bars.whole] == pytest.approx([axis[100], axis[75]])


def test_several_lesions_are_counted_from_none_and_end_where_the_table_ends() -> None:
    several = lesions(RESULT).several
    assert several
    for plot in several:
        assert [tick.text for tick in plot.across] == ["0", "1", "2", "3"]
        share = {float(tick.text) / 100: tick.at for tick in plot.up}
        plain, residual = ([float(word) for word in re.findall(r"[\d.]+", curve.path)] for curve in plot.curves)
        assert plain[:2] == pytest.approx([plot.across[0].at, share[1.0]], abs=0.1), "the whole net stands at 0"
        assert residual[-2:] == pytest.approx([plot.across[3].at, share[0.2]], abs=0.1)
        led = [float(word) for word in re.findall(r"[\d.]+", plot.curves[0].leader)]
        assert led[:2] == pytest.approx(plain[-2:], abs=0.1), "a leader starts where its curve ends"


@pytest.mark.parametrize("cut", ["wide", "narrow"])
def test_bars_stand_side_by_side_within_the_drawing(cut: str) -> None:
    bars = getattr(lesions(RESULT), cut)
    spans = sorted((bar.x, bar.x + bar.width) for bar in bars.bars)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert bars.left <= spans[0][0]
    assert spans[-1][1] <= bars.right
    assert [tone for tone, _ in bars.missing] == ["red", "red"]


def test_the_tables_hold_what_the_bars_show() -> None:
    one, several = lesions(RESULT).tables
    assert one.rows == [["none", 1.0, 0.75], [1, 0.5, 0.75], [2, None, 0.25], [3, None, 0.1]]
    assert several.rows == [[1, 0.5, 0.4], [2, None, 0.3], [3, None, 0.2]]
    assert [read.value for read in lesions(RESULT).reads] == ["50 %", "37 %"]
