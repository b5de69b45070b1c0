"""A question's figures as small strips: the share right with its interval, discrimination, what was chosen. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.studio.answer_names import Name
from app.studio.intervals import Estimate
from app.studio.items import RIGHT
from app.studio.small_groups import Count, Table

#: The length of each strip.
WIDE, BAR, CHOSEN = 150.0, 60.0, 240.0
#: Where a good discrimination begins, drawn as a dashed line, and what the bar's ends stand for.
DASHED, FROM, TO = 0.30, -0.4, 0.8
GAP = 2.0


@dataclass(frozen=True)
class Span:
    """An interval from ``low`` to ``high`` with its value at ``at``, all as places on the strip."""

    low: float
    high: float
    at: float


@dataclass(frozen=True)
class Part:
    kind: Literal["right", "wrong", "rest"]
    x: float
    width: float


@dataclass(frozen=True)
class Said:
    """One answer in words: its name, its share, and whether it is right."""

    name: str
    share: str
    right: bool


def percent(value: float) -> str:
    """A share as ``81 %``, with a no-break space."""
    return f"{round(100 * value)}\N{NO-BREAK SPACE}%"


def counted(count: Count, n: int) -> str:
    """A share of a count that may be known between two bounds only."""
    if count.few:
        return f"<\N{NO-BREAK SPACE}{percent((count.high + 1) / n)}"
    low, high = round(100 * count.low / n), round(100 * count.high / n)
    return percent(count.high / n) if low == high else f"{low}–{high}\N{NO-BREAK SPACE}%"


def rate(estimate: Estimate) -> Span:
    return Span(*(round(WIDE * value, 1) for value in (estimate.low, estimate.high, estimate.value)))


def discrimination(estimate: Estimate) -> Span:
    """Places on a bar that reaches from FROM to TO; what lies outside is drawn at its end."""
    return Span(*(place(value) for value in (estimate.low, estimate.high, estimate.value)))


def place(value: float) -> float:
    return round(BAR * (min(TO, max(FROM, value)) - FROM) / (TO - FROM), 1)


def chosen(table: Table) -> tuple[Part, ...]:
    """The strip of what was said: the right answer filled, wrong ones hatched, the rest open."""
    counts: list[tuple[Literal["right", "wrong", "rest"], float]] = [
        ("right" if key == RIGHT else "wrong", (count.low + count.high) / 2) for key, count in table.cells.items()
    ]
    counts.append(("rest", (table.rest.low + table.rest.high) / 2))
    whole = sum(count for _kind, count in counts) or 1
    parts, x = [], 0.0
    for kind, count in counts:
        width = CHOSEN * count / whole
        if width > GAP:
            parts.append(Part(kind, round(x, 1), round(width - GAP, 1)))
        x += width
    return tuple(parts)


def said(table: Table, names: Mapping[str, Name], rest: str) -> tuple[Said, ...]:
    """What was said, in words; ``rest`` names what is not told apart."""
    told = [Said(names[key].short, counted(count, table.n), key == RIGHT) for key, count in table.cells.items()]
    if table.rest.high:
        told.append(Said(rest, counted(table.rest, table.n), False))
    return tuple(told)
