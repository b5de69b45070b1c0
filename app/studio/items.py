"""What the first answers to a course's questions tell, question by question: counted by the database, in whole fives.

Every formula, with its source, stands in docs/analytics.md.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Integer, and_, bindparam, cast, func, select

from app.content.choices import Choice
from app.content.course import Course
from app.content.questions import Question
from app.learning.first_answers import first_answer
from app.studio import small_groups
from app.studio.answer_keys import UNKNOWN
from app.studio.intervals import Estimate, correlation, share
from app.studio.small_groups import SMALLEST, Count, Row, Table

#: The key of all right answers together, where a question has several.
RIGHT = "="
#: Other questions that somebody must have answered before their share right at those is worth comparing with.
REST = 5
_OPENED, _NOT = "hint", "no hint"


@dataclass(frozen=True)
class Scope:
    """Whose answers are looked at: since a time (UTC epoch seconds), of a class; None and empty for all."""

    since: float | None = None
    class_id: str = ""

    def holds(self, course: str) -> ColumnElement[bool]:
        """The rows that count. A five is in or out as a whole."""
        clauses = [first_answer.c.course == course, first_answer.c.five > 0]
        if self.since is not None:
            clauses.append(first_answer.c.at >= self.since)
        if self.class_id:
            clauses.append(first_answer.c.classes.contains(f"/{self.class_id}/", autoescape=True))
        return and_(*clauses)


@dataclass(frozen=True)
class Item:
    """One question's figures. ``n`` people, 0 where too few."""

    n: int
    #: What they said: RIGHT, UNKNOWN, and the keys of wrong answers; of an architecture, ``!`` and the requirements
    #: (from 1) that were not met.
    said: Table
    rate: Estimate | None = None
    discrimination: Estimate | None = None
    #: Who opened a hint before; None where it has none.
    hints: Count | None = None
    #: By the variant's number; and the variants that are not told apart, as one.
    variants: Mapping[int, Row] = field(default_factory=dict)
    other_variants: Row | None = None


def of(conn: Connection, course: Course, scope: Scope, only: Question | None = None) -> Mapping[str, Item]:
    """The figures of every question that the course asks now, by id; of ``only`` one where it is given."""
    asked = [only] if only else [question for _lesson, question in course.question_by_id.values()]
    found = _counted(conn, course.slug, scope, asked)
    sums = _discrimination(conn, course.slug, scope, only)
    return {q.id: _item(q, found[q.id], sums.get(q.id)) for q in asked}


def _counted(conn: Connection, course: str, scope: Scope, asked: list[Question]) -> Mapping[str, list[Any]]:
    """Question by question: to sort a few thousand rows two hundred times is three times as fast as to sort all."""
    table = first_answer.c
    by = (table.correct, table.said, table.met, table.seed)
    opened = func.sum(cast(table.hints > 0, Integer)).label("opened")
    here = (scope.holds(course), table.question_id == bindparam("question"))
    chosen = select(*by, func.count().label("people"), opened).where(*here).group_by(*by)
    return {one.id: list(conn.execute(chosen, {"question": one.id})) for one in asked}


def _discrimination(conn: Connection, course: str, scope: Scope, only: Question | None) -> Mapping[str, Estimate]:
    """Each question's first tries against the same people's share right at all the others."""
    table = first_answer.c
    right = cast(table.correct, Integer)
    whole = (
        select(table.learner_id, func.count().label("n"), func.sum(right).label("right"))
        .where(table.course == course, table.five > 0)
        .group_by(table.learner_id)
        .having(func.count() > REST)
        .subquery("whole")
    )
    rest = cast(whole.c.right - right, Float) / (whole.c.n - 1)
    chosen = (
        select(
            table.question_id,
            func.count().label("n"),
            func.sum(right).label("x"),
            func.sum(rest).label("y"),
            func.sum(rest * rest).label("yy"),
            func.sum(rest * right).label("xy"),
        )
        .select_from(first_answer.join(whole, whole.c.learner_id == table.learner_id))
        .where(scope.holds(course))
        .group_by(table.question_id)
    )
    if only:
        chosen = chosen.where(table.question_id == only.id)
    found = {}
    for row in conn.execute(chosen):
        # Not of a handful, nor where those who were wrong, or right, are fewer than may be told.
        if min(row.x, row.n - row.x) >= SMALLEST:
            estimate = correlation(row.n, row.x, row.x, row.y, row.yy, row.xy)
            if estimate:
                found[row.question_id] = replace(estimate, n=small_groups.whole(row.n))
    return found


def _item(question: Question, rows: list[Any], discrimination: Estimate | None) -> Item:
    said: Counter[str] = Counter()
    variants: dict[int, Row] = {}
    opened = 0
    for row in rows:
        said[chosen_key(row)] += row.people
        opened += row.opened
        if question.variables.count > 1:
            number = row.seed % question.variables.count
            before = variants.get(number, Row(0, 0))
            more = (row.people, 0) if row.correct else (0, row.people)
            variants[number] = Row(before.right + more[0], before.wrong + more[1])
    told = tabled(question, said)
    if not told.n:
        return Item(0, told)
    right = told.of(RIGHT)
    hints = small_groups.table({_OPENED: opened, _NOT: told.n - opened}, _OPENED).of(_OPENED)
    shown, others = small_groups.rows(variants) if right.exact and RIGHT in told.cells else ({}, None)
    return Item(
        n=told.n,
        said=told,
        rate=share(right.low, right.high, told.n) if told.cells else None,
        discrimination=discrimination,
        hints=hints if question.hints_html else None,
        variants=dict(sorted(shown.items())),
        other_variants=others if shown else None,
    )


def tabled(question: Question, said: Mapping[str, int]) -> Table:
    """What may be told of what was said; only options are known to be all that can be."""
    if not isinstance(question, Choice):
        return small_groups.table(said, RIGHT, closed=False)
    every = dict.fromkeys([UNKNOWN, RIGHT, *(option.id for option in question.options if not option.correct)], 0)
    return small_groups.table({**every, **said}, RIGHT)


def chosen_key(row: Any) -> str:
    """Under which key a row of answers is told: all right ones as one, networks by what they miss."""
    if row.correct:
        return RIGHT
    if row.met and row.said != UNKNOWN:
        return "!" + ",".join(str(n) for n, met in enumerate(row.met, 1) if met == "0")
    return str(row.said)
