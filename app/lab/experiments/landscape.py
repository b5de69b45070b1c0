"""The loss around a trained net, over a plane of two random directions (Li et al. 2018).

https://arxiv.org/abs/1712.09913, section 4: each filter of a direction has the norm of that filter of the net, and
biases and batch norms are not moved, so that nets of other scales can be compared. Batch norm takes the statistics of
the images anew at every point. The net is trained as in the races, with batch norm and He initialisation; the loss is
that of the same 256 digits everywhere.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from app.lab.experiments import device as devices
from app.lab.experiments import digits
from app.lab.experiments.stack import Stack, initialise
from app.lab.experiments.training import descend
from app.lab.messages import Json, LabError, Reporter, RunSpec

#: Points along a side, coarse to fine; those of the coarsest grid are in both others.
SIDES = (9, 17, 25)
#: Images that the loss is measured on.
IMAGES = 256
#: Layers times steps of training, and layers times points, that one run may take: a minute of one CPU core.
WORK = 60_000
#: Tenths of a step of training that a point takes, its weights put in place with it: as measured, for what is left.
POINT = 7

Grid = list[list[float]]


@dataclass
class Plane:
    """A trained net, the two directions through it, and the losses known so far by their place."""

    name: str
    skip: str
    net: nn.Module
    centre: list[Tensor]
    directions: tuple[list[Tensor], list[Tensor]]
    known: dict[tuple[Fraction, Fraction], float] = field(default_factory=dict)

    @torch.no_grad()
    def loss(self, a: Fraction, b: Fraction, images: Tensor, labels: Tensor) -> float:
        """At a times the first direction and b times the second from the centre."""
        if (a, b) not in self.known:
            for weight, at, one, other in zip(self.net.parameters(), self.centre, *self.directions, strict=True):
                weight.copy_(at + float(a) * one + float(b) * other)
            self.known[a, b] = F.cross_entropy(self.net(images), labels).item()
        return self.known[a, b]


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``{"nets": [{"name", "skip", "grid", "minima", "centre", "lowest", "highest"}], "side", "extent", …}``.

    ``grid[i][j]`` is the mean cross-entropy at (−extent + 2·extent·i/(side − 1)) of the first direction and likewise j
    of the second; the net itself is in the middle. ``minima`` counts the inner points that lie below all eight
    neighbours. A partial follows each grid of each net.
    """
    options = spec.options
    depth, skips = cast(int, options["depth"]), cast(list[str], options["skip"])
    steps, finest = cast(int, options["steps"]), cast(int, options["grid"])
    extent = Fraction(cast(str, options["extent"]))
    # A point counts as four tenths of a step here: one forward pass, of twice the images.
    work = depth * len(skips) * (steps + finest**2 * 2 // 5)
    if work > WORK:
        raise LabError(f"this is {work / WORK:.1f} times the work that one run may do", mend="choose a shallower net")
    sides = [side for side in SIDES if side <= finest]
    with devices.prepared(reporter) as device:
        done, of = 0, len(skips) * (steps + finest**2 * POINT // 10)
        planes = []
        for skip in skips:
            planes.append(plane(depth, skip, spec.seed, device))
            for _, _ in zip(range(steps), descend(planes[-1].net, spec.seed), strict=False):
                reporter.check()
                done += 1
                reporter.progress(f"training {planes[-1].name}", done, of)
            settle(planes[-1], spec.seed)
        images, labels = (tensor[:IMAGES].to(device) for tensor in digits.load())
        grids: dict[str, Grid] = {}
        result: dict[str, Json] = {"extent": float(extent), **devices.provenance(device)}
        before = done
        for side in sides:
            for one in planes:
                axis = [extent * (Fraction(2 * i, side - 1) - 1) for i in range(side)]
                grid: Grid = []
                for a in axis:
                    reporter.check()
                    grid.append([one.loss(a, b, images, labels) for b in axis])
                    points = sum(len(each.known) for each in planes)
                    reporter.progress(f"{side}×{side} points", min(of, before + points * POINT // 10), of)
                grids[one.name] = grid
                known: list[Json] = [_described(each, grids[each.name]) for each in planes if each.name in grids]
                reporter.partial({**result, "nets": known})
        return {**result, "nets": [_described(one, grids[one.name]) for one in planes]}


def plane(depth: int, skip: str, seed: int, device: torch.device) -> Plane:
    """A net as the races start it, without directions yet."""
    torch.manual_seed(seed)
    net = Stack(depth, 8, skip == "on", True, "relu", channels=digits.SHAPE[0])
    initialise(net, "he")
    return Plane(f"{'residual' if skip == 'on' else 'plain'}-{depth}", skip, net.to(device), [], ([], []))


def settle(one: Plane, seed: int) -> None:
    """Take the net as it is now for the centre, and draw the directions."""
    one.centre = [weight.detach().clone() for weight in one.net.parameters()]
    draw = torch.Generator().manual_seed(seed + 1)
    one.directions = (_direction(one.centre, draw), _direction(one.centre, draw))


def _direction(weights: Sequence[Tensor], draw: torch.Generator) -> list[Tensor]:
    """Normally distributed, each filter of the norm of the net's; zero for biases and batch norms."""
    found = []
    for weight in weights:
        if weight.dim() <= 1:
            found.append(torch.zeros_like(weight))
            continue
        drawn = torch.randn(weight.shape, generator=draw).to(weight.device)
        filters = tuple(range(1, weight.dim()))
        norms = [torch.linalg.vector_norm(tensor, dim=filters, keepdim=True) for tensor in (weight, drawn)]
        found.append(drawn * (norms[0] / norms[1]))
    return found


def minima(grid: Grid) -> int:
    """Inner points strictly below all eight neighbours."""
    inner = range(1, len(grid) - 1)
    around = [step for step in itertools.product((-1, 0, 1), repeat=2) if step != (0, 0)]
    return sum(all(grid[i][j] < grid[i + di][j + dj] for di, dj in around) for i in inner for j in inner)


def _described(one: Plane, grid: Grid) -> Json:
    middle = len(grid) // 2
    rows: list[Json] = [[float(f"{value:.5g}") for value in row] for row in grid]
    return {
        "name": one.name,
        "skip": one.skip,
        "side": len(grid),
        "grid": rows,
        "minima": minima(grid),
        "centre": grid[middle][middle],
        "lowest": min(map(min, grid)),
        "highest": max(map(max, grid)),
    }
