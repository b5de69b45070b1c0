"""The classes of ``torch.nn``: what their arguments mean, which weights they hold, what they do to a shape.

Each function below that is named like a class *is* that class's ``__init__``: its parameters are the ones that
student code may give. ``device`` and ``dtype`` are accepted and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from app.lab.language.pointwise import POINTWISE
from app.lab.language.run import Run, kind_of
from app.lab.language.sequences import items_of
from app.lab.language.shapes import axis, image, pair, real, shown, whole
from app.lab.language.values import Keywords, LayerType, Module, Signature, Tensor, Value
from app.lab.language.windows import (
    adaptive_pool,
    adaptive_size,
    convolution,
    convolve,
    convolve_transposed,
    dense,
    named,
    pool,
    pooling,
)
from app.lab.language.words import sizes
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


def _same_shape(run: Run, module: Module, x: Tensor) -> Tensor:
    return run.trace.add(module.layer.name, (x,), x.shape, module.attrs, module)


def _no_forward(run: Run, module: Module, x: Tensor) -> Value:
    raise LabError(f"{module.name} has no forward", mend="write def forward(self, x): … in the class")


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
    mend = ""
    if isinstance(value, list | tuple) or kind_of(value) == "a function":
        mend = "write nn.Sequential(*layers)" if isinstance(value, list | tuple) else "functions go into forward"
    elif isinstance(value, LayerType):
        mend = f"make the layer: {value.called}()"
    raise LabError(f"{holder} holds layers, and number {number + 1} is {kind_of(value)}", mend=mend)


def _put_named(run: Run, module: Module, named: Value) -> None:
    if not isinstance(named, dict):
        raise LabError(f"this needs a dict of layers, not {kind_of(named)}")
    run.budget.hold(len(named))
    for name, part in named.items():
        if not isinstance(name, str) or not name or "." in name:
            raise LabError("the name of a layer is text without dots")
        module.fields[name] = as_layer(part, f"nn.{module.layer.name}")


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


def _normalise(run: Run, module: Module, x: Tensor) -> Tensor:
    name = module.layer.name
    channels = module.attrs["num_channels" if name == "GroupNorm" else "num_features"]
    ranks = {"BatchNorm2d": (4,), "InstanceNorm2d": (4,), "BatchNorm1d": (2, 3)}.get(name, ())
    if ranks and len(x.shape) not in ranks:
        wanted = "[channels, height, width]" if ranks == (4,) else "[features]"
        raise LabError(f"nn.{name} needs {wanted}, and this is {shown(x)}")
    if len(x.shape) < 2 or x.shape[1] != channels:
        seen = x.shape[1] if len(x.shape) > 1 else 0
        raise LabError(
            f"{named(run, module)} is made for {channels} channels, and what reaches it has {seen}",
            mend=f"write nn.{name}({seen})" if name != "GroupNorm" else f"its num_channels should be {seen}",
        )
    return run.trace.add(name, (x,), x.shape, module.attrs, module)


def _batch_norm(
    run: Run, module: Module, num_features: Value, eps: Value, momentum: Value, affine: Value, track: Value, bias: Value
) -> None:
    features = whole(num_features, "num_features")
    module.attrs = {
        "num_features": features,
        "eps": real(eps, "eps"),
        "momentum": None if momentum is None else real(momentum, "momentum"),
        "affine": bool(affine),
        "track_running_stats": bool(track),
    }
    _scale_and_shift(run, module, features, affine, bias)
    if track:
        module.buffers = {"running_mean": (features,), "running_var": (features,), "num_batches_tracked": ()}


def _scale_and_shift(run: Run, module: Module, channels: int, affine: Value, bias: Value) -> None:
    module.fields["weight"] = run.parameter((channels,), "ones") if affine else None
    module.fields["bias"] = run.parameter((channels,), "zeros") if affine and bias else None
    if not bias:
        module.attrs["bias"] = False


@layer(_normalise)
def BatchNorm2d(
    run: Run,
    module: Module,
    num_features: Value,
    eps: Value = 1e-5,
    momentum: Value = 0.1,
    affine: Value = True,
    track_running_stats: Value = True,
    device: Value = None,
    dtype: Value = None,
    bias: Value = True,
) -> None:
    _batch_norm(run, module, num_features, eps, momentum, affine, track_running_stats, bias)


@layer(_normalise)
def BatchNorm1d(
    run: Run,
    module: Module,
    num_features: Value,
    eps: Value = 1e-5,
    momentum: Value = 0.1,
    affine: Value = True,
    track_running_stats: Value = True,
    device: Value = None,
    dtype: Value = None,
    bias: Value = True,
) -> None:
    _batch_norm(run, module, num_features, eps, momentum, affine, track_running_stats, bias)


@layer(_normalise)
def InstanceNorm2d(
    run: Run,
    module: Module,
    num_features: Value,
    eps: Value = 1e-5,
    momentum: Value = 0.1,
    affine: Value = False,
    track_running_stats: Value = False,
    device: Value = None,
    dtype: Value = None,
    bias: Value = True,
) -> None:
    _batch_norm(run, module, num_features, eps, momentum, affine, track_running_stats, bias)


@layer(_normalise)
def GroupNorm(
    run: Run,
    module: Module,
    num_groups: Value,
    num_channels: Value,
    eps: Value = 1e-5,
    affine: Value = True,
    device: Value = None,
    dtype: Value = None,
    bias: Value = True,
) -> None:
    groups, channels = whole(num_groups, "num_groups"), whole(num_channels, "num_channels")
    if channels % groups:
        raise LabError(f"num_groups={groups} does not divide num_channels={channels}")
    module.attrs = {
        "num_groups": groups,
        "num_channels": channels,
        "eps": real(eps, "eps"),
        "affine": bool(affine),
    }
    _scale_and_shift(run, module, channels, affine, bias)


def _layer_norm(run: Run, module: Module, x: Tensor) -> Tensor:
    shape: tuple[int, ...] = module.attrs["normalized_shape"]  # type: ignore[assignment]
    if x.shape[-len(shape) :] != shape:
        raise LabError(
            f"nn.LayerNorm normalises the last dimensions {sizes(shape)}, and this is {shown(x)}",
            mend="for images, nn.GroupNorm(1, channels) normalises over channels, height and width",
        )
    return run.trace.add("LayerNorm", (x,), x.shape, module.attrs, module)


@layer(_layer_norm)
def LayerNorm(
    run: Run,
    module: Module,
    normalized_shape: Value,
    eps: Value = 1e-5,
    elementwise_affine: Value = True,
    bias: Value = True,
    device: Value = None,
    dtype: Value = None,
) -> None:
    given = normalized_shape if isinstance(normalized_shape, tuple | list) else (normalized_shape,)
    if not 1 <= len(given) <= 4:
        raise LabError("normalized_shape is one to four sizes")
    shape = tuple(whole(side, "normalized_shape") for side in given)
    module.attrs = {
        "normalized_shape": shape,
        "eps": real(eps, "eps"),
        "elementwise_affine": bool(elementwise_affine),
        "bias": bool(bias),
    }
    module.fields["weight"] = run.parameter(shape, "ones") if elementwise_affine else None
    module.fields["bias"] = run.parameter(shape, "zeros") if elementwise_affine and bias else None


@layer(_same_shape)
def LocalResponseNorm(
    run: Run, module: Module, size: Value, alpha: Value = 1e-4, beta: Value = 0.75, k: Value = 1.0
) -> None:
    module.attrs = {
        "size": whole(size, "size"),
        "alpha": real(alpha, "alpha"),
        "beta": real(beta, "beta"),
        "k": real(k, "k"),
    }


@layer(_same_shape)
def PReLU(run: Run, module: Module, num_parameters: Value = 1, init: Value = 0.25) -> None:
    count = whole(num_parameters, "num_parameters")
    module.attrs = {"num_parameters": count, "init": real(init, "init")}
    module.fields["weight"] = run.parameter((count,), "ones")


@layer(_same_shape)
def Identity(run: Run, module: Module, *args: Value, **keywords: Value) -> None:
    module.attrs = {}


def _over_axis(run: Run, module: Module, x: Tensor) -> Tensor:
    return soften(run, module.layer.name, x, module.attrs["dim"], module)


def soften(run: Run, op: str, x: Tensor, dim: Value, module: Module | None = None) -> Tensor:
    """Softmax and its logarithm, over one dimension of each image."""
    where = 1 if dim is None else axis(x, dim)
    if where == 0 and x.batched:
        raise LabError("softmax over dimension 0 mixes the images of a batch", mend="use dim=1, the classes")
    return run.trace.add(op, (x,), x.shape, {"dim": where}, module)


@layer(_over_axis)
def Softmax(run: Run, module: Module, dim: Value = None) -> None:
    module.attrs = {"dim": dim}


@layer(_over_axis)
def LogSoftmax(run: Run, module: Module, dim: Value = None) -> None:
    module.attrs = {"dim": dim}


def flatten(run: Run, x: Tensor, start: Value, end: Value, module: Module | None = None) -> Tensor:
    if not x.shape:
        return x
    first, last = axis(x, start, "start_dim"), axis(x, end, "end_dim")
    if first > last:
        raise LabError("start_dim lies behind end_dim")
    if first == 0 and x.batched and last > 0:
        raise LabError(
            "flattening from dimension 0 puts the images of a batch together",
            mend="write torch.flatten(x, 1) or nn.Flatten()",
        )
    shape = (*x.shape[:first], prod(x.shape[first : last + 1]), *x.shape[last + 1 :])
    return run.trace.add("flatten", (x,), shape, {"start_dim": first, "end_dim": last}, module)


def _flatten(run: Run, module: Module, x: Tensor) -> Tensor:
    return flatten(run, x, module.attrs["start_dim"], module.attrs["end_dim"], module)


@layer(_flatten)
def Flatten(run: Run, module: Module, start_dim: Value = 1, end_dim: Value = -1) -> None:
    module.attrs = {"start_dim": start_dim, "end_dim": end_dim}


def upsampled(
    run: Run, x: Tensor, size: Value, scale: Value, mode: Value, align: Value, module: Module | None = None
) -> Tensor:
    batch, channels, high, wide = image(x, "resizing")
    if mode not in ("nearest", "bilinear", "bicubic", "nearest-exact"):
        raise LabError("mode is nearest, bilinear or bicubic")
    if size is not None:
        target = pair(size, "size")
    elif isinstance(scale, int | float) and 0 < scale <= 64:
        target = int(high * scale), int(wide * scale)
    elif isinstance(scale, tuple | list) and len(scale) == 2 and all(isinstance(s, int) and 0 < s <= 64 for s in scale):
        target = high * int(scale[0]), wide * int(scale[1])
    else:
        raise LabError("say how large: size=(height, width) or scale_factor=2")
    if min(target) < 1:
        raise LabError(f"nothing is left of {sizes((high, wide))} at this scale")
    attrs: dict[str, object] = {"size": target, "mode": mode, "align_corners": align if align is None else bool(align)}
    return run.trace.add("Upsample", (x,), (batch, channels, *target), attrs, module)


def _upsample(run: Run, module: Module, x: Tensor) -> Tensor:
    attrs = module.attrs
    return upsampled(run, x, attrs["size"], attrs["scale_factor"], attrs["mode"], attrs["align_corners"], module)


@layer(_upsample)
def Upsample(
    run: Run,
    module: Module,
    size: Value = None,
    scale_factor: Value = None,
    mode: Value = "nearest",
    align_corners: Value = None,
) -> None:
    module.attrs = {"size": size, "scale_factor": scale_factor, "mode": mode, "align_corners": align_corners}


def pad_image(run: Run, x: Tensor, pads: Value, mode: Value, value: Value, module: Module | None = None) -> Tensor:
    """``F.pad``: pairs (before, after) from the last dimension backwards; negative ones cut off."""
    if not isinstance(pads, tuple | list) or len(pads) % 2 or not 0 < len(pads) <= 2 * len(x.shape):
        raise LabError(
            "padding is a tuple of pairs, the last dimension first: (left, right, top, bottom)",
            mend="to add channels: (0, 0, 0, 0, before, after)",
        )
    if mode not in ("constant", "reflect", "replicate", "circular"):
        raise LabError("mode is constant, reflect, replicate or circular")
    shape = list(x.shape)
    for number in range(0, len(pads), 2):
        before, after = (whole(pads[number + side], "padding", -(1 << 30)) for side in (0, 1))
        where = len(shape) - 1 - number // 2
        if mode != "constant" and max(before, after) >= shape[where]:
            raise LabError(f"{mode} padding must be smaller than the {shape[where]} values that it repeats")
        shape[where] += before + after
        if shape[where] < 1:
            raise LabError(f"this padding cuts away all of dimension {where}")
    fill = 0 if value is None else value
    if not isinstance(fill, int | float):
        raise LabError("value must be a number")
    attrs: dict[str, object] = {"pad": tuple(pads), "mode": mode, "value": fill}
    return run.trace.add("pad", (x,), tuple(shape), attrs, module)


def _pad(run: Run, module: Module, x: Tensor) -> Tensor:
    modes = {"ZeroPad2d": "constant", "ReflectionPad2d": "reflect", "ReplicationPad2d": "replicate"}
    return pad_image(run, x, module.attrs["padding"], modes[module.layer.name], 0, module)


def _pads(padding: Value) -> tuple[Value, ...]:
    if isinstance(padding, tuple | list) and len(padding) == 4:
        return tuple(padding)
    return (whole(padding, "padding", -(1 << 30)),) * 4


@layer(_pad)
def ZeroPad2d(run: Run, module: Module, padding: Value) -> None:
    module.attrs = {"padding": _pads(padding)}


@layer(_pad)
def ReflectionPad2d(run: Run, module: Module, padding: Value) -> None:
    module.attrs = {"padding": _pads(padding)}


@layer(_pad)
def ReplicationPad2d(run: Run, module: Module, padding: Value) -> None:
    module.attrs = {"padding": _pads(padding)}


def _shuffle(run: Run, module: Module, x: Tensor) -> Tensor:
    batch, channels, high, wide = image(x, "nn.PixelShuffle")
    factor: int = module.attrs["upscale_factor"]  # type: ignore[assignment]
    if channels % factor**2:
        raise LabError(f"{channels} channels cannot be spread over {factor}×{factor} pixels")
    shape = (batch, channels // factor**2, high * factor, wide * factor)
    return run.trace.add("PixelShuffle", (x,), shape, module.attrs, module)


@layer(_shuffle)
def PixelShuffle(run: Run, module: Module, upscale_factor: Value) -> None:
    factor = whole(upscale_factor, "upscale_factor")
    if factor > 64:
        raise LabError("upscale_factor is at most 64")
    module.attrs = {"upscale_factor": factor}


__all__ = ["LAYERS", "Keywords", "as_layer", "extend", "flatten", "pad_image", "soften", "upsampled"]
