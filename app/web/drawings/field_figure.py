"""A receptive field: the pyramid of what is seen, how strongly it is seen, and the trace layer by layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.web.drawings.field_view import Views, core_text, views
from app.web.drawings.heat import mask
from app.web.drawings.levels import called
from app.web.drawings.pyramid import Pyramid, pyramids
from app.web.drawings.read import Read
from app.web.drawings.table import Table
from app.words import _, ngettext

#: More rows than this would push the settings off the page.
MOST_STEPS = 9
#: The heat map's place in its figure, and its legend.
MAP, LEGEND = 280.0, (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Step:
    x: float
    width: float
    opacity: float
    text: str


@dataclass(frozen=True)
class Heat:
    """How strongly one unit feels each pixel of its field, as a share of what it feels most."""

    picture: str
    width: float
    height: float
    legend: tuple[Step, ...]
    text: str


@dataclass(frozen=True)
class Field:
    """What ``runs/_receptive_field.html`` is a function of; ``layers`` as the trace gives them."""

    layers: Sequence[Mapping[str, Any]]
    pyramids: tuple[Pyramid, ...]
    heat: Heat | None
    #: What units see of the image, layer by layer; None in results of earlier versions, which have the heat alone.
    views: Views | None
    reads: tuple[Read, ...]
    notes: Sequence[Sequence[Any]]
    printed: Sequence[str]
    #: What is said of the heat map, in sentences.
    felt: tuple[str, ...]
    #: The layers after which a unit sees more, where they are few enough to stand beside the code.
    trace: Sequence[Mapping[str, Any]]
    #: The first layer from which on everything sees the whole input; empty for none.
    whole: str

    @property
    def tables(self) -> tuple[Table, ...]:
        columns = (_("layer"), _("kind"), _("line"), _("sees"), _("pixels reached"), _("jump"), _("start"))
        rows = [
            [
                *(one["name"], one["kind"], one["line"], pair(one["size"]), one.get("seen")),
                *(pair(one[name]) for name in ("jump", "start")),
            ]
            for one in self.layers
        ]
        return (Table(_("Receptive field, layer by layer, in input pixels"), columns, rows),)


def field(result: Mapping[str, Any]) -> Field:
    layers = result["layers"]
    effective = result.get("effective") or {}
    return Field(
        layers=layers,
        pyramids=pyramids(layers),
        heat=_heat(effective),
        views=views(result),
        reads=_reads(result),
        notes=result.get("notes") or (),
        printed=result.get("printed") or (),
        felt=_felt(effective),
        trace=_trace(layers),
        whole=_whole(layers),
    )


def _heat(effective: Mapping[str, Any]) -> Heat | None:
    rows = effective.get("map")
    if not rows:
        return None
    high, wide = effective["field"][2:]
    scale = MAP / max(high, wide)
    step = wide * scale / len(LEGEND)
    legend = tuple(Step(k * step, step, share, f"{share:.0%}".removesuffix("%")) for k, share in enumerate(LEGEND))
    text = _(
        "The gradient’s mean size over the %(high)s×%(wide)s pixels of the field, as a share of the strongest pixel’s.",
        high=high,
        wide=wide,
    )
    return Heat(mask(rows), wide * scale, high * scale, legend, text)


def _felt(effective: Mapping[str, Any]) -> tuple[str, ...]:
    """What was measured of the effective field, in sentences."""
    if not effective:
        return ()
    samples, asked = effective["samples"], effective["asked"]
    said = [
        ngettext(
            "The mean of |∂y/∂x| over %(num)s random input, from the unit in the middle of %(layer)s, in per cent of "
            "the strongest pixel.",
            "The mean of |∂y/∂x| over %(num)s random inputs, from the unit in the middle of %(layer)s, in per cent of "
            "the strongest pixel.",
            samples,
            layer=called(effective["layer"]),
        )
    ]
    if samples < asked:
        said.append(_("%(n)s were asked for; a network of this size gets fewer on a CPU.", n=asked))
    if effective["zero"]:
        return (*said, _("Single precision shows no gradient at all this far down."))
    if effective["cell"] > 1:
        said.append(_("A cell is %(side)s×%(side)s pixels.", side=effective["cell"]))
    said.append(core_text(effective))
    support = effective["support"]
    if support and support["pixels"] < support["box"][2] * support["box"][3]:
        box = support["box"][2] * support["box"][3]
        said.append(_("The unit depends on %(n)s of %(of)s pixels: the others are holes.", n=support["pixels"], of=box))
    return tuple(said)


def _reads(result: Mapping[str, Any]) -> tuple[Read, ...]:
    output, last = result["output"], result["last"]
    found = []
    if output is not None and output["size"] is None:
        found.append(Read(_("the whole input"), _("seen by the output"), output["line"]))
    if last is not None:
        words = _("receptive field")
        if last != output:
            words = _("receptive field of %(layer)s", layer=called(last["name"]))
        found.append(Read(pair(last["size"]), words, last["line"]))
        found.append(Read(pair(last["jump"]), _("jump, in pixels"), last["line"]))
        if last == output:
            found.append(Read(pair(last["start"]), _("start, in pixels"), last["line"]))
        std = (result.get("effective") or {}).get("std")
        if std:
            found.append(
                Read(pair([round(side, 1) for side in std]), _("standard deviation felt, pixels"), last["line"])
            )
    return tuple(found)


def _trace(layers: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    steps: list[Mapping[str, Any]] = []
    before: tuple[Any, Any] = ([1, 1], [1, 1])
    for layer in layers:
        if layer["size"] is not None and (layer["size"], layer["jump"]) != before:
            before = layer["size"], layer["jump"]
            steps.append(layer)
    return steps if len(steps) <= MOST_STEPS else ()


def _whole(layers: Sequence[Mapping[str, Any]]) -> str:
    return next((f"{layer['kind']} {layer['name']}" for layer in layers if layer["size"] is None), "")


def pair(value: Sequence[float] | None) -> str:
    """A pair such as ``7×7`` or ``−3, −3``; a dash where there is none."""
    if value is None:
        return _("whole input")
    mark = ", " if any(v < 0 for v in value) else "×"
    return mark.join(f"{v:g}".replace("-", "−") for v in value)
