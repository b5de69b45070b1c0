"""Whether two networks are the same architecture, whatever their variables are called and however they are written.

Two networks are one where their graphs are: the same operations with the same settings between the same values, and
weights shared in the same places. Names and lines do not count, nor what is never used, nor what changes no shape and
no value: ``Identity``, ``inplace``. The two sides of a sum or a product may change places.
"""

import hashlib
from collections.abc import Sequence

from app.lab.network import Network, Node

_EITHER_WAY = frozenset({"add", "mul", "maximum", "minimum"})


def fingerprint(network: Network) -> str:
    """64 hex digits that two networks share where they are the same architecture at the same input."""
    sources = _sources(network)
    meant = [(_kind(node), _settings(node)) for node in network.nodes]
    alike: list[str] = []
    for node, what in zip(network.nodes, meant, strict=True):
        inputs = [alike[source] for source in sources[node.index]]
        if node.op in _EITHER_WAY:
            inputs.sort()
        # What changes nothing is as good as what it is given.
        alike.append(inputs[0] if node.op == "Identity" else _hash([*what, *inputs]))
    return _hash([network.input, *_tokens(network, sources, meant, alike)])


def same(first: Network, second: Network) -> bool:
    """Whether both are one architecture."""
    return fingerprint(first) == fingerprint(second)


def _sources(network: Network) -> list[list[int]]:
    """For each node, those that really make what it is given: what changes nothing is passed over."""
    makers: list[int] = []
    found: list[list[int]] = []
    for node in network.nodes:
        inputs = [makers[index] for index in node.inputs]
        found.append(inputs)
        makers.append(inputs[0] if node.op == "Identity" else node.index)
    return found


def _tokens(
    network: Network, sources: Sequence[Sequence[int]], meant: Sequence[tuple[str, str]], alike: Sequence[str]
) -> list[object]:
    """Number the nodes and the weight tensors in an order that depends on the graph alone, and write it all down."""
    numbers: dict[int, int] = {}
    tensors: dict[int, int] = {}
    tokens: list[object] = []
    last = network.nodes[network.output]
    stack = [(sources[last.index][0] if last.op == "Identity" else last.index, False)]
    while stack:
        index, seen = stack.pop()
        if index in numbers:
            continue
        node = network.nodes[index]
        inputs = list(sources[index])
        if node.op in _EITHER_WAY:
            inputs.sort(key=lambda source: alike[source])
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
