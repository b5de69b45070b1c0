"""Names beside the ends of curves: near them, hiding no other name, and across as few curves as can be."""

import itertools
import math
from collections.abc import Sequence

from app.web.drawings.paths import Point, line

#: A letter of a name, and a line of it.
LETTER, LEADING = 7.9, 17.0


def _far(shift: float, rise: float) -> float:
    return abs(rise) / 20 + abs(shift) / 60


#: From a curve's end to the near end of its name, to the right or the left, and to its foot; the nearest first.
_PLACES = sorted(
    itertools.product(
        (8.0, 40.0, 90.0, 150.0, -10.0, -40.0, -90.0),
        (4.0, -12.0, 20.0, -30.0, 38.0, -48.0, 56.0, -66.0, 74.0, -90.0, 100.0),
    ),
    key=lambda place: _far(*place),
)
#: What it costs to hide a name, a curve's end, the curve itself, and to lie across another.
_HIDES, _ENDS, _OWN, _CROSSES = 100.0, 6.0, 8.0, 3.0
#: Among more curves than these no name is without one.
_FEW = 12
#: How far from its curve's end a name needs no line to it.
_NEAR = 22.0


def place(
    names: Sequence[str], lines: Sequence[Sequence[Point]], top: float, right: float, bottom: float, floor: float
) -> list[Point]:
    """Where each name starts. ``lines`` are the curves, whose points are equally far apart and which start where the
    name belongs; names stay above ``bottom`` or stand on the ``floor`` below it, and end left of ``right``."""
    left = min((points[0][0] for points in lines), default=0.0)
    ends = [points[0] for points in lines]
    boxes: list[tuple[float, float, float]] = []
    for name, curve in zip(names, lines, strict=True):
        x, y = curve[0]
        wide = len(name) * LETTER
        best = math.inf, min(x + 8, right - wide), max(top, y - 12)
        for shift, rise in _PLACES:
            cost = _far(shift, rise)
            if cost >= best[0]:
                break
            start, base = min(x + shift, right - wide) if shift > 0 else x + shift - wide, y + rise
            # Inside the plot or on the floor, but not across the line between them.
            if start < left or not top - 18 <= base <= floor + 6 or abs(base - 4 - bottom) < 9:
                continue
            cost += _HIDES * sum(
                abs(base - b) < LEADING and start < s + w + 6 and s < start + wide + 6 for s, b, w in boxes
            )
            cost += _ENDS * sum(start - 8 < u < start + wide + 8 and base - 16 < v < base + 8 for u, v in ends)
            if len(lines) <= _FEW:
                cost += sum(
                    (_OWN if points is curve else _CROSSES) * _crosses(points, start, base, wide) for points in lines
                )
            best = min(best, (cost, start, base))
        boxes.append((best[1], best[2], wide))
    return [(start, base) for start, base, _ in boxes]


def leader(end: Point, name: str, at: Point) -> str:
    """Path data from a curve's end to its name; empty where they stand so near that nobody could mistake it."""
    x, y = end
    start, base = at
    near = min(max(x, start - 3), start + len(name) * LETTER + 3), min(max(y, base - 12), base + 3)
    return line([end, near]) if math.dist(end, near) > _NEAR else ""


def _crosses(points: Sequence[Point], start: float, base: float, wide: float) -> bool:
    """Whether a curve comes into a name's box, between its points too."""
    (first, _), (last, _) = points[0], points[-1]
    left, right = max(first, start - 4), min(last, start + wide + 4)
    if left > right:
        return False
    each = (last - first) / max(1, len(points) - 1) or 1.0
    i, k = (left - first) / each, (right - first) / each
    inside = [y for _, y in points[math.ceil(i) : math.floor(k) + 1]]
    heights = [_height(points, i), *inside, _height(points, k)]
    return min(heights) <= base + 5 and max(heights) >= base - 13


def _height(points: Sequence[Point], at: float) -> float:
    whole = min(int(at), len(points) - 1)
    (_, here), (_, there) = points[whole], points[min(whole + 1, len(points) - 1)]
    return here + (there - here) * (at - whole)
