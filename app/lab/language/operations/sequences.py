"""Going through, indexing and filling containers: lists, modules that hold modules, and tensors."""

from __future__ import annotations

from collections.abc import Sequence

from app.lab import limits
from app.lab.language.kinds import kind_of, name_of
from app.lab.language.operations.comparison import key_of
from app.lab.language.operations.shapes import shown
from app.lab.language.run import Run
from app.lab.language.values import Module, Size, Tensor, Value
from app.lab.language.words import nearest
from app.lab.messages import LabError

CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")
#: Longer ranges cannot be gone through within the steps that there are.
_LONGEST_RANGE = 1 << 40


def items_of(run: Run, value: Value) -> Sequence[Value]:
    """What a loop over the value sees. The caller pays a step for each item."""
    if isinstance(value, list | tuple | str | range):
        return value
    if isinstance(value, dict):
        run.budget.hold(len(value))
        return list(value)
    if isinstance(value, Module):
        if value.layer.name == "ModuleDict":
            run.budget.hold(len(value.fields))
            return list(value.fields)
        if value.layer.name in CONTAINERS:
            return layers_of(run, value)
        raise LabError(
            f"a {value.name} cannot be gone through", mend="go through its .children(), or use nn.ModuleList"
        )
    if value is None:
        raise LabError(
            "None cannot be gone through",
            mend="None is what .append() gives, and a function without return: was one of them on the right of =?",
        )
    if isinstance(value, Tensor):
        raise LabError("a tensor cannot be gone through", mend="use x.chunk(n, 1), or a slice such as x[:, :16]")
    raise LabError(
        f"{kind_of(value)} cannot be gone through",
        mend=f"was range({value}) meant?" if type(value) is int else "go through a list, a tuple or range(…)",
    )


def layers_of(run: Run, container: Module) -> list[Value]:
    """The layers of a Sequential or ModuleList, in order."""
    run.budget.hold(len(container.fields))
    return [layer for layer in container.fields.values() if isinstance(layer, Module)]


def make_range(start: int, stop: int, step: int) -> range:
    if step == 0:
        raise LabError("the step of range() cannot be 0")
    if abs(stop - start) // abs(step) > _LONGEST_RANGE:
        raise LabError(f"this range is longer than {limits.STEPS:,} steps can go through")
    return range(start, stop, step)


def index_module(run: Run, module: Module, index: Value) -> Value:
    """``layers[index]`` of a Sequential, ModuleList or ModuleDict."""
    if module.layer.name not in CONTAINERS:
        raise LabError(f"a {module.name} cannot be indexed", mend="its layers are its attributes: net.conv1")
    if module.layer.name == "ModuleDict" or isinstance(index, str):
        found = module.fields.get(index) if isinstance(index, str) else None
        if found is None:
            raise LabError(f"this {module.name} has no layer of that name")
        return found
    layers = layers_of(run, module)
    if isinstance(index, slice):
        part = run.make_layer(module.layer, (), {})
        for number, layer in enumerate(layers[index]):
            part.fields[str(number)] = layer
        return part
    if type(index) is not int or not -len(layers) <= index < len(layers):
        raise LabError(
            f"there is no layer {index if type(index) is int else kind_of(index)} in this {module.name} of "
            f"{len(layers)}",
            mend="counting starts at 0, and [-1] is the last",
        )
    return layers[index]


def assign_item(run: Run, container: Value, index: Value, value: Value) -> None:
    """``container[index] = value``."""
    if isinstance(container, dict):
        run.budget.hold(2)
        container[key_of(index)] = value
    elif isinstance(container, list):
        if type(index) is not int or not -len(container) <= index < len(container):
            raise LabError("only an element that is there can be replaced", mend="use .append() to add one")
        container[index] = value
    elif isinstance(container, Module) and container.layer.name in CONTAINERS:
        if not isinstance(value, Module):
            raise LabError(f"a {container.name} holds layers, not {kind_of(value)}")
        run.budget.hold(1)
        run.budget.spend(len(container.fields))
        if isinstance(index, str) and container.layer.name == "ModuleDict":
            container.fields[name_of(index)] = value
            return
        names = [name for name, layer in container.fields.items() if isinstance(layer, Module)]
        if type(index) is not int or not -len(names) <= index < len(names):
            raise LabError(f"there is no layer at this place of a {container.name} of {len(names)}")
        container.fields[names[index]] = value
    elif isinstance(container, Tensor):
        raise LabError("tensors are not changed in place here", mend="compute a new one: torch.cat, F.pad, x * mask")
    else:
        raise LabError(f"{kind_of(container)} has no elements to assign")


def index_tensor(run: Run, tensor: Tensor, index: Value) -> Tensor:
    """``x[:, :, ::2, ::2]``: slices, whole numbers and ``...`` are read, masks are not."""
    wanted = list(index) if isinstance(index, tuple) else [index]
    run.budget.spend(len(wanted))
    dots = [number for number, part in enumerate(wanted) if part is Ellipsis]
    if len(dots) > 1:
        raise LabError("... stands once in an index", mend="name the other dimensions by :")
    if len(wanted) - len(dots) > len(tensor.shape):
        raise LabError(
            f"{shown(tensor)} has fewer dimensions than the {len(wanted)} indices",
            mend="the batch is dimension 0, the channels 1, height and width 2 and 3",
        )
    for at in dots:
        # They stand for every dimension that is not named.
        wanted[at : at + 1] = [slice(None)] * (len(tensor.shape) - len(wanted) + 1)
    taken: list[tuple[int, int, int] | int] = []
    shape: list[int] = []
    for axis, side in enumerate(tensor.shape):
        part = wanted[axis] if axis < len(wanted) else slice(None)
        if isinstance(part, slice):
            if part.step is not None and part.step < 0:
                raise LabError("a tensor's slice cannot have a negative step", mend="PyTorch has none either")
            start, stop, step = part.indices(side)
            count = len(range(start, stop, step))
            if count == 0:
                raise LabError(f"this slice of {shown(tensor)} is empty in dimension {axis}")
            taken.append((start, stop, step))
            shape.append(count)
        elif type(part) is int:
            if not -side <= part < side:
                raise LabError(f"there is no index {part} in dimension {axis} of {shown(tensor)}")
            if axis == 0 and tensor.batched:
                raise LabError("x[0] takes one image out of the batch", mend="keep the batch: x[:, 0] is a channel")
            taken.append(part % side)
        else:
            raise LabError(
                f"a tensor is indexed by slices and whole numbers here, not by {kind_of(part)}",
                mend="write x.unsqueeze(1) for a new dimension" if part is None else "write x[:, :, ::2, ::2]",
            )
    if all(one == (0, side, 1) for one, side in zip(taken, tensor.shape, strict=True)):
        return tensor
    return run.trace.add("slice", (tensor,), tuple(shape), {"index": tuple(taken[1:] if tensor.batched else taken)})


def element(run: Run, value: Value, index: Value) -> Value:
    """``value[index]`` of a list, tuple, text, dict or range."""
    if isinstance(value, dict):
        key = key_of(index)
        if key not in value:
            names = [name for name in list(value)[:50] if isinstance(name, str)]
            shown = key if isinstance(key, str | int) else "this"
            mend = nearest(shown, names) if isinstance(shown, str) else ""
            mend = mend or f"it has {', '.join(repr(name[:40]) for name in names[:6])}" if names else "it is empty"
            raise LabError(f"there is no {str(shown)[:60]!r} in this dict", mend=mend)
        return value[key]
    assert isinstance(value, str | list | tuple | range)
    if isinstance(index, slice):
        start, stop, step = index.indices(len(value))
        count = len(range(start, stop, step))
        if isinstance(value, str):
            run.budget.write(count)
        else:
            run.budget.hold(0 if isinstance(value, range) else count)
        return Size(value[index]) if isinstance(value, Size) else value[index]
    if not isinstance(index, int):
        raise LabError(
            f"{kind_of(value)} is indexed by a whole number, not by {kind_of(index)}", mend="such as [0], the first"
        )
    if not -len(value) <= index < len(value):
        raise LabError(
            f"there is no element {index}: {kind_of(value)} of {len(value)} has 0 to {len(value) - 1}"
            if len(value)
            else f"there is no element {index}: it is empty",
            mend="counting starts at 0, and [-1] is the last" if len(value) else "put something into it first",
        )
    return value[index]
