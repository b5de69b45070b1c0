"""What everyone may come upon: the gallery of a course or of all, and the shared solutions of a challenge.

Every query asks for what is published, in the order of an index, from where the last page ended: a page costs the
page. A search that hardly anything answers reads further, through the newest ``MOST_SEARCHED``.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import Connection, Select, literal, or_, select, tuple_

from app.learning.pen_names import folded, pen_name
from app.learning.shares import ROWS, Share, of_row, share

Sort = Literal["new", "params", "macs", "accuracy"]
SORTS: tuple[Sort, ...] = get_args(Sort)
_COLUMNS = {"new": share.c.published, **{name: share.c[name] for name in ("params", "macs", "accuracy")}}
_FALLING = frozenset({"new", "accuracy"})
#: Words of a search that are looked for.
MOST_WORDS = 6
#: Shares of a gallery that a search looks through, newest first.
MOST_SEARCHED = 20_000


@dataclass(frozen=True)
class Asked:
    """What of the gallery is asked for. By a measure come only those that have it."""

    #: The course's slug; None for all.
    course: str | None = None
    #: All of these words in the title, the description or the name.
    words: str = ""
    experiment: str = ""
    #: At most so many parameters; at least so high an accuracy, from 0 to 1.
    params: int | None = None
    accuracy: float | None = None
    sort: Sort = "new"
    #: The sorted value and the id of the last one of the page before; None for the first page.
    after: tuple[float, int] | None = None


def page(conn: Connection, asked: Asked, most: int) -> list[Share]:
    """What is in the gallery, as asked for; at most ``most``."""
    column = _COLUMNS[asked.sort]
    rows = _public().where(column.is_not(None))
    if asked.course is not None:
        rows = rows.where(share.c.course == asked.course)
    if asked.experiment:
        rows = rows.where(share.c.experiment == asked.experiment)
    if asked.params is not None:
        rows = rows.where(share.c.params <= asked.params)
    if asked.accuracy is not None:
        rows = rows.where(share.c.accuracy >= asked.accuracy)
    words = asked.words.casefold().split()[:MOST_WORDS]
    if words:
        newest = select(share.c.published).where(share.c.published.is_not(None))
        newest = newest if asked.course is None else newest.where(share.c.course == asked.course)
        oldest = conn.execute(newest.order_by(share.c.published.desc()).limit(1).offset(MOST_SEARCHED - 1)).scalar()
        rows = rows if oldest is None else rows.where(share.c.published >= oldest)
    for word in words:
        said = share.c.words.contains(word, autoescape=True)
        rows = rows.where(or_(said, pen_name.c.folded.contains(folded(word))) if folded(word) else said)
    falling = asked.sort in _FALLING
    if asked.after is not None:
        here, there = tuple_(column, share.c.id), tuple_(*map(literal, asked.after))
        rows = rows.where(here < there if falling else here > there)
    order = (column.desc(), share.c.id.desc()) if falling else (column, share.c.id)
    return [of_row(row) for row in conn.execute(rows.order_by(*order).limit(most)).mappings()]


def cursor(one: Share, sort: Sort) -> str:
    """Where the page after this share begins, for addresses."""
    value = one.published if sort == "new" else getattr(one.measured, sort)
    assert value is not None, "it came in this order"
    return f"{value!r}:{one.id}"


def read_cursor(text: str, sort: Sort) -> tuple[float, int] | None:
    """What ``cursor`` wrote; None for any other text."""
    value, _, id = text.partition(":")
    try:
        number = float(value) if sort in _FALLING else int(value)
        return (number, int(id)) if math.isfinite(number) and 0 < int(id) < 2**62 and abs(number) < 2**62 else None
    except ValueError:
        return None


def solutions(conn: Connection, course: str, question: str, most: int) -> list[Share]:
    """The shared solutions of a challenge, newest first; at most ``most``."""
    rows = _public().where(share.c.course == course, share.c.question == question)
    return [of_row(row) for row in conn.execute(rows.order_by(share.c.published.desc()).limit(most)).mappings()]


def challenges(conn: Connection, course: str) -> frozenset[str]:
    """The questions of a course that have a shared solution."""
    rows = select(share.c.question).where(share.c.course == course, share.c.question.is_not(None))
    return frozenset(conn.execute(rows.where(share.c.published.is_not(None)).distinct()).scalars())


def own(conn: Connection, learner_id: str, course: str, question: str) -> list[Share]:
    """A learner's own solutions of a challenge, whoever sees them."""
    rows = ROWS.where(share.c.learner_id == learner_id, share.c.deleted.is_(None))
    rows = rows.where(share.c.course == course, share.c.question == question)
    return [of_row(row) for row in conn.execute(rows.order_by(share.c.id.desc())).mappings()]


def _public() -> Select[tuple[object, ...]]:
    return ROWS.where(share.c.published.is_not(None))
