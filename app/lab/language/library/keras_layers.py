"""The layers of Keras: they become those of ``torch.nn`` when they first see a tensor."""

from __future__ import annotations

from app.lab.language.library.keras_parts import (
    activated,
    activation_function,
    expect_input,
    keras_layer,
    padded_as_keras,
    padding_word,
    torch_layer,
)
from app.lab.language.library.norms import soften
from app.lab.language.library.registry import FUNCTIONAL, TORCH
from app.lab.language.library.reshaping import flatten
from app.lab.language.operations.shapes import image, pair, shown, whole
from app.lab.language.run import Run
from app.lab.language.values import Module, Tensor, Value
from app.lab.messages import LabError


def _convolve(run: Run, module: Module, x: Tensor) -> Value:
    attrs = module.attrs
    kernel, stride, dilation = (pair(attrs[name], name) for name in ("kernel_size", "strides", "dilation_rate"))
    x, padding = padded_as_keras(run, module, x, kernel, stride, dilation, 0.0)
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
    result = run.call_module(torch_layer(run, module, "Conv2d", (channels, out, kernel), settings), (x,))
    assert isinstance(result, Tensor)
    return activated(run, module, result)


@keras_layer(_convolve, "Conv2D", "Convolution2D")
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
    expect_input(run, input_shape)
    module.attrs = {
        "filters": whole(filters, "filters"),
        "kernel_size": pair(kernel_size, "kernel_size"),
        "strides": pair(strides, "strides"),
        "padding": padding_word(padding),
        "dilation_rate": pair(dilation_rate, "dilation_rate"),
        "groups": groups,
        "activation": activation,
        "use_bias": use_bias,
    }


@keras_layer(_convolve, "DepthwiseConv2D")
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
        "padding": padding_word(padding),
        "dilation_rate": (1, 1),
        "groups": 1,
        "activation": activation,
        "use_bias": use_bias,
    }


def _pool(run: Run, module: Module, x: Tensor) -> Value:
    kernel, stride = pair(module.attrs["pool_size"], "pool_size"), pair(module.attrs["strides"], "strides")
    largest = "Max" in module.layer.name
    padded, padding = padded_as_keras(run, module, x, kernel, stride, (1, 1), float("-inf"))
    if not largest and padded is not x:
        raise LabError("average pooling with padding='same' is only read where the padding is even on both sides")
    settings: dict[str, Value] = {"stride": stride, "padding": padding}
    if not largest:
        settings["count_include_pad"] = False
    inner = torch_layer(run, module, "MaxPool2d" if largest else "AvgPool2d", (kernel,), settings)
    return run.call_module(inner, (padded,))


@keras_layer(_pool, "MaxPooling2D", "MaxPool2D", "AveragePooling2D", "AvgPool2D")
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
        "padding": padding_word(padding),
    }


def _pool_all(run: Run, module: Module, x: Tensor) -> Value:
    image(x, module.layer.called)
    op = "amax" if "Max" in module.layer.name else "mean"
    return run.call(TORCH[op], (x, (2, 3)), {"keepdim": module.attrs["keepdims"]})


@keras_layer(_pool_all, "GlobalAveragePooling2D", "GlobalAvgPool2D", "GlobalMaxPooling2D", "GlobalMaxPool2D")
def _global_pooling(run: Run, module: Module, *, keepdims: Value = False, name: Value = None) -> None:
    module.attrs = {"keepdims": bool(keepdims)}


def _dense(run: Run, module: Module, x: Tensor) -> Value:
    if len(x.shape) != 2:
        raise LabError(f"layers.Dense needs a flat input, and this is {shown(x)}", mend="put layers.Flatten() first")
    settings: dict[str, Value] = {"bias": module.attrs["use_bias"]}
    inner = torch_layer(run, module, "Linear", (x.shape[-1], module.attrs["units"]), settings)
    result = run.call_module(inner, (x,))
    assert isinstance(result, Tensor)
    return activated(run, module, result)


@keras_layer(_dense, "Dense")
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
    return run.call_module(torch_layer(run, module, kind, (channels,), {"eps": 1e-3}), (x,))


@keras_layer(_normalise, "BatchNormalization")
def _batch_norm(
    run: Run, module: Module, axis: Value = -1, momentum: Value = 0.99, epsilon: Value = 1e-3, *, name: Value = None
) -> None:
    module.attrs = {}


def _flatten(run: Run, module: Module, x: Tensor) -> Tensor:
    return flatten(run, x, 1, -1, module)


@keras_layer(_flatten, "Flatten")
def _make_flatten(run: Run, module: Module, *, input_shape: Value = None, name: Value = None) -> None:
    module.attrs = {}


def _drop(run: Run, module: Module, x: Tensor) -> Value:
    return run.call_module(torch_layer(run, module, "Dropout", (module.attrs["rate"],), {}), (x,))


@keras_layer(_drop, "Dropout", "SpatialDropout2D")
def _dropout(run: Run, module: Module, rate: Value, *, name: Value = None) -> None:
    module.attrs = {"rate": rate}


def _activate(run: Run, module: Module, x: Tensor) -> Value:
    return activated(run, module, x)


@keras_layer(_activate, "Activation")
def _activation(run: Run, module: Module, activation: Value, *, name: Value = None) -> None:
    activation_function(activation)
    module.attrs = {"activation": activation}


@keras_layer(_activate, "ReLU")
def _relu(run: Run, module: Module, *, name: Value = None) -> None:
    module.attrs = {"activation": "relu"}


def _soften(run: Run, module: Module, x: Tensor) -> Value:
    return soften(run, "Softmax", x, 1, module)


@keras_layer(_soften, "Softmax")
def _softmax(run: Run, module: Module, *, name: Value = None) -> None:
    module.attrs = {}


def _pad(run: Run, module: Module, x: Tensor) -> Value:
    high, wide = pair(module.attrs["padding"], "padding", 0)
    return run.call(FUNCTIONAL["pad"], (x, (wide, wide, high, high)))


@keras_layer(_pad, "ZeroPadding2D")
def _zero_padding(run: Run, module: Module, padding: Value = (1, 1), *, name: Value = None) -> None:
    module.attrs = {"padding": pair(padding, "padding", 0)}
