"""The theoretical receptive field of every unit of a network, over any graph: arithmetic, no torch.

Along each axis a layer has a size r (input pixels that one unit sees), a jump j (input pixels between neighbouring
units) and a start s (where the first unit's field begins, in pixels from the image's edge; negative inside the
padding). A convolution or pool with kernel k, dilation d, stride t and padding p gives

    s − p·j,    r + d·(k − 1)·j,    j·t

and a join takes the least start and the greatest end (Araujo, Norris and Sim, Distill 2019). The result is the hull:
dilated stacks and strided 1×1 convolutions leave holes in it. Batch norm is taken as in evaluation, unit by unit.
"""

from dataclasses import dataclass
from fractions import Fraction

from app.lab.messages import Json
from app.lab.network import Network, Node

#: Operations that treat each place of a map by itself (sharing over channels at most).
PLACEWISE = frozenset(
    {"add", "sub", "mul", "div", "maximum", "minimum", "pow", "neg", "abs", "exp", "log", "sqrt", "clamp"}
    | {"BatchNorm2d", "LocalResponseNorm", "Identity", "Dropout", "Dropout2d", "AlphaDropout", "PReLU"}
    | {"ReLU", "ReLU6", "LeakyReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Sigmoid", "Tanh", "Hardtanh"}
    | {"Hardswish", "Hardsigmoid", "Softplus", "Softsign", "LogSigmoid", "Tanhshrink", "Softshrink", "Hardshrink"}
)
WINDOWS = frozenset({"Conv2d", "MaxPool2d", "AvgPool2d"})
#: Sources that carry nothing of the image.
SOURCES = frozenset({"constant", "parameter"})


@dataclass(frozen=True, slots=True)
class Span:
    """One axis of a layer, in input pixels."""

    size: Fraction
    jump: Fraction
    start: Fraction

    @property
    def end(self) -> Fraction:
        return self.start + self.size

    def through(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> "Span":
        """What a window over this layer sees."""
        return Span(
            self.size + dilation * (kernel - 1) * self.jump, self.jump * stride, self.start - padding * self.jump
        )


#: (height, width); None where a unit sees the whole input; "nothing" where it sees none of it.
View = tuple[Span, Span] | None
_ONE = Span(Fraction(1), Fraction(1), Fraction(0))


def trace(network: Network) -> dict[str, Json]:
    """Size, jump, start and padding of every layer, as [height, width] in input pixels; null where it sees all of it.

    ``output`` is the network's own; ``last`` the last layer that does not yet see the whole input by its construction
    (before flattening or global pooling). ``aligned`` is false from a join on whose inputs are not centred alike.
    """
    views = spans(network)
    layers: list[Json] = []
    misaligned: set[int] = set()
    last: dict[str, Json] | None = None
    for node in network.nodes[1:]:
        seen = [views[i] for i in node.inputs if i in views]
        if _askew(seen) or any(i in misaligned for i in node.inputs):
            misaligned.add(node.index)
        entry = _entry(node, views.get(node.index, None), node.index not in misaligned)
        layers.append(entry)
        if entry["size"] is not None:
            last = entry
    output = layers[network.output - 1] if network.output else None
    return {"input": list(network.input), "layers": layers, "output": output, "last": last}


def spans(network: Network) -> dict[int, View]:
    """The view of every node by its index; a node that carries nothing of the image has none."""
    views: dict[int, View] = {0: (_ONE, _ONE)}
    for node in network.nodes[1:]:
        seen = [(i, views[i]) for i in node.inputs if i in views]
        if not seen:
            if node.op not in SOURCES and node.inputs:
                continue
            continue
        views[node.index] = None if any(view is None for _, view in seen) else _view(network, node, seen)
    return views


def _view(network: Network, node: Node, seen: list[tuple[int, View]]) -> View:
    joined = _join([view for _, view in seen if view is not None])
    before = network.nodes[seen[0][0]].shape
    if len(before) != 3:
        return None
    if node.op in PLACEWISE:
        return joined if len(node.shape) == 3 else None
    if node.op in WINDOWS:
        return _windowed(node, joined)
    if node.op in ("AdaptiveAvgPool2d", "AdaptiveMaxPool2d"):
        return _adaptive(node, before, joined)
    if node.op == "ConvTranspose2d":
        return _transposed(node, joined)
    if node.op == "cat":
        return joined if node.attrs["dim"] == 1 else None
    if node.op in ("Softmax", "LogSoftmax"):
        return joined if node.attrs["dim"] == 1 else None
    if node.op in ("mean", "sum", "amax"):
        return joined if node.attrs["dim"] == (1,) and node.attrs["keepdim"] else None
    if node.op in ("pad", "ZeroPad2d", "ReflectionPad2d", "ReplicationPad2d"):
        return _padded(node, joined)
    if node.op == "slice":
        return _sliced(node, joined)
    if node.op in ("interpolate", "Upsample"):
        return _scaled(node, before, joined)
    if node.op == "PixelShuffle":
        factor = Fraction(1, int(str(node.attrs["upscale_factor"])))
        high, wide = joined
        return Span(high.size, high.jump * factor, high.start), Span(wide.size, wide.jump * factor, wide.start)
    return None


def _join(views: list[tuple[Span, Span]]) -> tuple[Span, Span]:
    if len(views) == 1:
        return views[0]
    axes = []
    for axis in (0, 1):
        members = [view[axis] for view in views]
        start = min(member.start for member in members)
        axes.append(Span(max(member.end for member in members) - start, members[0].jump, start))
    return axes[0], axes[1]


def _askew(views: list[View]) -> bool:
    """Whether the fields that meet have different centres or jumps."""
    known = [view for view in views if view is not None]
    return any(
        len({span.start + span.end for span in axis}) > 1 or len({span.jump for span in axis}) > 1
        for axis in zip(*known, strict=True)
    )


def _pair(node: Node, name: str, default: int = 1) -> tuple[int, int]:
    value = node.attrs.get(name, (default, default))
    if isinstance(value, int):
        return value, value
    assert isinstance(value, tuple)
    return value


def padding(node: Node) -> tuple[int, int]:
    """Padding before the first row and column; of "same", torch puts the odd cell behind."""
    if node.attrs.get("padding") == "same":
        kernel, dilation = _pair(node, "kernel_size"), _pair(node, "dilation")
        return dilation[0] * (kernel[0] - 1) // 2, dilation[1] * (kernel[1] - 1) // 2
    return _pair(node, "padding", 0)


def _windowed(node: Node, view: tuple[Span, Span]) -> View:
    kernel, stride, pads = _pair(node, "kernel_size"), _pair(node, "stride"), padding(node)
    dilation = _pair(node, "dilation")
    high, wide = (view[i].through(kernel[i], stride[i], pads[i], dilation[i]) for i in (0, 1))
    return high, wide


def _adaptive(node: Node, before: tuple[int, ...], view: tuple[Span, Span]) -> View:
    """Windows from ⌊i·n/m⌋ to ⌈(i+1)·n/m⌉; one that covers the whole map sees all that the map sees."""
    axes = []
    for i, span in enumerate(view):
        full, parts = before[1 + i], node.shape[1 + i]
        if parts == 1 and full > 1:
            return None
        widest = max(-(-(k + 1) * full // parts) - k * full // parts for k in range(parts))
        axes.append(Span(span.size + (widest - 1) * span.jump, span.jump * Fraction(full, parts), span.start))
    return axes[0], axes[1]


def _transposed(node: Node, view: tuple[Span, Span]) -> View:
    kernel, stride, pads = _pair(node, "kernel_size"), _pair(node, "stride"), _pair(node, "padding", 0)
    dilation = _pair(node, "dilation")
    axes = []
    for i, span in enumerate(view):
        reach = dilation[i] * (kernel[i] - 1)
        first = -((reach - pads[i]) // stride[i])
        axes.append(
            Span(span.size + reach // stride[i] * span.jump, span.jump / stride[i], span.start + first * span.jump)
        )
    return axes[0], axes[1]


def _padded(node: Node, view: tuple[Span, Span]) -> View:
    pads = node.attrs.get("pad", node.attrs.get("padding"))
    if isinstance(pads, int):
        pads = (pads,) * 4
    assert isinstance(pads, tuple)
    left = pads[0] if pads else 0
    top = pads[2] if len(pads) > 2 else 0
    high, wide = view
    return (
        Span(high.size, high.jump, high.start - top * high.jump),
        Span(wide.size, wide.jump, wide.start - left * wide.jump),
    )


def _sliced(node: Node, view: tuple[Span, Span]) -> View:
    index = node.attrs["index"]
    assert isinstance(index, tuple)
    axes = []
    for span, part in zip(view, (*index, *((0, None, 1),) * 3)[1:3], strict=True):
        if not isinstance(part, tuple):
            return None
        start, _, step = part
        axes.append(Span(span.size, span.jump * (step or 1), span.start + (start or 0) * span.jump))
    return (axes[0], axes[1]) if len(node.shape) == 3 else None


def _scaled(node: Node, before: tuple[int, ...], view: tuple[Span, Span]) -> View:
    nearest = node.attrs.get("mode", "nearest") == "nearest"
    axes = []
    for i, span in enumerate(view):
        factor = Fraction(before[1 + i], node.shape[1 + i])
        axes.append(Span(span.size + (0 if nearest else span.jump), span.jump * factor, span.start))
    return axes[0], axes[1]


def _entry(node: Node, view: View, aligned: bool) -> dict[str, Json]:
    windowed = node.op in WINDOWS
    return {
        "name": node.name,
        "kind": node.op,
        "line": node.line,
        "output": list(node.shape),
        "size": [_plain(span.size) for span in view] if view else None,
        "jump": [_plain(span.jump) for span in view] if view else None,
        "start": [_plain(span.start) for span in view] if view else None,
        "kernel": list(_pair(node, "kernel_size")) if windowed else None,
        "stride": list(_pair(node, "stride")) if windowed else None,
        "dilation": list(_pair(node, "dilation")) if windowed else None,
        "padding": list(padding(node)) if windowed else None,
        "aligned": aligned,
    }


def _plain(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)
