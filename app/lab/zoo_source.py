"""The zoo as PyTorch that a student can read: a printer, one parametrised block for each family.

VGG: Simonyan & Zisserman 2015, table 1. ResNet: He et al. 2016, table 1 and section 4.2. ``resnet50`` and the deeper
ones put a bottleneck's stride on its 3×3 convolution, as torchvision does (v1.5); ``resnet50v1`` puts it on the first
1×1, as the paper does. In the CIFAR family ``_a`` pads a shortcut with zeros, ``_b`` projects it (options A and B).
Layers have torchvision's names, so that state dicts fit.
"""

import re

#: Convolutions between two poolings, stage by stage.
_VGG = {"vgg11": (1, 1, 2, 2, 2), "vgg13": (2, 2, 2, 2, 2), "vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
_RESNET = {
    "resnet18": ("BasicBlock", (2, 2, 2, 2)),
    "resnet34": ("BasicBlock", (3, 4, 6, 3)),
    "resnet50": ("Bottleneck", (3, 4, 6, 3)),
    "resnet101": ("Bottleneck", (3, 4, 23, 3)),
    "resnet152": ("Bottleneck", (3, 8, 36, 3)),
}
#: Depths of the CIFAR family that are offered by name: 6n + 2.
_CIFAR_DEPTHS = (20, 32, 44, 56, 110)
_CIFAR = re.compile(r"cifar_(?:(plain)|resnet)(\d{1,3})(?:_([ab]))?")

TORCHVISION = (*_VGG, *(f"{name}_bn" for name in _VGG), *_RESNET)
V1 = tuple(f"{name}v1" for name in _RESNET if _RESNET[name][0] == "Bottleneck")
CIFAR = tuple(
    f"cifar_{family}{depth}{option}"
    for family, option in (("resnet", "_a"), ("resnet", "_b"), ("plain", ""))
    for depth in _CIFAR_DEPTHS
)
NAMES = (*TORCHVISION, *V1, *CIFAR)


def source(name: str, num_classes: int | None = None) -> str:
    """The text of a network of the zoo; KeyError where there is none of this name.

    ``num_classes`` is the size of its last layer: 1000 for ImageNet and 10 for CIFAR where it is not given.
    """
    if name in _VGG or name.removesuffix("_bn") in _VGG:
        return _vgg(_VGG[name.removesuffix("_bn")], name.endswith("_bn"), num_classes or 1000)
    plain = name.removesuffix("v1")
    if plain in _RESNET and (plain == name or name in V1):
        block, blocks = _RESNET[plain]
        return _resnet(block, blocks, name in V1, num_classes or 1000)
    match = _CIFAR.fullmatch(name)
    if match and int(match[2]) % 6 == 2 and int(match[2]) > 2 and bool(match[1]) != bool(match[3]):
        return _cifar((int(match[2]) - 2) // 6, match[3] or "", num_classes or 10)
    raise KeyError(name)


def _vgg(stages: tuple[int, ...], normalised: bool, num_classes: int) -> str:
    norm = "\n            layers.append(nn.BatchNorm2d(out))" if normalised else ""
    return f"""\
import torch
from torch import nn


def stack(stages, inside=3):
    layers = []
    for number, convolutions in enumerate(stages):
        out = min(64 * 2**number, 512)
        for _ in range(convolutions):
            layers.append(nn.Conv2d(inside, out, 3, padding=1)){norm}
            layers.append(nn.ReLU(inplace=True))
            inside = out
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


class VGG(nn.Module):
    def __init__(self, stages, num_classes={num_classes}):
        super().__init__()
        self.features = stack(stages)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


net = VGG({list(stages)})
"""


_BASIC = """\
class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inside, width, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, width, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = shortcut(inside, width, stride)

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return self.relu(out + self.downsample(x))
"""


def _bottleneck(first: str, second: str) -> str:
    return f"""\
class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inside, width, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, width, 1{first}, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3{second}, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(inside, 4 * width, stride)

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        return self.relu(out + self.downsample(x))
"""


def _resnet(block: str, blocks: tuple[int, ...], first_convolution_strides: bool, num_classes: int) -> str:
    strided = ", stride=stride"
    strides = (strided, "") if first_convolution_strides else ("", strided)
    text = _BASIC if block == "BasicBlock" else _bottleneck(*strides)
    return f"""\
import torch
from torch import nn


def shortcut(inside, out, stride):
    if stride == 1 and inside == out:
        return nn.Sequential()
    return nn.Sequential(nn.Conv2d(inside, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out))


{text}

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
        self.layer4 = self.stage(block, 512, blocks[3], stride=2)
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
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


net = ResNet({block}, {list(blocks)})
"""


_SHORTCUTS = {
    "a": (
        """\
        self.stride, self.more = stride, (out - inside) // 2
""",
        """
    def shortcut(self, x):
        if self.stride == 1:
            return x
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.more, self.more))
""",
        "F.relu(out + self.shortcut(x))",
    ),
    "b": (
        """\
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(inside, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out))
""",
        "",
        "F.relu(out + self.shortcut(x))",
    ),
    "": ("", "", "F.relu(out)"),
}


def _cifar(blocks: int, option: str, num_classes: int) -> str:
    made, method, result = _SHORTCUTS[option]
    return f"""\
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, inside, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, out, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
{made}{method}
    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return {result}


def stage(inside, out, count, stride):
    layers = [Block(inside, out, stride)]
    for _ in range(count - 1):
        layers.append(Block(out, out, 1))
    return nn.Sequential(*layers)


class Net(nn.Module):
    def __init__(self, count, num_classes={num_classes}):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = stage(16, 16, count, 1)
        self.layer2 = stage(16, 32, count, 2)
        self.layer3 = stage(32, 64, count, 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(64, num_classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(torch.flatten(self.avgpool(x), 1))


net = Net({blocks})
"""
