"""review cards: a table, and for what was answered so far, the cards that those answers would have made"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from fsrs import Card, Rating, Scheduler

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_EPOCH, _SECOND = datetime.fromtimestamp(0, UTC), timedelta(seconds=1)
ANSWERED = """
SELECT learner_id, course, question_id, seed, correct, hints_opened, explained, created
FROM attempt ORDER BY learner_id, course, question_id, id
"""


def upgrade() -> None:
    table = op.create_table(
        "review_card",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("stability", sa.Double(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("reps", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("first_shown", sa.Double(), nullable=True),
        sa.Column("confirmed", sa.Double(), nullable=True),
        sa.Column("ceiling", sa.Double(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_review_card_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", "course", "question_id", name=op.f("pk_review_card")),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    batch: list[dict[str, Any]] = []
    for row in cards(connection):
        batch.append(row)
        if len(batch) == 5_000:
            connection.execute(sa.insert(table), batch)
            batch = []
    if batch:
        connection.execute(sa.insert(table), batch)


def cards(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Each question's answers again from the first: the first one on each draw moves the card."""
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    rows = connection.execute(sa.text(ANSWERED).columns(correct=sa.Boolean, explained=sa.Boolean)).all()
    for place, answers in groupby(rows, key=lambda row: (row.learner_id, row.course, row.question_id)):
        card, seeds, lapses, shown, ceiling = Card(card_id=0, due=_EPOCH), set[int](), 0, None, 1.0
        last = 0.0
        for answer in answers:
            if answer.seed in seeds:
                continue
            seeds.add(answer.seed)
            last = max(last, answer.created)
            at = _EPOCH + _SECOND * last
            missed, hinted = not answer.correct, answer.hints_opened > 0 or answer.explained
            recall = scheduler.get_card_retrievability(card, at)
            ceiling = min(ceiling, recall) if missed else 1.0
            lapses += missed
            rating = Rating.Again if missed else Rating.Hard if hinted else Rating.Good
            card, _ = scheduler.review_card(card, rating, at)
            if shown is None and rating == Rating.Good and 2 * lapses <= len(seeds):
                shown = last
        days = round((card.due - _EPOCH - _SECOND * last).total_seconds() / 86_400)
        yield {
            **dict(zip(("learner_id", "course", "question_id"), place, strict=True)),
            "stability": card.stability,
            "difficulty": card.difficulty,
            "last": last,
            "due": last + 86_400 * days,
            "reps": len(seeds),
            "lapses": lapses,
            "first_shown": shown,
            "ceiling": ceiling,
        }


def downgrade() -> None:
    op.drop_table("review_card")
