"""A network in the corner of a card: a bar for each weighted layer, as tall as its feature map. From a result alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: Drawing units: the whole, and how tall the largest map is.
WIDTH, HEIGHT, TALLEST = 240.0, 72.0, 52.0
#: A bar's thickness at most, the gap to the next as a share of it, and how thick it is for its channels.
THICKEST, GAP = 12.0, 0.35


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    #: A fully connected layer.
    full: bool


@dataclass(frozen=True)
class Small:
    bars: tuple[Bar, ...]
    #: Where paths come together, left to right.
    joins: tuple[float, ...]

    @property
    def tone(self) -> str:
        """Blue for a network in which paths come together, red for a plain one."""
        return "blue" if self.joins else "red"

    @property
    def width(self) -> float:
        return self.bars[-1].x + self.bars[-1].width + 2


def small(layers: Sequence[Sequence[Any]], skips: bool) -> Small | None:
    """The drawing of ``[kind, channels, side of the map]``, with ``add`` for joins; None of no layer.

    ``skips``: some way through the network passes fewer layers; without, what is added is no join.
    """
    weighted = [layer for layer in layers if layer[0] != "add"]
    if not weighted:
        return None
    sides = [_side(layer) for layer in weighted]
    largest = max(sides)
    thick = [1 + math.log2(max(1, layer[1])) for layer in weighted]
    unit = min(THICKEST / max(thick), (WIDTH - 4) / (sum(thick) * (1 + GAP)))
    bars: list[Bar] = []
    joins: list[float] = []
    x, at = 2.0, 0
    for layer in layers:
        if layer[0] == "add":
            joins += [x - GAP * unit] if skips else []
            continue
        width = unit * thick[at]
        height = max(2.0, TALLEST * sides[at] / largest)
        bars.append(Bar(x, (HEIGHT + 10 - height) / 2, width, height, layer[0] == "Linear"))
        x += width * (1 + GAP)
        at += 1
    return Small(tuple(bars), tuple(joins))


def _side(layer: Sequence[Any]) -> float:
    """Of the map; of a flat layer, of the square that its units would fill."""
    return float(layer[2]) or math.sqrt(layer[1])
