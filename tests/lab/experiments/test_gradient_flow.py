"""Gradient norms by layer: the signs and sizes that theory and our own measurements give.

Inequalities, not values: these change with the version of torch and with the machine.
"""

import functools
import math
from typing import Any, cast

import pytest
import torch
from torch import Tensor

from app.lab.catalogue import spec
from app.lab.experiments import run
from app.lab.experiments.gradient_flow import moments
from app.lab.experiments.stack import Stack, initialise, multiply_adds
from app.lab.messages import Cancelled, LabError
from tests.lab.experiments.reports import Reports


@functools.cache
def series(init: str, batch_norm: bool, depths: tuple[int, ...] = (8, 20, 56, 110), **options: Any) -> dict[str, Any]:
    asked = {"init": init, "batch_norm": batch_norm, "depths": list(depths), **options}
    result: dict[str, Any] = run(spec("gradient-flow", options=asked), Reports())
    return {one["name"]: one for one in result["series"]}


def test_a_plain_stack_loses_its_gradient_under_the_default_initialisation() -> None:
    found = series("default", False)
    assert -3 < found["plain-8"]["decades"] < -1
    assert -9 < found["plain-20"]["decades"] < -5
    for name in ("plain-56", "plain-110"):
        assert found[name]["decades"] is None
        assert found[name]["underflow"][0] == 0
        assert found[name]["weights"][0] == 0
        assert found[name]["weights"][-1] > 0


def test_shortcuts_keep_it_within_a_power_of_ten_or_so() -> None:
    found = series("default", False)
    for depth in (8, 20, 56, 110):
        assert abs(found[f"residual-{depth}"]["decades"]) < 1.5
        assert found[f"residual-{depth}"]["underflow"] == []


def test_with_batch_norm_a_plain_stacks_gradient_explodes_with_depth() -> None:
    """Yang et al. 2019, A mean field theory of batch normalization."""
    found = series("he", True)
    plain = [found[f"plain-{depth}"]["decades"] for depth in (20, 56, 110)]
    assert plain == sorted(plain)
    assert 1.5 < plain[1] < 5
    assert 4 < plain[2] < 10
    residual = [found[f"residual-{depth}"]["decades"] for depth in (20, 56, 110)]
    assert all(-0.3 < value < 2.5 for value in residual)
    assert residual[2] < plain[2] - 3


def test_he_initialisation_keeps_a_plain_stack_level() -> None:
    found = series("he", False)
    assert all(abs(found[f"plain-{depth}"]["decades"]) < 2 for depth in (8, 20, 56))


def test_what_explodes_at_initialisation_settles_within_ten_steps() -> None:
    """With batch norm, in a plain stack: each of three seeds, and against the residual one at every moment."""
    plain, residual = series("he", True, (56,), steps=10, seeds=3).values()
    before, *_, after = plain["frames"]
    assert (before["step"], after["step"]) == (0, 10)
    for first, last in zip(before["seeds"], after["seeds"], strict=True):
        assert first["decades"] > 2
        assert abs(last["decades"]) < 2
        assert first["decades"] - last["decades"] > 2
    assert plain["decades"] == after["decades"]
    assert all(-0.5 < frame["decades"] < 1.5 for frame in residual["frames"])


def test_one_looks_more_seldom_as_training_goes() -> None:
    assert [moments(steps) for steps in (0, 1, 3, 10, 20)] == [
        [0], [0, 1], [0, 1, 2, 3], [0, 1, 2, 5, 10], [0, 1, 2, 5, 10, 20],
    ]  # fmt: skip


def test_each_frame_is_what_a_run_of_so_many_steps_finds() -> None:
    small: dict[str, Any] = {"width": 4, "size": 8, "batch": 4, "skip": ("on",)}
    long = series("he", True, (8,), steps=5, **small)["residual-8"]
    for frame in long["frames"]:
        alone = series("he", True, (8,), steps=frame["step"], **small)["residual-8"]
        assert frame["seeds"][0]["weights"] == pytest.approx(alone["weights"], rel=1e-5)
        assert frame["seeds"][0]["scale"] == pytest.approx(alone["scale"], rel=1e-5)
        assert frame["decades"] == alone["decades"]
    assert long["frames"][0]["seeds"][0]["weights"] != long["frames"][1]["seeds"][0]["weights"]


def test_gradients_after_a_step_are_those_of_autograd() -> None:
    torch.manual_seed(0)
    net = Stack(8, 4, skip=False, batch_norm=False, activation="relu")
    initialise(net, "he")
    images, labels = torch.randn(4, 3, 8, 8), torch.randint(10, (4,))
    loss = torch.nn.functional.cross_entropy(net(images), labels)
    # The first step has no momentum yet: W - 0.05 ∂L/∂W.
    moved = {
        name: value - 0.05 * grad
        for (name, value), grad in zip(
            net.named_parameters(), torch.autograd.grad(loss, list(net.parameters())), strict=True
        )
    }
    net.load_state_dict(moved)
    again = torch.nn.functional.cross_entropy(net(images), labels)
    weights = [cast(Tensor, layer.weight) for layer in net.layers]
    theirs = [grad.norm().item() for grad in torch.autograd.grad(again, weights)]
    found = series("he", False, (8,), steps=1, width=4, size=8, batch=4, skip=("off",))["plain-8"]
    assert found["weights"] == pytest.approx(theirs, rel=1e-4)
    assert found["loss"] == pytest.approx(again.item(), rel=1e-5)


def test_a_seed_among_several_is_that_seed_alone_and_the_middle_lies_between() -> None:
    small: dict[str, Any] = {"size": 8, "batch": 4, "skip": ["on"], "depths": [14]}
    result: dict[str, Any] = run(spec("gradient-flow", options={**small, "seeds": 4}, seed=7), Reports())
    (one,) = result["series"]
    (frame,) = one["frames"]
    assert [found["seed"] for found in frame["seeds"]] == [7, 8, 9, 10]
    for found in frame["seeds"]:
        alone: dict[str, Any] = run(spec("gradient-flow", options=small, seed=found["seed"]), Reports())
        assert found["weights"] == pytest.approx(alone["series"][0]["weights"], rel=1e-5)
        assert found["decades"] == alone["series"][0]["decades"]
    for name in ("weights", "activations", "scale"):
        for k, middle in enumerate(one[name]):
            layer = sorted(found[name][k] for found in frame["seeds"])
            assert layer[1] * 0.9999 <= middle <= layer[2] * 1.0001
            assert middle**2 == pytest.approx(layer[1] * layer[2], rel=1e-4)
    decades = sorted(found["decades"] for found in frame["seeds"])
    assert one["decades"] == frame["decades"] == pytest.approx((decades[1] + decades[2]) / 2)
    assert decades[0] < one["decades"] < decades[3]


def test_sigmoids_vanish_with_shortcuts_too() -> None:
    """The shortcut does not help where the sigmoid stands behind the addition (He et al. 2016b)."""
    found = series("default", False, (56,), activation="sigmoid")
    residual, plain = found["residual-56"], found["plain-56"]
    assert plain["decades"] is None or plain["decades"] < -3
    assert residual["decades"] is None or residual["decades"] < -3


def test_before_the_activation_sigmoids_do_not_stop_the_gradient() -> None:
    """He et al. 2016b: a sigmoid after the sum stands in everybody's way, one inside the branch does not."""
    depths = (20, 56)
    after, before = (series("he", False, depths, activation="sigmoid", pre_activation=p) for p in (False, True))
    assert after["residual-20"]["decades"] < -5
    assert after["residual-56"]["decades"] is None
    for name in ("residual-20", "residual-56"):
        assert -2 < before[name]["decades"] < 0


def test_pre_activation_is_the_formula_of_the_paper() -> None:
    torch.manual_seed(0)
    net = Stack(8, 4, True, True, "relu", pre_activation=True).eval()
    x = torch.randn(2, 3, 8, 8)
    c, n = net.convolutions, net.norms
    y = c[0](x)
    for k in range(3):
        out = c[2 + 2 * k](n[2 + 2 * k](c[1 + 2 * k](n[1 + 2 * k](y).relu())).relu())
        short = y
        if out.shape != y.shape:
            extra = out.shape[1] - y.shape[1]
            short = torch.zeros_like(out)
            short[:, extra // 2 : extra // 2 + y.shape[1]] = y[:, :, ::2, ::2]
        y = out + short
    torch.testing.assert_close(net(x), net.classifier(n[0](y).relu().mean((2, 3))))
    assert len(net.outputs) == 8


def test_the_signal_is_the_spread_of_each_layer() -> None:
    found = series("he", False, (8,), width=4, size=8, batch=4)["plain-8"]
    torch.manual_seed(0)
    net = Stack(8, 4, False, False, "relu")
    initialise(net, "he")
    images = torch.randn(4, 3, 8, 8)
    net(images)
    assert found["scale"] == pytest.approx([z.std(correction=0).item() for z in net.outputs], rel=1e-3)


def test_there_is_a_norm_for_every_weighted_layer() -> None:
    one = series("he", True)["residual-20"]
    assert len(one["weights"]) == len(one["activations"]) == 20
    assert one["decades"] == pytest.approx(math.log10(one["weights"][0] / one["weights"][-2]))
    assert one["loss"] > 0


def test_norms_are_those_of_torch() -> None:
    torch.manual_seed(3)
    net = Stack(8, 4, skip=True, batch_norm=False, activation="tanh")
    images, labels = torch.randn(5, 3, 8, 8), torch.randint(10, (5,))
    torch.nn.functional.cross_entropy(net(images), labels).backward()
    theirs = [layer.weight.grad.norm().item() for layer in net.layers]  # type: ignore[union-attr, operator]
    options = {"depths": 8, "skip": "on", "width": 4, "size": 8, "batch": 5, "activation": "tanh"}
    result: dict[str, Any] = run(spec("gradient-flow", options=options, seed=3), Reports())
    assert result["series"][0]["weights"] == pytest.approx(theirs, rel=1e-5)


def test_the_depth_of_a_stack_is_its_weighted_layers() -> None:
    for depth in (8, 20, 56):
        net = Stack(depth, 8, skip=False, batch_norm=True, activation="relu")
        assert len(net.layers) == depth
        assert net(torch.randn(2, 3, 16, 16)).shape == (2, 10)


def test_the_first_convolution_never_strides() -> None:
    for channels, width in ((3, 6), (1, 2)):
        net = Stack(8, width, False, False, "relu", channels=channels)
        net(torch.zeros(1, channels, 16, 16))
        assert [z.shape[-1] for z in net.outputs[:-1]] == [16, 16, 16, 8, 8, 4, 4]


def test_multiply_adds_are_counted_as_torch_counts_them() -> None:
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        Stack(20, 8, skip=True, batch_norm=False, activation="relu")(torch.empty(1, 3, 16, 16))
    assert multiply_adds(20, 8, 16) == pytest.approx(counter.get_total_flops() / 2, rel=0.1)


def test_each_configuration_is_shown_as_it_is_done() -> None:
    reports = Reports()
    result = run(spec("gradient-flow", options={"depths": [8, 14]}), reports)
    names = [[one["name"] for one in partial["series"]] for partial in reports.partials]  # type: ignore[union-attr, index, call-overload]
    assert names[0] == ["plain-8"]
    assert names[-1] == ["plain-8", "residual-8", "plain-14", "residual-14"]
    assert reports.partials[-1]["series"] == result["series"]
    # In hundredths of the time: 30 of 44 layers are over.
    assert [step for step in reports.steps if step[0] == "residual-14"] == [
        ("residual-14", 68, 100),
        ("residual-14", 100, 100),
    ]
    assert type(result["versions"]["torch"]) is str  # type: ignore[index, call-overload]
    assert result["device"]


def test_training_is_shown_as_it_goes() -> None:
    reports = Reports()
    result: dict[str, Any] = run(
        spec("gradient-flow", options={"depths": [8], "skip": ["on"], "steps": 2, "seeds": 2}), reports
    )
    partials: list[Any] = [partial["series"] for partial in reports.partials]
    shown = [[(frame["step"], len(frame["seeds"])) for frame in series[0]["frames"]] for series in partials]
    assert shown == [
        [(0, 1)],
        [(0, 1), (1, 1)],
        [(0, 1), (1, 1), (2, 1)],
        [(0, 2), (1, 2), (2, 2)],
    ]
    assert partials[-1] == result["series"]
    assert [done for _, done, _ in reports.steps] == [0, 16, 33, 50, 50, 66, 83, 100]
    assert {of for _, _, of in reports.steps} == {100}


def test_it_stops_between_steps() -> None:
    reports = Reports(stop_after=4)
    with pytest.raises(Cancelled):
        run(spec("gradient-flow", options={"depths": [8, 14], "steps": 20}), reports)
    assert reports.checks == 5


def test_the_threads_own_arithmetic_is_as_before() -> None:
    smallest = 5e-324
    series("default", False, (8,))
    assert smallest + smallest > smallest, "flushing subnormal numbers was not given back"


def test_too_much_work_is_refused_before_it_begins() -> None:
    options = {"depths": [152], "width": 32, "size": 32, "batch": 64, "steps": 20}
    with pytest.raises(LabError, match="times the work") as caught:
        run(spec("gradient-flow", options=options), Reports())
    assert "steps" in caught.value.mend


def test_seeds_and_moments_count_as_work_too() -> None:
    options = {"depths": [8, 56, 110], "batch": 64, "steps": 20}
    reports = Reports(stop_after=1)
    with pytest.raises(Cancelled):
        run(spec("gradient-flow", options=options), reports)
    with pytest.raises(LabError, match="times the work"):
        run(spec("gradient-flow", options={**options, "seeds": 5}), Reports(stop_after=1))
    many = {"depths": [20, 44, 56, 110, 152], "width": 2, "size": 8, "batch": 2, "steps": 20, "seeds": 5}
    with pytest.raises(LabError, match="norms; one result holds"):
        run(spec("gradient-flow", options=many), Reports(stop_after=1))
