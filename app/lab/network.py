"""A network as a graph of layers: what student code, the zoo and a lesson's code all become.

Building one needs no torch: shapes, parameters and multiply-adds have closed forms. Counting, receptive fields and
limits read it; ``app.lab.experiments.build`` makes torch modules from it where values are needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Shape = tuple[int, ...]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Node:
    """One operation, in the order it is executed.

    ``op`` is the torch name of the operation (``Conv2d``, ``BatchNorm2d``, ``ReLU``, ``MaxPool2d``, ``add``, ``cat``,
    ``flatten``, ``Linear``, ``AdaptiveAvgPool2d`` …; ``input`` for the network's input). ``inputs`` are the indices of
    the nodes it reads. ``shape`` is its output without the batch dimension. ``attrs`` holds the operation's own
    settings in torch's words (``kernel_size``, ``stride``, ``padding``, ``dilation``, ``groups``, ``bias``, …).
    ``weights`` names its parameter tensors and their shapes; two nodes of one module share ``module``, so tied
    weights are counted once.
    """

    index: int
    op: str
    inputs: tuple[int, ...]
    shape: Shape
    #: The dotted name as ``named_modules`` would give it, such as ``layer1.0.conv1``; made up for functional calls.
    name: str
    #: The line of the source that called it, from 1; None for a zoo network.
    line: int | None
    attrs: Mapping[str, object] = field(default_factory=dict)
    weights: Mapping[str, Shape] = field(default_factory=dict)
    #: Buffers such as a batch norm's running statistics: kept apart from parameters.
    buffers: Mapping[str, Shape] = field(default_factory=dict)
    #: Which module's weights these are; None where it has none.
    module: int | None = None
    #: Multiply-adds of a convolution or linear layer for one image; 0 elsewhere.
    macs: int = 0


@dataclass(frozen=True)
class Network:
    """A directed acyclic graph of nodes in execution order; node 0 is the input, ``output`` the result."""

    nodes: tuple[Node, ...]
    output: int
    #: Parameters of modules that were made and never called: the page says so. Name -> number of parameters.
    unused: Mapping[str, int] = field(default_factory=dict)
    #: What ``print`` said and what a student should know (``pretrained=`` is now ``weights=``): (line, text).
    notes: tuple[tuple[int, str], ...] = ()
    printed: tuple[str, ...] = ()

    @property
    def input(self) -> Shape:
        """(channels, height, width)."""
        return self.nodes[0].shape
