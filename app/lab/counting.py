"""Parameters, multiply-adds and activations, layer by layer.

A weight tensor that several operations share counts once, at the first of them. Multiply-adds are those of
convolutions and linear layers for one image, biases left out: half of what a count of "FLOPs" as additions and
multiplications gives. Activations are the output elements of every operation, as if each were stored; an in-place
ReLU or a view stores nothing anew, so this is an upper bound.
"""

from collections.abc import Callable
from math import prod

from app.lab.messages import Json
from app.lab.network import WEIGHTED, Network

_FLOAT = 4


def count(network: Network) -> dict[str, Json]:
    """Totals and a row for every operation but the input; plain JSON.

    ``total``: ``params``, ``macs``, ``activations`` and ``activation_bytes`` (32-bit floats) for one image,
    ``buffers`` (batch norm's running statistics), ``depth`` (the longest path of convolutions and linear layers) and
    ``params_with_unused`` (with the layers that no operation uses, as ``sum(p.numel() for p in net.parameters())``).

    ``layers``: ``name``, ``kind``, ``line``, ``output`` (its shape without the batch), ``params``, ``macs``,
    ``activations``, ``buffers``, ``share`` (of the total parameters, 0 to 1), ``tied`` (shares weights counted above).

    ``functional``: the names of operations that were called as functions with weights of their own (``F.conv2d``).

    ``unused``: name -> parameters of what was made and never called. ``notes``: [line, text]; ``printed``: lines.
    """
    counted: set[int] = set()
    buffered: set[int] = set()
    rows: list[dict[str, Json]] = []
    sizes: list[int] = []
    macs = activations = buffers = 0
    for node in network.nodes[1:]:
        params, tied = 0, False
        for name, shape in node.weights.items():
            key = node.ties[name]
            if key in counted:
                tied = True
            else:
                counted.add(key)
                params += prod(shape)
        buffered_here = 0
        if node.buffers and node.module not in buffered:
            buffered_here = sum(map(prod, node.buffers.values()))
            if node.module is not None:
                buffered.add(node.module)
        elements = 0 if node.op in ("parameter", "constant") else prod(node.shape)
        macs += node.macs
        activations += elements
        buffers += buffered_here
        sizes.append(params)
        rows.append(
            {
                "name": node.name,
                "kind": node.op,
                "line": node.line,
                "output": list(node.shape),
                "params": params,
                "macs": node.macs,
                "activations": elements,
                "buffers": buffered_here,
                "share": 0.0,
                "tied": tied,
            }
        )
    total = sum(sizes)
    if total:
        for row, params in zip(rows, sizes, strict=True):
            row["share"] = params / total
    return {
        "total": {
            "params": total,
            "macs": macs,
            "activations": activations,
            "activation_bytes": activations * _FLOAT,
            "buffers": buffers,
            "depth": depth(network),
            "params_with_unused": total + sum(network.unused.values()),
        },
        "input": list(network.input),
        "layers": list(rows),
        "functional": [
            node.name for node in network.nodes if node.module is None and node.weights and node.op != "parameter"
        ],
        "unused": dict(network.unused),
        "notes": [[line, text] for line, text in network.notes],
        "printed": list(network.printed),
    }


def depth(network: Network) -> int:
    """Convolutions and linear layers on the longest path: 16 of VGG-16, 152 of ResNet-152."""
    return _weighted(network, max) or 0


def shortest_path(network: Network) -> int | None:
    """Convolutions and linear layers on the shortest path: 0 of a block with a shortcut, as many as ``depth`` of a
    plain stack, however its layers are joined; None where nothing leads from the input to the output."""
    return _weighted(network, min)


def _weighted(network: Network, choose: Callable[[list[int]], int]) -> int | None:
    """On the way from the input to the output that is chosen at each join."""
    lengths: list[int | None] = [0]
    for node in network.nodes[1:]:
        inputs = node.inputs
        if len(inputs) == 1:
            before = lengths[inputs[0]]
        else:
            known = [length for i in inputs if (length := lengths[i]) is not None]
            before = choose(known) if known else None
        lengths.append(None if before is None else before + (node.op in WEIGHTED))
    return lengths[network.output]
