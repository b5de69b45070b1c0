"""A network as a graph of operations: what student code, the zoo and a lesson's code all become.

Building one needs no torch: shapes, parameters and multiply-adds have closed forms. Counting, receptive fields and
limits read it; ``app.lab.experiments.build`` makes torch modules from it where values are needed.

Operations
----------
An ``op`` with a capital letter is the class of that name in ``torch.nn``, and ``attrs`` are exactly its keyword
arguments (``getattr(torch.nn, op)(**attrs)`` makes it), however the student called it: ``F.relu(x)``, ``x.relu()``
and ``nn.ReLU()(x)`` are all ``ReLU``. Two-sided settings are always pairs (height, width); a convolution's
``padding`` is a pair or ``"same"``; ``bias`` is a bool. The others are functions of tensors:

========================= =================================================================================
``input``                 the network's input
``parameter``             a free ``nn.Parameter``; ``weights["weight"]`` is its shape; no batch dimension
``constant``              ``fill`` is ``zeros``, ``ones``, ``randn``, ``rand`` or ``data`` (then ``values``
                          holds nested tuples); no batch dimension of its own; a buffer where ``buffers`` is set
``add sub mul div``       two inputs, or one and ``scalar`` (``reverse``: the scalar stands on the left)
``maximum minimum``       two inputs
``pow``                   one input and ``scalar``
``neg abs exp log sqrt``  one input, element by element
``clamp``                 ``min``, ``max`` (either may be None)
``cat stack``             ``dim``
``flatten``               ``start_dim``, ``end_dim``
``view``                  ``shape``, the sizes after the batch dimension, all of them given
``permute``               ``dims``, the batch first
``expand``                ``shape``, the sizes after the batch dimension
``mean sum amax``         ``dim`` (a tuple), ``keepdim``
``pad``                   ``pad`` as in ``F.pad`` (last dimension first), ``mode``, ``value``
``slice``                 ``index``, one ``(start, stop, step)`` or int a dimension after the batch dimension
========================= =================================================================================

``dim`` and ``dims`` are never negative and count the batch as dimension 0, as torch does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

Shape = tuple[int, ...]
Pair = tuple[int, int]
_NONE: Mapping[str, object] = MappingProxyType({})
#: Operations that are classes of ``torch.nn``.
MODULES = frozenset(
    (
        *("Conv2d", "ConvTranspose2d", "Linear", "Identity", "Dropout", "Dropout2d", "Upsample", "PixelShuffle"),
        *("BatchNorm1d", "BatchNorm2d", "InstanceNorm2d", "GroupNorm", "LayerNorm", "LocalResponseNorm"),
        *("MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d"),
        *("ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Softplus", "Softsign"),
        *("Hardswish", "Hardsigmoid", "Hardtanh", "Sigmoid", "Tanh", "Softmax", "LogSoftmax"),
    )
)
#: Operations that are functions of tensors.
FUNCTIONS = frozenset(
    (
        *("add", "sub", "mul", "div", "maximum", "minimum", "pow", "neg", "abs", "exp", "log", "sqrt", "clamp"),
        *("cat", "stack", "flatten", "view", "permute", "expand", "mean", "sum", "amax", "pad", "slice"),
    )
)
#: Those with weights that networks are counted deep by, as in "ResNet-50": batch norm has weights too, and is not.
WEIGHTED = frozenset({"Conv2d", "ConvTranspose2d", "Linear"})
_NO_SHAPES: Mapping[str, Shape] = MappingProxyType({})
_NO_TIES: Mapping[str, int] = MappingProxyType({})


class Node(NamedTuple):
    """One operation, in the order it is executed.

    ``inputs`` are the indices of the nodes it reads. ``shape`` is its output without the batch dimension. ``weights``
    names its parameter tensors and their shapes, ``ties`` which tensor each of them is: two nodes that show the same
    number under ``ties`` share that tensor, and it is counted once.
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which no one needs here
    op: str
    inputs: tuple[int, ...]
    shape: Shape
    #: The dotted name as ``named_modules`` would give it, such as ``layer1.0.conv1``; made up for functional calls.
    name: str
    #: The line, from 1, that made the layer (``nn.Conv2d(…)``), or that called it where it is a function such as
    #: ``F.relu(x)`` or ``out + x``: the line to read for this row. None for a zoo network.
    line: int | None
    attrs: Mapping[str, object] = _NONE
    weights: Mapping[str, Shape] = _NO_SHAPES
    #: Buffers such as a batch norm's running statistics: kept apart from parameters.
    buffers: Mapping[str, Shape] = _NO_SHAPES
    #: Which layer this is, so that a layer called twice is built once; None where it is a function without weights.
    module: int | None = None
    #: Multiply-adds of a convolution or linear layer for one image; 0 elsewhere.
    macs: int = 0
    ties: Mapping[str, int] = _NO_TIES


@dataclass(frozen=True)
class Network:
    """A directed acyclic graph of nodes in execution order; node 0 is the input, ``output`` the result."""

    nodes: tuple[Node, ...]
    output: int
    #: Parameters of layers that were made and never called: the page says so. Name -> number of parameters.
    unused: Mapping[str, int] = field(default_factory=dict)
    #: What a student should know (``pretrained=`` is now ``weights=``): (line, text).
    notes: tuple[tuple[int, str], ...] = ()
    #: What ``print`` said, a line each.
    printed: tuple[str, ...] = ()

    @property
    def input(self) -> Shape:
        """(channels, height, width)."""
        return self.nodes[0].shape
