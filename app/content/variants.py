"""A question's variables: each student draws one combination of their values, and ``{C}`` is filled in everywhere.

Rendered text holds one private-use character where a value goes; ``fill`` puts the numbers in. So Markdown is rendered
once, whatever the draw, and nothing but a number can ever be put in.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from app.content.expressions import Value, evaluate

#: Combinations that one question may have.
MOST_VARIANTS = 200

#: Different values that the text of one question may fill in.
MOST_FILLS = 40

_FIRST, _FIRST_IN_CODE, _PLACES = 0xE000, 0xE400, 0x400
_MARKS = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST_IN_CODE + _PLACES - 1)}]")


@dataclass(frozen=True)
class Variables:
    """Names with the values that each may take, and the expressions that the question's text fills in."""

    names: tuple[str, ...] = ()
    values: tuple[tuple[Value, ...], ...] = ()
    #: What mark ``n`` stands for: a name or an expression.
    fills: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many variants there are; 1 where nothing varies."""
        return prod(len(values) for values in self.values)

    def numbers(self, values: Mapping[str, Value]) -> tuple[Value, ...]:
        """What every mark stands for in one variant. Raises ExpressionError, which the checker has ruled out."""
        return tuple(evaluate(source, values) for source in self.fills)

    def variant(self, number: int) -> Mapping[str, Value]:
        """The values of variant ``number``, counted from 0 and round again."""
        drawn: dict[str, Value] = {}
        number %= self.count
        for name, values in zip(self.names, self.values, strict=True):
            number, index = divmod(number, len(values))
            drawn[name] = values[index]
        return drawn

    def all(self) -> Iterator[Mapping[str, Value]]:
        return (self.variant(number) for number in range(self.count))

    def fill(self, text: str, values: Mapping[str, Value]) -> str:
        """``text`` with every mark replaced by its number."""
        if not self.fills or not _MARKS.search(text):
            return text
        numbers = self.numbers(values)

        def number(match: re.Match[str]) -> str:
            code = ord(match.group())
            in_code = code >= _FIRST_IN_CODE
            index = code - (_FIRST_IN_CODE if in_code else _FIRST)
            if index >= len(numbers):
                return ""
            return plain(numbers[index]) if in_code else shown(numbers[index])

        return _MARKS.sub(number, text)


def blanked(text: str) -> str:
    """``text`` with … for every mark, as it stands before any draw."""
    return _MARKS.sub("…", text)


class Marks:
    """Hands out the marks of one question while its text is rendered."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.fills: dict[str, int] = {}
        #: Where each was first written: line and column.
        self.places: dict[str, tuple[int, int]] = {}
        self.too_many = False

    def mark(self, expression: str, in_code: bool = False) -> str:
        """The character that stands for an expression; past MOST_FILLS nothing does, and ``too_many`` is set."""
        if expression not in self.fills and len(self.fills) >= MOST_FILLS:
            self.too_many = True
            return ""
        index = self.fills.setdefault(expression, len(self.fills))
        return chr((_FIRST_IN_CODE if in_code else _FIRST) + index)


def plain(value: Value) -> str:
    """A number as Python writes it: ``110592``, ``0.25``."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value) if isinstance(value, int) else f"{value:.10g}"


def shown(value: Value) -> str:
    """A number as prose writes it: ``110 592`` with narrow no-break spaces, ``−3`` with a true minus."""
    text = plain(value)
    sign = "−" if text.startswith("-") else ""
    whole, dot, rest = text.lstrip("-").partition(".")
    if whole.isdigit() and len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return sign + whole + dot + rest.replace("e-", "e−")
