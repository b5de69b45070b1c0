"""Gradient norms layer by layer, for plain and residual stacks, as multiples of the last convolution's.

The classifier behind it stands in the table alone: its norm is of another kind of layer. A result has a frame for each
moment of training, in which each stack has a line, the median over seeds, and a band that holds them all.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.lab.catalogue import decades
from app.lab.spread import Spread, spread
from app.web.drawings.log_chart import Chart, Curve, chart
from app.web.drawings.paths import quantity
from app.web.drawings.read import Read
from app.web.drawings.table import Table

#: What the norms are of: the member of a series, its tab, and what the axis says.
MEASURES = (
    ("weights", "weights", "‖∂L/∂W‖"),
    ("activations", "activations", "‖∂L/∂z‖"),
    ("scale", "signal", "std z"),
)
#: The narrow cut's width and height.
NARROW = (330.0, 376.0)


@dataclass(frozen=True)
class Measure:
    """One quantity: the wide and the narrow cut of its chart."""

    name: str
    symbol: str
    wide: Chart
    narrow: Chart


@dataclass(frozen=True)
class Moment:
    """One frame: the steps of training before it, and the same in words; empty where that is not known."""

    step: int | None

    @property
    def words(self) -> str:
        if self.step is None:
            return ""
        return f"after {self.step} step{'s' if self.step > 1 else ''}" if self.step else "at initialisation"


@dataclass(frozen=True)
class Flow:
    """What ``runs/_gradient_flow.html`` is a function of."""

    names: tuple[str, ...]
    measures: tuple[Measure, ...]
    reads: tuple[Read, ...]
    moments: tuple[Moment, ...]
    #: The powers of ten of each stack at each moment, and where its seeds end; None where ``reads`` say it all.
    course: Table | None
    seeds: int
    underflow: bool
    #: The norms, a table for each measure.
    norms: tuple[Table, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        return (self.course, *self.norms) if self.course else self.norms

    @property
    def text(self) -> str:
        said = "; ".join(f"{read.label}: {read.value}" for read in self.reads)
        when = self.moments[-1].words if len(self.moments) > 1 else ""
        return f"From the last convolution's gradient back to the first's{when and f', {when}'}: {said}."


def flow(result: Mapping[str, Any]) -> Flow:
    """Of a result, or of the series that are known so far."""
    series = [one for one in result.get("series", ()) if one.get("weights")]
    steps = sorted({frame["step"] for one in series for frame in _frames(one)}, key=lambda step: step or 0)
    moments = tuple(map(Moment, steps))
    return Flow(
        names=tuple(one["name"] for one in series),
        measures=tuple(m for row in MEASURES if (m := _measure(*row, series, steps))),
        reads=tuple(Read(decades(one), f"powers of ten, {one['name']}", None, _tone(one)) for one in series),
        moments=moments,
        course=_course(series, moments),
        seeds=max((len(_frames(one)[0]["seeds"]) for one in series), default=0),
        underflow=any(0 in norms for one in series for name, _, _ in MEASURES for norms in _all(one, name)),
        norms=tuple(_tables(series, steps)),
    )


def _frames(one: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The frames of a series; results from before there were any have one, at a step that they do not say."""
    return one.get("frames") or [{"step": None, "decades": one["decades"], "seeds": [one]}]


def _frame(one: Mapping[str, Any], step: int | None) -> Mapping[str, Any] | None:
    return next((frame for frame in _frames(one) if frame["step"] == step), None)


def _all(one: Mapping[str, Any], name: str) -> list[Sequence[float | None]]:
    return [seed[name] for frame in _frames(one) for seed in frame["seeds"] if seed.get(name)]


def _course(series: Sequence[Mapping[str, Any]], moments: Sequence[Moment]) -> Table | None:
    several = any(len(_frames(one)[0]["seeds"]) > 1 for one in series)
    if len(moments) < 2 and not several:
        return None
    rows = []
    for one in series:
        frames = [_frame(one, moment.step) for moment in moments]
        rows.append([one["name"], *(frame and _decades(frame) for frame in frames), *(_ends(one) if several else ())])
    steps = (str(moment.step) for moment in moments) if len(moments) > 1 else ("median",)
    columns = ("stack", *steps, *(("lowest", "highest") if several else ()))
    after = " after each step of training" if len(moments) > 1 else ""
    over = ", the median over seeds, and at last the lowest and the highest of them" if several else ""
    return Table(f"Powers of ten from the last convolution back to the first{after}{over}", columns, rows)


def _decades(frame: Mapping[str, Any]) -> str:
    return decades({**frame, "weights": [norm for seed in frame["seeds"] for norm in seed["weights"]]})


def _ends(one: Mapping[str, Any]) -> list[str]:
    """The lowest and the highest of the seeds' powers of ten at the last step; an underflow lies below all others."""
    seeds = sorted(_frames(one)[-1]["seeds"], key=lambda seed: -math.inf if (d := seed["decades"]) is None else d)
    return [decades(seeds[0]), decades(seeds[-1])]


def _measure(
    name: str, tab: str, symbol: str, series: Sequence[Mapping[str, Any]], steps: Sequence[int | None]
) -> Measure | None:
    frames = [[curve for one in series if (curve := _curve(one, name, step))] for step in steps]
    wide, narrow = chart(frames), chart(frames, *NARROW)
    return Measure(tab, symbol, wide, narrow) if wide and narrow else None


def _curve(one: Mapping[str, Any], name: str, step: int | None) -> Curve | None:
    frame = _frame(one, step)
    if frame is None or not frame["seeds"][0].get(name):
        return None
    spreads = _spreads([_relative(seed[name][:-1]) for seed in frame["seeds"]])
    low, middle, high = ([getattr(layer, which) for layer in spreads] for which in Spread._fields)
    band = (low, high) if len(frame["seeds"]) > 1 else ()
    return Curve(one["name"], _tone(one), middle, *band)


def _spreads(seeds: Sequence[Sequence[float | None]]) -> list[Spread]:
    return [spread(layer) for layer in zip(*seeds, strict=True)]


def _relative(norms: Sequence[float | None]) -> list[float | None]:
    """Norms as multiples of the last one; as they are where that is zero."""
    last = norms[-1] or 1.0
    return [None if norm is None else norm / last for norm in norms]


def _tables(series: Sequence[Mapping[str, Any]], steps: Sequence[int | None]) -> list[Table]:
    """The norms themselves, the classifier's too; a line for each layer at each moment."""
    several = [len(_frames(one)[0]["seeds"]) > 1 for one in series]
    columns = ["layer", *(["step"] if len(steps) > 1 else [])]
    for one, bounds in zip(series, several, strict=True):
        columns += [one["name"], *((f"{one['name']}, lowest", f"{one['name']}, highest") if bounds else ())]
    found = []
    for name, _, symbol in MEASURES:
        rows: list[list[str | int | float | None]] = []
        for step in steps:
            spreads = [_itself(_frame(one, step), name) for one in series]
            for k in range(max(map(len, spreads), default=0)):
                cells = [c for layers, bounds in zip(spreads, several, strict=True) for c in _cells(layers, k, bounds)]
                rows.append([k + 1, *([step] if len(steps) > 1 else []), *cells])
        if rows:
            middle = ", the median over seeds" if any(several) else ""
            found.append(Table(f"{symbol} itself, by layer from the input{middle}", tuple(columns), rows))
    return found


def _itself(frame: Mapping[str, Any] | None, name: str) -> list[Spread]:
    return _spreads([seed.get(name, ()) for seed in frame["seeds"]]) if frame else []


def _cells(layers: Sequence[Spread], k: int, bounds: bool) -> list[str]:
    low, middle, high = layers[k] if k < len(layers) else (math.nan,) * 3
    return [_norm(value) for value in ((middle, low, high) if bounds else (middle,))]


def _norm(norm: float | None) -> str:
    return "no number" if norm is None else "" if math.isnan(norm) else quantity(norm)


def _tone(series: Mapping[str, Any]) -> Any:
    return "blue" if series["skip"] in (True, "on") else "red"
