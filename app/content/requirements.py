"""What a question about an architecture requires: ``params <= 300_000``, ``rf >= 31``, ``uses(Conv2d)``.

A line is read here, described for students, and judged by what the lab measured of their network.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.content import expressions
from app.content.diagnostics import nearest
from app.content.expressions import ExpressionError, Value
from app.content.variants import shown
from app.lab import zoo
from app.lab.headlines import grouped, measured
from app.lab.messages import LabError
from app.lab.network import FUNCTIONS, MODULES

#: What stands on the left, and what it is called.
QUANTITIES: Mapping[str, str] = {
    "params": "parameters",
    "macs": "multiply-adds for one image",
    "activations": "activations for one image",
    "depth": "weighted layers deep",
    "shortest_path": "weighted layers on the shortest path",
    "rf": "receptive field, in pixels",
    "erf": "side of the effective field’s core, in pixels",
    "grad_ratio": "gradient of the first weighted layer over the last before the scores, at the start",
    "loss": "training loss",
    "accuracy": "training accuracy",
    "shape": "shape of the output",
}
TRAINED = ("loss", "accuracy")
#: What ``uses`` may name.
OPERATIONS = tuple(sorted(MODULES | FUNCTIONS))
#: From how many times its limit a value is told as a multiple of it, and the words for large multiples.
FAR = 20
_LARGE = ((" million million", 1e12), (" billion", 1e9), (" million", 1e6))
_SIGNS = {"<=": "at most", ">=": "at least", "==": "exactly", "<": "less than", ">": "more than"}
_COMPARED = re.compile(r"([a-z_]+)\s*(<=|>=|==|<|>)\s*(.+?)(?:\s+in\s+(\d+)\s+steps?)?")
_CALLED = re.compile(r"(not\s+)?(uses|same_as)\(\s*([A-Za-z_]\w*)\s*\)")
_SHAPE = re.compile(r"\d+(?:\s*[x×]\s*\d+)*")


@dataclass(frozen=True)
class Requirement:
    """One line. ``sign`` is a comparison, or ``uses``, ``not uses``, ``same_as``, ``not same_as``."""

    measure: str
    sign: str
    #: An expression, the sides of a shape, or a name.
    value: str
    #: Safe HTML, said where it is not met.
    feedback_html: str = ""
    #: Of training, before loss or accuracy is measured; None elsewhere.
    steps: int | None = None

    def described(self, values: Mapping[str, Value]) -> str:
        """What it asks for, as plain text."""
        if self.sign.endswith("uses"):
            return f"{'does not use' if self.sign.startswith('not') else 'uses'} {self.value}"
        if self.sign.endswith("same_as"):
            same = "another network than" if self.sign.startswith("not") else "the same network as"
            return f"{same} {self.value}"
        after = "" if self.steps is None else f" in {self.steps} steps"
        return f"{QUANTITIES[self.measure]}: {_SIGNS[self.sign]} {self._limit_words(values)}{after}"

    def met(self, found: Any, values: Mapping[str, Value]) -> bool:
        """Whether a measured value is as required; one that could not be measured is not."""
        if self.measure == "uses":
            return (self.value in (found or ())) != self.sign.startswith("not")
        if self.measure == "same_as":
            return bool(found) != self.sign.startswith("not")
        if found is None:
            return False
        if self.measure == "shape":
            return list(found) == _sides(self.value)
        limit = expressions.evaluate(self.value, values)
        return all(_compare(side, self.sign, limit) for side in (found if isinstance(found, list) else [found]))

    def said(self, found: Any, values: Mapping[str, Value]) -> str:
        """The verdict as safe HTML: what was measured, by how much it misses, and what the author says of that."""
        met = self.met(found, values)
        if self.measure == "uses":
            text = "it uses it" if self.value in (found or ()) else "it does not use it"
        elif self.measure == "same_as":
            text = "it is that network" if found else "it is another one"
        else:
            text = f"measured: <b>{html.escape(measured(self.measure, found))}</b>"
        parts = [f"<p>{html.escape(self.described(values))}; {text}.</p>"]
        if not met and self.measure not in ("uses", "same_as", "shape") and found is not None:
            parts.append(self._missed(found, values))
        if not met and self.feedback_html:
            parts.append(self.feedback_html)
        return "".join(parts)

    def _missed(self, found: Any, values: Mapping[str, Value]) -> str:
        limit = expressions.evaluate(self.value, values)
        sides = found if isinstance(found, list) else [found]
        side = max((one for one in sides if not _compare(one, self.sign, limit)), key=lambda one: abs(one - limit))
        off = abs(side - limit)
        word = "too much" if side > limit else "short" if side < limit else "not beyond"
        most = max(side, limit) * 1.05 or 1
        meter = (
            f'<meter min="0" max="{most:.6g}" value="{side:.6g}">{html.escape(measured(self.measure, found))}</meter>'
        )
        return f"<p>{meter} {_times(side, limit) or f'{_amount(self.measure, off)} {word}'}.</p>"

    def _limit_words(self, values: Mapping[str, Value]) -> str:
        if self.measure == "shape":
            return "×".join(map(str, _sides(self.value)))
        limit = expressions.evaluate(self.value, values)
        return f"{100 * limit:g} %" if self.measure == "accuracy" else _grouped(limit)


def read(text: str, names: tuple[str, ...]) -> Requirement:
    """A line without its ``require:``. Raises ExpressionError."""
    plain = text.strip()
    if match := _CALLED.fullmatch(plain):
        refused, what, name = match.groups()
        if what == "same_as":
            try:
                zoo.source(name)
            except LabError as error:
                raise ExpressionError(f"{error.message}; {error.mend}", match.start(3)) from None
        elif name not in OPERATIONS:
            raise ExpressionError(f"no operation is called '{name}'{nearest(name, OPERATIONS)}", match.start(3))
        return Requirement(what, f"not {what}" if refused else what, name)
    match = _COMPARED.fullmatch(plain)
    if not match:
        raise ExpressionError("this is no requirement; write one such as 'params <= 300_000' or 'uses(Conv2d)'")
    quantity, sign, value, steps = match.groups()
    if quantity not in QUANTITIES:
        raise ExpressionError(f"nothing measures '{quantity}'{nearest(quantity, (*QUANTITIES, 'uses', 'same_as'))}")
    if quantity == "shape":
        if sign != "==" or not _SHAPE.fullmatch(value):
            raise ExpressionError("a shape is compared as in 'shape == 16x8x8'", match.start(3))
    else:
        unknown = [name for name in expressions.names(value) if name not in names]
        if unknown:
            raise ExpressionError(f"unknown variable '{unknown[0]}'{nearest(unknown[0], names)}", match.start(3))
    if (quantity in TRAINED) != (steps is not None):
        wanted = f"'{quantity} {sign} {value} in 100 steps'" if quantity in TRAINED else f"'{quantity}' without steps"
        raise ExpressionError(f"write {wanted}", match.start(3))
    if steps is not None and not 20 <= int(steps) <= 300:
        raise ExpressionError("training takes from 20 to 300 steps", match.start(4))
    return Requirement(quantity, sign, value, steps=int(steps) if steps else None)


def _sides(value: str) -> list[int]:
    return [int(side) for side in re.split(r"\s*[x×]\s*", value)]


def _compare(found: float, sign: str, limit: float) -> bool:
    return {
        "<=": found <= limit,
        ">=": found >= limit,
        "==": found == limit,
        "<": found < limit,
        ">": found > limit,
    }[sign]


def _amount(measure: str, off: float) -> str:
    if measure == "accuracy":
        return f"{100 * off:.1f} points"
    return _grouped(int(off)) if float(off).is_integer() else f"{off:.3g}"


def _grouped(number: Value) -> str:
    """As ``measured`` groups what it stands beside."""
    return grouped(number) if isinstance(number, int) and number >= 0 else shown(number)


def _times(side: float, limit: float) -> str:
    """How many times too large or too small, where that says more than a difference; empty elsewhere."""
    low, high = sorted((side, limit))
    if low <= 0 or high < FAR * low:
        return ""
    times = high / low
    name, unit = next(((n, u) for n, u in _LARGE if times >= u), ("", 1.0))
    rough = float(f"{times / unit:.2g}")
    count = grouped(round(rough)) if rough >= 10 else f"{rough:g}"
    return f"{count}{name} times too {'large' if side > limit else 'small'}"
