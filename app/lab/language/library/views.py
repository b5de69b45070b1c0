"""The same values in another shape: view, permute, expand, chunk."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from app.lab.language.library.registry import known_as
from app.lab.language.library.reshaping import flatten
from app.lab.language.library.windows import expect_tensor
from app.lab.language.operations.sequences import index_tensor
from app.lab.language.operations.shapes import axis, check_dimensions, shown, whole
from app.lab.language.run import Run
from app.lab.language.values import Leaf, Parameter, Tensor, Value
from app.lab.language.words import sizes
from app.lab.messages import LabError


@known_as("flatten", torch=True, method=True)
def _flatten(run: Run, input: Value, start_dim: Value = 0, end_dim: Value = -1) -> Tensor:
    return flatten(run, expect_tensor(input, "torch.flatten"), start_dim, end_dim)


def as_sizes(values: tuple[Value, ...]) -> tuple[Value, ...]:
    given = values[0] if len(values) == 1 and isinstance(values[0], tuple | list) else values
    check_dimensions(len(given))
    return tuple(given)


@known_as("view", "reshape", method=True)
def view(run: Run, input: Value, *shape: Value) -> Tensor:
    """Fill in one −1 and check that the values fit."""
    x = expect_tensor(input, "view")
    wanted = [whole(side, "a size", -1) for side in as_sizes(shape)]
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
    check_dimensions(len(shape))
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


@known_as("reshape", torch=True)
def _reshape(run: Run, input: Value, shape: Value) -> Tensor:
    return view(run, input, shape)  # type: ignore[return-value]


@known_as("view_as", "reshape_as", method=True)
def _view_as(run: Run, input: Value, other: Value) -> Tensor:
    return view(run, input, expect_tensor(other, "view_as").shape)  # type: ignore[return-value]


@known_as("unflatten", torch=True, method=True)
def _unflatten(run: Run, input: Value, dim: Value, sizes_: Value) -> Value:
    x = expect_tensor(input, "unflatten")
    where = axis(x, dim)
    if not isinstance(sizes_, tuple | list):
        raise LabError("unflatten takes the sizes as a tuple", mend="such as x.unflatten(1, (2, -1))")
    if where == 0 and x.batched:
        raise LabError("this takes the batch apart", mend="keep dimension 0: x.unflatten(1, (2, -1))")
    return view(run, x, *x.shape[:where], *_filled(sizes_, x.shape[where]), *x.shape[where + 1 :])


def _filled(given: Sequence[Value], side: int) -> list[int]:
    """The sizes that ``side`` is taken apart into, −1 worked out."""
    wanted = [whole(one, "a size", -1) for one in as_sizes(tuple(given))]
    known = prod(one for one in wanted if one != -1)
    if wanted.count(-1) == 1 and known > 0 and side % known == 0:
        wanted[wanted.index(-1)] = side // known
    if -1 in wanted or prod(wanted) != side:
        raise LabError(
            f"a dimension of {side} cannot be taken apart into {sizes(wanted)}", mend=f"their product must be {side}"
        )
    return wanted


@known_as("permute", method=True)
def permute(run: Run, input: Value, *dims: Value) -> Tensor:
    x = expect_tensor(input, "permute")
    order = tuple(axis(x, one) for one in as_sizes(dims))
    if sorted(order) != list(range(len(x.shape))):
        raise LabError(f"permute names each of the {len(x.shape)} dimensions once", mend="as x.permute(0, 2, 3, 1)")
    if x.batched and order[0] != 0:
        raise LabError("this moves the batch away from dimension 0", mend="keep 0 first")
    return run.trace.add("permute", (x,), tuple(x.shape[one] for one in order), {"dims": order})


@known_as("permute", torch=True)
def _permute(run: Run, input: Value, dims: Value) -> Tensor:
    return permute(run, input, dims)  # type: ignore[return-value]


@known_as("transpose", "swapaxes", torch=True, method=True)
def _transpose(run: Run, input: Value, dim0: Value, dim1: Value) -> Tensor:
    x = expect_tensor(input, "transpose")
    order = list(range(len(x.shape)))
    one, other = axis(x, dim0, "dim0"), axis(x, dim1, "dim1")
    order[one], order[other] = order[other], order[one]
    return permute(run, x, tuple(order))  # type: ignore[return-value]


@known_as("squeeze", torch=True, method=True)
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


@known_as("unsqueeze", torch=True, method=True)
def _unsqueeze(run: Run, input: Value, dim: Value) -> Tensor:
    x = expect_tensor(input, "unsqueeze")
    where = axis(x, dim, extra=1)
    if where == 0 and x.batched:
        raise LabError("this puts a dimension before the batch", mend="unsqueeze(1) or later")
    shape = (*x.shape[:where], 1, *x.shape[where:])
    return _reshaped(run, x, shape)


@known_as("expand", method=True)
def _expand(run: Run, input: Value, *shape: Value) -> Tensor:
    x = expect_tensor(input, "expand")
    wanted = [whole(side, "a size", -1) for side in as_sizes(shape)]
    more = len(wanted) - len(x.shape)
    if more < 0 or (more and x.batched):
        raise LabError(f"{shown(x)} cannot be expanded to {sizes(wanted)}")
    filled = (1,) * more + x.shape
    full = tuple(old if new == -1 else new for new, old in zip(wanted, filled, strict=True))
    if any(old not in (1, new) for new, old in zip(full, filled, strict=True)):
        raise LabError(f"{shown(x)} cannot be expanded to {sizes(wanted)}", mend="only sizes of 1 can be expanded")
    return run.trace.add("expand", (x,), full, {"shape": full[1:] if x.batched else full})


@known_as("expand_as", method=True)
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


@known_as("chunk", torch=True, method=True)
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


@known_as("split", torch=True, method=True)
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
