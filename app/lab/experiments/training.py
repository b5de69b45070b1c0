"""Training on the bundled digits: stochastic gradient descent, a step at a time, so that several nets can take turns.

The recipe is that of the races: batches of 128 drawn without replacement, a learning rate of 0.05 reached over 20
steps, momentum 0.9, no weight decay. Without the warm-up a deep residual net fails now and then (He et al. 2016,
section 4.2, warm ResNet-110 up for the same reason).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from app.lab.experiments import digits


@dataclass(frozen=True)
class Recipe:
    """``warm_up`` is the number of steps over which the learning rate grows to ``rate``."""

    batch: int = 128
    rate: float = 0.05
    momentum: float = 0.9
    warm_up: int = 20


@dataclass(frozen=True)
class Step:
    """What a net made of one batch before it learnt from it; batch norm uses that batch's statistics.

    ``loss`` is the mean cross-entropy in nats, None where it is not finite; ``accuracy`` is from 0 to 1.
    """

    loss: float | None
    accuracy: float


RECIPE = Recipe()


def descend(net: nn.Module, seed: int, recipe: Recipe = RECIPE) -> Iterator[Step]:
    """Train ``net`` (images (n, 1, 8, 8) to scores (n, 10)) without end: each ``next`` is one step.

    The net is put into training mode. The same seed draws the same batches on every device.
    """
    device = next(net.parameters()).device
    images, labels = (tensor.to(device) for tensor in digits.load())
    optimizer = torch.optim.SGD(net.parameters(), lr=recipe.rate, momentum=recipe.momentum)
    net.train()
    for number, batch in enumerate(_batches(len(labels), recipe.batch, seed), 1):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * min(1.0, number / max(1, recipe.warm_up))
        chosen = batch.to(device)
        scores, wanted = net(images[chosen]), labels[chosen]
        loss = F.cross_entropy(scores, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield step(scores, wanted, loss)


def step(scores: Tensor, labels: Tensor, loss: Tensor | None = None) -> Step:
    """Scores (n, 10) against labels (n,)."""
    value = (F.cross_entropy(scores, labels) if loss is None else loss).item()
    return Step(value if math.isfinite(value) else None, (scores.argmax(1) == labels).float().mean().item())


def _batches(images: int, size: int, seed: int) -> Iterator[Tensor]:
    draw = torch.Generator().manual_seed(seed)
    while True:
        order = torch.randperm(images, generator=draw)
        yield from order[: images - images % size].split(size)
