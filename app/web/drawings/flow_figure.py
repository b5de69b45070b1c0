"""Gradient norms layer by layer, for plain and residual stacks, as multiples of the last convolution's.

The classifier behind it stands in the table alone: its norm is of another kind of layer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.lab.catalogue import decades
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
NARROW = (330.0, 340.0)


@dataclass(frozen=True)
class Measure:
    """One quantity: the wide and the narrow cut of its chart, and the same numbers as rows."""

    name: str
    symbol: str
    wide: Chart
    narrow: Chart
    #: (layer, its norm in each series as text; empty where a series is not so deep).
    rows: Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True)
class Flow:
    """What ``runs/_gradient_flow.html`` is a function of."""

    names: tuple[str, ...]
    measures: tuple[Measure, ...]
    reads: tuple[Read, ...]
    underflow: bool

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(
            Table(
                f"{one.symbol} itself, by layer from the input",
                ("layer", *self.names),
                [[layer, *norms] for layer, norms in one.rows],
            )
            for one in self.measures
        )

    @property
    def text(self) -> str:
        said = "; ".join(f"{read.label}: {read.value}" for read in self.reads)
        return f"From the last convolution's gradient back to the first's: {said}."


def flow(result: Mapping[str, Any]) -> Flow:
    """Of a result, or of the series that are known so far."""
    series = [one for one in result.get("series", ()) if one.get("weights")]
    measures = tuple(m for name, tab, symbol in MEASURES if (m := _measure(name, tab, symbol, series)))
    return Flow(
        names=tuple(one["name"] for one in series),
        measures=measures,
        reads=tuple(Read(decades(one), f"powers of ten, {one['name']}", None, _tone(one)) for one in series),
        underflow=any(value == 0 for one in series for name, _, _ in MEASURES for value in one.get(name, ())),
    )


def _measure(name: str, tab: str, symbol: str, series: Sequence[Mapping[str, Any]]) -> Measure | None:
    curves = [Curve(one["name"], _tone(one), _relative(one[name][:-1])) for one in series if one.get(name)]
    wide, narrow = chart(curves), chart(curves, *NARROW)
    if wide is None or narrow is None:
        return None
    most = max(len(one[name]) for one in series)
    rows = [(k + 1, [_norm(one[name], k) for one in series]) for k in range(most)]
    return Measure(tab, symbol, wide, narrow, rows)


def _relative(norms: Sequence[float | None]) -> list[float | None]:
    """Norms as multiples of the last one; as they are where that is zero."""
    last = norms[-1] or 1.0
    return [None if norm is None else norm / last for norm in norms]


def _norm(norms: Sequence[float | None], layer: int) -> str:
    norm = norms[layer] if layer < len(norms) else math.nan
    return "no number" if norm is None else "" if math.isnan(norm) else quantity(norm)


def _tone(series: Mapping[str, Any]) -> Any:
    return "blue" if series["skip"] in (True, "on") else "red"
