"""The rows of an answer: what is read before it, in one statement, and what is written of it."""

from sqlalchemy import Executable, bindparam, func, insert, literal, select

from app.db import Inserter, Prepared
from app.learning import reviews, xp
from app.learning.records import attempt, question_progress
from app.learning.reviews import review_card

_answered = attempt.alias("answered")
#: A card's columns by their names in BEFORE, in the order of a Card's fields.
CARD = {f"card_{name}": review_card.c[name] for name in reviews.COLUMNS}
_here = select(literal(1).label("one")).subquery("here")
_xp = select(func.coalesce(func.sum(xp.xp_total.c.xp), 0)).where(xp.xp_total.c.learner_id == bindparam("learner"))
#: All that a submission needs to know, in one row.
BEFORE = Prepared(
    select(
        question_progress.c.series,
        question_progress.c.seed,
        question_progress.c.hints_opened,
        question_progress.c.explained,
        question_progress.c.answered_correctly,
        _xp.scalar_subquery().label("total_xp"),
        _xp.where(xp.xp_total.c.course == bindparam("course")).scalar_subquery().label("course_xp"),
        attempt.c.id.label("attempt_id"),
        attempt.c.course,
        attempt.c.question_id,
        attempt.c.seed.label("attempt_seed"),
        attempt.c.answer,
        attempt.c.correct,
        attempt.c.score,
        attempt.c.outcome,
        _answered.c.seed.label("answered_seed"),
        *(column.label(name) for name, column in CARD.items()),
    ).select_from(
        _here.outerjoin(
            question_progress,
            (question_progress.c.learner_id == bindparam("learner"))
            & (question_progress.c.course == bindparam("course"))
            & (question_progress.c.question_id == bindparam("question")),
        )
        .outerjoin(
            attempt,
            (attempt.c.learner_id == bindparam("learner")) & (attempt.c.attempt_key == bindparam("attempt_key")),
        )
        .outerjoin(_answered, _answered.c.id == question_progress.c.last_attempt)
        .outerjoin(
            review_card,
            (review_card.c.learner_id == bindparam("learner"))
            & (review_card.c.course == bindparam("course"))
            & (review_card.c.question_id == bindparam("question")),
        )
    )
)
#: What a learner answered to a question since a time.
LATELY = Prepared(
    select(attempt.c.seed, attempt.c.answer, attempt.c.correct).where(
        attempt.c.learner_id == bindparam("learner"),
        attempt.c.course == bindparam("course"),
        attempt.c.question_id == bindparam("question"),
        attempt.c.created > bindparam("since"),
    )
)
RECORD = Prepared(insert(attempt).returning(attempt.c.id))


def _progressed(new: Inserter) -> Executable:
    row = new(question_progress)
    kept = question_progress.c
    return row.on_conflict_do_update(
        index_elements=["learner_id", "course", "question_id"],
        set_={
            "seed": row.excluded.seed,
            "explained": row.excluded.explained,
            "attempts": kept.attempts + 1,
            "answered_correctly": kept.answered_correctly | row.excluded.answered_correctly,
            "first_try": func.coalesce(kept.first_try, row.excluded.first_try),
            "first_answered": func.coalesce(kept.first_answered, row.excluded.first_answered),
            "last_attempt": row.excluded.last_attempt,
            "updated": row.excluded.updated,
        },
    )


PROGRESSED = Prepared(_progressed)


def _noted(new: Inserter) -> Executable:
    row = new(question_progress)
    kept = question_progress.c
    return row.on_conflict_do_update(
        index_elements=["learner_id", "course", "question_id"],
        set_={
            "attempts": kept.attempts + 1,
            "answered_correctly": True,
            "first_try": func.coalesce(kept.first_try, row.excluded.first_try),
            "first_answered": func.coalesce(kept.first_answered, row.excluded.first_answered),
        },
    )


ON_SHEET = Prepared(_noted)
