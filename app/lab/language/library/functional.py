"""``torch.nn.functional``: layers called as functions."""

from __future__ import annotations

from app.lab.language.kinds import kind_of
from app.lab.language.library.norms import soften
from app.lab.language.library.pointwise import FUNCTIONS, POINTWISE
from app.lab.language.library.registry import FUNCTIONAL, TENSOR_METHODS, TORCH, known_as
from app.lab.language.library.reshaping import pad_image, upsampled
from app.lab.language.library.windows import (
    adaptive_pool,
    adaptive_size,
    convolution,
    convolve,
    dense,
    expect_tensor,
    pool,
    pooling,
)
from app.lab.language.operations.shapes import whole
from app.lab.language.run import Run
from app.lab.language.signature import Signature
from app.lab.language.values import Builtin, Parameter, Tensor, Value
from app.lab.language.words import sizes
from app.lab.messages import LabError


def _pointwise(name: str, op: str) -> None:
    settings = POINTWISE[op]
    in_place = {"inplace": True} if name.endswith("_") else {}

    def apply(run: Run, input: Value, *args: Value) -> Tensor:
        x = expect_tensor(input, name)
        return run.trace.add(op, (x,), x.shape, {**settings(*args), **in_place})

    signature = Signature(settings, skip=0, before=("input",))
    FUNCTIONAL[name] = Builtin(f"F.{name}", apply, signature)
    if name in ("relu", "relu_", "sigmoid", "tanh", "selu", "celu"):
        TORCH[name] = Builtin(f"torch.{name}", apply, signature)
    if name in ("relu", "relu_", "sigmoid", "tanh"):
        TENSOR_METHODS[name] = Builtin(f".{name}", apply, signature)


for _name, _op in FUNCTIONS.items():
    _pointwise(_name, _op)


@known_as("dropout", torch=True, functional=True)
def _dropout(run: Run, input: Value, p: Value = 0.5, training: Value = True, inplace: Value = False) -> Tensor:
    x = expect_tensor(input, "dropout")
    return run.trace.add("Dropout", (x,), x.shape, POINTWISE["Dropout"](p, inplace))


@known_as("dropout2d", functional=True)
def _dropout2d(run: Run, input: Value, p: Value = 0.5, training: Value = True, inplace: Value = False) -> Tensor:
    x = expect_tensor(input, "dropout2d")
    return run.trace.add("Dropout2d", (x,), x.shape, POINTWISE["Dropout2d"](p, inplace))


@known_as("softmax", torch=True, method=True, functional=True)
def _softmax(run: Run, input: Value, dim: Value = None, dtype: Value = None) -> Tensor:
    return soften(run, "Softmax", expect_tensor(input, "softmax"), dim)


@known_as("log_softmax", torch=True, method=True, functional=True)
def _log_softmax(run: Run, input: Value, dim: Value = None, dtype: Value = None) -> Tensor:
    return soften(run, "LogSoftmax", expect_tensor(input, "log_softmax"), dim)


def _weight(value: Value, name: str, ranks: int) -> Parameter:
    if not isinstance(value, Parameter):
        raise LabError(
            f"{name} must be an nn.Parameter, and this is {kind_of(value)}",
            mend="use a layer such as nn.Conv2d; or write self.weight = nn.Parameter(torch.randn(8, 3, 3, 3)) before",
        )
    if len(value.shape) != ranks:
        raise LabError(f"{name} has {ranks} dimensions, and this has the shape {sizes(value.shape)}")
    return value


@known_as("conv2d", torch=True, functional=True)
def _conv2d(
    run: Run,
    input: Value,
    weight: Value,
    bias: Value = None,
    stride: Value = 1,
    padding: Value = 0,
    dilation: Value = 1,
    groups: Value = 1,
) -> Tensor:
    kernel = _weight(weight, "weight", 4)
    out, inside, high, wide = kernel.shape
    weights = {"weight": kernel}
    if bias is not None:
        weights["bias"] = _weight(bias, "bias", 1)
        if weights["bias"].shape != (out,):
            raise LabError(f"bias needs {out} values, and this has {weights['bias'].shape[0]}")
    grouped = whole(groups, "groups")
    attrs = convolution(inside * grouped, out, (high, wide), stride, padding, dilation, grouped, bias is not None)
    return convolve(run, expect_tensor(input, "conv2d"), attrs, weights=weights)


@known_as("linear", functional=True)
def _linear(run: Run, input: Value, weight: Value, bias: Value = None) -> Tensor:
    matrix = _weight(weight, "weight", 2)
    weights = {"weight": matrix}
    if bias is not None:
        weights["bias"] = _weight(bias, "bias", 1)
    attrs: dict[str, object] = {
        "in_features": matrix.shape[1],
        "out_features": matrix.shape[0],
        "bias": bias is not None,
    }
    return dense(run, expect_tensor(input, "linear"), attrs, weights=weights)


@known_as("max_pool2d", torch=True, functional=True)
def _max_pool2d(
    run: Run,
    input: Value,
    kernel_size: Value,
    stride: Value = None,
    padding: Value = 0,
    dilation: Value = 1,
    ceil_mode: Value = False,
    return_indices: Value = False,
) -> Tensor:
    attrs = pooling(kernel_size, stride, padding, ceil_mode, dilation)
    return pool(run, "MaxPool2d", expect_tensor(input, "max_pool2d"), attrs)


@known_as("avg_pool2d", functional=True)
def _avg_pool2d(
    run: Run,
    input: Value,
    kernel_size: Value,
    stride: Value = None,
    padding: Value = 0,
    ceil_mode: Value = False,
    count_include_pad: Value = True,
) -> Tensor:
    attrs = {**pooling(kernel_size, stride, padding, ceil_mode), "count_include_pad": bool(count_include_pad)}
    return pool(run, "AvgPool2d", expect_tensor(input, "avg_pool2d"), attrs)


@known_as("adaptive_avg_pool2d", functional=True)
def _adaptive_avg_pool2d(run: Run, input: Value, output_size: Value) -> Tensor:
    x = expect_tensor(input, "adaptive_avg_pool2d")
    return adaptive_pool(run, "AdaptiveAvgPool2d", x, {"output_size": adaptive_size(output_size)})


@known_as("adaptive_max_pool2d", functional=True)
def _adaptive_max_pool2d(run: Run, input: Value, output_size: Value) -> Tensor:
    x = expect_tensor(input, "adaptive_max_pool2d")
    return adaptive_pool(run, "AdaptiveMaxPool2d", x, {"output_size": adaptive_size(output_size)})


@known_as("interpolate", "upsample", functional=True)
def _interpolate(
    run: Run,
    input: Value,
    size: Value = None,
    scale_factor: Value = None,
    mode: Value = "nearest",
    align_corners: Value = None,
) -> Tensor:
    return upsampled(run, expect_tensor(input, "interpolate"), size, scale_factor, mode, align_corners)


@known_as("pad", functional=True)
def _pad(run: Run, input: Value, pad: Value, mode: Value = "constant", value: Value = None) -> Tensor:
    return pad_image(run, expect_tensor(input, "pad"), pad, mode, value)
