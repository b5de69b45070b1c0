"""How questions stand with a learner: what was answered, which draw is shown, which hints are open."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app.content.questions import Answer, AnswerError, Feedback, Question
from app.db import Prepared
from app.learning import learners
from app.learning.draws import seed
from app.learning.records import attempt, question_progress
from app.learning.regrades import regraded_attempt


@dataclass(frozen=True)
class QuestionState:
    """How a question stands with a learner. The answer and what follows it are of the draw now shown."""

    question_id: str
    series: int
    seed: int
    hints_opened: int = 0
    #: "I don't know yet" was said of this draw.
    explained: bool = False
    #: Of all draws.
    attempts: int = 0
    #: A right answer was given at least once: its XP is earned, its skill is shown so far.
    answered_correctly: bool = False
    #: Whether the very first answer was right; None before it.
    first_try: bool | None = None
    #: Whether this draw was answered; the rest says how the last time.
    answered: bool = False
    answer: Answer = None
    correct: bool | None = None
    score: float | None = None
    feedback: tuple[Feedback, ...] = ()
    #: Safe HTML, of an answered draw alone.
    explanation: str | None = None
    #: What the answered question kept of itself (``Question.asked``); None for nothing.
    asked: Mapping[str, Any] | None = None
    #: The lesson's version that was answered.
    lesson_hash: str | None = None
    #: When the answer was regraded, in UTC epoch seconds: ``correct`` is what it counts as since.
    regraded: float | None = None

    @property
    def awarded(self) -> bool:
        """Whether the question's XP is earned."""
        return self.answered_correctly


def feedback_in(outcome: str) -> tuple[Feedback, ...]:
    """The feedback kept with an attempt."""
    return tuple(Feedback(**part) for part in json.loads(outcome)["feedback"])


STATES = Prepared(
    select(
        question_progress,
        attempt.c.seed.label("attempt_seed"),
        attempt.c.answer,
        attempt.c.correct,
        attempt.c.score,
        attempt.c.outcome,
        attempt.c.lesson_hash,
        regraded_attempt.c.correct.label("counts"),
        regraded_attempt.c.created.label("regraded"),
    )
    .select_from(
        question_progress.outerjoin(attempt, attempt.c.id == question_progress.c.last_attempt).outerjoin(
            regraded_attempt, regraded_attempt.c.attempt_id == question_progress.c.last_attempt
        )
    )
    .where(question_progress.c.learner_id == bindparam("learner"), question_progress.c.course == bindparam("course"))
)


def states(
    conn: Connection, learner_id: str, course: str, questions: Iterable[Question]
) -> Mapping[str, QuestionState]:
    """How each of these questions stands with a learner, touched or not; by question id."""
    rows = {row.question_id: row for row in STATES.rows(conn, {"learner": learner_id, "course": course})}
    return {q.id: _state(learner_id, q, rows.get(q.id)) for q in questions}


def _state(learner_id: str, question: Question, row: Any) -> QuestionState:
    if row is None:
        return QuestionState(question.id, 0, seed(learner_id, question.id, 0))
    answered = row.attempt_seed == row.seed
    state = QuestionState(
        question_id=question.id,
        series=row.series,
        seed=row.seed,
        hints_opened=row.hints_opened,
        explained=row.explained,
        attempts=row.attempts,
        answered_correctly=row.answered_correctly,
        first_try=row.first_try,
        answered=answered,
        answer=json.loads(row.answer) if answered else None,
        correct=row.correct if answered else None,
        score=row.score if answered else None,
        feedback=feedback_in(row.outcome) if answered else (),
        asked=json.loads(row.outcome).get("asked") if answered else None,
        explanation=question.explanation(row.seed) if answered else None,
        lesson_hash=row.lesson_hash if answered else None,
    )
    return state if row.counts is None or not answered else _regraded(state, question, row)


def _regraded(state: QuestionState, question: Question, row: Any) -> QuestionState:
    """The answer as it counts now, with what is said of it now, where it can still be read."""
    known = replace(state, regraded=row.regraded, correct=row.counts, score=float(row.counts), feedback=())
    try:
        grade = question.grade(question.read(state.answer), state.seed)
    except AnswerError:
        return known
    return known if grade.correct != row.counts else replace(known, score=grade.score, feedback=grade.feedback)


#: The learner's row of a question, which the learner's lock keeps still.
ONE = Prepared(
    select(question_progress).where(
        question_progress.c.learner_id == bindparam("learner"),
        question_progress.c.course == bindparam("course"),
        question_progress.c.question_id == bindparam("question"),
    )
)


def _change(conn: Connection, learner_id: str, course: str, question: Question, now: float, **values: Any) -> None:
    """Set values of a question's row, made where there is none."""
    place = {"learner_id": learner_id, "course": course, "question_id": question.id}
    values["updated"] = now
    changed = conn.execute(
        update(question_progress).where(*(question_progress.c[name] == at for name, at in place.items())).values(values)
    )
    if not changed.rowcount:
        fresh = {
            "series": 0,
            "seed": seed(learner_id, question.id, 0),
            "hints_opened": 0,
            "explained": False,
            "attempts": 0,
            "answered_correctly": False,
        }
        conn.execute(insert(question_progress), fresh | place | values)


def open_hint(
    conn: Connection, *, learner_id: str, course: str, question: Question, now: float, number: int | None = None
) -> int:
    """Open the next hint and return how many are open, never more than there are.

    ``number`` (from 1) is the hint that was asked for: one that is open already opens no other, so that a double
    click opens one. Raises Merged.
    """
    learners.ensure(conn, learner_id, now)
    row = ONE.first(conn, {"learner": learner_id, "course": course, "question": question.id})
    opened: int = row.hints_opened if row else 0
    there = question.shown(row.seed if row else seed(learner_id, question.id, 0)).hints
    if opened >= there or (number is not None and number <= opened):
        return opened
    _change(conn, learner_id, course, question, now, hints_opened=opened + 1)
    return opened + 1


def new_variant(
    conn: Connection, *, learner_id: str, course: str, question: Question, now: float, after: int | None = None
) -> int:
    """Draw the question anew ("try one like it") and return the series now shown.

    ``after`` is the series that the page showed: where another was drawn since, that one stands. The answers and
    the XP so far stay; hints start over. Raises Merged.
    """
    learners.ensure(conn, learner_id, now)
    row = ONE.first(conn, {"learner": learner_id, "course": course, "question": question.id})
    series: int = row.series if row else 0
    if after is not None and after < series:
        return series
    drawn = {"series": series + 1, "seed": seed(learner_id, question.id, series + 1)}
    _change(conn, learner_id, course, question, now, hints_opened=0, explained=False, **drawn)
    return series + 1


SHOWN = Prepared(
    select(question_progress.c.question_id, question_progress.c.answered_correctly).where(
        question_progress.c.learner_id == bindparam("learner"),
        question_progress.c.course == bindparam("course"),
        question_progress.c.attempts > 0,
    )
)


def shown(conn: Connection, learner_id: str, course: str) -> Mapping[str, bool]:
    """The questions that a learner has answered, and whether ever rightly: what the skill matrix is made from."""
    rows = SHOWN.rows(conn, {"learner": learner_id, "course": course})
    return {row.question_id: row.answered_correctly for row in rows}
