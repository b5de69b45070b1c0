"""ResNets for ImageNet as PyTorch, and their heirs: one network around one block with options.

He et al. 2016, table 1. ``resnet50`` and the deeper ones put a bottleneck's stride on its 3×3 convolution, as
torchvision does (v1.5); ``resnet50v1`` puts it on the first 1×1, as the paper does. Layers have torchvision's names,
so that state dicts fit.
"""

import re
from dataclasses import replace

from app.lab.zoo.block import Block

#: Blocks stage by stage, and whether they are bottlenecks.
_DEPTHS = {
    18: ((2, 2, 2, 2), False),
    34: ((3, 4, 6, 3), False),
    50: ((3, 4, 6, 3), True),
    101: ((3, 4, 23, 3), True),
    152: ((3, 8, 36, 3), True),
}
RESNETS = tuple(f"resnet{depth}" for depth in _DEPTHS)
#: As torchvision has them: Xie et al. 2017 and Zagoruyko & Komodakis 2016 (https://arxiv.org/abs/1605.07146).
WIDE = ("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2")
V1 = tuple(f"resnet{depth}v1" for depth, (_, bottleneck) in _DEPTHS.items() if bottleneck)
SQUEEZED = tuple(f"seresnet{depth}" for depth in _DEPTHS)
PRE_ACTIVATED = tuple(f"preresnet{depth}" for depth in _DEPTHS)

_NAME = re.compile(r"(se|pre)?resnet(\d+)(v1)?|resnext(\d+)_(\d+)x(\d+)d|wide_resnet(\d+)_2")


def source(name: str, num_classes: int) -> str:
    """KeyError where there is none of this name."""
    if name not in (*RESNETS, *WIDE, *V1, *SQUEEZED, *PRE_ACTIVATED):
        raise KeyError(name)
    match = _NAME.fullmatch(name)
    assert match
    heir, depth, v1, next_depth, groups, width, wide_depth = match.groups()
    blocks, bottleneck = _DEPTHS[int(depth or next_depth or wide_depth)]
    block = Block(bottleneck, strides_first=bool(v1), squeeze=heir == "se", pre_activation=heir == "pre")
    if groups:
        block = replace(block, groups=int(groups), widen=int(groups) * int(width) // 64)
    elif wide_depth:
        block = replace(block, widen=2)
    return _print(block, blocks, num_classes)


def _print(block: Block, blocks: tuple[int, ...], num_classes: int) -> str:
    functional = "import torch.nn.functional as F\n" if block.squeeze else ""
    last_made, last = "", ""
    if block.pre_activation:
        last_made, last = (
            "\n        self.bn = nn.BatchNorm2d(512 * block.expansion)",
            "\n        x = self.relu(self.bn(x))",
        )
    return f"""\
import torch
{functional}from torch import nn


{block.source()}
class ResNet(nn.Module):
    def __init__(self, block, blocks, num_classes={num_classes}):
        super().__init__()
        self.inside = 64
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = self.stage(block, 64, blocks[0], stride=1)
        self.layer2 = self.stage(block, 128, blocks[1], stride=2)
        self.layer3 = self.stage(block, 256, blocks[2], stride=2)
        self.layer4 = self.stage(block, 512, blocks[3], stride=2){last_made}
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, num_classes)

    def stage(self, block, width, count, stride):
        layers = []
        for number in range(count):
            layers.append(block(self.inside, width, stride if number == 0 else 1))
            self.inside = width * block.expansion
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x)))){last}
        return self.fc(torch.flatten(self.avgpool(x), 1))


net = ResNet({block.name}, {list(blocks)})
"""
