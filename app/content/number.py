"""Questions answered by a number, whose key may be worked out from the variant's values."""

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from app.content.expressions import LARGEST, Value, evaluate
from app.content.questions import UNKNOWN, Answer, AnswerError, Feedback, Grade, Question, paragraph
from app.words import _

_MOST_CHARACTERS = 60

#: What passes for exact: the last bits of a float.
_EXACT = 1e-9

_SPACES = re.compile(r"[\s'_’\u00a0\u2009\u202f]+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_BY_DOTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?:\.\d{3}){2,}")
_COMMA = re.compile(r"[+-]?\d*,\d+(?:e[+-]?\d{1,3})?")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?")
_POWER = re.compile(r"(?:[x×·*]|\*)10(?:\^|\*\*)?([+-]?\d{1,3})$")


@dataclass(frozen=True)
class Tolerance:
    """How far off an answer may be: ``value`` is an expression; for ``figures``, how many significant ones count."""

    kind: Literal["absolute", "relative", "figures"] = "absolute"
    value: str = "0"

    def accepts(self, answer: float, key: Value, values: dict[str, Value]) -> bool:
        """Whether an answer is near enough. Raises ExpressionError."""
        if self.kind == "figures":
            return _figures(answer, key, int(evaluate(self.value, values)))
        bound = float(evaluate(self.value, values))
        if self.kind == "relative":
            bound *= abs(float(key)) / 100
        slack = _EXACT * max(abs(float(key)), 1e-12)
        return abs(answer - float(key)) <= bound + slack


@dataclass(frozen=True)
class Wrong:
    """A known wrong value and what is said of it. The HTML is safe."""

    value: str
    feedback_html: str


@dataclass(frozen=True)
class Number(Question):
    kind: ClassVar[str] = "number"

    #: An expression over the question's variables.
    value: str = "0"
    tolerance: Tolerance = Tolerance()
    unit: str = ""
    wrong: tuple[Wrong, ...] = ()

    def _unit(self) -> str:
        return self.unit

    def read(self, raw: Any) -> Answer:
        if isinstance(raw, list | tuple) and len(raw) == 1:
            raw = raw[0]
        if raw is None:
            return None
        if isinstance(raw, bool) or not isinstance(raw, str | int | float):
            raise AnswerError(_("Send one number."))
        number = number_of(raw, self.unit) if isinstance(raw, str) else raw
        if number != number or abs(number) > LARGEST:
            raise AnswerError(_("This number is too large."))
        return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 2**53 else number

    def grade(self, answer: Answer, seed: int) -> Grade:
        given = self.read(answer)
        if given is None:
            return UNKNOWN
        assert isinstance(given, int | float)
        values = dict(self.draw(seed))
        key = evaluate(self.value, values)
        if self.tolerance.accepts(float(given), key, values):
            return Grade(True, 1.0, ())
        for wrong in self.wrong:
            if self.tolerance.accepts(float(given), evaluate(wrong.value, values), values):
                return Grade(False, 0.0, (Feedback(None, False, self._filled(wrong.feedback_html, seed)),))
        return Grade(False, 0.0, (Feedback(None, False, paragraph(_("Not this number."))),))

    def key(self, seed: int) -> Answer:
        return evaluate(self.value, self.draw(seed))


def number_of(text: str, unit: str = "") -> Value:
    """The number that a student typed: ``110,592``, ``110 592``, ``1.1e5``, ``−3``, ``0,5``. Raises AnswerError."""
    if len(text) > _MOST_CHARACTERS:
        raise AnswerError(_("This is too long for a number."))
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-").strip()
    ending = unicodedata.normalize("NFKC", unit).strip()
    if ending and plain.casefold().endswith(ending.casefold()):
        plain = plain[: -len(ending)]
    plain = _SPACES.sub("", plain).lower()
    plain = _POWER.sub(r"e\1", plain)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _GROUPED_BY_DOTS.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    if not plain.isascii() or not _PLAIN.fullmatch(plain):
        raise AnswerError(_("This is not a number. Write one such as 27, 0.5 or 1.1e5."))
    value = float(plain)
    return int(plain) if plain.lstrip("+-").isdigit() and abs(value) <= LARGEST else value


def _figures(answer: float, key: Value, figures: int) -> bool:
    """Whether both round to the same number with so many significant figures."""
    if key == 0 or answer == 0:
        return answer == key
    return math.isclose(float(f"{answer:.{figures - 1}e}"), float(f"{float(key):.{figures - 1}e}"), rel_tol=_EXACT)
