"""A plain reading of a question's figures, in words. Pure rules; each threshold has its source in docs/analytics.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.content.choices import Choice
from app.content.questions import Question
from app.studio.answer_keys import UNKNOWN
from app.studio.intervals import difference, wilson
from app.studio.items import RIGHT, Item
from app.studio.small_groups import SMALLEST
from app.words import _

#: People under whom nothing is judged. Linacre 1994, Rasch Measurement Transactions 7:4, 328: with 50 a question's
#: difficulty is known to within a logit.
ENOUGH = 50
#: From this share right, a question tells few apart. Moodle's "very easy" begins at 86 %, "extremely easy" at 95 %.
EASY = 0.90
#: Discrimination that is good, and the least that is acceptable: Ebel and Frisbie 1991, Essentials of educational
#: measurement, 5th edition, 232.
GOOD, POOR = 0.30, 0.20
#: A wrong option that fewer take does no work: Haladyna and Downing 1993, https://doi.org/10.1177/0013164493053004013.
WORKS = 0.05
#: One variant's share right lies at least this far under the others'.
HARDER = 0.10
#: Of those who did not know, and of those who looked at a hint first: our own, where a text has prepared too few.
MANY = 0.25

Tone = Literal["ok", "warn", "info"]


@dataclass(frozen=True)
class Case:
    """A question, its figures, and its answers' short names by their keys."""

    question: Question
    item: Item
    names: Mapping[str, str]


@dataclass(frozen=True)
class Reading:
    """``rule`` names the rule for tests and documentation."""

    rule: str
    tone: Tone
    words: str


def read(question: Question, item: Item, names: Mapping[str, str]) -> tuple[Reading, ...]:
    """What the figures say, the gravest first, never nothing. ``names`` are the answers' short names by their keys."""
    if not item.n:
        return (Reading("none", "info", _("Fewer than %(least)s people so far: nothing is shown.", least=SMALLEST)),)
    if item.n < ENOUGH:
        return (Reading("few", "info", _("%(n)s people. Too few to judge yet.", n=item.n)),)
    found = tuple(reading for rule in RULES if (reading := rule(Case(question, item, names))))
    if not found and item.rate is None:
        hidden = _("Each other answer was given by too few: telling more would give them away.")
        return (Reading("hidden", "info", hidden),)
    return found or (_works(item),)


def _works(item: Item) -> Reading:
    if item.discrimination and item.discrimination.value >= GOOD:
        return Reading("works", "ok", _("Working. Spreads learners well."))
    return Reading("works", "ok", _("Working."))


def _miskeyed(case: Case) -> Reading | None:
    found = case.item.discrimination
    if found and found.n >= ENOUGH and found.high < 0:
        words = _("Those who know the rest get this wrong. Is the key right?")
        return Reading("miskeyed", "warn", words)
    return None


def _beaten(case: Case) -> Reading | None:
    """One wrong answer was given more often than the right one, and not by chance."""
    right = case.item.said.of(RIGHT)
    for key, count in case.item.said.cells.items():
        if key in (RIGHT, UNKNOWN) or count.low <= right.high:
            continue
        if wilson(count.low, count.low + right.high)[0] > 0.5:
            words = _("%(name)s beats the key. The text before it may mislead.", name=case.names.get(key, key))
            return Reading("beaten", "warn", words)
    return None


def _guessed(case: Case) -> Reading | None:
    """Where options are given, as many were right as would be by chance, or fewer."""
    if not isinstance(case.question, Choice) or case.item.rate is None:
        return None
    chance = 1 / len(case.question.options)
    if case.item.rate.low <= chance and case.item.rate.value <= 1.2 * chance:
        return Reading("guessed", "warn", _("No better than guessing. Is it taught before it is asked?"))
    return None


def _harder(case: Case) -> Reading | None:
    if len(case.item.variants) < 2 and not case.item.other_variants:
        return None
    everyone = [*case.item.variants.values(), *([case.item.other_variants] if case.item.other_variants else [])]
    for number, one in case.item.variants.items():
        right, n = sum(row.right for row in everyone) - one.right, sum(row.n for row in everyone) - one.n
        if n >= SMALLEST and difference(right, n, one.right, one.n)[0] > HARDER:
            values = ", ".join(f"{name} = {value}" for name, value in case.question.draw(number).items())
            return Reading("harder", "warn", _("One variant is much harder: %(values)s.", values=values))
    return None


def _easy(case: Case) -> Reading | None:
    if case.item.rate and case.item.rate.value >= EASY:
        return Reading("easy", "info", _("Too easy to tell learners apart. Fine as a warm-up."))
    return None


def _weak(case: Case) -> Reading | None:
    found = case.item.discrimination
    if (
        found
        and found.n >= ENOUGH
        and found.value < POOR
        and case.item.rate
        and case.item.rate.value < EASY
        and found.high >= 0
    ):
        return Reading(
            "weak", "warn", _("Says little about the rest: those who know it and those who do not do alike.")
        )
    return None


def _unknown(case: Case) -> Reading | None:
    count = case.item.said.cells.get(UNKNOWN)
    if count and wilson(count.low, case.item.n)[0] > MANY:
        return Reading("unknown", "warn", _("Many do not know yet. What it asks for may stand too far away."))
    return None


def _idle(case: Case) -> Reading | None:
    """A wrong option that hardly anybody takes; said only where so many answered that it shows."""
    if not isinstance(case.question, Choice) or case.item.rate is None or case.item.rate.value >= EASY:
        return None
    idle = [
        case.names.get(option.id, option.id)
        for option in case.question.options
        if not option.correct and wilson(case.item.said.of(option.id).high, case.item.n)[1] < WORKS
    ]
    if idle:
        return Reading(
            "idle",
            "info",
            _("Hardly anybody takes %(names)s: it could be a better wrong answer.", names=", ".join(idle)),
        )
    return None


#: In the order of their gravity.
RULES = (_miskeyed, _beaten, _guessed, _harder, _unknown, _easy, _weak, _idle)
