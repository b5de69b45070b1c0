"""Networks with weights from disk, against the same text run by torch itself with the same random weights."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from app.lab import pictures, weights, zoo
from app.lab.catalogue import spec
from app.lab.experiments import digits, loaded_maps, run
from app.lab.headlines import headline
from app.lab.messages import LabError
from app.lab.zoo.texts import TORCHVISION
from app.runs.worker import _attempt
from tests.lab.experiments.reports import Reports
from tests.lab.oracle import made

PHOTO = pictures.packed(bytes((7 * at + at // 336) % 256 for at in range(112 * 112 * 3)))


@pytest.fixture(scope="module")
def real() -> nn.Module:
    """A ResNet-18 whose norms have statistics of their own."""
    torch.manual_seed(0)
    net: nn.Module = made(zoo.source("resnet18"), "cpu")
    for norm in net.modules():
        if isinstance(norm, nn.BatchNorm2d):
            norm.running_mean = torch.randn(norm.num_features) / 10
            norm.running_var = torch.rand(norm.num_features) + 0.5
    return net


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path))
    return tmp_path


def shown(**options: Any) -> dict[str, Any]:
    found: dict[str, Any] = run(spec("feature-maps", options={"weights": "resnet18", **options}), Reports())
    return found


def seen(net: nn.Module, image: Tensor, *names: str) -> tuple[Tensor, list[Tensor]]:
    """The scores of one image, and the last thing that each of these modules gave."""
    kept: dict[str, Tensor] = {}
    modules = dict(net.named_modules())

    def keep(name: str) -> Callable[[nn.Module, object, Tensor], None]:
        def hook(_: nn.Module, __: object, out: Tensor) -> None:
            kept[name] = out[0].clone()

        return hook

    hooks = [modules[name].register_forward_hook(keep(name)) for name in names]
    with torch.no_grad():
        scores = net(image)[0]
    for hook in hooks:
        hook.remove()
    return scores, [kept[name] for name in names]


def same(layer: dict[str, Any], member: str, value: Tensor) -> None:
    strongest = [channel - 1 for channel in layer["channels"]]
    side = min(28, value.shape[1])
    torch.testing.assert_close(
        torch.tensor(layer[member]), F.adaptive_avg_pool2d(value[strongest], side), rtol=1e-2, atol=1e-3
    )


def test_maps_filters_and_shares_are_those_of_torch(real: nn.Module, folder: Path) -> None:
    torch.save(real.state_dict(), folder / "resnet18-0a1b2c3d.pth")
    result = shown(photo=PHOTO, without=3)
    image = loaded_maps.prepared(PHOTO)
    assert image.shape == (1, 3, 224, 224)
    ends = ("relu", "layer1", "layer2", "layer3", "layer4")
    scores, values = seen(real, image, *ends)
    for layer, value in zip(result["layers"], values, strict=True):
        assert layer["shape"] == list(value.shape)
        means = value.mean((1, 2))
        assert set(layer["channels"]) == set((means.topk(16).indices + 1).tolist())
        same(layer, "maps", value)
    shares = scores.softmax(0)
    assert [one["class"] for one in result["best"]] == shares.topk(5).indices.tolist()
    assert [one["share"] for one in result["best"]] == pytest.approx(shares.topk(5).values.tolist(), rel=1e-3)
    first = cast(nn.Conv2d, real.get_submodule("conv1")).weight.detach()
    torch.testing.assert_close(torch.tensor(result["filters"]), first, rtol=1e-2, atol=1e-4)
    # The third block, layer2.0, halves the sides: without it there is its projection alone.
    silent = real.get_submodule("layer2.0.bn2").register_forward_hook(lambda _, __, out: torch.zeros_like(out))
    scores, values = seen(real, image, *ends)
    silent.remove()
    for layer, value in zip(result["layers"], values, strict=True):
        same(layer, "changed", value)
    assert result["layers"][1]["changed"] == result["layers"][1]["maps"], "what comes before is as it was"
    assert result["without"][0]["class"] == int(scores.argmax())
    share = 100 * result["without"][0]["share"]
    assert headline("feature-maps", "score", result) == f"{share:.0f} % for class {int(scores.argmax())}"
    assert result["file"] == "resnet18-0a1b2c3d.pth"


def test_a_photo_is_scaled_as_imagenet_is() -> None:
    grey = loaded_maps.prepared(pictures.packed(bytes([124, 116, 104]) * 112 * 112))
    assert grey.abs().max() < 0.01, "its mean colour is nothing"
    white = loaded_maps.prepared(pictures.packed(b"\xff" * 112 * 112 * 3))
    assert white[0, :, 5, 5].tolist() == pytest.approx([2.249, 2.429, 2.640], abs=1e-3)


def test_without_a_photo_a_digit_or_a_drawing_is_shown_enlarged(real: nn.Module, folder: Path) -> None:
    state = {name: value for name, value in real.state_dict().items() if "num_batches" not in name}
    torch.save(state, folder / "resnet18.pth")  # as the first files of torchvision are
    drawn = pictures.pixels(shown(image=pictures.SAMPLES[3])["picture"])
    digit = pictures.pixels(shown(digit=3)["picture"])
    assert drawn == digit
    three = digits.stored()[0][digits.stored()[1] == 3][0]
    for y, x in ((0, 0), (0, 30), (50, 60), (111, 111)):
        at = 3 * (112 * y + x)
        assert tuple(digit[at : at + 3]) == (round(255 - 255 * int(three[y // 14, x // 14]) / 16),) * 3


@pytest.mark.parametrize("name", TORCHVISION)
def test_every_network_that_may_be_named_can_be_filled_and_cut(name: str) -> None:
    found = zoo.network(name, (3, 224, 224))
    nodes = found.nodes
    assert not {"constant", "parameter"} & {node.op for node in nodes}, "nothing but what a file holds has values"
    sums = [node for node in nodes if node.op == "add"]
    for number, add in enumerate(sums, 1):
        kept = nodes[add.inputs[1]]
        assert "downsample" in kept.name or kept.index < add.inputs[0]
        cut = loaded_maps.without(found, name, number)
        assert cut.nodes[add.index].inputs == (kept.index,)
    with pytest.raises(LabError, match="no shortcuts" if not sums else f"{len(sums)} residual blocks in {name}"):
        loaded_maps.without(found, name, len(sums) + 1)
    sides = [nodes[end].shape[1] for end in loaded_maps.ends(found)]
    assert sides == sorted(set(sides), reverse=True)
    assert sides[-4:] == [56, 28, 14, 7]


class Wrong:
    """A pickled object that leaves a mark where it is made."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("nothing", "there is no file of weights for resnet18 here"),
        ("two", "several files for resnet18: resnet18-a.pth, resnet18-b.pth"),
        ("broken", "resnet18-a.pth cannot be read as weights"),
        ("code", "resnet18-a.pth cannot be read as weights"),
        ("whole", "resnet18-a.pth holds no state_dict"),
        ("short", "is of another network: fc.bias is missing"),
        ("long", "is of another network: extra is not of it"),
        ("other", r"fc.weight is \(10, 512\) and not \(1000, 512\); fc.bias is"),
        ("nan", "numbers that are not finite"),
    ],
)
def test_a_file_that_is_missing_or_wrong_is_named(real: nn.Module, folder: Path, what: str, words: str) -> None:
    state = dict(real.state_dict())
    file = folder / "resnet18-a.pth"
    if what == "two":
        file.touch()
        (folder / "resnet18-b.pth").touch()
    if what == "broken":
        file.write_bytes(b"PK\x03\x04 and no more")
    contents: dict[str, object] = {
        "code": {"conv1.weight": Wrong(folder / "mark")},
        "whole": {"state_dict": state},
        "short": {name: value for name, value in state.items() if name != "fc.bias"},
        "long": {**state, "extra": torch.zeros(1)},
        "other": {**state, "fc.weight": torch.zeros(10, 512), "fc.bias": torch.zeros(10)},
        "nan": {**state, "fc.bias": torch.full((1000,), torch.nan)},
    }
    if what in contents:
        torch.save(contents[what], file)
    with pytest.raises(weights.Unready, match=words) as refused:
        shown()
    assert "operator" in refused.value.mend
    assert not (folder / "mark").exists(), "a file is read, never run"


def test_what_only_an_operator_can_mend_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(weights.VARIABLE, raising=False)
    head, _ = _attempt(spec("feature-maps", options={"weights": "resnet18"}), Reports())  # type: ignore[arg-type]
    assert head["lasting"] is False
    assert "no weights on disk" in str(head["error"])
    head, _ = _attempt(spec("feature-maps", options={"without": 50}), Reports())  # type: ignore[arg-type]
    assert head["lasting"] is True


def test_files_are_found_by_the_name_of_their_network(tmp_path: Path) -> None:
    for name in ("vgg16-397923af.pth", "vgg16_bn-6c64b313.pth", "resnet50.pth", "resnet18-1.pth.part", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "resnet34-b627a593.pth").mkdir()
    assert weights.offered(tmp_path) == ("vgg16", "vgg16_bn", "resnet50")
    assert weights.file(tmp_path, "vgg16").name == "vgg16-397923af.pth"
    assert weights.offered(None) == weights.offered(tmp_path / "nowhere") == ()
