"""The graph that calls on tensors leave behind."""

from __future__ import annotations

import re
from functools import cache
from math import prod
from typing import TYPE_CHECKING

from app.lab import limits
from app.lab.language.operations.shapes import check_dimensions
from app.lab.language.values import Buffer, Leaf, Module, Parameter, Tensor
from app.lab.language.words import sizes
from app.lab.messages import LabError
from app.lab.network import Node, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.lab.language.run import Run


_NOTHING: Mapping[str, object] = {}


class Trace:
    """Nodes in the order of execution. Node 0 is the input; the batch has one image."""

    __slots__ = ("activations", "input", "leaves", "macs", "nodes", "run", "used", "written")

    def __init__(self, run: Run, input: Shape) -> None:
        self.run = run
        self.nodes = [Node(0, "input", (), input, "input", None)]
        self.input = Tensor(self, 0, (1, *input), True)
        self.macs = 0
        self.activations = 0
        #: Leaves that are already nodes here.
        self.leaves: dict[Leaf, Tensor] = {}
        #: Modules called so far, and how often each made-up name was given.
        self.used: set[Module] = set()
        self.written: dict[str, int] = {}

    def add(
        self,
        op: str,
        inputs: tuple[Tensor, ...],
        shape: Shape,
        attrs: Mapping[str, object] = _NOTHING,
        module: Module | None = None,
        macs: int = 0,
        weights: Mapping[str, Parameter] | None = None,
    ) -> Tensor:
        """A node that computes ``shape`` (batch first) from ``inputs``; ``weights`` for a functional layer."""
        run = self.run
        run.budget.make_node()
        check_dimensions(len(shape))
        batched = False
        indices = []
        for given in inputs:
            tensor = given if given.trace is self else self._adopt(given)
            batched = batched or tensor.batched
            indices.append(tensor.node)
        if batched:
            if not shape or shape[0] != 1:
                raise LabError(
                    f"{_called(op)} would mix the images of a batch (its result has the shape {sizes(shape)}, "
                    f"with a batch of 1)",
                    mend="keep dimension 0, the batch: torch.flatten(x, 1), x.view(x.size(0), -1), x.mean((2, 3))",
                )
            seen = shape[1:]
        else:
            seen = shape
        self.activations += prod(seen)
        self.macs += macs
        if self.activations > limits.ACTIVATIONS or self.macs > limits.MACS:
            raise _too_large(seen)
        index = len(self.nodes)
        if module is not None:
            self.used.add(module)
            kept = module.cached
            if kept is None:
                kept = module.cached = _weights(module)
            name = run.names.get(module) or self._made_up(op)
            place = module.place
            node = Node(
                index,
                op,
                tuple(indices),
                seen,
                name,
                place[0] if place and run.lined else None,
                attrs,
                kept[0],
                module.buffers,
                module.key,
                macs,
                kept[1],
            )
        else:
            line = run.at[0] if run.at and run.lined else None
            node = Node(index, op, tuple(indices), seen, self._made_up(op), line, attrs, macs=macs)
            if weights:
                node = node._replace(
                    weights={name: weight.shape for name, weight in weights.items()},
                    ties={name: weight.key for name, weight in weights.items()},
                )
        self.nodes.append(node)
        if attrs.get("inplace") and inputs[0].trace is self:
            # Whoever else holds this tensor sees the change: a shortcut taken before, say.
            inputs[0].node = index
            return inputs[0]
        return Tensor(self, index, shape, batched)

    def _made_up(self, op: str) -> str:
        name = f"{self.run.path}.{_called(op)}" if self.run.path else _called(op)
        count = self.written.get(name, 0)
        self.written[name] = count + 1
        return f"{name}_{count}" if count else name

    def _adopt(self, tensor: Tensor) -> Tensor:
        """A tensor made elsewhere (``torch.zeros``, a parameter, a sum of such) as a node of this graph."""
        if isinstance(tensor, Leaf):
            known = self.leaves.get(tensor)
            if known is None:
                known = self.leaves[tensor] = self._leaf(tensor)
            return known
        assert tensor.trace is not None
        if tensor.batched:
            raise LabError(
                "this tensor belongs to another pass through a network", mend="compute it from x inside forward"
            )
        return self._copy(tensor.trace, tensor)

    def _leaf(self, leaf: Leaf) -> Tensor:
        if isinstance(leaf, Parameter):
            return self.add("parameter", (), leaf.shape, weights={"weight": leaf})
        attrs: dict[str, object] = {"fill": leaf.fill}
        if leaf.fill == "data":
            attrs["values"] = leaf.values
        made = self.add("constant", (), leaf.shape, attrs)
        if isinstance(leaf, Buffer):
            self.nodes[-1] = self.nodes[-1]._replace(buffers={"data": leaf.shape})
        return made

    def _copy(self, other: Trace, tensor: Tensor) -> Tensor:
        wanted: set[int] = set()
        queue = [tensor.node]
        while queue:
            index = queue.pop()
            if index not in wanted:
                wanted.add(index)
                queue.extend(other.nodes[index].inputs)
        known = {placed.node: leaf for leaf, placed in other.leaves.items()}
        copied: dict[int, Tensor] = {}
        for index in sorted(wanted):
            if index in known:
                copied[index] = self._adopt(known[index])
                continue
            node = other.nodes[index]
            self.run.budget.make_node()
            inputs = tuple(copied[i].node for i in node.inputs)
            copied[index] = Tensor(self, len(self.nodes), node.shape, False)
            self.nodes.append(node._replace(index=len(self.nodes), inputs=inputs))
        return copied[tensor.node]


@cache
def _called(op: str) -> str:
    """``MaxPool2d`` as a function: ``max_pool2d``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", op).lower()


def _weights(module: Module) -> tuple[Mapping[str, Shape], Mapping[str, int]]:
    shapes: dict[str, Shape] = {}
    ties: dict[str, int] = {}
    for name, value in module.fields.items():
        if type(value) is Parameter:
            shapes[name], ties[name] = value.shape, value.key
    return shapes, ties


def _too_large(shape: Shape) -> LabError:
    return LabError(
        f"this pass is too large: its output here has {prod(shape):,} values, and a pass may have at most "
        f"{limits.ACTIVATIONS:,} of them and {limits.MACS:,} multiply-adds",
        mend="use a smaller input, fewer channels, or pool earlier",
    )
