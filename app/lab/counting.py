"""Parameters, multiply-adds and activations of a network, layer by layer: closed forms, no torch.

"FLOPs" in papers are mostly multiply-adds, and multiply-adds are what is counted here: those of convolutions and
linear layers for one image (He et al. 2016, Table 1, count likewise).
"""

from math import prod

from app.lab.messages import Json
from app.lab.network import Network

#: Layers that count towards depth (He et al. 2016: "34-layer" counts convolutions and linear layers).
WEIGHTED = frozenset({"Conv2d", "ConvTranspose2d", "Linear"})


def count(network: Network) -> dict[str, Json]:
    """What a network holds and costs, for one image.

    ``total``: ``params`` (weights and biases, batch norm's scale and shift; a tied tensor once), ``macs``,
    ``activations`` (elements that the operations put out), ``buffers`` (running statistics) and ``depth`` (weighted
    layers on the longest path). ``layers``: an entry an operation, in the order of execution, with the same counts;
    ``tied`` where its weights were counted at an earlier one. ``unused``: parameters of layers that were never
    called; torch counts them, so ``total.params_with_unused`` does too.
    """
    seen: set[int] = set()
    buffered: set[int] = set()
    layers: list[Json] = []
    params = macs = activations = buffers = 0
    for node in network.nodes[1:]:
        own = 0
        tied = False
        for name, shape in node.weights.items():
            tie = node.ties.get(name)
            if tie is not None and tie in seen:
                tied = True
                continue
            if tie is not None:
                seen.add(tie)
            own += prod(shape)
        if node.buffers and (node.module is None or node.module not in buffered):
            if node.module is not None:
                buffered.add(node.module)
            buffers += sum(prod(shape) for shape in node.buffers.values())
        elements = prod(node.shape)
        params += own
        macs += node.macs
        activations += elements
        layers.append(
            {
                "name": node.name,
                "kind": node.op,
                "line": node.line,
                "output": list(node.shape),
                "params": own,
                "macs": node.macs,
                "activations": elements,
                "tied": tied,
            }
        )
    return {
        "input": list(network.input),
        "total": {
            "params": params,
            "macs": macs,
            "activations": activations,
            "buffers": buffers,
            "depth": depth(network),
            "params_with_unused": params + sum(network.unused.values()),
        },
        "layers": layers,
        "unused": dict(network.unused),
        "notes": [[line, text] for line, text in network.notes],
        "printed": list(network.printed),
    }


def depth(network: Network) -> int:
    """Weighted layers on the longest path from the input to the output."""
    longest: list[int] = []
    for node in network.nodes:
        before = max((longest[i] for i in node.inputs), default=0)
        longest.append(before + (node.op in WEIGHTED))
    return longest[network.output]
