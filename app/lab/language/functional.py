"""Functions of tensors: ``torch.*``, ``torch.nn.functional.*`` and the methods of a tensor, each written once."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from app.lab.language.layers import LAYERS, flatten, pad_image, soften, upsampled
from app.lab.language.operators import combine
from app.lab.language.pointwise import FUNCTIONS, POINTWISE
from app.lab.language.run import Run, kind_of
from app.lab.language.sequences import index_tensor, items_of
from app.lab.language.shapes import axis, broadcast, shown, whole
from app.lab.language.values import Builtin, Leaf, Parameter, Signature, Size, Tensor, Value
from app.lab.language.windows import (
    adaptive_pool,
    adaptive_size,
    convolution,
    convolve,
    dense,
    expect_tensor,
    pool,
    pooling,
)
from app.lab.language.words import sizes
from app.lab.messages import LabError

TORCH: dict[str, Value] = {}
FUNCTIONAL: dict[str, Value] = {}
TENSOR_METHODS: dict[str, Builtin] = {}

_Function = Callable[..., Value]
_Register = Callable[[_Function], _Function]


def _known_as(*names: str, torch: bool = False, method: bool = False, functional: bool = False) -> _Register:
    def register(function: _Function) -> _Function:
        for name in names:
            if torch:
                TORCH[name] = Builtin(f"torch.{name}", function)
            if functional:
                FUNCTIONAL[name] = Builtin(f"F.{name}", function)
            if method:
                TENSOR_METHODS[name] = Builtin(f".{name}", function)
        return function

    return register


def _pointwise(name: str, op: str) -> None:
    settings = POINTWISE[op]

    def apply(run: Run, input: Value, *args: Value) -> Tensor:
        x = expect_tensor(input, name)
        return run.trace.add(op, (x,), x.shape, settings(*args))

    signature = Signature(settings, skip=0, before=("input",))
    FUNCTIONAL[name] = Builtin(f"F.{name}", apply, signature)
    if name in ("relu", "relu_", "sigmoid", "tanh", "selu", "celu"):
        TORCH[name] = Builtin(f"torch.{name}", apply, signature)
    if name in ("relu", "relu_", "sigmoid", "tanh"):
        TENSOR_METHODS[name] = Builtin(f".{name}", apply, signature)


for _name, _op in FUNCTIONS.items():
    _pointwise(_name, _op)


@_known_as("dropout", torch=True, functional=True)
def _dropout(run: Run, input: Value, p: Value = 0.5, training: Value = True, inplace: Value = False) -> Tensor:
    x = expect_tensor(input, "dropout")
    return run.trace.add("Dropout", (x,), x.shape, POINTWISE["Dropout"](p, inplace))


@_known_as("dropout2d", functional=True)
def _dropout2d(run: Run, input: Value, p: Value = 0.5, training: Value = True, inplace: Value = False) -> Tensor:
    x = expect_tensor(input, "dropout2d")
    return run.trace.add("Dropout2d", (x,), x.shape, POINTWISE["Dropout2d"](p, inplace))


@_known_as("softmax", torch=True, method=True, functional=True)
def _softmax(run: Run, input: Value, dim: Value = None, dtype: Value = None) -> Tensor:
    return soften(run, "Softmax", expect_tensor(input, "softmax"), dim)


@_known_as("log_softmax", torch=True, method=True, functional=True)
def _log_softmax(run: Run, input: Value, dim: Value = None, dtype: Value = None) -> Tensor:
    return soften(run, "LogSoftmax", expect_tensor(input, "log_softmax"), dim)


def _weight(value: Value, name: str, ranks: int) -> Parameter:
    if not isinstance(value, Parameter):
        raise LabError(
            f"{name} must be an nn.Parameter, and this is {kind_of(value)}",
            mend="write self.weight = nn.Parameter(torch.randn(out, in, 3, 3)) in __init__",
        )
    if len(value.shape) != ranks:
        raise LabError(f"{name} has {ranks} dimensions, and this has the shape {sizes(value.shape)}")
    return value


@_known_as("conv2d", torch=True, functional=True)
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


@_known_as("linear", functional=True)
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


@_known_as("max_pool2d", torch=True, functional=True)
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


@_known_as("avg_pool2d", functional=True)
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


@_known_as("adaptive_avg_pool2d", functional=True)
def _adaptive_avg_pool2d(run: Run, input: Value, output_size: Value) -> Tensor:
    x = expect_tensor(input, "adaptive_avg_pool2d")
    return adaptive_pool(run, "AdaptiveAvgPool2d", x, {"output_size": adaptive_size(output_size)})


@_known_as("adaptive_max_pool2d", functional=True)
def _adaptive_max_pool2d(run: Run, input: Value, output_size: Value) -> Tensor:
    x = expect_tensor(input, "adaptive_max_pool2d")
    return adaptive_pool(run, "AdaptiveMaxPool2d", x, {"output_size": adaptive_size(output_size)})


@_known_as("interpolate", "upsample", functional=True)
def _interpolate(
    run: Run,
    input: Value,
    size: Value = None,
    scale_factor: Value = None,
    mode: Value = "nearest",
    align_corners: Value = None,
) -> Tensor:
    return upsampled(run, expect_tensor(input, "interpolate"), size, scale_factor, mode, align_corners)


@_known_as("pad", functional=True)
def _pad(run: Run, input: Value, pad: Value, mode: Value = "constant", value: Value = None) -> Tensor:
    return pad_image(run, expect_tensor(input, "pad"), pad, mode, value)


def _tensors(run: Run, values: Value, what: str) -> tuple[Tensor, ...]:
    if isinstance(values, Tensor) or not isinstance(values, list | tuple) or not values:
        raise LabError(f"{what} takes a list of tensors", mend=f"write {what}([a, b], 1)")
    run.budget.hold(len(values))
    return tuple(expect_tensor(value, what) for value in values)


@_known_as("cat", "concat", "concatenate", torch=True)
def _cat(run: Run, tensors: Value, dim: Value = 0) -> Tensor:
    parts = _tensors(run, tensors, "torch.cat")
    first = max(parts, key=lambda part: part.batched)
    where = axis(first, dim)
    if where == 0 and first.batched:
        raise LabError("torch.cat along dimension 0 adds images to the batch", mend="write torch.cat([a, b], 1)")
    rest = [side for number, side in enumerate(first.shape) if number != where]
    for part in parts:
        if len(part.shape) != len(first.shape) or [s for n, s in enumerate(part.shape) if n != where] != rest:
            raise LabError(
                f"shapes {shown(first)} and {shown(part)} cannot be concatenated along dimension {where}",
                mend="all other dimensions must be equal: same stride and padding on both paths",
            )
    shape = list(first.shape)
    shape[where] = sum(part.shape[where] for part in parts)
    return run.trace.add("cat", parts, tuple(shape), {"dim": where})


@_known_as("stack", torch=True)
def _stack(run: Run, tensors: Value, dim: Value = 0) -> Tensor:
    parts = _tensors(run, tensors, "torch.stack")
    where = axis(parts[0], dim, extra=1)
    for part in parts:
        if part.shape != parts[0].shape:
            raise LabError(f"shapes {shown(parts[0])} and {shown(part)} cannot be stacked")
    shape = (*parts[0].shape[:where], len(parts), *parts[0].shape[where:])
    return run.trace.add("stack", parts, shape, {"dim": where})


def _combining(name: str, op: str) -> None:
    def apply(run: Run, input: Value, other: Value) -> Tensor:
        if not isinstance(input, Tensor) and not isinstance(other, Tensor):
            expect_tensor(input, f"torch.{name}")
        return combine(run, op, input, other)

    TORCH[name] = Builtin(f"torch.{name}", apply)
    TENSOR_METHODS[name] = Builtin(f".{name}", apply)
    TENSOR_METHODS[f"{name}_"] = Builtin(f".{name}_", apply)


for _name, _op in {"add": "add", "sub": "sub", "mul": "mul", "multiply": "mul", "div": "div"}.items():
    _combining(_name, _op)


@_known_as("maximum", torch=True, method=True)
def _maximum(run: Run, input: Value, other: Value) -> Tensor:
    a, b = expect_tensor(input, "maximum"), expect_tensor(other, "maximum")
    return run.trace.add("maximum", (a, b), broadcast("maximum", a, b))


@_known_as("minimum", torch=True, method=True)
def _minimum(run: Run, input: Value, other: Value) -> Tensor:
    a, b = expect_tensor(input, "minimum"), expect_tensor(other, "minimum")
    return run.trace.add("minimum", (a, b), broadcast("minimum", a, b))


def _elementwise(name: str) -> None:
    def apply(run: Run, input: Value) -> Tensor:
        x = expect_tensor(input, name)
        return run.trace.add(name, (x,), x.shape)

    TORCH[name] = Builtin(f"torch.{name}", apply)
    TENSOR_METHODS[name] = Builtin(f".{name}", apply)


for _name in ("neg", "abs", "exp", "log", "sqrt"):
    _elementwise(_name)


@_known_as("pow", torch=True, method=True)
def _pow(run: Run, input: Value, exponent: Value) -> Tensor:
    x = expect_tensor(input, "pow")
    if not isinstance(exponent, int | float):
        raise LabError("the exponent must be a number")
    return run.trace.add("pow", (x,), x.shape, {"scalar": exponent})


@_known_as("square", torch=True, method=True)
def _square(run: Run, input: Value) -> Tensor:
    return _pow(run, input, 2)  # type: ignore[return-value]


@_known_as("clamp", "clip", torch=True, method=True)
def _clamp(run: Run, input: Value, min: Value = None, max: Value = None) -> Tensor:
    x = expect_tensor(input, "clamp")
    if not all(bound is None or isinstance(bound, int | float) for bound in (min, max)):
        raise LabError("min and max must be numbers")
    if min is None and max is None:
        raise LabError("clamp needs min, max or both")
    return run.trace.add("clamp", (x,), x.shape, {"min": min, "max": max})


def _reduce(run: Run, op: str, input: Value, dim: Value, keepdim: Value) -> Tensor:
    x = expect_tensor(input, op)
    given = dim if isinstance(dim, tuple | list) else range(len(x.shape)) if dim is None else (dim,)
    dims = tuple(sorted({axis(x, one) for one in given}))
    if 0 in dims and x.batched:
        raise LabError(
            f"{op} over dimension 0 mixes the images of a batch",
            mend=f"name the dimensions: x.{op}((2, 3)) goes over height and width",
        )
    if keepdim:
        shape = tuple(1 if number in dims else side for number, side in enumerate(x.shape))
    else:
        shape = tuple(side for number, side in enumerate(x.shape) if number not in dims)
    return run.trace.add(op, (x,), shape, {"dim": dims, "keepdim": bool(keepdim)})


@_known_as("mean", torch=True, method=True)
def _mean(run: Run, input: Value, dim: Value = None, keepdim: Value = False) -> Tensor:
    return _reduce(run, "mean", input, dim, keepdim)


@_known_as("sum", torch=True, method=True)
def _sum(run: Run, input: Value, dim: Value = None, keepdim: Value = False) -> Tensor:
    return _reduce(run, "sum", input, dim, keepdim)


@_known_as("amax", torch=True, method=True)
def _amax(run: Run, input: Value, dim: Value = (), keepdim: Value = False) -> Tensor:
    return _reduce(run, "amax", input, None if dim == () else dim, keepdim)


@_known_as("flatten", torch=True, method=True)
def _flatten(run: Run, input: Value, start_dim: Value = 0, end_dim: Value = -1) -> Tensor:
    return flatten(run, expect_tensor(input, "torch.flatten"), start_dim, end_dim)


def _spread(values: tuple[Value, ...]) -> tuple[Value, ...]:
    if len(values) == 1 and isinstance(values[0], tuple | list):
        return tuple(values[0])
    return values


@_known_as("view", "reshape", method=True)
def view(run: Run, input: Value, *shape: Value) -> Tensor:
    """Fill in one −1 and check that the values fit."""
    x = expect_tensor(input, "view")
    wanted = [whole(side, "a size", -1) for side in _spread(shape)]
    if not wanted or wanted.count(-1) > 1 or 0 in wanted:
        raise LabError("view needs sizes of at least 1, of which one may be -1")
    total = prod(x.shape)
    if x.batched and wanted[0] > 1:
        raise LabError(
            f"view({', '.join(map(str, wanted))}) does not keep the batch: the lab passes one image",
            mend="write x.view(x.size(0), …) or torch.flatten(x, 1)",
        )
    known = prod(side for side in wanted if side != -1)
    if -1 in wanted and total % known == 0:
        wanted[wanted.index(-1)] = total // known
    if prod(wanted) != total:
        raise LabError(
            f"{shown(x)} has {total:,} values, which do not fit into [{', '.join(map(str, wanted))}]",
            mend="write x.view(x.size(0), -1), or torch.flatten(x, 1)",
        )
    if x.batched and wanted[0] != 1:
        raise LabError(
            f"this view puts one image into {wanted[0]} rows: it has {total:,} values, not {total // wanted[0]:,}",
            mend="write x.view(x.size(0), -1), or torch.flatten(x, 1)",
        )
    return _reshaped(run, x, tuple(wanted))


def _reshaped(run: Run, x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """A tensor made from nothing is made anew in its new shape; any other is viewed."""
    if isinstance(x, Leaf) and not isinstance(x, Parameter):
        values = x.values
        if x.fill == "data":
            values = _nested(_flat(run, values), shape)
        return Leaf(shape, x.fill, values)
    return run.trace.add("view", (x,), shape, {"shape": shape[1:] if x.batched else shape})


def _flat(run: Run, values: Value) -> list[Value]:
    if not isinstance(values, tuple):
        return [values]
    run.budget.hold(len(values))
    return [item for part in values for item in _flat(run, part)]


def _nested(values: list[Value], shape: tuple[int, ...]) -> Value:
    if not shape:
        return values[0]
    size = len(values) // shape[0]
    return tuple(_nested(values[start : start + size], shape[1:]) for start in range(0, len(values), size))


@_known_as("reshape", torch=True)
def _reshape(run: Run, input: Value, shape: Value) -> Tensor:
    return view(run, input, shape)  # type: ignore[return-value]


@_known_as("view_as", "reshape_as", method=True)
def _view_as(run: Run, input: Value, other: Value) -> Tensor:
    return view(run, input, expect_tensor(other, "view_as").shape)  # type: ignore[return-value]


@_known_as("permute", method=True)
def permute(run: Run, input: Value, *dims: Value) -> Tensor:
    x = expect_tensor(input, "permute")
    order = tuple(axis(x, one) for one in _spread(dims))
    if sorted(order) != list(range(len(x.shape))):
        raise LabError(f"permute names each of the {len(x.shape)} dimensions once", mend="as x.permute(0, 2, 3, 1)")
    if x.batched and order[0] != 0:
        raise LabError("this moves the batch away from dimension 0", mend="keep 0 first")
    return run.trace.add("permute", (x,), tuple(x.shape[one] for one in order), {"dims": order})


@_known_as("permute", torch=True)
def _permute(run: Run, input: Value, dims: Value) -> Tensor:
    return permute(run, input, dims)  # type: ignore[return-value]


@_known_as("transpose", "swapaxes", torch=True, method=True)
def _transpose(run: Run, input: Value, dim0: Value, dim1: Value) -> Tensor:
    x = expect_tensor(input, "transpose")
    order = list(range(len(x.shape)))
    one, other = axis(x, dim0, "dim0"), axis(x, dim1, "dim1")
    order[one], order[other] = order[other], order[one]
    return permute(run, x, tuple(order))  # type: ignore[return-value]


@_known_as("squeeze", torch=True, method=True)
def _squeeze(run: Run, input: Value, dim: Value = None) -> Tensor:
    x = expect_tensor(input, "squeeze")
    if dim is None:
        gone = [number for number, side in enumerate(x.shape) if side == 1 and not (x.batched and number == 0)]
        if x.batched:
            run.note("squeeze() without a dimension also removes a batch of one image: name the dimension")
    else:
        gone = [number for number in (axis(x, dim),) if x.shape[number] == 1]
    shape = tuple(side for number, side in enumerate(x.shape) if number not in gone)
    if not gone:
        return x
    return _reshaped(run, x, shape)


@_known_as("unsqueeze", torch=True, method=True)
def _unsqueeze(run: Run, input: Value, dim: Value) -> Tensor:
    x = expect_tensor(input, "unsqueeze")
    where = axis(x, dim, extra=1)
    if where == 0 and x.batched:
        raise LabError("this puts a dimension before the batch", mend="unsqueeze(1) or later")
    shape = (*x.shape[:where], 1, *x.shape[where:])
    return _reshaped(run, x, shape)


@_known_as("expand", method=True)
def _expand(run: Run, input: Value, *shape: Value) -> Tensor:
    x = expect_tensor(input, "expand")
    wanted = [whole(side, "a size", -1) for side in _spread(shape)]
    more = len(wanted) - len(x.shape)
    if more < 0 or (more and x.batched):
        raise LabError(f"{shown(x)} cannot be expanded to {sizes(wanted)}")
    filled = (1,) * more + x.shape
    full = tuple(old if new == -1 else new for new, old in zip(wanted, filled, strict=True))
    if any(old not in (1, new) for new, old in zip(full, filled, strict=True)):
        raise LabError(f"{shown(x)} cannot be expanded to {sizes(wanted)}", mend="only sizes of 1 can be expanded")
    return run.trace.add("expand", (x,), full, {"shape": full[1:] if x.batched else full})


@_known_as("expand_as", method=True)
def _expand_as(run: Run, input: Value, other: Value) -> Tensor:
    return _expand(run, input, *expect_tensor(other, "expand_as").shape)  # type: ignore[return-value]


def _parts(run: Run, x: Tensor, where: int, lengths: list[int]) -> tuple[Value, ...]:
    run.budget.hold(len(lengths))
    made: list[Value] = []
    start = 0
    for length in lengths:
        index = [slice(None)] * where + [slice(start, start + length)]
        made.append(index_tensor(run, x, tuple(index)))
        start += length
    return tuple(made)


@_known_as("chunk", torch=True, method=True)
def _chunk(run: Run, input: Value, chunks: Value, dim: Value = 0) -> tuple[Value, ...]:
    x = expect_tensor(input, "chunk")
    where, count = axis(x, dim), whole(chunks, "chunks")
    side = x.shape[where]
    length = -(-side // count)
    return _parts(run, x, where, [min(length, side - start) for start in _starts(run, side, length)])


def _starts(run: Run, side: int, length: int) -> range:
    starts = range(0, side, length)
    run.budget.hold(len(starts))
    return starts


@_known_as("split", torch=True, method=True)
def _split(run: Run, input: Value, split_size: Value, dim: Value = 0) -> tuple[Value, ...]:
    x = expect_tensor(input, "split")
    where = axis(x, dim)
    side = x.shape[where]
    if isinstance(split_size, list | tuple):
        lengths = [whole(one, "a size") for one in split_size]
        if sum(lengths) != side:
            raise LabError(f"the parts add up to {sum(lengths)}, and dimension {where} has {side}")
        return _parts(run, x, where, lengths)
    length = whole(split_size, "split_size")
    return _parts(run, x, where, [min(length, side - start) for start in _starts(run, side, length)])


@_known_as("size", method=True)
def _size(run: Run, input: Value, dim: Value = None) -> Value:
    x = expect_tensor(input, "size")
    return Size(x.shape) if dim is None else x.shape[axis(x, dim)]


@_known_as("dim", "ndimension", method=True)
def _dim(run: Run, input: Value) -> Value:
    return len(expect_tensor(input, "dim").shape)


@_known_as("numel", "nelement", method=True)
def _numel(run: Run, input: Value) -> Value:
    return prod(expect_tensor(input, "numel").shape)


@_known_as("numel", torch=True)
def _torch_numel(run: Run, input: Value) -> Value:
    return prod(expect_tensor(input, "torch.numel").shape)


@_known_as(
    "contiguous", "clone", "detach", "cuda", "cpu", "float", "to", "type_as", "requires_grad_", "normal_", "zero_",
    "fill_", "uniform_", "zero_grad", method=True,
)  # fmt: skip
def _unchanged(run: Run, input: Value, *args: Value, **keywords: Value) -> Value:
    return input


def fresh(run: Run, sides: tuple[Value, ...], fill: str) -> Tensor:
    """``torch.zeros(1, 3, 224, 224)``: a tensor made from nothing."""
    run.budget.make_node()
    shape = tuple(whole(side, "a size", 0) for side in _spread(sides))
    if len(shape) > 8 or prod(shape) > 1 << 34:
        raise LabError("this tensor is too large", mend="the lab passes one image at a time")
    return Leaf(shape, fill)


def _filled(name: str, fill: str) -> None:
    def make(run: Run, *size: Value, **keywords: Value) -> Tensor:
        return fresh(run, size, fill)

    def make_like(run: Run, input: Value, **keywords: Value) -> Tensor:
        return fresh(run, expect_tensor(input, f"{name}_like").shape, fill)

    TORCH[name] = Builtin(f"torch.{name}", make)
    TORCH[f"{name}_like"] = Builtin(f"torch.{name}_like", make_like)


for _name, _op in {"zeros": "zeros", "ones": "ones", "randn": "randn", "rand": "rand", "empty": "zeros"}.items():
    _filled(_name, _op)


@_known_as("new_zeros", method=True)
def _new_zeros(run: Run, input: Value, *size: Value) -> Tensor:
    return fresh(run, size, "zeros")


@_known_as("tensor", torch=True)
def _tensor(run: Run, data: Value, dtype: Value = None, device: Value = None, requires_grad: Value = False) -> Tensor:
    shape: list[int] = []
    level = data
    while isinstance(level, list | tuple):
        if len(shape) >= 8 or not level:
            raise LabError("torch.tensor takes numbers, or lists of numbers of equal length")
        shape.append(len(level))
        level = level[0]
    return Leaf(tuple(shape), "data", _numbers(run, data, shape))


def _numbers(run: Run, data: Value, shape: list[int]) -> Value:
    if not shape:
        if isinstance(data, bool | int | float):
            return data
        raise LabError(f"torch.tensor takes numbers, and this holds {kind_of(data)}")
    if not isinstance(data, list | tuple) or len(data) != shape[0]:
        raise LabError("torch.tensor takes lists of equal length")
    run.budget.hold(len(data))
    return tuple(_numbers(run, item, shape[1:]) for item in data)


__all__ = ["FUNCTIONAL", "LAYERS", "TENSOR_METHODS", "TORCH", "fresh", "items_of"]
