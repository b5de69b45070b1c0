"""The networks for 32×32 images of He et al. 2016, section 4.2, their plain twins and their heirs, as PyTorch.

``cifar_resnet20_a`` pads a shortcut with zeros, ``_b`` projects it (options A and B); ``cifar_plain20`` has none.
``cifar_seresnet20_a`` adds squeeze and excitation. ``cifar_preresnet110`` (He et al. 2016b) and the wide
``cifar_wrn28_10``, ten times as wide (Zagoruyko & Komodakis 2016, https://arxiv.org/abs/1605.07146), put batch norm
and ReLU first. Depths are 6n + 2; a wide network's name also counts its three projections, and not its last layer.
"""

import re

from app.lab.zoo.block import Block

#: Depths that are offered by name.
_DEPTHS = (20, 32, 44, 56, 110)
NAMES = (
    *(f"cifar_resnet{depth}{option}" for option in ("_a", "_b") for depth in _DEPTHS),
    *(f"cifar_plain{depth}" for depth in _DEPTHS),
    *(f"cifar_preresnet{depth}" for depth in _DEPTHS),
    *(f"cifar_seresnet{depth}_a" for depth in _DEPTHS),
    *("cifar_wrn16_8", "cifar_wrn28_10", "cifar_wrn40_4"),
)
_DEEPEST, _WIDEST = 999, 16

_NAME = re.compile(r"cifar_(?:(se)?resnet(\d+)_([ab])|(plain|preresnet)(\d+)|wrn(\d+)_(\d+))")


def source(name: str, num_classes: int) -> str:
    """Also of depths 6n + 2 that ``NAMES`` does not hold. KeyError where there is none of this name."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise KeyError(name)
    squeezed, depth, option, other, other_depth, wide_depth, widen = match.groups()
    layers = int(wide_depth) - 2 if wide_depth else int(depth or other_depth)
    if layers % 6 != 2 or not 2 < layers <= _DEEPEST or not 1 <= int(widen or 1) <= _WIDEST:
        raise KeyError(name)
    block = Block(
        shortcut="none" if other == "plain" else "padding" if option == "a" else "projection",
        squeeze=bool(squeezed),
        pre_activation=other == "preresnet" or bool(wide_depth),
    )
    return _print(block, (layers - 2) // 6, int(widen or 1), num_classes)


def _print(block: Block, count: int, widen: int, num_classes: int) -> str:
    functional = "import torch.nn.functional as F\n" if block.squeeze or block.shortcut == "padding" else ""
    one, two, three = (channels * widen for channels in (16, 32, 64))
    norm, first, last = "\n        self.bn1 = nn.BatchNorm2d(16)", "self.relu(self.bn1(self.conv1(x)))", ""
    last_norm = ""
    if block.pre_activation:
        norm, first = "", "self.conv1(x)"
        last_norm, last = f"\n        self.bn = nn.BatchNorm2d({three})", "\n        x = self.relu(self.bn(x))"
    return f"""\
import torch
{functional}from torch import nn


{block.source()}
def stage(inside, out, count, stride):
    layers = [{block.name}(inside, out, stride)]
    for _ in range(count - 1):
        layers.append({block.name}(out, out))
    return nn.Sequential(*layers)


class Net(nn.Module):
    def __init__(self, count, num_classes={num_classes}):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False){norm}
        self.relu = nn.ReLU(inplace=True)
        self.layer1 = stage(16, {one}, count, 1)
        self.layer2 = stage({one}, {two}, count, 2)
        self.layer3 = stage({two}, {three}, count, 2){last_norm}
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear({three}, num_classes)

    def forward(self, x):
        x = {first}
        x = self.layer3(self.layer2(self.layer1(x))){last}
        return self.linear(torch.flatten(self.avgpool(x), 1))


net = Net({count})
"""
