import re
from itertools import pairwise

import pytest

from app.web.drawings.labels import LEADING, LETTER
from app.web.drawings.log_chart import Chart, Curve, Drawn, chart


def drawn(*curves: Curve, width: float = 560.0) -> Chart:
    found = chart([curves], width)
    assert found is not None
    return found


def heights(path: str) -> list[float]:
    return [float(point.split()[1]) for point in re.split("[ML]", path.replace("Z", "")) if point]


def box(curve: Drawn) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a curve's name as it is drawn."""
    x, y = curve.label
    return x, y - 10, x + len(f"{curve.name}, {curve.value}") * LETTER, y + 3


def falling(name: str, depth: int, decades: float, tone: str = "red") -> Curve:
    return Curve(name, tone, [10 ** (decades * (1 - k / (depth - 1))) for k in range(depth)])  # type: ignore[arg-type]


def test_one_power_of_ten_is_one_step_up() -> None:
    one = drawn(Curve("c", "red", [0.01, 0.1, 1.0]))
    ys = [float(part.split()[1]) for part in one.frames[0][0].path[1:].split("L")]
    assert ys[0] - ys[1] == pytest.approx(ys[1] - ys[2], abs=0.2)
    assert ys[0] > ys[2]


def test_curves_of_different_depth_meet_at_the_loss() -> None:
    one = drawn(falling("plain-20", 20, -2), falling("plain-56", 56, -6))
    ends = [curve.path.split("L")[-1] for curve in one.frames[0]]
    assert ends[0] == ends[1]
    assert one.frames[0][0].dot[0] > one.frames[0][1].dot[0]


def test_zeros_stand_on_the_floor_and_the_line_is_broken_there() -> None:
    one = drawn(Curve("c", "red", [0.0, 0.0, 1e-3, 1.0]))
    assert one.floor is not None
    assert one.floor > one.bottom
    assert one.frames[0][0].dot[1] == one.floor
    assert one.frames[0][0].zeros.count("M") == 2
    assert one.frames[0][0].path.count("L") == 1
    assert one.frames[0][0].value == "underflow"


def test_there_is_no_floor_without_zeros() -> None:
    assert drawn(falling("c", 8, -3)).floor is None


def test_nothing_above_zero_is_no_chart() -> None:
    assert chart([[Curve("c", "red", [0.0, 0.0])]]) is None


@pytest.mark.parametrize("width", [560.0, 330.0])
def test_names_do_not_hide_each_other_and_stay_inside(width: float) -> None:
    names = ["plain-8", "residual-8", "plain-20", "residual-20", "plain-56", "residual-56"]
    curves = [
        falling(name, int(name.split("-")[1]), -0.4 * (1 + k), "blue" if "res" in name else "red")
        for k, name in enumerate(names)
    ]
    one = drawn(*curves, width=width)
    boxes = [(c.label[0], c.label[1], len(f"{c.name}, {c.value}") * LETTER) for c in one.frames[0]]
    for k, (x, y, wide) in enumerate(boxes):
        assert x + wide <= width
        for u, v, other in boxes[:k]:
            assert abs(y - v) >= LEADING or x > u + other or u > x + wide


def test_a_name_hides_no_curve_where_there_is_room() -> None:
    """Not only at its points: a short curve has few, far apart."""
    short, long = falling("plain-8", 7, -2), falling("plain-20", 19, -7)
    level = Curve("residual-20", "blue", [1.0] * 19)
    one = drawn(short, long, level)
    for curve in one.frames[0]:
        left, top, right, bottom = box(curve)
        for other in one.frames[0]:
            points = [tuple(map(float, point.split())) for point in other.path[1:].split("L")]
            for (x, y), (u, v) in pairwise(points):
                for part in range(21):
                    at = x + (u - x) * part / 20, y + (v - y) * part / 20
                    assert not (left < at[0] < right and top < at[1] < bottom), (curve.name, other.name)


def test_a_name_that_stands_apart_has_a_line_to_it() -> None:
    crowd = [Curve(f"residual-{k}", "blue", [1.0 + k / 50] * 19) for k in range(6)]
    one = drawn(*crowd)
    for curve in one.frames[0]:
        left, top, right, bottom = box(curve)
        x, y = curve.dot
        near = max(left - x, x - right, top - y, y - bottom, 0)
        assert curve.leader or near < 30
        assert not curve.leader or near > 10
    assert any(curve.leader for curve in one.frames[0])
    assert drawn(Curve("c", "red", [1.0] * 8)).frames[0][0].leader == ""


def test_a_band_lies_between_the_lowest_and_the_highest_seed() -> None:
    one = drawn(Curve("c", "red", [0.01, 0.1, 1.0], low=[0.001, 0.05, 1.0], high=[0.1, 0.5, 1.0]))
    (curve,) = one.frames[0]
    high, low = heights(curve.band)[:3], heights(curve.band)[:2:-1]
    for above, line, below in zip(high, heights(curve.path), low, strict=True):
        assert above <= line <= below
    assert low[0] - high[0] == pytest.approx(2 * (heights(curve.path)[0] - high[0]), abs=0.3)
    assert falling("c", 8, -3).low == ()
    assert drawn(falling("c", 8, -3)).frames[0][0].band == ""


def test_a_band_reaches_down_to_the_floor_and_is_broken_where_there_is_no_number() -> None:
    low, high = [0.0, 0.01, None, 1.0, 1.0], [0.1, 0.1, None, 1.0, 1.0]
    one = drawn(Curve("c", "red", [0.01, 0.05, None, 1.0, 1.0], low, high))
    (curve,) = one.frames[0]
    assert one.floor is not None
    assert max(heights(curve.band)) == one.floor
    assert curve.band.count("M") == 2


def test_all_frames_have_one_scale() -> None:
    first, last = Curve("c", "red", [1e-6, 1e-3, 1.0]), Curve("c", "red", [1e-2, 1e-1, 1.0])
    both, alone = chart([[first], [last]]), chart([[first]])
    assert both
    assert alone
    assert both.up == alone.up
    assert both.frames[0] == alone.frames[0]
    assert heights(both.frames[1][0].path)[0] < heights(both.frames[0][0].path)[0]


@pytest.mark.parametrize("decades", [-0.2, -7, -38])
def test_ticks_are_few_and_inside(decades: float) -> None:
    one = drawn(falling("c", 56, decades))
    assert 2 <= len(one.up) <= 10
    assert all(one.top <= tick.at <= one.bottom for tick in one.up)
    assert 2 <= len(one.across) <= 6
