"""Whether two networks are the same architecture, whatever their variables are called and however they are written.

Two networks are one where their graphs are: the same operations with the same settings between the same values, and
weights shared in the same places. Names and lines do not count, nor what is never used, nor what changes no shape and
no value: ``Identity``, ``inplace``. The two sides of a sum or a product may change places.
"""

import hashlib
from collections.abc import Mapping

from app.lab.network import Network, Node

_EITHER_WAY = frozenset({"add", "mul", "maximum", "minimum"})


def fingerprint(network: Network) -> str:
    """64 hex digits that two networks share where they are the same architecture at the same input."""
    alike: dict[int, str] = {}
    for node in network.nodes:
        inputs = [alike[_source(network, source)] for source in node.inputs]
        if node.op in _EITHER_WAY:
            inputs.sort()
        alike[node.index] = _hash([_kind(node), _settings(node), *inputs])
    numbers: dict[int, int] = {}
    tensors: dict[int, int] = {}
    tokens: list[object] = []
    _walk(network, _source(network, network.output), alike, numbers, tensors, tokens)
    return _hash([network.input, *tokens])


def same(first: Network, second: Network) -> bool:
    """Whether both are one architecture."""
    return fingerprint(first) == fingerprint(second)


def _walk(
    network: Network,
    start: int,
    alike: Mapping[int, str],
    numbers: dict[int, int],
    tensors: dict[int, int],
    tokens: list[object],
) -> None:
    """Number the nodes and the weight tensors in an order that depends on the graph alone, and write it all down."""
    stack = [(start, False)]
    while stack:
        index, seen = stack.pop()
        if index in numbers:
            continue
        node = network.nodes[index]
        inputs = [_source(network, source) for source in node.inputs]
        if node.op in _EITHER_WAY:
            inputs.sort(key=lambda source: alike[source])
        if not seen:
            stack.append((index, True))
            stack += [(source, False) for source in reversed(inputs)]
            continue
        numbers[index] = len(numbers)
        ties = [tensors.setdefault(node.ties[name], len(tensors)) for name in sorted(node.ties)]
        tokens.append((_kind(node), _settings(node), tuple(numbers[source] for source in inputs), tuple(ties)))


def _source(network: Network, index: int) -> int:
    """The node that really makes a value."""
    while network.nodes[index].op == "Identity":
        index = network.nodes[index].inputs[0]
    return index


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
