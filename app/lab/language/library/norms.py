"""Normalisation, and the activations that hold weights or look along an axis, as classes of ``torch.nn``."""

from __future__ import annotations

from app.lab.language.library.layers import layer, same_shape
from app.lab.language.library.windows import named
from app.lab.language.operations.shapes import axis, real, shown, whole
from app.lab.language.run import Run
from app.lab.language.values import Module, Tensor, Value
from app.lab.language.words import sizes
from app.lab.messages import LabError


def _normalise(run: Run, module: Module, x: Tensor) -> Tensor:
    name = module.layer.name
    channels = module.attrs["num_channels" if name == "GroupNorm" else "num_features"]
    ranks = {"BatchNorm2d": (4,), "InstanceNorm2d": (4,), "BatchNorm1d": (2, 3)}.get(name, ())
    if ranks and len(x.shape) not in ranks:
        wanted = "[channels, height, width]" if ranks == (4,) else "[features]"
        other = "nn.BatchNorm1d" if len(x.shape) == 2 else "nn.BatchNorm2d"
        raise LabError(f"nn.{name} needs {wanted}, and this is {shown(x)}", mend=f"use {other}, or move it")
    if len(x.shape) < 2 or x.shape[1] != channels:
        seen = x.shape[1] if len(x.shape) > 1 else 0
        raise LabError(
            f"{named(run, module)} is made for {channels} channels, and what reaches it has {seen}",
            mend=f"write nn.{name}({seen})" if name != "GroupNorm" else f"its num_channels should be {seen}",
        )
    if name == "InstanceNorm2d" and x.shape[2:] == (1, 1):
        raise LabError(
            f"{named(run, module)} takes the mean over the places of a map, and this map has one place",
            mend="normalise before the map shrinks to 1×1, or use nn.GroupNorm",
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
        less = max(count for count in range(1, min(groups, 1024)) if channels % count == 0)
        raise LabError(
            f"num_groups={groups} does not divide num_channels={channels}",
            mend=f"such as nn.GroupNorm({less}, {channels})",
        )
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


@layer(same_shape)
def LocalResponseNorm(
    run: Run, module: Module, size: Value, alpha: Value = 1e-4, beta: Value = 0.75, k: Value = 1.0
) -> None:
    module.attrs = {
        "size": whole(size, "size"),
        "alpha": real(alpha, "alpha"),
        "beta": real(beta, "beta"),
        "k": real(k, "k"),
    }


def _sloped(run: Run, module: Module, x: Tensor) -> Tensor:
    count = module.attrs["num_parameters"]
    channels = x.shape[1] if len(x.shape) > 1 else 1
    if count not in (1, channels):
        raise LabError(
            f"{named(run, module)} has {count} slopes, and what reaches it has {channels} channels",
            mend=f"write nn.PReLU() or nn.PReLU({channels})",
        )
    return same_shape(run, module, x)


@layer(_sloped)
def PReLU(run: Run, module: Module, num_parameters: Value = 1, init: Value = 0.25) -> None:
    count = whole(num_parameters, "num_parameters")
    module.attrs = {"num_parameters": count, "init": real(init, "init")}
    module.fields["weight"] = run.parameter((count,), "ones")


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
