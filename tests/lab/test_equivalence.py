"""One architecture under many writings, and many that only look alike."""

import re

import pytest
from hypothesis import given, settings

from app.lab import language, zoo
from app.lab.equivalence import fingerprint, same
from app.lab.messages import LabError
from app.lab.network import Network
from tests.lab.generated import Shape, networks
from tests.lab.programs import PROGRAMS

INPUT = (3, 16, 16)


def read(code: str, input: tuple[int, int, int] = INPUT) -> Network:
    return language.read(code, input)


BLOCK = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 3, 3, padding=1)
        self.conv2 = nn.Conv2d(3, 3, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        out = self.conv2(self.relu(self.conv1(x)))
        return self.relu(out + x)


net = Net()
"""


@pytest.mark.parametrize(
    "other",
    [
        BLOCK.replace("conv1", "first").replace("Net", "Mine"),
        BLOCK.replace("out + x", "x + out"),
        BLOCK.replace("self.relu(", "F.relu("),
        BLOCK.replace("inplace=True", ""),
        BLOCK.replace("padding=1", "padding='same'", 1),
        BLOCK.replace("return self", "out = nn.Identity()(out)\n        unused = F.relu(x)\n        return self"),
        BLOCK.replace("out + x", "torch.add(x, out)"),
        "conv = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.ReLU(), nn.Conv2d(3, 3, 3, padding=1))\n"
        "net = lambda x: F.relu(conv(x) + x)",
    ],
)
def test_the_same_in_another_writing(other: str) -> None:
    assert same(read(BLOCK), read(other))


TWINS = """
a, b = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 3, padding=1)
def net(x):
    y, z = a(x), b(x)
    return torch.cat([y + z, y], 1).flatten(1)
"""


@pytest.mark.parametrize(
    "other",
    [
        TWINS.replace("y + z, y", "z + y, y"),
        TWINS.replace("y + z, y", "y + z, z"),
        TWINS.replace("flatten(1)", "flatten(1).flatten(1)"),
        TWINS.replace("flatten(1)", "view(x.size(0), -1).view(x.size(0), -1)"),
    ],
)
def test_of_two_that_are_made_alike_the_use_says_which_is_which(other: str) -> None:
    assert other != TWINS
    assert same(read(TWINS), read(other))


@pytest.mark.parametrize("other", ["[y, y + z]", "[y + y, y]", "[z, z]"])
def test_twins_are_not_one(other: str) -> None:
    assert not same(read(TWINS), read(TWINS.replace("[y + z, y]", other)))


@pytest.mark.parametrize(
    "other",
    [
        BLOCK.replace("out + x", "out - x"),
        BLOCK.replace("out + x", "out + out"),
        BLOCK.replace("3, 3, 3, padding=1", "3, 3, 5, padding=2", 1),
        BLOCK.replace("self.conv2(", "self.conv1("),
        BLOCK.replace("nn.ReLU(inplace=True)", "nn.GELU()"),
        BLOCK.replace("padding=1)", "padding=1, bias=False)", 1),
        BLOCK.replace("self.relu(out + x)", "out + x"),
    ],
)
def test_another_architecture(other: str) -> None:
    assert not same(read(BLOCK), read(other))


def test_the_sides_of_a_difference_matter() -> None:
    code = "a = nn.Conv2d(3, 3, 1)\nb = nn.Conv2d(3, 3, 3, padding=1)\nnet = lambda x: a(x) - b(x)"
    assert not same(read(code), read(code.replace("a(x) - b(x)", "b(x) - a(x)")))


def test_the_input_is_part_of_it() -> None:
    assert not same(read("net = nn.ReLU()"), read("net = nn.ReLU()", (3, 8, 8)))


def test_no_two_networks_of_the_zoo_are_one() -> None:
    names = [name for name in zoo.names() if name.startswith("cifar") or name in ("vgg16", "resnet50", "resnet50v1")]
    prints = [fingerprint(zoo.network(name)) for name in names]
    assert len(set(prints)) == len(names)


#: Reaches into its blocks from outside, by the names of their layers.
_FROM_OUTSIDE = "torchvision's resnet"


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != _FROM_OUTSIDE])
def test_renaming_every_attribute_changes_nothing(name: str) -> None:
    code, input = PROGRAMS[name]
    renamed = re.sub(r"\bself\.(conv\w*|bn\w*|fc\w*|l\d+|body|layers)\b", r"self.my_\1", code)
    assert fingerprint(read(renamed, input)) == fingerprint(read(code, input))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(networks())
def test_wrapped_and_renamed_it_stays_one(written: tuple[str, Shape]) -> None:
    code, input = written
    try:
        plain = read(code, input)
    except LabError:
        return
    other = re.sub(r"\bl(\d+)\b", r"layer_\1", code).replace("net = Net()", "net = nn.Sequential(nn.Identity(), Net())")
    assert same(plain, read(other, input))
