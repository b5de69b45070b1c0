"""Methods of text, lists, tuples and dicts."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from app.lab.language.kinds import kind_of
from app.lab.language.library.module_methods import method
from app.lab.language.operations.comparison import equal, key_of
from app.lab.language.operations.sequences import items_of
from app.lab.language.operations.shapes import whole
from app.lab.language.run import Run
from app.lab.language.values import Builtin, Size, Value
from app.lab.messages import LabError

_TEXT: dict[str, Builtin] = {}
_LIST: dict[str, Builtin] = {}
_TUPLE: dict[str, Builtin] = {}
_DICT: dict[str, Builtin] = {}
PLAIN_METHODS: tuple[tuple[type, dict[str, Builtin]], ...] = (
    (str, _TEXT),
    (list, _LIST),
    (tuple, _TUPLE),
    (dict, _DICT),
)


def _text(value: Value, what: str = "this") -> str:
    if not isinstance(value, str):
        raise LabError(f"{what} must be text, and it is {kind_of(value)}")
    return value


def _plain_text(name: str, change: Callable[[str], str]) -> None:
    def apply(run: Run, self: Value) -> Value:
        run.budget.write(2 * len(_text(self)))
        return change(_text(self))

    _TEXT[name] = Builtin(f".{name}", apply)


_plain_text("lower", lambda text: text.lower())


_plain_text("upper", lambda text: text.upper())


_plain_text("strip", lambda text: text.strip())


_plain_text("title", lambda text: text.title())


_plain_text("capitalize", lambda text: text.capitalize())


@method(_TEXT, "startswith")
def _startswith(run: Run, self: Value, prefix: Value) -> Value:
    run.budget.spend(len(_text(prefix)) >> 4)
    return _text(self).startswith(_text(prefix))


@method(_TEXT, "endswith")
def _endswith(run: Run, self: Value, suffix: Value) -> Value:
    run.budget.spend(len(_text(suffix)) >> 4)
    return _text(self).endswith(_text(suffix))


@method(_TEXT, "split")
def _split(run: Run, self: Value, sep: Value = None) -> Value:
    text = _text(self)
    run.budget.hold(len(text))
    if sep == "":
        raise LabError("the separator cannot be empty")
    return list(text.split(None if sep is None else _text(sep)))


@method(_TEXT, "join")
def _join(run: Run, self: Value, parts: Value) -> Value:
    found = items_of(run, parts)
    run.budget.hold(len(found))
    items = [_text(part, "each part") for part in found]
    run.budget.write(sum(map(len, items)) + len(_text(self)) * len(items))
    return _text(self).join(items)


@method(_TEXT, "replace")
def _replace(run: Run, self: Value, old: Value, new: Value) -> Value:
    text = _text(self)
    run.budget.write((len(text) + 1) * (len(_text(new)) + 1))
    return text.replace(_text(old), _text(new))


@method(_TEXT, "format")
def _format(run: Run, self: Value, *args: Value, **keywords: Value) -> Value:
    raise LabError("text is not formatted with .format() here", mend='use an f-string: f"{x.shape}"')


def _list(self: Value) -> list[Value]:
    assert isinstance(self, list)
    return self


@method(_LIST, "append")
def _list_append(run: Run, self: Value, item: Value) -> Value:
    run.budget.hold(1)
    _list(self).append(item)
    return None


@method(_LIST, "extend")
def _list_extend(run: Run, self: Value, items: Value) -> Value:
    found = items_of(run, items)
    run.budget.hold(len(found))
    _list(self).extend(found)
    return None


@method(_LIST, "insert")
def _list_insert(run: Run, self: Value, index: Value, item: Value) -> Value:
    run.budget.hold(1)
    run.budget.spend(len(_list(self)) >> 4)
    _list(self).insert(max(-(1 << 30), min(1 << 30, whole(index, "index", -(1 << 40)))), item)
    return None


@method(_LIST, "pop")
def _list_pop(run: Run, self: Value, index: Value = -1) -> Value:
    items = _list(self)
    if type(index) is not int or not -len(items) <= index < len(items):
        raise LabError("there is no such element to take out" if items else "the list is empty")
    run.budget.spend(len(items) >> 4)
    return items.pop(index)


@method(_LIST, "reverse")
def _list_reverse(run: Run, self: Value) -> Value:
    run.budget.spend(len(_list(self)))
    _list(self).reverse()
    return None


@method(_LIST, "copy")
def _list_copy(run: Run, self: Value) -> Value:
    run.budget.hold(len(_list(self)))
    return list(_list(self))


@method(_LIST, "clear")
def _list_clear(run: Run, self: Value) -> Value:
    _list(self).clear()
    return None


@method(_LIST, "index")
@method(_TUPLE, "index")
def _index(run: Run, self: Value, value: Value) -> Value:
    assert isinstance(self, list | tuple)
    for number, item in enumerate(self):
        if equal(run, item, value):
            return number
    raise LabError(f"{kind_of(value)} is not in this {'list' if isinstance(self, list) else 'tuple'}")


@method(_LIST, "count")
@method(_TUPLE, "count")
def _count(run: Run, self: Value, value: Value) -> Value:
    assert isinstance(self, list | tuple)
    return sum(equal(run, item, value) for item in self)


@method(_TUPLE, "numel")
def _numel(run: Run, self: Value) -> Value:
    if not isinstance(self, Size):
        raise LabError("a tuple has no numel")
    return prod(self)


def _dict(self: Value) -> dict[Value, Value]:
    assert isinstance(self, dict)
    return self


@method(_DICT, "get")
def _get(run: Run, self: Value, key: Value, default: Value = None) -> Value:
    return _dict(self).get(key_of(key), default)


@method(_DICT, "keys")
def _keys(run: Run, self: Value) -> Value:
    run.budget.hold(len(_dict(self)))
    return list(_dict(self))


@method(_DICT, "values")
def _values(run: Run, self: Value) -> Value:
    run.budget.hold(len(_dict(self)))
    return list(_dict(self).values())


@method(_DICT, "items")
def _items(run: Run, self: Value) -> Value:
    run.budget.hold(3 * len(_dict(self)))
    return list(_dict(self).items())


@method(_DICT, "update")
def _update(run: Run, self: Value, other: Value) -> Value:
    if not isinstance(other, dict):
        raise LabError(f"a dict is updated from a dict, not from {kind_of(other)}")
    run.budget.hold(2 * len(other))
    _dict(self).update(other)
    return None


@method(_DICT, "pop")
def _dict_pop(run: Run, self: Value, key: Value, default: Value = None) -> Value:
    return _dict(self).pop(key_of(key), default)
