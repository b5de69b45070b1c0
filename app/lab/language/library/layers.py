"""The classes of ``torch.nn``: the table of them, and those that hold others.

Each function with ``@layer`` *is* its class's ``__init__``: its parameters are the ones that student code may give.
``device`` and ``dtype`` are accepted and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from app.lab.language.kinds import kind_of, name_of
from app.lab.language.library.pointwise import POINTWISE
from app.lab.language.operations.sequences import items_of
from app.lab.language.run import Run
from app.lab.language.signature import Signature
from app.lab.language.values import Class, LayerType, Module, Tensor, Value
from app.lab.messages import LabError

LAYERS: dict[str, LayerType] = {}
Make = Callable[..., None]
Call = Callable[[Run, Module, Tensor], Value]


def layer(call: Call) -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        name = make.__name__
        LAYERS[name] = LayerType(name, make, call)
        return make

    return register


def _pointwise(name: str, settings: Callable[..., dict[str, object]]) -> LayerType:
    def make(run: Run, module: Module, *args: Value) -> None:
        module.attrs = settings(*args)

    def call(run: Run, module: Module, x: Tensor) -> Tensor:
        return run.trace.add(name, (x,), x.shape, module.attrs, module)

    return LayerType(name, make, call, Signature(settings, skip=0))


LAYERS.update({name: _pointwise(name, settings) for name, settings in POINTWISE.items()})


def same_shape(run: Run, module: Module, x: Tensor) -> Tensor:
    return run.trace.add(module.layer.name, (x,), x.shape, module.attrs, module)


def _no_forward(run: Run, module: Module, x: Tensor) -> Value:
    own = module.type.fields if isinstance(module.type, Class) else {}
    close = get_close_matches("forward", [name for name in own if len(name) < 12], n=1)
    mend = f"rename {close[0]} to forward" if close else "write def forward(self, x): indented under the class"
    raise LabError(f"{module.name} has no forward", mend=mend)


@layer(_no_forward)
def Module_(run: Run, module: Module, *args: Value, **keywords: Value) -> None:
    if args or keywords:
        raise LabError("nn.Module.__init__ takes no arguments", mend="write super().__init__()")


LAYERS["Module"] = LAYERS.pop("Module_")


LAYERS["Module"].name, LAYERS["Module"].called = "Module", "nn.Module"


def _in_turn(run: Run, module: Module, x: Tensor) -> Value:
    value: Value = x
    run.budget.enter()
    for part in list(module.fields.values()):
        if isinstance(part, Module):
            run.budget.spend(2)
            run.at = part.place
            try:
                value = run.call_module(part, (value,))
            except LabError as error:
                if error.line is None and part.place is not None:
                    error.line, error.column = part.place[0], part.place[1] + 1
                raise
    run.budget.depth -= 1
    return value


@layer(_in_turn)
def Sequential(run: Run, module: Module, *args: Value) -> None:
    if len(args) == 1 and isinstance(args[0], dict):
        _put_named(run, module, args[0])
        return
    for number, part in enumerate(args):
        module.fields[str(number)] = as_layer(part, "nn.Sequential", number)
    run.budget.hold(len(args))


def as_layer(value: Value, holder: str, number: int = 0) -> Module:
    if isinstance(value, Module):
        return value
    mend = "write a layer here, such as nn.ReLU()"
    if isinstance(value, list | tuple):
        mend = f"put a star before the list: {holder}(*layers)"
    elif kind_of(value) == "a function":
        mend = "use a layer, such as nn.ReLU(), or call the function in forward"
    elif isinstance(value, LayerType):
        mend = f"make the layer: {value.called}()"
    elif isinstance(value, Class):
        mend = f"make one: {value.name}(…)"
    elif value is None:
        mend = "does the function that makes it end with return?"
    raise LabError(f"{holder} holds layers, and number {number + 1} is {kind_of(value)}", mend=mend)


def _put_named(run: Run, module: Module, named: Value) -> None:
    if not isinstance(named, dict):
        raise LabError(f"this needs a dict of layers, not {kind_of(named)}")
    run.budget.hold(len(named))
    for name, part in named.items():
        module.fields[name_of(name)] = as_layer(part, f"nn.{module.layer.name}")


def _holds_only(run: Run, module: Module, x: Tensor) -> Value:
    raise LabError(
        f"nn.{module.layer.name} only holds layers and cannot be called",
        mend="call them one by one: for layer in self.layers: x = layer(x)",
    )


@layer(_holds_only)
def ModuleList(run: Run, module: Module, modules: Value = None) -> None:
    if modules is not None:
        extend(run, module, modules)


def extend(run: Run, module: Module, modules: Value) -> None:
    """Put layers behind those that a ModuleList or Sequential has."""
    items = list(items_of(run, modules)) if not isinstance(modules, str | range) else []
    run.budget.hold(len(items))
    for number, part in enumerate(items):
        module.fields[str(len(module.fields))] = as_layer(part, f"nn.{module.layer.name}", number)


@layer(_holds_only)
def ModuleDict(run: Run, module: Module, modules: Value = None) -> None:
    if modules is not None:
        _put_named(run, module, modules)


@layer(same_shape)
def Identity(run: Run, module: Module, *args: Value, **keywords: Value) -> None:
    module.attrs = {}
