"""A question's answers part by part: how many took each option, or missed each requirement. Pure.

Everything follows from the table of answers that is told, so it tells no more than that.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.content.architecture import Architecture
from app.content.choices import Choice, Multiple, Option
from app.content.questions import Question
from app.studio import answer_names
from app.studio.answer_keys import UNKNOWN
from app.studio.items import RIGHT, Item
from app.studio.small_groups import Count


@dataclass(frozen=True)
class Part:
    """An option or a requirement, and how many people took or missed it."""

    letter: str
    text: str
    count: Count
    #: Whether taking it is right; for requirements, False: they are counted where they are missed.
    right: bool


def parts(question: Question, item: Item) -> tuple[Part, ...]:
    """In the author's order; empty for kinds without parts, and where nothing is told."""
    if not item.n:
        return ()
    if isinstance(question, Choice | Multiple):
        return tuple(
            Part(chr(65 + n), answer_names.plain(option.html), _of(question, item, option), option.correct)
            for n, option in enumerate(question.options)
        )
    if isinstance(question, Architecture):
        return tuple(
            Part(str(n), one.described(dict(question.draw(0))), _count(item, _missed(n)), False)
            for n, one in enumerate(question.requires, 1)
        )
    return ()


def _of(question: Choice | Multiple, item: Item, option: Option) -> Count:
    if isinstance(question, Choice):
        return item.said.of(RIGHT if option.correct else option.id)
    return _count(item, lambda key: option.correct if key == RIGHT else option.id in key.split("\n"))


def _missed(number: int) -> Callable[[str], bool]:
    return lambda key: key.startswith("!") and str(number) in key[1:].split(",")


def _count(item: Item, takes: Callable[[str], bool]) -> Count:
    """At least those who are told to have taken it; at most all of the rest as well."""
    told = [count for key, count in item.said.cells.items() if key != UNKNOWN and takes(key)]
    return Count(sum(one.low for one in told), sum(one.high for one in told) + item.said.rest.high)
