"""Flattening, padding and resizing, as classes of ``torch.nn``."""

from __future__ import annotations

from math import prod

from app.lab.language.library.layers import layer
from app.lab.language.library.windows import check_repeated
from app.lab.language.operations.shapes import axis, image, pair, shown, whole
from app.lab.language.run import Run
from app.lab.language.values import Module, Tensor, Value
from app.lab.language.words import sizes
from app.lab.messages import LabError


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
        raise LabError("mode is nearest, bilinear or bicubic", mend="such as mode='bilinear'")
    if size is not None and scale is not None:
        raise LabError("this names a size and a scale_factor", mend="leave one of the two out")
    if align is not None and mode in ("nearest", "nearest-exact"):
        raise LabError(f"align_corners has no meaning for {mode}", mend="leave it out, or write mode='bilinear'")
    attrs: dict[str, object] = {"size": None, "mode": mode, "align_corners": align if align is None else bool(align)}
    if size is not None:
        attrs["size"] = target = pair(size, "size")
    else:
        by = scale if isinstance(scale, tuple | list) else (scale, scale)
        if len(by) != 2 or not all(isinstance(one, int | float) and 0 < one <= 64 for one in by):
            raise LabError(
                "say how large: size=(height, width) or scale_factor", mend="such as scale_factor=2; at most 64"
            )
        exact = [side * one for side, one in zip((high, wide), by, strict=True)]
        attrs["size"] = target = (int(exact[0]), int(exact[1]))
        if list(target) != exact:
            # torch steps by the scale, not by what is left of it when the size is rounded.
            attrs.update(size=None, scale_factor=tuple([float(one) for one in by]))
    if min(target) < 1:
        raise LabError(f"nothing is left of {sizes((high, wide))} at this scale", mend="use a larger scale_factor")
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
    if mode != "constant" and len(pads) // 2 not in (len(x.shape) - 2, len(x.shape) - 1):
        raise LabError(
            f"{mode} padding of {shown(x)} names {2 * len(x.shape) - 4} amounts, and this is {len(pads)}",
            mend="(left, right, top, bottom) for an image",
        )
    shape = list(x.shape)
    for number in range(0, len(pads), 2):
        before, after = (whole(pads[number + side], "padding", -(1 << 30)) for side in (0, 1))
        where = len(shape) - 1 - number // 2
        check_repeated(mode, max(before, after), shape[where])
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
