import pytest

from app.web.drawings.log_chart import LEADING, LETTER, Chart, Curve, chart


def drawn(*curves: Curve, width: float = 560.0) -> Chart:
    found = chart(curves, width)
    assert found is not None
    return found


def falling(name: str, depth: int, decades: float, tone: str = "red") -> Curve:
    return Curve(name, tone, [10 ** (decades * (1 - k / (depth - 1))) for k in range(depth)])  # type: ignore[arg-type]


def test_one_power_of_ten_is_one_step_up() -> None:
    one = drawn(Curve("c", "red", [0.01, 0.1, 1.0]))
    ys = [float(part.split()[1]) for part in one.curves[0].path[1:].split("L")]
    assert ys[0] - ys[1] == pytest.approx(ys[1] - ys[2], abs=0.2)
    assert ys[0] > ys[2]


def test_curves_of_different_depth_meet_at_the_loss() -> None:
    one = drawn(falling("plain-20", 20, -2), falling("plain-56", 56, -6))
    ends = [curve.path.split("L")[-1] for curve in one.curves]
    assert ends[0] == ends[1]
    assert one.curves[0].dot[0] > one.curves[1].dot[0]


def test_zeros_stand_on_the_floor_and_the_line_is_broken_there() -> None:
    one = drawn(Curve("c", "red", [0.0, 0.0, 1e-3, 1.0]))
    assert one.floor is not None
    assert one.floor > one.bottom
    assert one.curves[0].dot[1] == one.floor
    assert one.curves[0].zeros.count("M") == 2
    assert one.curves[0].path.count("L") == 1
    assert one.curves[0].value == "underflow"


def test_there_is_no_floor_without_zeros() -> None:
    assert drawn(falling("c", 8, -3)).floor is None


def test_nothing_above_zero_is_no_chart() -> None:
    assert chart([Curve("c", "red", [0.0, 0.0])]) is None


@pytest.mark.parametrize("width", [560.0, 330.0])
def test_names_do_not_hide_each_other_and_stay_inside(width: float) -> None:
    names = ["plain-8", "residual-8", "plain-20", "residual-20", "plain-56", "residual-56"]
    curves = [
        falling(name, int(name.split("-")[1]), -0.4 * (1 + k), "blue" if "res" in name else "red")
        for k, name in enumerate(names)
    ]
    one = drawn(*curves, width=width)
    boxes = [(c.label[0], c.label[1], len(f"{c.name}, {c.value}") * LETTER) for c in one.curves]
    for k, (x, y, wide) in enumerate(boxes):
        assert x + wide <= width
        for u, v, other in boxes[:k]:
            assert abs(y - v) >= LEADING or x > u + other or u > x + wide


@pytest.mark.parametrize("decades", [-0.2, -7, -38])
def test_ticks_are_few_and_inside(decades: float) -> None:
    one = drawn(falling("c", 56, decades))
    assert 2 <= len(one.up) <= 10
    assert all(one.top <= tick.at <= one.bottom for tick in one.up)
    assert 2 <= len(one.across) <= 6
