"""Curves over the steps of a training, with bands over seeds, and names beside their ends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.web.drawings.paths import line

#: Room around the plot, and between two names.
LEFT, TOP, BOTTOM, LEADING = 50.0, 34.0, 44.0, 16.0
#: A letter of a name.
LETTER = 7.9
#: Points whose median is where a noisy curve ends: a name that jumped with every batch could not be read.
SETTLED = 5

Scale = Literal["log", "share"]


@dataclass(frozen=True)
class Curve:
    """``values`` at equally spaced steps; None where there is no number. ``low`` and ``high`` bound the seeds."""

    name: str
    tone: Literal["red", "blue"]
    #: 0 for the first of its tone, 1 for the next: how it is dashed.
    rank: int
    values: Sequence[float | None]
    low: Sequence[float | None]
    high: Sequence[float | None]
    #: Weighted layers, by which curves are picked out.
    depth: int = 0
    #: (step, value) that a student drew beforehand.
    said: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True)
class Tick:
    at: float
    text: str
    power: str = ""


@dataclass(frozen=True)
class Drawn:
    name: str
    tone: str
    rank: int
    path: str
    band: str
    #: From the curve's end to its name.
    leader: str
    label: tuple[float, float]
    depth: int
    #: What a student drew beforehand: a path, and the points that it goes through.
    said: str
    spots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Plot:
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    curves: tuple[Drawn, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    #: Height of what guessing gives, and its name; None where it lies outside.
    chance: tuple[float, str] | None


@dataclass(frozen=True)
class _Frame:
    left: float
    right: float
    top: float
    bottom: float
    steps: int
    scale: Scale
    low: float
    high: float
    #: Steps that a point is the mean of; 0 where the points are the steps themselves, from none.
    every: int = 0

    def x(self, step: float) -> float:
        return self.left + (self.right - self.left) * step / self.steps

    def y(self, value: float) -> float:
        level = math.log10(max(value, 10**self.low)) if self.scale == "log" else value
        return self.bottom - (self.bottom - self.top) * (level - self.low) / (self.high - self.low)


def plot(
    curves: Sequence[Curve],
    every: int,
    steps: int,
    scale: Scale,
    chance: float,
    chance_text: str,
    holds: Sequence[float] = (),
    width: float = 640.0,
    height: float = 380.0,
) -> Plot | None:
    """The chart of curves whose point k stands for the steps up to (k + 1)·``every``; None where no value is known.

    Where ``every`` is 0, point k stands at step k, and is no mean. The scale reaches to what it ``holds`` at least.
    """
    known = [v for curve in curves for row in (curve.low, curve.high) for v in row if v is not None]
    known += [value for curve in curves for _, value in curve.said]
    if not known:
        return None
    low, high = (0.0, 1.0) if scale == "share" else _powers([*known, *holds, chance])
    names = max(len(curve.name) for curve in curves) * LETTER
    frame = _Frame(LEFT, width - names - 16, TOP, height - BOTTOM, steps, scale, low, high, every)
    return _plotted(curves, frame, chance, chance_text, width, height)


def empty(
    steps: int, low: float, high: float, chance: float, chance_text: str, width: float = 640.0, height: float = 380.0
) -> Plot:
    """The same chart before there is any curve, from 10 to the power of ``low`` to that of ``high``."""
    frame = _Frame(LEFT, width - 16, TOP, height - BOTTOM, steps, "log", low, high)
    return _plotted((), frame, chance, chance_text, width, height)


def _plotted(
    curves: Sequence[Curve], frame: _Frame, chance: float, chance_text: str, width: float, height: float
) -> Plot:
    ends = [_end(curve, frame) for curve in curves]
    # Names go along with the curves while these grow, but for what was drawn beforehand, which they would hide.
    said = any(curve.said for curve in curves)
    beside = frame.right if said else max((x for x, _ in ends), default=frame.right)
    labels = _apart([y for _, y in ends], frame.top + 4, frame.bottom)
    at = frame.y(chance)
    return Plot(
        width,
        height,
        frame.left,
        frame.right,
        frame.top,
        frame.bottom,
        tuple(
            Drawn(
                curve.name,
                curve.tone,
                curve.rank,
                _path(curve.values, frame),
                _band(curve, frame),
                line([end, (beside + 10, label)]),
                (beside + 13, label + 4),
                curve.depth,
                line(spots),
                spots,
            )
            for curve, end, label in zip(curves, ends, labels, strict=True)
            for spots in [tuple((frame.x(step), frame.y(value)) for step, value in curve.said)]
        ),
        tuple(Tick(frame.x(step), str(step)) for step in _steps(frame.steps)),
        _up(frame),
        (at, chance_text) if frame.top <= at <= frame.bottom else None,
    )


def _powers(values: Sequence[float]) -> tuple[float, float]:
    positive = [math.log10(value) for value in values if value > 0] or [0.0]
    return min(-1.0, math.floor(min(positive))), max(1.0, math.ceil(max(positive)))


def _point(k: int, frame: _Frame) -> float:
    """The middle of the steps that a point is the mean of."""
    every, steps = frame.every, frame.steps
    if not every:
        return k
    first, last = k * every + 1, min((k + 1) * every, steps)
    return (first + last) / 2


def _path(values: Sequence[float | None], frame: _Frame) -> str:
    pieces: list[list[tuple[float, float]]] = [[]]
    for k, value in enumerate(values):
        if value is not None:
            pieces[-1].append((frame.x(_point(k, frame)), frame.y(value)))
        elif pieces[-1]:
            pieces.append([])
    return "".join(line(piece) for piece in pieces)


def _band(curve: Curve, frame: _Frame) -> str:
    """The area between the lowest and the highest seed; empty where they are one."""
    pairs = [
        (frame.x(_point(k, frame)), frame.y(low), frame.y(high))
        for k, (low, high) in enumerate(zip(curve.low, curve.high, strict=True))
        if low is not None and high is not None
    ]
    if all(abs(low - high) < 0.05 for _, low, high in pairs):
        return ""
    return line([*((x, high) for x, _, high in pairs), *((x, low) for x, low, _ in reversed(pairs))], closed=True)


def _end(curve: Curve, frame: _Frame) -> tuple[float, float]:
    known = [(k, value) for k, value in enumerate(curve.values) if value is not None]
    if not known and curve.said:
        step, value = curve.said[-1]
        return frame.x(step), frame.y(value)
    if not known:
        return frame.right, frame.top
    k = known[-1][0]
    last = sorted(value for _, value in known[-SETTLED if frame.every else -1 :])
    return frame.x(_point(k, frame)), frame.y(last[len(last) // 2])


def _apart(heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """The heights, moved as little as it takes to stand ``LEADING`` apart between ``top`` and ``bottom``."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed: list[float] = []
    for i in order:
        placed.append(max(heights[i], top, placed[-1] + LEADING if placed else top))
    over = bottom
    for k in reversed(range(len(placed))):
        placed[k] = min(placed[k], over)
        over = placed[k] - LEADING
    found = [0.0] * len(heights)
    for i, height in zip(order, placed, strict=True):
        found[i] = height
    return found


def _steps(steps: int) -> list[int]:
    step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000) if steps / s <= 5)
    return list(range(0, steps + 1, step))


def _up(frame: _Frame) -> tuple[Tick, ...]:
    if frame.scale == "share":
        return tuple(Tick(frame.y(share / 100), f"{share}") for share in range(0, 101, 20))
    return tuple(_power(frame, power) for power in range(int(frame.low), int(frame.high) + 1))


def _power(frame: _Frame, power: int) -> Tick:
    at = frame.y(10.0**power)
    return Tick(at, f"{10.0**power:g}") if -3 <= power <= 3 else Tick(at, "10", f"{power}".replace("-", "−"))
