# ruff: noqa: ARG001 - every rule is given the node, the field before it and the node before it
"""Theoretical receptive fields over any graph, by arithmetic (Araujo, Norris, Sim, Distill 2019).

Along each axis a layer has a side r, a jump j (input pixels between the fields of neighbouring units) and a start s
(the left edge of the first unit's field; negative where padding lies outside the image). A window of kernel k,
dilation d, stride t and padding p before makes of them s − p·j, r + d(k − 1)·j and j·t. Where paths join, the field
reaches from the least start to the greatest end.

The side is that of the hull. ``seen`` counts the pixels in it that the output depends on: dilated stacks and strided
1×1 convolutions leave holes. Both are those of a unit whose field lies inside the image; the border cuts it off.
Batch norm is taken as in evaluation, where each place is for itself.

A layer that has no places any more (flattened, linear, pooled to one value) sees all that there is: null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

from app.lab.messages import Json
from app.lab.network import Network, Node
from app.lab.places import CONSTANT, MIXERS, Spot, mixed, spots

Number = int | Fraction
#: Rectangles of a union that are followed one by one, and the longest side that is followed pixel by pixel.
_RECTANGLES = 8
_LONGEST = 4_096
#: Fractions of pixels are told apart no finer: those of many resizings behind each other would grow without end.
_FINEST = 1_000_000
#: Neighbours this many pixels apart have no neighbours in any image: further is not counted.
_FARTHEST = 1 << 40


class Axis(NamedTuple):
    """One axis of a field, in input pixels."""

    side: Number
    jump: Number
    start: Number


class Field(NamedTuple):
    """What one unit sees. ``seen`` is a union of products of two masks, rows and columns, in which bit i is the pixel
    start + i; None where it is not followed. ``aligned``: no paths have met whose centres differ."""

    high: Axis
    wide: Axis
    seen: tuple[tuple[int, int], ...] | None
    aligned: bool = True


_POINT = Axis(1, 1, 0)
#: Where both axes are alike they are one object, which is worked out once.
_PIXEL = Field(_POINT, _POINT, ((1, 1),))
_WHOLE: dict[str, Json] = {
    **dict.fromkeys(("size", "jump", "start", "growth", "seen")),
    "holes": False,
    "aligned": True,
}
_NO_GROWTH: list[Json] = [0, 0]
_WINDOW = ("kernel", "stride", "padding", "dilation")
_NO_WINDOW: dict[str, Json] = dict.fromkeys(_WINDOW)
_MISALIGNED = "the paths that meet here do not look at the same centre: their padding or stride differ"


def trace(network: Network) -> dict[str, Json]:
    """A row for every operation but the input; plain JSON.

    A row: ``name``, ``kind``, ``line``, ``output`` (its shape without the batch); ``size`` (r), ``jump`` (j) and
    ``start`` (s) as [height, width] in input pixels, null where the whole input is seen; ``growth``, by how much size
    exceeds that of the inputs; ``seen``, how many pixels a unit depends on (null where not followed), and ``holes``,
    whether those are fewer than size holds; ``aligned``, false behind a join whose paths are not centred alike;
    ``kernel``, ``stride``, ``dilation`` and ``padding`` (before) of a window that slides, else null.

    ``output`` is the network's own row, ``last`` the last that has a size (null where none has), ``input`` (channels,
    height, width), ``notes`` [line, text], ``printed`` lines.
    """
    nodes = network.nodes
    where = spots(nodes)
    fields: list[Field | None] = [_PIXEL]
    rows: list[dict[str, Json]] = []
    shown: dict[int, dict[str, Json]] = {}
    windows: dict[Window | None, dict[str, Json]] = {None: _NO_WINDOW}
    notes: list[Json] = [[line, text] for line, text in network.notes]
    last: dict[str, Json] | None = None
    for node in nodes[1:]:
        window = settings(node) if node.op in SLIDING else None
        sources = [i for i in node.inputs if where[i] != CONSTANT]
        before = [fields[i] for i in sources]
        field = None
        if sources and where[node.index] is not None:
            field = _field(node, window, before, nodes[sources[0]], where[sources[0]])
        fields.append(field)
        if field is None:
            known = _WHOLE
        elif (known := shown.get(id(field))) is None:  # type: ignore[assignment]
            known = shown[id(field)] = _shown(field)
        if (slides := windows.get(window)) is None:
            assert window
            slides = windows[window] = dict(zip(_WINDOW, [[*side] for side in window], strict=True))
        row: dict[str, Json] = {
            "name": node.name,
            "kind": node.op,
            "line": node.line,
            "output": [*node.shape],
            **known,
            **slides,
        }
        if field is not None:
            # What only looks at one place hands its field on as it is.
            row["growth"] = _NO_GROWTH if field is before[0] else _growth(field, before)
            last = row
            if not field.aligned and all(one is None or one.aligned for one in before):
                notes.append([node.line or 0, f"{node.name}: {_MISALIGNED}"])
        rows.append(row)
    return {
        "input": list(network.input),
        "layers": list(rows),
        "output": rows[network.output - 1] if network.output else None,
        "last": last,
        "notes": notes,
        "printed": list(network.printed),
    }


def _shown(field: Field) -> dict[str, Json]:
    high, wide = field.high, field.wide
    seen = None if field.seen is None else _count(field.seen)
    return {
        "size": [_plain(high.side), _plain(wide.side)],
        "jump": [_plain(high.jump), _plain(wide.jump)],
        "start": [_plain(high.start), _plain(wide.start)],
        "growth": None,
        "seen": seen,
        "holes": seen is not None and seen < high.side * wide.side,
        "aligned": field.aligned,
    }


def _growth(field: Field, before: list[Field | None]) -> list[Json]:
    old = [one for one in before if one is not None]
    return [
        _plain(field.high.side - max([one.high.side for one in old])),
        _plain(field.wide.side - max([one.wide.side for one in old])),
    ]


def _plain(number: Number) -> int | float:
    if type(number) is int:
        return number
    return int(number) if number == int(number) else float(number)


def _field(
    node: Node, window: Window | None, before: list[Field | None], source: Node, spot: Spot | None
) -> Field | None:
    first = before[0]
    if window is not None:
        return first and _slid(first, *window)
    rule = _RULES.get(node.op)
    if rule is not None:
        return first and rule(node, first, source)
    if first is None or spot is None or (node.op in MIXERS and True in mixed(node, spot, source.shape)):
        return None
    if node.op == "slice":
        return _sliced(node, first, len(source.shape), spot)
    if len(before) == 1:
        return first
    present = [field for field in before if field is not None]
    return _join(present) if len(present) == len(before) else None


Pair = tuple[int, int]
#: Kernel, stride, padding before and dilation.
Window = tuple[Pair, Pair, Pair, Pair]


def _pair(attrs: Mapping[str, object], name: str, default: int = 1) -> Pair:
    return attrs.get(name, (default, default))  # type: ignore[return-value]


def settings(node: Node) -> Window:
    """Of "same", torch puts the odd cell behind."""
    attrs = node.attrs
    kernel, dilation = _pair(attrs, "kernel_size"), _pair(attrs, "dilation")
    if attrs["padding"] == "same":
        padding = dilation[0] * (kernel[0] - 1) // 2, dilation[1] * (kernel[1] - 1) // 2
    else:
        padding = _pair(attrs, "padding", 0)
    return kernel, _pair(attrs, "stride"), padding, dilation


def _slid(field: Field, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Field:
    high = _slide(field.high, kernel[0], stride[0], padding[0], dilation[0])
    square = field.high is field.wide and all(side[0] == side[1] for side in (kernel, stride, padding, dilation))
    wide = high if square else _slide(field.wide, kernel[1], stride[1], padding[1], dilation[1])
    seen = field.seen
    if seen is not None and kernel != (1, 1):
        if max(high.side, wide.side) > _LONGEST:
            seen = None
        else:
            down, right = int(dilation[0] * field.high.jump), int(dilation[1] * field.wide.jump)
            smeared = []
            for rows, columns in seen:
                one = _smear(rows, kernel[0], down)
                smeared.append((one, one if square and rows is columns else _smear(columns, kernel[1], right)))
            seen = tuple(smeared)
    return Field(high, wide, seen, field.aligned)


def _slide(axis: Axis, kernel: int, stride: int, padding: int, dilation: int) -> Axis:
    side, jump, start = axis
    return Axis(side + dilation * (kernel - 1) * jump, min(jump * stride, _FARTHEST), start - padding * jump)


def _smear(mask: int, kernel: int, step: int) -> int:
    """What ``kernel`` taps see, ``step`` pixels apart, each of which sees ``mask``."""
    result = mask
    for tap in range(1, kernel):
        result |= mask << tap * step
    return result


def _adaptive(node: Node, field: Field, source: Node) -> Field | None:
    """Windows from ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉: equal ones where m divides n, else the widest is taken."""
    (_, high, wide), (_, rows, columns) = source.shape, node.shape
    if (rows, columns) == (high, wide):
        return field
    if rows == 1 or columns == 1:
        return None
    if high % rows == 0 and wide % columns == 0:
        kernel = (high // rows, wide // columns)
        return _slid(field, kernel, kernel, (0, 0), (1, 1))
    axes = []
    for axis, full, parts in zip((field.high, field.wide), (high, wide), (rows, columns), strict=True):
        widest = max(-(-(part + 1) * full // parts) - part * full // parts for part in range(parts))
        axes.append(_rounded(axis.side + (widest - 1) * axis.jump, axis.jump * Fraction(full, parts), axis.start))
    return Field(axes[0], axes[1], None, field.aligned)


def _padded(node: Node, field: Field, source: Node) -> Field:
    pads: tuple[int, ...] = node.attrs["pad"]  # type: ignore[assignment]
    return _moved(field, (-pads[2] if len(pads) > 2 else 0, -pads[0]), (1, 1))


def _sliced(node: Node, field: Field, dimensions: int, spot: Spot) -> Field:
    index: tuple[tuple[int, int, int], ...] = node.attrs["index"]  # type: ignore[assignment]
    (top, _, down), (left, _, across) = (index[dimensions + at] for at in spot)
    return _moved(field, (top, left), (down, across))


def _moved(field: Field, by: Pair, step: Pair) -> Field:
    high, wide = field.high, field.wide
    return Field(
        Axis(high.side, min(high.jump * step[0], _FARTHEST), high.start + by[0] * high.jump),
        Axis(wide.side, min(wide.jump * step[1], _FARTHEST), wide.start + by[1] * wide.jump),
        field.seen,
        field.aligned,
    )


def _rounded(*numbers: Number) -> Axis:
    return Axis(*[one.limit_denominator(_FINEST) if isinstance(one, Fraction) else one for one in numbers])


def _upsampled(node: Node, field: Field, source: Node) -> Field:
    """The widest of all phases: neighbouring outputs share inputs, so the jump is a fraction."""
    scale: tuple[float, float] | None = node.attrs.get("scale_factor")  # type: ignore[assignment]
    taps = {"bilinear": 2, "bicubic": 4}.get(str(node.attrs.get("mode")), 1)
    axes = []
    for i, axis in enumerate((field.high, field.wide)):
        share = (
            Fraction(1 / scale[i]).limit_denominator(1000)
            if scale
            else Fraction(source.shape[i + 1], node.shape[i + 1])
        )
        jump = axis.jump * share
        axes.append(_rounded(axis.side + (taps - 1) * axis.jump, jump, axis.start - taps // 2 * axis.jump))
    return Field(axes[0], axes[1], None, field.aligned)


def _transposed(node: Node, field: Field, source: Node) -> Field:
    """An output sees at most ⌊d(k − 1)/t⌋ + 1 inputs along an axis."""
    kernel, stride, padding, dilation = settings(node)
    axes = []
    for i, axis in enumerate((field.high, field.wide)):
        span = dilation[i] * (kernel[i] - 1)
        first = -((span - padding[i]) // stride[i])
        jump = axis.jump * Fraction(1, stride[i])
        axes.append(_rounded(axis.side + span // stride[i] * axis.jump, jump, axis.start + first * axis.jump))
    return Field(axes[0], axes[1], None, field.aligned)


Rule = Callable[[Node, Field, Node], Field | None]
SLIDING = frozenset({"Conv2d", "MaxPool2d", "AvgPool2d"})
_RULES: dict[str, Rule] = {
    **dict.fromkeys(("AdaptiveAvgPool2d", "AdaptiveMaxPool2d"), _adaptive),
    "ConvTranspose2d": _transposed,
    **dict.fromkeys(("Upsample", "PixelShuffle"), _upsampled),
    "pad": _padded,
}


def _join(fields: list[Field]) -> Field:
    first = fields[0]
    if all(field == first for field in fields[1:]):
        return first
    high, high_centred = _union([field.high for field in fields])
    square = all(field.high is field.wide for field in fields)
    wide, wide_centred = (high, high_centred) if square else _union([field.wide for field in fields])
    aligned = high_centred and wide_centred and all(field.aligned for field in fields)
    return Field(high, wide, _seen(fields, high, wide), aligned)


def _union(axes: list[Axis]) -> tuple[Axis, bool]:
    """The hull of what the paths see, and whether they look at one centre."""
    start = min([axis.start for axis in axes])
    end = max([axis.start + axis.side for axis in axes])
    one = axes[0]
    centre = 2 * one.start + one.side
    centred = all(2 * axis.start + axis.side == centre and axis.jump == one.jump for axis in axes)
    return Axis(end - start, max([axis.jump for axis in axes]), start), centred


def _seen(fields: list[Field], high: Axis, wide: Axis) -> tuple[tuple[int, int], ...] | None:
    rectangles: list[tuple[int, int]] = []
    for field in fields:
        if field.seen is None:
            return None
        down, right = int(field.high.start - high.start), int(field.wide.start - wide.start)
        for rows, columns in field.seen:
            _insert(rectangles, rows << down, columns << right)
    return tuple(rectangles) if len(rectangles) <= _RECTANGLES else None


def _insert(rectangles: list[tuple[int, int]], rows: int, columns: int) -> None:
    """Add a rectangle, unless another holds it, and drop those that it holds."""
    kept = []
    for other in rectangles:
        if rows | other[0] == other[0] and columns | other[1] == other[1]:
            return
        if rows | other[0] != rows or columns | other[1] != columns:
            kept.append(other)
    rectangles[:] = [*kept, (rows, columns)]


def _count(rectangles: tuple[tuple[int, int], ...]) -> int:
    """Pixels of the union, by inclusion and exclusion."""
    if len(rectangles) == 1:
        return rectangles[0][0].bit_count() * rectangles[0][1].bit_count()
    total = 0
    met: list[tuple[int, int, int]] = [(-1, -1, 1)]
    for high, wide in rectangles:
        more = [(rows & high, columns & wide, -sign) for rows, columns, sign in met if rows & high and columns & wide]
        total -= sum(sign * rows.bit_count() * columns.bit_count() for rows, columns, sign in more)
        met += more
    return total
