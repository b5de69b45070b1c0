"""What torchinfo, thop and fvcore count of the networks in docs/lab/counting.md, beside the lab's own count.

They are no dependencies of the project: install them elsewhere and put that folder on the path, as in
``pip install --no-deps --target COUNTERS torchinfo thop fvcore iopath yacs portalocker termcolor tabulate`` and
``PYTHONPATH=.:COUNTERS python scripts/compare_counters.py``. Prints the table in Markdown. Executes only the texts
below and the zoo's own.
"""

import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from app.lab import counting, language, zoo

Shape = tuple[int, int, int]
Count = tuple[int, int]

TIED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.b = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.b(self.a(x))


net = Net()
"""
TWICE = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(8, 8, 3, padding=1, bias=False)

    def forward(self, x):
        return self.a(self.a(x))


net = Net()
"""
FUNCTIONAL = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(8, 8, 3, 3))

    def forward(self, x):
        return F.conv2d(x, self.w, padding=1)


net = Net()
"""
UNUSED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.b = nn.Linear(8, 8)

    def forward(self, x):
        return self.a(x)


net = Net()
"""
CASES: dict[str, tuple[str, Shape]] = {
    "two layers with one weight": (TIED, (8, 16, 16)),
    "one layer called twice": (TWICE, (8, 16, 16)),
    "a functional convolution": (FUNCTIONAL, (8, 16, 16)),
    "a layer that nothing uses": (UNUSED, (8, 16, 16)),
    "VGG-16": (zoo.source("vgg16"), (3, 224, 224)),
    "ResNet-50 (v1.5)": (zoo.source("resnet50"), (3, 224, 224)),
}


def made(code: str) -> nn.Module:
    names: dict[str, Any] = {"torch": torch, "nn": nn, "F": F}
    exec(code, names)  # noqa: S102
    net: nn.Module = names["net"]
    return net.eval()


def ours(code: str, input: Shape) -> Count:
    total: Any = counting.count(language.read(code, input))["total"]
    return total["params"], total["macs"]


def torch_itself(code: str, input: Shape) -> Count:
    net = made(code)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net(torch.zeros(1, *input))
    return sum(weight.numel() for weight in net.parameters()), counter.get_total_flops() // 2


def by_torchinfo(code: str, input: Shape) -> Count:
    from torchinfo import summary

    found = summary(made(code), (1, *input), verbose=0)
    return found.total_params, found.total_mult_adds


def by_thop(code: str, input: Shape) -> Count:
    from thop import profile

    macs, params = profile(made(code), (torch.zeros(1, *input),), verbose=False)
    return int(params), int(macs)


def by_fvcore(code: str, input: Shape) -> Count:
    from fvcore.nn import FlopCountAnalysis, parameter_count

    logging.disable(logging.WARNING)
    net = made(code)
    return parameter_count(net)[""], int(FlopCountAnalysis(net, torch.zeros(1, *input)).total())


COUNTERS: dict[str, Callable[[str, Shape], Count]] = {
    "the lab": ours,
    f"torch {version('torch').partition('+')[0]}": torch_itself,
    f"torchinfo {version('torchinfo')}": by_torchinfo,
    f"thop {version('thop')}": by_thop,
    f"fvcore {version('fvcore')}": by_fvcore,
}


def main() -> None:
    for title, number in (("parameters", 0), ("multiply-adds", 1)):
        print(f"| {title} | {' | '.join(COUNTERS)} |\n|---|{'---:|' * len(COUNTERS)}")
        for name, (code, input) in CASES.items():
            counts = [count(code, input)[number] for count in COUNTERS.values()]
            print(f"| {name} | {' | '.join(f'{value:,}' for value in counts)} |")
        print()


if __name__ == "__main__":
    main()
