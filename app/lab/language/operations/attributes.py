"""``value.name``, answered from tables. Python's own attributes are never asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice

from app.lab.language.kinds import kind_of
from app.lab.language.library.module_methods import MODULE_METHODS
from app.lab.language.library.plain_methods import PLAIN_METHODS
from app.lab.language.library.registry import TENSOR_METHODS
from app.lab.language.operations.absent import absent
from app.lab.language.run import Run
from app.lab.language.values import (
    Builtin,
    Class,
    Function,
    Graph,
    Instance,
    LayerType,
    Method,
    Module,
    Namespace,
    Parameter,
    Quiet,
    Size,
    Super,
    Tensor,
    Value,
)
from app.lab.messages import LabError

ABSENT = object()


def attribute(run: Run, value: Value, name: str) -> Value:
    """The attribute, or a LabError with the nearest name."""
    found = find(run, value, name)
    if found is ABSENT:
        raise absent(value, name)
    return found


def find(run: Run, value: Value, name: str) -> Value:
    """The attribute, or ABSENT: looking for the nearest name takes long, and ``hasattr`` has no use for it."""
    if isinstance(value, Instance):
        found = value.fields.get(name, ABSENT)
        return found if found is not ABSENT else _of_instance(run, value, name)
    if isinstance(value, Namespace):
        return value.table.get(name, ABSENT)
    if isinstance(value, Tensor):
        return _of_tensor(run, value, name)
    if isinstance(value, Super):
        return _of_super(run, value, name)
    if isinstance(value, Class):
        found, there = value.find(name)
        if there:
            if isinstance(found, Function) and found.kind == "class":
                return Method(found, value)
            return found
        if name in ("__init__", "forward") and value.root is not None:
            return _host_method(value.root, name)
        return value.name if name == "__name__" else ABSENT
    if isinstance(value, LayerType):
        if name in ("__init__", "forward"):
            return _host_method(value, name)
        if name == "__name__":
            return value.name
    if isinstance(value, Quiet) or (isinstance(value, Graph) and name in ("summary", "compile", "build")):
        return Quiet(name)
    for kind, table in PLAIN_METHODS:
        if isinstance(value, kind) and name in table:
            return Method(table[name], value)
    return ABSENT


def _of_instance(run: Run, value: Instance, name: str) -> Value:
    if isinstance(value.type, Class):
        found, there = value.type.find(name)
        if there:
            if not isinstance(found, Function) or found.kind == "static":
                return found
            if found.kind == "property":
                return run.call_function(found, (value,))
            return Method(found, value.type if found.kind == "class" else value)
    if name == "__class__":
        return value.type
    if isinstance(value, Module):
        if name in value.attrs:
            return _readable(value.attrs[name])
        if name == "forward":
            return Method(_host_method(value.layer, name), value)
        if name in MODULE_METHODS:
            return Method(MODULE_METHODS[name], value)
        if name in value.layer.methods:
            return Method(value.layer.methods[name], value)
    return ABSENT


def _readable(value: object) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _of_tensor(run: Run, value: Tensor, name: str) -> Value:
    if name == "shape":
        return Size(value.shape)
    if name == "ndim":
        return len(value.shape)
    if name in ("device", "dtype"):
        return Quiet(name)
    if name == "requires_grad":
        return isinstance(value, Parameter) and not value.frozen
    if name == "is_cuda":
        return False
    if name in ("data", "T") and isinstance(value, Parameter):
        return value
    if name in TENSOR_METHODS:
        return Method(TENSOR_METHODS[name], value)
    return ABSENT


def _of_super(run: Run, value: Super, name: str) -> Value:
    base = value.base
    if isinstance(base, Class):
        found, there = base.find(name)
        if there:
            return Method(found, value.receiver) if isinstance(found, Function) else found
    root = base.root if isinstance(base, Class) else base
    if root is not None and name in ("__init__", "forward"):
        return Method(_host_method(root, name), value.receiver)
    if name == "__init__":
        return Quiet("object.__init__")
    if name in MODULE_METHODS and isinstance(value.receiver, Module):
        return Method(MODULE_METHODS[name], value.receiver)
    return ABSENT


@cache
def _host_method(layer: LayerType, name: str) -> Builtin:
    def start(run: Run, self: Value, *args: Value, **keywords: Value) -> Value:
        if not isinstance(self, Module):
            raise LabError(f"{layer.called}.__init__ needs the module: super().__init__()")
        run.initialise(self, layer, args, keywords)
        return None

    def forward(run: Run, self: Value, input: Value) -> Value:
        if not isinstance(self, Module) or not isinstance(input, Tensor):
            raise LabError(f"{layer.called}.forward takes a tensor")
        return layer.call(run, self, input)

    return Builtin(f"{layer.called}.{name}", start if name == "__init__" else forward)


def assign(run: Run, target: Value, name: str, value: Value) -> None:
    """``target.name = value``."""
    if isinstance(target, Module):
        if not target.ready and isinstance(value, Module | Parameter):
            raise LabError(
                f"self.{name} is assigned before Module.__init__ has run",
                mend="call super().__init__() as the first line of __init__",
            )
        if isinstance(value, (list, tuple, dict)) and _holds_layers(value):
            run.note(
                f"self.{name} holds layers in a plain {'dict' if isinstance(value, dict) else 'list'}: PyTorch does "
                "not find their parameters there; use nn.ModuleList or nn.ModuleDict"
            )
        if type(target.type) is not LayerType:
            target.cached = None
            target.fields[name] = value
            return
        if name in target.attrs:
            raise LabError(
                f"the {name} of a layer is fixed when it is made", mend=f"make a new {target.layer.called}(…) instead"
            )
        old = target.fields.get(name)
        if isinstance(old, Parameter) and isinstance(value, Parameter):
            if old.shape != value.shape:
                raise LabError(
                    f"this {name} has the shape {list(value.shape)}, and {target.layer.called} needs {list(old.shape)}"
                )
        elif isinstance(old, Parameter):
            raise LabError(f"the {name} of a {target.name} is an nn.Parameter", mend="make a layer with bias=False")
        target.cached = None
        target.fields[name] = value
        return
    if isinstance(target, Instance):
        target.fields[name] = value
        return
    if isinstance(target, Class):
        target.fields[name] = value
        return
    if isinstance(target, Parameter) and name == "requires_grad":
        if not isinstance(value, bool):
            raise LabError("requires_grad is True or False", mend="parameter.requires_grad = False")
        target.frozen = not value
        return
    if isinstance(target, Parameter) and name in ("data", "grad"):
        return
    raise LabError(f"nothing can be stored on {kind_of(target)}", mend="store it on self, or in a variable")


def _holds_layers(value: Value) -> bool:
    items = value.values() if isinstance(value, Mapping) else value
    return isinstance(items, Iterable) and any(isinstance(item, Module) for item in islice(items, 100))
