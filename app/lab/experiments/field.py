"""Receptive fields: by arithmetic at once, with their holes; then measured. torch is loaded only for the measuring."""

from math import prod
from typing import cast

from app.lab import receptive_field, support
from app.lab.experiments import announce, network
from app.lab.messages import Json, LabError, Reporter, RunSpec
from app.lab.network import Network
from app.lab.places import is_image, spots

#: The most that one sample may take: multiply-adds of both passes, and numbers held (weights, activations, gradients).
DEAREST, LARGEST = 1_000_000_000_000, 300_000_000


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``receptive_field.trace``'s shape, with ``views`` (``support.views``), ``effective`` (see ``effective_field``),
    ``along`` (the same from other layers, shallow first), ``device`` and ``versions``.

    ``effective`` is None where it was not asked for, where no layer has places to look from, and where it would take
    too much, which is noted; ``along`` is empty where nothing else was asked for.
    """
    found = network.of(spec, reporter)
    theory = receptive_field.trace(found)
    rows = cast(list[dict[str, Json]], theory["layers"])
    node = viewpoint(found, theory, cast(str, spec.options["layer"]))
    views = support.views(found, rows, node)
    known: dict[str, Json] = {"views": views, "effective": None, "along": [], "device": "CPU", "versions": {}}
    result: dict[str, Json] = {**theory, **known}
    if not spec.options["effective"] or node is None:
        return result
    if too_dear(found, node):
        note: Json = [0, "the effective field is not measured here: this network is too large for it at this input"]
        return {**result, "notes": [*cast(list[Json], theory["notes"]), note]}
    reporter.partial(result)
    announce(reporter)
    from app.lab.experiments import effective_field

    others = _others(rows, views, node, cast(int, spec.options["along"]) - 1)
    return effective_field.measure(spec, found, node, result, reporter, others)


def _others(rows: list[dict[str, Json]], views: list[Json], node: int, count: int) -> list[int]:
    """So many nodes before ``node``, of those that have a view, spread over the depth."""
    named = {cast(dict[str, Json], view)["layer"] for view in views}
    before = [index for index, row in enumerate(rows[: node - 1], 1) if row["name"] in named and row["size"]]
    if count >= len(before):
        return before
    return [before[round((i + 0.5) * len(before) / count - 0.5)] for i in range(count)]


def too_dear(found: Network, node: int) -> bool:
    nodes = found.nodes[: node + 1]
    work = 2 * sum(one.macs for one in nodes)
    held = sum(2 * prod(one.shape) + sum(prod(shape) for shape in one.weights.values()) for one in nodes)
    return work > DEAREST or held > LARGEST


def viewpoint(found: Network, theory: dict[str, Json], wanted: str) -> int | None:
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
