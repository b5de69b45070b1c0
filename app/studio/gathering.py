"""First answers, gathered from the attempts and counted in fives: what every figure of a course stands on.

An answer counts once four other people's first answers to its question have come after it or before it: the five of
them form a *five*, which is never formed anew. So whatever is looked at, and whenever, two figures differ by whole
fives. Who leaves takes the five along. See docs/analytics.md.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, or_, select, update

from app.content.architecture import Architecture
from app.content.course import Course
from app.content.questions import Question
from app.db import Inserter, Prepared
from app.learning.first_answers import first_answer, gathered_course
from app.learning.learners import learner
from app.learning.records import attempt
from app.learning.staff import course_staff
from app.learning.states import feedback_in
from app.studio import answer_keys
from app.studio.classes import class_member, study_class
from app.studio.comparing import COUNTS, WITH_REGRADED
from app.studio.small_groups import SMALLEST

#: Attempts looked at in one go.
STEP = 4000
#: Seconds that an attempt must be old: an attempt with a lower id may still be on its way into the database.
SETTLED = 60


@dataclass(frozen=True)
class Gathered:
    """What one step read: the first answers in it, as rows, and the attempt that it got to."""

    rows: tuple[Mapping[str, Any], ...]
    upto: int
    #: Whether there is more to look at.
    more: bool


def class_mark(classes: Iterable[str]) -> str:
    """Classes as a row keeps them, so that one can be looked for in it."""
    return "".join(f"/{one}/" for one in sorted(classes))


VERSION = Prepared(select(gathered_course.c.version).where(gathered_course.c.course == bindparam("course")))


def version(conn: Connection, course: str) -> int:
    """Grows whenever a figure of the course may have changed."""
    row = VERSION.first(conn, {"course": course})
    return row.version if row else 0


_since = select(gathered_course.c.attempt_id).where(gathered_course.c.course == bindparam("course")).scalar_subquery()
_staff = or_(
    learner.c.role != "student",
    exists().where(course_staff.c.learner_id == attempt.c.learner_id, course_staff.c.course == attempt.c.course),
)
_known = exists().where(
    first_answer.c.course == attempt.c.course,
    first_answer.c.question_id == attempt.c.question_id,
    first_answer.c.learner_id == attempt.c.learner_id,
)
NEXT = Prepared(
    select(
        attempt.c.id,
        attempt.c.learner_id,
        attempt.c.question_id,
        attempt.c.answer,
        COUNTS.label("correct"),
        attempt.c.hints_opened,
        attempt.c.seed,
        attempt.c.created,
        attempt.c.outcome,
        _staff.label("staff"),
        _known.label("known"),
    )
    .select_from(WITH_REGRADED.join(learner, learner.c.id == attempt.c.learner_id))
    .where(attempt.c.course == bindparam("course"), attempt.c.id > func.coalesce(_since, 0))
    .order_by(attempt.c.id)
    .limit(STEP)
)
STAYS = Prepared(
    select(class_member.c.learner_id, class_member.c.class_id, class_member.c.joined, class_member.c.ended)
    .join(study_class, study_class.c.id == class_member.c.class_id)
    .where(study_class.c.course == bindparam("course"))
)
ADD = Prepared(
    lambda new: new(first_answer).on_conflict_do_nothing(index_elements=["course", "question_id", "learner_id"])
)
WAITING = Prepared(
    select(first_answer.c.classes, first_answer.c.learner_id, first_answer.c.at)
    .where(
        first_answer.c.course == bindparam("course"),
        first_answer.c.question_id == bindparam("question"),
        first_answer.c.five.is_(None),
    )
    .order_by(first_answer.c.classes, first_answer.c.attempt_id)
)
LAST = Prepared(
    select(func.coalesce(func.max(first_answer.c.five), 0).label("five")).where(
        first_answer.c.course == bindparam("course"), first_answer.c.question_id == bindparam("question")
    )
)
FORM = Prepared(
    update(first_answer)
    .where(
        first_answer.c.course == bindparam("in_course"),
        first_answer.c.question_id == bindparam("question"),
        first_answer.c.learner_id == bindparam("learner"),
    )
    .values(five=bindparam("number"), at=bindparam("oldest"))
)


BEGUN = Prepared(lambda new: new(gathered_course).on_conflict_do_nothing(index_elements=["course"]))


def _upto(new: Inserter) -> Any:
    row = new(gathered_course)
    return row.on_conflict_do_update(
        index_elements=["course"],
        set_={"attempt_id": row.excluded.attempt_id, "version": gathered_course.c.version + 1},
    )


UPTO = Prepared(_upto)


def look(conn: Connection, course: Course, now: float) -> Gathered:
    """Read the next step of a course's attempts that have settled at ``now``."""
    found = NEXT.rows(conn, {"course": course.slug})
    settled = [row for row in found if not now - SETTLED < row.created <= now]
    if len(settled) < len(found):
        first_new = next(index for index, row in enumerate(found) if now - SETTLED < row.created <= now)
        settled = found[:first_new]
    stays = _stays(conn, course.slug)
    firsts: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in settled:
        if row.staff or row.known or (row.question_id, row.learner_id) in firsts:
            continue
        asked = course.question_by_id.get(row.question_id)
        mark = class_mark(one for one, begun, ended in stays.get(row.learner_id, ()) if begun <= row.created < ended)
        firsts[row.question_id, row.learner_id] = _row(course.slug, row, asked[1] if asked else None, mark)
    upto = settled[-1].id if settled else 0
    return Gathered(tuple(firsts.values()), upto, len(found) == STEP and len(settled) == STEP)


def _stays(conn: Connection, course: str) -> Mapping[str, list[tuple[str, float, float]]]:
    """Who was in which class of the course, from when until when, by learner."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    for row in STAYS.rows(conn, {"course": course}):
        ended = math.inf if row.ended is None else row.ended
        found.setdefault(row.learner_id, []).append((row.class_id, row.joined, ended))
    return found


def _row(course: str, row: Any, question: Question | None, mark: str) -> Mapping[str, Any]:
    met = ""
    if isinstance(question, Architecture):
        met = "".join(str(int(part.correct)) for part in feedback_in(row.outcome) if part.option)
    return {
        "course": course,
        "question_id": row.question_id,
        "learner_id": row.learner_id,
        "attempt_id": row.id,
        "five": None,
        "at": row.created,
        "classes": mark,
        "correct": row.correct,
        "hints": row.hints_opened,
        "seed": row.seed,
        "said": answer_keys.key(question, answer_keys.parsed(row.answer), row.seed),
        "met": met,
    }


def keep(conn: Connection, course: str, gathered: Gathered) -> None:
    """Write what a step read, and form the fives that are whole. The same step written twice changes nothing."""
    if not gathered.upto:
        return
    BEGUN.rows(conn, {"course": course, "attempt_id": 0, "version": 0})
    conn.execute(select(gathered_course.c.course).where(gathered_course.c.course == course).with_for_update())
    for row in gathered.rows:
        ADD.rows(conn, row)
    for question in dict.fromkeys(row["question_id"] for row in gathered.rows):
        _form(conn, course, question)
    UPTO.rows(conn, {"course": course, "attempt_id": gathered.upto, "version": 1})


def _form(conn: Connection, course: str, question: str) -> None:
    place = {"course": course, "question": question}
    last = LAST.first(conn, place).five
    for _mark, waiting in groupby(WAITING.rows(conn, place), key=lambda row: row.classes):
        for five in _fives(list(waiting)):
            last += 1
            oldest = min(row.at for row in five)
            for row in five:
                at = {"in_course": course, "question": question, "learner": row.learner_id}
                FORM.rows(conn, at | {"number": last, "oldest": oldest})


def _fives(waiting: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(waiting) - SMALLEST + 1, SMALLEST):
        yield waiting[start : start + SMALLEST]
