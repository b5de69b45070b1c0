"""Maps and surfaces of a loss: lines where the height is, patches within the drawing."""

import math
import re
from typing import Any

import pytest

from app.web.drawings.contours import contour, levels, surface
from app.web.drawings.landscape_figure import HIGH, SIDE, WIDE, landscape


def grid(side: int, height: Any) -> list[list[float]]:
    axis = [2 * k / (side - 1) - 1 for k in range(side)]
    return [[height(x, y) for y in axis] for x in axis]


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)]


def test_the_line_of_a_cone_is_a_circle() -> None:
    """Of exp(r) the line at exp(0.5) is the circle of radius one half, up to the grid's coarseness."""
    found = points(contour(grid(25, lambda x, y: math.exp(math.hypot(x, y))), math.exp(0.5), 200.0))
    assert len(found) > 20
    for x, y in found:
        assert math.hypot(x - 100, y - 100) == pytest.approx(50, abs=1.5)


def test_first_direction_goes_right_and_second_up() -> None:
    found = points(contour(grid(3, lambda x, y: math.exp(x)), 1.0, 100.0))
    assert {x for x, _ in found} == {50.0}
    found = points(contour(grid(3, lambda x, y: math.exp(y)), math.exp(-0.5), 100.0))
    assert {y for _, y in found} == {75.0}


def test_a_height_that_is_not_reached_has_no_line() -> None:
    assert contour(grid(5, lambda x, y: 2.0), 1.0, 10.0) == ""


@pytest.mark.parametrize(("low", "high"), [(0.001, 7.0), (0.5, 0.9), (1.0, 1.01), (1e-6, 1e6)])
def test_levels_are_few_and_between(low: float, high: float) -> None:
    found = levels(low, high)
    assert found == sorted(found)
    assert len(found) <= 13
    assert all(low < level < high for level in found)


def test_a_surface_stays_in_its_drawing_and_is_painted_from_behind() -> None:
    facets = surface(grid(9, lambda x, y: math.exp(x * x + y * y)), 1.0, math.exp(2), WIDE, HIGH)
    assert len(facets) == 64
    for facet in facets:
        assert 0 <= facet.shade <= 1
        for x, y in points(facet.path):
            assert -0.1 <= x <= WIDE + 0.1
            assert -0.1 <= y <= HIGH + 0.1
    assert points(facets[0].path)[0][0] == WIDE / 2
    assert points(facets[-1].path)[2] == pytest.approx((WIDE / 2, HIGH / 2), abs=0.2)


def net(name: str, skip: str, height: Any) -> dict[str, Any]:
    rows = grid(9, height)
    flat = [value for row in rows for value in row]
    known = {"side": 9, "grid": rows, "minima": 1, "centre": rows[4][4], "lowest": min(flat), "highest": max(flat)}
    return {"name": name, "skip": skip, **known}


def test_both_nets_are_drawn_on_one_scale() -> None:
    view = landscape(
        {
            "extent": 1.0,
            "nets": [
                net("plain-20", "off", lambda x, y: 1 + x * x + y * y),
                net("residual-20", "on", lambda x, y: 0.1 + 9 * (x * x + y * y)),
            ],
        }
    )
    assert [one.tone for one in view.nets] == ["red", "blue"]
    assert (view.low, view.high) == ("0.1", "18.1")
    assert {line.loss for line in view.nets[0].lines} <= set(view.levels)
    assert view.nets[0].dents == ((SIDE / 2, SIDE / 2),)
    assert len(view.tables) == 3
    assert "1 inner minimum" in view.nets[0].text


def test_a_dot_lies_within_the_lines_around_its_minimum() -> None:
    bowl = net("plain-20", "off", lambda x, y: math.exp((x - 0.5) ** 2 + (y + 0.25) ** 2))
    (found,) = landscape({"nets": [bowl], "extent": 1.0}).nets
    assert found.dents == ((0.75 * SIDE, 0.625 * SIDE),)
    around = points(contour(bowl["grid"], 1.03, SIDE))
    assert min(x for x, _ in around) < found.dents[0][0] < max(x for x, _ in around)
    assert min(y for _, y in around) < found.dents[0][1] < max(y for _, y in around)
