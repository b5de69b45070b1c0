"""The exact support: by hand, and by what the gradient of real torch reaches from any unit, at the border too."""

import json
from typing import Any

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, reject, settings

from app.lab import language, receptive_field, support, zoo
from app.lab.messages import LabError
from tests.lab import oracle
from tests.lab.test_receptive_field import JOIN, layers

Shape = tuple[int, int, int]


def by_gradient(code: str, input: Shape, unit: tuple[int, int]) -> list[int]:
    """Rows of masks of the pixels that the gradient of one output unit reaches where every weight is positive."""
    net = oracle.made(code.replace("MaxPool2d", "AvgPool2d"), device="cpu").double().eval()
    for weight in net.parameters():
        weight.data.fill_(1 / weight.numel())
    x = torch.ones(1, *input, dtype=torch.float64, requires_grad=True)
    net(x)[0, :, unit[0], unit[1]].sum().backward()
    assert x.grad is not None
    seen = (x.grad[0] != 0).any(0)
    return [sum(1 << i for i, value in enumerate(row) if value) for row in seen.tolist()]


def same_as_the_gradient(code: str, input: Shape, unit: tuple[int, int] | None = None) -> list[int]:
    network = language.read(code, input)
    _, high, wide = network.nodes[network.output].shape
    place = (high // 2, wide // 2) if unit is None else (unit[0] % high, unit[1] % wide)
    found = support.reached(network, network.output, place)
    assert found is not None
    assert found == by_gradient(code, input, place)
    return found


more = st.one_of(
    layers,
    st.sampled_from(
        [
            "nn.ReflectionPad2d((1, 2, 0, 3))",
            "nn.ReplicationPad2d(2)",
            "nn.CircularPad2d((2, 0, 1, 1))",
            "nn.Upsample(scale_factor=2)",
            "nn.Upsample(size=(7, 9))",
            "nn.Upsample(scale_factor=2, mode='bilinear')",
            "nn.Upsample(size=(7, 9), mode='bilinear', align_corners=True)",
            "nn.Upsample(scale_factor=1.5, mode='bicubic')",
            "nn.ConvTranspose2d(2, 2, 3, stride=2, padding=1)",
            "nn.ConvTranspose2d(2, 2, (2, 3), stride=(3, 1), dilation=(1, 2))",
            "nn.AdaptiveAvgPool2d((5, 4))",
            "nn.AdaptiveAvgPool2d((1, 3))",
            "nn.AvgPool2d(3, 2, 1, ceil_mode=True)",
            "nn.PReLU(2)",
        ]
    ),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(more, min_size=1, max_size=5), st.integers(0, 99), st.integers(0, 99))
def test_the_gradient_of_any_unit_reaches_these_pixels(parts: list[str], row: int, column: int) -> None:
    code = JOIN % ",\n    ".join(parts)
    try:
        language.read(code, (2, 19, 23))
    except LabError:
        reject()  # a window does not fit, which other tests look at
    same_as_the_gradient(code, (2, 19, 23), (row, column))


def test_what_mixes_its_places_depends_on_everything_before_it() -> None:
    gate = """
class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(2, 2, 1)

    def forward(self, x):
        return x + self.a(F.adaptive_avg_pool2d(x[:, :, :, 2:], 1))

net = nn.Sequential(Gate(), nn.Conv2d(2, 2, 3))
"""
    found = same_as_the_gradient(gate, (2, 6, 7), (0, 0))
    assert found == [0b1111111] * 3 + [0b1111100] * 3


def test_dilation_leaves_holes_and_the_border_cuts_them_off() -> None:
    code = "net = nn.Sequential(*[nn.Conv2d(1, 1, 3, padding=2, dilation=2) for _ in range(2)])"
    assert [row.bit_count() for row in same_as_the_gradient(code, (1, 17, 17))].count(5) == 5
    corner = support.described(same_as_the_gradient(code, (1, 17, 17), (0, 0)))
    assert corner == {"box": [0, 0, 5, 5], "pixels": 9, "rows": [[1, "15"], [1, "0"], [1, "15"], [1, "0"], [1, "15"]]}


def test_far_from_the_border_it_is_what_the_arithmetic_counts() -> None:
    network = zoo.network("cifar_resnet20_b", (3, 96, 96))
    rows: Any = receptive_field.trace(network)["layers"]
    compared = 0
    for index, row in enumerate(rows, 1):
        if row["size"] is None:
            continue
        _, high, wide = network.nodes[index].shape
        found = support.described(support.reached(network, index, (high // 2, wide // 2)) or [])
        top, left = (row["start"][axis] + (high // 2) * row["jump"][axis] for axis in (0, 1))
        side = row["size"][0]
        if top >= 0 and top + side <= 96:
            compared += 1
            assert found["box"] == [top, left, side, side]
            assert found["pixels"] == row["seen"]
    assert compared > 40


def test_a_long_network_has_few_views_and_the_one_that_is_asked_for() -> None:
    network = zoo.network("resnet152")
    rows: Any = receptive_field.trace(network)["layers"]
    always = next(index for index, row in enumerate(rows, 1) if row["size"] is not None and index == 101)
    views: Any = support.views(network, rows, always)
    assert support.MOST_VIEWS <= len(views) <= support.MOST_VIEWS + 1
    assert rows[100]["name"] in [view["layer"] for view in views]
    sides = [view["size"][0] for view in views]
    assert sides == sorted(sides)
    assert sides[-1] == max(row["size"][0] for row in rows if row["size"])
    assert views[-1]["box"] == [0, 0, 224, 224]
    assert json.loads(json.dumps(views)) == views


def test_what_would_take_too_much_is_not_followed() -> None:
    code = "net = nn.Sequential(nn.Conv2d(1, 1, 3), *[nn.Conv2d(1, 1, 3, padding=1) for i in range(2000)])"
    network = language.read(code, (1, 1024, 1024))
    assert support.reached(network, network.output, (500, 500)) is None
    rows: Any = receptive_field.trace(network)["layers"]
    views: Any = support.views(network, rows)
    assert views[0]["pixels"] == 9
    assert views[-1]["pixels"] is None
    assert views[-1]["size"] == [4003, 4003]


def test_a_unit_that_is_not_there() -> None:
    network = language.read("net = nn.Conv2d(3, 2, 3)", (3, 8, 8))
    with pytest.raises(IndexError, match="6×6"):
        support.reached(network, 1, (6, 0))
