"""Plain and residual stacks of 6n + 2 layers: the networks of He et al. 2016, section 4.2, in any width.

https://arxiv.org/abs/1512.03385. A first convolution, three stages of n two-layer blocks (the second and third halve
the sides and double the channels), global average pooling, a linear layer. Shortcuts are of type A, without weights:
every other pixel, zeros for the new channels. With pre-activation, norm and activation stand before each convolution
of a block and nothing after the sum (He et al. 2016b, https://arxiv.org/abs/1603.05027, figure 4 (e)).
"""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}
CLASSES = 10


class Stack(nn.Module):
    """``depth`` weighted layers, of which the last is linear, for images of so many ``channels``.

    ``forward`` keeps each layer's z, before norm and σ.
    """

    def __init__(
        self,
        depth: int,
        width: int,
        skip: bool,
        batch_norm: bool,
        activation: str,
        *,
        channels: int = 3,
        pre_activation: bool = False,
    ) -> None:
        super().__init__()
        self.skip, self.activation, self.pre_activation = skip, ACTIVATIONS[activation], pre_activation
        blocks = (depth - 2) // 6
        outs = [width, *(width << stage for stage in range(3) for _ in range(2 * blocks))]
        ins = [channels, *outs[:-1]]
        self.convolutions = nn.ModuleList(
            # A bias before batch norm would be taken away again.
            nn.Conv2d(i, o, 3, stride=2 if number and 2 * i == o else 1, padding=1, bias=not batch_norm)
            for number, (i, o) in enumerate(zip(ins, outs, strict=True))
        )
        # Before the convolutions, the norm of the first one is free: it stands behind the last block.
        sizes = [outs[-1], *ins[1:]] if pre_activation else outs
        self.norms = nn.ModuleList(nn.BatchNorm2d(size) if batch_norm else nn.Identity() for size in sizes)
        self.classifier = nn.Linear(outs[-1], CLASSES)
        self.outputs: list[Tensor] = []
        #: The blocks in the order in which they are applied, and those whose two layers give zeros: for lesions.
        self.order: Sequence[int] = self.blocks
        self.zeroed: frozenset[int] = frozenset()

    @property
    def layers(self) -> list[nn.Module]:
        return [*self.convolutions, self.classifier]

    @property
    def blocks(self) -> range:
        """The numbers of the two-layer blocks; those at a third and at two thirds halve the sides."""
        return range((len(self.convolutions) - 1) // 2)

    def keeps_shape(self, block: int) -> bool:
        """Whether a block's output has the shape of its input, so that it can be left out or change places."""
        first = self.convolutions[1 + 2 * block]
        assert isinstance(first, nn.Conv2d)
        return first.stride == (1, 1)

    def forward(self, x: Tensor) -> Tensor:  # (batch, channels, side, side) -> (batch, 10)
        self.outputs = []
        x = self.first(x)
        for block in self.order:
            x = self.block(block, x)
        if self.pre_activation:
            x = self.activation(self.norms[0](x))
        z: Tensor = self.classifier(x.mean((2, 3)))
        self.outputs.append(z)
        return z

    def first(self, x: Tensor) -> Tensor:
        """The first convolution with its norm and activation: (batch, channels, side, side) -> (batch, width, …)."""
        if self.pre_activation:
            return self._convolve(0, x)
        return self.activation(self._layer(0, x))

    def block(self, block: int, x: Tensor) -> Tensor:
        """Two layers, and the shortcut where there is one; nothing comes after the sum where norms come first."""
        if self.pre_activation:
            y = x
            for i in (1 + 2 * block, 2 + 2 * block):
                y = self._convolve(i, self.activation(self.norms[i](y)))
            return y + _shortcut(x, y) if self.skip else y
        y = self.activation(self._layer(1 + 2 * block, x))
        y = self._layer(2 + 2 * block, y)
        if block in self.zeroed:
            y = torch.zeros_like(y)
        return self.activation(y + _shortcut(x, y) if self.skip else y)

    def _layer(self, i: int, x: Tensor) -> Tensor:
        y: Tensor = self.norms[i](self._convolve(i, x))
        return y

    def _convolve(self, i: int, x: Tensor) -> Tensor:
        z: Tensor = self.convolutions[i](x)
        self.outputs.append(z)
        return z


def _shortcut(x: Tensor, y: Tensor) -> Tensor:
    if x.shape == y.shape:
        return x
    missing = y.shape[1] - x.shape[1]
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, missing // 2, missing - missing // 2))


def multiply_adds(depth: int, width: int, size: int) -> int:
    """Of one image's way through a stack; the few of the classifier left out."""
    per_stage = 2 * ((depth - 2) // 6) * 9 * width**2 * size**2
    return 3 * per_stage + 27 * width * size**2


def initialise(net: nn.Module, how: str) -> None:
    """He et al. 2015 (normal, variance 2 / fan in, no bias), or leave it as torch's default made it."""
    if how != "he":
        return
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
