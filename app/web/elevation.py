"""Networks drawn to scale, side on: a bar for each weight layer, an arc for each skip. All numbers are counted."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from app.lab import zoo
from app.lab.network import Network, Node
from app.words import _

#: Which network stands for a family that a course's ticker names, and whether it is the plain or the skip path.
FAMILIES: Mapping[str, tuple[str, str]] = {"vgg": ("vgg16", "VGG-16"), "resnet": ("resnet34", "ResNet-34")}

#: Drawing units for a feature map's cell, and from one baseline to the next.
CELL, STOREY = 150 / 224, 206
_LEFT, _GAP, _STAGE = 128.0, 4.4, 13.0
_LAYERS = frozenset({"Conv2d", "Linear"})


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    #: A fully connected layer.
    full: bool


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Elevation:
    name: str
    colour: str
    #: The centre line's height.
    y: float
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    #: SVG paths.
    arcs: tuple[str, ...]
    end: float
    #: Weight layers on the longest path.
    depth: int
    params: int
    #: Parameters of its fully connected layers.
    full: int
    full_layers: int
    #: Sides of the first and the last feature map.
    first_side: int
    last_side: int

    @property
    def top(self) -> int:
        """Where it begins, with room for the arcs."""
        return math.floor(min(bar.y for bar in self.bars)) - (18 if self.arcs else 2)

    @property
    def tall(self) -> int:
        return math.ceil(max(bar.y + bar.height for bar in self.bars)) + 2 - self.top


@dataclass(frozen=True)
class Drawing:
    elevations: tuple[Elevation, ...]
    height: int

    @property
    def end(self) -> float:
        """Where the longest one ends."""
        return max(e.end for e in self.elevations)

    @property
    def title(self) -> str:
        return _("%(names)s drawn to the same scale", names=", ".join(e.name for e in self.elevations))


def drawing(words: Iterable[str]) -> Drawing | None:
    """The families that a course's ticker names, or None where it names none."""
    named = {word.casefold() for word in words}
    return _drawing(tuple(family for family in FAMILIES if family in named))


@cache
def _drawing(families: tuple[str, ...]) -> Drawing | None:
    drawn = tuple(
        _elevation(zoo.network(FAMILIES[f][0]), FAMILIES[f][1], 98.0 + i * STOREY) for i, f in enumerate(families)
    )
    return Drawing(drawn, len(drawn) * STOREY - 12) if drawn else None


def _elevation(network: Network, name: str, y: float) -> Elevation:
    path = _longest(network)
    layers = [node for node in path if node.op in _LAYERS]
    bars: list[Bar] = []
    right = {network.nodes[0].index: _LEFT - _STAGE}
    x, side = _LEFT, 0
    spans: dict[str, list[Bar]] = {}
    for layer in layers:
        full = layer.op == "Linear"
        now = 0 if full else layer.shape[-1]
        x += _STAGE - _GAP if side != now and bars else 0
        side = now
        # A fully connected layer is as tall as the square that its units would fill.
        height = (math.sqrt(layer.shape[-1]) if full else layer.shape[-1]) * CELL
        width = 2.5 * math.log2(layer.shape[-1] if full else layer.shape[0]) - 6.5
        bar = Bar(x, y - height / 2, width, height, full)
        bars.append(bar)
        spans.setdefault("fc" if full else str(side), []).append(bar)
        x += width + _GAP
        right[layer.index] = x - _GAP
    labels = tuple(
        Label((group[0].x + group[-1].x + group[-1].width) / 2, max(b.y + b.height for b in group) + 18, text)
        for text, group in spans.items()
    )
    arcs = tuple(_arcs(network, path, right, bars, y))
    maps = [node for node in layers if node.op == "Conv2d"]
    linear = [node for node in layers if node.op == "Linear"]
    return Elevation(
        name=name,
        colour="blue" if arcs else "red",
        y=y,
        bars=tuple(bars),
        labels=labels,
        arcs=arcs,
        end=x - _GAP,
        depth=len(layers),
        params=_params(network.nodes),
        full=_params(linear),
        full_layers=len(linear),
        first_side=maps[0].shape[-1],
        last_side=maps[-1].shape[-1],
    )


def _longest(network: Network) -> list[Node]:
    """The path from input to output with the most weight layers; shortcuts are off it."""
    best: dict[int, tuple[int, int | None]] = {}
    for node in network.nodes:
        before = max(node.inputs, key=lambda i: best[i][0], default=None)
        best[node.index] = (node.op in _LAYERS) + (best[before][0] if before is not None else 0), before
    path, at = [], network.output
    while True:
        path.append(network.nodes[at])
        back = best[at][1]
        if back is None:
            return path[::-1]
        at = back


def _arcs(network: Network, path: list[Node], right: Mapping[int, float], bars: list[Bar], y: float) -> Iterable[str]:
    """One for each addition on the path: from where the skip leaves the path to where it comes back."""
    on_path = {node.index for node in path}
    edge: dict[int, float] = {}
    x = 0.0
    for node in path:
        x = edge[node.index] = right.get(node.index, x)
    for node in path:
        if node.op != "add":
            continue
        back = node.inputs[0] if node.inputs[1] == path[path.index(node) - 1].index else node.inputs[1]
        while back not in on_path:
            back = network.nodes[back].inputs[0]
        start, end = edge[back] + _GAP / 2, edge[node.index] + _GAP / 2
        under = [bar for bar in bars if start - 1 <= bar.x <= end]
        top = min((bar.y for bar in under), default=y) - 5
        lift = min(24.0, (end - start) * 0.62)
        yield f"M{start:.1f} {top:.1f}C{start:.1f} {top - lift:.1f} {end:.1f} {top - lift:.1f} {end:.1f} {top:.1f}"


def _params(nodes: Iterable[Node]) -> int:
    """Weights of these nodes, shared ones once."""
    seen: dict[int | str, int] = {}
    for node in nodes:
        key = node.module if node.module is not None else node.name
        seen[key] = sum(math.prod(shape) for shape in node.weights.values())
    return sum(seen.values())
