"""From where an exported program looks, and what a run saw from there: its units and their fields."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from app.lab import receptive_field, viewpoints
from app.lab.export.subject import Subject, needed
from app.lab.messages import RunSpec
from app.lab.network import Network

#: Operations whose gradient is never negative where no weight is, so that autograd shows all that a unit depends on.
POSITIVE = frozenset(
    (
        *("input", "Conv2d", "BatchNorm2d", "Identity", "Dropout", "Dropout2d", "ReLU", "LeakyReLU"),
        *("MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "add", "cat", "pad", "slice"),
    )
)
_PLACE = ("kind", "size", "jump", "start")


def looked_from(spec: RunSpec, network: Network, result: Mapping[str, Any]) -> list[int]:
    """The nodes whose effective field a run measured: the one asked for, then those along the depth."""
    theory = receptive_field.trace(network)
    node = viewpoints.last(network, theory, cast(str, spec.options["layer"]))
    if node is None:
        return []
    rows = cast(list[dict[str, Any]], theory["layers"])
    return [node, *viewpoints.others(rows, result["views"], node, cast(int, spec.options["along"]) - 1)]


def felt(found: Subject, node: int, view: Mapping[str, Any], init: str) -> dict[str, Any]:
    """How to measure the effective field of a unit again; ``view`` has ``unit``, ``field`` and ``samples``."""
    return {
        "name": found.network.nodes[node].name,
        "layer": found.names[node],
        "call": found.calls[node],
        "unit": view["unit"],
        "field": view["field"],
        "samples": view["samples"],
        "init": init,
        "drawn": found.drawn(node),
    }


def seen(found: Subject, result: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int]:
    """Those of a run's views that hooks and autograd can show, and how many more there are."""
    rows = cast(list[dict[str, Any]], receptive_field.trace(found.network)["layers"])
    shown = []
    for view in result["views"]:
        node = _node(rows, view)
        if view["pixels"] and node in found.names and _plain(found, node):
            shown.append(
                {"name": view["layer"], "layer": found.names[node], "call": found.calls[node]}
                | {name: view[name] for name in ("unit", "box", "pixels")}
            )
    return shown, len(result["views"]) - len(shown)


def _node(rows: Sequence[Mapping[str, Any]], view: Mapping[str, Any]) -> int:
    """The node that a view is of: the first of its name that sees the same."""
    wanted = (view["layer"], *(view[name] for name in _PLACE))
    return next(index for index, row in enumerate(rows, 1) if (row["name"], *(row[name] for name in _PLACE)) == wanted)


def _plain(found: Subject, until: int) -> bool:
    """Whether autograd shows all that a node depends on, once no weight is negative and no maximum chooses."""
    nodes = found.network.nodes
    for index in needed(found.network, until):
        node = nodes[index]
        if node.op not in POSITIVE:
            return False
        if node.op == "MaxPool2d" and (index not in found.names or node.attrs["dilation"] != (1, 1)):
            return False
        if node.op == "slice" and cast(Any, node.attrs["index"])[0] != (0, nodes[node.inputs[0]].shape[0], 1):
            return False
    return True
