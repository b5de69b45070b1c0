"""Who counts in what is told to a course's staff: everyone but the staff itself, guests included."""

from sqlalchemy import Column, ColumnElement, and_, exists

from app.learning.learners import learner
from app.learning.staff import course_staff


def learners_of(column: "Column[str]", course: str) -> ColumnElement[bool]:
    """Whether the learner that ``column`` names is no staff of the course."""
    student = exists().where(learner.c.id == column, learner.c.role == "student")
    return and_(student, ~exists().where(course_staff.c.learner_id == column, course_staff.c.course == course))
