"""A race of plain and residual stacks: training loss and accuracy over the steps, a curve a net."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.lab.headlines import final
from app.web.drawings.curves import Curve, Plot, Scale, plot
from app.web.drawings.read import Read
from app.web.drawings.sketch import HIGH, LOW, Sketch
from app.web.drawings.table import Cell, Table
from app.words import N_, _

#: The narrow cut's width and height.
NARROW = (286.0, 360.0)
#: What is measured: the member of a series, its tab, what the axis says, its scale, and what guessing gives.
MEASURES: tuple[tuple[str, str, str, Scale, str], ...] = (
    ("loss", N_("loss"), N_("training loss, nats"), "log", N_("guessing: ln 10")),
    ("accuracy", N_("accuracy"), N_("training accuracy, %"), "share", N_("guessing: 10 %")),
)


@dataclass(frozen=True)
class Measure:
    tab: str
    axis: str
    wide: Plot
    narrow: Plot


@dataclass(frozen=True)
class Depth:
    """The nets of one depth, and where they ended, in words."""

    layers: int
    words: str


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
    #: Whether nets of several depths run.
    several: bool
    #: By depth, where the nets ended; empty while they run, and where all are of one depth.
    depths: tuple[Depth, ...]
    #: What a student drew beforehand against what came out, a sentence a net.
    compared: tuple[str, ...]

    @property
    def text(self) -> str:
        said = "; ".join(f"{read.label}: {read.value}" for read in self.reads)
        told = _("Training over %(n)s of %(of)s steps. %(said)s.", n=self.steps, of=self.of, said=said)
        return " ".join((told, *self.compared))


def race(result: Mapping[str, Any], sketch: Sketch | None = None) -> Race:
    """Of a result, or of the steps that are done so far, over what a student drew beforehand."""
    series, over = result["series"], result["steps"] == result["of"]
    measures = tuple(m for row in MEASURES if (m := _measure(result, sketch, *row)))
    depths = list(dict.fromkeys(one["depth"] for one in series))
    return Race(
        measures,
        tuple(Read(final(one, "loss"), _("loss, %(name)s", name=one["name"]), None, _tone(one)) for one in series),
        (_ends(series, result["steps"], sketch), *(_table(result, row[0], _(row[2])) for row in MEASURES)),
        result["arena"],
        len(series[0]["loss"]) if series else 0,
        result["steps"],
        result["of"],
        len(depths) > 1,
        tuple(_depth(layers, series) for layers in depths) if over and len(depths) > 1 else (),
        tuple(_compared(one, end, over) for one in series if sketch and (end := sketch.end_words(one["name"]))),
    )


def _depth(layers: int, series: Sequence[Mapping[str, Any]]) -> Depth:
    ends = [
        _(
            "%(name)s ended at a loss of %(loss)s and %(accuracy)s accuracy",
            name=one["name"],
            loss=final(one, "loss"),
            accuracy=final(one, "accuracy"),
        )
        for one in series
        if one["depth"] == layers
    ]
    return Depth(layers, "; ".join(ends).replace(" %", "\u00a0%") + ".")


def _compared(one: Mapping[str, Any], end: str, over: bool) -> str:
    if not over:
        return _("You drew %(name)s at %(end)s.", name=one["name"], end=end)
    return _("You drew %(name)s at %(end)s; it ended at %(loss)s.", name=one["name"], end=end, loss=final(one, "loss"))


def _measure(
    result: Mapping[str, Any], sketch: Sketch | None, name: str, tab: str, axis: str, scale: Scale, guess: str
) -> Measure | None:
    curves = _curves(result["series"], name, sketch if name == "loss" else None)
    # As far as the chart that was drawn in: a drawing stays where it was.
    holds = (10**LOW, 10**HIGH) if sketch else ()
    drawn = [
        plot(curves, result["every"], result["of"], scale, result["chance"][name], _(guess), holds, *size)
        for size in ((), NARROW)
    ]
    wide, narrow = drawn
    return Measure(_(tab), _(axis), wide, narrow) if wide and narrow else None


def _curves(series: Sequence[Mapping[str, Any]], name: str, sketch: Sketch | None = None) -> list[Curve]:
    ranks = {"red": 0, "blue": 0}
    curves = []
    for one in series:
        tone = _tone(one)
        columns = list(zip(*one[name], strict=True))
        middle, low, high = ([_over(column, fold) for column in columns] for fold in (statistics.median, min, max))
        said = sketch.curve(one["name"]) if sketch else ()
        curves.append(Curve(one["name"], tone, ranks[tone], middle, low, high, one["depth"], said))
        ranks[tone] += 1
    return curves


def _over(column: Sequence[float | None], fold: Any) -> float | None:
    known = [value for value in column if value is not None]
    return fold(known) if known else None


def _ends(series: Sequence[Mapping[str, Any]], steps: int, sketch: Sketch | None) -> Table:
    rows: list[list[Cell]] = [
        [one["name"], final(one, "loss"), final(one, "accuracy"), *_spread(one, "loss"), *_spread(one, "accuracy")]
        for one in series
    ]
    columns: tuple[str, ...] = (_("net"), _("loss"), _("accuracy"), _("lowest loss"), _("highest loss"))
    columns += (_("lowest accuracy, %"), _("highest accuracy, %"))
    if sketch:
        columns = (*columns, _("loss that you drew"))
        for row in rows:
            end = sketch.end(str(row[0]))
            row.append(None if end is None else float(f"{end:.2g}"))
    return Table(_("Mean of the last 10 of %(n)s steps, the median over seeds", n=steps), columns, rows)


def _spread(one: Mapping[str, Any], name: str) -> list[float | None]:
    return [_shown(_over(one["final"][name], fold), name) for fold in (min, max)]


def _shown(value: float | None, name: str) -> float | None:
    """As the table has it: an accuracy in per cent."""
    return float(f"{100 * value:.4g}") if value is not None and name == "accuracy" else value


def _table(result: Mapping[str, Any], name: str, axis: str) -> Table:
    curves, every = _curves(result["series"], name), result["every"]
    most = max((len(curve.values) for curve in curves), default=0)
    rows = [
        [
            min((k + 1) * every, result["steps"]),
            *(_shown(c.values[k], name) if k < len(c.values) else None for c in curves),
        ]
        for k in range(most)
    ]
    caption = _("%(axis)s, up to each step, the median over seeds", axis=axis)
    return Table(caption, (_("step"), *(c.name for c in curves)), rows)


def _tone(one: Mapping[str, Any]) -> Literal["red", "blue"]:
    return "blue" if one["skip"] == "on" else "red"
