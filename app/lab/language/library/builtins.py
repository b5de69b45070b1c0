"""The functions and types that Python brings along, for values of the family."""

from __future__ import annotations

from collections.abc import Callable

from app.lab import limits
from app.lab.language.kinds import kind_of
from app.lab.language.operations.arithmetic import binary, number
from app.lab.language.operations.comparison import compare, truth
from app.lab.language.operations.printing import text_of
from app.lab.language.operations.sequences import CONTAINERS, items_of, make_range
from app.lab.language.run import Run
from app.lab.language.values import Builtin, Module, Tensor, Value
from app.lab.messages import LabError

BUILTINS: dict[str, Value] = {}
HostFunction = Callable[..., Value]


def builtin(name: str) -> Callable[[HostFunction], HostFunction]:
    def register(function: HostFunction) -> HostFunction:
        BUILTINS[name] = Builtin(name, function)
        return function

    return register


def gathered(run: Run, values: Value) -> list[Value]:
    """What a function goes through, paid for."""
    items = items_of(run, values)
    run.budget.hold(len(items))
    return list(items)


def _whole(value: Value, what: str) -> int:
    if isinstance(value, int):
        return value
    said = str(value) if isinstance(value, float) else kind_of(value)
    raise LabError(f"{what} takes whole numbers, not {said}", mend="divide with // to stay whole")


@builtin("print")
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


@builtin("len")
def _len(run: Run, obj: Value) -> Value:
    if isinstance(obj, str | list | tuple | dict | range):
        return len(obj)
    if isinstance(obj, Module) and obj.layer.name in CONTAINERS:
        run.budget.spend(len(obj.fields))
        return len([layer for layer in obj.fields.values() if isinstance(layer, Module)])
    if isinstance(obj, Tensor):
        return obj.shape[0] if obj.shape else 0
    raise LabError(f"{kind_of(obj)} has no length", mend="len() counts what a list, a tuple or text holds")


@builtin("range")
def _range(run: Run, start: Value, stop: Value = None, step: Value = 1) -> Value:
    if stop is None:
        return make_range(0, _whole(start, "range()"), 1)
    return make_range(_whole(start, "range()"), _whole(stop, "range()"), _whole(step, "range()"))


@builtin("enumerate")
def _enumerate(run: Run, iterable: Value, start: Value = 0) -> Value:
    items = gathered(run, iterable)
    run.budget.hold(2 * len(items))
    return list(enumerate(items, _whole(start, "enumerate()")))


@builtin("zip")
def _zip(run: Run, *iterables: Value, strict: Value = False) -> Value:
    sequences = [items_of(run, values) for values in iterables]
    shortest = min((len(sequence) for sequence in sequences), default=0)
    run.budget.hold(shortest * (len(sequences) + 1))
    if strict and any(len(sequence) != shortest for sequence in sequences):
        raise LabError("zip(strict=True) needs lists of equal length")
    return [tuple(sequence[i] for sequence in sequences) for i in range(shortest)]


@builtin("reversed")
def _reversed(run: Run, sequence: Value) -> Value:
    return gathered(run, sequence)[::-1]


@builtin("sum")
def _sum(run: Run, iterable: Value, start: Value = 0) -> Value:
    total = start
    for item in gathered(run, iterable):
        run.budget.spend(1)
        total = binary(run, "+", total, item)
    return total


def _extreme(name: str, sign: str) -> None:
    def extreme(run: Run, *values: Value, key: Value = None, default: Value = None) -> Value:
        items = gathered(run, values[0]) if len(values) == 1 else list(values)
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


@builtin("sorted")
def _sorted(run: Run, iterable: Value, key: Value = None, reverse: Value = False) -> Value:
    """A merge sort: comparisons are the language's own, and paid for."""
    items = gathered(run, iterable)
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


@builtin("any")
def _any(run: Run, iterable: Value) -> Value:
    return any(truth(run, item) for item in gathered(run, iterable))


@builtin("all")
def _all(run: Run, iterable: Value) -> Value:
    return all(truth(run, item) for item in gathered(run, iterable))


@builtin("map")
def _map(run: Run, function: Value, iterable: Value) -> Value:
    return [run.call(function, (item,)) for item in gathered(run, iterable)]


@builtin("filter")
def _filter(run: Run, function: Value, iterable: Value) -> Value:
    items = gathered(run, iterable)
    return [item for item in items if truth(run, item if function is None else run.call(function, (item,)))]


@builtin("abs")
def _abs(run: Run, x: Value) -> Value:
    if isinstance(x, int | float):
        return abs(x)
    raise LabError(f"abs() takes a number, not {kind_of(x)}", mend="x.abs() for a tensor")


@builtin("round")
def _round(run: Run, number_: Value, ndigits: Value = None) -> Value:
    digits = ndigits is None or (isinstance(ndigits, int) and abs(ndigits) < 20)
    if not isinstance(number_, int | float) or not digits:
        raise LabError("round() takes a number and how many digits to keep")
    try:
        return number(round(number_, ndigits) if isinstance(ndigits, int) else round(number_))
    except (OverflowError, ValueError):
        raise LabError("this number cannot be rounded") from None


@builtin("divmod")
def _divmod(run: Run, a: Value, b: Value) -> Value:
    return binary(run, "//", a, b), binary(run, "%", a, b)


@builtin("pow")
def _pow(run: Run, base: Value, exp: Value) -> Value:
    return binary(run, "**", base, exp)
