"""A number's key, tolerance and known wrong values: read from their lines, and tried in every variant."""

import re
from collections.abc import Mapping
from typing import Literal

from app.content import expressions
from app.content.diagnostics import Problems, nearest
from app.content.expressions import ExpressionError, UnknownName, Value
from app.content.number import Number, Tolerance, Wrong
from app.content.page import Page
from app.content.parts import Part
from app.content.rendering import block
from app.content.source import Line, Passage
from app.content.variants import Variables, plain

_OFF = re.compile(r"±|\+/-")
_FIGURES = re.compile(r"\s+to\s+(\d{1,3})\s+(?:significant\s+)?figures?$")


def key(part: Part, names: tuple[str, ...], problems: Problems) -> tuple[str, Tolerance]:
    """The expression and the tolerance of a line ``= 9 * C**2 ± 1 %``."""
    if part.passage[1:]:
        words = "a key stands on one line; what explains it starts with '! '"
        problems.error("Q111", *part.passage[1:].start, words)
    line = part.lines[0]
    off, figures = _OFF.search(line.text), _FIGURES.search(line.text)
    ends = off.start() if off else figures.start() if figures else len(line.text)
    value = line.text[:ends].rstrip()
    readable(Line(value, line.number, line.column), names, problems, "Q116")
    if off:
        text = line.text[off.end() :].strip()
        kind: Literal["absolute", "relative"] = "relative" if text.endswith("%") else "absolute"
        text = text.removesuffix("%").strip()
        column = line.column + max(line.text.find(text, off.end()), off.end())
        readable(Line(text, line.number, column), names, problems, "Q117")
        return value, Tolerance(kind, text)
    if figures:
        if not 1 <= int(figures[1]) <= 15:
            problems.error("Q117", line.number, line.column + figures.start(1), "figures go from 1 to 15")
        return value, Tolerance("figures", figures[1])
    return value, Tolerance()


def wrongs(answers: list[Part], page: Page, names: tuple[str, ...]) -> tuple[Wrong, ...]:
    """The known wrong values of lines ``~ 27 > You counted one slice.``"""
    found = []
    for part in answers:
        if part.mark == "~":
            source, said = split(part)
            readable(source, names, page.problems, "Q116")
            if not said:
                words = "this wrong value says nothing; write '~ 27 > what was computed'"
                page.problems.warning("Q107", *part.place, words)
            found.append(Wrong(source.text, block(said, page)))
    return tuple(found)


def readable(source: Line, names: tuple[str, ...], problems: Problems, code: str) -> bool:
    """Complains of an expression that is no arithmetic, or reads a variable that the question does not have."""
    try:
        used = expressions.names(source.text)
    except ExpressionError as error:
        problems.error(code, source.number, source.column + error.offset, str(error))
        return False
    for name, offset in used.items():
        if name not in names:
            words = f"unknown variable '{name}'{nearest(name, names)}"
            problems.error("Q115", source.number, source.column + offset, words)
    return set(used) <= set(names)


def computable(variables: Variables, source: str, line: int, column: int, problems: Problems) -> bool:
    """Tries an expression in every variant, and complains of the first in which it has no value."""
    for values in variables.all():
        try:
            expressions.evaluate(source, values)
        except UnknownName:
            return False
        except ExpressionError as error:
            problems.error("Q116", line, column + error.offset, f"{error}{when(values)}")
            return False
    return True


def check(made: Number, answers: list[Part], problems: Problems) -> None:
    """Tries a number in every variant: its key, its tolerance, and that no wrong value is right."""
    first = next(part for part in answers if part.mark == "=").lines[0]
    place = first.number, first.column
    if not computable(made.variables, made.value, *place, problems):
        return
    inexact: Value | None = None
    for values in made.variables.all():
        value = expressions.evaluate(made.value, values)
        inexact = inexact if float(value).is_integer() else value
        try:
            if expressions.evaluate(made.tolerance.value, values) < 0:
                raise ExpressionError("a tolerance is not below 0")
        except ExpressionError as error:
            problems.error("Q117", *place, f"{error}{when(values)}")
            return
    if inexact is not None and made.tolerance == Tolerance():
        words = f"the key is {plain(inexact)}, which nobody types exactly; add a tolerance, such as '± 1 %'"
        problems.warning("Q120", *place, words)
    for part, wrong in zip((part for part in answers if part.mark == "~"), made.wrong, strict=True):
        where = part.lines[0].number, part.lines[0].column
        if computable(made.variables, wrong.value, *where, problems):
            _truly_wrong(made, wrong, *where, problems)


def when(values: Mapping[str, Value]) -> str:
    """`` when C = 32, k = 3``; nothing where nothing varies."""
    return " when " + ", ".join(f"{name} = {plain(value)}" for name, value in values.items()) if values else ""


def _truly_wrong(made: Number, wrong: Wrong, line: int, column: int, problems: Problems) -> None:
    for values in made.variables.all():
        value, right = expressions.evaluate(wrong.value, values), expressions.evaluate(made.value, values)
        if made.tolerance.accepts(float(value), right, dict(values)):
            problems.error("Q118", line, column, f"this wrong value is accepted as right{when(values)}")
            return


def split(part: Part) -> tuple[Line, Passage]:
    """``27 > feedback``, which may go on in indented lines."""
    first = part.lines[0]
    value, mark, _ = first.text.partition(">")
    source = Line(value.strip(), first.number, first.column)
    beside = [first.cut(len(value) + 1).strip()] if mark else []
    below = Part("option", part.head, part.lines[1:])
    return source, Passage((*beside, *(below.passage if mark else below.feedback).lines))
