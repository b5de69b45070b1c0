"""The solutions of a challenge against each other: parameters, multiply-adds and accuracy, and the front among them.

A solution is on the Pareto front where no other is at least as good in everything and better in something: fewer
parameters, fewer multiply-adds, a higher accuracy. There is no single best, and no rank.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

#: Room around the plot.
LEFT, RIGHT, TOP, BOTTOM = 62.0, 24.0, 36.0, 46.0
#: Radii of the least and of the most multiply-adds, and of all where these have an axis.
SMALLEST, LARGEST, MIDDLING = 5.0, 13.0, 7.0
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Point:
    """One solution. ``accuracy`` is from 0 to 1; None where the challenge has none."""

    params: int
    macs: int
    accuracy: float | None
    title: str
    name: str
    url: str
    own: bool = False
    #: Seen by its owner alone.
    hidden: bool = False
    front: bool = False
    #: Names it in the drawing; empty off the front.
    letter: str = ""

    def beats(self, other: "Point") -> bool:
        """At least as good in everything, better in something."""
        mine = (self.params, self.macs, -(self.accuracy or 0.0))
        its = (other.params, other.macs, -(other.accuracy or 0.0))
        return mine != its and all(a <= b for a, b in zip(mine, its, strict=True))


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float
    point: Point


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class Plot:
    """One cut of the drawing."""

    width: float
    height: float
    dots: tuple[Dot, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Pareto:
    """Every point, fewest parameters first, those on the front lettered."""

    points: tuple[Point, ...]
    #: What goes up: accuracy where it is known of all, else multiply-adds.
    up: Literal["accuracy", "macs"]

    @property
    def front(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.front)

    @cached_property
    def wide(self) -> Plot:
        return _plot(self, 760.0, 420.0)

    @cached_property
    def narrow(self) -> Plot:
        return _plot(self, 340.0, 360.0)


def pareto(points: Sequence[Point]) -> Pareto | None:
    """The plot of these solutions; None of none. One without an accuracy stands back where others have one."""
    up: Literal["accuracy", "macs"] = "accuracy" if any(p.accuracy is not None for p in points) else "macs"
    fit = [p for p in points if up == "macs" or p.accuracy is not None]
    if not fit:
        return None
    ordered = sorted(fit, key=lambda p: (p.params, p.macs, -(p.accuracy or 0.0), p.url))
    marked, count = [], 0
    for point in ordered:
        front = not any(other.beats(point) for other in ordered)
        letter = _LETTERS[count % 26] * (1 + count // 26) if front else ""
        count += front
        marked.append(replace(point, front=front, letter=letter))
    return Pareto(tuple(marked), up)


@dataclass(frozen=True)
class _Axis:
    """From ``low`` at ``start`` to ``high`` at ``end``."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low)

    @property
    def powers(self) -> tuple[Tick, ...]:
        """Ticks of an axis of logarithms: at 1, 2 and 5 where it is short."""
        low, high = int(self.low), int(self.high)
        each = (1, 2, 5) if high - low <= 1 else (1,)
        ticks = [(m, e) for e in range(low, high + 1, 1 + (high - low) // 8) for m in each]
        return tuple(Tick(self.at(e + math.log10(m)), _amount(m, e)) for m, e in ticks if e + math.log10(m) <= high)


def _plot(of: Pareto, width: float, height: float) -> Plot:
    left, right, top, bottom = LEFT, width - RIGHT, TOP, height - BOTTOM
    across = _Axis(*_decades([p.params for p in of.points]), left, right)
    work = [_log(p.macs) for p in of.points]
    if of.up == "accuracy":
        floor = min(10 * math.floor(10 * min(p.accuracy or 0.0 for p in of.points)), 90)
        up = _Axis(floor, 100, bottom, top)
        step = 2 if floor == 90 else 10 if floor >= 50 else 20
        ticks = tuple(Tick(up.at(value), f"{value} %") for value in range(floor, 101, step))
        heights = [up.at(100 * (p.accuracy or 0.0)) for p in of.points]
    else:
        up = _Axis(*_decades([p.macs for p in of.points]), bottom, top)
        ticks, heights = up.powers, [up.at(value) for value in work]
    sizes = _Axis(min(work), max(work) if max(work) > min(work) else min(work) + 1, SMALLEST, LARGEST)
    dots = [
        Dot(across.at(_log(p.params)), y, sizes.at(value) if of.up == "accuracy" else MIDDLING, p)
        for p, y, value in zip(of.points, heights, work, strict=True)
    ]
    # The large ones first, so that none hides another; one's own above all.
    dots.sort(key=lambda dot: (dot.point.own, dot.point.front, -dot.radius))
    return Plot(width, height, tuple(dots), across.powers, ticks, left, right, top, bottom)


def _log(value: int) -> float:
    return math.log10(max(1, value))


def _decades(values: Sequence[int]) -> tuple[int, int]:
    """Whole powers of ten around the values, at least one apart."""
    low, high = math.floor(_log(min(values)) - 0.02), math.ceil(_log(max(values)) + 0.02)
    return low, max(high, low + 1)


def _amount(times: int, exponent: int) -> str:
    """``200``, ``5 k``, ``1 M``."""
    if exponent < 0:
        return f"{times * 10.0**exponent:g}"
    letter, base = next(unit for unit in (("G", 9), ("M", 6), ("k", 3), ("", 0)) if exponent >= unit[1])
    return f"{times * 10 ** (exponent - base)}{' ' + letter if letter else ''}"
