"""Networks that use what few use: each by real torch, in shape, parameters, multiply-adds, values and exact support."""

import pytest
import torch

from app.lab import language, receptive_field, support
from app.lab.experiments.build import build
from app.lab.messages import LabError
from tests.lab import oracle
from tests.lab.oracle import Shape


def by_gradient(code: str, input: Shape, unit: tuple[int, int]) -> list[int]:
    """Rows of masks of the pixels that the gradient of one output unit reaches, for weights of which no two cancel."""
    real, draw = oracle.made(code, device="cpu").double().eval(), torch.Generator().manual_seed(0)
    for weight in real.parameters():
        weight.data = (0.5 + torch.rand(weight.shape, generator=draw, dtype=torch.double)) / weight.numel()
    x = torch.rand((1, *input), generator=draw, dtype=torch.double).requires_grad_()
    scores = real(x)[0, :, unit[0], unit[1]]
    (scores * torch.rand(scores.shape, generator=draw, dtype=torch.double)).sum().backward()
    assert x.grad is not None
    return [sum(1 << i for i, value in enumerate(row) if value) for row in (x.grad[0] != 0).any(0).tolist()]


def row(*layers: str) -> str:
    return f"net = nn.Sequential({', '.join(layers)})"


def net(start: str, forward: str) -> str:
    begin, run = (text.replace("; ", "\n        ") for text in (start, forward))
    return (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        {begin}\n\n    def forward(self, x):\n        {run}\n\n\nnet = Net()"
    )


NETWORKS: dict[str, tuple[str, Shape]] = {
    "dilated": (row("nn.Conv2d(2, 4, 3, dilation=(3, 1))", "nn.Conv2d(4, 2, (1, 5), dilation=(1, 2))"), (2, 13, 15)),
    "depthwise separable": (
        row("nn.Conv2d(4, 8, 3, groups=4, padding=1, bias=False)", "nn.Conv2d(8, 6, 1)"),
        (4, 9, 8),
    ),
    "transposed, grouped": (
        row(
            "nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, output_padding=1)",
            "nn.ConvTranspose2d(4, 4, (2, 5), groups=2, dilation=(2, 1))",
        ),
        (3, 6, 7),
    ),
    "even windows, the odd cell behind": (row("nn.Conv2d(2, 2, (2, 3), padding='same', dilation=(3, 2))"), (2, 9, 8)),
    "around the edge": (row("nn.Conv2d(2, 2, 3, padding=(2, 1), padding_mode='circular', stride=2)"), (2, 9, 8)),
    "mirrored": (row("nn.Conv2d(2, 2, 4, padding='same', padding_mode='reflect')"), (2, 9, 9)),
    "repeated": (row("nn.Conv2d(2, 2, 3, padding=3, padding_mode='replicate')"), (2, 5, 5)),
    "windows rounded up": (
        row("nn.AvgPool2d(2, 2, ceil_mode=True)", "nn.AvgPool2d(3, 3, 1, ceil_mode=True, count_include_pad=False)"),
        (2, 18, 17),
    ),
    "uneven parts": (row("nn.AdaptiveAvgPool2d((5, 4))", "nn.AdaptiveAvgPool2d((7, None))"), (2, 13, 15)),
    "uneven branches": (
        net(
            "self.a = nn.Conv2d(3, 4, 1); self.b = nn.Conv2d(3, 2, 5, padding=2); "
            "self.c = nn.Conv2d(3, 3, 3, padding=2, dilation=2)",
            "return torch.cat([self.a(x), self.b(x), F.avg_pool2d(self.c(x), 3, 1, 1), x], dim=1)",
        ),
        (3, 13, 11),
    ),
    "shared, called twice": (
        net(
            "self.c = nn.Conv2d(4, 4, 3, padding=1); self.b = nn.BatchNorm2d(4)",
            "return self.b(self.c(self.b(self.c(x))))",
        ),
        (4, 9, 9),
    ),
    "shared weights, another bias": (
        net(
            "self.a = nn.Conv2d(4, 4, 3); self.b = nn.Conv2d(4, 4, 3); self.b.weight = self.a.weight",
            "return self.b(self.a(x))",
        ),
        (4, 9, 9),
    ),
    "unused layers": (
        net(
            "self.a = nn.Conv2d(3, 4, 3); self.n = nn.Linear(9, 9); self.p = nn.Parameter(torch.zeros(7, 2))",
            "return self.a(x)",
        ),
        (3, 9, 9),
    ),
    "functional, with parameters": (
        net(
            "self.w = nn.Parameter(torch.randn(6, 1, 3, 3)); self.v = nn.Parameter(torch.randn(3, 3, 3, 3))",
            "return F.conv2d(F.conv2d(x, self.v, padding='same'), self.w, None, 1, (2, 1), 1, 3)",
        ),
        (3, 9, 9),
    ),
    "norms": (row("nn.GroupNorm(2, 4)", "nn.Conv2d(4, 4, 3)", "nn.LayerNorm((4, 7, 7))", "nn.PReLU(4)"), (4, 9, 9)),
    "norms along columns": (row("nn.Conv2d(4, 4, 3)", "nn.LayerNorm(7)", "nn.Softmax(dim=2)"), (4, 9, 9)),
    "norms without statistics": (row("nn.BatchNorm2d(3, track_running_stats=False)", "nn.Conv2d(3, 2, 3)"), (3, 6, 6)),
    "linear along columns": (row("nn.Linear(9, 4)", "nn.Conv2d(2, 2, 3)"), (2, 9, 9)),
    "classes of each pixel": (row("nn.Conv2d(2, 3, 3)", "nn.Softmax(dim=1)"), (2, 9, 9)),
    "pixels of channels": (row("nn.Conv2d(2, 8, 3, padding=1)", "nn.PixelShuffle(2)", "nn.Conv2d(2, 2, 3)"), (2, 5, 6)),
    "resized by a fraction": (row("nn.Upsample(scale_factor=1.7)", "nn.Conv2d(2, 2, 3)"), (2, 5, 7)),
    "resized between pixels by a fraction": (row("nn.Upsample(scale_factor=(1.7, 2.5), mode='bilinear')"), (2, 5, 7)),
    "resized by a curve": (row("nn.Upsample(size=(9, 4), mode='bicubic')", "nn.Conv2d(2, 2, 3)"), (2, 5, 7)),
    "resized, corner to corner": (
        row(
            "nn.Upsample(size=(9, 4), mode='bilinear', align_corners=True)",
            "nn.Upsample(scale_factor=2, mode='bilinear')",
        ),
        (2, 5, 7),
    ),
    "resized to the nearest": (row("nn.Upsample(size=(9, 4), mode='nearest-exact')", "nn.Conv2d(2, 2, 2)"), (2, 5, 7)),
    "made small": (row("nn.Conv2d(2, 2, 3)", "nn.Upsample(size=(3, 2), mode='bicubic')"), (2, 11, 9)),
    "there and back": (
        net(
            "self.d = nn.Conv2d(2, 4, 3, stride=2, padding=1); self.u = nn.ConvTranspose2d(4, 2, 2, stride=2)",
            "return torch.cat([x, self.u(F.relu(self.d(x)))], 1)",
        ),
        (2, 12, 10),
    ),
    "channels shuffled": (
        net(
            "self.a = nn.Conv2d(4, 8, 3, groups=2); self.b = nn.Conv2d(8, 4, 3, groups=2)",
            "x = self.a(x); b, c, h, w = x.size(); "
            "x = x.view(b, 2, c // 2, h, w).transpose(1, 2).reshape(b, c, h, w); return self.b(x)",
        ),
        (4, 9, 8),
    ),
    "channels last in between": (
        net(
            "self.d = nn.Conv2d(3, 3, 5, padding=2, groups=3); self.n = nn.LayerNorm(3); self.a = nn.Linear(3, 12); "
            "self.b = nn.Linear(12, 3); self.g = nn.Parameter(torch.ones(3))",
            "y = self.d(x).permute(0, 2, 3, 1); y = self.g * self.b(F.gelu(self.a(self.n(y)))); "
            "return x + y.permute(0, 3, 1, 2)",
        ),
        (3, 7, 6),
    ),
    "scaled by a parameter": (
        net(
            "self.g = nn.Parameter(torch.ones(3)); self.c = nn.Conv2d(3, 3, 3, padding=1)",
            "return x + torch.sigmoid(self.g).view(1, 3, 1, 1) * self.c(x)",
        ),
        (3, 7, 6),
    ),
    "gated by all of the image": (
        net(
            "self.c = nn.Conv2d(3, 8, 3); self.f = nn.Linear(8, 8)",
            "x = self.c(x); return x * torch.sigmoid(self.f(x.mean((2, 3)))).view(-1, 8, 1, 1)",
        ),
        (3, 7, 6),
    ),
    "over the channels and back": (
        net("self.c = nn.Conv2d(1, 1, 3, padding=1)", "return x * self.c(x.mean(1).unsqueeze(1))"),
        (3, 7, 6),
    ),
    "one channel, with dots": (
        net("self.c = nn.Conv2d(3, 6, 3)", "return self.c(x[..., 1:, ::2])[:, 1:4]"),
        (3, 11, 10),
    ),
    "stacked and summed": (
        net("self.c = nn.Conv2d(3, 3, 3, padding=1)", "return torch.stack([x, self.c(x)], 1).mean(1)"),
        (3, 7, 6),
    ),
    "one below the other": (net("self.c = nn.Conv2d(3, 2, 3)", "return self.c(torch.cat([x, x], 2))"), (3, 4, 6)),
    "changed in place": (
        net("self.c = nn.Conv2d(3, 3, 1)", "y = self.c(x); z = y; y.mul_(2); y += x; y.add_(1); return z"),
        (3, 4, 4),
    ),
}
#: Joins of rows and columns with themselves reach all of them: more than there is.
WIDER = ("one below the other",)


@pytest.mark.parametrize("name", NETWORKS)
def test_unusual_networks(name: str) -> None:
    code, input = NETWORKS[name]
    network = oracle.compare(code, input)
    real, copy = oracle.made(code, device="cpu"), build(network)
    for one in (real, copy):
        for weight in one.parameters():
            weight.data = torch.linspace(-1, 1, weight.numel()).view(weight.shape)
    x = torch.randn(1, *input, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(copy(x), real(x.clone()), rtol=1e-5, atol=1e-5)
    _, high, wide = network.nodes[network.output].shape
    for unit in {(0, 0), (high // 2, wide // 2), (high - 1, wide - 1)}:
        found = support.reached(network, network.output, unit)
        assert found is not None
        wanted = by_gradient(code, input, unit)
        assert found == wanted or (name in WIDER and all(a | b == a for a, b in zip(found, wanted, strict=True)))


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("channels shuffled", [5, 5]),
        ("channels last in between", [5, 5]),
        ("scaled by a parameter", [3, 3]),
        ("classes of each pixel", [3, 3]),
        ("stacked and summed", [3, 3]),
        ("over the channels and back", [3, 3]),
        ("uneven branches", [7, 7]),
        ("there and back", [3, 3]),
        ("gated by all of the image", None),
        ("norms", None),
        ("norms without statistics", None),
        ("one below the other", None),
        ("linear along columns", None),
    ],
)
def test_the_field_of_unusual_networks(name: str, size: list[int] | None) -> None:
    found = receptive_field.trace(language.read(*NETWORKS[name]))["output"]
    assert isinstance(found, dict)
    assert found["size"] == size


@pytest.mark.parametrize(
    ("code", "input", "words"),
    [
        ("net = nn.Conv2d(2, 2, 9, padding=4, padding_mode='reflect')", (2, 4, 4), "reflect padding of 4"),
        ("net = nn.Conv2d(2, 2, 9, padding='same', padding_mode='reflect')", (2, 4, 4), "reflect padding of 4"),
        ("net = nn.Conv2d(2, 2, 9, padding=5, padding_mode='circular')", (2, 4, 4), "circular padding of 5"),
        ("net = lambda x: F.pad(x, (1, 1), mode='reflect')", (2, 4, 4), "names 4 amounts"),
        ("net = nn.PReLU(3)", (2, 4, 4), "3 slopes"),
        ("net = nn.Upsample(size=4, scale_factor=2)", (2, 4, 4), "a size and a scale_factor"),
        ("net = nn.Upsample(scale_factor=2, align_corners=True)", (2, 4, 4), "no meaning for nearest"),
        ("def net(x):\n    y = x.mean((2, 3), keepdim=True)\n    y += x\n    return y", (2, 4, 4), "in place"),
    ],
)
def test_what_torch_refuses_is_refused(code: str, input: Shape, words: str) -> None:
    with pytest.raises((RuntimeError, ValueError)):
        oracle.made(code, device="cpu")(torch.zeros(1, *input))
    with pytest.raises(LabError, match=words) as caught:
        language.read(code, input)
    assert caught.value.mend
