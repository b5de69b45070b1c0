# ruff: noqa: ARG002 - a seed means nothing to some of these.
"""Questions answered by a few words, which may be typed in any of their accepted forms."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import product
from typing import Any, ClassVar

from app.content.questions import UNKNOWN, Answer, AnswerError, Feedback, Grade, Question, one_text, paragraph
from app.words import _

#: Characters of an answer, and of a form; optional pieces of a form.
MOST_CHARACTERS, MOST_OPTIONAL = 200, 6
#: How alike a misspelt answer is to an accepted one, from 0 to 1, and how long it is at least.
_ALIKE, _LONG = 0.84, 5

_OPTIONAL = re.compile(r"\(([^()]*)\)")
_APART = re.compile(r"[\s\-‐‑–—_/.,;:!?'’‘\"“”„`]+")
_ARTICLE = re.compile(r"^(?:a|an|the) (?=.)")


def plain(text: str) -> str:
    """What counts of an answer: not case, accents' coding, spaces, hyphens, quotes, full stops or a leading article."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _ARTICLE.sub("", _APART.sub(" ", folded).strip())


def forms(written: str) -> frozenset[str]:
    """All that a form accepts: ``skip connection(s)`` with and without what stands in brackets."""
    pieces = _OPTIONAL.split(written)
    choices = [(piece,) if number % 2 == 0 else ("", piece) for number, piece in enumerate(pieces)]
    return frozenset(plain("".join(chosen)) for chosen in product(*choices)) - {""}


@dataclass(frozen=True)
class WrongText:
    """A known wrong answer and what is said of it. The HTML is safe."""

    form: str
    feedback_html: str


@dataclass(frozen=True)
class Text(Question):
    """Right where it is one of the accepted forms; ``accepted`` and ``wrong`` are as the author wrote them."""

    kind: ClassVar[str] = "text"

    accepted: tuple[str, ...] = ()
    wrong: tuple[WrongText, ...] = ()

    @cached_property
    def _right(self) -> frozenset[str]:
        return frozenset().union(*map(forms, self.accepted))

    def read(self, raw: Any) -> Answer:
        if raw is None:
            return None
        text = " ".join(one_text(raw).split())
        if len(text) > MOST_CHARACTERS:
            raise AnswerError(_("A few words will do; this is too long."))
        if not plain(text):
            raise AnswerError(_("There are no words in this."))
        return text

    def grade(self, answer: Answer, seed: int) -> Grade:
        if answer is None:
            return UNKNOWN
        given = plain(one_text(answer))
        if given in self._right:
            return Grade(True, 1.0, ())
        for wrong in self.wrong:
            if given in forms(wrong.form):
                return Grade(False, 0.0, (Feedback(None, False, self._filled(wrong.feedback_html, seed)),))
        alike = (SequenceMatcher(None, given, right).ratio() for right in self._right)
        near = len(given) >= _LONG and max(alike) >= _ALIKE
        words = _("Almost. Look at how it is spelt.") if near else _("Not this one.")
        return Grade(False, 0.0, (Feedback(None, False, paragraph(words)),))

    def key(self, seed: int) -> Answer:
        return _OPTIONAL.sub("", self.accepted[0]).strip()
