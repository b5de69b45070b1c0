"""How a lesson is used: who opened it, in which section they answered last, which labs they ran, what they predicted.

Everything is counted in whole fives, in the order of time, as ``small_groups`` says.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from app.content.course import Course, Lab, Lesson, QuestionBlock
from app.learning.first_answers import first_answer
from app.learning.lab_use import lab_use
from app.learning.predictions import prediction
from app.learning.progress import visit_table
from app.studio import small_groups
from app.studio.items import Scope
from app.studio.learners_only import learners_of
from app.studio.small_groups import NOTHING, Table, whole

#: The key of those who would rather see than predict.
SKIPPED = ""


@dataclass(frozen=True)
class LabUse:
    lab: Lab
    #: People who ran it, and who predicted or chose not to, in whole fives.
    ran: int
    predicted: int
    #: By what was said, in the words of most who said it; nothing for labs that ask for a drawing.
    said: Table
    #: How a prediction's key was written first.
    words: Mapping[str, str]


@dataclass(frozen=True)
class LessonUse:
    #: People who opened it, in whole fives.
    opened: int
    #: People with a counted answer, by the number of the section in which the last question that they answered stands.
    last: Table
    labs: tuple[LabUse, ...]


def of(conn: Connection, course: Course, lesson: Lesson) -> LessonUse:
    visits = select(func.count()).where(
        visit_table.c.course == course.slug,
        visit_table.c.lesson == lesson.slug,
        learners_of(visit_table.c.learner_id, course.slug),
    )
    return LessonUse(
        opened=whole(conn.execute(visits).scalar_one()),
        last=_last(conn, course, lesson),
        labs=tuple(_lab(conn, course, lab) for lab in lesson.labs),
    )


def _last(conn: Connection, course: Course, lesson: Lesson) -> Table:
    """The section furthest down the page with an answer, person by person."""
    at = {
        block.question.id: section.number
        for section in lesson.sections
        for block in section.blocks
        if isinstance(block, QuestionBlock)
    }
    if not at:
        return NOTHING
    table = first_answer.c
    furthest = (
        select(func.max(case(at, value=table.question_id)).label("section"))
        .where(Scope().holds(course.slug), table.question_id.in_(list(at)))
        .group_by(table.learner_id)
        .subquery()
    )
    counted = select(furthest.c.section, func.count().label("people")).group_by(furthest.c.section)
    empty = dict.fromkeys(map(str, at.values()), 0)
    return small_groups.table(empty | {str(row.section): row.people for row in conn.execute(counted)})


def _lab(conn: Connection, course: Course, lab: Lab) -> LabUse:
    ran = select(func.count()).where(
        lab_use.c.course == course.slug,
        lab_use.c.lab_id == lab.id,
        learners_of(lab_use.c.learner_id, course.slug),
    )
    here = (
        prediction.c.course == course.slug,
        prediction.c.lab_id == lab.id,
        learners_of(prediction.c.learner_id, course.slug),
    )
    predicted = whole(conn.execute(select(func.count()).where(*here)).scalar_one())
    counts: Counter[str] = Counter()
    words: dict[str, str] = {}
    counts.update(dict.fromkeys([SKIPPED, *map(plain, lab.choices)] if lab.choices else [], 0))
    if predicted and not lab.draw:
        first = select(prediction.c.value).where(*here).order_by(prediction.c.created, prediction.c.learner_id)
        among = first.limit(predicted).subquery()
        chosen = select(among.c.value, func.count().label("people")).group_by(among.c.value)
        for row in conn.execute(chosen.order_by(func.count().desc(), among.c.value)):
            counts[plain(row.value)] += row.people
            words.setdefault(plain(row.value), row.value)
    return LabUse(
        lab,
        whole(conn.execute(ran).scalar_one()),
        predicted,
        small_groups.table(counts, closed=bool(lab.choices)),
        words,
    )


def plain(value: str) -> str:
    """What counts of a prediction: not case, nor spaces, nor which sign stands for "times"."""
    return "".join(value.casefold().split()).replace("x", "×")
