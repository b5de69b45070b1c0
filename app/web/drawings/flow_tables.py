"""Gradient flow as tables: the powers of ten as training goes, and the norms themselves."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.lab.headlines import decades
from app.lab.spread import Spread, spread
from app.web.drawings.table import Cell, Table
from app.words import N_, _

#: What the norms are of: the member of a series, its tab, and what the axis says.
MEASURES = (
    ("weights", N_("weights"), "‖∂L/∂W‖"),
    ("activations", N_("activations"), "‖∂L/∂z‖"),
    ("scale", N_("signal"), "std z"),
)

Series = Mapping[str, Any]


def frames(one: Series) -> Sequence[Mapping[str, Any]]:
    """The frames of a series; results from before there were any have one, at a step that they do not say."""
    return one.get("frames") or [{"step": None, "decades": one["decades"], "seeds": [one]}]


def frame(one: Series, step: int | None) -> Mapping[str, Any] | None:
    return next((found for found in frames(one) if found["step"] == step), None)


def spreads(seeds: Sequence[Sequence[float | None]]) -> list[Spread]:
    """Layer by layer."""
    return [spread(layer) for layer in zip(*seeds, strict=True)]


def several(one: Series) -> bool:
    return len(frames(one)[0]["seeds"]) > 1


def number(found: Mapping[str, Any]) -> Cell:
    """The powers of ten as a number; in words where there is none."""
    value = found["decades"]
    return _(decades(found)) if value is None else round(value, 2)


def course(
    series: Sequence[Series], steps: Sequence[int | None], say: Callable[[Mapping[str, Any]], Cell]
) -> Table | None:
    """The powers of ten of each stack at each step, and where its seeds end, as ``say`` puts them.

    None where there is one moment of one seed, whose figures are read off the result anyway.
    """
    bounds = any(map(several, series))
    if len(steps) < 2 and not bounds:
        return None
    rows: list[list[Cell]] = []
    for one in series:
        known = [frame(one, step) for step in steps]
        middles = [say({**found, "weights": _norms(found)}) if found else None for found in known]
        rows.append([one["name"], *middles, *([say(end) for end in _ends(one)] if bounds else [])])
    columns = map(str, steps) if len(steps) > 1 else [_("median")]
    caption = _("Powers of ten from the last convolution back to the first")
    if len(steps) > 1:
        caption = _("Powers of ten from the last convolution back to the first after each step of training")
    if bounds:
        caption += _(", the median over seeds, and at last the lowest and the highest of them")
    return Table(
        caption,
        (_("stack"), *columns, *((_("lowest"), _("highest")) if bounds else ())),
        rows,
    )


def _norms(found: Mapping[str, Any]) -> list[float | None]:
    return [norm for seed in found["seeds"] for norm in seed["weights"]]


def _ends(one: Series) -> list[Mapping[str, Any]]:
    """The seeds with the lowest and the highest powers of ten at the last step; an underflow lies below all others."""
    seeds = sorted(frames(one)[-1]["seeds"], key=lambda seed: -math.inf if (d := seed["decades"]) is None else d)
    return [seeds[0], seeds[-1]]


def norms(series: Sequence[Series], steps: Sequence[int | None]) -> tuple[Table, ...]:
    """The norms themselves, the classifier's too: a line for each layer at each step."""
    columns = [_("layer"), *([_("step")] if len(steps) > 1 else [])]
    for one in series:
        name = one["name"]
        columns.append(name)
        if several(one):
            columns += [_("%(name)s, lowest", name=name), _("%(name)s, highest", name=name)]
    caption = _("%(symbol)s itself, by layer from the input")
    if any(map(several, series)):
        caption = _("%(symbol)s itself, by layer from the input, the median over seeds")
    return tuple(
        Table(caption % {"symbol": symbol}, tuple(columns), rows)
        for member, _tab, symbol in MEASURES
        if (rows := [row for step in steps for row in _rows(series, member, step, len(steps) > 1)])
    )


def _rows(series: Sequence[Series], member: str, step: int | None, said: bool) -> list[list[Cell]]:
    known = [frame(one, step) for one in series]
    layers = [spreads([seed.get(member, ()) for seed in found["seeds"]]) if found else [] for found in known]
    return [
        [
            k + 1,
            *([step] if said else []),
            *(cell for one, of in zip(series, layers, strict=True) for cell in _cells(of, k, several(one))),
        ]
        for k in range(max(map(len, layers), default=0))
    ]


def _cells(layers: Sequence[Spread], k: int, bounds: bool) -> list[Cell]:
    if k >= len(layers):
        return [None] * (3 if bounds else 1)
    low, middle, high = map(_cell, layers[k])
    return [middle, low, high] if bounds else [middle]


def _cell(norm: float | None) -> Cell:
    """In four figures, which is more than a chart shows."""
    return _("no number") if norm is None else float(f"{norm:.4g}") or 0
