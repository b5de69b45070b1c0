"""What answers are called where they are told of: from the question as it is asked now, never from who answered."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.content.architecture import Architecture
from app.content.choices import Choice, Multiple
from app.content.expressions import evaluate
from app.content.match import Match
from app.content.number import Number
from app.content.order import Order
from app.content.questions import Question
from app.content.variants import blanked, shown
from app.studio.answer_keys import UNKNOWN, UNREAD
from app.studio.items import RIGHT
from app.words import _

_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Name:
    """``short`` for a line under a strip (``A``, ``36 928``), ``text`` for the whole; plain text both."""

    short: str
    text: str
    right: bool = False


def plain(source: str) -> str:
    """HTML as one line of text, … for what varies."""
    spaced = re.sub(r"</(?:p|li|td|th|pre|div|h\d)>|<br ?/?>", " ", blanked(source))
    return " ".join(html.unescape(_TAGS.sub("", spaced)).split())


def names(question: Question, keys: Mapping[str, object]) -> Mapping[str, Name]:
    """The name of each answer by its key; also of options that nobody took."""
    letters = {option.id: (chr(65 + n), option) for n, option in enumerate(getattr(question, "options", ())[:26])}
    found = {}
    for key in dict.fromkeys((*keys, RIGHT, *(letters if isinstance(question, Choice) else ()))):
        if key == RIGHT:
            found[key] = _right(question)
        elif key == UNKNOWN:
            found[key] = Name(_("don’t know yet"), _("I don’t know yet"))
        elif key == UNREAD:
            found[key] = Name(_("unread"), _("A network that the lab cannot read"))
        else:
            found[key] = _wrong(question, key)
    return found


def _right(question: Question) -> Name:
    if isinstance(question, Choice):
        number, option = next((n, one) for n, one in enumerate(question.options) if one.correct)
        return Name(chr(65 + number), plain(option.html), right=True)
    if isinstance(question, Number) and not question.variables.names:
        value = shown(evaluate(question.value, {}))
        return Name(value, value, right=True)
    return Name(_("right"), _("A right answer"), right=True)


def _wrong(question: Question, key: str) -> Name:
    if key.startswith("!") and isinstance(question, Architecture):
        numbers = [int(number) for number in key[1:].split(",") if number]
        said = [question.requires[n - 1].described({}) if _plain(question, n) else f"r{n}" for n in numbers]
        return Name(
            _("misses %(which)s", which=", ".join(map(str, numbers))), _("Misses: %(which)s", which="; ".join(said))
        )
    ids = key.split("\n")
    if isinstance(question, Choice | Multiple):
        letters = {option.id: (chr(65 + n), plain(option.html)) for n, option in enumerate(question.options)}
        if all(id in letters for id in ids):
            return Name(" ".join(letters[id][0] for id in ids), "; ".join(letters[id][1] for id in ids))
        return _gone()
    if isinstance(question, Order):
        items = {item.id: (n, plain(item.html)) for n, item in enumerate(question.items, 1)}
        if all(id in items for id in ids):
            return Name("–".join(str(items[id][0]) for id in ids), " → ".join(items[id][1] for id in ids))
        return _gone()
    if isinstance(question, Match):
        return _matched(question, ids)
    if isinstance(question, Number):
        return _number(question, key)
    if key.startswith("#") and len(key) == 41:
        return Name(_("a long answer"), _("A long answer"))
    return Name(f"“{key[:24]}{'…' if len(key) > 24 else ''}”", key)


def _gone() -> Name:
    return Name(_("gone"), _("An answer that is no longer offered"))


def _plain(question: Architecture, number: int) -> bool:
    return number <= len(question.requires) and not question.variables.names


def _matched(question: Match, ids: list[str]) -> Name:
    right = {pair.id: pair for pair in question.pairs}
    targets = {id: plain(text) for id, text in question.targets}
    pairs = [tuple(one.split(":", 1)) for one in ids]
    if not all(len(pair) == 2 and pair[0] in right and pair[1] in targets for pair in pairs):
        return _gone()
    wrong = [(left, to) for left, to in pairs if right[left].target != to] or pairs
    told = "; ".join(f"{plain(right[left].html)} → {targets[to]}" for left, to in wrong)
    return Name(told if len(told) <= 40 else f"{told[:38]}…", told)


def _number(question: Number, key: str) -> Name:
    """A mistake that the author expected is called by its value, or by its formula where that varies."""
    if key.startswith("~"):
        expected = next((one for one in question.wrong if one.value == key[1:]), None)
        fixed = not question.variables.names and expected
        written = _written(evaluate(key[1:], {})) if fixed else key[1:]
        why = plain(expected.feedback_html) if expected else ""
        return Name(written, f"{written}: {why}" if why else written)
    written = _written(float(key))
    return Name(written, written)


def _written(value: float) -> str:
    return shown(int(value) if float(value).is_integer() else float(f"{value:.6g}"))
