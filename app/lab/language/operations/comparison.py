"""Truth, equality, order and membership, every element paid for.

Nothing here lets Python compare containers by itself: nested lists that share their parts would take time exponential
in the program's length.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from app.lab import limits
from app.lab.language.kinds import kind_of
from app.lab.language.run import Run
from app.lab.language.values import NUMBER, Instance, Module, Number, Tensor, Value
from app.lab.messages import LabError

_ORDER: dict[str, Callable[[Number, Number], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


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
    if left is None or right is None:
        return left is right
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return truth(run, left if isinstance(left, Tensor) else right)
    return _equal(run, left, right, 0)


def _equal(run: Run, left: Value, right: Value, depth: int) -> bool:
    run.budget.spend(1)
    if left is right:
        return True
    if isinstance(left, NUMBER) and isinstance(right, NUMBER):
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


class _Key(tuple[str | int | None, ...]):
    """A tuple with a hash that no one can foresee: of whole numbers, many could be chosen that collide."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple([hash(str(int(part)) if isinstance(part, int) else part) for part in self]))


def key_of(value: Value) -> Value:
    """A key of a dict: plain, so that looking it up costs a bounded time."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, tuple) and len(value) <= 8 and all(isinstance(part, str | int | None) for part in value):
        return _Key(value)
    raise LabError(f"{kind_of(value)} cannot be the key of a dict", mend="use text or a whole number")


def compare(run: Run, sign: str, left: Value, right: Value) -> bool:
    """One comparison of a chain."""
    if sign == "is":
        return left is right or (isinstance(left, NUMBER) and type(left) is type(right) and left == right)
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
    if isinstance(left, NUMBER) and isinstance(right, NUMBER):
        return _ORDER[sign](left, right)
    if isinstance(left, str) and isinstance(right, str):
        run.budget.write(min(len(left), len(right)))
        return _ORDER[sign](-1 if left < right else int(left > right), 0)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        truth(run, left if isinstance(left, Tensor) else right)
    raise LabError(
        f"{sign} does not work between {kind_of(left)} and {kind_of(right)}", mend="compare numbers with numbers"
    )
