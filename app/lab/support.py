"""Exactly which pixels one unit depends on: its field with the holes, and cut off where the image ends.

The unit is followed back through the graph, one set of places a layer. Every operation that keeps its places treats
rows and columns apart, so it is two tables: which rows, and which columns, of its input each of its own looks at. A
set of places is a list of rows, each a mask in which bit i is column i.

Channels are taken together, as if every weight were positive, and batch norm as in evaluation. What mixes its places
(flattened, linear, pooled to one value) depends on all of its input. What would take more than ``MOST_WORK`` is not
followed.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, cast

from app.lab.messages import Json
from app.lab.network import Network, Node, Shape
from app.lab.places import CONSTANT, Spot, is_image, mixed
from app.lab.reach import Reach, TooFar, Work, reach, whole

#: A row of masks for each row of a layer.
Places = list[int]
#: The most layers along the depth of which the support is kept with a result.
MOST_VIEWS = 24
#: Characters of the masks of one view; a picture of more holes could not be made out.
_MOST_TEXT = 50_000


def reached(network: Network, node: int, unit: tuple[int, int], work: Work | None = None) -> Places | None:
    """The pixels that ``unit`` (row, column) of the layer at ``node`` depends on; None where they are not followed.

    Raises IndexError for a unit that the layer does not have.
    """
    nodes = network.nodes
    work = work or Work(network)
    spot = work.spots[node]
    high, wide = _grid(nodes[node].shape, spot) if spot else (1, 1)
    if not (0 <= unit[0] < high and 0 <= unit[1] < wide):
        raise IndexError(f"a layer of {high}×{wide} units has no unit {unit}")
    try:
        work.pay(high >> 4, 0)
        start = [1 << unit[1] if row == unit[0] else 0 for row in range(high)]
        return _followed(network, node, start, work)
    except TooFar:
        return None


def _grid(shape: Shape, spot: Spot) -> tuple[int, int]:
    return shape[spot[0]], shape[spot[1]]


def _followed(network: Network, node: int, start: Places, work: Work) -> Places:
    nodes = network.nodes
    wanted: dict[int, Places] = {node: start}
    for one in reversed(nodes[1 : node + 1]):
        places = wanted.pop(one.index, None)
        if places is None:
            continue
        for index in dict.fromkeys(one.inputs):
            source, spot = nodes[index], work.spots[index]
            if spot == CONSTANT:
                continue
            work.pay(4, 0)
            below = [1] if spot is None else _below(one, source.shape, spot, places, work)
            if index in wanted:
                work.pay(len(below), source.shape[-1])
                below = [a | b for a, b in zip(wanted[index], below, strict=True)]
            wanted[index] = below
    return wanted.get(0, [0] * network.input[1])


def _below(node: Node, shape: Shape, spot: Spot, places: Places, work: Work) -> Places:
    """Which places of an input of this shape and spot those of ``node`` look at."""
    high, wide = _grid(shape, spot)
    own = work.spots[node.index]
    if own is None:
        work.pay(high, 0)
        return [(1 << wide) - 1] * high
    found: list[Reach | None] = []
    for axis, (below, above, every) in enumerate(
        zip((high, wide), _grid(node.shape, own), mixed(node, spot, shape), strict=True)
    ):
        at = len(shape) + spot[axis]
        found.append(whole(below, above, work) if every else reach(node, axis, below, above, at, work))
    down, right = found
    if down is None and right is None:
        return places
    return _back(places, down, right, (high, wide), work)


def _back(places: Places, down: Reach | None, right: Reach | None, size: tuple[int, int], work: Work) -> Places:
    high, wide = size
    work.pay(high, 0)
    found = [0] * high
    seen: dict[int, int] = {0: 0}
    for row, mask in enumerate(places):
        if not mask:
            continue
        columns = mask if right is None else seen.get(mask)
        if columns is None:
            work.pay(mask.bit_count(), wide)
            columns = seen[mask] = _gathered(mask, cast(Reach, right))
        rows = 1 << row if down is None else down[row]
        work.pay(rows.bit_count(), wide)
        while rows:
            lowest = rows & -rows
            found[lowest.bit_length() - 1] |= columns
            rows ^= lowest
    return found


def _gathered(mask: int, reach: Reach) -> int:
    found = 0
    while mask:
        lowest = mask & -mask
        found |= reach[lowest.bit_length() - 1]
        mask ^= lowest
    return found


def described(places: Places) -> dict[str, Json]:
    """``box`` [top, left, height, width] of the pixels, how many ``pixels`` they are, and ``rows`` of the box from its
    top: [how often, mask in hexadecimal], where bit i is the box's column i; both None where that would be too long.
    """
    rows = [row for row, mask in enumerate(places) if mask]
    if not rows:
        return {"box": [0, 0, 0, 0], "pixels": 0, "rows": []}
    every = _union(places)
    left = (every & -every).bit_length() - 1
    packed: list[Any] = []
    for mask in places[rows[0] : rows[-1] + 1]:
        text = f"{mask >> left:x}"
        if packed and packed[-1][1] == text:
            packed[-1][0] += 1
        else:
            packed.append([1, text])
    box: list[Json] = [rows[0], left, rows[-1] - rows[0] + 1, every.bit_length() - left]
    if sum(len(text) for _, text in packed) > _MOST_TEXT:
        return {"box": box, "pixels": None, "rows": None}
    return {"box": box, "pixels": sum(mask.bit_count() for mask in places), "rows": packed}


def _union(places: Places) -> int:
    every = 0
    for mask in places:
        every |= mask
    return every


def views(network: Network, rows: Sequence[Mapping[str, Any]], always: int | None = None) -> list[Json]:
    """The support of the middle unit of layers along the depth, shallow first: those after which a unit sees more, or
    its neighbours stand further apart, at most ``MOST_VIEWS``; and of the layer at ``always``.

    ``rows`` are those of ``receptive_field.trace``. Each: ``layer``, its name; ``kind``, ``line``; ``size``, ``jump``
    and ``start`` as there; ``grid``, its units [rows, columns]; ``unit`` [row, column]; and what ``described`` says.
    """
    found: list[Json] = []
    work = Work(network)
    for index in _turns(network, work, rows, always):
        row = rows[index - 1]
        _, high, wide = network.nodes[index].shape
        unit = (high // 2, wide // 2)
        places = reached(network, index, unit, work)
        known = {name: row[name] for name in ("kind", "line", "size", "jump", "start")}
        support = described(places) if places is not None else {"box": None, "pixels": None, "rows": None}
        found.append({"layer": row["name"], **known, "grid": [high, wide], "unit": [*unit], **support})
    return found


def _turns(network: Network, work: Work, rows: Sequence[Mapping[str, Any]], always: int | None) -> list[int]:
    """The nodes to look from: those that are images."""
    images = [is_image(node, spot) for node, spot in zip(network.nodes, work.spots, strict=True)]
    seeing = [(index, row) for index, row in enumerate(rows, 1) if row["size"] is not None and images[index]]
    turns = [index for index, row in seeing[:1]]
    turns += [
        index
        for (_, before), (index, row) in pairwise(seeing)
        if any(before[name] != row[name] for name in ("size", "jump", "start", "seen"))
    ]
    if len(turns) > MOST_VIEWS:
        last = len(turns) - 1
        turns = [turns[round(i * last / (MOST_VIEWS - 1))] for i in range(MOST_VIEWS)]
    return sorted({*turns, *([] if always is None else [always])})
