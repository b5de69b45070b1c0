"""What a student would be asked now, how long that takes, and when the next falls due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import Connection

from app.content.course import Course
from app.content.lengths import question_minutes
from app.learning import attempts, review_sets, reviews, selection
from app.learning.mastery import matrix
from app.learning.review_sets import Courses, Scope
from app.learning.selection import Candidate

#: So many answers of one's own say how long an answer takes; until then the lessons' stated minutes do.
ENOUGH = 5
#: Who was quicker did not read, and who took longer did something else meanwhile; in seconds.
QUICKEST, LONGEST = 2, 900


@dataclass(frozen=True)
class Agenda:
    #: The set as it would be made now, in its order.
    chosen: tuple[Candidate, ...]
    #: Questions due in all that was asked for, and when the next one falls due after now; None where none will.
    due: int
    next: float | None
    #: Whether anything was ever answered there.
    begun: bool
    minutes: float
    #: Of the student's own last answers that say so; 0 where the lessons' stated minutes do.
    measured: int
    #: Fading skills that a repair leaves for the next one, as a set is small.
    waiting: int = 0


def agenda(conn: Connection, learner_id: str, scope: Scope, courses: Courses, now: float) -> Agenda:
    """What ``scope`` holds for a learner now. A question that has left its course is never due."""
    held = {slug: _held(conn, learner_id, course) for slug, course in courses.items() if scope.course in (None, slug)}
    due, later, waiting = [], [], 0
    for slug, cards in held.items():
        for card in cards:
            question = courses[slug].question_by_id[card.question_id][1]
            if scope.skill in (None, question.skill):
                recall, long = reviews.retrievability(card, now), question.kind == "architecture"
                later.append(card.due)
                if card.due <= now:
                    due.append(Candidate(slug, question.id, question.skill, recall, long))
    if scope.kind == "review":
        chosen = selection.review(due)
    else:
        fades = [needed for needed in _fading(conn, learner_id, scope, courses, now) if needed]
        chosen = selection.repair(fades)
        waiting = len(fades) - len({one.topic for one in chosen})
        if not chosen and scope.skill:
            chosen = selection.review(due, selection.REPAIR)
    minutes, measured = how_long(conn, learner_id, chosen, courses)
    following = min((at for at in later if at > now), default=None)
    return Agenda(chosen, len(due), following, bool(later), minutes, measured, waiting)


def due_times(conn: Connection, learner_id: str, courses: Courses) -> list[float]:
    """When each of a learner's questions falls due, or fell."""
    return [card.due for course in courses.values() for card in _held(conn, learner_id, course)]


def how_long(conn: Connection, learner_id: str, chosen: Sequence[Candidate], courses: Courses) -> tuple[float, int]:
    """Minutes for these questions, and how many answers of the learner's own say so.

    The median of the learner's last answers in reviews, where there are enough; else each question's part of its
    lesson's stated minutes.
    """
    paces = [took for took in review_sets.paces(conn, learner_id) if QUICKEST <= took <= LONGEST]
    if len(paces) >= ENOUGH:
        return len(chosen) * median(paces) / 60, len(paces)
    return sum(question_minutes(courses[one.course].question_by_id[one.question][0]) for one in chosen), 0


def _held(conn: Connection, learner_id: str, course: Course) -> list[reviews.Card]:
    cards = reviews.cards(conn, learner_id, course.slug)
    return [card for id, card in cards.items() if id in course.question_by_id]


def _fading(conn: Connection, learner_id: str, scope: Scope, courses: Courses, now: float) -> Iterable[list[Candidate]]:
    """For each fading skill, the questions that lift it."""
    for slug, course in courses.items():
        if scope.course not in (None, slug):
            continue
        cards = reviews.cards(conn, learner_id, slug)
        stands = matrix(course, attempts.shown(conn, learner_id, slug), cards, now)
        for skill, its in stands.items():
            if scope.skill in (None, skill):
                needed = [id for id in its.repair if id in course.question_by_id]
                yield [Candidate(slug, id, skill, reviews.retrievability(cards[id], now)) for id in needed]
