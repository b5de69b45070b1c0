"""Convolutions and pooling: the operations that slide a window over an image, as layers and as functions alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from app.lab.language.kinds import kind_of
from app.lab.language.operations.shapes import image, pair, whole, window
from app.lab.language.run import Run
from app.lab.language.values import Module, Parameter, Tensor, Value
from app.lab.language.words import by, plural, sizes
from app.lab.messages import LabError
from app.lab.network import Pair

_PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
Attrs = dict[str, object]


def convolution(
    in_channels: Value,
    out_channels: Value,
    kernel_size: Value,
    stride: Value,
    padding: Value,
    dilation: Value,
    groups: Value,
    bias: Value,
    padding_mode: Value = "zeros",
) -> Attrs:
    """The settings of a convolution, checked: ``nn.Conv2d``'s keyword arguments."""
    inside, outside = whole(in_channels, "in_channels"), whole(out_channels, "out_channels")
    grouped = whole(groups, "groups")
    if inside % grouped or outside % grouped:
        raise LabError(
            f"groups={grouped} does not divide in_channels={inside} and out_channels={outside}",
            mend="groups=in_channels makes a depthwise convolution",
        )
    step = pair(stride, "stride")
    if padding_mode not in _PADDING_MODES:
        raise LabError("padding_mode is one of " + ", ".join(_PADDING_MODES))
    pads: Value
    if padding == "same":
        if step != (1, 1):
            raise LabError("padding='same' needs stride 1", mend="use padding=kernel_size // 2 with a stride")
        pads = "same"
    elif padding == "valid":
        pads = (0, 0)
    elif isinstance(padding, str):
        raise LabError("padding is a number, 'same' or 'valid'", mend="such as padding=1")
    else:
        pads = pair(padding, "padding", 0)
    return {
        "in_channels": inside,
        "out_channels": outside,
        "kernel_size": pair(kernel_size, "kernel_size"),
        "stride": step,
        "padding": pads,
        "dilation": pair(dilation, "dilation"),
        "groups": grouped,
        "bias": bool(bias),
        "padding_mode": padding_mode,
    }


def convolve(
    run: Run,
    x: Tensor,
    attrs: Mapping[str, object],
    module: Module | None = None,
    weights: Mapping[str, Parameter] | None = None,
) -> Tensor:
    batch, channels, high, wide = image(x, "a convolution")
    if channels != attrs["in_channels"]:
        raise LabError(
            f"{named(run, module)} takes {plural(cast(int, attrs['in_channels']), 'channel')}, and what reaches it has "
            f"{channels} ({sizes(x.shape[1:])})",
            mend=f"write nn.Conv2d({channels}, {attrs['out_channels']}, …), or {_instead(run, x, attrs)}",
        )
    kernel: Pair = attrs["kernel_size"]  # type: ignore[assignment]
    stride: Pair = attrs["stride"]  # type: ignore[assignment]
    dilation: Pair = attrs["dilation"]  # type: ignore[assignment]
    padding = attrs["padding"]
    if attrs["padding_mode"] != "zeros":
        widest = [-(-d * (k - 1) // 2) for k, d in zip(kernel, dilation, strict=True)] if padding == "same" else padding
        for side, border in zip((high, wide), cast(Pair, widest), strict=True):
            check_repeated(str(attrs["padding_mode"]), border, side)
    if padding == "same":
        size: Pair = (high, wide)
    else:
        pads: Pair = padding  # type: ignore[assignment]
        size = window((high, wide), kernel, stride, pads, pads, dilation, named(run, module))
    out: int = attrs["out_channels"]  # type: ignore[assignment]
    groups: int = attrs["groups"]  # type: ignore[assignment]
    macs = size[0] * size[1] * out * (channels // groups) * kernel[0] * kernel[1]
    return run.trace.add("Conv2d", (x,), (batch, out, *size), attrs, module, macs, weights)


def check_repeated(mode: str, border: int, side: int) -> None:
    """LabError for padding that would repeat more values than there are, as in torch."""
    most = {"reflect": side - 1, "circular": side}.get(mode, border)
    if border > most:
        raise LabError(
            f"{mode} padding of {border} would repeat more than the {side} values that there are",
            mend=f"at most {most} here" if most else "use padding with zeros",
        )


def _instead(run: Run, x: Tensor, attrs: Mapping[str, object]) -> str:
    if x is run.trace.input:
        return f"choose an input of {attrs['in_channels']}×{x.shape[2]}×{x.shape[3]}"
    return "change the layer before it"


def convolve_transposed(run: Run, x: Tensor, attrs: Mapping[str, object], module: Module | None = None) -> Tensor:
    batch, channels, high, wide = image(x, "a transposed convolution")
    if channels != attrs["in_channels"]:
        raise LabError(
            f"{named(run, module)} takes {plural(cast(int, attrs['in_channels']), 'channel')}, and what reaches it has "
            f"{channels}",
            mend=f"write nn.ConvTranspose2d({channels}, {attrs['out_channels']}, …), or {_instead(run, x, attrs)}",
        )
    kernel: Pair = attrs["kernel_size"]  # type: ignore[assignment]
    stride: Pair = attrs["stride"]  # type: ignore[assignment]
    pads: Pair = attrs["padding"]  # type: ignore[assignment]
    more: Pair = attrs["output_padding"]  # type: ignore[assignment]
    dilation: Pair = attrs["dilation"]  # type: ignore[assignment]
    size = [
        (side - 1) * stride[i] - 2 * pads[i] + dilation[i] * (kernel[i] - 1) + more[i] + 1
        for i, side in enumerate((high, wide))
    ]
    if min(size) < 1:
        raise LabError(f"the padding of {named(run, module)} leaves nothing of its output", mend="use less padding")
    out: int = attrs["out_channels"]  # type: ignore[assignment]
    groups: int = attrs["groups"]  # type: ignore[assignment]
    macs = high * wide * channels * (out // groups) * kernel[0] * kernel[1]
    return run.trace.add("ConvTranspose2d", (x,), (batch, out, *size), attrs, module, macs)


def pooling(kernel_size: Value, stride: Value, padding: Value, ceil_mode: Value, dilation: Value = None) -> Attrs:
    """The settings of a pooling layer, checked. ``dilation`` is for the largest, an average has none."""
    kernel = pair(kernel_size, "kernel_size")
    attrs: Attrs = {
        "kernel_size": kernel,
        "stride": kernel if stride is None else pair(stride, "stride"),
        "padding": pair(padding, "padding", 0),
    }
    if dilation is not None:
        attrs["dilation"] = pair(dilation, "dilation")
    attrs["ceil_mode"] = bool(ceil_mode)
    return attrs


def pool(run: Run, op: str, x: Tensor, attrs: Mapping[str, object], module: Module | None = None) -> Tensor:
    batch, channels, high, wide = image(x, "pooling")
    kernel: Pair = attrs["kernel_size"]  # type: ignore[assignment]
    stride: Pair = attrs["stride"]  # type: ignore[assignment]
    pads: Pair = attrs["padding"]  # type: ignore[assignment]
    dilation: Pair = attrs.get("dilation", (1, 1))  # type: ignore[assignment]
    if pads[0] > kernel[0] // 2 or pads[1] > kernel[1] // 2:
        raise LabError(
            f"padding {by(pads)} is more than half of the {by(kernel)} window",
            mend="a window may not lie wholly in the padding",
        )
    after = pads
    if attrs["ceil_mode"]:
        after = (
            _ceiling(high, kernel[0], stride[0], pads[0], dilation[0]),
            _ceiling(wide, kernel[1], stride[1], pads[1], dilation[1]),
        )
    size = window((high, wide), kernel, stride, pads, after, dilation, named(run, module, op))
    return run.trace.add(op, (x,), (batch, channels, *size), attrs, module)


def _ceiling(side: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """Padding behind that makes ⌊…⌋ round up, unless the last window would start in it."""
    reach = side + 2 * padding - dilation * (kernel - 1) - 1
    count = -(-reach // stride) + 1
    if (count - 1) * stride >= side + padding:
        count -= 1
    return padding + max(0, (count - 1) * stride - reach)


def adaptive_size(value: Value) -> tuple[int | None, int | None]:
    if value is None:
        return None, None
    if isinstance(value, tuple | list) and len(value) == 2:
        high, wide = (None if side is None else whole(side, "output_size") for side in value)
        return high, wide
    return pair(value, "output_size")


def adaptive_pool(run: Run, op: str, x: Tensor, attrs: Mapping[str, object], module: Module | None = None) -> Tensor:
    batch, channels, high, wide = image(x, "pooling")
    size: tuple[int | None, int | None] = attrs["output_size"]  # type: ignore[assignment]
    shape = (batch, channels, size[0] or high, size[1] or wide)
    return run.trace.add(op, (x,), shape, attrs, module)


def dense(
    run: Run,
    x: Tensor,
    attrs: Mapping[str, object],
    module: Module | None = None,
    weights: Mapping[str, Parameter] | None = None,
) -> Tensor:
    """A linear layer on the last dimension."""
    inside: int = attrs["in_features"]  # type: ignore[assignment]
    out: int = attrs["out_features"]  # type: ignore[assignment]
    if not x.shape or x.shape[-1] != inside:
        _misfit(run, x, inside, out, module)
    macs = inside * out
    for side in x.shape[1 if x.batched else 0 : -1]:
        macs *= side
    return run.trace.add("Linear", (x,), (*x.shape[:-1], out), attrs, module, macs, weights)


def _misfit(run: Run, x: Tensor, inside: int, out: int, module: Module | None) -> None:
    shape = x.shape[1:]
    elements = 1
    for side in shape:
        elements *= side
    if len(shape) == 3:
        mend = "put nn.Flatten() or torch.flatten(x, 1) before it"
        if elements != inside:
            mend += f" and write nn.Linear({elements}, {out})"
    else:
        mend = f"write nn.Linear({x.shape[-1] if x.shape else 1}, {out})"
    raise LabError(
        f"{named(run, module, 'nn.Linear')} takes {inside:,} values, and what reaches it has the shape {sizes(shape)}",
        mend=mend,
    )


def named(run: Run, module: Module | None, kind: str = "this convolution") -> str:
    """How a message names a layer: by its name in the network, with the line that made it where that is another."""
    if module is None:
        return kind
    name = run.names.get(module)
    if name and name.rpartition(".")[2].isdecimal():
        name = f"layer {name}"
    made = f"made on line {module.place[0]}" if module.place and run.lined and module.place != run.at else ""
    if name and made:
        return f"{name} (nn.{module.layer.name}, {made})"
    return name or f"this nn.{module.layer.name}"


def expect_tensor(value: Value, what: str) -> Tensor:
    if not isinstance(value, Tensor):
        mend = "call the layer on x first: layer(x)" if isinstance(value, Module) else "hand over x first of all"
        raise LabError(f"{what} works on a tensor, not on {kind_of(value)}", mend=mend)
    return value
