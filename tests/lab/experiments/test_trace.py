"""A forward pass step by step: torch's own values, one operation at a time."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from app.lab import language
from app.lab.catalogue import spec
from app.lab.experiments import run, trace
from app.lab.experiments.build import build
from app.lab.headlines import headline
from app.lab.messages import Cancelled, LabError
from tests.lab.experiments.reports import Reports
from tests.lab.programs import PROGRAMS


def traced(code: str, input: str = "3x8x8", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = run(spec("trace", code=code, input=input, **more), Reports())
    return found


def test_values_are_those_of_torch() -> None:
    result = traced("net = nn.Sequential(nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())", seed=3)
    image = torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(3))[0]
    by_hand = [image, image.relu(), F.max_pool2d(image.relu(), 2), F.max_pool2d(image.relu(), 2).flatten()]
    for step, value in zip([result["input"], *result["steps"]], by_hand, strict=True):
        assert step["shape"] == list(value.shape)
        assert step["mean"] == pytest.approx(value.mean().item(), rel=1e-4, abs=1e-6)
        assert step["std"] == pytest.approx(value.var(correction=0).sqrt().item(), rel=1e-4)
        assert (step["min"], step["max"]) == pytest.approx((value.min().item(), value.max().item()), rel=1e-4)
        assert step["zeros"] == pytest.approx((value == 0).float().mean().item())


def test_a_histogram_counts_every_value_once() -> None:
    values = torch.tensor([0.0, 0.1, 0.5, 0.99, 1.0])
    found = trace.statistics(values)["histogram"]
    assert found == [1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2]
    assert trace.statistics(torch.ones(3))["histogram"] is None


def test_what_is_not_finite_is_said() -> None:
    known = trace.statistics(torch.tensor([1.0, float("inf"), 0.0, 0.0]))
    assert known["mean"] is None
    assert known["zeros"] == 0.5
    (step,) = traced("net = lambda x: x / 0.0 * 0.0")["steps"][-1:]
    assert step["std"] is None


@pytest.mark.parametrize("name", ["squeeze and excitation", "unet", "functional weights", "shufflenet", "in place"])
def test_every_operation_is_shown_in_its_order(name: str) -> None:
    code, input = PROGRAMS[name]
    result = traced(code, "x".join(map(str, input)))
    wanted = build(language.read(code, input)).nodes[1:]
    assert [(s["name"], tuple(s["shape"]), s["line"]) for s in result["steps"]] == [
        (node.name, node.shape, node.line) for node in wanted
    ]
    for place, step in enumerate(result["steps"]):
        assert all(-1 <= source < place for source in step["inputs"])


def test_batch_norms_use_the_batch_they_see() -> None:
    steps = traced("net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8))", "3x32x32")["steps"]
    assert steps[-1]["std"] == pytest.approx(1, abs=0.1)
    assert abs(steps[-1]["mean"]) < 0.1


def test_a_deep_network_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "ROWS", 3)
    result = traced("net = nn.Sequential(*[nn.ReLU() for i in range(9)])")
    assert len(result["steps"]) == 3
    assert "first 3 of 9" in result["notes"][-1][1]


def test_too_large_a_pass_is_refused() -> None:
    with pytest.raises(LabError, match="too large"):
        traced("net = nn.Sequential(*[nn.Conv2d(3, 3, 31, padding=15) for i in range(8)])", "3x1024x1024")


def test_it_stops_between_operations() -> None:
    with pytest.raises(Cancelled):
        run(spec("trace", network="cifar_resnet20_a"), Reports(stop_after=3))


def test_the_headline_is_the_last_spread() -> None:
    result = traced("net = nn.ReLU()")
    assert headline("trace", "std", result) == f"{result['steps'][-1]['std']:.2g}"
