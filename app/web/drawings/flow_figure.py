"""Gradient norms layer by layer, for plain and residual stacks, as multiples of the last convolution's.

The classifier behind it stands in the table alone: its norm is of another kind of layer. A result has a frame for each
moment of training, in which each stack has a line, the median over seeds, and a band that holds them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.lab.headlines import decades
from app.lab.spread import Spread
from app.web.drawings.flow_tables import MEASURES, course, frame, frames, norms, number, several, spreads
from app.web.drawings.log_chart import Chart, Curve, chart
from app.web.drawings.read import Read
from app.web.drawings.table import Table
from app.words import _, ngettext

#: The narrow cut's width and height.
NARROW = (286.0, 376.0)


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
        return ngettext("after %(num)s step", "after %(num)s steps", self.step) if self.step else _("at initialisation")


@dataclass(frozen=True)
class Flow:
    """What ``runs/_gradient_flow.html`` is a function of."""

    names: tuple[str, ...]
    measures: tuple[Measure, ...]
    reads: tuple[Read, ...]
    moments: tuple[Moment, ...]
    #: The powers of ten of each stack at each moment, in words; None where ``reads`` say it all.
    course: Table | None
    #: The same as numbers, where there is one, and the norms of each measure.
    tables: tuple[Table, ...]
    seeds: int
    underflow: bool

    @property
    def norms(self) -> tuple[Table, ...]:
        return self.tables[1:] if self.course else self.tables

    @property
    def text(self) -> str:
        said = "; ".join(f"{read.label}: {read.value}" for read in self.reads)
        when = self.moments[-1].words if len(self.moments) > 1 else ""
        if when:
            return _(
                "From the last convolution’s gradient back to the first’s, %(when)s: %(said)s.", when=when, said=said
            )
        return _("From the last convolution’s gradient back to the first’s: %(said)s.", said=said)


def flow(result: Mapping[str, Any]) -> Flow:
    """Of a result, or of the series that are known so far."""
    series = [one for one in result.get("series", ()) if one.get("weights")]
    steps = sorted({found["step"] for one in series for found in frames(one)}, key=lambda step: step or 0)
    numbers = course(series, steps, number)
    return Flow(
        names=tuple(one["name"] for one in series),
        measures=tuple(m for row in MEASURES if (m := _measure(*row, series, steps))),
        reads=tuple(
            Read(_(decades(one)), _("powers of ten, %(name)s", name=one["name"]), None, _tone(one)) for one in series
        ),
        moments=tuple(map(Moment, steps)),
        course=course(series, steps, decades),
        tables=(*([numbers] if numbers else []), *norms(series, steps)),
        seeds=max((len(frames(one)[0]["seeds"]) for one in series), default=0),
        underflow=any(0 in values for one in series for member, _, _ in MEASURES for values in _all(one, member)),
    )


def _all(one: Mapping[str, Any], member: str) -> list[Sequence[float | None]]:
    return [seed[member] for found in frames(one) for seed in found["seeds"] if seed.get(member)]


def _measure(
    member: str, tab: str, symbol: str, series: Sequence[Mapping[str, Any]], steps: Sequence[int | None]
) -> Measure | None:
    curves = [[curve for one in series if (curve := _curve(one, member, step))] for step in steps]
    wide, narrow = chart(curves), chart(curves, *NARROW)
    return Measure(tab, symbol, wide, narrow) if wide and narrow else None


def _curve(one: Mapping[str, Any], member: str, step: int | None) -> Curve | None:
    found = frame(one, step)
    if found is None or not found["seeds"][0].get(member):
        return None
    layers = spreads([_relative(seed[member][:-1]) for seed in found["seeds"]])
    low, middle, high = ([getattr(layer, which) for layer in layers] for which in Spread._fields)
    return Curve(one["name"], _tone(one), middle, *((low, high) if several(one) else ()))


def _relative(norms: Sequence[float | None]) -> list[float | None]:
    """Norms as multiples of the last one; as they are where that is zero."""
    last = norms[-1] or 1.0
    return [None if norm is None else norm / last for norm in norms]


def _tone(series: Mapping[str, Any]) -> Any:
    return "blue" if series["skip"] in (True, "on") else "red"
