"""Operators on values, every element paid for.

Nothing here lets Python compare, repeat or join containers by itself: nested lists that share their parts would take
time exponential in the program's length.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from app.lab import limits
from app.lab.language.run import Run, kind_of
from app.lab.language.shapes import broadcast
from app.lab.language.values import Instance, Module, Size, Tensor, Value
from app.lab.language.words import nearest
from app.lab.messages import LabError

Number = bool | int | float
#: For isinstance, where a union costs more than the question.
_NUMBER = (int, float)
_LARGEST = 1 << limits.INTEGER_BITS

_ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "&": lambda a, b: _whole("&", a) & _whole("&", b),
    "|": lambda a, b: _whole("|", a) | _whole("|", b),
    "^": lambda a, b: _whole("^", a) ^ _whole("^", b),
    ">>": lambda a, b: _whole(">>", a) >> min(max(_whole(">>", b), 0), limits.INTEGER_BITS),
}
_TENSOR_OPS = {"+": "add", "-": "sub", "*": "mul", "/": "div"}
_ORDER: dict[str, Callable[[Number, Number], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def number(value: Number) -> Number:
    """A result, if it is a number of the family."""
    if type(value) is int:
        if not -_LARGEST < value < _LARGEST:
            raise LabError(
                f"this whole number has more than {limits.INTEGER_BITS} bits", mend="the sizes of a network are small"
            )
    elif type(value) is not float and type(value) is not bool:
        raise LabError("this is not a real number")
    return value


def binary(run: Run, sign: str, left: Value, right: Value) -> Value:
    """``left sign right``; ``sign`` as written in the source."""
    if isinstance(left, _NUMBER) and isinstance(right, _NUMBER):
        try:
            return number(_ARITHMETIC[sign](left, right))
        except KeyError:
            raise LabError(f"{sign} is not an operator on numbers here") from None
        except ZeroDivisionError:
            raise LabError("this divides by zero") from None
        except OverflowError:
            raise LabError("this number is too large") from None
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return _tensors(run, sign, left, right)
    if sign == "+":
        return _join(run, left, right)
    if sign == "*":
        return _repeat(run, left, right)
    if sign == "%" and isinstance(left, str):
        raise LabError("text is not formatted with % here", mend='use an f-string: f"{x.shape}"')
    if sign == "|" and isinstance(left, dict) and isinstance(right, dict):
        run.budget.hold(len(left) + len(right))
        return {**left, **right}
    raise LabError(f"{sign} does not work between {kind_of(left)} and {kind_of(right)}", mend=_layers(left, right))


def _layers(left: Value, right: Value) -> str:
    if isinstance(left, Module) or isinstance(right, Module):
        return "layers are not added; call them on x and add what they return"
    return ""


def _whole(sign: str, value: Number) -> int:
    if isinstance(value, float):
        raise LabError(f"{sign} works between whole numbers")
    return value


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if base.bit_length() * exponent > 2 * limits.INTEGER_BITS:
            raise LabError(f"this whole number has more than {limits.INTEGER_BITS} bits")
        return int(base**exponent)
    if base < 0 and not float(exponent).is_integer():
        raise LabError("a root of a negative number is not a real number")
    result: float = float(base) ** float(exponent)
    return result


def _shift(value: Number, by: Number) -> int:
    if not 0 <= _whole("<<", by) <= limits.INTEGER_BITS:
        raise LabError(f"this whole number has more than {limits.INTEGER_BITS} bits")
    return _whole("<<", value) << int(by)


_ARITHMETIC.update({"**": _power, "<<": _shift})


def _tensors(run: Run, sign: str, left: Value, right: Value) -> Tensor:
    if sign in _TENSOR_OPS:
        return combine(run, _TENSOR_OPS[sign], left, right)
    if sign == "**" and isinstance(left, Tensor) and isinstance(right, int | float):
        return run.trace.add("pow", (left,), left.shape, {"scalar": right})
    if sign == "@":
        raise LabError("the lab does not read matrix products of tensors", mend="use nn.Linear")
    raise LabError(f"{sign} does not work between {kind_of(left)} and {kind_of(right)}")


def combine(run: Run, op: str, left: Value, right: Value) -> Tensor:
    """``add``, ``sub``, ``mul``, ``div`` … of tensors, or of a tensor and a number."""
    if isinstance(left, Tensor) and isinstance(right, Tensor):
        return run.trace.add(op, (left, right), broadcast(op, left, right))
    tensor, other, reverse = (left, right, False) if isinstance(left, Tensor) else (right, left, True)
    if not isinstance(other, int | float):
        mend = "call the layer on x first" if isinstance(other, Module) else ""
        raise LabError(f"{op} does not work between {kind_of(left)} and {kind_of(right)}", mend=mend)
    assert isinstance(tensor, Tensor)
    attrs: dict[str, object] = {"scalar": other}
    if reverse:
        attrs["reverse"] = True
    return run.trace.add(op, (tensor,), tensor.shape, attrs)


def _join(run: Run, left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        run.budget.write(len(left) + len(right))
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        run.budget.hold(len(left) + len(right))
        return [*left, *right]
    if isinstance(left, tuple) and isinstance(right, tuple):
        run.budget.hold(len(left) + len(right))
        return (*left, *right)
    mend = "put text and numbers together with an f-string" if isinstance(left, str) or isinstance(right, str) else ""
    raise LabError(f"+ does not work between {kind_of(left)} and {kind_of(right)}", mend=mend or _layers(left, right))


def _repeat(run: Run, left: Value, right: Value) -> Value:
    if isinstance(left, int):
        left, right = right, left
    if isinstance(right, int) and isinstance(left, str | list | tuple):
        count = max(0, min(right, limits.CELLS + limits.CHARACTERS))
        if isinstance(left, str):
            run.budget.write(len(left) * count)
            return left * count
        run.budget.hold(len(left) * count)
        if isinstance(left, list):
            if count > 1 and any(isinstance(item, Module) for item in left):
                run.note("[layer] * n repeats one layer with one set of weights: [layer() for _ in range(n)] makes n")
            return [*left] * count
        return tuple(left) * count
    raise LabError(f"* does not work between {kind_of(left)} and {kind_of(right)}", mend=_layers(left, right))


def unary(run: Run, sign: str, value: Value) -> Value:
    if sign == "not":
        return not truth(run, value)
    if isinstance(value, _NUMBER):
        if sign == "~":
            return number(~_whole("~", value))
        return number(-value if sign == "-" else +value)
    if isinstance(value, Tensor) and sign in "+-":
        return run.trace.add("neg", (value,), value.shape) if sign == "-" else value
    raise LabError(f"{sign} does not work on {kind_of(value)}")


def truth(run: Run, value: Value) -> bool:
    """Whether a condition holds."""
    if isinstance(value, Tensor):
        raise LabError(
            "this asks for the value of a tensor; the lab follows shapes, not values",
            mend="decide by a shape, such as x.shape[1], or by a setting of the layer",
        )
    if isinstance(value, str | list | tuple | dict | range):
        return len(value) > 0
    if isinstance(value, Module) and value.layer.name in ("Sequential", "ModuleList", "ModuleDict"):
        return len(value.fields) > 0
    return True if isinstance(value, Instance) else bool(value) if isinstance(value, Number | None) else True


def equal(run: Run, left: Value, right: Value) -> bool:
    """``left == right``, charged for every element compared."""
    if type(left) is int and type(right) is int:
        run.budget.spend(1)
        return left == right
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return truth(run, left if isinstance(left, Tensor) else right)
    return _equal(run, left, right, 0)


def _equal(run: Run, left: Value, right: Value, depth: int) -> bool:
    run.budget.spend(1)
    if left is right:
        return True
    if isinstance(left, _NUMBER) and isinstance(right, _NUMBER):
        return left == right
    if isinstance(left, str) and isinstance(right, str):
        run.budget.write(min(len(left), len(right)) if len(left) == len(right) else 0)
        return left == right
    if isinstance(left, range) and isinstance(right, range):
        return left == right
    if depth > limits.CALL_DEPTH:
        raise LabError("these lists are nested too deeply to compare")
    if (isinstance(left, list) and isinstance(right, list)) or (isinstance(left, tuple) and isinstance(right, tuple)):
        return len(left) == len(right) and all(_equal(run, a, b, depth + 1) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return len(left) == len(right) and all(
            key in right and _equal(run, value, right[key], depth + 1) for key, value in left.items()
        )
    return False


def contains(run: Run, item: Value, container: Value) -> bool:
    if isinstance(container, str):
        if not isinstance(item, str):
            raise LabError(f"only text can be in text, and this is {kind_of(item)}")
        run.budget.write(len(container) + len(item))
        return item in container
    if isinstance(container, list | tuple):
        return any(_equal(run, item, other, 0) for other in container)
    if isinstance(container, dict):
        return key_of(item) in container
    if isinstance(container, range):
        return isinstance(item, int | float) and float(item).is_integer() and int(item) in container
    if isinstance(container, Module):
        return isinstance(item, str) and item in container.fields
    raise LabError(f"in does not work on {kind_of(container)}")


def key_of(value: Value) -> Value:
    """A key of a dict: plain, so that looking it up costs a bounded time."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, tuple) and len(value) <= 8 and all(isinstance(part, str | int | None) for part in value):
        return tuple(value)
    raise LabError(f"{kind_of(value)} cannot be the key of a dict", mend="use text or a whole number")


def compare(run: Run, sign: str, left: Value, right: Value) -> bool:
    """One comparison of a chain."""
    if sign == "is":
        return left is right or (isinstance(left, _NUMBER) and type(left) is type(right) and left == right)
    if sign == "is not":
        return not compare(run, "is", left, right)
    if sign == "==":
        return equal(run, left, right)
    if sign == "!=":
        return not equal(run, left, right)
    if sign == "in":
        return contains(run, left, right)
    if sign == "not in":
        return not contains(run, left, right)
    if isinstance(left, _NUMBER) and isinstance(right, _NUMBER):
        return _ORDER[sign](left, right)
    if isinstance(left, str) and isinstance(right, str):
        run.budget.write(min(len(left), len(right)))
        return _ORDER[sign](-1 if left < right else int(left > right), 0)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        truth(run, left if isinstance(left, Tensor) else right)
    raise LabError(
        f"{sign} does not work between {kind_of(left)} and {kind_of(right)}", mend="compare numbers with numbers"
    )


def element(run: Run, value: Value, index: Value) -> Value:
    """``value[index]`` of a list, tuple, text, dict or range."""
    if isinstance(value, dict):
        key = key_of(index)
        if key not in value:
            names = [name for name in list(value)[:50] if isinstance(name, str)]
            shown = key if isinstance(key, str | int) else "this"
            mend = nearest(shown, names) if isinstance(shown, str) else ""
            raise LabError(f"there is no {str(shown)[:60]!r} in this dict", mend=mend)
        return value[key]
    assert isinstance(value, str | list | tuple | range)
    if isinstance(index, slice):
        start, stop, step = index.indices(len(value))
        count = len(range(start, stop, step))
        if isinstance(value, str):
            run.budget.write(count)
        else:
            run.budget.hold(0 if isinstance(value, range) else count)
        return Size(value[index]) if isinstance(value, Size) else value[index]
    if not isinstance(index, int):
        raise LabError(f"{kind_of(value)} is indexed by a whole number, not by {kind_of(index)}")
    if not -len(value) <= index < len(value):
        raise LabError(
            f"there is no element {index}: {kind_of(value)} of {len(value)} has 0 to {len(value) - 1}"
            if len(value)
            else f"there is no element {index}: it is empty"
        )
    return value[index]
