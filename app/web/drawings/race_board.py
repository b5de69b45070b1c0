"""The chart of a race before it is run: empty, and taking a drawing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.lab.race import MOST_NETS, entries
from app.web.drawings.curves import Curve, Plot, empty, plot
from app.web.drawings.race_figure import MEASURES, NARROW
from app.web.drawings.sketch import FIELD, HIGH, LOW, PLACES, STEP, Sketch, flat, place
from app.words import _

_CHANCE = math.log(10)
_GUESS = MEASURES[0][4]


@dataclass(frozen=True)
class Point:
    """One of a net's sliders: the step that it stands at, its level, and that as a loss in words."""

    step: int
    level: float
    loss: str


@dataclass(frozen=True)
class Pencil:
    """One net that can be drawn. ``tone`` and ``rank`` are those of its curve in the result."""

    name: str
    field: str
    tone: Literal["red", "blue"]
    rank: int
    points: Sequence[Point]


@dataclass(frozen=True)
class Board:
    """What ``labs/_board.html`` is a function of."""

    wide: Plot
    narrow: Plot
    nets: tuple[Pencil, ...]
    #: Nets that are chosen: more than ``most`` cannot race.
    chosen: tuple[str, ...]
    most: int = MOST_NETS
    low: float = LOW
    high: float = HIGH
    step: float = STEP

    @property
    def fits(self) -> bool:
        return len(self.chosen) <= self.most


def board(options: Mapping[str, object], sketch: Sketch | None = None) -> Board:
    """The empty chart of a race with these options (all of them, checked), with what was drawn already."""
    start = flat(options)
    drawn = {**start.levels, **(sketch.levels if sketch else {})}
    ranks: dict[Literal["red", "blue"], int] = {"red": 0, "blue": 0}
    nets = []
    for entry in entries(options):
        tone: Literal["red", "blue"] = "blue" if entry.residual else "red"
        points = [
            Point(place(share, start.steps), level, loss(level))
            for share, level in zip(PLACES, drawn[entry.name], strict=True)
        ]
        nets.append(Pencil(entry.name, FIELD + entry.name, tone, ranks[tone], points))
        ranks[tone] += 1
    wide, narrow = (empty(start.steps, LOW, HIGH, _CHANCE, _(_GUESS), *size) for size in ((), NARROW))
    return Board(wide, narrow, tuple(nets[:MOST_NETS]), tuple(net.name for net in nets))


def waiting(sketch: Sketch) -> tuple[Plot, Plot]:
    """What was drawn, wide and narrow, until the first steps are known."""
    ranks = {"red": 0, "blue": 0}
    curves = []
    for name in sketch.levels:
        tone: Literal["red", "blue"] = "red" if name.startswith("plain") else "blue"
        curves.append(Curve(name, tone, ranks[tone], (), (), (), 0, sketch.curve(name)))
        ranks[tone] += 1
    holds = (10**LOW, 10**HIGH)
    wide, narrow = (plot(curves, 1, sketch.steps, "log", _CHANCE, _(_GUESS), holds, *size) for size in ((), NARROW))
    assert wide
    assert narrow
    return wide, narrow


def loss(level: float) -> str:
    """A level as a loss in words: ``0.05``."""
    return f"{10**level:.2g}"
