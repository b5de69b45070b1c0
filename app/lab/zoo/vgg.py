"""VGG as PyTorch (Simonyan & Zisserman 2015, https://arxiv.org/abs/1409.1556, table 1: A, B, D and E)."""

#: Convolutions between two poolings, stage by stage.
STAGES = {"vgg11": (1, 1, 2, 2, 2), "vgg13": (2, 2, 2, 2, 2), "vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}


def source(name: str, num_classes: int) -> str:
    """``vgg16``, or with ``_bn``: a batch norm after each convolution. KeyError where there is none of this name."""
    stages = STAGES[name.removesuffix("_bn")]
    norm = "\n            layers.append(nn.BatchNorm2d(out))" if name.endswith("_bn") else ""
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
