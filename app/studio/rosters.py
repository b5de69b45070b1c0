"""What a class shows of its members: lessons, skills, XP and the last day, in its own course, and nothing else.

Times of day, answers, notes, highlights, predictions, hints and reviews are not read here: what is not read cannot be
shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from app.content.course import Course, Lesson, Skill
from app.learning import reviews
from app.learning.mastery import SkillStanding, State, matrix
from app.learning.progress import visit_table
from app.learning.records import attempt, question_progress
from app.learning.reviews import Card
from app.learning.xp import xp_total

STATES: tuple[State, ...] = ("mastered", "proficient", "fading", "learning")


@dataclass(frozen=True)
class LessonProgress:
    lesson: Lesson
    opened: bool
    #: Questions answered rightly at least once, of how many there are.
    right: int
    of: int

    @property
    def done(self) -> bool:
        return 0 < self.of == self.right


@dataclass(frozen=True)
class Progress:
    """How a member gets on in the course. ``joined`` and ``last`` are UTC days: no time of day is shown."""

    xp: int
    lessons: tuple[LessonProgress, ...]
    #: In the course's order.
    skills: tuple[tuple[Skill, SkillStanding], ...]
    #: The last day on which a lesson was opened or a question answered.
    last: date | None
    #: The day on which each mastered skill was last confirmed in a review.
    confirmed: Mapping[str, date]

    @property
    def done(self) -> int:
        """Lessons whose every question was answered rightly."""
        return sum(one.done for one in self.lessons)

    @property
    def opened(self) -> int:
        return sum(one.opened for one in self.lessons)

    @property
    def counts(self) -> Mapping[State, int]:
        """How many skills are in each state that was earned."""
        states = [its.state for _, its in self.skills]
        return {state: states.count(state) for state in STATES}

    @property
    def fading(self) -> tuple[Skill, ...]:
        return tuple(skill for skill, its in self.skills if its.state == "fading")


def day_of(when: float) -> date:
    return datetime.fromtimestamp(when, UTC).date()


def progress(conn: Connection, course: Course, learner_ids: Sequence[str], now: float) -> dict[str, Progress]:
    """How each of these learners gets on. A page of them at a time: it reads all that they did in the course."""
    xp = {row.learner_id: row.xp for row in _rows(conn, xp_total, course, learner_ids)}
    visits = _by_learner(_rows(conn, visit_table, course, learner_ids))
    asked = _by_learner(_rows(conn, question_progress, course, learner_ids))
    cards = _by_learner(_rows(conn, reviews.review_card, course, learner_ids))
    last = [row.last_attempt for rows in asked.values() for row in rows if row.last_attempt is not None]
    answered = _answered(conn, last)
    return {
        id: _progress(course, xp.get(id, 0), visits.get(id, ()), asked.get(id, ()), cards.get(id, ()), answered, now)
        for id in learner_ids
    }


def _rows(conn: Connection, table: Table, course: Course, learner_ids: Sequence[str]) -> list[Any]:
    here = (table.c.learner_id.in_(learner_ids), table.c.course == course.slug)
    return list(conn.execute(select(table).where(*here)))


def _by_learner(rows: list[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.learner_id, []).append(row)
    return found


def _answered(conn: Connection, ids: Sequence[int]) -> dict[int, float]:
    """When each of these attempts was made."""
    found: dict[int, float] = {}
    for at in range(0, len(ids), 500):
        some = select(attempt.c.id, attempt.c.created).where(attempt.c.id.in_(ids[at : at + 500]))
        found.update((row.id, row.created) for row in conn.execute(some))
    return found


def _progress(
    course: Course,
    xp: int,
    visits: Sequence[Any],
    asked: Sequence[Any],
    cards: Sequence[Any],
    answered: Mapping[int, float],
    now: float,
) -> Progress:
    shown = {row.question_id: row.answered_correctly for row in asked if row.attempts}
    held = {row.question_id: Card(**{name: getattr(row, name) for name in reviews.COLUMNS}) for row in cards}
    opened = {row.lesson for row in visits}
    times = [row.last for row in visits]
    times += [answered[row.last_attempt] for row in asked if row.last_attempt in answered]
    standings = matrix(course, shown, held, now)
    return Progress(
        xp=xp,
        lessons=tuple(
            LessonProgress(
                lesson,
                lesson.slug in opened,
                sum(shown.get(question.id, False) for question in lesson.questions),
                len(lesson.questions),
            )
            for lesson in course.lessons
        ),
        skills=tuple((skill, standings[skill.id]) for skill in course.skills),
        last=day_of(max(times)) if times else None,
        confirmed=_confirmed(course, held),
    )


def _confirmed(course: Course, cards: Mapping[str, Card]) -> Mapping[str, date]:
    found: dict[str, float] = {}
    for id, (_, question) in course.question_by_id.items():
        card = cards.get(id)
        if card is not None and card.confirmed is not None:
            found[question.skill] = max(found.get(question.skill, 0.0), card.confirmed)
    return {skill: day_of(when) for skill, when in found.items()}
