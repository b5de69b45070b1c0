"""The residual block as PyTorch, printed for every family of the zoo by one set of options.

He et al. 2016 (https://arxiv.org/abs/1512.03385, figure 5) and its heirs: with batch norm and ReLU before each
convolution (He et al. 2016b, https://arxiv.org/abs/1603.05027), with squeeze and excitation (Hu et al. 2018,
https://arxiv.org/abs/1709.01507), with groups (Xie et al. 2017, https://arxiv.org/abs/1611.05431), or without its
shortcut, which makes it plain.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Block:
    """What a residual block is made of; the default is the basic block, two 3×3 convolutions."""

    #: A 1×1 convolution before and after one 3×3, with four times the channels outside.
    bottleneck: bool = False
    #: Where shapes differ: ``padding`` with zeros (option A), ``projection`` by a 1×1 convolution (B); ``none``: plain.
    shortcut: Literal["padding", "projection", "none"] = "projection"
    #: Whether a bottleneck's stride is on its first convolution, as in the paper, and not on the 3×3.
    strides_first: bool = False
    pre_activation: bool = False
    squeeze: bool = False
    #: Of the 3×3 convolution of a bottleneck.
    groups: int = 1
    #: Channels inside a bottleneck, as a multiple of its width.
    widen: int = 1

    @property
    def name(self) -> str:
        return "Bottleneck" if self.bottleneck else "BasicBlock"

    @property
    def expansion(self) -> int:
        return 4 if self.bottleneck else 1

    def source(self) -> str:
        """The classes and functions of the block, with an empty line after the last."""
        parts = [_SQUEEZE] if self.squeeze else []
        if self.shortcut == "padding":
            parts.append(_PADDING)
        elif self.shortcut == "projection":
            parts.append(_PROJECTION_ALONE if self.pre_activation else _PROJECTION)
        return "\n\n".join([*parts, self._class()]) + "\n"

    def _class(self) -> str:
        body = [f"class {self.name}(nn.Module):", f"    expansion = {self.expansion}", ""]
        body += ["    def __init__(self, inside, width, stride=1):", "        super().__init__()"]
        body += [f"        {line}" for line in self._made()]
        body += ["", "    def forward(self, x):"]
        body += [f"        {line}" for line in self._called()]
        return "\n".join(body) + "\n"

    def _convolutions(self) -> list[tuple[str, str, int, str]]:
        """(channels in, channels out, kernel, settings) of each."""
        strided = ", stride=stride"
        if not self.bottleneck:
            return [("inside", "width", 3, f"{strided}, padding=1"), ("width", "width", 3, ", padding=1")]
        middle = "middle" if self.widen > 1 else "width"
        first, second = (strided, "") if self.strides_first else ("", strided)
        groups = f", groups={self.groups}" if self.groups > 1 else ""
        return [
            ("inside", middle, 1, first),
            (middle, middle, 3, f"{second}, padding=1{groups}"),
            (middle, "4 * width", 1, ""),
        ]

    def _made(self) -> list[str]:
        lines = [f"middle = {self.widen} * width"] if self.bottleneck and self.widen > 1 else []
        for number, (inside, out, kernel, settings) in enumerate(self._convolutions(), 1):
            norm = f"self.bn{number} = nn.BatchNorm2d({inside if self.pre_activation else out})"
            convolution = f"self.conv{number} = nn.Conv2d({inside}, {out}, {kernel}{settings}, bias=False)"
            lines += [norm, convolution] if self.pre_activation else [convolution, norm]
        out = "4 * width" if self.bottleneck else "width"
        # In place it would change the sum of the block before, which the shortcut still needs.
        lines.append("self.relu = nn.ReLU()" if self.pre_activation else "self.relu = nn.ReLU(inplace=True)")
        if self.squeeze:
            lines.append(f"self.se = SqueezeExcitation({out})")
        if self.shortcut != "none":
            lines.append(f"self.downsample = shortcut(inside, {out}, stride)")
        return lines

    def _called(self) -> list[str]:
        last = 3 if self.bottleneck else 2
        if self.pre_activation:
            lines = ["out = self.relu(self.bn1(x))"]
            lines += ["skip = x if self.downsample is None else self.downsample(out)", "out = self.conv1(out)"]
            lines += [f"out = self.conv{n}(self.relu(self.bn{n}(out)))" for n in range(2, last + 1)]
        else:
            source = ["x", *["out"] * last]
            lines = [f"out = self.relu(self.bn{n}(self.conv{n}({source[n - 1]})))" for n in range(1, last)]
            lines.append(f"out = self.bn{last}(self.conv{last}(out))")
        if self.squeeze:
            lines.append("out = self.se(out)")
        if self.pre_activation:
            return [*lines, "return out + skip"]
        skip = " + self.downsample(x)" if self.shortcut != "none" else ""
        return [*lines, f"return self.relu(out{skip})"]


_PROJECTION = """\
def shortcut(inside, out, stride):
    if stride == 1 and inside == out:
        return nn.Sequential()
    return nn.Sequential(nn.Conv2d(inside, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out))
"""

#: What is projected has its batch norm and ReLU behind it already.
_PROJECTION_ALONE = """\
def shortcut(inside, out, stride):
    if stride == 1 and inside == out:
        return None
    return nn.Conv2d(inside, out, 1, stride=stride, bias=False)
"""

_PADDING = """\
class Padding(nn.Module):
    def __init__(self, more):
        super().__init__()
        self.more = more

    def forward(self, x):
        return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.more // 2, self.more // 2))


def shortcut(inside, out, stride):
    return nn.Sequential() if stride == 1 else Padding(out - inside)
"""

_SQUEEZE = """\
class SqueezeExcitation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, channels // 16, 1)
        self.fc2 = nn.Conv2d(channels // 16, channels, 1)

    def forward(self, x):
        scale = x.mean((2, 3), keepdim=True)
        scale = self.fc2(F.relu(self.fc1(scale)))
        return x * torch.sigmoid(scale)
"""
