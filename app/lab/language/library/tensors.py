"""Arithmetic of tensors by name: element by element, over dimensions, and several put together."""

from __future__ import annotations

from math import prod

from app.lab.language.library.registry import TENSOR_METHODS, TORCH, known_as
from app.lab.language.library.windows import expect_tensor
from app.lab.language.operations.arithmetic import combine, in_place
from app.lab.language.operations.shapes import axis, broadcast, check_dimensions, shown
from app.lab.language.run import Run
from app.lab.language.values import Builtin, Parameter, Size, Tensor, Value
from app.lab.messages import LabError


def _tensors(run: Run, values: Value, what: str) -> tuple[Tensor, ...]:
    if isinstance(values, Tensor) or not isinstance(values, list | tuple) or not values:
        raise LabError(f"{what} takes a list of tensors", mend=f"write {what}([a, b], 1)")
    run.budget.hold(len(values))
    return tuple(expect_tensor(value, what) for value in values)


@known_as("cat", "concat", "concatenate", torch=True)
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


@known_as("stack", torch=True)
def _stack(run: Run, tensors: Value, dim: Value = 0) -> Tensor:
    parts = _tensors(run, tensors, "torch.stack")
    where = axis(parts[0], dim, extra=1)
    check_dimensions(len(parts[0].shape) + 1)
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

    def change(run: Run, input: Value, other: Value) -> Tensor:
        return in_place(expect_tensor(input, name), apply(run, input, other))

    TENSOR_METHODS[f"{name}_"] = Builtin(f".{name}_", change)


for _name, _op in {"add": "add", "sub": "sub", "mul": "mul", "multiply": "mul", "div": "div"}.items():
    _combining(_name, _op)


@known_as("maximum", torch=True, method=True)
def _maximum(run: Run, input: Value, other: Value) -> Tensor:
    a, b = expect_tensor(input, "maximum"), expect_tensor(other, "maximum")
    return run.trace.add("maximum", (a, b), broadcast("maximum", a, b))


@known_as("minimum", torch=True, method=True)
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


@known_as("pow", torch=True, method=True)
def _pow(run: Run, input: Value, exponent: Value) -> Tensor:
    x = expect_tensor(input, "pow")
    if not isinstance(exponent, int | float):
        raise LabError("the exponent must be a number")
    return run.trace.add("pow", (x,), x.shape, {"scalar": exponent})


@known_as("square", torch=True, method=True)
def _square(run: Run, input: Value) -> Tensor:
    return _pow(run, input, 2)  # type: ignore[return-value]


@known_as("clamp", "clip", torch=True, method=True)
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


@known_as("mean", torch=True, method=True)
def _mean(run: Run, input: Value, dim: Value = None, keepdim: Value = False) -> Tensor:
    return _reduce(run, "mean", input, dim, keepdim)


@known_as("sum", torch=True, method=True)
def _sum(run: Run, input: Value, dim: Value = None, keepdim: Value = False) -> Tensor:
    return _reduce(run, "sum", input, dim, keepdim)


@known_as("amax", torch=True, method=True)
def _amax(run: Run, input: Value, dim: Value = (), keepdim: Value = False) -> Tensor:
    return _reduce(run, "amax", input, None if dim == () else dim, keepdim)


@known_as("size", method=True)
def _size(run: Run, input: Value, dim: Value = None) -> Value:
    x = expect_tensor(input, "size")
    return Size(x.shape) if dim is None else x.shape[axis(x, dim)]


@known_as("dim", "ndimension", method=True)
def _dim(run: Run, input: Value) -> Value:
    return len(expect_tensor(input, "dim").shape)


@known_as("numel", "nelement", method=True)
def _numel(run: Run, input: Value) -> Value:
    return prod(expect_tensor(input, "numel").shape)


@known_as("numel", torch=True)
def _torch_numel(run: Run, input: Value) -> Value:
    return prod(expect_tensor(input, "torch.numel").shape)


@known_as(
    "contiguous", "clone", "detach", "cuda", "cpu", "float", "to", "type_as", "normal_", "zero_",
    "fill_", "uniform_", "zero_grad", method=True,
)  # fmt: skip
def _unchanged(run: Run, input: Value, *args: Value, **keywords: Value) -> Value:
    return input


@known_as("requires_grad_", method=True)
def _requires_grad(run: Run, input: Value, requires_grad: Value = True) -> Value:
    if isinstance(input, Parameter):
        input.frozen = requires_grad is False
    return input
