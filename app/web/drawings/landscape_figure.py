"""The loss around trained nets: as a map with lines of equal loss, and as a surface."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.web.drawings.contours import Facet, contour, levels, surface
from app.web.drawings.heat import mask
from app.web.drawings.paths import quantity
from app.web.drawings.read import Read
from app.web.drawings.table import Table
from app.words import _, ngettext

#: Side of a map, and the surface's width and height.
SIDE, WIDE, HIGH = 300.0, 320.0, 260.0
#: Points along a side of a surface: more patches say no more.
PATCHED = 17


@dataclass(frozen=True)
class Line:
    """A line of equal loss; every other one is drawn stronger."""

    path: str
    loss: str
    strong: bool


@dataclass(frozen=True)
class Net:
    name: str
    tone: str
    picture: str
    lines: tuple[Line, ...]
    #: Where the inner minima lie, from the left and from the top.
    dents: tuple[tuple[float, float], ...]
    facets: tuple[Facet, ...]
    text: str


@dataclass(frozen=True)
class Landscape:
    """What ``runs/_landscape.html`` is a function of."""

    nets: tuple[Net, ...]
    levels: tuple[str, ...]
    extent: str
    side: int
    low: str
    high: str
    reads: tuple[Read, ...]
    tables: tuple[Table, ...]

    #: The surface's axes: the height and the two sides in front, their slope in degrees, and where their names stand.
    edges = f"M0 {HIGH / 4:g}V{3 * HIGH / 4:g}L{WIDE / 2:g} {HIGH:g}L{WIDE:g} {3 * HIGH / 4:g}"
    slope = round(math.degrees(math.atan2(HIGH / 4, WIDE / 2)), 1)
    sides = ((WIDE / 4, 7 * HIGH / 8 + 22), (3 * WIDE / 4, 7 * HIGH / 8 + 22))

    @property
    def text(self) -> str:
        return " ".join(net.text for net in self.nets)


def landscape(result: Mapping[str, Any]) -> Landscape:
    nets = result["nets"]
    low = max(1e-6, min(net["lowest"] for net in nets))
    high = max(low * 1.01, *(net["highest"] for net in nets))
    heights = levels(low, high)
    return Landscape(
        nets=tuple(_net(net, heights, low, high) for net in nets),
        levels=tuple(quantity(height) for height in heights),
        extent=f"{result['extent']:g}",
        side=nets[0]["side"],
        low=quantity(low),
        high=quantity(high),
        reads=tuple(
            Read(
                str(net["minima"]),
                _("minima, %(name)s", name=net["name"]),
                None,
                "blue" if net["skip"] == "on" else "red",
            )
            for net in nets
        ),
        tables=(_summary(nets), *(_grid(net, result["extent"]) for net in nets)),
    )


def _net(net: Mapping[str, Any], heights: Sequence[float], low: float, high: float) -> Net:
    grid, side = net["grid"], net["side"]
    span = math.log(high) - math.log(low)
    # A picture's rows go down, and the grid's second direction up.
    rows = [
        [(math.log(max(grid[i][side - 1 - row], 1e-12)) - math.log(low)) / span for i in range(side)]
        for row in range(side)
    ]
    every = -(-(side - 1) // (PATCHED - 1))
    thin = [row[::every] for row in grid[::every]]
    lines = (
        Line(path, quantity(height), place % 2 == 0)
        for place, height in enumerate(heights)
        if (path := contour(grid, height, SIDE))
    )
    return Net(
        net["name"],
        "blue" if net["skip"] == "on" else "red",
        mask(rows),
        tuple(lines),
        tuple(_dents(grid)),
        tuple(surface(thin, low, high, WIDE, HIGH)),
        ngettext(
            "%(name)s: the loss is %(centre)s in the middle and up to %(most)s around it, with %(num)s inner minimum.",
            "%(name)s: the loss is %(centre)s in the middle and up to %(most)s around it, with %(num)s inner minima.",
            net["minima"],
            name=net["name"],
            centre=quantity(net["centre"]),
            most=quantity(net["highest"]),
        ),
    )


def _dents(grid: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    side = len(grid)
    step = SIDE / (side - 1)
    return [
        (i * step, SIDE - j * step)
        for i in range(1, side - 1)
        for j in range(1, side - 1)
        if all(grid[i][j] < grid[p][q] for p in (i - 1, i, i + 1) for q in (j - 1, j, j + 1) if (p, q) != (i, j))
    ]


def _summary(nets: Sequence[Mapping[str, Any]]) -> Table:
    columns = (_("net"), _("loss in the middle"), _("lowest"), _("highest"), _("inner minima"), _("points"))
    rows = [
        [net["name"], net["centre"], net["lowest"], net["highest"], net["minima"], f"{net['side']}×{net['side']}"]
        for net in nets
    ]
    return Table(_("The loss around each net"), columns, rows)


def _grid(net: Mapping[str, Any], extent: float) -> Table:
    side = net["side"]
    axis = [f"{extent * (2 * k / (side - 1) - 1):.3g}".replace("-", "−") for k in range(side)]
    rows = [[axis[i], *net["grid"][i]] for i in range(side)]
    return Table(
        _("Loss of %(name)s: first direction down, second across", name=net["name"]), (_("direction one"), *axis), rows
    )
