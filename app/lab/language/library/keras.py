"""A shim for Keras as lessons write it: models, inputs and joins."""

from __future__ import annotations

from app.lab.language.kinds import kind_of
from app.lab.language.library.keras_parts import CHANNELS, KERAS_LAYERS, expect_input, keras_layer
from app.lab.language.library.layers import LAYERS, as_layer
from app.lab.language.library.registry import TORCH
from app.lab.language.operations.arithmetic import combine
from app.lab.language.operations.sequences import items_of
from app.lab.language.run import Run
from app.lab.language.values import Builtin, Graph, LayerType, Module, Quiet, Tensor, Value
from app.lab.messages import LabError

KERAS_MODELS: dict[str, Value] = {}


def _join(run: Run, module: Module, parts: Value) -> Value:
    items = items_of(run, parts)
    if module.layer.name == "Concatenate":
        return run.call(TORCH["cat"], (list(items), 1))
    total: Value = items[0] if items else None
    for item in items[1:]:
        total = combine(run, "add", total, item)
    return total


@keras_layer(_join, "Add", "Concatenate", joins=True)
def _joining(run: Run, module: Module, *, axis: Value = -1, name: Value = None) -> None:
    module.attrs = {}


def _function_form(name: str) -> Builtin:
    def apply(run: Run, inputs: Value, *, axis: Value = -1) -> Value:
        return run.call(run.call(KERAS_LAYERS[name], ()), (inputs,))

    return Builtin(f"layers.{name.lower()}", apply)


KERAS_LAYERS["add"], KERAS_LAYERS["concatenate"] = _function_form("Add"), _function_form("Concatenate")


def _input(run: Run, shape: Value = None, batch_size: Value = None, *, name: Value = None) -> Value:
    expect_input(run, shape)
    return run.trace.input


KERAS_LAYERS["Input"] = KERAS_LAYERS["InputLayer"] = Builtin("keras.Input", _input)


def _stack(run: Run, module: Module, layers: Value = None, *, name: Value = None) -> None:
    run.note(CHANNELS)
    for layer in items_of(run, layers) if layers is not None else ():
        _add(run, module, layer)


def _add(run: Run, self: Value, layer: Value) -> Value:
    if not isinstance(self, Module):
        raise LabError(f"add works on a Sequential, not on {kind_of(self)}")
    if not isinstance(layer, Tensor):  # keras.Input() adds nothing
        run.budget.hold(1)
        self.fields[str(len(self.fields))] = as_layer(layer, "models.Sequential", len(self.fields))
    return None


def _quiet(run: Run, self: Value, *args: Value, **keywords: Value) -> Value:
    return None


_SEQUENTIAL = LayerType("Sequential", _stack, LAYERS["Sequential"].call, called="models.Sequential")


_SEQUENTIAL.methods = {
    "summary": Builtin(".summary", _quiet),
    "build": Builtin(".build", _quiet),
    "add": Builtin(".add", _add),
}


def _model(run: Run, inputs: Value, outputs: Value, *, name: Value = None) -> Value:
    if not isinstance(outputs, Tensor):
        raise LabError(f"outputs must be a tensor computed from inputs, and it is {kind_of(outputs)}")
    return Graph(outputs)


KERAS_MODELS["Sequential"] = _SEQUENTIAL


KERAS_MODELS["Model"] = Builtin("models.Model", _model)


KERAS: dict[str, Value] = {
    **KERAS_MODELS,
    "Input": KERAS_LAYERS["Input"],
    "regularizers": Quiet("keras.regularizers"),
    "initializers": Quiet("keras.initializers"),
}
