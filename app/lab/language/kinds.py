"""What a value is, in words for a message."""

from __future__ import annotations

from app.lab import limits
from app.lab.language.values import (
    Builtin,
    Class,
    Function,
    Instance,
    LayerType,
    Leaf,
    Method,
    Missing,
    Module,
    Namespace,
    Quiet,
    Super,
    Tensor,
    TypeName,
    Value,
)
from app.lab.language.words import sizes
from app.lab.messages import LabError

_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "a truth value"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "text"),
    (list, "a list"),
    (tuple, "a tuple"),
    (dict, "a dict"),
    (range, "a range"),
    ((Function, Builtin, Method), "a function"),
    ((Class, LayerType), "a class"),
    (Super, "super()"),
)


def kind_of(value: Value) -> str:
    """What a value is, for a message."""
    if value is None:
        return "None"
    if value is Ellipsis:
        return "..."
    if isinstance(value, Leaf | Tensor):
        shape = value.shape[1:] if value.batched else value.shape
        return f"a tensor of shape {sizes(shape)}"
    if isinstance(value, Module):
        return f"the layer {value.name}"
    if isinstance(value, Instance):
        return f"a {value.type.name}"
    if isinstance(value, Missing | Namespace | Quiet | TypeName):
        return value.name
    for kind, words in _KINDS:
        if isinstance(value, kind):
            return words
    return "this value"


def name_of(value: Value) -> str:
    """What a layer or an attribute is to be called, where a program gives the name as text."""
    if not isinstance(value, str) or not value:
        is_ = "empty" if value == "" else kind_of(value)
        raise LabError(f"a name is text, and this is {is_}", mend="such as 'conv1'")
    if "." in value or not value.isprintable() or len(value) > limits.NAME:
        raise LabError(
            f"{value[:60]!r} cannot be the name of a layer",
            mend=f"a name has up to {limits.NAME} characters that can be seen, and no dots: 'conv1'",
        )
    return value
