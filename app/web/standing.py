"""All that a student has, in every course: what ``/me`` shows and ``GET /api/v1/me`` answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from app.content.course import Course, Lesson, Skill
from app.content.questions import Question
from app.learning import attempts, reviews, xp
from app.learning.attempts import QuestionState
from app.learning.mastery import SkillStanding, matrix


@dataclass(frozen=True)
class CourseStanding:
    course: Course
    xp: int
    #: In the course's order.
    skills: tuple[tuple[Skill, SkillStanding], ...]
    #: The questions touched so far, in the order of their lessons.
    answered: tuple[tuple[Lesson, Question, QuestionState], ...]


@dataclass(frozen=True)
class Standing:
    totals: xp.Totals
    courses: tuple[CourseStanding, ...]


def standing(conn: Connection, learner_id: str, courses: Iterable[Course], now: float) -> Standing:
    totals = xp.totals(conn, learner_id)
    return Standing(totals, tuple(_in_course(conn, learner_id, totals, course, now) for course in courses))


def _in_course(conn: Connection, learner_id: str, totals: xp.Totals, course: Course, now: float) -> CourseStanding:
    placed = course.question_by_id.values()
    states = attempts.states(conn, learner_id, course.slug, [question for _, question in placed])
    touched = {id: state for id, state in states.items() if state.attempts}
    shown = {id: state.answered_correctly for id, state in touched.items()}
    stands = matrix(course, shown, reviews.cards(conn, learner_id, course.slug), now)
    return CourseStanding(
        course,
        totals.by_course.get(course.slug, 0),
        tuple((skill, stands[skill.id]) for skill in course.skills),
        tuple((lesson, q, touched[q.id]) for lesson, q in placed if q.id in touched),
    )
