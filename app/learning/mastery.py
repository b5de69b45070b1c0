"""The skill matrix: what a student has shown, and what that opens. Pure rules over a course and its right answers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.content.course import Course, Skill

State = Literal["locked", "unlocked", "learning", "mastered"]


@dataclass(frozen=True)
class SkillStanding:
    """Where a student stands with a skill."""

    state: State
    #: Questions answered rightly, of how many there are.
    shown: int
    of: int
    #: The required skills not shown yet, in the course's order; empty unless locked.
    missing: tuple[str, ...] = ()
    #: The lesson to go to next, by its slug: the first with a question of this skill still open; else the first
    #: that teaches it. None where no lesson does.
    lesson: str | None = None
    #: An estimate of what is left to do, in minutes; 0 when mastered.
    minutes: int = 0


def enough(questions: int) -> int:
    """Right answers, of so many questions, that show a skill: at least half of them."""
    return math.ceil(questions / 2)


def matrix(course: Course, shown: Mapping[str, bool]) -> Mapping[str, SkillStanding]:
    """Every skill's standing, in the course's order.

    ``shown`` holds the questions that were answered, by id, and whether ever rightly. A skill is shown by right
    answers to at least half its questions, rounded up. It opens when every required skill is shown, or when it is
    itself shown: who can do it need not wait. Open, it is learnt from the first answer on, and mastered when all
    its questions were answered rightly.
    """
    questions: dict[str, list[str]] = {skill.id: [] for skill in course.skills}
    for lesson in course.lessons:
        for question in lesson.questions:
            questions.setdefault(question.skill, []).append(question.id)
    right = {skill: sum(shown.get(q, False) for q in asked) for skill, asked in questions.items()}
    is_shown = {skill: right[skill] >= enough(len(asked)) for skill, asked in questions.items()}

    def standing(skill: Skill) -> SkillStanding:
        asked = questions[skill.id]
        missing = tuple(need for need in skill.requires if not is_shown.get(need, True))
        state: State
        if asked and right[skill.id] == len(asked):
            state = "mastered"
        elif missing and not (asked and is_shown[skill.id]):
            state = "locked"
        elif any(question in shown for question in asked):
            state = "learning"
        else:
            state = "unlocked"
        return SkillStanding(
            state,
            right[skill.id],
            len(asked),
            missing if state == "locked" else (),
            _next_lesson(course, skill.id, shown),
            0 if state == "mastered" else _minutes(course, skill.id, shown),
        )

    return {skill.id: standing(skill) for skill in course.skills}


def _next_lesson(course: Course, skill: str, shown: Mapping[str, bool]) -> str | None:
    for lesson in course.lessons:
        if any(q.skill == skill and not shown.get(q.id) for q in lesson.questions):
            return lesson.slug
    return next((lesson.slug for lesson in course.lessons if skill in lesson.skills), None)


def _minutes(course: Course, skill: str, shown: Mapping[str, bool]) -> int:
    """A lesson's minutes go to its questions in equal parts; one without questions, to its skills."""
    left = 0.0
    for lesson in course.lessons:
        if lesson.questions:
            open_ones = sum(q.skill == skill and not shown.get(q.id) for q in lesson.questions)
            left += lesson.minutes * open_ones / len(lesson.questions)
        elif skill in lesson.skills:
            left += lesson.minutes / len(lesson.skills)
    return math.ceil(left)
