"""Methods of a module, and going through what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.lab import limits
from app.lab.language.kinds import kind_of, name_of
from app.lab.language.library.layers import as_layer, extend
from app.lab.language.operations.sequences import layers_of
from app.lab.language.operations.shapes import whole
from app.lab.language.run import Run
from app.lab.language.values import Buffer, Builtin, Leaf, Module, Parameter, Tensor, Value
from app.lab.messages import LabError

MODULE_METHODS: dict[str, Builtin] = {}
_Function = Callable[..., Value]


def method(table: dict[str, Builtin], *names: str) -> Callable[[_Function], _Function]:
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
            (own, child)
            for own, child in module.fields.items()
            if type(child) is Module and not (child in seen or seen.add(child))  # type: ignore[func-returns-value]
        ]
        if below and len(before) + max(len(own) for own, _ in below) > limits.NAME:
            raise LabError(
                f"a layer within {(before + below[0][0])[:60]}… has a name of more than {limits.NAME} characters",
                mend="give layers short names, and put fewer of them within each other",
            )
        run.budget.write(len(below) * (len(before) + 8))
        queue.extend((before + own, child) for own, child in reversed(below))
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


@method(MODULE_METHODS, "parameters")
def _parameters(run: Run, self: Value, recurse: Value = True) -> Value:
    found: list[Value] = [value for _, value in named_parameters(run, _module(self))]
    run.budget.hold(len(found))
    return found


@method(MODULE_METHODS, "named_parameters")
def _named_parameters(run: Run, self: Value, prefix: Value = "", recurse: Value = True) -> Value:
    found: list[Value] = list(named_parameters(run, _module(self)))
    run.budget.hold(3 * len(found))
    return found


@method(MODULE_METHODS, "modules")
def _modules(run: Run, self: Value) -> Value:
    found: list[Value] = [module for _, module in walk(run, _module(self))]
    run.budget.hold(len(found))
    return found


@method(MODULE_METHODS, "named_modules")
def _named_modules(run: Run, self: Value) -> Value:
    found: list[Value] = list(walk(run, _module(self)))
    run.budget.hold(3 * len(found))
    return found


@method(MODULE_METHODS, "children")
def _children(run: Run, self: Value) -> Value:
    return layers_of(run, _module(self))


@method(MODULE_METHODS, "named_children")
def _named_children(run: Run, self: Value) -> Value:
    run.budget.hold(3 * len(_module(self).fields))
    return [(name, child) for name, child in _module(self).fields.items() if isinstance(child, Module)]


@method(MODULE_METHODS, "eval", "train", "to", "cuda", "cpu", "float", "half", "zero_grad", "compile")
def _unchanged(run: Run, self: Value, *args: Value, **keywords: Value) -> Value:
    return self


@method(MODULE_METHODS, "requires_grad_")
def _requires_grad(run: Run, self: Value, requires_grad: Value = True) -> Value:
    for _, parameter in named_parameters(run, _module(self)):
        parameter.frozen = requires_grad is False
    return self


@method(MODULE_METHODS, "apply")
def _apply(run: Run, self: Value, fn: Value) -> Value:
    for _, module in list(walk(run, _module(self))):
        run.call(fn, (module,))
    return self


@method(MODULE_METHODS, "append", "add")
def _append(run: Run, self: Value, module: Value) -> Value:
    holder = _module(self)
    if holder.layer.name not in ("Sequential", "ModuleList"):
        raise LabError(f"a {holder.name} has no append", mend="assign it: self.name = layer")
    run.budget.hold(1)
    holder.fields[str(len(holder.fields))] = as_layer(module, f"nn.{holder.layer.name}")
    return holder


@method(MODULE_METHODS, "extend")
def _extend(run: Run, self: Value, modules: Value) -> Value:
    extend(run, _module(self), modules)
    return self


@method(MODULE_METHODS, "insert")
def _insert(run: Run, self: Value, index: Value, module: Value) -> Value:
    holder = _module(self)
    layers = layers_of(run, holder)
    layers.insert(max(-(1 << 20), min(1 << 20, whole(index, "index", -(1 << 20)))), as_layer(module, "nn.ModuleList"))
    holder.fields.clear()
    holder.fields.update({str(number): layer for number, layer in enumerate(layers)})
    return None


@method(MODULE_METHODS, "add_module", "register_module")
def _add_module(run: Run, self: Value, name: Value, module: Value) -> Value:
    run.budget.hold(1)
    _module(self).fields[name_of(name)] = as_layer(module, "add_module")
    return None


@method(MODULE_METHODS, "register_parameter")
def _register_parameter(run: Run, self: Value, name: Value, param: Value) -> Value:
    if not isinstance(param, Parameter | None):
        raise LabError("register_parameter takes a name and an nn.Parameter")
    module = _module(self)
    module.fields[name_of(name)], module.cached = param, None
    return None


@method(MODULE_METHODS, "register_buffer")
def _register_buffer(run: Run, self: Value, name: Value, tensor: Value, persistent: Value = True) -> Value:
    if not isinstance(tensor, Tensor | None):
        raise LabError("register_buffer takes a name and a tensor", mend="such as torch.zeros(64)")
    kept = Buffer(tensor.shape, tensor.fill, tensor.values) if isinstance(tensor, Leaf) else tensor
    _module(self).fields[name_of(name)] = kept
    return None


@method(MODULE_METHODS, "keys")
def _module_keys(run: Run, self: Value) -> Value:
    run.budget.hold(len(_module(self).fields))
    return list(_module(self).fields)


@method(MODULE_METHODS, "values")
def _module_values(run: Run, self: Value) -> Value:
    return layers_of(run, _module(self))


@method(MODULE_METHODS, "items")
def _module_items(run: Run, self: Value) -> Value:
    return _named_children(run, self)
