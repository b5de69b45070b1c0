"""Theoretical receptive fields over any graph, by arithmetic (Araujo, Norris, Sim, Distill 2019).

Along each axis a layer has a side r, a jump j (input pixels between the fields of neighbouring units) and a start s
(the left edge of the first unit's field; negative where padding lies outside the image). A window of kernel k,
dilation d, stride t and padding p before makes of them s − p·j, r + d(k − 1)·j and j·t. Where paths join, the field
reaches from the least start to the greatest end.

The side is that of the hull. ``seen`` counts the pixels in it that the output depends on: dilated stacks and strided
1×1 convolutions leave holes. Both are those of a unit whose field lies inside the image; near the border it is cut off.

A layer that has no places any more (flattened, linear, pooled to one value) sees all that there is: null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

from app.lab.messages import Json
from app.lab.network import Network, Node

Number = int | Fraction
#: Rectangles of a union that are followed one by one; above that only the hull's share along each axis is kept.
_RECTANGLES = 8
#: The longest side that is followed pixel by pixel.
_LONGEST = 4_096


class Axis(NamedTuple):
    """One axis of a field, and which of its pixels (bit i is pixel start + i) are seen."""

    side: Number
    jump: Number
    start: Number


class Field(NamedTuple):
    """What one unit sees. ``seen`` is a union of products of row and column masks; None where it is not followed."""

    high: Axis
    wide: Axis
    seen: tuple[tuple[int, int], ...] | None
    aligned: bool = True


_PIXEL = Field(Axis(1, 1, 0), Axis(1, 1, 0), ((1, 1),))


def trace(network: Network) -> dict[str, Json]:
    """A row for every operation but the input, and the last row again as ``output``; plain JSON.

    A row holds ``name``, ``kind``, ``line``, and, each as [height, width] or null where the whole input is seen:
    ``size`` (r), ``jump`` (j), ``start`` (s), ``padding`` (−s: how far the first unit reaches beyond the image),
    ``growth`` (by how much ``size`` exceeds that of the inputs). ``units`` are the output's places [height, width],
    ``seen`` the pixels that a unit depends on (null where not followed, or all), ``holes`` whether fewer than size
    has, ``aligned`` false where paths join whose centres do not lie on each other.

    ``spatial`` is the last row that still has a size, null where none has; ``input`` (channels, height, width).
    """
    fields: list[Field | None] = []
    rows: list[Json] = []
    output: Json = None
    spatial: Json = None
    notes: list[Json] = []
    for node in network.nodes:
        if node.op == "input":
            fields.append(_PIXEL)
            continue
        before = [fields[i] for i in node.inputs if network.nodes[i].op not in ("parameter", "constant")]
        field = _field(node, before, [network.nodes[i] for i in node.inputs])
        fields.append(field)
        row = _row(node, field, before)
        rows.append(row)
        if field is not None:
            spatial = row
            if not field.aligned and all(one is None or one.aligned for one in before):
                notes.append({"name": node.name, "line": node.line, "text": _MISALIGNED})
        if node.index == network.output:
            output = row
    return {"layers": rows, "output": output, "spatial": spatial, "input": list(network.input), "notes": notes}


_MISALIGNED = "the paths that meet here do not look at the same centre: their padding and stride differ"


def _row(node: Node, field: Field | None, before: list[Field | None]) -> dict[str, Json]:
    row: dict[str, Json] = {"name": node.name, "kind": node.op, "line": node.line}
    if field is None:
        return {**row, **dict.fromkeys(("size", "jump", "start", "padding", "growth", "units", "seen"), None),
                "holes": False, "aligned": True}  # fmt: skip
    high, wide = field.high, field.wide
    old = [one for one in before if one is not None]
    seen = None if field.seen is None else _count(field.seen)
    row["size"] = [_plain(high.side), _plain(wide.side)]
    row["jump"] = [_plain(high.jump), _plain(wide.jump)]
    row["start"] = [_plain(high.start), _plain(wide.start)]
    row["padding"] = [_plain(-high.start), _plain(-wide.start)]
    row["growth"] = [
        _plain(high.side - max((one.high.side for one in old), default=0)),
        _plain(wide.side - max((one.wide.side for one in old), default=0)),
    ]
    row["units"] = [node.shape[1], node.shape[2]]
    row["seen"] = seen
    row["holes"] = seen is not None and seen < high.side * wide.side
    row["aligned"] = field.aligned
    return row


def _plain(number: Number) -> int | float:
    return int(number) if number == int(number) else float(number)


def _field(node: Node, before: list[Field | None], inputs: list[Node]) -> Field | None:
    if len(node.shape) != 3 or not before or any(field is None for field in before):
        return None
    present = [field for field in before if field is not None]
    rule = _RULES.get(node.op)
    if rule is not None:
        return rule(node, present[0], inputs[0])
    if node.op in _MIXING:
        return None
    return _join(present)


def _slide(
    axis: Axis, kernel: int, stride: int, padding: int, dilation: int
) -> Axis:
    return Axis(axis.side + dilation * (kernel - 1) * axis.jump, axis.jump * stride, axis.start - padding * axis.jump)


def _smear(mask: int, kernel: int, dilation: int, jump: Number) -> int:
    """The pixels seen by ``kernel`` taps of a unit that sees ``mask`` each."""
    step = int(jump) * dilation
    result = mask
    for tap in range(1, kernel):
        result |= mask << tap * step
    return result


def _window(
    field: Field, kernel: tuple[int, int], stride: tuple[int, int], padding: tuple[int, int], dilation: tuple[int, int]
) -> Field:
    high = _slide(field.high, kernel[0], stride[0], padding[0], dilation[0])
    wide = _slide(field.wide, kernel[1], stride[1], padding[1], dilation[1])
    seen = field.seen
    if seen is not None and kernel != (1, 1):
        if max(high.side, wide.side) > _LONGEST:
            seen = None
        else:
            seen = tuple(
                (
                    _smear(rows, kernel[0], dilation[0], field.high.jump),
                    _smear(columns, kernel[1], dilation[1], field.wide.jump),
                )
                for rows, columns in seen
            )
    return Field(high, wide, seen, field.aligned)


def _pair(attrs: Mapping[str, object], name: str, default: int = 1) -> tuple[int, int]:
    return attrs.get(name, (default, default))  # type: ignore[return-value]


def _convolution(node: Node, field: Field, source: Node) -> Field:
    kernel, dilation = _pair(node.attrs, "kernel_size"), _pair(node.attrs, "dilation")
    if node.attrs["padding"] == "same":
        padding = (dilation[0] * (kernel[0] - 1) // 2, dilation[1] * (kernel[1] - 1) // 2)
    else:
        padding = _pair(node.attrs, "padding", 0)
    return _window(field, kernel, _pair(node.attrs, "stride"), padding, dilation)


def _adaptive(node: Node, field: Field, source: Node) -> Field | None:
    """Adaptive pooling is a window where the sizes divide, and the whole where one value is left."""
    (_, high, wide), (_, rows, columns) = source.shape, node.shape
    if (rows, columns) == (high, wide):
        return field
    if (rows, columns) == (1, 1) or high % rows or wide % columns:
        return None
    kernel = (high // rows, wide // columns)
    return _window(field, kernel, kernel, (0, 0), (1, 1))


def _reduce(node: Node, field: Field, source: Node) -> Field | None:
    """A mean that keeps its dimensions and only goes over channels leaves every place what it saw."""
    return field if node.attrs["dim"] == (1,) else None


def _padded(node: Node, field: Field, source: Node) -> Field:
    pads: tuple[int, ...] = node.attrs["pad" if node.op == "pad" else "padding"]  # type: ignore[assignment]
    left, top = pads[0], pads[2] if len(pads) > 2 else 0
    return _moved(field, (-top, -left), (1, 1))


def _sliced(node: Node, field: Field, source: Node) -> Field:
    index: tuple[object, ...] = node.attrs["index"]  # type: ignore[assignment]
    (top, _, down), (left, _, across) = index[1], index[2]  # type: ignore[misc]
    return _moved(field, (top, left), (down, across))  # type: ignore[has-type]


def _moved(field: Field, by: tuple[int, int], step: tuple[int, int]) -> Field:
    high, wide = field.high, field.wide
    return Field(
        Axis(high.side, high.jump * step[0], high.start + by[0] * high.jump),
        Axis(wide.side, wide.jump * step[1], wide.start + by[1] * wide.jump),
        field.seen,
        field.aligned,
    )


def _upsampled(node: Node, field: Field, source: Node) -> Field:
    """The hull over all phases: neighbouring outputs share inputs, so the jump is a fraction."""
    factors = [Fraction(node.shape[i], source.shape[i]) for i in (1, 2)]
    taps = {"nearest": 1, "nearest-exact": 1, "bilinear": 2, "bicubic": 4}[str(node.attrs["mode"])]
    reach = (taps - 1) // 2
    axes = [
        Axis(axis.side + (taps - 1) * axis.jump, axis.jump / factor, axis.start - reach * axis.jump)
        for axis, factor in zip((field.high, field.wide), factors, strict=True)
    ]
    return Field(axes[0], axes[1], None, field.aligned)


def _transposed(node: Node, field: Field, source: Node) -> Field:
    """An output sees at most ⌈(d(k − 1) + 1)/t⌉ inputs along an axis."""
    kernel, stride = _pair(node.attrs, "kernel_size"), _pair(node.attrs, "stride")
    padding, dilation = _pair(node.attrs, "padding", 0), _pair(node.attrs, "dilation")
    axes = []
    for i, axis in enumerate((field.high, field.wide)):
        span = dilation[i] * (kernel[i] - 1)
        taps = span // stride[i] + 1
        axes.append(
            Axis(
                axis.side + (taps - 1) * axis.jump,
                Fraction(axis.jump) / stride[i],
                axis.start + Fraction(padding[i] - span, stride[i]) * axis.jump,
            )
        )
    return Field(axes[0], axes[1], None, field.aligned)


def _whole(node: Node, field: Field, source: Node) -> None:
    return None


Rule = Callable[[Node, Field, Node], "Field | None"]
_RULES: dict[str, Rule] = {
    "Conv2d": _convolution,
    "MaxPool2d": _convolution,
    "AvgPool2d": _convolution,
    "ConvTranspose2d": _transposed,
    "AdaptiveAvgPool2d": _adaptive,
    "AdaptiveMaxPool2d": _adaptive,
    "Upsample": _upsampled,
    "pad": _padded,
    "ZeroPad2d": _padded,
    "ReflectionPad2d": _padded,
    "ReplicationPad2d": _padded,
    "slice": _sliced,
    "mean": _reduce,
    "sum": _reduce,
    "amax": _reduce,
    "Linear": _whole,
}
#: Operations that keep three dimensions and may still move values from place to place.
_MIXING = frozenset({"view", "permute", "flatten", "stack", "PixelShuffle", "expand", "GroupNorm", "LayerNorm", "InstanceNorm2d"})


def _join(fields: list[Field]) -> Field:
    first = fields[0]
    if len(fields) == 1 or all(field == first for field in fields[1:]):
        return first
    high, high_centred = _union([field.high for field in fields])
    wide, wide_centred = _union([field.wide for field in fields])
    aligned = high_centred and wide_centred and all(field.aligned for field in fields)
    return Field(high, wide, _seen(fields, high, wide), aligned)


def _union(axes: list[Axis]) -> tuple[Axis, bool]:
    start = min(axis.start for axis in axes)
    end = max(axis.start + axis.side for axis in axes)
    centred = len({2 * axis.start + axis.side for axis in axes}) == 1 and len({axis.jump for axis in axes}) == 1
    return Axis(end - start, max(axis.jump for axis in axes), start), centred


def _seen(fields: list[Field], high: Axis, wide: Axis) -> tuple[tuple[int, int], ...] | None:
    rectangles: list[tuple[int, int]] = []
    for field in fields:
        if field.seen is None:
            return None
        down, right = int(field.high.start - high.start), int(field.wide.start - wide.start)
        for rows, columns in field.seen:
            _insert(rectangles, (rows << down, columns << right))
    return tuple(rectangles) if len(rectangles) <= _RECTANGLES else None


def _insert(rectangles: list[tuple[int, int]], new: tuple[int, int]) -> None:
    """Add a rectangle, unless one of the others holds it; drop those that it holds."""
    for rows, columns in rectangles:
        if new[0] | rows == rows and new[1] | columns == columns:
            return
    rectangles[:] = [
        one for one in rectangles if not (one[0] | new[0] == new[0] and one[1] | new[1] == new[1])
    ]
    rectangles.append(new)


def _count(rectangles: tuple[tuple[int, int], ...]) -> int:
    """Pixels of the union, by inclusion and exclusion."""
    if len(rectangles) == 1:
        return rectangles[0][0].bit_count() * rectangles[0][1].bit_count()
    total = 0
    for chosen in range(1, 1 << len(rectangles)):
        rows = columns = -1
        for number, (r, c) in enumerate(rectangles):
            if chosen >> number & 1:
                rows, columns = rows & r, columns & c
        total += (1 if chosen.bit_count() % 2 else -1) * rows.bit_count() * columns.bit_count()
    return total
