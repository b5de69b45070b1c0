"""From which layers a receptive field is looked at, and how often there is time to. Torch-free."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, prod
from typing import cast

from app.lab.messages import Json, LabError
from app.lab.network import Network
from app.lab.places import is_image, spots

Box = tuple[int, int, int, int]  # top, left, height, width

#: The most that one sample may take: multiply-adds of both passes, and numbers held (weights, activations, gradients).
DEAREST, LARGEST = 1_000_000_000_000, 300_000_000
#: Multiply-adds that the samples may take on a CPU core: a few seconds. A deep network at 224 pixels gets fewer.
CPU_WORK = 100_000_000_000
#: Random images over which a field is averaged where nothing else is asked for.
SAMPLES = 8


def others(rows: list[dict[str, Json]], views: list[Json], node: int, count: int) -> list[int]:
    """So many nodes before ``node``, of those that have a view, spread over the depth."""
    named = {cast(dict[str, Json], view)["layer"] for view in views}
    before = [index for index, row in enumerate(rows[: node - 1], 1) if row["name"] in named and row["size"]]
    if count >= len(before):
        return before
    return [before[round((i + 0.5) * len(before) / count - 0.5)] for i in range(count)]


def samples(found: Network, nodes: Sequence[int], asked: int) -> int:
    """Of the samples asked for, those that a CPU core has time for: of units at each of the nodes."""
    work = 2 * sum(sum(one.macs for one in found.nodes[: end + 1]) for end in nodes)
    return max(1, min(asked, CPU_WORK // max(1, work)))


def too_dear(found: Network, node: int) -> bool:
    nodes = found.nodes[: node + 1]
    work = 2 * sum(one.macs for one in nodes)
    held = sum(2 * prod(one.shape) + sum(prod(shape) for shape in one.weights.values()) for one in nodes)
    return work > DEAREST or held > LARGEST


def last(found: Network, theory: dict[str, Json], wanted: str) -> int | None:
    """The node to look from: the one named, or the last that still has places. Raises LabError for another name."""
    rows = cast(list[dict[str, Json]], theory["layers"])
    # Row i is of node i + 1: only the input has none.
    images = map(is_image, found.nodes[1:], spots(found.nodes)[1:])
    seeing = (row["size"] is not None and image for row, image in zip(rows, images, strict=True))
    spatial = {
        cast(str, row["name"]): index for index, (row, sees) in enumerate(zip(rows, seeing, strict=True), 1) if sees
    }
    if not wanted:
        return max(spatial.values(), default=None)
    if wanted not in spatial:
        from app.lab.options import nearest

        known = any(row["name"] == wanted for row in rows)
        problem = f"{wanted!r} sees the whole input" if known else f"there is no layer {wanted!r}"
        raise LabError(problem, mend=nearest(wanted, spatial) if spatial else "no layer of this network has places")
    return spatial[wanted]


def box(row: Mapping[str, Sequence[float]], unit: tuple[int, int], shape: tuple[int, ...]) -> Box:
    """The theoretical field of a unit, as far as it lies within the image."""
    edges: list[tuple[int, int]] = []
    for axis in (0, 1):
        start = row["start"][axis] + unit[axis] * row["jump"][axis]
        first = max(0, floor(start))
        edges.append((first, min(shape[1 + axis], ceil(start + row["size"][axis])) - first))
    return edges[0][0], edges[1][0], edges[0][1], edges[1][1]
