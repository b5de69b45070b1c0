"""A Network as torch modules: the one place where a student's architecture gets values.

What is built comes from the nodes alone, through the two tables below; no name of a student's reaches torch. Weights
are shared where the nodes share them. In evaluation mode the batch may be of any size.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from app.lab.experiments.stack import initialise
from app.lab.messages import LabError
from app.lab.network import MODULES, Network, Node

Apply = Callable[[Mapping[str, Any], list[Tensor]], Tensor]


def _arithmetic(function: Callable[[Any, Any], Tensor]) -> Apply:
    def apply(attrs: Mapping[str, Any], x: list[Tensor]) -> Tensor:
        if len(x) == 2:
            return function(x[0], x[1])
        scalar = attrs["scalar"]
        return function(scalar, x[0]) if attrs.get("reverse") else function(x[0], scalar)

    return apply


def _together(join: Callable[[list[Tensor], int], Tensor]) -> Apply:
    """``cat`` and ``stack``: what has no batch of its own is repeated for each image."""

    def apply(attrs: Mapping[str, Any], x: list[Tensor]) -> Tensor:
        batch = max(part.shape[0] for part in x)
        if attrs["dim"] > 0:
            x = [part.expand(batch, *part.shape[1:]) for part in x]
        return join(x, attrs["dim"])

    return apply


def _pad(attrs: Mapping[str, Any], x: list[Tensor]) -> Tensor:
    value = attrs["value"] if attrs["mode"] == "constant" else None
    return F.pad(x[0], attrs["pad"], attrs["mode"], value)


#: Every other operation. ``view``, ``expand`` and ``slice`` leave the batch out: see ``_whole``.
FUNCTIONS: Mapping[str, Apply] = {
    "add": _arithmetic(lambda a, b: a + b),
    "sub": _arithmetic(lambda a, b: a - b),
    "mul": _arithmetic(lambda a, b: a * b),
    "div": _arithmetic(lambda a, b: a / b),
    "maximum": lambda _, x: torch.maximum(x[0], x[1]),
    "minimum": lambda _, x: torch.minimum(x[0], x[1]),
    "pow": lambda attrs, x: x[0] ** attrs["scalar"],
    "neg": lambda _, x: -x[0],
    "abs": lambda _, x: x[0].abs(),
    "exp": lambda _, x: x[0].exp(),
    "log": lambda _, x: x[0].log(),
    "sqrt": lambda _, x: x[0].sqrt(),
    "clamp": lambda attrs, x: x[0].clamp(attrs["min"], attrs["max"]),
    "cat": _together(torch.cat),
    "stack": _together(torch.stack),
    "flatten": lambda attrs, x: x[0].flatten(attrs["start_dim"], attrs["end_dim"]),
    "view": lambda attrs, x: x[0].reshape(attrs["shape"]),
    "expand": lambda attrs, x: x[0].expand(attrs["shape"]),
    "permute": lambda attrs, x: x[0].permute(attrs["dims"]),
    "mean": lambda attrs, x: x[0].mean(attrs["dim"], attrs["keepdim"]),
    "sum": lambda attrs, x: x[0].sum(attrs["dim"], attrs["keepdim"]),
    "amax": lambda attrs, x: x[0].amax(attrs["dim"], attrs["keepdim"]),
    "pad": _pad,
    "slice": lambda attrs, x: x[0][attrs["index"]],
}

CONSTANTS: Mapping[str, Callable[..., Tensor]] = {
    "zeros": torch.zeros,
    "ones": torch.ones,
    "randn": torch.randn,
    "rand": torch.rand,
}


class Built(nn.Module):
    """A network up to one of its nodes. ``forward(x)`` gives that node's value for images (batch, c, h, w)."""

    def __init__(self, network: Network, until: int) -> None:
        super().__init__()
        self.nodes = _needed(network, until)
        self._last_use = {source: node.index for node in self.nodes for source in node.inputs}
        #: Which nodes have the batch for their first dimension.
        self.batched = _batched(self.nodes)
        self._layer_of: dict[int, str] = {}
        self.layers = nn.ModuleDict()
        self.leaves = nn.ParameterDict()
        self._tensors: dict[int, nn.Parameter] = {}
        for node in self.nodes:
            if node.op in MODULES:
                self._add_layer(node)
            elif node.op == "parameter":
                self._add_leaf(node)
            elif node.op == "constant":
                self.register_buffer(f"constant_{node.index}", _constant(node))
            elif node.op not in FUNCTIONS and node.op != "input":
                raise LabError(f"the lab cannot compute {node.op} yet", node.line)

    def forward(self, x: Tensor, each: Callable[[Tensor], object] | None = None) -> Tensor:
        """``each`` is called with every node's value, in order."""
        values: dict[int, Tensor] = {}
        for node in self.nodes:
            value = values[node.index] = self._value(node, x, [values[source] for source in node.inputs])
            if each is not None:
                each(value)
            for source in set(node.inputs):
                if self._last_use[source] == node.index:
                    del values[source]
        return value

    def _value(self, node: Node, x: Tensor, inputs: list[Tensor]) -> Tensor:
        if node.op == "input":
            return x
        if node.op == "constant":
            return cast(Tensor, getattr(self, f"constant_{node.index}"))
        if node.op == "parameter":
            return cast(Tensor, self.leaves[self._layer_of[node.index]])
        if node.op in MODULES:
            value: Tensor = self.layers[self._layer_of[node.index]](inputs[0])
            return value
        return FUNCTIONS[node.op](self._whole(node, inputs), inputs)

    def _whole(self, node: Node, inputs: list[Tensor]) -> Mapping[str, Any]:
        """The node's settings with the batch put back in."""
        if node.op not in ("view", "expand", "slice") or not self.batched[node.index]:
            attrs: Mapping[str, Any] = node.attrs
            return {"index": _index(attrs["index"])} if node.op == "slice" else attrs
        if node.op == "slice":
            return {"index": (slice(None), *_index(node.attrs["index"]))}
        return {"shape": (inputs[0].shape[0], *cast(tuple[int, ...], node.attrs["shape"]))}

    def names(self) -> dict[str, str]:
        """By its name here, what each tensor of a layer is called in the network: ``layer1.0.conv1.weight``."""
        return {
            f"layers.{self._layer_of[node.index]}.{tensor}": f"{node.name}.{tensor}"
            for node in self.nodes
            for tensor in (*node.weights, *node.buffers)
            if node.op in MODULES
        }

    def _add_layer(self, node: Node) -> None:
        key = f"node_{node.index}" if node.module is None else f"module_{node.module}"
        self._layer_of[node.index] = key
        if key in self.layers:
            return
        # A node's value may be read by several others, which an operation in place would change under them.
        attrs = {name: value for name, value in node.attrs.items() if name != "inplace"}
        layer = self.layers[key] = getattr(nn, node.op)(**attrs)
        for name in node.weights:
            if (tie := node.ties.get(name)) is not None:
                shared = self._tensors.setdefault(tie, getattr(layer, name))
                setattr(layer, name, shared)

    def _add_leaf(self, node: Node) -> None:
        tie = node.ties.get("weight", -1 - node.index)
        key = self._layer_of[node.index] = f"leaf_{node.index}"
        self.leaves[key] = self._tensors.setdefault(tie, nn.Parameter(torch.ones(node.shape)))


def build(network: Network, seed: int = 0, init: str = "default", until: int | None = None) -> Built:
    """The network in evaluation mode, up to the node ``until`` (all of it by default), freshly initialised.

    The same seed gives the same weights. ``init`` is ``he`` or ``default`` (torch's own). Free parameters are ones.
    Raises LabError for an operation without values.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        built = Built(network, network.output if until is None else until)
        initialise(built, init)
    return built.eval()


def _needed(network: Network, until: int) -> list[Node]:
    wanted = {0, until}
    for node in reversed(network.nodes[: until + 1]):
        if node.index in wanted:
            wanted.update(node.inputs)
    return [network.nodes[index] for index in sorted(wanted)]


def _batched(nodes: list[Node]) -> dict[int, bool]:
    """Which nodes depend on the input, and so have the batch for their first dimension."""
    batched: dict[int, bool] = {}
    for node in nodes:
        batched[node.index] = node.op == "input" or any(batched[source] for source in node.inputs)
    return batched


def _constant(node: Node) -> Tensor:
    if node.attrs["fill"] == "data":
        return torch.tensor(node.attrs["values"], dtype=torch.get_default_dtype())
    return CONSTANTS[str(node.attrs["fill"])](node.shape)


def _index(index: Any) -> tuple[int | slice, ...]:
    return tuple(one if isinstance(one, int) else slice(*one) for one in index)
