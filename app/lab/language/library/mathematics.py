"""``math``, ``functools`` and ``typing``, as far as networks need them."""

from __future__ import annotations

import math
from collections.abc import Callable

from app.lab.language.library.builtins import BUILTINS
from app.lab.language.operations.arithmetic import binary, number
from app.lab.language.operations.sequences import items_of
from app.lab.language.run import Run
from app.lab.language.signature import Signature
from app.lab.language.values import Builtin, Namespace, Quiet, TypeName, Value
from app.lab.messages import LabError

_ANYTHING = Signature(lambda *args, **keywords: None, skip=0)


def _partial(run: Run, function: Value, *args: Value, **keywords: Value) -> Value:
    run.budget.hold(len(args) + len(keywords) + 20)

    def call(run: Run, *more: Value, **others: Value) -> Value:
        run.budget.spend(len(args) + len(keywords))
        return run.call(function, (*args, *more), {**keywords, **others})

    return Builtin("partial", call, _ANYTHING)


def _math(name: str, function: Callable[..., float | int], count: int) -> Builtin:
    def apply(run: Run, *values: Value) -> Value:
        if len(values) != count or not all(isinstance(value, int | float) for value in values):
            raise LabError(f"math.{name}() takes {'a number' if count == 1 else f'{count} numbers'}")
        try:
            return number(function(*values))
        except (ValueError, OverflowError, ZeroDivisionError, TypeError):
            raise LabError(f"math.{name}() has no value here") from None

    return Builtin(f"math.{name}", apply)


def _product(run: Run, values: Value, *, start: Value = 1) -> Value:
    total = start
    for value in items_of(run, values):
        run.budget.spend(1)
        total = binary(run, "*", total, value)
    return total


MATH = Namespace(
    "math",
    {
        **{
            name: _math(name, function, count)
            for name, function, count in (
                ("sqrt", math.sqrt, 1),
                ("ceil", math.ceil, 1),
                ("floor", math.floor, 1),
                ("log", math.log, 1),
                ("log2", math.log2, 1),
                ("log10", math.log10, 1),
                ("exp", math.exp, 1),
                ("pow", math.pow, 2),
                ("gcd", math.gcd, 2),
                ("fabs", math.fabs, 1),
            )
        },
        "prod": Builtin("math.prod", _product),
        "pi": math.pi,
        "e": math.e,
        "inf": math.inf,
    },
)
ORDERED = TypeName("OrderedDict", BUILTINS["dict"].convert, (dict,))  # type: ignore[attr-defined]
COLLECTIONS = Namespace("collections", {"OrderedDict": ORDERED})
FUNCTOOLS = Namespace("functools", {"partial": Builtin("functools.partial", _partial)})
TYPING = Namespace(
    "typing",
    {
        **{
            name: Quiet(f"typing.{name}")
            for name in (
                "Any", "Callable", "Dict", "Iterable", "List", "Optional", "Sequence", "Tuple", "Type", "Union",
                "Literal", "Final", "Generic", "TypeVar", "ClassVar",
            )
        },
        "cast": Builtin("typing.cast", lambda run, kind, value: value),
    },
)  # fmt: skip
