"""Where a student is in a set of reviews, beside the question whose turn it is; and when something comes back."""

from dataclasses import dataclass

from sqlalchemy import Connection

from app.content.course import Course, Lab, Lesson, Section
from app.content.questions import Question
from app.learning import plans, review_sets
from app.learning.review_sets import Item, ReviewSet
from app.web.words import _, ngettext


@dataclass(frozen=True)
class Step:
    """What ``reviews/_step.html`` is a function of."""

    review: ReviewSet
    item: Item
    lesson: Lesson
    #: What teaches the question: its section, and the nearest lab before it.
    section: Section
    lab: Lab | None

    @property
    def last(self) -> bool:
        return self.item.place == len(self.review.items)

    @property
    def url(self) -> str:
        return f"/review/{self.review.id}"


def step(
    conn: Connection, learner_id: str, set_id: str, course: Course, lesson: Lesson, question: Question
) -> Step | None:
    """The learner's step in a set; None where it is not this question's turn there."""
    found = review_sets.get(conn, learner_id, set_id)
    item = found.current if found else None
    if found is None or item is None or (item.course, item.question_id) != (course.slug, question.id):
        return None
    return Step(found, item, lesson, *lesson.taught(question.id))


def in_words(when: float, now: float, zone: str) -> str:
    """How far off a time is, in the calendar days of a time zone: "tomorrow", "in about 3 weeks"."""
    days = (plans.day_of(when, zone) - plans.day_of(now, zone)).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days < 14:
        return ngettext("in %(num)s day", "in %(num)s days", days)
    if days < 60:
        return ngettext("in about %(num)s week", "in about %(num)s weeks", round(days / 7))
    if days < 700:
        return ngettext("in about %(num)s month", "in about %(num)s months", round(days / 30.44))
    return ngettext("in about %(num)s year", "in about %(num)s years", round(days / 365.25))
