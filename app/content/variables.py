"""``:vars: C in [32, 64, 128]; k in 2..5``: what may vary in a question."""

import re
from math import prod

from app.content.diagnostics import Problems
from app.content.expressions import ExpressionError, Value, evaluate
from app.content.source import Line
from app.content.variants import MOST_VARIANTS

_VARIABLE = re.compile(r"\s*([A-Za-z_]\w{0,30})\s+in\s+(?:\[(.*)\]|(-?\d{1,6})\s*\.\.\s*(-?\d{1,6}))\s*")

Read = tuple[tuple[str, ...], tuple[tuple[Value, ...], ...]]


def read_variables(lines: list[Line], problems: Problems) -> Read:
    """Names and the values of each; both empty where there are none, or too many together."""
    found: dict[str, tuple[Value, ...]] = {}
    for line in lines:
        offset = 0
        for piece in line.text.split(";"):
            column = line.column + offset + len(piece) - len(piece.lstrip())
            offset += len(piece) + 1
            if not piece.strip():
                continue
            try:
                name, values = _one(piece)
                if name in found:
                    raise ExpressionError(f"'{name}' is given twice")
                found[name] = values
            except ExpressionError as error:
                problems.error("Q114", line.number, column, str(error))
    count = prod(len(values) for values in found.values())
    if count > MOST_VARIANTS:
        words = f"these variables make {count:,} variants, and a question may have {MOST_VARIANTS:,}"
        problems.error("Q114", lines[0].number, lines[0].column, words)
        return (), ()
    return tuple(found), tuple(found.values())


def _one(piece: str) -> tuple[str, tuple[Value, ...]]:
    match = _VARIABLE.fullmatch(piece)
    if not match:
        raise ExpressionError(f"'{piece.strip()[:60]}' is no variable; write 'C in [32, 64]' or 'k in 2..5'")
    name, listed, low, high = match.groups()
    if listed is None:
        values: tuple[Value, ...] = tuple(range(int(low), min(int(high), int(low) + MOST_VARIANTS) + 1))
    else:
        values = tuple(evaluate(value, {}) for value in listed.split(","))
    if not values:
        raise ExpressionError(f"'{name}' has no values")
    if len(set(values)) < len(values):
        raise ExpressionError(f"'{name}' has the same value twice")
    return name, values
