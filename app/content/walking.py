"""Text put in the place of marks, wherever it stands in what was read."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

T = TypeVar("T")


def rewritten(made: T, change: Callable[[str], str]) -> T:
    """Frozen dataclasses and tuples with every text changed, in the page's order; the same objects where none is."""
    return cast(T, _rewritten(made, change))


def _rewritten(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        changed = change(value)
        return value if changed == value else changed
    if isinstance(value, tuple):
        walked = tuple(_rewritten(one, change) for one in value)
        return walked if any(a is not b for a, b in zip(walked, value, strict=True)) else value
    if is_dataclass(value) and not isinstance(value, type):
        new = {}
        for field in fields(value):
            before = getattr(value, field.name)
            after = _rewritten(before, change)
            if after is not before:
                new[field.name] = after
        return replace(value, **new) if new else value
    return value
