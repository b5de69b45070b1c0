"""Feature maps as contact sheets: every channel of a layer a small picture, all of one layer on one scale."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.web.drawings.heat import mask
from app.web.drawings.read import Read
from app.web.drawings.table import Table
from app.words import _

#: Width of a sheet, and cells between two pictures of it.
WIDE, GAP = 320.0, 1

Map = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Sheet:
    """Pictures side by side; ``text`` says what they are to those who do not see them."""

    picture: str
    width: float
    height: float
    text: str
    #: It has colours of its own, and is no mask over ink.
    coloured: bool = False


@dataclass(frozen=True)
class Layer:
    name: str
    shape: str
    whole: Sheet
    #: The same without the block; None where none is left out.
    changed: Sheet | None


@dataclass(frozen=True)
class Score:
    """One digit's (or class's) share, in per cent, with and without the block."""

    digit: int
    whole: float
    without: float | None
    right: bool


@dataclass(frozen=True)
class Features:
    """What ``runs/_feature_maps.html`` is a function of."""

    image: Sheet
    filters: Sheet
    layers: tuple[Layer, ...]
    scores: tuple[Score, ...]
    block: int
    tone: str
    reads: tuple[Read, ...]
    tables: tuple[Table, ...]
    #: Of a network with weights from disk: their file. And what it says without the block.
    file: str = ""
    others: tuple[Score, ...] = ()

    @property
    def text(self) -> str:
        return "; ".join(f"{read.label}: {read.value}" for read in self.reads)


def features(result: Mapping[str, Any]) -> Features:
    label, block = result["label"], result["block"]
    if label is None:
        said = _("The picture: a picture of your own, 8×8 pixels.")
    else:
        said = _("The picture: a %(digit)s, 8×8 pixels.", digit=label)
    image = sheet([result["image"]], 0.0, 16.0, said, 160.0)
    filters = result["filters"]
    far = max(abs(value) for kernel in filters for row in kernel for value in row) or 1.0
    scores = tuple(
        Score(digit, 100 * share, None if result["without"] is None else 100 * result["without"][digit], digit == label)
        for digit, share in enumerate(result["scores"])
    )
    return Features(
        image,
        sheet(
            filters,
            -far,
            far,
            _("%(n)s kernels of 3×3 weights, from −%(far)s to %(far)s.", n=len(filters), far=f"{far:.2g}"),
            WIDE,
        ),
        tuple(_layer(layer, block) for layer in result["layers"]),
        scores,
        block,
        "blue" if result["skip"] == "on" else "red",
        _reads(result, scores),
        _tables(result, scores),
    )


def _layer(layer: Mapping[str, Any], block: int) -> Layer:
    every = [*layer["maps"], *(layer["changed"] or ())]
    high = max(value for one in every for row in one for value in row) or 1.0
    maps = layer["maps"]
    shape = _("%(n)s channels of %(high)s×%(wide)s", n=len(maps), high=len(maps[0]), wide=len(maps[0][0]))
    whole = _("%(name)s: %(shape)s, from 0 to %(high)s.", name=layer["name"], shape=shape, high=f"{high:.2g}")
    return Layer(
        layer["name"],
        shape,
        sheet(maps, 0.0, high, whole, WIDE),
        layer["changed"] and sheet(layer["changed"], 0.0, high, changed_text(layer["name"], block), WIDE),
    )


def changed_text(name: str, block: int) -> str:
    """What is said of a layer's maps without a block."""
    return _("%(name)s, without block %(n)s, on the same scale.", name=name, n=block)


def sheet(maps: Sequence[Map], low: float, high: float, text: str, width: float) -> Sheet:
    """Maps of one size in rows, about twice as many across as down; ``low`` is white and ``high`` full."""
    across = columns(len(maps))
    tall, wide = len(maps[0]), len(maps[0][0])
    down = -(-len(maps) // across)
    grid = [[0.0] * (across * (wide + GAP) - GAP) for _ in range(down * (tall + GAP) - GAP)]
    for number, one in enumerate(maps):
        top, left = number // across * (tall + GAP), number % across * (wide + GAP)
        for y, row in enumerate(one):
            for x, value in enumerate(row):
                grid[top + y][left + x] = (value - low) / (high - low)
    return Sheet(mask(grid), width, width * len(grid) / len(grid[0]), text)


def columns(pictures: int) -> int:
    """How many of them stand in a row."""
    return min(pictures, 1 << math.ceil(math.log2(math.sqrt(2 * pictures))))


def _reads(result: Mapping[str, Any], scores: Sequence[Score]) -> tuple[Read, ...]:
    best = max(scores, key=lambda score: score.whole)
    if result["label"] is None:
        return _said(result["block"], scores, best)
    right = scores[result["label"]]
    found = [
        Read(f"{right.whole:.0f} %", _("for %(digit)s, which it is", digit=right.digit)),
        Read(str(best.digit), _("is what it says")),
    ]
    if right.without is not None:
        other = max(scores, key=lambda score: score.without or 0)
        found.append(
            Read(
                f"{right.without:.0f} %", _("for %(digit)s, without block %(n)s", digit=right.digit, n=result["block"])
            )
        )
        found.append(Read(str(other.digit), _("is what it says without block %(n)s", n=result["block"])))
    return tuple(found)


def _said(block: int, scores: Sequence[Score], best: Score) -> tuple[Read, ...]:
    """Of a picture that nobody named: what it is taken for, with and without the block."""
    found = [
        Read(str(best.digit), _("is what it says")),
        Read(f"{best.whole:.0f} %", _("for %(digit)s", digit=best.digit)),
    ]
    if best.without is not None:
        other = max(scores, key=lambda score: score.without or 0)
        found.append(Read(str(other.digit), _("is what it says without block %(n)s", n=block)))
        found.append(
            Read(f"{other.without or 0:.0f} %", _("for %(digit)s, without block %(n)s", digit=other.digit, n=block))
        )
    return tuple(found)


def _tables(result: Mapping[str, Any], scores: Sequence[Score]) -> tuple[Table, ...]:
    without = [_("without block %(n)s", n=result["block"])] if result["block"] else []
    columns = (_("digit"), _("share, %"), *without)
    rows = [
        [score.digit, round(score.whole, 1), *([] if score.without is None else [round(score.without, 1)])]
        for score in scores
    ]
    spread = [
        [layer["name"], channel, round(sum(map(sum, one)) / (len(one) * len(one[0])), 4)]
        for layer in result["layers"]
        for channel, one in enumerate(layer["maps"], 1)
    ]
    return (
        Table(_("What it takes the picture for"), columns, rows),
        Table(_("Mean activation of each channel"), (_("layer"), _("channel"), _("mean")), spread),
    )
