"""Tensors made from nothing: ``torch.zeros``, ``torch.randn``, ``torch.tensor``."""

from __future__ import annotations

from math import prod

from app.lab.language.kinds import kind_of
from app.lab.language.library.registry import TORCH, known_as
from app.lab.language.library.views import as_sizes
from app.lab.language.library.windows import expect_tensor
from app.lab.language.operations.shapes import whole
from app.lab.language.run import Run
from app.lab.language.values import Builtin, Leaf, Tensor, Value
from app.lab.messages import LabError


def fresh(run: Run, sides: tuple[Value, ...], fill: str) -> Tensor:
    """``torch.zeros(1, 3, 224, 224)``: a tensor made from nothing."""
    run.budget.make_node()
    shape = tuple(whole(side, "a size", 0) for side in as_sizes(sides))
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


@known_as("new_zeros", method=True)
def _new_zeros(run: Run, input: Value, *size: Value) -> Tensor:
    return fresh(run, size, "zeros")


@known_as("tensor", torch=True)
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
