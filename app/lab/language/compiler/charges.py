"""What every compiled expression needs: a place for its errors, and payment for its work."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from app.lab.language.operations.comparison import truth
from app.lab.language.operations.sequences import items_of
from app.lab.language.run import Run
from app.lab.language.values import Place, Value
from app.lab.messages import LabError

UNREAD = {
    "Set": ("sets are not read here", "use a list"),
    "SetComp": ("sets are not read here", "use a list"),
    "Starred": ("a star is not read here", "write the values one by one"),
    "Await": ("await is not read here", "a network needs none"),
    "Yield": ("generators are not read here", "collect the values in a list"),
    "YieldFrom": ("generators are not read here", "collect the values in a list"),
    "Try": ("try is not read here", "write the code that should run"),
    "TryStar": ("try is not read here", "write the code that should run"),
    "Global": ("global is not read here", "pass the value as an argument and return the new one"),
    "Nonlocal": ("nonlocal is not read here", "pass the value as an argument and return the new one"),
    "Match": ("match is not read here", "use if and elif"),
    "AsyncFunctionDef": ("async is not read here", "use def"),
    "AsyncFor": ("async is not read here", "use for"),
    "AsyncWith": ("async is not read here", "leave it out"),
}


def unread(node: ast.AST, place: Place) -> LabError:
    words, mend = UNREAD.get(type(node).__name__, (f"{type(node).__name__} is not read here", ""))
    return located(LabError(words, mend=mend), place)


def located(error: LabError, place: Place) -> LabError:
    """The error, at this place unless it already has one. Columns are in bytes until ``read`` counts characters."""
    if error.line is None and place is not None:
        error.line, error.column = place[0], place[1] + 1
    return error


def iterated(run: Run, value: Value, place: Place) -> Iterable[Value]:
    try:
        return items_of(run, value)
    except LabError as error:
        raise located(error, place) from None


def spread_items(run: Run, value: Value, place: Place) -> Iterable[Value]:
    """The items that ``*value`` stands for, paid for."""
    items = iterated(run, value, place)
    hold_at(run, len(items) if isinstance(items, list | tuple | range | str) else 0, place)
    return items


def truth_at(run: Run, value: Value, place: Place) -> bool:
    if value is True or value is False:
        return value
    try:
        return truth(run, value)
    except LabError as error:
        raise located(error, place) from None


def spend_at(run: Run, steps: int, place: Place) -> None:
    budget = run.budget
    budget.steps -= steps
    if budget.steps < 0:
        try:
            budget.spend(0)
        except LabError as error:
            raise located(error, place) from None


def hold_at(run: Run, cells: int, place: Place) -> None:
    try:
        run.budget.hold(cells)
    except LabError as error:
        raise located(error, place) from None


def write_at(run: Run, characters: int, place: Place) -> None:
    try:
        run.budget.write(characters)
    except LabError as error:
        raise located(error, place) from None
