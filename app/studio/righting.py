"""What one attempt's other verdict changes for its learner: XP, progress and cards are only ever added to."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, select, update

from app.content.course import Course
from app.content.questions import Question
from app.learning import attempts, learners, reviews, xp
from app.learning.records import attempt, question_progress
from app.learning.regrades import MARK, regraded_attempt
from app.learning.reviews import Card, Rating


def settle(
    conn: Connection, course: Course, question: Question, row: Any, right: bool, regrade_id: str, now: float
) -> int:
    """Note that an attempt is ``right`` now, or is not; what is right is paid and counted. The XP paid.

    ``row`` is the attempt's. An answer that had been explained shows nothing and earns nothing. Raises Merged.
    """
    learners.ensure(conn, row.learner_id, now)
    paid = 0
    if right and not row.explained:
        paid = xp.award(
            conn,
            learner_id=row.learner_id,
            award_key=f"question:{course.slug}/{question.id}",
            amount=question.xp,
            reason=f"Regraded: {attempts.reason(question, row.seed)}",
            course=course.slug,
            now=now,
        )
    marked = {"attempt_id": row.id, "learner_id": row.learner_id, "regrade_id": regrade_id, "course": course.slug}
    MARK.rows(conn, marked | {"question_id": question.id, "correct": right, "xp": paid, "created": now})
    if right and not row.explained:
        _count(conn, course.slug, question, row)
    return paid


def _count(conn: Connection, course: str, question: Question, row: Any) -> None:
    """Have the question count as shown, and its card as if the answer had been right when it was given."""
    history = _history(conn, row.learner_id, course, question.id)
    values: dict[str, Any] = {"answered_correctly": True}
    if history and history[0].id == row.id:
        values["first_try"] = True
    c = question_progress.c
    here = (c.learner_id == row.learner_id, c.course == course, c.question_id == question.id)
    conn.execute(update(question_progress).where(*here).values(values))
    replayed = replay(history, question)
    held = reviews.cards(conn, row.learner_id, course).get(question.id)
    if replayed is not None:
        named = replace(replayed, skill=question.skill, kind=question.kind)
        reviews.keep(conn, row.learner_id, course, reviews.joined(held, named) if held else named)


def _history(conn: Connection, learner_id: str, course: str, question: str) -> list[Any]:
    c = attempt.c
    counts = func.coalesce(regraded_attempt.c.correct, c.correct).label("counts")
    asked = (
        select(c.id, c.seed, c.explained, c.hints_opened, c.created, c.course, counts)
        .select_from(attempt.outerjoin(regraded_attempt, regraded_attempt.c.attempt_id == c.id))
        .where(c.learner_id == learner_id, c.question_id == question)
        .order_by(c.id)
    )
    # Not by course in the database, which might then look through the whole course's attempts by their ids.
    return [row for row in conn.execute(asked) if row.course == course]


def replay(history: list[Any], question: Question) -> Card | None:
    """The card that these attempts would have left; each moves it once, as ``attempts.submit`` has it."""
    card, answered = None, None
    for one in history:
        fresh = card is None or (
            one.seed != answered and attempts.is_news(card, question, one.seed, answered, one.created)
        )
        if fresh and not one.explained:
            rating = Rating.Again if not one.counts else Rating.Hard if one.hints_opened else Rating.Good
            card = reviews.rate(card, rating, one.created, question_id=question.id)
        answered = one.seed
    return card
