"""Whether two networks are the same architecture, whatever their variables are called and however they are written.

Two networks are one where their graphs are: the same operations with the same settings between the same values, and
weights shared in the same places. Names and lines do not count, nor what is never used, nor what changes no shape and
no value: ``Identity``, ``inplace``, a flattening of what is flat. The two sides of a sum or a product may change
places.
"""

import hashlib
from collections.abc import Mapping, Sequence

from app.lab.network import Network, Node

_EITHER_WAY = frozenset({"add", "mul", "maximum", "minimum"})


def fingerprint(network: Network) -> str:
    """64 hex digits that two networks share where they are the same architecture at the same input."""
    makers = _makers(network)
    sources = [[makers[index] for index in node.inputs] for node in network.nodes]
    meant = [(_kind(node), _settings(node)) for node in network.nodes]
    last = makers[network.output]
    order = _placed(network, sources, meant, last)
    return _hash([network.input, *_tokens(network, sources, meant, order, last)])


def same(first: Network, second: Network) -> bool:
    """Whether both are one architecture."""
    return fingerprint(first) == fingerprint(second)


def _makers(network: Network) -> list[int]:
    """For each node, the one that really makes its value: what changes nothing is as good as what it is given."""
    makers: list[int] = []
    for node in network.nodes:
        reshaped = node.op in ("flatten", "view") and node.shape == network.nodes[node.inputs[0]].shape
        makers.append(makers[node.inputs[0]] if node.op == "Identity" or reshaped else node.index)
    return makers


def _placed(
    network: Network, sources: Sequence[Sequence[int]], meant: Sequence[tuple[str, str]], last: int
) -> dict[int, str]:
    """What each value is made of, and what becomes of it: so two that are made alike are told apart by their use."""
    made: list[str] = []
    for node, what in zip(network.nodes, meant, strict=True):
        inputs = [made[source] for source in sources[node.index]]
        if node.op in _EITHER_WAY:
            inputs.sort()
        made.append(_hash([*what, *inputs]))
    uses: dict[int, list[str]] = {last: []}
    placed: dict[int, str] = {}
    for node in reversed(network.nodes):
        if node.index in uses:
            placed[node.index] = here = _hash([made[node.index], *sorted(uses[node.index])])
            for side, source in enumerate(sources[node.index]):
                uses.setdefault(source, []).append(here if node.op in _EITHER_WAY else f"{here} {side}")
    return placed


def _tokens(
    network: Network,
    sources: Sequence[Sequence[int]],
    meant: Sequence[tuple[str, str]],
    order: Mapping[int, str],
    last: int,
) -> list[object]:
    """Number the nodes and the weight tensors in an order that depends on the graph alone, and write it all down."""
    numbers: dict[int, int] = {}
    tensors: dict[int, int] = {}
    tokens: list[object] = []
    stack = [(last, False)]
    while stack:
        index, seen = stack.pop()
        if index in numbers:
            continue
        node = network.nodes[index]
        inputs = list(sources[index])
        if node.op in _EITHER_WAY:
            inputs.sort(key=lambda source: order[source])
        if not seen:
            stack.append((index, True))
            stack += [(source, False) for source in reversed(inputs)]
            continue
        numbers[index] = len(numbers)
        ties = [tensors.setdefault(node.ties[name], len(tensors)) for name in sorted(node.ties)]
        tokens.append((*meant[index], tuple(numbers[source] for source in inputs), tuple(ties)))
    return tokens


def _kind(node: Node) -> str:
    return "view" if node.op == "flatten" else node.op


def _settings(node: Node) -> str:
    if node.op in ("flatten", "view"):
        return repr(node.shape)
    attrs = {name: value for name, value in node.attrs.items() if name != "inplace"}
    if attrs.get("padding") == "same":
        kernel, dilation = attrs["kernel_size"], attrs["dilation"]
        sides = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]  # type: ignore[call-overload]
        if all(side % 2 == 0 for side in sides):
            attrs["padding"] = tuple(side // 2 for side in sides)
    return repr(sorted(attrs.items()))


def _hash(parts: list[object]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
