"""Arithmetic on numbers, text, lists and tensors. Nothing is repeated or joined before it is paid for."""

from __future__ import annotations

import operator
from collections.abc import Callable

from app.lab import limits
from app.lab.language.kinds import kind_of
from app.lab.language.operations.comparison import truth
from app.lab.language.operations.shapes import broadcast, shown
from app.lab.language.run import Run
from app.lab.language.values import NUMBER, Module, Number, Tensor, Value
from app.lab.messages import LabError

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
    if isinstance(left, NUMBER) and isinstance(right, NUMBER):
        try:
            return number(_ARITHMETIC[sign](left, right))
        except KeyError:
            raise LabError(f"{sign} is not an operator on numbers here") from None
        except ZeroDivisionError:
            raise LabError("this divides by zero", mend="look at what stands on the right of the sign") from None
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
    if isinstance(left, list) and isinstance(right, Module):
        return "put square brackets around the layer, or write .append(layer)"
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
    mend = "of tensors, the lab reads +, -, *, / and ** with a number"
    raise LabError(f"{sign} does not work between {kind_of(left)} and {kind_of(right)}", mend=mend)


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


def in_place(old: Tensor, made: Tensor) -> Tensor:
    """The result of ``old += …``: torch adds in place, so whoever else holds this tensor sees the sum."""
    if made.shape != old.shape:
        raise LabError(
            f"this changes {shown(old)} in place, and the result would be {shown(made)}",
            mend="make a new one: y = x + y, not x += y",
        )
    if type(old) is not Tensor or made.trace is not old.trace or made.batched is not old.batched:
        return made
    old.node = made.node
    return old


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
    if isinstance(value, NUMBER):
        if sign == "~":
            return number(~_whole("~", value))
        return number(-value if sign == "-" else +value)
    if isinstance(value, Tensor) and sign in "+-":
        return run.trace.add("neg", (value,), value.shape) if sign == "-" else value
    raise LabError(f"{sign} does not work on {kind_of(value)}")
