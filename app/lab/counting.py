"""Parameters, multiply-adds and activations, layer by layer.

A weight tensor that several operations share counts once, at the first of them. Multiply-adds are those of
convolutions and linear layers for one image, biases left out: half of what a count of "FLOPs" as additions and
multiplications gives. Activations are the output elements of every operation, as if each were stored; an in-place
ReLU or a view stores nothing anew, so this is an upper bound.
"""

from math import prod

from app.lab.messages import Json
from app.lab.network import Network, Node

#: What is counted as depth, as in "ResNet-50": batch norm has weights too, and is not.
_WEIGHTED = frozenset({"Conv2d", "ConvTranspose2d", "Linear"})
_FLOAT = 4


def count(network: Network) -> dict[str, Json]:
    """Totals and a row for every operation but the input; plain JSON.

    ``total``: ``params`` (every parameter of the network, as ``sum(p.numel() for p in net.parameters())`` counts
    them), ``macs``, ``activations`` and ``activation_bytes`` (32-bit floats) for one image, ``buffers`` (batch norm's
    running statistics), ``unused`` (those of ``params`` that no operation uses), ``depth`` (the longest path of
    convolutions and linear layers).

    ``layers``: ``name``, ``kind``, ``line``, ``output`` (without the batch), ``params``, ``macs``, ``activations``,
    ``buffers``, ``share`` (of the total parameters, 0 to 1), ``tied`` (it shares weights that were counted above).
    """
    counted: set[int] = set()
    buffered: set[int] = set()
    rows: list[Json] = []
    total_params = sum(network.unused.values())
    total_macs = total_activations = total_buffers = 0
    parts: list[dict[str, Json]] = []
    for node in network.nodes:
        if node.op == "input":
            continue
        params, tied = 0, False
        if node.weights:
            for name, shape in node.weights.items():
                key = node.ties[name]
                if key in counted:
                    tied = True
                else:
                    counted.add(key)
                    params += prod(shape)
        buffers = 0
        if node.buffers and (node.module is None or node.module not in buffered):
            buffers = sum(map(prod, node.buffers.values()))
            if node.module is not None:
                buffered.add(node.module)
        activations = 0 if node.op in ("parameter", "constant") else prod(node.shape)
        total_params += params
        total_macs += node.macs
        total_activations += activations
        total_buffers += buffers
        row: dict[str, Json] = {
            "name": node.name,
            "kind": node.op,
            "line": node.line,
            "output": list(node.shape),
            "params": params,
            "macs": node.macs,
            "activations": activations,
            "buffers": buffers,
            "share": 0.0,
            "tied": tied,
        }
        parts.append(row)
        rows.append(row)
    if total_params:
        for row in parts:
            row["share"] = row["params"] / total_params  # type: ignore[operator]
    return {
        "total": {
            "params": total_params,
            "macs": total_macs,
            "activations": total_activations,
            "activation_bytes": total_activations * _FLOAT,
            "buffers": total_buffers,
            "unused": sum(network.unused.values()),
            "depth": depth(network.nodes),
        },
        "input": list(network.input),
        "layers": rows,
        "unused": [{"name": name, "params": params} for name, params in network.unused.items()],
        "notes": [{"line": line, "text": text} for line, text in network.notes],
        "printed": list(network.printed),
    }


def depth(nodes: tuple[Node, ...]) -> int:
    """Convolutions and linear layers on the longest path: 16 of VGG-16, 152 of ResNet-152."""
    lengths: list[int] = []
    for node in nodes:
        before = max([lengths[i] for i in node.inputs], default=0)
        lengths.append(before + (node.op in _WEIGHTED))
    return max(lengths, default=0)
