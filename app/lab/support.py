"""Exactly which pixels one unit depends on: its field with the holes, and cut off where the image ends.

The unit is followed back through the graph, one set of places a layer. Every operation that keeps its places treats
rows and columns apart, so it is two tables: which rows, and which columns, of its input each of its own looks at. A
set of places is a list of rows, each a mask in which bit i is column i.

Channels are taken together, as if every weight were positive, and batch norm as in evaluation. What mixes its places
(flattened, linear, pooled to one value) depends on all of its input. Resizing between pixels is not followed, nor is
what would take more than ``MOST_WORK``.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, cast

from app.lab.messages import Json
from app.lab.network import Network, Node, Shape
from app.lab.receptive_field import MIXING, SLIDING, settings

#: A row of masks for each row of a layer.
Places = list[int]
#: For each place along an axis of a layer, the mask of those of its input that it looks at.
Reach = Sequence[int]
#: The most layers along the depth of which the support is kept with a result.
MOST_VIEWS = 24
#: Rows taken together and masks made, for all views of a network: ResNet-152 at 512 pixels takes an eighth of it.
MOST_WORK = 2_000_000


#: Characters of the masks of one view; a picture of more holes could not be made out.
_MOST_TEXT = 50_000


class TooFar(Exception):
    """Following on would take too much."""


class Work:
    """What may still be done, and the tables made so far."""

    def __init__(self) -> None:
        self.left = MOST_WORK
        self.tables: dict[tuple[object, ...], Reach] = {}

    def pay(self, count: int, bits: int) -> None:
        """For so many masks of so many bits. Raises TooFar."""
        self.left -= count * (1 + (bits >> 9))
        if self.left < 0:
            raise TooFar


def reached(network: Network, node: int, unit: tuple[int, int], work: Work | None = None) -> Places | None:
    """The pixels that ``unit`` (row, column) of the layer at ``node`` depends on; None where they are not followed.

    Raises IndexError for a unit that the layer does not have.
    """
    nodes = network.nodes
    _, high, wide = nodes[node].shape
    if not (0 <= unit[0] < high and 0 <= unit[1] < wide):
        raise IndexError(f"a layer of {high}×{wide} units has no unit {unit}")
    try:
        return _followed(network, node, unit, work or Work())
    except TooFar:
        return None


def _followed(network: Network, node: int, unit: tuple[int, int], work: Work) -> Places | None:
    nodes = network.nodes
    _, high, wide = nodes[node].shape
    work.pay(high, wide)
    wanted: dict[int, Places] = {node: [1 << unit[1] if row == unit[0] else 0 for row in range(high)]}
    for one in reversed(nodes[1 : node + 1]):
        places = wanted.pop(one.index, None)
        if places is None:
            continue
        for index in dict.fromkeys(one.inputs):
            source = nodes[index]
            if source.op in ("parameter", "constant"):
                continue
            below = _below(one, source.shape, places, work)
            if below is None:
                return None
            if index in wanted:
                work.pay(len(below), source.shape[-1])
                below = [a | b for a, b in zip(wanted[index], below, strict=True)]
            wanted[index] = below
    return wanted.get(0, [0] * network.input[1])


def _below(node: Node, shape: Shape, places: Places, work: Work) -> Places | None:
    """Which places of an input of this shape those of ``node`` look at."""
    if len(shape) != 3:
        return [1]
    if len(node.shape) != 3 or node.op in MIXING:
        work.pay(shape[1], 0)
        return [(1 << shape[2]) - 1] * shape[1]
    if node.op == "Upsample" and node.attrs["mode"] != "nearest":
        return None
    down, right = (_reach(node, axis, shape[axis + 1], node.shape[axis + 1], work) for axis in (0, 1))
    if down is None and right is None:
        return places
    return _back(places, down, right, shape, work)


def _back(places: Places, down: Reach | None, right: Reach | None, shape: Shape, work: Work) -> Places:
    _, high, wide = shape
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


_MOVING = frozenset({"AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "Upsample", "amax", "mean", "pad", "slice", "sum"})


def _reach(node: Node, axis: int, below: int, above: int, work: Work) -> Reach | None:
    """Along one axis, with ``below`` places in the input; None where each place looks at itself."""
    if node.op in SLIDING or node.op == "ConvTranspose2d":
        kernel, stride, padding, dilation = (pair[axis] for pair in settings(node))
        if (kernel, stride, padding) == (1, 1, 0):
            return None
        transposed = node.op == "ConvTranspose2d"
        key = (transposed, kernel, stride, padding, dilation, below, above)
        if key not in work.tables:
            work.pay(kernel * (below if transposed else 1) + above, below + kernel * dilation)
            window = _transposed if transposed else _window
            work.tables[key] = window(kernel, stride, padding, dilation, below, above)
        return work.tables[key]
    if below == above and node.op not in _MOVING:
        return None
    work.pay(above, below)
    if node.op in ("AdaptiveAvgPool2d", "AdaptiveMaxPool2d"):
        return _parts(below, above)
    if node.op == "pad":
        return _padded(node, axis, below, above)
    if node.op == "slice":
        start, _, step = cast(tuple[tuple[int, int, int], ...], node.attrs["index"])[axis + 1]
        return [1 << start + step * i for i in range(above)]
    if node.op in ("mean", "sum", "amax"):
        return [(1 << below) - 1] * above if axis + 2 in cast(tuple[int, ...], node.attrs["dim"]) else None
    if node.op == "Upsample":
        return [1 << i * below // above for i in range(above)]
    return [1] * above


def _window(kernel: int, stride: int, padding: int, dilation: int, below: int, above: int) -> Reach:
    taps = sum(1 << tap * dilation for tap in range(kernel))
    every = (1 << below) - 1
    firsts = (i * stride - padding for i in range(above))
    return [(taps << first if first >= 0 else taps >> -first) & every for first in firsts]


def _transposed(kernel: int, stride: int, padding: int, dilation: int, below: int, above: int) -> Reach:
    found = [0] * above
    for i in range(below):
        for tap in range(kernel):
            at = i * stride - padding + tap * dilation
            if 0 <= at < above:
                found[at] |= 1 << i
    return found


def _parts(below: int, above: int) -> Reach:
    edges = [(i * below // above, -(-(i + 1) * below // above)) for i in range(above)]
    return [(1 << end) - (1 << start) for start, end in edges]


def _padded(node: Node, axis: int, below: int, above: int) -> Reach:
    pads = cast(tuple[int, ...], node.attrs["pad"])
    before = pads[2 - 2 * axis] if len(pads) > 2 - 2 * axis else 0
    mode = node.attrs["mode"]
    return [_mirrored(i - before, below, str(mode)) for i in range(above)]


def _mirrored(at: int, below: int, mode: str) -> int:
    if 0 <= at < below:
        return 1 << at
    match mode:
        case "reflect":
            return 1 << (-at if at < 0 else 2 * (below - 1) - at)
        case "replicate":
            return 1 << (0 if at < 0 else below - 1)
        case "circular":
            return 1 << at % below
    return 0


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
    work = Work()
    for index in _turns(rows, always):
        row = rows[index - 1]
        _, high, wide = network.nodes[index].shape
        unit = (high // 2, wide // 2)
        places = reached(network, index, unit, work)
        known = {name: row[name] for name in ("kind", "line", "size", "jump", "start")}
        support = described(places) if places is not None else {"box": None, "pixels": None, "rows": None}
        found.append({"layer": row["name"], **known, "grid": [high, wide], "unit": [*unit], **support})
    return found


def _turns(rows: Sequence[Mapping[str, Any]], always: int | None) -> list[int]:
    """The nodes to look from."""
    seeing = [(index, row) for index, row in enumerate(rows, 1) if row["size"] is not None]
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
