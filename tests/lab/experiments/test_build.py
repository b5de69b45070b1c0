"""What is built from a Network computes what torch computes from the same code."""

import pytest
import torch
from torch import Tensor, nn

from app.lab import counting, language, zoo
from app.lab.experiments.build import FUNCTIONS, Built, build
from app.lab.messages import LabError
from app.lab.network import FUNCTIONS as NAMED
from app.lab.network import MODULES, Network, Node

#: Programs that are PyTorch to torch and to us.
PROGRAMS = {
    "a plain stack": """
net = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(inplace=True), nn.MaxPool2d(2),
    nn.Conv2d(8, 6, 2, stride=2, dilation=2, padding="valid"), nn.LeakyReLU(0.2),
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(), nn.Linear(6, 4), nn.Softmax(dim=1),
)
""",
    "a residual block with a projection": """
class Block(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.shortcut = nn.Conv2d(inside, outside, 1, stride)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(out)) + self.shortcut(x))

net = nn.Sequential(Block(3, 8, 1), Block(8, 16, 2), nn.AvgPool2d(2))
""",
    "one layer called twice, an in-place activation read twice": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.head = nn.Linear(3 * 4 * 4, 5)

    def forward(self, x):
        y = self.conv(x)
        z = self.conv(torch.sigmoid(y)) * 0.5 + y - 1
        z = torch.cat([z, -y], 1)[:, 1:4, ::2, ::2]
        z = F.pad(z, (1, 1, 0, 2), value=0.25)[:, :, :4, :4]
        return self.head(z.reshape(z.size(0), -1))

net = Net()
""",
    "shortcut A: every other pixel and zeros for new channels": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 7, 3, 2, 1)

    def forward(self, x):
        short = x[:, :, ::2, ::2]
        short = torch.cat([short, torch.zeros(short.size(0), 4, short.size(2), short.size(3))], 1)
        y = self.conv(x) + short
        return y.mean((2, 3))

net = Net()
""",
    "norms, gates and reshaping": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1, groups=1)
        self.depthwise = nn.Conv2d(8, 8, 3, 1, 1, groups=8)
        self.norm = nn.GroupNorm(2, 8)
        self.squeeze = nn.Linear(8, 8)
        self.scale = nn.Parameter(torch.ones(8, 1, 1))

    def forward(self, x):
        x = F.gelu(self.norm(self.depthwise(self.stem(x))))
        gate = torch.sigmoid(self.squeeze(x.mean((2, 3)))).view(-1, 8, 1, 1)
        x = x * gate * self.scale
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = torch.maximum(x, x.abs().clamp(max=0.1)) / 2
        return x.flatten(2).permute(0, 2, 1).amax(1)

net = Net()
""",
}
INPUT = (3, 8, 8)


def real(code: str) -> nn.Module:
    names = {"torch": torch, "nn": nn, "F": torch.nn.functional}
    exec(code, names)
    net = names["net"]
    assert isinstance(net, nn.Module)
    return net.eval()


def copied(net: nn.Module, built: Built, network: Network) -> None:
    """Give our modules torch's weights, found by the names that the nodes carry."""
    theirs = dict(net.named_parameters())
    for node in built.nodes:
        if node.op == "parameter":
            built.leaves[built._layer_of[node.index]].data.copy_(theirs["scale"])
        for name in node.weights if node.op in MODULES else ():
            ours = getattr(built.layers[built._layer_of[node.index]], name)
            ours.data.copy_(theirs[f"{node.name}.{name}"])


@pytest.mark.parametrize("title", PROGRAMS)
def test_values_are_those_of_torch(title: str) -> None:
    network = language.read(PROGRAMS[title], INPUT)
    net, built = real(PROGRAMS[title]), build(network)
    copied(net, built, network)
    x = torch.randn(3, *INPUT, generator=torch.Generator().manual_seed(0))
    ours, theirs = built(x), net(x.clone())
    assert ours.shape == (3, *network.nodes[network.output].shape)
    torch.testing.assert_close(ours, theirs)
    assert sum(p.numel() for p in built.parameters()) == sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize("name", zoo.names())
def test_a_network_of_the_zoo_has_the_parameters_that_are_counted(name: str) -> None:
    network = zoo.network(name)
    with torch.device("meta"):
        built = Built(network, network.output)
    total = counting.count(network)["total"]
    assert isinstance(total, dict)
    assert sum(p.numel() for p in built.parameters()) == total["params"]
    assert built(torch.empty(2, *network.input, device="meta")).shape == (2, 1000 if network.input[1] == 224 else 10)


def test_tied_weights_are_one_tensor() -> None:
    network = language.read(
        "conv = nn.Conv2d(4, 4, 3, padding=1)\nnet = nn.Sequential(conv, nn.ReLU(), conv)", (4, 6, 6)
    )
    built = build(network)
    assert len(list(built.parameters())) == 2


TIED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(4, 4, 3, padding=1)
        self.b = nn.Conv2d(4, 4, 3, padding=1)
        self.b.weight = self.a.weight

    def forward(self, x):
        return F.conv2d(self.b(F.relu(self.a(x))), self.a.weight)


net = Net()
"""


def test_one_weight_of_several_layers_stays_one_as_it_learns() -> None:
    network = language.read(TIED, (4, 6, 6))
    built = build(network)
    total = counting.count(network)["total"]
    assert isinstance(total, dict)
    assert sum(p.numel() for p in built.parameters()) == total["params"] == 144 + 4 + 4
    descent = torch.optim.SGD(built.parameters(), lr=0.1)
    built(torch.randn(2, 4, 6, 6)).square().sum().backward()
    descent.step()
    first, *others = (layer.weight for layer in built.layers.values() if isinstance(layer, nn.Conv2d))
    assert len(others) == 2
    assert all(torch.equal(first, other) for other in others)


def test_the_seed_makes_the_weights_and_leaves_torchs_own_seed_alone() -> None:
    network = zoo.network("cifar_plain20")

    def weights(seed: int, init: str) -> Tensor:
        return torch.cat([p.flatten() for p in build(network, seed, init).parameters()])

    before = torch.random.get_rng_state()
    assert torch.equal(weights(1, "he"), weights(1, "he"))
    assert not torch.equal(weights(1, "he"), weights(2, "he"))
    assert not torch.equal(weights(1, "he"), weights(1, "default"))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_he_initialisation_has_variance_two_over_fan_in() -> None:
    network = language.read("net = nn.Conv2d(16, 64, 3)", (16, 8, 8))
    weight = next(build(network, 0, "he").parameters())
    assert weight.var().item() == pytest.approx(2 / (16 * 9), rel=0.05)


def test_an_operation_that_is_not_in_the_tables_is_refused_at_its_line() -> None:
    network = Network((Node(0, "input", (), (3, 4, 4), "input", None), Node(1, "Bilinear", (0,), (3, 4, 4), "b", 7)), 1)
    with pytest.raises(LabError, match="Bilinear") as caught:
        build(network)
    assert caught.value.line == 7


def test_building_stops_at_the_layer_that_is_looked_from() -> None:
    network = zoo.network("vgg16")
    last_conv = max(node.index for node in network.nodes if node.op == "Conv2d")
    built = build(network, until=last_conv)
    assert sum(p.numel() for p in built.parameters()) == 14_714_688


def test_everything_that_has_a_name_can_be_computed() -> None:
    assert set(FUNCTIONS) == NAMED
    assert all(isinstance(getattr(nn, name), type) for name in MODULES)
