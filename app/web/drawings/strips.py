"""A network's totals as strips, cut by what kind of layer they belong to; several networks on one scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.lab.headlines import grouped
from app.web.drawings.paths import quantity
from app.words import N_, _, ngettext

#: A strip's length, the row that it stands in, and the room under its numbers.
LENGTH, ROW, FOOT = 600.0, 76.0, 0.0
NARROW = 330.0
#: A letter of a segment's words.
LETTER = 7.6
#: What a layer's kind is gathered under, in the order of the strip.
FAMILIES = (N_("linear"), N_("convolution"), N_("normalisation"), N_("other"))
_FAMILY = {
    "Linear": "linear",
    "Conv2d": "convolution",
    "ConvTranspose2d": "convolution",
    "BatchNorm1d": "normalisation",
    "BatchNorm2d": "normalisation",
    "GroupNorm": "normalisation",
    "LayerNorm": "normalisation",
    "InstanceNorm2d": "normalisation",
}


@dataclass(frozen=True)
class Segment:
    family: str
    x: float
    width: float
    #: Words that fit under it; empty where none do.
    text: str


@dataclass(frozen=True)
class Strip:
    title: str
    value: str
    y: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Strips:
    width: float
    height: float
    strips: tuple[Strip, ...]
    #: The families that occur, as the key shows them.
    families: tuple[str, ...]


def by_family(layers: Sequence[Mapping[str, Any]], what: str) -> dict[str, int]:
    """``params``, ``macs`` or ``activations`` of each family that has any."""
    found = dict.fromkeys(FAMILIES, 0)
    for layer in layers:
        found[_FAMILY.get(layer["kind"], "other")] += layer[what] or 0
    return {family: count for family, count in found.items() if count}


def strips(rows: Sequence[tuple[str, str, Mapping[str, int], float]], width: float = LENGTH) -> Strips:
    """A strip for each (title, value in words, counts by family, the count that is as long as the drawing is wide)."""
    drawn = []
    for number, (title, value, counts, full) in enumerate(rows):
        x, segments = 0.0, []
        for family, count in counts.items():
            long = width * count / max(1, full)
            share = f"{_(family)} {percent(count, sum(counts.values()))}"
            fits = next((text for text in (share, share.removeprefix(_(family)).strip()) if _fits(text, long)), "")
            segments.append(Segment(family, x, long, fits))
            x += long
        drawn.append(Strip(title, value, number * ROW, tuple(segments)))
    families = tuple(family for family in FAMILIES if any(family in row[2] for row in rows))
    return Strips(width, len(rows) * ROW + FOOT, tuple(drawn), families)


def _fits(text: str, width: float) -> bool:
    return LETTER * len(text) + 10 <= width


def percent(part: int, whole: int) -> str:
    """``89 %``, ``0.8 %``; never 0 or 100 for what is only nearly so."""
    share = 100 * part / max(1, whole)
    if share >= 99.5 and part < whole:
        return _("over 99 %")
    return f"{share:.0f} %" if share >= 1 or not part else f"{quantity(float(f'{share:.1g}'))} %"


def headline(layers: Sequence[Mapping[str, Any]], total: Mapping[str, Any]) -> str:
    """Where most of the weights are, and how much of the work is done there; empty where there are no weights."""
    params, macs = by_family(layers, "params"), by_family(layers, "macs")
    if not params:
        return ""
    family = max(params, key=lambda one: params[one])
    count = sum(1 for layer in layers if _FAMILY.get(layer["kind"], "other") == family and layer["params"])
    many = _layers(family, count)
    share = percent(params[family], total["params"])
    text = ngettext(
        "%(share)s of the weights sit in %(many)s: %(weights)s. It does %(work)s of the multiply-adds.",
        "%(share)s of the weights sit in %(many)s: %(weights)s. They do %(work)s of the multiply-adds.",
        count,
        share=share,
        many=many,
        weights=grouped(params[family]),
        work=percent(macs.get(family, 0), total["macs"]),
    )
    return f"{text[:1].upper()}{text[1:]}"


def _layers(family: str, count: int) -> str:
    if family == "linear":
        return ngettext("one linear layer", "%(num)s linear layers", count)
    if family == "convolution":
        return ngettext("one convolution layer", "%(num)s convolutions", count)
    if family == "normalisation":
        return ngettext("one normalisation layer", "%(num)s normalisations", count)
    return ngettext("one other layer", "%(num)s other layers", count)
