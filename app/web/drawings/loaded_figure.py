"""Feature maps of a network with weights from disk, as the same contact sheets: a picture and kernels in colour."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.lab import pictures
from app.web.drawings.feature_figure import (
    GAP,
    WIDE,
    Features,
    Layer,
    Score,
    Sheet,
    changed_text,
    columns,
    features,
    sheet,
)
from app.web.drawings.heat import coloured
from app.web.drawings.read import Read
from app.web.drawings.table import Table
from app.words import _

#: Between kernels.
PAPER = (1.0, 1.0, 1.0)


def either(result: Mapping[str, Any]) -> Features:
    """The figure of a net that was trained for it, or of one with weights from disk."""
    return loaded(result) if "best" in result else features(result)


def loaded(result: Mapping[str, Any]) -> Features:
    block = result["block"]
    best, others = _scores(result["best"]), _scores(result["without"] or ())
    return Features(
        _picture(result["picture"]),
        kernels(result["filters"]),
        tuple(_layer(layer, block) for layer in result["layers"]),
        best,
        block,
        "blue",
        _reads(best, others, block),
        _tables(result, best, others),
        result["file"],
        others,
    )


def _picture(photo: str) -> Sheet:
    pixels, side = pictures.pixels(photo), pictures.PHOTO
    values = [value / 255 for value in pixels]
    rows = [[values[at : at + 3] for at in range(row * side * 3, (row + 1) * side * 3, 3)] for row in range(side)]
    return Sheet(coloured(rows), 160.0, 160.0, _("The picture, %(side)s×%(side)s pixels.", side=side), True)


def kernels(filters: Sequence[Sequence[Sequence[Sequence[float]]]]) -> Sheet:
    """First kernels in colour: grey is zero, a stronger red is a greater weight of red, all on one scale."""
    far = max(abs(value) for kernel in filters for plane in kernel for row in plane for value in row) or 1.0
    tall, across = len(filters[0][0]), columns(len(filters))
    down = -(-len(filters) // across)
    grid = [[PAPER] * (across * (tall + GAP) - GAP) for _ in range(down * (tall + GAP) - GAP)]
    for number, (red, green, blue) in enumerate(filters):
        top, left = number // across * (tall + GAP), number % across * (tall + GAP)
        for y in range(tall):
            for x in range(tall):
                r, g, b = (0.5 + plane[y][x] / far / 2 for plane in (red, green, blue))
                grid[top + y][left + x] = (r, g, b)
    text = _(
        "%(n)s kernels of %(side)s×%(side)s weights for red, green and blue, from −%(far)s to %(far)s.",
        n=len(filters),
        side=tall,
        far=f"{far:.2g}",
    )
    return Sheet(coloured(grid), WIDE, WIDE * len(grid) / len(grid[0]), text, True)


def _layer(layer: Mapping[str, Any], block: int) -> Layer:
    maps, changed = layer["maps"], layer["changed"]
    high = max((value for one in (*maps, *(changed or ())) for row in one for value in row), default=0.0)
    low = min((value for one in (*maps, *(changed or ())) for row in one for value in row), default=0.0)
    low, high = min(low, 0.0), max(high, low + 1e-9, 1e-9)
    channels, height, width = layer["shape"]
    shown = _("%(n)s of %(of)s channels of %(high)s×%(wide)s", n=len(maps), of=channels, high=height, wide=width)
    text = _(
        "%(name)s: %(shape)s, from %(low)s to %(high)s.",
        name=layer["name"],
        shape=shown,
        low=f"{low:.2g}",
        high=f"{high:.2g}",
    )
    return Layer(
        layer["name"],
        shown,
        sheet(maps, low, high, text, WIDE),
        changed and sheet(changed, low, high, changed_text(layer["name"], block), WIDE),
    )


def _scores(best: Sequence[Mapping[str, Any]]) -> tuple[Score, ...]:
    return tuple(Score(one["class"], 100 * one["share"], None, False) for one in best)


def _reads(best: Sequence[Score], others: Sequence[Score], block: int) -> tuple[Read, ...]:
    found = [Read(f"{best[0].whole:.1f} %", _("for class %(n)s, its first choice", n=best[0].digit))]
    if others:
        words = _("for class %(n)s, without block %(block)s", n=others[0].digit, block=block)
        found.append(Read(f"{others[0].whole:.1f} %", words))
    return tuple(found)


def _tables(result: Mapping[str, Any], best: Sequence[Score], others: Sequence[Score]) -> tuple[Table, ...]:
    captions = (_("What it takes the picture for"), _("The same without block %(n)s", n=result["block"]))
    spread = [
        [layer["name"], channel, round(sum(map(sum, one)) / (len(one) * len(one[0])), 4)]
        for layer in result["layers"]
        for channel, one in zip(layer["channels"], layer["maps"], strict=True)
    ]
    return (
        *(
            Table(caption, (_("class"), _("share, %")), [[score.digit, round(score.whole, 2)] for score in scores])
            for caption, scores in zip(captions, (best, others), strict=True)
            if scores
        ),
        Table(_("Mean activation of each channel that is shown"), (_("layer"), _("channel"), _("mean")), spread),
    )
