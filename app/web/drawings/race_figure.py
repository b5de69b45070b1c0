"""A race of plain and residual stacks: training loss and accuracy over the steps, a curve a net."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.lab.catalogue import final
from app.web.drawings.curves import Curve, Plot, Scale, plot
from app.web.drawings.read import Read
from app.web.drawings.table import Table

#: The narrow cut's width and height.
NARROW = (340.0, 360.0)
#: What is measured: the member of a series, its tab, what the axis says, its scale, and what guessing gives.
MEASURES: tuple[tuple[str, str, str, Scale, str], ...] = (
    ("loss", "loss", "training loss, nats", "log", "guessing: ln 10 = 2.303"),
    ("accuracy", "accuracy", "training accuracy, %", "share", "guessing: 10 %"),
)


@dataclass(frozen=True)
class Measure:
    tab: str
    axis: str
    wide: Plot
    narrow: Plot


@dataclass(frozen=True)
class Race:
    """What ``runs/_degradation.html`` is a function of."""

    measures: tuple[Measure, ...]
    reads: tuple[Read, ...]
    tables: tuple[Table, ...]
    arena: str
    seeds: int
    steps: int
    of: int

    @property
    def text(self) -> str:
        said = "; ".join(f"{read.label}: {read.value}" for read in self.reads)
        return f"Training over {self.steps} of {self.of} steps. {said}."


def race(result: Mapping[str, Any]) -> Race:
    """Of a result, or of the steps that are done so far."""
    series = result["series"]
    measures = tuple(m for row in MEASURES if (m := _measure(result, *row)))
    return Race(
        measures,
        tuple(Read(final(one, "loss"), f"loss, {one['name']}", None, _tone(one)) for one in series),
        (_ends(series, result["steps"]), *(_table(result, name, axis) for name, _, axis, _, _ in MEASURES)),
        result["arena"],
        len(series[0]["loss"]) if series else 0,
        result["steps"],
        result["of"],
    )


def _measure(result: Mapping[str, Any], name: str, tab: str, axis: str, scale: Scale, guess: str) -> Measure | None:
    curves = _curves(result["series"], name)
    drawn = [
        plot(curves, result["every"], result["of"], scale, result["chance"][name], guess, *size)
        for size in ((), NARROW)
    ]
    wide, narrow = drawn
    return Measure(tab, axis, wide, narrow) if wide and narrow else None


def _curves(series: Sequence[Mapping[str, Any]], name: str) -> list[Curve]:
    ranks = {"red": 0, "blue": 0}
    curves = []
    for one in series:
        tone = _tone(one)
        columns = list(zip(*one[name], strict=True))
        middle, low, high = ([_over(column, fold) for column in columns] for fold in (statistics.median, min, max))
        curves.append(Curve(one["name"], tone, ranks[tone], middle, low, high))
        ranks[tone] += 1
    return curves


def _over(column: Sequence[float | None], fold: Any) -> float | None:
    known = [value for value in column if value is not None]
    return fold(known) if known else None


def _ends(series: Sequence[Mapping[str, Any]], steps: int) -> Table:
    rows = [[one["name"], final(one, "loss"), final(one, "accuracy"), *_spread(one)] for one in series]
    columns = ("net", "loss", "accuracy", "lowest loss", "highest loss")
    return Table(f"Mean of the last 10 of {steps} steps, the median over seeds", columns, rows)


def _spread(one: Mapping[str, Any]) -> list[float | None]:
    return [_over(one["final"]["loss"], fold) for fold in (min, max)]


def _table(result: Mapping[str, Any], name: str, axis: str) -> Table:
    curves, every = _curves(result["series"], name), result["every"]
    most = max((len(curve.values) for curve in curves), default=0)
    rows = [
        [min((k + 1) * every, result["steps"]), *(c.values[k] if k < len(c.values) else None for c in curves)]
        for k in range(most)
    ]
    return Table(f"{axis}, up to each step, the median over seeds", ("step", *(c.name for c in curves)), rows)


def _tone(one: Mapping[str, Any]) -> Literal["red", "blue"]:
    return "blue" if one["skip"] == "on" else "red"
