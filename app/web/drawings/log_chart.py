"""Curves over layers on a logarithmic axis: names beside their ends, exact zeros on a floor of their own.

A chart may have several frames, of which one is seen at a time; all have one scale, so that they can be compared.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.web.drawings.labels import leader, place
from app.web.drawings.paths import Point, line, number, quantity
from app.words import _

#: Room around the plot: left of it for the powers of ten, below it for the layers, and the floor for zeros.
LEFT, RIGHT, TOP, BOTTOM, FLOOR = 48.0, 12.0, 74.0, 46.0, 22.0


@dataclass(frozen=True)
class Curve:
    """``values[k]`` belongs to the layer that has ``len(values) - 1 - k`` layers behind it.

    0 is an underflow; None is no number at all. ``low`` and ``high`` bound the seeds, where there are several.
    """

    name: str
    tone: Literal["red", "blue"]
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()

    @property
    def known(self) -> list[float]:
        return [value for row in (self.values, self.low, self.high) for value in row if value is not None]


@dataclass(frozen=True)
class Tick:
    at: float
    #: ``10`` and, raised, the power; or a plain number.
    text: str
    power: str = ""


@dataclass(frozen=True)
class Drawn:
    """A curve as it is drawn: pieces of line between the zeros, a dot at its far end, and its name."""

    name: str
    tone: str
    path: str
    #: The area between the lowest and the highest seed; empty where there is one.
    band: str
    dot: Point
    #: Where it stood on the floor.
    zeros: str
    label: Point
    #: From the end to a name that stands apart; empty elsewhere.
    leader: str
    value: str


@dataclass(frozen=True)
class Chart:
    width: float
    height: float
    frames: tuple[tuple[Drawn, ...], ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    #: Ends of the plot.
    left: float
    right: float
    top: float
    bottom: float
    #: Height of the floor for zeros; None where there are none.
    floor: float | None


def chart(frames: Sequence[Sequence[Curve]], width: float = 560.0, height: float = 416.0) -> Chart | None:
    """The chart of curves that have a value above zero; None where none has."""
    curves = [curve for frame in frames for curve in frame]
    known = [value for curve in curves for value in curve.known]
    positive = [value for value in known if value > 0]
    if not positive:
        return None
    low, high = math.floor(math.log10(min(positive)) - 0.05), math.ceil(math.log10(max(positive)) + 0.05)
    if high - low < 2:
        low, high = low - 1, high + 1
    floor = 0 in known
    most = max(len(curve.values) for curve in curves)
    bottom = height - BOTTOM - (FLOOR if floor else 0)
    scale = _Scale(LEFT, width - RIGHT, TOP, bottom, max(1, most - 1), low, high, bottom + FLOOR if floor else bottom)
    return Chart(
        width=width,
        height=height,
        frames=tuple(tuple(_drawn(frame, scale)) for frame in frames),
        across=tuple(Tick(scale.x(back), str(back)) for back in _steps(most - 1)),
        up=tuple(_power(scale, exponent) for exponent in _powers(low, high)),
        left=scale.left,
        right=scale.right,
        top=scale.top,
        bottom=scale.bottom,
        floor=scale.floor if floor else None,
    )


@dataclass(frozen=True)
class _Scale:
    left: float
    right: float
    top: float
    bottom: float
    most: int
    low: int
    high: int
    floor: float

    def x(self, back: int) -> float:
        return self.right - (self.right - self.left - 8) * back / self.most

    def y(self, value: float | None) -> float:
        if not value:
            return self.floor
        return self.bottom - (self.bottom - self.top) * (math.log10(value) - self.low) / (self.high - self.low)

    def points(self, values: Sequence[float | None]) -> list[Point]:
        last = len(values) - 1
        return [(self.x(last - k), self.y(value)) for k, value in enumerate(values)]

    def path(self, curve: Curve) -> str:
        pieces: list[list[Point]] = [[]]
        for point, value in zip(self.points(curve.values), curve.values, strict=True):
            if value:
                pieces[-1].append(point)
            elif pieces[-1]:
                pieces.append([])
        return "".join(line(piece) for piece in pieces)

    def zeros(self, curve: Curve) -> str:
        marks = (point for point, value in zip(self.points(curve.values), curve.values, strict=True) if value == 0)
        return "".join(f"M{number(x - 3)} {number(y - 3)}l6 6m0 -6l-6 6" for x, y in marks)

    def band(self, curve: Curve) -> str:
        """Between the lowest and the highest seed; broken where one of them is no number."""
        pieces: list[list[tuple[Point, Point]]] = [[]]
        for k, pair in enumerate(zip(self.points(curve.low), self.points(curve.high), strict=True)):
            if curve.low[k] is not None and curve.high[k] is not None:
                pieces[-1].append(pair)
            else:
                pieces.append([])
        return "".join(
            line([*(high for _, high in piece), *(low for low, _ in reversed(piece))], closed=True) for piece in pieces
        )


def _drawn(curves: Sequence[Curve], scale: _Scale) -> list[Drawn]:
    lines = [scale.points(curve.values) for curve in curves]
    labels = place([_name(curve) for curve in curves], lines, scale.top, scale.right, scale.bottom, scale.floor)
    return [
        Drawn(
            curve.name,
            curve.tone,
            scale.path(curve),
            scale.band(curve),
            points[0],
            scale.zeros(curve),
            label,
            leader(points[0], _name(curve), label),
            _value(curve.values[0]),
        )
        for curve, points, label in zip(curves, lines, labels, strict=True)
    ]


def _name(curve: Curve) -> str:
    return f"{curve.name}, {_value(curve.values[0])}"


def _value(value: float | None) -> str:
    if value is None:
        return _("no number")
    return quantity(value) if value > 0 else _("underflow")


def _steps(most: int) -> list[int]:
    step = next((s for s in (1, 2, 5, 7, 10, 14, 20, 25, 28, 38, 50) if most / s <= 5), 50)
    return list(range(0, most + 1, step))


def _powers(low: int, high: int) -> list[int]:
    step = next((s for s in (1, 2, 5, 10) if (high - low) / s <= 9), 20)
    return [e for e in range(low, high + 1) if e % step == 0]


def _power(scale: _Scale, exponent: int) -> Tick:
    at = scale.y(10.0**exponent)
    if exponent in (0, 1):
        return Tick(at, "1" if exponent == 0 else "10")
    return Tick(at, "10", str(exponent).replace("-", "−"))
