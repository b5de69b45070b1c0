"""Questions answered by what a program prints. No key is written: the lab reads the program and keeps its lines."""

from dataclasses import dataclass
from typing import Any, ClassVar

from app.content.questions import UNKNOWN, Answer, AnswerError, Feedback, Grade, Question, one_text, paragraph
from app.words import _

#: Characters of an answer.
MOST_CHARACTERS = 2_000


def lines(text: str) -> tuple[str, ...]:
    """What counts of a printed text: its lines without white space at their ends, and without empty ones at the end."""
    return tuple(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").rstrip().split("\n"))


def _plain(line: str) -> str:
    """A line as far as it counts: typed quotes and the spaces between may differ."""
    return "".join(line.split()).replace("“", '"').replace("”", '"').replace("’", "'").replace("−", "-")


@dataclass(frozen=True)
class Output(Question):
    """``printed`` is what each variant prints, in the order of the variants. The score is the share of right lines."""

    kind: ClassVar[str] = "output"

    printed: tuple[str, ...] = ()

    def _expected(self, seed: int) -> tuple[str, ...]:
        return lines(self.printed[seed % len(self.printed)])

    def read(self, raw: Any) -> Answer:
        if raw is None:
            return None
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            raw = str(raw)
        text = one_text(raw)
        if len(text) > MOST_CHARACTERS:
            raise AnswerError(_("This is more than the program prints."))
        if not text.strip():
            raise AnswerError(_("There is nothing in this. A program that prints nothing is not asked about."))
        return "\n".join(lines(text))

    def grade(self, answer: Answer, seed: int) -> Grade:
        if answer is None:
            return UNKNOWN
        given, expected = lines(one_text(answer)), self._expected(seed)
        right = [_plain(a) == _plain(b) for a, b in zip(given, expected, strict=False)]
        correct = all(right) and len(given) == len(expected)
        score = sum(right) / max(len(given), len(expected))
        said = () if correct else (Feedback(None, False, paragraph(_words(right, given, expected))),)
        return Grade(correct, score, said)

    def key(self, seed: int) -> Answer:
        return "\n".join(self._expected(seed))


def _words(right: list[bool], given: tuple[str, ...], expected: tuple[str, ...]) -> str:
    if len(expected) == 1 == len(given):
        return _("That is not what it prints.")
    if not all(right):
        return _("Line %(n)s is the first that is not as printed.", n=right.index(False) + 1)
    return _("It prints more than this.") if len(given) < len(expected) else _("It prints less than this.")
