"""A student's function and its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.lab.language.values import Arguments, Function, Keywords, Value
from app.lab.language.words import nearest, plural
from app.lab.messages import LabError

if TYPE_CHECKING:
    from app.lab.language.run import Run


def bind(run: Run, function: Function, args: Arguments, keywords: Keywords) -> dict[str, Value]:
    parameters = function.parameters
    names = parameters.names
    run.budget.spend(len(args) + len(keywords) + len(names))
    bound: dict[str, Value] = dict(zip(names, args, strict=False))
    if len(args) > len(names) and parameters.spread is None:
        hidden = function.owner is not None and function.kind == "method"
        if hidden and names[:1] != ("self",):
            raise _selfless(function)
        takes, given = len(names) - hidden, len(args) - hidden
        words = f"{_called(function)} takes {plural(takes, 'argument')} and was given {given}"
        raise LabError(words, mend=_definition(function))
    if parameters.spread is not None:
        run.budget.hold(max(0, len(args) - len(names)))
        bound[parameters.spread] = args[len(names) :]
    extra: dict[str, Value] = {}
    for name, value in keywords.items():
        if name in bound and name != parameters.spread:
            raise LabError(f"{_called(function)} was given {name} twice", mend="leave one of the two out")
        if name in names or name in parameters.keyword_only:
            bound[name] = value
        elif parameters.spread_keywords is not None:
            extra[name] = value
        else:
            known = (*names, *parameters.keyword_only)
            mend = nearest(name, known) or _definition(function)
            raise LabError(f"{_called(function)} has no argument {name[:60]!r}", mend=mend)
    if parameters.spread_keywords is not None:
        run.budget.hold(len(extra))
        bound[parameters.spread_keywords] = extra
    first_default = len(names) - len(parameters.defaults)
    for index, default in enumerate(parameters.defaults):
        bound.setdefault(names[first_default + index], default)
    for name, default in (parameters.keyword_defaults or {}).items():
        bound.setdefault(name, default)
    missing = [name for name in (*names, *parameters.keyword_only) if name not in bound]
    if missing:
        raise LabError(f"{_called(function)} needs {' and '.join(missing)}", mend=_definition(function))
    return bound


def _selfless(function: Function) -> LabError:
    """A method that was not made for the object that it is called on."""
    line, column = function.place or (None, 0)
    written = ", ".join(("self", *function.parameters.names))
    return LabError(
        f"{function.name}() is a method, and its first argument is not self",
        line,
        line and column + 1,
        f"write def {function.name}({written}):",
    )


def _called(function: Function) -> str:
    """How a student calls it: a class by its own name."""
    started = function.name == "__init__" and function.owner is not None
    return f"{function.owner.name if started and function.owner else function.name}()"


def _definition(function: Function) -> str:
    names = function.parameters.names[function.owner is not None and function.kind == "method" :]
    return f"it is defined with: {', '.join(names) or 'nothing'}"
