"""What one unit sees of the image, layer by layer along the depth: its field, its holes, and how strongly it is felt.

All in input pixels, so that the drawing is the image itself with the fields laid over it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.lab.headlines import grouped
from app.web.drawings.heat import bits, mask
from app.web.drawings.levels import called
from app.web.drawings.paths import number
from app.words import _, ngettext

#: Pixels along the longer side of a close-up up to which each of them is outlined.
MOST_CELLS = 33


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Felt:
    """How strongly each pixel of a box is felt, as a picture that masks a flat ink."""

    picture: str
    box: Box
    #: How it was measured and what came out, in sentences.
    says: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """The middle unit of one layer. ``data`` are the figures that a script needs to draw the field of any other."""

    name: str
    line: int | None
    data: Mapping[str, str]
    #: The field of the middle unit and that of the first one, as far as they lie within the image.
    box: Box
    corner: Box
    #: A picture of the pixels that are reached, where there are holes; empty where there are none.
    holes: str
    grid: str
    felt: Felt | None
    says: str


@dataclass(frozen=True)
class Views:
    #: (height, width) of the input.
    image: tuple[int, int]
    #: Shallow first.
    layers: tuple[View, ...]
    #: The one to begin with.
    first: int

    @property
    def text(self) -> str:
        """The first view in a sentence, for those who do not see it."""
        return self.layers[self.first].says


def views(result: Mapping[str, Any]) -> Views | None:
    """None where a result has none, as those of earlier versions."""
    image = tuple(result["input"][1:]) if result.get("input") else (0, 0)
    felt = {one["layer"]: one for one in (*(result.get("along") or ()), result.get("effective")) if one}
    layers = tuple(_view(one, image, felt.get(one["layer"])) for one in result.get("views") or ())
    if not layers:
        return None
    wanted = (result.get("effective") or {}).get("layer")
    first = next((i for i, one in enumerate(result["views"]) if one["layer"] == wanted), len(layers) - 1)
    return Views(image, layers, first)


def _view(one: Mapping[str, Any], image: tuple[int, ...], effective: Mapping[str, Any] | None) -> View:
    box = _clipped(one, one["unit"], image)
    grid = ""
    if max(box.width, box.height) <= MOST_CELLS:
        across = (f"M{number(box.x + i)} {number(box.y)}v{number(box.height)}" for i in range(1, math.ceil(box.width)))
        down = (f"M{number(box.x)} {number(box.y + i)}h{number(box.width)}" for i in range(1, math.ceil(box.height)))
        grid = "".join((*across, *down))
    return View(
        name=called(one["layer"]),
        line=one["line"],
        data={name: " ".join(f"{v:g}" for v in one[name]) for name in ("size", "jump", "start", "grid", "unit")},
        box=box,
        corner=_clipped(one, (0, 0), image),
        holes=_holes(one, box),
        grid=grid,
        felt=_felt(effective),
        says=_says(one, box),
    )


def _clipped(one: Mapping[str, Any], unit: Sequence[int], image: tuple[int, ...]) -> Box:
    """The field of a unit as far as it lies within the image."""
    edges = []
    for axis in (1, 0):
        start = one["start"][axis] + unit[axis] * one["jump"][axis]
        first = min(max(0, math.floor(start)), image[axis])
        last = max(min(image[axis], math.ceil(start + one["size"][axis])), first)
        edges.append((first, last - first))
    return Box(edges[0][0], edges[1][0], edges[0][1], edges[1][1])


def _holes(one: Mapping[str, Any], box: Box) -> str:
    if one["pixels"] is None or not box.width * box.height or one["pixels"] >= box.width * box.height:
        return ""
    top, left, _, _ = one["box"]
    rows = [0] * int(top - box.y)
    for times, text in one["rows"]:
        rows += [int(text, 16) << int(left - box.x)] * times
    rows += [0] * (int(box.height) - len(rows))
    return bits(rows, int(box.width))


def _says(one: Mapping[str, Any], box: Box) -> str:
    size = "×".join(f"{side:g}" for side in one["size"])
    inside, layer = int(box.width * box.height), called(one["layer"])
    if [box.height, box.width] == list(one["size"]):
        of = _("A unit of %(layer)s sees %(size)s pixels.", layer=layer, size=size)
    else:
        of = _(
            "A unit of %(layer)s sees %(size)s pixels, of which %(part)s lie in the image for the middle one.",
            layer=layer,
            size=size,
            part=f"{box.height:g}×{box.width:g}",
        )
    if one["pixels"] is None:
        return of
    if one["pixels"] == inside:
        return " ".join((of, _("It depends on every one of them.")))
    holes = _(
        "It depends on %(n)s of those %(of)s: the others are holes, which nothing that it computes can notice.",
        n=grouped(one["pixels"]),
        of=grouped(inside),
    )
    return f"{of} {holes}"


def _felt(effective: Mapping[str, Any] | None) -> Felt | None:
    if not effective:
        return None
    samples = effective["samples"]
    said = [
        ngettext(
            "The mean of |∂y/∂x| over %(num)s random input.", "The mean of |∂y/∂x| over %(num)s random inputs.", samples
        )
    ]
    if samples < effective["asked"]:
        said.append(_("%(n)s were asked for; a network of this size gets fewer on a CPU.", n=effective["asked"]))
    top, left, high, wide = effective["field"]
    box = Box(left, top, wide, high)
    if effective["zero"]:
        return Felt("", box, (*said, _("Single precision shows no gradient at all this far down.")))
    said.append(core_text(effective))
    if effective["cell"] > 1:
        said.append(_("A cell is %(side)s×%(side)s pixels.", side=effective["cell"]))
    return Felt(mask(effective["map"]), box, tuple(said))


def core_text(effective: Mapping[str, Any]) -> str:
    """How much of a field is really felt, in a sentence."""
    core, (high, wide) = effective["core"], effective["field"][2:]
    return _(
        "%(n)s of %(of)s pixels (%(share)s %%) are felt at more than a twentieth of the strongest.",
        n=grouped(core["pixels"]),
        of=grouped(high * wide),
        share=f"{100 * core['share']:.0f}",
    )
