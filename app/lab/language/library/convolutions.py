"""Convolutions, linear layers and pooling, as classes of ``torch.nn``."""

from __future__ import annotations

from app.lab.language.library.layers import layer
from app.lab.language.library.windows import (
    adaptive_pool,
    adaptive_size,
    convolution,
    convolve,
    convolve_transposed,
    dense,
    pool,
    pooling,
)
from app.lab.language.operations.shapes import pair, whole
from app.lab.language.run import Run
from app.lab.language.values import Module, Tensor, Value
from app.lab.messages import LabError


def _convolve(run: Run, module: Module, x: Tensor) -> Tensor:
    return convolve(run, x, module.attrs, module)


@layer(_convolve)
def Conv2d(
    run: Run,
    module: Module,
    in_channels: Value,
    out_channels: Value,
    kernel_size: Value,
    stride: Value = 1,
    padding: Value = 0,
    dilation: Value = 1,
    groups: Value = 1,
    bias: Value = True,
    padding_mode: Value = "zeros",
    device: Value = None,
    dtype: Value = None,
) -> None:
    attrs = convolution(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode)
    module.attrs = attrs
    inside: int = attrs["in_channels"]  # type: ignore[assignment]
    out: int = attrs["out_channels"]  # type: ignore[assignment]
    grouped: int = attrs["groups"]  # type: ignore[assignment]
    kernel: tuple[int, int] = attrs["kernel_size"]  # type: ignore[assignment]
    module.fields["weight"] = run.parameter((out, inside // grouped, *kernel))
    module.fields["bias"] = run.parameter((out,)) if bias else None


def _convolve_transposed(run: Run, module: Module, x: Tensor) -> Tensor:
    return convolve_transposed(run, x, module.attrs, module)


@layer(_convolve_transposed)
def ConvTranspose2d(
    run: Run,
    module: Module,
    in_channels: Value,
    out_channels: Value,
    kernel_size: Value,
    stride: Value = 1,
    padding: Value = 0,
    output_padding: Value = 0,
    groups: Value = 1,
    bias: Value = True,
    dilation: Value = 1,
    padding_mode: Value = "zeros",
    device: Value = None,
    dtype: Value = None,
) -> None:
    if padding_mode != "zeros" or isinstance(padding, str):
        raise LabError("a transposed convolution takes its padding as numbers, and pads with zeros")
    attrs = convolution(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias)
    more = pair(output_padding, "output_padding", 0)
    step: tuple[int, int] = attrs["stride"]  # type: ignore[assignment]
    spread: tuple[int, int] = attrs["dilation"]  # type: ignore[assignment]
    if any(m >= max(s, d) for m, s, d in zip(more, step, spread, strict=True)):
        raise LabError("output_padding must be smaller than the stride or the dilation")
    module.attrs = {**attrs, "output_padding": more}
    inside: int = attrs["in_channels"]  # type: ignore[assignment]
    out: int = attrs["out_channels"]  # type: ignore[assignment]
    grouped: int = attrs["groups"]  # type: ignore[assignment]
    kernel: tuple[int, int] = attrs["kernel_size"]  # type: ignore[assignment]
    module.fields["weight"] = run.parameter((inside, out // grouped, *kernel))
    module.fields["bias"] = run.parameter((out,)) if bias else None


def _dense(run: Run, module: Module, x: Tensor) -> Tensor:
    return dense(run, x, module.attrs, module)


@layer(_dense)
def Linear(
    run: Run,
    module: Module,
    in_features: Value,
    out_features: Value,
    bias: Value = True,
    device: Value = None,
    dtype: Value = None,
) -> None:
    inside, out = whole(in_features, "in_features"), whole(out_features, "out_features")
    module.attrs = {"in_features": inside, "out_features": out, "bias": bool(bias)}
    module.fields["weight"] = run.parameter((out, inside))
    module.fields["bias"] = run.parameter((out,)) if bias else None


def _pool(run: Run, module: Module, x: Tensor) -> Tensor:
    return pool(run, module.layer.name, x, module.attrs, module)


@layer(_pool)
def MaxPool2d(
    run: Run,
    module: Module,
    kernel_size: Value,
    stride: Value = None,
    padding: Value = 0,
    dilation: Value = 1,
    return_indices: Value = False,
    ceil_mode: Value = False,
) -> None:
    if return_indices:
        raise LabError("return_indices is not read here", mend="leave it out")
    module.attrs = pooling(kernel_size, stride, padding, ceil_mode, dilation)


@layer(_pool)
def AvgPool2d(
    run: Run,
    module: Module,
    kernel_size: Value,
    stride: Value = None,
    padding: Value = 0,
    ceil_mode: Value = False,
    count_include_pad: Value = True,
) -> None:
    module.attrs = {
        **pooling(kernel_size, stride, padding, ceil_mode),
        "count_include_pad": bool(count_include_pad),
    }


def _adaptive_pool(run: Run, module: Module, x: Tensor) -> Tensor:
    return adaptive_pool(run, module.layer.name, x, module.attrs, module)


@layer(_adaptive_pool)
def AdaptiveAvgPool2d(run: Run, module: Module, output_size: Value) -> None:
    module.attrs = {"output_size": adaptive_size(output_size)}


@layer(_adaptive_pool)
def AdaptiveMaxPool2d(run: Run, module: Module, output_size: Value) -> None:
    module.attrs = {"output_size": adaptive_size(output_size)}
