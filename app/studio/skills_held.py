"""How many people hold each skill of a course, are learning it, or are losing it, as of the last midnight, UTC.

The rules are those of ``app.learning.mastery``, asked of the database for everyone at once. Counts are rounded down to
fives, since people move between the states one by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    String,
    and_,
    case,
    cast,
    column,
    func,
    or_,
    select,
    values,
)

from app.content.course import Course
from app.learning.mastery import FADING, LASTING, enough
from app.learning.reviews import DAY, DECAY, FACTOR, review_card
from app.studio.learners_only import learners_of
from app.studio.small_groups import whole


@dataclass(frozen=True)
class Held:
    """People with a skill in each state, rounded down to fives. ``fading`` ones were proficient or mastered."""

    learning: int = 0
    proficient: int = 0
    mastered: int = 0
    fading: int = 0


def of(conn: Connection, course: Course, now: float) -> Mapping[str, Held]:
    """By skill, in the course's order."""
    asked = [(question.id, question.skill, question.kind) for _lesson, question in course.question_by_id.values()]
    kinds: dict[str, list[str]] = {}
    for _id, its_skill, its_kind in asked:
        kinds.setdefault(its_skill, []).append(its_kind)
    if not asked:
        return {one.id: Held() for one in course.skills}
    at, card = now // DAY * DAY, review_card.c
    now_asked = (
        values(column("id", String), column("skill", String), column("kind", String), name="asked")
        .data(asked)
        .cte("asked")
    )
    needs = [(name, enough(len(found)), min(2, len(set(found)))) for name, found in kinds.items()]
    needed = (
        values(column("skill", String), column("questions", Integer), column("kinds", Integer), name="needed")
        .data(needs)
        .cte("needed")
    )

    skill: ColumnElement[str] = func.coalesce(now_asked.c.skill, card.skill)
    kind: ColumnElement[str] = func.coalesce(now_asked.c.kind, card.kind, "")
    days = func.floor((at - card.last) / DAY)
    recalled = func.power(1 + FACTOR * case((days > 0, days), else_=0) / card.stability, DECAY)
    held = and_(card.first_shown.is_not(None), card.first_shown < at)
    by, order = [card.learner_id, skill], [~held, card.first_shown, card.question_id]
    cards = (
        select(
            card.learner_id,
            skill.label("skill"),
            kind.label("kind"),
            held.label("held"),
            card.first_shown,
            card.confirmed,
            func.row_number().over(partition_by=by, order_by=order).label("number"),
            func.first_value(kind).over(partition_by=by, order_by=order).label("first_kind"),
            case(
                (and_(held, now_asked.c.id.is_not(None)), case((recalled < card.ceiling, recalled), else_=card.ceiling))
            ).label("recall"),
        )
        .select_from(review_card.outerjoin(now_asked, now_asked.c.id == card.question_id))
        .where(card.course == course.slug, learners_of(card.learner_id, course.slug))
        .subquery("cards")
    )
    c, need = cards.c, needed.c
    nth = func.min(case((and_(c.held, c.number >= need.questions), c.first_shown)))
    other = func.min(case((and_(c.held, or_(need.kinds < 2, c.kind != c.first_kind)), c.first_shown)))
    since = case((nth > other, nth), else_=other)
    people = (
        select(
            c.skill,
            and_(nth.is_not(None), other.is_not(None)).label("proficient"),
            and_(nth.is_not(None), other.is_not(None), func.max(case((c.held, c.confirmed))) >= since + LASTING).label(
                "mastered"
            ),
            (func.avg(cast(c.recall, Float)) < FADING).label("fading"),
        )
        .select_from(cards.join(needed, need.skill == c.skill))
        .group_by(c.learner_id, c.skill)
        .subquery("people")
    )
    p = people.c
    state = case((~p.proficient, "learning"), (p.fading, "fading"), (p.mastered, "mastered"), else_="proficient").label(
        "state"
    )
    counted: dict[str, dict[str, int]] = {}
    for row in conn.execute(select(p.skill, state, func.count().label("people")).group_by(p.skill, state)):
        counted.setdefault(row.skill, {})[row.state] = whole(row.people)
    return {one.id: Held(**counted.get(one.id, {})) for one in course.skills}
