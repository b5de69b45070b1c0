"""Receptive fields: by hand, by formula, and by what the gradient of real torch reaches."""

import math
from typing import Any

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import assume, given, reject, settings

from app.lab import language, receptive_field
from app.lab.messages import LabError
from tests.lab import oracle

Shape = tuple[int, int, int]


def rows(code: str, input: Shape = (3, 64, 64)) -> list[dict[str, Any]]:
    found: Any = receptive_field.trace(language.read(code, input))["layers"]
    return list(found)


def traced(code: str, input: Shape = (3, 64, 64)) -> dict[str, Any]:
    return receptive_field.trace(language.read(code, input))


def support(code: str, input: Shape) -> tuple[torch.Tensor, tuple[int, int]]:
    """Which pixels the middle unit of the output depends on (height, width), and that unit's place."""
    net = oracle.made(code, device="cpu").double()
    for weight in net.parameters():
        weight.data.fill_(1 / weight.numel())
    x = torch.ones(1, *input, dtype=torch.float64, requires_grad=True)
    result = net(x)
    place = (result.shape[2] // 2, result.shape[3] // 2)
    result[0, :, place[0], place[1]].sum().backward()
    assert x.grad is not None
    return (x.grad[0] != 0).any(0), place


def same_as_the_gradient(code: str, input: Shape, drawn: bool = False) -> dict[str, Any]:
    """Assert that size, jump, start and the pixels seen are those that the gradient shows; the output's row."""
    row: dict[str, Any] = traced(code, input)["output"]
    seen, place = support(code.replace("MaxPool2d", "AvgPool2d"), input)
    for axis in (0, 1):
        start = row["start"][axis] + place[axis] * row["jump"][axis]
        end = start + row["size"][axis]
        inside = start >= 0 and end <= input[1 + axis]
        if drawn:
            assume(inside)
        assert inside
        reached = torch.nonzero(seen.any(1 - axis)).flatten()
        assert (int(reached[0]), int(reached[-1]) + 1) == (start, end)
    assert row["seen"] == int(seen.sum())
    assert row["holes"] == (row["seen"] < row["size"][0] * row["size"][1])
    return row


kernels = st.sampled_from([1, 2, 3, 3, 5])
odd = st.sampled_from([1, 3, 3, 5])


@st.composite
def windows(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["Conv2d", "Conv2d", "Conv2d", "MaxPool2d"]))
    kernel = (draw(kernels), draw(kernels))
    stride = (draw(st.integers(1, 2)), draw(st.integers(1, 2)))
    if kind == "MaxPool2d":
        return f"nn.MaxPool2d({kernel}, {stride}, padding={(kernel[0] // 2, kernel[1] // 2)})"
    if draw(st.booleans()) and stride == (1, 1):
        return f"nn.Conv2d(2, 2, {kernel}, padding='same', dilation={draw(st.integers(1, 3))})"
    padding = (draw(st.integers(0, 2)), draw(st.integers(0, 2)))
    return f"nn.Conv2d(2, 2, {kernel}, {stride}, {padding}, dilation={draw(st.integers(1, 3))})"


@st.composite
def joins(draw: st.DrawFn) -> str:
    """Two paths of one shape, added or put together; their centres may differ."""
    paths = []
    stride = draw(st.integers(1, 2))
    for _ in range(2):
        kernel, dilation = draw(odd), draw(st.integers(1, 2))
        after = f", nn.Conv2d(2, 2, {draw(odd)}, padding='same'), nn.ReLU()" if draw(st.booleans()) else ""
        paths.append(
            f"nn.Sequential(nn.Conv2d(2, 2, {kernel}, {stride}, {dilation * (kernel // 2)}, {dilation}){after})"
        )
    if stride == 1 and draw(st.booleans()):
        paths[1] = "nn.Identity()" if draw(st.booleans()) else "nn.ZeroPad2d((1, -1, 2, -2))"
    return f"Join({paths[0]}, {paths[1]})"


JOIN = """
class Join(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.a, self.b = a, b

    def forward(self, x):
        return self.a(x) + self.b(x)


class Every(nn.Module):
    def __init__(self, step):
        super().__init__()
        self.step = step

    def forward(self, x):
        return x[:, :, 1::self.step, :: self.step]


net = nn.Sequential(
    %s,
)
"""
layers = st.one_of(
    windows(), windows(), joins(), st.sampled_from(["nn.ReLU()", "nn.BatchNorm2d(2)", "Every(2)", "nn.ZeroPad2d(1)"])
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(layers, min_size=1, max_size=4))
def test_the_gradient_reaches_what_the_arithmetic_says(parts: list[str]) -> None:
    code = JOIN % ",\n    ".join(parts)
    try:
        language.read(code, (2, 72, 68))
    except LabError:
        reject()  # a window does not fit, which other tests look at
    same_as_the_gradient(code, (2, 72, 68), drawn=True)


def test_three_by_three_by_three() -> None:
    code = f"net = nn.Sequential({', '.join(['nn.Conv2d(3, 3, 3, padding=1), nn.ReLU()'] * 3)})"
    sizes = [row["size"] for row in rows(code)]
    assert sizes == [[3, 3], [3, 3], [5, 5], [5, 5], [7, 7], [7, 7]]
    assert [row["growth"][0] for row in rows(code)] == [2, 0, 2, 0, 2, 0]
    assert traced(code)["output"]["start"] == [-3, -3]


def test_axes_are_apart() -> None:
    (row,) = rows("net = nn.Conv2d(3, 3, (1, 7), stride=(2, 3), padding=(0, 2), dilation=(5, 2))")
    assert (row["size"], row["jump"], row["start"]) == ([1, 13], [2, 3], [0, -2])
    assert (row["kernel"], row["stride"], row["padding"], row["dilation"]) == ([1, 7], [2, 3], [0, 2], [5, 2])


def test_dilation_leaves_holes() -> None:
    row = same_as_the_gradient(
        "net = nn.Sequential(nn.Conv2d(2, 2, 3, dilation=2), nn.Conv2d(2, 2, 3, dilation=2))", (2, 33, 33)
    )
    assert (row["size"], row["seen"], row["holes"]) == ([9, 9], 25, True)


def test_a_bare_strided_pointwise_convolution_leaves_holes() -> None:
    row = same_as_the_gradient("net = nn.Sequential(nn.Conv2d(2, 2, 1, 2), nn.Conv2d(2, 2, 3))", (2, 33, 33))
    assert (row["size"], row["seen"], row["holes"]) == ([5, 5], 9, True)


def test_a_union_of_paths_is_no_rectangle() -> None:
    code = JOIN % "Join(nn.Conv2d(2, 2, (1, 7), padding=(0, 3)), nn.Conv2d(2, 2, (7, 1), padding=(3, 0)))"
    row = same_as_the_gradient(code, (2, 33, 33))
    assert (row["size"], row["seen"], row["holes"]) == ([7, 7], 13, True)


def test_a_join_of_a_shifted_path_is_not_aligned() -> None:
    code = JOIN % "Join(nn.Identity(), nn.ZeroPad2d((1, -1, 0, 0))), nn.ReLU()"
    found = traced(code, (2, 16, 16))
    assert [row["aligned"] for row in found["layers"]] == [True, True, False, False]
    assert len(found["notes"]) == 1
    assert found["output"]["size"] == [1, 2]


def test_an_aligned_shortcut_is_no_news() -> None:
    found = traced(JOIN % "Join(nn.Conv2d(2, 2, 3, padding=1), nn.Identity())", (2, 16, 16))
    assert found["output"]["aligned"]
    assert found["notes"] == []


@pytest.mark.parametrize(
    "ending",
    [
        "nn.Flatten()",
        "nn.AdaptiveAvgPool2d(1)",
        "nn.AdaptiveMaxPool2d((1, 1))",
        "nn.GroupNorm(1, 4)",
        "Gate()",
        "Linear()",
    ],
)
def test_what_sees_everything_is_null(ending: str) -> None:
    code = f"""
class Gate(nn.Module):
    def forward(self, x):
        return x * x.mean((2, 3), keepdim=True)

class Linear(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)
    def forward(self, x):
        return self.fc(x.mean((2, 3)))

net = nn.Sequential(nn.Conv2d(3, 4, 3), {ending})
"""
    found = traced(code)
    assert found["output"]["size"] is None
    assert found["output"]["jump"] is None
    assert found["last"]["size"] == [3, 3]


def test_pooling_that_divides_is_a_window() -> None:
    code = "net = nn.Sequential(nn.Conv2d(2, 2, 3, padding=1), nn.AdaptiveAvgPool2d((8, 16)))"
    row = same_as_the_gradient(code, (2, 32, 32))
    assert (row["size"], row["jump"]) == ([6, 4], [4, 2])


def test_pooling_to_what_is_there_changes_nothing() -> None:
    found = rows("net = nn.Sequential(nn.Conv2d(3, 3, 3, 2, 1), nn.AdaptiveAvgPool2d((32, 32)))")
    assert found[0]["size"] == found[1]["size"]
    assert found[0]["jump"] == found[1]["jump"]


def test_pooling_that_does_not_divide_takes_the_widest_window() -> None:
    row = rows("net = nn.AdaptiveAvgPool2d(5)", (3, 32, 32))[0]
    assert row["size"] == [8, 8]
    assert row["jump"] == [6.4, 6.4]
    assert row["seen"] is None


def test_resizing_has_a_jump_that_is_a_fraction() -> None:
    code = "net = nn.Sequential(nn.Conv2d(3, 3, 3), nn.Upsample(scale_factor=4), nn.ConvTranspose2d(3, 3, 4, stride=2))"
    found = rows(code, (3, 34, 34))
    assert [row["jump"] for row in found] == [[1, 1], [0.25, 0.25], [0.125, 0.125]]
    assert found[2]["size"] == [3.25, 3.25]


@pytest.mark.parametrize(("mode", "taps"), [("nearest", 1), ("bilinear", 2), ("bicubic", 4)])
def test_a_resized_unit_sees_as_many_pixels_as_it_is_mixed_of(mode: str, taps: int) -> None:
    """PyTorch's rule for ``align_corners=False``: unit i is mixed of the pixels around (i + ½)/2 − ½."""
    (row,) = rows(f"net = nn.Upsample(scale_factor=2, mode='{mode}')", (3, 16, 16))
    assert row["size"] == [taps, taps]
    for unit in range(4, 28):
        middle = (unit + 0.5) / 2 - 0.5
        first = unit // 2 if taps == 1 else math.floor(middle) - taps // 2 + 1
        start = row["start"][0] + unit * row["jump"][0]
        assert start - 0.5 <= first
        assert first + taps <= start + taps + 0.5


def test_constants_and_parameters_see_nothing() -> None:
    code = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1, 3, 1, 1))
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        return self.conv(x * self.scale) + torch.zeros(1, 3, 1, 1)


net = Net()
"""
    assert traced(code)["output"]["size"] == [3, 3]


def test_the_input_alone() -> None:
    found = traced("net = nn.Sequential()")
    assert found["output"] is None
    assert found["last"] is None
