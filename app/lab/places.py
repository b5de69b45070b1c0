# ruff: noqa: ARG001 - every rule is given the node, its spot and its shape before it
"""Where rows and columns stand among the dimensions of each node, and which operations mix them.

A *spot* is (rows, columns), counted from the last dimension: (-2, -1) in [channels, rows, columns]. Channels last, as
around a linear layer over channels, makes it (-3, -2); groups of channels, as in a channel shuffle, leave it (-2, -1)
of four dimensions. It is None where there are no rows and columns any more (flattened, pooled to one value): what is
there depends on all of the image. It is empty for what is computed of weights and constants alone.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import cast

from app.lab.network import Node, Shape

Spot = tuple[int, ...]
#: [channels, rows, columns].
IMAGE: Spot = (-2, -1)
#: What no pixel has a part in.
CONSTANT: Spot = ()
#: Operations that work on [channels, rows, columns] alone.
_OF_IMAGES = frozenset(
    {"Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "Upsample", "pad"}
    | {"PixelShuffle"}
)
_REDUCING = frozenset({"mean", "sum", "amax"})
#: Operations that may mix places, as their settings say.
MIXERS = _REDUCING | {
    *("Linear", "Softmax", "LogSoftmax", "cat", "LayerNorm", "GroupNorm"),
    *("BatchNorm1d", "BatchNorm2d", "InstanceNorm2d"),
}


def spots(nodes: Sequence[Node]) -> list[Spot | None]:
    """The spot of each node."""
    found: list[Spot | None] = []
    for node in nodes:
        inputs = node.inputs
        if len(inputs) == 1:
            spot = found[inputs[0]]
            if spot is not None and spot != CONSTANT and (rule := _RULES.get(node.op)) is not None:
                spot = rule(node, spot, nodes[inputs[0]].shape)
        elif not inputs:
            spot = IMAGE if node.op == "input" else CONSTANT
        else:
            spot = _joined(node, nodes, found)
        found.append(spot)
    return found


def is_image(node: Node, spot: Spot | None) -> bool:
    """Whether a node is [channels, rows, columns]."""
    return spot == IMAGE and len(node.shape) == 3


def mixed(node: Node, spot: Spot, shape: Shape) -> tuple[bool, bool]:
    """Whether each place of ``node`` depends on all rows, and on all columns, of its input of this shape and spot.

    Batch norm is taken as in evaluation, where it is for each place apart if it has running statistics.
    """
    op, attrs = node.op, node.attrs
    if op not in MIXERS:
        return False, False
    if op == "Linear":
        along = {-1}
    elif op in _REDUCING:
        along = {dim - 1 - len(shape) for dim in cast(tuple[int, ...], attrs["dim"])}
    elif op in ("Softmax", "LogSoftmax", "cat"):
        along = {cast(int, attrs["dim"]) - 1 - len(shape)}
    elif op == "LayerNorm":
        along = {-1 - i for i in range(len(cast(Shape, attrs["normalized_shape"])))}
    else:
        return (op == "GroupNorm" or not attrs["track_running_stats"],) * 2
    return spot[0] in along, spot[1] in along


def _joined(node: Node, nodes: Sequence[Node], found: Sequence[Spot | None]) -> Spot | None:
    given = [(spot, nodes[i].shape) for i in node.inputs if (spot := found[i]) != CONSTANT]
    if not given:
        return CONSTANT
    # What depends on all of the image gates what has places: those stay.
    placed = [(spot, shape) for spot, shape in given if spot is not None]
    if not placed or any(other != placed[0][0] for other, _ in placed):
        return None
    spot, shape = placed[0]
    return _stacked(node, spot, shape) if node.op == "stack" else spot


def _of_image(node: Node, spot: Spot, shape: Shape) -> Spot | None:
    return spot if spot == IMAGE else None


def _permuted(node: Node, spot: Spot, shape: Shape) -> Spot:
    dims = cast(tuple[int, ...], node.attrs["dims"])
    return tuple([dims.index(len(dims) + at) - len(dims) for at in spot])


def _viewed(node: Node, spot: Spot, shape: Shape) -> Spot | None:
    """A dimension is kept where it has its size, and as many values before it, in the new shape."""
    found = []
    for at in spot:
        place = len(shape) + at
        before, side = prod(shape[:place]), shape[place]
        kept = [i for i, other in enumerate(node.shape) if other == side and prod(node.shape[:i]) == before]
        if not kept:
            return None
        found.append(kept[-1] - len(node.shape))
    return tuple(found) if found[0] != found[1] else None


def _sliced(node: Node, spot: Spot, shape: Shape) -> Spot | None:
    index = cast(tuple[object, ...], node.attrs["index"])
    if any(isinstance(index[at], int) for at in spot):
        return None
    return tuple([at + sum(isinstance(part, int) for part in index[at:]) for at in spot])


def _reduced(node: Node, spot: Spot, shape: Shape) -> Spot | None:
    if node.attrs["keepdim"]:
        return spot
    gone = [dim - 1 - len(shape) for dim in cast(tuple[int, ...], node.attrs["dim"])]
    if any(at in gone for at in spot):
        return None
    return tuple([at + sum(one > at for one in gone) for at in spot])


def _stacked(node: Node, spot: Spot, shape: Shape) -> Spot:
    new = cast(int, node.attrs["dim"]) - 1 - len(node.shape)
    return tuple([at if at > new else at - 1 for at in spot])


_RULES: dict[str, Callable[[Node, Spot, Shape], Spot | None]] = {
    **dict.fromkeys(_OF_IMAGES, _of_image),
    **dict.fromkeys(_REDUCING, _reduced),
    **dict.fromkeys(("view", "flatten"), _viewed),
    "permute": _permuted,
    "slice": _sliced,
    "stack": _stacked,
}
