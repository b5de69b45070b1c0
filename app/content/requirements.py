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
from app.content.questions import paragraph
from app.content.variants import shown
from app.lab import zoo
from app.lab.headlines import grouped, measured
from app.lab.messages import LabError
from app.lab.network import FUNCTIONS, MODULES
from app.words import N_, _

#: What stands on the left, and what it is called.
QUANTITIES: Mapping[str, str] = {
    "params": N_("parameters"),
    "macs": N_("multiply-adds for one image"),
    "activations": N_("activations for one image"),
    "depth": N_("weighted layers deep"),
    "shortest_path": N_("weighted layers on the shortest path"),
    "rf": N_("receptive field, in pixels"),
    "erf": N_("side of the effective field’s core, in pixels"),
    "grad_ratio": N_("gradient of the first weighted layer over the last before the scores, at the start"),
    "loss": N_("training loss"),
    "accuracy": N_("training accuracy"),
    "shape": N_("shape of the output"),
}
TRAINED = ("loss", "accuracy")
#: What ``uses`` may name.
OPERATIONS = tuple(sorted(MODULES | FUNCTIONS))
#: From how many times its limit a value is told as a multiple of it, and the words for large multiples.
FAR = 20
_LARGE = ((N_("%(n)s million million"), 1e12), (N_("%(n)s billion"), 1e9), (N_("%(n)s million"), 1e6))
_SIGNS = {"<=": N_("at most"), ">=": N_("at least"), "==": N_("exactly"), "<": N_("less than"), ">": N_("more than")}
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
            refused = self.sign.startswith("not")
            return _("does not use %(name)s", name=self.value) if refused else _("uses %(name)s", name=self.value)
        if self.sign.endswith("same_as"):
            if self.sign.startswith("not"):
                return _("another network than %(name)s", name=self.value)
            return _("the same network as %(name)s", name=self.value)
        what, limit = _(QUANTITIES[self.measure]), f"{_(_SIGNS[self.sign])} {self._limit_words(values)}"
        if self.steps is None:
            return f"{what}: {limit}"
        return _("%(what)s: %(limit)s in %(steps)s steps", what=what, limit=limit, steps=self.steps)

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
            text = _("it uses it") if self.value in (found or ()) else _("it does not use it")
        elif self.measure == "same_as":
            text = _("it is that network") if found else _("it is another one")
        else:
            text = _("measured: <b>%(value)s</b>", value=html.escape(measured(self.measure, found)))
        parts = [paragraph(f"{html.escape(self.described(values))}; {text}.")]
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
        amount = _amount(self.measure, off)
        if side > limit:
            word = _("%(amount)s too much", amount=amount)
        else:
            word = _("%(amount)s short", amount=amount) if side < limit else _("%(amount)s not beyond", amount=amount)
        most = max(side, limit) * 1.05 or 1
        meter = (
            f'<meter min="0" max="{most:.6g}" value="{side:.6g}">{html.escape(measured(self.measure, found))}</meter>'
        )
        return paragraph(f"{meter} {_times(side, limit) or word}.")

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
        return _("%(n)s points", n=f"{100 * off:.1f}")
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
    name, unit = next(((n, u) for n, u in _LARGE if times >= u), ("%(n)s", 1.0))
    rough = float(f"{times / unit:.2g}")
    count = grouped(round(rough)) if rough >= 10 else f"{rough:g}"
    many = _(name, n=count)
    return _("%(n)s times too large", n=many) if side > limit else _("%(n)s times too small", n=many)
