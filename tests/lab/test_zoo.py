"""The zoo against the golden numbers and against torch running the very same text."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.lab import counting, receptive_field, zoo
from app.lab.messages import LabError
from tests.lab import oracle

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden.json").read_text())


@pytest.mark.parametrize("name", GOLDEN["networks"])
def test_golden_parameters_and_multiply_adds(name: str) -> None:
    golden = GOLDEN["networks"][name]
    total: Any = counting.count(zoo.network(name, tuple(golden["input"])))["total"]
    assert (total["params"], total["macs"]) == (golden["params"], golden["macs"])


@pytest.mark.parametrize("name", GOLDEN["networks"])
def test_golden_inputs_are_the_defaults(name: str) -> None:
    assert list(zoo.default_input(name)) == GOLDEN["networks"][name]["input"]


def test_golden_receptive_fields_of_vgg16() -> None:
    golden = GOLDEN["receptive_field"]["vgg16"]
    rows: Any = receptive_field.trace(zoo.network("vgg16"))["layers"]
    assert [row["size"][0] for row in rows if row["kind"] == "Conv2d"] == golden["per_conv"]
    assert [row["size"][1] for row in rows if row["kind"] == "MaxPool2d"] == golden["per_pool"]


@pytest.mark.parametrize("name", GOLDEN["receptive_field"])
def test_golden_receptive_fields_of_the_last_convolution(name: str) -> None:
    rows: Any = receptive_field.trace(zoo.network(name))["layers"]
    last = [row for row in rows if row["kind"] == "Conv2d"][-1]
    assert last["size"] == [GOLDEN["receptive_field"][name]["last_conv"]] * 2


@pytest.mark.parametrize("name", [n for n in zoo.names() if not n.endswith(("110_a", "110_b", "n110"))])
def test_the_text_is_real_pytorch(name: str) -> None:
    oracle.compare(zoo.source(name), zoo.default_input(name))


@pytest.mark.parametrize(
    ("name", "depth"), [("vgg11", 11), ("vgg19_bn", 19), ("resnet18", 18), ("resnet50", 50), ("resnet152", 152),
                        ("resnet101v1", 101), ("cifar_plain56", 56), ("cifar_resnet110_a", 110)]
)  # fmt: skip
def test_depth_is_the_number_in_the_name(name: str, depth: int) -> None:
    assert counting.depth(zoo.network(name)) == depth


@pytest.mark.parametrize(
    ("name", "params"),
    [
        # torchvision 0.28's documentation of each model.
        ("resnext50_32x4d", 25_028_904), ("resnext101_32x8d", 88_791_336), ("resnext101_64x4d", 83_455_272),
        ("wide_resnet50_2", 68_883_240), ("wide_resnet101_2", 126_886_696),
        # Zagoruyko & Komodakis 2016, table 4: 11.0, 36.5 and 8.9 million; to the last one, their code.
        ("cifar_wrn16_8", 10_961_370), ("cifar_wrn28_10", 36_479_194), ("cifar_wrn40_4", 8_949_210),
    ],
)  # fmt: skip
def test_published_parameters_of_the_heirs(name: str, params: int) -> None:
    total: Any = counting.count(zoo.network(name))["total"]
    assert total["params"] == params


@pytest.mark.parametrize("depth", [18, 50])
def test_squeeze_and_excitation_adds_what_its_formula_says(depth: int) -> None:
    """Two layers a block, from its C channels to C/16 and back, with biases (Hu et al. 2018, section 4)."""
    plain: Any = counting.count(zoo.network(f"resnet{depth}"))["total"]
    squeezed: Any = counting.count(zoo.network(f"seresnet{depth}"))["total"]
    blocks = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3)}[depth]
    channels = [(64 << stage) * (4 if depth == 50 else 1) for stage in range(4)]
    added = sum(n * (2 * c * (c // 16) + c + c // 16) for n, c in zip(blocks, channels, strict=True))
    assert squeezed["params"] == plain["params"] + added


def test_before_the_activation_the_way_of_the_shortcut_is_clear() -> None:
    """From the stem's output to the last sum there is a path of nothing but sums and projections (He et al. 2016b)."""
    network = zoo.network("cifar_preresnet20")
    sums = [node for node in network.nodes if node.op == "add"]
    assert len(sums) == 9
    for before, after in pairwise(sums):
        skip = network.nodes[after.inputs[1]]
        assert skip == before or (skip.op == "Conv2d" and skip.attrs["kernel_size"] == (1, 1))


def test_layers_have_torchvisions_names() -> None:
    names = {node.name for node in zoo.network("resnet50").nodes if node.weights}
    assert {"conv1", "bn1", "layer1.0.conv1", "layer1.0.downsample.0", "layer4.2.bn3", "fc"} <= names
    assert "features.28" in {node.name for node in zoo.network("vgg16").nodes}
    assert "classifier.6" in {node.name for node in zoo.network("vgg16").nodes}


def test_no_lines_that_no_one_sees() -> None:
    assert all(node.line is None for node in zoo.network("resnet18").nodes)


def test_any_depth_of_the_cifar_family() -> None:
    assert counting.depth(zoo.network("cifar_resnet14_b")) == 14
    assert zoo.network("cifar_plain8").nodes[-1].shape == (10,)


def test_another_input() -> None:
    network = zoo.network("resnet18", (3, 64, 96))
    assert network.input == (3, 64, 96)
    assert network.nodes[network.output].shape == (1000,)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("resnet51", "resnet50"), ("vgg-16", "vgg16"), ("RESNET18", "resnet18"), ("vgg16bn", "vgg16_bn")],
)
def test_a_misspelt_name_is_told_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(LabError) as caught:
        zoo.network(name)
    assert nearest in caught.value.mend


@pytest.mark.parametrize("name", ["", "cifar_resnet21_a", "cifar_resnet20", "cifar_plain20_a", "resnet18v1", "x" * 900])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(LabError, match="no network"):
        zoo.network(name)


def test_names_that_are_offered_can_be_built() -> None:
    for name in zoo.names():
        assert zoo.network(name).nodes[-1].shape == ((10,) if name.startswith("cifar") else (1000,))
