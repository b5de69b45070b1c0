"""The loss around a net: the paper's normalisation, shared points, and what must hold of any landscape."""

import math
from fractions import Fraction
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from app.lab.catalogue import spec
from app.lab.experiments import digits, landscape, run
from app.lab.headlines import headline
from app.lab.messages import Cancelled, LabError
from tests.lab.experiments.reports import Reports

QUICK = {"depth": 8, "skip": ["on"], "steps": 20, "grid": 17}


@pytest.fixture(scope="module")
def reports() -> Reports:
    return Reports()


@pytest.fixture(scope="module")
def result(reports: Reports) -> dict[str, Any]:
    return run(spec("landscape", options={**QUICK, "skip": ["off", "on"]}), reports)


def test_each_filter_of_a_direction_has_the_nets_own_norm() -> None:
    """Li et al. 2018, section 4: d ← d / ‖d‖ · ‖w‖, filter by filter; biases and batch norms stay."""
    one = landscape.plane(8, "on", 0, torch.device("cpu"))
    landscape.settle(one, 0)
    for weight, first, second in zip(one.net.parameters(), *one.directions, strict=True):
        if weight.dim() == 1:
            assert not first.any()
            continue
        for direction in (first, second):
            torch.testing.assert_close(direction.flatten(1).norm(dim=1), weight.flatten(1).norm(dim=1))
        assert not torch.allclose(first, second)
    before = one.directions[0][0]
    landscape.settle(one, 1)
    assert not torch.allclose(one.directions[0][0], before), "another seed looks another way"


def test_in_the_middle_stands_the_net_itself() -> None:
    one = landscape.plane(8, "off", 1, torch.device("cpu"))
    landscape.settle(one, 1)
    images, labels = (tensor[: landscape.IMAGES] for tensor in digits.load())
    with torch.no_grad():
        own = F.cross_entropy(one.net.train()(images), labels).item()
    assert one.loss(Fraction(0), Fraction(0), images, labels) == pytest.approx(own, rel=1e-6)
    away = one.loss(Fraction(1, 2), Fraction(-1, 4), images, labels)
    with torch.no_grad():
        for weight, at, first, second in zip(one.net.parameters(), one.centre, *one.directions, strict=True):
            weight.copy_(at + 0.5 * first - 0.25 * second)
        assert F.cross_entropy(one.net(images), labels).item() == pytest.approx(away, rel=1e-6)


@pytest.mark.parametrize(
    ("height", "count"),
    [
        (lambda x, y: x * x + y * y, 1),
        (lambda x, y: math.cos(3 * math.pi * x) + math.cos(3 * math.pi * y), 4),
        (lambda x, y: x + y, 0),
        (lambda x, y: 1.0, 0),
    ],
)
def test_minima_of_known_surfaces(height: Any, count: int) -> None:
    axis = [k / 8 - 1 for k in range(17)]
    assert landscape.minima([[height(x, y) for y in axis] for x in axis]) == count


def test_a_minimum_on_the_border_does_not_count() -> None:
    assert landscape.minima([[0.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]) == 0


def test_finer_grids_hold_the_coarser_ones(reports: Reports, result: dict[str, Any]) -> None:
    sides = [[net["side"] for net in partial["nets"]] for partial in reports.partials]  # type: ignore[index,call-overload,union-attr]
    assert sides == [[9], [9, 9], [17, 9], [17, 17]]
    coarse: Any = reports.partials[1]["nets"]
    for before, after in zip(coarse, result["nets"], strict=True):
        assert before["grid"] == [row[::2] for row in after["grid"][::2]]
        assert before["centre"] == after["centre"] == pytest.approx(after["grid"][8][8], rel=1e-4)


def test_progress_only_goes_on(reports: Reports, result: dict[str, Any]) -> None:
    shares = [done / of for _, done, of in reports.steps]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1, abs=0.02)
    assert result["nets"]


def test_a_trained_net_lies_low(result: dict[str, Any]) -> None:
    for net in result["nets"]:
        assert net["lowest"] <= net["centre"] < 0.5 * net["highest"]
    assert headline("landscape", "minima", result).startswith("plain-8: ")


def test_it_stops_between_points() -> None:
    with pytest.raises(Cancelled):
        run(spec("landscape", options={**QUICK, "steps": 0}), Reports(stop_after=4))


def test_too_much_work_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landscape, "WORK", 8 * (20 + 115) - 1)
    with pytest.raises(LabError, match="times the work"):
        run(spec("landscape", options=QUICK), Reports())
