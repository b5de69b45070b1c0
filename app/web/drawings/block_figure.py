"""A small network as a chain of operations from top to bottom, with what goes around some of them drawn beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.content.course import Operation
from app.lab.headlines import grouped
from app.web.drawings.paths import number
from app.words import _, ngettext

#: A box, what stands left of it, and the space between two of them.
WIDE, LEFT, HIGH, GAP = 196.0, 40.0, 44.0, 26.0
#: Between two ways around, and half a circle.
LANE, RADIUS = 16.0, 17.0
_HEAD = 5.0


@dataclass(frozen=True)
class Box:
    """An operation at its place; ``on`` are the steps that light it, from 1, between spaces."""

    label: str
    note: str
    shape: str
    line: int | None
    y: float
    high: float
    round: bool
    on: str

    @property
    def middle(self) -> float:
        return self.y + self.high / 2


@dataclass(frozen=True)
class Way:
    """An edge: its path, its arrow head, and whether it goes around something."""

    path: str
    head: str
    around: bool


@dataclass(frozen=True)
class Drawing:
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    wide: float
    high: float
    text: str

    @property
    def axis(self) -> float:
        return LEFT + WIDE / 2


def drawing(operations: Sequence[Operation], on: Mapping[int, Sequence[int]]) -> Drawing:
    """``on``: by operation, the steps that light it."""
    boxes: list[Box] = []
    y = 4.0
    for place, one in enumerate(operations):
        round_ = one.label in ("+", "−", "×")
        high = 2 * RADIUS if round_ else HIGH if one.params else HIGH * 0.68
        before = operations[place - 1].shape if place else ()
        ends = place in (0, len(operations) - 1)
        boxes.append(
            Box(
                one.label,
                _("%(n)s parameters", n=grouped(one.params)) if one.params else "",
                "×".join(map(str, one.shape)) if one.shape != before or ends else "",
                one.line,
                y,
                high,
                round_,
                " ".join(map(str, on.get(place, ()))),
            )
        )
        y += high + GAP
    edges = [(source, place) for place, one in enumerate(operations) for source in one.inputs]
    lanes = _lanes([edge for edge in edges if edge[1] - edge[0] != 1])
    ways = tuple(_way(boxes, source, place, lanes.get((source, place))) for source, place in dict.fromkeys(edges))
    wide = LEFT + WIDE + LANE * (max(lanes.values(), default=0) + 2)
    around = sum(way.around for way in ways)
    many = len(operations) - 1
    if around:
        text = ngettext(
            "%(of)s operations from top to bottom, and %(num)s path around some of them.",
            "%(of)s operations from top to bottom, and %(num)s paths around some of them.",
            around,
            of=many,
        )
    else:
        text = _("%(n)s operations from top to bottom.", n=many)
    return Drawing(tuple(boxes), ways, wide, y - GAP + 20, text)


def _lanes(edges: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The lane of each way around, from 1: short ones stand nearest, and none runs over another."""
    found: dict[tuple[int, int], int] = {}
    for edge in sorted(set(edges), key=lambda edge: (edge[1] - edge[0], edge)):
        lane = 1
        while any(lane == other and _meet(edge, one) for one, other in found.items()):
            lane += 1
        found[edge] = lane
    return found


def _meet(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def _way(boxes: Sequence[Box], source: int, place: int, lane: int | None) -> Way:
    above, below = boxes[source], boxes[place]
    if lane is None:
        axis = number(LEFT + WIDE / 2)
        top, end = above.y + above.high, below.y
        head = f"M{axis} {number(end)}l{number(-_HEAD)} {number(-_HEAD - 2)}h{number(2 * _HEAD)}z"
        return Way(f"M{axis} {number(top)}V{number(end - 2)}", head, False)
    start, end = _edge(above), _edge(below)
    x = LEFT + WIDE + LANE * lane
    path = f"M{number(start)} {number(above.middle)}H{number(x)}V{number(below.middle)}H{number(end + 2)}"
    head = f"M{number(end)} {number(below.middle)}l{number(_HEAD + 2)} {number(-_HEAD)}v{number(2 * _HEAD)}z"
    return Way(path, head, True)


def _edge(box: Box) -> float:
    return LEFT + WIDE / 2 + RADIUS if box.round else LEFT + WIDE
