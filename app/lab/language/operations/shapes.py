"""Shape arithmetic, with the messages that teach it. Shapes here have the batch first."""

from __future__ import annotations

import math

from app.lab import limits
from app.lab.language.kinds import kind_of
from app.lab.language.values import Tensor, Value
from app.lab.language.words import by, sizes
from app.lab.messages import LabError
from app.lab.network import Pair, Shape


def shown(tensor: Tensor) -> str:
    """A tensor's shape without its batch."""
    return sizes(tensor.shape[1:] if tensor.batched else tensor.shape)


def check_dimensions(count: int) -> None:
    """LabError for more than a tensor may have here."""
    if count > limits.DIMENSIONS:
        raise LabError(
            f"this has {count:,} dimensions, and the lab follows at most {limits.DIMENSIONS}",
            mend="an image has four: batch, channels, height, width",
        )


def whole(value: Value, name: str, least: int = 1) -> int:
    """A whole number in a sensible range."""
    if type(value) is not int:
        if isinstance(value, float):
            said = f"{value:g}" if value % 1 else f"{value:.1f}"
            raise LabError(f"{name} must be a whole number, and {said} is not", mend="divide with // to stay whole")
        raise LabError(f"{name} must be a whole number, not {kind_of(value)}", mend=_number(value))
    if not least <= value < 1 << limits.INTEGER_BITS:
        raise LabError(
            f"{name} must be at least {least}, and it is {value}", mend=f"write a whole number of {least} or more"
        )
    return value


def _number(value: Value) -> str:
    return "write the number without quotation marks" if isinstance(value, str) else "write a number, such as 3"


def real(value: Value, name: str) -> int | float:
    """A finite number."""
    if isinstance(value, int | float) and math.isfinite(value):
        return value
    raise LabError(f"{name} must be a number, not {kind_of(value)}")


def pair(value: Value, name: str, least: int = 1) -> Pair:
    """(height, width) from one number or two."""
    if type(value) is int:
        return (_side(value, name, least),) * 2
    if isinstance(value, tuple | list) and len(value) == 2:
        return _side(value[0], name, least), _side(value[1], name, least)
    if isinstance(value, tuple | list) and len(value) == 1:
        return pair(value[0], name, least)
    if isinstance(value, float):
        whole(value, name, least)
    said = f"a tuple of {len(value)}" if isinstance(value, tuple) else kind_of(value)
    raise LabError(
        f"{name} must be a whole number or two of them (height, width), not {said}",
        mend=_number(value) if isinstance(value, str) else f"such as {name}=3 or {name}=(3, 5)",
    )


def _side(value: Value, name: str, least: int) -> int:
    side = whole(value, name, least)
    if side > limits.WINDOW:
        raise LabError(f"{name} must be at most {limits.WINDOW:,}, and it is {side:,}", mend="no image is so large")
    return side


def image(tensor: Tensor, what: str) -> tuple[int, int, int, int]:
    """(batch, channels, height, width), or a LabError that says what is there instead."""
    if len(tensor.shape) != 4:
        wanted, mend = "[channels, height, width]", "it was flattened before: keep it an image until the last of these"
        if not tensor.batched:
            wanted, mend = "[batch, channels, height, width]", "such as torch.randn(1, 3, 32, 32)"
        raise LabError(f"{what} needs {wanted}, and this is {shown(tensor)}", mend=mend)
    batch, channels, high, wide = tensor.shape
    return batch, channels, high, wide


def window(size: Pair, kernel: Pair, stride: Pair, before: Pair, after: Pair, dilation: Pair, what: str) -> Pair:
    """Output (height, width) of a window that slides: ⌊(n + p − d(k−1) − 1)/s⌋ + 1 on each axis."""
    high = (size[0] + before[0] + after[0] - dilation[0] * (kernel[0] - 1) - 1) // stride[0] + 1
    wide = (size[1] + before[1] + after[1] - dilation[1] * (kernel[1] - 1) - 1) // stride[1] + 1
    if high < 1 or wide < 1:
        raise LabError(
            f"the {by(kernel)} window of {what} does not fit into the {by(size)} that is left here",
            mend="take out a pooling layer or stride before it, add padding, or raise the input size",
        )
    return high, wide


def broadcast(op: str, left: Tensor, right: Tensor) -> Shape:
    """The shape of an element-wise operation on two tensors."""
    a, b = left.shape, right.shape
    if a == b:
        return a
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    filled = (1,) * (len(long) - len(short)) + short
    result = []
    for one, other in zip(long, filled, strict=True):
        if one != other and one != 1 and other != 1:
            raise _unequal(op, left, right)
        result.append(max(one, other) if one and other else 0)
    return tuple(result)


_VERBS = {"add": "added", "sub": "subtracted", "mul": "multiplied", "div": "divided"}


def _unequal(op: str, left: Tensor, right: Tensor) -> LabError:
    a, b = left.shape, right.shape
    mend = "both sides need the same shape"
    if len(a) == 4 and len(b) == 4:
        if a[2:] == b[2:]:
            mend = f"a shortcut needs equal shapes: put a 1×1 convolution on it that takes {b[1]} channels to {a[1]}"
        elif a[1] == b[1]:
            mend = "a shortcut needs equal shapes: give both paths the same stride and padding"
        else:
            mend = (
                "a shortcut needs equal shapes: put a 1×1 convolution on it, with the same stride as the other path "
                "and as many output channels"
            )
    return LabError(f"shapes {shown(left)} and {shown(right)} cannot be {_VERBS.get(op, 'combined')}", mend=mend)


def axis(tensor: Tensor, dim: Value, name: str = "dim", extra: int = 0) -> int:
    """A dimension's index, counted from the front, the batch being 0."""
    if type(dim) is not int:
        raise LabError(f"{name} must be a whole number: 1 is the channels, 2 the height, 3 the width")
    count = len(tensor.shape) + extra
    if not -count <= dim < count:
        raise LabError(f"there is no dimension {dim} in {sizes(tensor.shape)}", mend=f"0 to {count - 1}")
    return dim % count
