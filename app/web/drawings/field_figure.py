"""A receptive field: the pyramid of what is seen, how strongly it is seen, and the trace layer by layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.web.drawings.heat import mask
from app.web.drawings.pyramid import Pyramid, pyramids
from app.web.drawings.read import Read

#: More rows than this would push the settings off the page.
MOST_STEPS = 9
#: The heat map's place in its figure, and its legend.
MAP, LEGEND_STEPS = 280.0, (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Step:
    x: float
    width: float
    opacity: float
    text: str


@dataclass(frozen=True)
class Heat:
    """How strongly one output unit feels each input pixel, as a share of what it feels most."""

    picture: str
    #: The map's place, and that of the theoretical field within it (None where it is the whole map).
    width: float
    height: float
    box: str
    legend: tuple[Step, ...]
    text: str


@dataclass(frozen=True)
class Field:
    """What ``runs/_receptive_field.html`` is a function of; ``layers`` as the trace gives them."""

    layers: Sequence[Mapping[str, Any]]
    pyramids: tuple[Pyramid, ...]
    heat: Heat | None
    reads: tuple[Read, ...]
    notes: Sequence[Sequence[Any]]
    printed: Sequence[str]
    #: What is said under the heat map.
    felt: str
    #: The layers after which a unit sees more, where they are few enough to stand beside the code.
    trace: Sequence[Mapping[str, Any]]
    #: The first layer from which on everything sees the whole input; empty for none.
    whole: str


def field(result: Mapping[str, Any]) -> Field:
    layers = result["layers"]
    effective = result.get("effective") or {}
    return Field(
        layers=layers,
        pyramids=pyramids(layers),
        heat=_heat(effective),
        reads=_reads(result),
        notes=result.get("notes") or (),
        printed=result.get("printed") or (),
        felt="",
        trace=_trace(layers),
        whole=_whole(layers),
    )


def _heat(effective: Mapping[str, Any]) -> Heat | None:
    rows = effective.get("map")
    if not rows:
        return None
    most = max(max(row) for row in rows) or 1.0
    high, wide = len(rows), len(rows[0])
    scale = MAP / max(high, wide)
    legend = tuple(
        Step(k * MAP / len(LEGEND_STEPS), MAP / len(LEGEND_STEPS), share, f"{share:.0%}".replace("%", " %"))
        for k, share in enumerate(LEGEND_STEPS)
    )
    picture = mask([[value / most for value in row] for row in rows])
    text = f"The gradient's mean size over {high}×{wide} input pixels: strongest in the middle, fading outwards."
    return Heat(picture, wide * scale, high * scale, "", legend, text)


def _reads(result: Mapping[str, Any]) -> tuple[Read, ...]:
    output, last = result["output"], result["last"]
    found = []
    if output is not None and output["size"] is None:
        found.append(Read("the whole input", "seen by the output", output["line"]))
    if last is not None:
        words = "receptive field" if last is output or last == output else f"receptive field of {last['name']}"
        found.append(Read(pair(last["size"]), words, last["line"]))
        found.append(Read(pair(last["jump"]), "jump, in pixels", last["line"]))
        found.append(Read(pair(last["start"]), "start, in pixels", last["line"]))
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
    return next((layer["name"] or layer["kind"] for layer in layers if layer["size"] is None), "")


def pair(value: Sequence[float] | None) -> str:
    """A pair such as ``7×7`` or ``−3, −3``; a dash where there is none."""
    if value is None:
        return "whole input"
    mark = ", " if any(v < 0 for v in value) else "×"
    return mark.join(f"{v:g}".replace("-", "−") for v in value)
