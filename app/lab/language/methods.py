"""Methods by the type of what they are called on: modules, text, lists, dicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

from app.lab.language.functional import TENSOR_METHODS
from app.lab.language.layers import as_layer, extend
from app.lab.language.operators import equal, key_of
from app.lab.language.run import Run, kind_of
from app.lab.language.sequences import items_of, layers_of
from app.lab.language.shapes import whole
from app.lab.language.values import Buffer, Builtin, Leaf, Module, Parameter, Size, Tensor, Value
from app.lab.messages import LabError

MODULE_METHODS: dict[str, Builtin] = {}
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

_Function = Callable[..., Value]


def _method(table: dict[str, Builtin], *names: str) -> Callable[[_Function], _Function]:
    def register(function: _Function) -> _Function:
        for name in names:
            table[name] = Builtin(f".{name}", function)
        return function

    return register


def walk(run: Run, root: Module) -> Iterator[tuple[str, Module]]:
    """``named_modules``: every module once, under the first name that leads to it."""
    seen: set[Module] = {root}
    queue: list[tuple[str, Module]] = [("", root)]
    spent = 0
    while queue:
        name, module = queue.pop()
        spent += 2 + len(module.fields)
        if spent > 100:
            run.budget.spend(spent)
            spent = 0
        yield name, module
        before = f"{name}." if name else ""
        below = [
            (before + own, child)
            for own, child in module.fields.items()
            if type(child) is Module and not (child in seen or seen.add(child))  # type: ignore[func-returns-value]
        ]
        run.budget.write(len(below) * (len(before) + 8))
        queue.extend(reversed(below))
    run.budget.spend(spent)


def named_parameters(run: Run, root: Module) -> Iterator[tuple[str, Parameter]]:
    """Every parameter once: a tied one under its first name."""
    seen: set[int] = set()
    for name, module in walk(run, root):
        for own, value in module.fields.items():
            if isinstance(value, Parameter) and value.key not in seen:
                seen.add(value.key)
                yield (f"{name}.{own}" if name else own), value


def _module(self: Value) -> Module:
    if not isinstance(self, Module):
        raise LabError(f"this works on a module, not on {kind_of(self)}")
    return self


@_method(MODULE_METHODS, "parameters")
def _parameters(run: Run, self: Value, recurse: Value = True) -> Value:
    found: list[Value] = [value for _, value in named_parameters(run, _module(self))]
    run.budget.hold(len(found))
    return found


@_method(MODULE_METHODS, "named_parameters")
def _named_parameters(run: Run, self: Value, prefix: Value = "", recurse: Value = True) -> Value:
    found: list[Value] = list(named_parameters(run, _module(self)))
    run.budget.hold(3 * len(found))
    return found


@_method(MODULE_METHODS, "modules")
def _modules(run: Run, self: Value) -> Value:
    found: list[Value] = [module for _, module in walk(run, _module(self))]
    run.budget.hold(len(found))
    return found


@_method(MODULE_METHODS, "named_modules")
def _named_modules(run: Run, self: Value) -> Value:
    found: list[Value] = list(walk(run, _module(self)))
    run.budget.hold(3 * len(found))
    return found


@_method(MODULE_METHODS, "children")
def _children(run: Run, self: Value) -> Value:
    return layers_of(run, _module(self))


@_method(MODULE_METHODS, "named_children")
def _named_children(run: Run, self: Value) -> Value:
    run.budget.hold(3 * len(_module(self).fields))
    return [(name, child) for name, child in _module(self).fields.items() if isinstance(child, Module)]


@_method(
    MODULE_METHODS, "eval", "train", "to", "cuda", "cpu", "float", "half", "requires_grad_", "zero_grad", "compile"
)
def _unchanged(run: Run, self: Value, *args: Value, **keywords: Value) -> Value:
    return self


@_method(MODULE_METHODS, "apply")
def _apply(run: Run, self: Value, fn: Value) -> Value:
    for _, module in list(walk(run, _module(self))):
        run.call(fn, (module,))
    return self


@_method(MODULE_METHODS, "append", "add")
def _append(run: Run, self: Value, module: Value) -> Value:
    holder = _module(self)
    if holder.layer.name not in ("Sequential", "ModuleList"):
        raise LabError(f"a {holder.name} has no append", mend="assign it: self.name = layer")
    run.budget.hold(1)
    holder.fields[str(len(holder.fields))] = as_layer(module, f"nn.{holder.layer.name}")
    return holder


@_method(MODULE_METHODS, "extend")
def _extend(run: Run, self: Value, modules: Value) -> Value:
    extend(run, _module(self), modules)
    return self


@_method(MODULE_METHODS, "insert")
def _insert(run: Run, self: Value, index: Value, module: Value) -> Value:
    holder = _module(self)
    layers = layers_of(run, holder)
    layers.insert(max(-(1 << 20), min(1 << 20, whole(index, "index", -(1 << 20)))), as_layer(module, "nn.ModuleList"))
    holder.fields.clear()
    holder.fields.update({str(number): layer for number, layer in enumerate(layers)})
    return None


@_method(MODULE_METHODS, "add_module", "register_module")
def _add_module(run: Run, self: Value, name: Value, module: Value) -> Value:
    if not isinstance(name, str) or not name or "." in name:
        raise LabError("the name of a layer is text without dots")
    run.budget.hold(1)
    _module(self).fields[name] = as_layer(module, "add_module")
    return None


@_method(MODULE_METHODS, "register_parameter")
def _register_parameter(run: Run, self: Value, name: Value, param: Value) -> Value:
    if not isinstance(name, str) or not isinstance(param, Parameter | None):
        raise LabError("register_parameter takes a name and an nn.Parameter")
    module = _module(self)
    module.fields[name], module.cached = param, None
    return None


@_method(MODULE_METHODS, "register_buffer")
def _register_buffer(run: Run, self: Value, name: Value, tensor: Value, persistent: Value = True) -> Value:
    if not isinstance(name, str) or not isinstance(tensor, Tensor | None):
        raise LabError("register_buffer takes a name and a tensor", mend="such as torch.zeros(64)")
    kept = Buffer(tensor.shape, tensor.fill, tensor.values) if isinstance(tensor, Leaf) else tensor
    _module(self).fields[name] = kept
    return None


@_method(MODULE_METHODS, "keys")
def _module_keys(run: Run, self: Value) -> Value:
    run.budget.hold(len(_module(self).fields))
    return list(_module(self).fields)


@_method(MODULE_METHODS, "values")
def _module_values(run: Run, self: Value) -> Value:
    return layers_of(run, _module(self))


@_method(MODULE_METHODS, "items")
def _module_items(run: Run, self: Value) -> Value:
    return _named_children(run, self)


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


@_method(_TEXT, "startswith")
def _startswith(run: Run, self: Value, prefix: Value) -> Value:
    return _text(self).startswith(_text(prefix))


@_method(_TEXT, "endswith")
def _endswith(run: Run, self: Value, suffix: Value) -> Value:
    return _text(self).endswith(_text(suffix))


@_method(_TEXT, "split")
def _split(run: Run, self: Value, sep: Value = None) -> Value:
    text = _text(self)
    run.budget.hold(len(text))
    if sep == "":
        raise LabError("the separator cannot be empty")
    return list(text.split(None if sep is None else _text(sep)))


@_method(_TEXT, "join")
def _join(run: Run, self: Value, parts: Value) -> Value:
    items = [_text(part, "each part") for part in items_of(run, parts)] if not isinstance(parts, range) else []
    run.budget.hold(len(items))
    run.budget.write(sum(map(len, items)) + len(_text(self)) * len(items))
    return _text(self).join(items)


@_method(_TEXT, "replace")
def _replace(run: Run, self: Value, old: Value, new: Value) -> Value:
    text = _text(self)
    run.budget.write((len(text) + 1) * (len(_text(new)) + 1))
    return text.replace(_text(old), _text(new))


@_method(_TEXT, "format")
def _format(run: Run, self: Value, *args: Value, **keywords: Value) -> Value:
    raise LabError("text is not formatted with .format() here", mend='use an f-string: f"{x.shape}"')


def _list(self: Value) -> list[Value]:
    assert isinstance(self, list)
    return self


@_method(_LIST, "append")
def _list_append(run: Run, self: Value, item: Value) -> Value:
    run.budget.hold(1)
    _list(self).append(item)
    return None


@_method(_LIST, "extend")
def _list_extend(run: Run, self: Value, items: Value) -> Value:
    found = items_of(run, items)
    run.budget.hold(len(found))
    _list(self).extend(found)
    return None


@_method(_LIST, "insert")
def _list_insert(run: Run, self: Value, index: Value, item: Value) -> Value:
    run.budget.hold(1)
    run.budget.spend(len(_list(self)) >> 4)
    _list(self).insert(max(-(1 << 30), min(1 << 30, whole(index, "index", -(1 << 40)))), item)
    return None


@_method(_LIST, "pop")
def _list_pop(run: Run, self: Value, index: Value = -1) -> Value:
    items = _list(self)
    if type(index) is not int or not -len(items) <= index < len(items):
        raise LabError("there is no such element to take out" if items else "the list is empty")
    run.budget.spend(len(items) >> 4)
    return items.pop(index)


@_method(_LIST, "reverse")
def _list_reverse(run: Run, self: Value) -> Value:
    run.budget.spend(len(_list(self)))
    _list(self).reverse()
    return None


@_method(_LIST, "copy")
def _list_copy(run: Run, self: Value) -> Value:
    run.budget.hold(len(_list(self)))
    return list(_list(self))


@_method(_LIST, "clear")
def _list_clear(run: Run, self: Value) -> Value:
    _list(self).clear()
    return None


@_method(_LIST, "index")
@_method(_TUPLE, "index")
def _index(run: Run, self: Value, value: Value) -> Value:
    assert isinstance(self, list | tuple)
    for number, item in enumerate(self):
        if equal(run, item, value):
            return number
    raise LabError(f"{kind_of(value)} is not in this {'list' if isinstance(self, list) else 'tuple'}")


@_method(_LIST, "count")
@_method(_TUPLE, "count")
def _count(run: Run, self: Value, value: Value) -> Value:
    assert isinstance(self, list | tuple)
    return sum(equal(run, item, value) for item in self)


@_method(_TUPLE, "numel")
def _numel(run: Run, self: Value) -> Value:
    if not isinstance(self, Size):
        raise LabError("a tuple has no numel")
    return prod(self)


def _dict(self: Value) -> dict[Value, Value]:
    assert isinstance(self, dict)
    return self


@_method(_DICT, "get")
def _get(run: Run, self: Value, key: Value, default: Value = None) -> Value:
    return _dict(self).get(key_of(key), default)


@_method(_DICT, "keys")
def _keys(run: Run, self: Value) -> Value:
    run.budget.hold(len(_dict(self)))
    return list(_dict(self))


@_method(_DICT, "values")
def _values(run: Run, self: Value) -> Value:
    run.budget.hold(len(_dict(self)))
    return list(_dict(self).values())


@_method(_DICT, "items")
def _items(run: Run, self: Value) -> Value:
    run.budget.hold(3 * len(_dict(self)))
    return list(_dict(self).items())


@_method(_DICT, "update")
def _update(run: Run, self: Value, other: Value) -> Value:
    if not isinstance(other, dict):
        raise LabError(f"a dict is updated from a dict, not from {kind_of(other)}")
    run.budget.hold(2 * len(other))
    _dict(self).update(other)
    return None


@_method(_DICT, "pop")
def _dict_pop(run: Run, self: Value, key: Value, default: Value = None) -> Value:
    return _dict(self).pop(key_of(key), default)


__all__ = ["MODULE_METHODS", "PLAIN_METHODS", "TENSOR_METHODS", "named_parameters", "walk"]
