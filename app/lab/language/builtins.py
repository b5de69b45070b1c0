"""The functions and types that Python brings along, for values of the family."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.lab import limits
from app.lab.language.operators import binary, compare, number, truth
from app.lab.language.printing import text_of
from app.lab.language.run import Run, kind_of
from app.lab.language.sequences import CONTAINERS, items_of, make_range
from app.lab.language.values import (
    Builtin,
    Class,
    Function,
    Instance,
    LayerType,
    Method,
    Module,
    Quiet,
    Tensor,
    TypeName,
    Value,
)
from app.lab.messages import LabError

BUILTINS: dict[str, Value] = {}

_Function = Callable[..., Value]


def _named(name: str) -> Callable[[_Function], _Function]:
    def register(function: _Function) -> _Function:
        BUILTINS[name] = Builtin(name, function)
        return function

    return register


def _items(run: Run, values: Value) -> list[Value]:
    """What a function goes through, paid for."""
    items = items_of(run, values)
    run.budget.hold(len(items))
    return list(items)


def _whole(value: Value, what: str) -> int:
    if isinstance(value, int):
        return value
    raise LabError(f"{what} takes whole numbers, not {kind_of(value)}", mend="divide with // to stay whole")


@_named("print")
def _print(
    run: Run, *values: Value, sep: Value = " ", end: Value = "\n", flush: Value = False, file: Value = None
) -> Value:
    run.budget.spend(20)
    parts = [text_of(run, value) for value in values]
    between = sep if isinstance(sep, str) else " "
    run.budget.write(sum(len(part) for part in parts) + len(between) * len(parts))
    said = between.join(parts)
    if isinstance(end, str) and end != "\n":
        run.budget.write(len(end))
        said += end
    written = sum(len(line) for line in run.printed) + len(said)
    if len(run.printed) >= limits.PRINTED_LINES or written > limits.PRINTED:
        raise LabError(f"this prints more than {limits.PRINTED_LINES} lines", mend="print less")
    lines = said.split("\n")
    if run.unfinished:
        lines[0] = run.printed.pop() + lines[0]
    run.printed.extend(lines[: limits.PRINTED_LINES - len(run.printed)])
    run.unfinished = end != "\n"
    return None


@_named("len")
def _len(run: Run, obj: Value) -> Value:
    if isinstance(obj, str | list | tuple | dict | range):
        return len(obj)
    if isinstance(obj, Module) and obj.layer.name in CONTAINERS:
        return len([layer for layer in obj.fields.values() if isinstance(layer, Module)])
    if isinstance(obj, Tensor):
        return obj.shape[0] if obj.shape else 0
    raise LabError(f"{kind_of(obj)} has no length")


@_named("range")
def _range(run: Run, start: Value, stop: Value = None, step: Value = 1) -> Value:
    if stop is None:
        return make_range(0, _whole(start, "range()"), 1)
    return make_range(_whole(start, "range()"), _whole(stop, "range()"), _whole(step, "range()"))


@_named("enumerate")
def _enumerate(run: Run, iterable: Value, start: Value = 0) -> Value:
    items = _items(run, iterable)
    run.budget.hold(2 * len(items))
    return list(enumerate(items, _whole(start, "enumerate()")))


@_named("zip")
def _zip(run: Run, *iterables: Value, strict: Value = False) -> Value:
    sequences = [items_of(run, values) for values in iterables]
    shortest = min((len(sequence) for sequence in sequences), default=0)
    run.budget.hold(shortest * (len(sequences) + 1))
    if strict and any(len(sequence) != shortest for sequence in sequences):
        raise LabError("zip(strict=True) needs lists of equal length")
    return [tuple(sequence[i] for sequence in sequences) for i in range(shortest)]


@_named("reversed")
def _reversed(run: Run, sequence: Value) -> Value:
    return _items(run, sequence)[::-1]


@_named("sum")
def _sum(run: Run, iterable: Value, start: Value = 0) -> Value:
    total = start
    for item in _items(run, iterable):
        run.budget.spend(1)
        total = binary(run, "+", total, item)
    return total


def _extreme(name: str, sign: str) -> None:
    def extreme(run: Run, *values: Value, key: Value = None, default: Value = None) -> Value:
        items = _items(run, values[0]) if len(values) == 1 else list(values)
        if not items:
            if default is not None:
                return default
            raise LabError(f"{name}() of nothing")
        best, best_key = items[0], items[0] if key is None else run.call(key, (items[0],))
        for item in items[1:]:
            item_key = item if key is None else run.call(key, (item,))
            if compare(run, sign, item_key, best_key):
                best, best_key = item, item_key
        return best

    BUILTINS[name] = Builtin(name, extreme)


_extreme("min", "<")
_extreme("max", ">")


@_named("sorted")
def _sorted(run: Run, iterable: Value, key: Value = None, reverse: Value = False) -> Value:
    """A merge sort: comparisons are the language's own, and paid for."""
    items = _items(run, iterable)
    keyed = [(item if key is None else run.call(key, (item,)), item) for item in items]

    def sort(part: list[tuple[Value, Value]]) -> list[tuple[Value, Value]]:
        if len(part) < 2:
            return part
        run.budget.hold(len(part))
        left, right = sort(part[: len(part) // 2]), sort(part[len(part) // 2 :])
        merged: list[tuple[Value, Value]] = []
        i = j = 0
        while i < len(left) and j < len(right):
            if compare(run, "<", *((left[i][0], right[j][0]) if reverse else (right[j][0], left[i][0]))):
                merged.append(right[j])
                j += 1
            else:
                merged.append(left[i])
                i += 1
        return merged + left[i:] + right[j:]

    return [item for _, item in sort(keyed)]


@_named("any")
def _any(run: Run, iterable: Value) -> Value:
    return any(truth(run, item) for item in _items(run, iterable))


@_named("all")
def _all(run: Run, iterable: Value) -> Value:
    return all(truth(run, item) for item in _items(run, iterable))


@_named("map")
def _map(run: Run, function: Value, iterable: Value) -> Value:
    return [run.call(function, (item,)) for item in _items(run, iterable)]


@_named("filter")
def _filter(run: Run, function: Value, iterable: Value) -> Value:
    items = _items(run, iterable)
    return [item for item in items if truth(run, item if function is None else run.call(function, (item,)))]


@_named("abs")
def _abs(run: Run, x: Value) -> Value:
    if isinstance(x, int | float):
        return abs(x)
    raise LabError(f"abs() takes a number, not {kind_of(x)}", mend="x.abs() for a tensor")


@_named("round")
def _round(run: Run, number_: Value, ndigits: Value = None) -> Value:
    digits = ndigits is None or (isinstance(ndigits, int) and abs(ndigits) < 20)
    if not isinstance(number_, int | float) or not digits:
        raise LabError("round() takes a number and how many digits to keep")
    try:
        return number(round(number_, ndigits) if isinstance(ndigits, int) else round(number_))
    except (OverflowError, ValueError):
        raise LabError("this number cannot be rounded") from None


@_named("isinstance")
def _isinstance(run: Run, obj: Value, classinfo: Value) -> Value:
    kinds: Iterable[Value] = classinfo if isinstance(classinfo, tuple) else (classinfo,)
    return any(_is(obj, kind) for kind in kinds)


def _is(obj: Value, kind: Value) -> bool:
    if isinstance(kind, TypeName):
        return isinstance(obj, kind.types)
    if isinstance(kind, LayerType):
        return isinstance(obj, Module) and (kind.name == "Module" or obj.layer is kind)
    if isinstance(kind, Class):
        where = obj.type if isinstance(obj, Instance) else None
        while isinstance(where, Class):
            if where is kind:
                return True
            where = where.base
        return False
    if isinstance(kind, Quiet):
        return False
    raise LabError(f"isinstance() needs a class, not {kind_of(kind)}")


@_named("hasattr")
def _hasattr(run: Run, obj: Value, name: Value) -> Value:
    absent = Quiet("absent")
    return _getattr(run, obj, name, absent) is not absent


@_named("getattr")
def _getattr(run: Run, obj: Value, name: Value, *default: Value) -> Value:
    from app.lab.language.attributes import attribute

    if not isinstance(name, str):
        raise LabError("an attribute is named by text")
    path, depth = run.path, run.budget.depth
    try:
        return attribute(run, obj, name)
    except LabError:
        if not default:
            raise
        run.path, run.budget.depth = path, depth
        run.budget.spend(20)
        return default[0]


@_named("setattr")
def _setattr(run: Run, obj: Value, name: Value, value: Value) -> Value:
    from app.lab.language.attributes import assign

    if not isinstance(name, str):
        raise LabError("setattr() needs the attribute's name as text")
    assign(run, obj, name, value)
    return None


def _int(run: Run, x: Value = 0) -> Value:
    try:
        if isinstance(x, str):
            return number(int(x[:40]))
        if isinstance(x, int | float):
            return number(int(x))
    except (ValueError, OverflowError):
        pass
    raise LabError("int() cannot make a whole number of this")


def _float(run: Run, x: Value = 0.0) -> Value:
    try:
        if isinstance(x, str):
            return float(x[:40])
        if isinstance(x, int | float):
            return float(x)
    except (ValueError, OverflowError):
        pass
    raise LabError("float() cannot make a number of this")


def _dict(run: Run, pairs: Value = None, **named: Value) -> Value:
    from app.lab.language.operators import key_of

    made: dict[Value, Value] = {}
    if isinstance(pairs, dict):
        run.budget.hold(2 * len(pairs))
        made.update(pairs)
    elif pairs is not None:
        for item in _items(run, pairs):
            if not isinstance(item, tuple | list) or len(item) != 2:
                raise LabError("dict() takes pairs of a key and a value")
            run.budget.hold(2)
            made[key_of(item[0])] = item[1]
    run.budget.hold(len(named))
    made.update(named)
    return made


@_named("divmod")
def _divmod(run: Run, a: Value, b: Value) -> Value:
    return binary(run, "//", a, b), binary(run, "%", a, b)


@_named("pow")
def _pow(run: Run, base: Value, exp: Value) -> Value:
    return binary(run, "**", base, exp)


@_named("type")
def _type_of(run: Run, obj: Value) -> Value:
    if isinstance(obj, Instance):
        return obj.type
    known = (kind for kind in BUILTINS.values() if isinstance(kind, TypeName) and type(obj) in kind.types)
    return next(known, Quiet(kind_of(obj)))


@_named("callable")
def _callable(run: Run, obj: Value) -> Value:
    return isinstance(obj, Builtin | Function | Method | Class | LayerType | Module | TypeName)


def _type(name: str, convert: _Function | None, *types: type) -> None:
    BUILTINS[name] = TypeName(name, Builtin(name, convert) if convert else None, types)


_type("int", _int, int)
_type("float", _float, float)
_type("str", lambda run, object="": text_of(run, object), str)
_type("bool", lambda run, x=False: truth(run, x), bool)
_type("list", lambda run, iterable=(): _items(run, iterable), list)
_type("tuple", lambda run, iterable=(): tuple(_items(run, iterable)), tuple)
_type("dict", _dict, dict)
BUILTINS["object"] = Quiet("object")
BUILTINS["__name__"] = "__main__"
