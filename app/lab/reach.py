"""Along one axis: which places of its input each place of an operation looks at."""

import math
from collections.abc import Iterable, Sequence
from typing import cast

from app.lab.network import Network, Node
from app.lab.places import spots
from app.lab.receptive_field import SLIDING, settings

#: For each place along an axis of a layer, the mask of those of its input that it looks at.
Reach = Sequence[int]
#: Rows taken together and masks made, for all views of a network: ResNet-152 at 512 pixels takes a quarter of it.
MOST_WORK = 1_000_000


class TooFar(Exception):
    """Following on would take too much."""


class Work:
    """What may still be done, the tables made so far, and where each node has its places."""

    def __init__(self, network: Network) -> None:
        self.left = MOST_WORK
        self.spots = spots(network.nodes)
        self.tables: dict[tuple[object, ...], Reach] = {}

    def pay(self, count: int, bits: int) -> None:
        """For so many masks of so many bits. Raises TooFar."""
        self.left -= count * (1 + (bits >> 9))
        if self.left < 0:
            raise TooFar


_MOVING = frozenset({"AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "Upsample", "pad", "slice"})


def reach(node: Node, axis: int, below: int, above: int, dimension: int, work: Work) -> Reach | None:
    """With ``below`` places in the input, whose ``dimension`` this axis is; None where each place looks at itself."""
    op = node.op
    if op in SLIDING or op == "ConvTranspose2d":
        kernel, stride, padding, dilation = (pair[axis] for pair in settings(node))
        if (kernel, stride, padding) == (1, 1, 0):
            return None
        mode = str(node.attrs.get("padding_mode", "zeros")) if padding or node.attrs["padding"] == "same" else "zeros"
        key = (op == "ConvTranspose2d", mode, kernel, stride, padding, dilation, below, above)
        if key not in work.tables:
            each = below if op == "ConvTranspose2d" else above if mode != "zeros" else 1
            work.pay(kernel * each + above, below + kernel * dilation)
            if op == "ConvTranspose2d":
                made = _transposed(kernel, stride, padding, dilation, below, above)
            elif mode == "zeros":
                made = _window(kernel, stride, padding, dilation, below, above)
            else:
                firsts = [i * stride - padding for i in range(above)]
                made = [_mirrors(first, kernel, dilation, below, mode) for first in firsts]
            work.tables[key] = made
        return work.tables[key]
    if below == above and op not in _MOVING:
        return None
    work.pay(above, below)
    if op in ("AdaptiveAvgPool2d", "AdaptiveMaxPool2d"):
        return _parts(below, above)
    if op == "pad":
        return _padded(node, axis, below, above)
    if op == "slice":
        start, _, step = cast(tuple[tuple[int, int, int], ...], node.attrs["index"])[dimension]
        return [1 << start + step * i for i in range(above)]
    if op == "PixelShuffle":
        return [1 << i * below // above for i in range(above)]
    if op == "Upsample":
        scale = cast(tuple[float, float] | None, node.attrs.get("scale_factor"))
        return _resizing(node, below, above, 1 / scale[axis] if scale else below / above, work)
    return [1] * above


def _resizing(node: Node, below: int, above: int, step: float, work: Work) -> Reach:
    key = (node.attrs["mode"], node.attrs["align_corners"], step, below, above)
    if key not in work.tables:
        work.pay(4 * above, below)
        work.tables[key] = _resized(node, below, above, step)
    return work.tables[key]


def _resized(node: Node, below: int, above: int, step: float) -> Reach:
    """The sources as torch computes them, so that a weight of exactly nothing is none here, too."""
    mode = node.attrs["mode"]
    if mode == "nearest":
        return [1 << min(int(i * step), below - 1) for i in range(above)]
    if mode == "nearest-exact":
        return [1 << min(int((i + 0.5) * step), below - 1) for i in range(above)]
    if node.attrs["align_corners"]:
        step = (below - 1) / (above - 1) if above > 1 else 0.0
        sources = [i * step for i in range(above)]
    else:
        sources = [(i + 0.5) * step - 0.5 for i in range(above)]
    if mode == "bilinear":
        sources = [max(0.0, source) for source in sources]
    reach = range(2) if mode == "bilinear" else range(-1, 3)
    found = []
    for source in sources:
        first = math.floor(source)
        taps = reach if source > first else range(1)
        found.append(_all([min(max(first + tap, 0), below - 1) for tap in taps]))
    return found


def _all(places: Iterable[int]) -> int:
    mask = 0
    for place in places:
        mask |= 1 << place
    return mask


def whole(below: int, above: int, work: Work) -> Reach:
    """Each place looks at all of them."""
    work.pay(above, 0)
    return [(1 << below) - 1] * above


def _window(kernel: int, stride: int, padding: int, dilation: int, below: int, above: int) -> Reach:
    taps = sum(1 << tap * dilation for tap in range(kernel))
    every = (1 << below) - 1
    firsts = (i * stride - padding for i in range(above))
    return [(taps << first if first >= 0 else taps >> -first) & every for first in firsts]


def _mirrors(first: int, kernel: int, dilation: int, below: int, mode: str) -> int:
    seen = 0
    for tap in range(kernel):
        seen |= _mirrored(first + tap * dilation, below, mode)
    return seen


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
