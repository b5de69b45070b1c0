"""Lines of one height through a square grid of values: marching squares, and the surface above the grid."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.web.drawings.paths import Point, line, number

Grid = Sequence[Sequence[float]]


def levels(low: float, high: float) -> list[float]:
    """Round heights between two positive values: 1, 2 and 5 times powers of ten, at most about nine."""
    steps = [(1, 2, 5), (1, 3), (1,)]
    for digits in steps:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        found = [digit * 10.0**power for power in powers for digit in digits if low < digit * 10.0**power < high]
        if len(found) <= 9:
            break
    return found


def contour(grid: Grid, level: float, side: float) -> str:
    """Path data of the line at ``level`` over a drawing of ``side``: ``grid[i][j]`` stands at x = i, y = j from below.

    Values are taken as their logarithms between two points.
    """
    cells = len(grid) - 1
    step = side / cells

    def at(one: tuple[int, int], other: tuple[int, int]) -> Point:
        a, b = (math.log(max(grid[i][j], 1e-12)) for i, j in (one, other))
        share = (math.log(level) - a) / (b - a)
        x, y = (p + share * (q - p) for p, q in zip(one, other, strict=True))
        return x * step, side - y * step

    pieces = []
    for i in range(cells):
        for j in range(cells):
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            above = [grid[p][q] > level for p, q in corners]
            crossed = [at(corners[k], corners[(k + 1) % 4]) for k in range(4) if above[k] != above[(k + 1) % 4]]
            if len(crossed) == 4 and above[0] != _middle_above(grid, i, j, level):
                crossed = [crossed[3], *crossed[:3]]
            pieces += [line(crossed[k : k + 2]) for k in range(0, len(crossed), 2)]
    return "".join(pieces)


def _middle_above(grid: Grid, i: int, j: int, level: float) -> bool:
    """At a saddle: whether the middle of the cell lies above, and so joins the corners that do."""
    return (grid[i][j] + grid[i + 1][j] + grid[i][j + 1] + grid[i + 1][j + 1]) / 4 > level


@dataclass(frozen=True)
class Facet:
    """A patch of a surface; ``shade`` is from 0 (lowest) to 1."""

    path: str
    shade: float


def surface(grid: Grid, low: float, high: float, width: float, height: float) -> list[Facet]:
    """The logarithm of a grid as patches seen from above and aside, the farthest first, between two heights."""
    cells = len(grid) - 1
    flat = height * 0.5

    def place(i: int, j: int) -> Point:
        rise = (math.log(max(grid[i][j], 1e-12)) - math.log(low)) / (math.log(high) - math.log(low))
        x = width / 2 + (i - j) / cells * width / 2
        y = height - flat + (i + j) / (2 * cells) * flat - rise * (height - flat)
        return x, y

    found = []
    for total in range(2 * cells - 1):
        for i in range(max(0, total - cells + 1), min(cells, total + 1)):
            j = total - i
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            mean = sum(math.log(max(grid[p][q], 1e-12)) for p, q in corners) / 4
            shade = (mean - math.log(low)) / (math.log(high) - math.log(low))
            found.append(Facet(line([place(p, q) for p, q in corners], closed=True), float(number(10 * shade)) / 10))
    return found
