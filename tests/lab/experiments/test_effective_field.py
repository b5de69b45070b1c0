"""The measured receptive field against the theory and against a formula."""

import math
from typing import Any, cast

import pytest
import torch

from app.lab import receptive_field, viewpoints
from app.lab.catalogue import spec
from app.lab.experiments import effective_field, run
from app.lab.experiments.build import build
from app.lab.language import read
from app.lab.messages import Cancelled, LabError
from tests.lab.experiments.reports import Reports

BLOCK = """
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(4, 4, 3, padding=1)
        self.b = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x):
        return F.relu(x + self.b(F.relu(self.a(x))))

net = nn.Sequential(nn.Conv2d(3, 4, 7, 2, 3), nn.MaxPool2d(3, 2, 1), Block(), Block(), nn.AdaptiveAvgPool2d(1))
"""


def measured(code: str, input: str = "3x64x64", **options: object) -> dict[str, Any]:
    return run(spec("receptive-field", code=code, input=input, options=options), Reports())


def stack(layers: int) -> str:
    return f"net = nn.Sequential(*[nn.Conv2d(1, 1, 3, padding=1, bias=False) for _ in range({layers})])"


@pytest.mark.parametrize("layers", [1, 3, 10, 30])
def test_equal_taps_spread_as_the_formula_says(layers: int) -> None:
    """The sum of n uniform steps of −1, 0, 1 has variance 2n/3."""
    side = 2 * layers + 5
    network = read(stack(layers), (1, side, side))
    net = build(network)
    for weight in net.parameters():
        weight.data.fill_(1 / 9)
    pull = effective_field._pull(net, torch.randn(1, 1, side, side), (side // 2, side // 2)).abs()[0].double()
    assert effective_field._deviation(pull.sum(0)) == pytest.approx(math.sqrt(2 * layers / 3), rel=1e-5)
    assert effective_field._deviation(pull.sum(1)) == pytest.approx(math.sqrt(2 * layers / 3), rel=1e-5)


@pytest.mark.parametrize(
    "code",
    [
        stack(4).replace("1, 1, 3", "3, 3, 3"),
        BLOCK,
        "net = nn.Sequential(nn.Conv2d(3, 4, 5, 2, 2), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 4, 3, dilation=3))",
        "net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 1, 2), nn.Conv2d(4, 4, (1, 5)), nn.AvgPool2d(2))",
        "net = nn.Sequential(*[nn.Conv2d(3, 3, 3, padding=d, dilation=d) for d in (4, 2)])",
    ],
)
def test_what_moves_the_unit_is_what_the_theory_says(code: str) -> None:
    result = measured(code)
    effective = result["effective"]
    row = next(row for row in result["layers"] if row["name"] == effective["layer"])
    assert effective["support"]["box"][2:] == row["size"]
    assert effective["support"]["box"] == effective["field"]
    assert effective["support"]["pixels"] == row["seen"]
    assert effective["inside"] == pytest.approx(1)


def test_a_field_larger_than_the_image_is_cut_off_at_its_border() -> None:
    effective = measured(BLOCK, "3x32x24")["effective"]
    assert effective["field"] == [0, 0, 32, 24]
    assert len(effective["map"]) == 32
    assert len(effective["map"][0]) == 24


def test_the_effective_field_is_smaller_than_the_theoretical_and_strongest_near_the_middle() -> None:
    result = measured(stack(12).replace("1, 1, 3", "3, 3, 3"), samples=8)
    effective = result["effective"]
    side = result["output"]["size"][0]
    assert side == 25
    assert effective["core"]["share"] < 0.75
    # A uniform field of this side would have the standard deviation side / √12.
    assert max(effective["std"]) < 0.8 * side / math.sqrt(12)
    values = torch.tensor(effective["map"])
    assert values.max() == 1
    assert values[8:17, 8:17].mean() > 4 * values[:5].mean()


def test_the_map_is_small_however_large_the_field() -> None:
    code = "net = nn.Sequential(nn.Conv2d(3, 2, 50, padding=25), nn.Conv2d(2, 2, 50, padding=25))"
    effective = measured(code, "3x150x150", samples=1)["effective"]
    assert effective["field"][2:] == [99, 99]
    assert effective["cell"] == 3
    assert len(effective["map"]) == len(effective["map"][0]) == 33


def test_the_same_seed_gives_the_same_map_and_another_seed_another() -> None:
    asked = [spec("receptive-field", code=BLOCK, input="3x32x32", seed=seed) for seed in (1, 1, 2)]
    first, again, other = (run(one, Reports())["effective"] for one in asked)
    assert first == again
    assert first != other


def test_theory_comes_first_and_every_sample_after_it() -> None:
    reports = Reports()
    run(spec("receptive-field", code=BLOCK, input="3x32x32", options={"samples": 3}), reports)
    effective = [cast(dict[str, Any], partial.get("effective")) for partial in reports.partials]
    assert effective[0] is None
    assert "layers" in reports.partials[0]
    assert [one["samples"] for one in effective[1:]] == [1, 2, 3, 3]
    assert [one["support"] is None for one in effective[1:]] == [True, True, True, False]
    assert all(partial["layers"] == reports.partials[0]["layers"] for partial in reports.partials)
    assert ("measuring", 2, 3) in reports.steps


def test_it_stops_between_samples() -> None:
    reports = Reports(stop_after=3)
    with pytest.raises(Cancelled):
        run(spec("receptive-field", code=BLOCK, input="3x32x32", options={"samples": 32}), reports)
    assert len(reports.partials) <= 4


def test_a_network_that_is_dear_gets_fewer_samples_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    network = read(BLOCK, (3, 32, 32))
    node = max(n.index for n in network.nodes if n.op == "ReLU")
    work = 2 * sum(n.macs for n in network.nodes[: node + 1])
    monkeypatch.setattr(viewpoints, "CPU_WORK", 2 * work)
    effective = measured(BLOCK, "3x32x32", samples=8)["effective"]
    assert (effective["samples"], effective["asked"]) == (2, 8)


def test_one_may_choose_where_to_look_from() -> None:
    result = measured(BLOCK, layer="2.a")
    assert result["effective"]["layer"] == "2.a"
    assert result["effective"]["support"]["box"][2:] == [19, 19]
    with pytest.raises(LabError, match="no layer") as caught:
        measured(BLOCK, layer="2.c")
    assert "2." in caught.value.mend
    with pytest.raises(LabError, match="whole input"):
        measured(BLOCK, layer="4")


def test_several_layers_along_the_depth_in_one_run() -> None:
    result = measured(BLOCK, samples=1, along=4)
    maps = [*result["along"], result["effective"]]
    assert len(maps) == 4
    assert measured(BLOCK, samples=1)["effective"] == result["effective"]
    names = [row["name"] for row in result["layers"]]
    assert sorted((one["layer"] for one in maps), key=names.index) == [one["layer"] for one in maps]
    assert measured(BLOCK, samples=1, layer=maps[1]["layer"])["effective"] == maps[1]
    rows = {row["name"]: row for row in result["layers"]}
    for one in maps:
        assert one["support"]["pixels"] == rows[one["layer"]]["seen"]
    # They are spread over the depth: of eight layers before the last, three.
    deep = measured("net = nn.Sequential(*[nn.Conv2d(3, 3, 3, padding=1) for _ in range(9)])", samples=1, along=4)
    assert [one["layer"] for one in deep["along"]] == ["1", "4", "6"]
    # A network with fewer layers than were asked for shows those that it has.
    assert measured("net = nn.Conv2d(3, 4, 3)", samples=1, along=6)["along"] == []


def test_the_support_by_arithmetic_is_that_by_autograd() -> None:
    result = measured(BLOCK, samples=1, along=6)
    views = {view["layer"]: view for view in result["views"]}
    for one in [*result["along"], result["effective"]]:
        view = views[one["layer"]]
        assert (view["unit"], view["box"], view["pixels"]) == (
            one["unit"],
            one["support"]["box"],
            one["support"]["pixels"],
        )


def test_without_places_or_without_wish_nothing_is_measured() -> None:
    assert measured("net = nn.Sequential(nn.Flatten(), nn.Linear(192, 2))", "3x8x8")["effective"] is None
    bare = measured(BLOCK, effective=False)
    assert bare["effective"] is None
    assert bare["layers"] == receptive_field.trace(read(BLOCK, (3, 64, 64)))["layers"]


def test_a_network_that_is_too_large_keeps_its_theory() -> None:
    """A few layers whose gradients would fill the worker's memory."""
    result = measured("net = nn.Sequential(*[nn.Conv2d(w, 512, 3, padding=1) for w in (3, 512, 512)])", "3x512x512")
    assert result["effective"] is None
    assert result["output"]["size"] == [7, 7]
    assert "too large" in result["notes"][-1][1]


def test_a_batch_norm_takes_the_statistics_of_images_and_not_of_the_start() -> None:
    """Else the branches of a residual network would double the signal block by block."""
    code = BLOCK.replace("self.b(F.relu(self.a(x)))", "self.n(self.b(F.relu(self.a(x))))").replace(
        "        self.b =", "        self.n = nn.BatchNorm2d(4)\n        self.b ="
    )
    network = read(code, (3, 64, 64))
    net = build(network, 0, "he")
    effective_field._settle_norms(net, torch.randn(2, 3, 64, 64))
    norms = [module for module in net.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    assert norms
    assert all(norm.running_var is not None and norm.running_var.sub(1).abs().min() > 0 for norm in norms)
    assert not any(module.training for module in net.modules())


def test_a_batch_norm_forgets_what_it_knew_before() -> None:
    network = read("net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))", (3, 16, 16))
    net, images = build(network, 0, "he"), torch.randn(2, 3, 16, 16)
    effective_field._settle_norms(net, images)
    convolved, norm = (net.layers[name] for name in net.layers)
    with torch.no_grad():
        torch.testing.assert_close(norm.running_mean, convolved(images).mean((0, 2, 3)))


def test_the_core_is_what_is_felt_at_more_than_a_twentieth() -> None:
    """Luo et al. 2016: above 1 − 95.45 % of the strongest."""
    found: Any = effective_field._describe(torch.tensor([[1.0, 0.5, 0.046], [0.045, 0.0, 2e-9]]), (0, 0, 2, 3))
    assert found["core"] == {"pixels": 3, "share": 0.5}
    assert found["inside"] == 1.0


def test_an_activation_that_may_cancel_has_no_support_by_positive_weights() -> None:
    effective = measured("net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.GELU())", samples=1)["effective"]
    assert effective["support"] is None
    assert effective["map"]
