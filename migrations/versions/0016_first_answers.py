"""first answers, counted in fives; comments on equal answers; who ran a lab"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_index(op.f("ix_attempt_course_id"), "attempt", ["course", "id"])
    op.create_table(
        "first_answer",
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("attempt_id", SERIAL, nullable=False),
        sa.Column("five", sa.Integer(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("classes", sa.Text(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("met", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_first_answer_learner_id")),
        sa.PrimaryKeyConstraint("course", "question_id", "learner_id", name=op.f("pk_first_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_first_answer_learner_id"), "first_answer", ["learner_id"])
    op.create_index(op.f("ix_first_answer_course_question_id_five"), "first_answer", ["course", "question_id", "five"])
    op.create_table(
        "gathered_course",
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("attempt_id", SERIAL, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("course", name=op.f("pk_gathered_course")),
    )
    op.create_table(
        "answer_comment",
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("changed", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("course", "question_id", "said", name=op.f("pk_answer_comment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lab_use",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("lab_id", sa.Text(), nullable=False),
        sa.Column("first", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_lab_use_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", "course", "lab_id", name=op.f("pk_lab_use")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_lab_use_course_lab_id"), "lab_use", ["course", "lab_id"])
    op.create_index(op.f("ix_prediction_course_lab_id"), "prediction", ["course", "lab_id"])
    op.create_index(op.f("ix_visit_course_lesson"), "visit", ["course", "lesson"])
    op.create_index(op.f("ix_review_card_course"), "review_card", ["course"])


def downgrade() -> None:
    op.drop_index(op.f("ix_review_card_course"), "review_card")
    op.drop_index(op.f("ix_visit_course_lesson"), "visit")
    op.drop_index(op.f("ix_prediction_course_lab_id"), "prediction")
    op.drop_table("lab_use")
    op.drop_table("answer_comment")
    op.drop_table("gathered_course")
    op.drop_table("first_answer")
    op.drop_index(op.f("ix_attempt_course_id"), "attempt")
