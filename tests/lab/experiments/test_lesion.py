"""Lesions: what each does to the order of the blocks, and that a trained net shows what the paper says."""

from typing import Any

import pytest
import torch

from app.lab.catalogue import spec
from app.lab.experiments import lesion, run
from app.lab.experiments.stack import Stack, initialise
from app.lab.headlines import headline
from app.lab.messages import Cancelled, LabError
from tests.lab.experiments.reports import Reports


def stack(skip: bool, depth: int = 14) -> Stack:
    torch.manual_seed(0)
    net = Stack(depth, 4, skip, True, "relu", channels=1)
    initialise(net, "he")
    return net


REPORTS = Reports()


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    return run(spec("lesion", options={"depth": 20, "steps": 60}), REPORTS)


def test_it_says_how_far_it_is_while_blocks_are_touched_too(result: dict[str, Any]) -> None:
    far = [done for _, done, _ in REPORTS.steps]
    assert far == sorted(far)
    assert {of for _, _, of in REPORTS.steps} == {2 * (60 + 4 * (1 + 9 + 9 * lesion.DRAWS))}
    assert far[-1] == REPORTS.steps[-1][2] - lesion.ACCURACY
    assert sum("touching" in step for step, _, _ in REPORTS.steps) == sum(
        1 + len(net["blocks"]) + lesion.DRAWS * len(net["several"]) for net in result["nets"]
    )


def test_a_residual_net_survives_what_fails_a_plain_one(result: dict[str, Any]) -> None:
    """Veit et al. 2016, figure 3: removing a layer of VGG gives chance, removing one of ResNet next to nothing."""
    plain, residual = result["nets"]
    assert residual["whole"] > 0.9
    lost = [value for value in plain["blocks"] if value is not None]
    assert sum(lost) / len(lost) < plain["whole"] - 0.4
    kept = residual["blocks"][4:]
    assert sum(kept) / len(kept) > residual["whole"] - 0.2


def test_shapes_forbid_what_they_forbid(result: dict[str, Any]) -> None:
    plain, residual = result["nets"]
    assert [k for k, value in enumerate(plain["blocks"]) if value is None] == [3, 6]
    assert None not in residual["blocks"]
    assert len(plain["several"]) == 7
    assert len(residual["several"]) == 9
    assert headline("lesion", "accuracy", result).count("%") == 2


def test_the_more_is_lost_the_less_is_known(result: dict[str, Any]) -> None:
    """Veit et al. 2016, figure 5 (a): it falls by and by."""
    several = result["nets"][1]["several"]
    assert several[0] > several[len(several) // 2] > several[-1] - 0.05


def test_removing_from_a_residual_net_leaves_its_shortcut() -> None:
    net = stack(True)
    images = torch.randn(5, 1, 8, 8)
    net.order = [0, 2, 3, 4, 5]
    left_out = net(images)
    net.order, net.zeroed = net.blocks, frozenset({1})
    # What comes in has passed a ReLU, so that another one changes nothing.
    torch.testing.assert_close(net(images), left_out)


def test_a_silenced_plain_block_silences_the_net() -> None:
    net = stack(False)
    net.zeroed = frozenset({2})
    scores = net(torch.randn(6, 1, 8, 8))
    torch.testing.assert_close(scores, scores[:1].expand(6, -1))


def test_swapping_is_its_own_undoing_and_leaves_the_net_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    net = stack(True, 20)
    whole = lesion.accuracy(net)
    orders: list[list[int]] = []

    def seen(one: Stack) -> float:
        orders.append(list(one.order))
        return 0.5

    with monkeypatch.context() as patched:
        patched.setattr(lesion, "accuracy", seen)
        assert lesion.lesioned(net, [0], "swap") == 0.5
    assert orders == [[1, 0, *range(2, 9)]]
    assert lesion.lesioned(net, [2], "swap") is None, "the next one halves the sides"
    assert lesion.lesioned(net, [8], "swap") is None, "there is no next one"
    assert list(net.order) == list(net.blocks)
    assert net.zeroed == frozenset()
    assert lesion.accuracy(net) == whole


def test_the_accuracy_is_the_share_of_right_answers() -> None:
    net = stack(True, 8)
    with torch.no_grad():
        net.classifier.weight.zero_()
        net.classifier.bias.copy_(torch.arange(10.0))
    # Everything is a nine: 180 of the 1,797 are.
    assert lesion.accuracy(net) == pytest.approx(180 / 1797)


def test_it_stops_and_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Cancelled):
        run(spec("lesion"), Reports(stop_after=2))
    with pytest.raises(LabError, match="times the work"):
        run(spec("lesion", options={"depth": 56, "steps": 200}), Reports())
    monkeypatch.setattr(lesion, "WORK", 999)
    with pytest.raises(LabError, match="times the work"):
        run(spec("lesion", options={"depth": 20, "steps": 50, "skip": ["on"]}), Reports())
