"""Curves over layers on a logarithmic axis: names beside their ends, exact zeros on a floor of their own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.web.drawings.paths import Point, line, number, quantity

#: Room around the plot: left of it for the powers of ten, below it for the layers, and the floor for zeros.
LEFT, RIGHT, TOP, BOTTOM, FLOOR = 48.0, 12.0, 34.0, 46.0, 22.0
#: A letter of a name, and a line of it.
LETTER, LEADING = 7.3, 17.0


@dataclass(frozen=True)
class Curve:
    """``values[k]`` belongs to the layer that has ``len(values) - 1 - k`` layers behind it.

    0 is an underflow; None is no number at all.
    """

    name: str
    tone: Literal["red", "blue"]
    values: Sequence[float | None]


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
    dot: Point
    #: Where it stood on the floor.
    zeros: str
    label: Point
    value: str


@dataclass(frozen=True)
class Chart:
    width: float
    height: float
    curves: tuple[Drawn, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    #: Ends of the plot.
    left: float
    right: float
    top: float
    bottom: float
    #: Height of the floor for zeros; None where there are none.
    floor: float | None


def chart(curves: Sequence[Curve], width: float = 560.0, height: float = 380.0) -> Chart | None:
    """The chart of curves that have a value above zero; None where none has."""
    positive = [value for curve in curves for value in curve.values if value]
    if not positive:
        return None
    low, high = math.floor(math.log10(min(positive)) - 0.05), math.ceil(math.log10(max(positive)) + 0.05)
    if high - low < 2:
        low, high = low - 1, high + 1
    floor = any(value == 0 for curve in curves for value in curve.values)
    most = max(len(curve.values) for curve in curves)
    bottom = height - BOTTOM - (FLOOR if floor else 0)
    scale = _Scale(LEFT, width - RIGHT, TOP, bottom, max(1, most - 1), low, high, bottom + FLOOR if floor else bottom)
    ends = [scale.at(len(curve.values) - 1, curve.values[0]) for curve in curves]
    labels = _labels([_name(curve) for curve in curves], ends, [scale.points(curve) for curve in curves], scale)
    return Chart(
        width=width,
        height=height,
        curves=tuple(
            Drawn(curve.name, curve.tone, scale.path(curve), end, scale.zeros(curve), label, _value(curve.values[0]))
            for curve, end, label in zip(curves, ends, labels, strict=True)
        ),
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

    def at(self, back: int, value: float | None) -> Point:
        return self.x(back), self.y(value)

    def points(self, curve: Curve) -> list[Point]:
        last = len(curve.values) - 1
        return [self.at(last - k, value) for k, value in enumerate(curve.values)]

    def path(self, curve: Curve) -> str:
        pieces: list[list[Point]] = [[]]
        for point, value in zip(self.points(curve), curve.values, strict=True):
            if value:
                pieces[-1].append(point)
            elif pieces[-1]:
                pieces.append([])
        return "".join(line(piece) for piece in pieces)

    def zeros(self, curve: Curve) -> str:
        marks = (point for point, value in zip(self.points(curve), curve.values, strict=True) if value == 0)
        return "".join(f"M{number(x - 3)} {number(y - 3)}l6 6m0 -6l-6 6" for x, y in marks)


def _name(curve: Curve) -> str:
    return f"{curve.name}, {_value(curve.values[0])}"


def _value(value: float | None) -> str:
    if value is None:
        return "no number"
    return quantity(value) if value > 0 else "underflow"


def _labels(
    names: Sequence[str], ends: Sequence[Point], lines: Sequence[Sequence[Point]], scale: _Scale
) -> tuple[Point, ...]:
    """A place for each name near its curve's end: where it hides no other name and crosses as few curves as can be."""
    boxes: list[tuple[float, float, float]] = []
    for name, (x, y) in zip(names, ends, strict=True):
        wide = len(name) * LETTER
        best: tuple[float, float, float] | None = None
        for shift in (8.0, 40.0, 90.0, 150.0):
            start = min(x + shift, scale.right - wide)
            for rise in (-12.0, 20.0, -30.0, 38.0, -48.0, 56.0, -66.0, 74.0):
                base = y + rise
                # Inside the plot or on the floor, but not across the line between them.
                if not scale.top - 6 <= base <= scale.floor + 6 or abs(base - 4 - scale.bottom) < 9:
                    continue
                cost = abs(rise) / 20 + shift / 60
                cost += 100 * sum(
                    abs(base - b) < LEADING and start < s + w + 6 and s < start + wide + 6 for s, b, w in boxes
                )
                cost += 4 * sum(_crosses(points, start, base, wide) for points in lines)
                if best is None or cost < best[0]:
                    best = cost, start, base
        _, start, base = best or (0.0, min(x + 8, scale.right - wide), max(scale.top, y - 12))
        boxes.append((start, base, wide))
    return tuple((start, base) for start, base, _ in boxes)


def _crosses(points: Sequence[Point], start: float, base: float, wide: float) -> int:
    return sum(start - 2 <= x <= start + wide + 2 and base - 12 <= y <= base + 4 for x, y in points)


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
