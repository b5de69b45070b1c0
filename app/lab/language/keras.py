"""A shim for Keras as lessons write it: its layers become those of ``torch.nn`` when they first see a tensor.

Keras keeps channels last and takes their number from the input; shapes here are channels first throughout. Padding
"same" is TensorFlow's: ⌈n/stride⌉ outputs, the odd cell behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.lab.language.functional import FUNCTIONAL, TORCH
from app.lab.language.layers import LAYERS, as_layer, flatten, soften
from app.lab.language.operators import combine
from app.lab.language.pointwise import FUNCTIONS
from app.lab.language.run import Run, kind_of
from app.lab.language.sequences import items_of
from app.lab.language.shapes import image, pair, shown, whole
from app.lab.language.values import Builtin, Graph, LayerType, Module, Quiet, Tensor, Value
from app.lab.language.words import nearest
from app.lab.messages import LabError
from app.lab.network import Pair

KERAS_LAYERS: dict[str, Value] = {}
KERAS_MODELS: dict[str, Value] = {}
_CHANNELS = "Keras keeps channels last; shapes are shown channels first here"

Make = Callable[..., None]
Call = Callable[[Run, Module, Tensor], Value]


def _layer(call: Callable[..., Value], *names: str, joins: bool = False) -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        for name in names:
            KERAS_LAYERS[name] = LayerType(name, make, call, called=f"layers.{name}", joins=joins)
        return make

    return register


def _expect_input(run: Run, shape: Value) -> None:
    run.note(_CHANNELS)
    if shape is None:
        return
    if not isinstance(shape, tuple | list) or len(shape) != 3:
        raise LabError("the shape of an image is (height, width, channels)")
    channels, high, wide = run.input
    if tuple(shape) != (high, wide, channels):
        given = "×".join(str(side) for side in shape if isinstance(side, int | None))
        run.note(f"the code says {given}; it is measured on an input of {high}×{wide}×{channels}")


def _inner(run: Run, module: Module, kind: str, args: tuple[Value, ...], settings: Mapping[str, Value]) -> Module:
    """The layer of ``torch.nn`` that stands behind a Keras layer, made when the channels are known."""
    made = module.fields.get("made")
    if not isinstance(made, Module):
        run.at = module.place
        made = run.make_layer(LAYERS[kind], args, settings)
        module.fields["made"] = made
    if module in run.names:
        run.names[made] = run.names[module]
    return made


def _activated(run: Run, module: Module, x: Tensor) -> Value:
    activation = module.attrs.get("activation")
    if activation is None or activation == "linear":
        return x
    run.at = module.place
    return run.call(_function(activation), (x,))


def _function(activation: Value) -> Value:
    if isinstance(activation, Builtin | Module):
        return activation
    if activation == "softmax":
        return FUNCTIONAL["softmax"]
    if isinstance(activation, str) and activation in FUNCTIONS:
        return FUNCTIONAL[activation]
    raise LabError(
        f"there is no activation {activation!r}" if isinstance(activation, str) else "an activation is named by text",
        mend=nearest(activation, FUNCTIONS) if isinstance(activation, str) else "such as activation='relu'",
    )


def _same(size: Pair, kernel: Pair, stride: Pair, dilation: Pair) -> tuple[Pair, Pair]:
    """TensorFlow's padding before and after, for the two axes."""
    before, after = [], []
    for side, width, step, spread in zip(size, kernel, stride, dilation, strict=True):
        total = max((-(-side // step) - 1) * step + spread * (width - 1) + 1 - side, 0)
        before.append(total // 2)
        after.append(total - total // 2)
    return (before[0], before[1]), (after[0], after[1])


def _padded(
    run: Run, module: Module, x: Tensor, kernel: Pair, stride: Pair, dilation: Pair, fill: float
) -> tuple[Tensor, Pair]:
    """The input with its odd cells of padding, and the even padding that is left for the layer itself."""
    if module.attrs["padding"] == "valid":
        return x, (0, 0)
    _, _, high, wide = image(x, module.layer.called)
    before, after = _same((high, wide), kernel, stride, dilation)
    if before == after:
        return x, before
    pads = (before[1], after[1], before[0], after[0])
    run.at = module.place
    padded = run.call(FUNCTIONAL["pad"], (x, pads), {"value": fill})
    assert isinstance(padded, Tensor)
    return padded, (0, 0)


def _padding(padding: Value) -> str:
    if isinstance(padding, str) and padding.lower() in ("same", "valid"):
        return padding.lower()
    raise LabError("padding is 'same' or 'valid' in Keras")


def _convolve(run: Run, module: Module, x: Tensor) -> Value:
    attrs = module.attrs
    kernel, stride, dilation = (pair(attrs[name], name) for name in ("kernel_size", "strides", "dilation_rate"))
    x, padding = _padded(run, module, x, kernel, stride, dilation, 0.0)
    channels = image(x, module.layer.called)[1]
    groups = channels if attrs["filters"] is None else attrs["groups"]
    out = channels if attrs["filters"] is None else attrs["filters"]
    settings: dict[str, Value] = {
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "groups": groups,
        "bias": attrs["use_bias"],
    }
    result = run.call_module(_inner(run, module, "Conv2d", (channels, out, kernel), settings), (x,))
    assert isinstance(result, Tensor)
    return _activated(run, module, result)


@_layer(_convolve, "Conv2D", "Convolution2D")
def _conv2d(
    run: Run,
    module: Module,
    filters: Value,
    kernel_size: Value,
    strides: Value = (1, 1),
    padding: Value = "valid",
    data_format: Value = None,
    dilation_rate: Value = (1, 1),
    groups: Value = 1,
    activation: Value = None,
    use_bias: Value = True,
    kernel_initializer: Value = None,
    bias_initializer: Value = None,
    kernel_regularizer: Value = None,
    *,
    input_shape: Value = None,
    name: Value = None,
) -> None:
    _expect_input(run, input_shape)
    module.attrs = {
        "filters": whole(filters, "filters"),
        "kernel_size": pair(kernel_size, "kernel_size"),
        "strides": pair(strides, "strides"),
        "padding": _padding(padding),
        "dilation_rate": pair(dilation_rate, "dilation_rate"),
        "groups": groups,
        "activation": activation,
        "use_bias": use_bias,
    }


@_layer(_convolve, "DepthwiseConv2D")
def _depthwise(
    run: Run,
    module: Module,
    kernel_size: Value,
    strides: Value = (1, 1),
    padding: Value = "valid",
    activation: Value = None,
    use_bias: Value = True,
    *,
    name: Value = None,
) -> None:
    module.attrs = {
        "filters": None,
        "kernel_size": pair(kernel_size, "kernel_size"),
        "strides": pair(strides, "strides"),
        "padding": _padding(padding),
        "dilation_rate": (1, 1),
        "groups": 1,
        "activation": activation,
        "use_bias": use_bias,
    }


def _pool(run: Run, module: Module, x: Tensor) -> Value:
    kernel, stride = pair(module.attrs["pool_size"], "pool_size"), pair(module.attrs["strides"], "strides")
    largest = "Max" in module.layer.name
    padded, padding = _padded(run, module, x, kernel, stride, (1, 1), float("-inf"))
    if not largest and padded is not x:
        raise LabError("average pooling with padding='same' is only read where the padding is even on both sides")
    settings: dict[str, Value] = {"stride": stride, "padding": padding}
    if not largest:
        settings["count_include_pad"] = False
    inner = _inner(run, module, "MaxPool2d" if largest else "AvgPool2d", (kernel,), settings)
    return run.call_module(inner, (padded,))


@_layer(_pool, "MaxPooling2D", "MaxPool2D", "AveragePooling2D", "AvgPool2D")
def _pooling(
    run: Run,
    module: Module,
    pool_size: Value = (2, 2),
    strides: Value = None,
    padding: Value = "valid",
    *,
    name: Value = None,
) -> None:
    size = pair(pool_size, "pool_size")
    module.attrs = {
        "pool_size": size,
        "strides": size if strides is None else pair(strides, "strides"),
        "padding": _padding(padding),
    }


def _pool_all(run: Run, module: Module, x: Tensor) -> Value:
    image(x, module.layer.called)
    op = "amax" if "Max" in module.layer.name else "mean"
    return run.call(TORCH[op], (x, (2, 3)), {"keepdim": module.attrs["keepdims"]})


@_layer(_pool_all, "GlobalAveragePooling2D", "GlobalAvgPool2D", "GlobalMaxPooling2D", "GlobalMaxPool2D")
def _global_pooling(run: Run, module: Module, *, keepdims: Value = False, name: Value = None) -> None:
    module.attrs = {"keepdims": bool(keepdims)}


def _dense(run: Run, module: Module, x: Tensor) -> Value:
    if len(x.shape) != 2:
        raise LabError(f"layers.Dense needs a flat input, and this is {shown(x)}", mend="put layers.Flatten() first")
    settings: dict[str, Value] = {"bias": module.attrs["use_bias"]}
    inner = _inner(run, module, "Linear", (x.shape[-1], module.attrs["units"]), settings)
    result = run.call_module(inner, (x,))
    assert isinstance(result, Tensor)
    return _activated(run, module, result)


@_layer(_dense, "Dense")
def _make_dense(
    run: Run,
    module: Module,
    units: Value,
    activation: Value = None,
    use_bias: Value = True,
    *,
    input_shape: Value = None,
    kernel_regularizer: Value = None,
    name: Value = None,
) -> None:
    module.attrs = {"units": whole(units, "units"), "activation": activation, "use_bias": use_bias}


def _normalise(run: Run, module: Module, x: Tensor) -> Value:
    kind = "BatchNorm2d" if len(x.shape) == 4 else "BatchNorm1d"
    channels = x.shape[1] if len(x.shape) > 1 else 0
    return run.call_module(_inner(run, module, kind, (channels,), {"eps": 1e-3}), (x,))


@_layer(_normalise, "BatchNormalization")
def _batch_norm(
    run: Run, module: Module, axis: Value = -1, momentum: Value = 0.99, epsilon: Value = 1e-3, *, name: Value = None
) -> None:
    module.attrs = {}


def _flatten(run: Run, module: Module, x: Tensor) -> Tensor:
    return flatten(run, x, 1, -1, module)


@_layer(_flatten, "Flatten")
def _make_flatten(run: Run, module: Module, *, input_shape: Value = None, name: Value = None) -> None:
    module.attrs = {}


def _drop(run: Run, module: Module, x: Tensor) -> Value:
    return run.call_module(_inner(run, module, "Dropout", (module.attrs["rate"],), {}), (x,))


@_layer(_drop, "Dropout", "SpatialDropout2D")
def _dropout(run: Run, module: Module, rate: Value, *, name: Value = None) -> None:
    module.attrs = {"rate": rate}


def _activate(run: Run, module: Module, x: Tensor) -> Value:
    return _activated(run, module, x)


@_layer(_activate, "Activation")
def _activation(run: Run, module: Module, activation: Value, *, name: Value = None) -> None:
    _function(activation)
    module.attrs = {"activation": activation}


@_layer(_activate, "ReLU")
def _relu(run: Run, module: Module, *, name: Value = None) -> None:
    module.attrs = {"activation": "relu"}


def _soften(run: Run, module: Module, x: Tensor) -> Value:
    return soften(run, "Softmax", x, 1, module)


@_layer(_soften, "Softmax")
def _softmax(run: Run, module: Module, *, name: Value = None) -> None:
    module.attrs = {}


def _pad(run: Run, module: Module, x: Tensor) -> Value:
    high, wide = pair(module.attrs["padding"], "padding", 0)
    return run.call(FUNCTIONAL["pad"], (x, (wide, wide, high, high)))


@_layer(_pad, "ZeroPadding2D")
def _zero_padding(run: Run, module: Module, padding: Value = (1, 1), *, name: Value = None) -> None:
    module.attrs = {"padding": pair(padding, "padding", 0)}


def _join(run: Run, module: Module, parts: Value) -> Value:
    items = items_of(run, parts)
    if module.layer.name == "Concatenate":
        return run.call(TORCH["cat"], (list(items), 1))
    total: Value = items[0] if items else None
    for item in items[1:]:
        total = combine(run, "add", total, item)
    return total


@_layer(_join, "Add", "Concatenate", joins=True)
def _joining(run: Run, module: Module, *, axis: Value = -1, name: Value = None) -> None:
    module.attrs = {}


def _function_form(name: str) -> Builtin:
    def apply(run: Run, inputs: Value, *, axis: Value = -1) -> Value:
        return run.call(run.call(KERAS_LAYERS[name], ()), (inputs,))

    return Builtin(f"layers.{name.lower()}", apply)


KERAS_LAYERS["add"], KERAS_LAYERS["concatenate"] = _function_form("Add"), _function_form("Concatenate")


def _input(run: Run, shape: Value = None, batch_size: Value = None, *, name: Value = None) -> Value:
    _expect_input(run, shape)
    return run.trace.input


KERAS_LAYERS["Input"] = KERAS_LAYERS["InputLayer"] = Builtin("keras.Input", _input)


def _stack(run: Run, module: Module, layers: Value = None, *, name: Value = None) -> None:
    run.note(_CHANNELS)
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
