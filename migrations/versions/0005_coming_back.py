"""coming back: a plan, the days studied, sets of reviews"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "study_plan",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("counted", sa.Text(), nullable=True),
        sa.Column("goal", sa.Integer(), nullable=True),
        sa.Column("feed_sha256", sa.Text(), nullable=True),
        sa.Column("feed_made", sa.Double(), nullable=True),
        sa.CheckConstraint("counted IN ('days', 'reviews')", name=op.f("ck_study_plan_counted")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_study_plan_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_study_plan")),
        sa.UniqueConstraint("feed_sha256", name=op.f("uq_study_plan_feed_sha256")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "study_day",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_study_day_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", "day", name=op.f("pk_study_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "review_set",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=True),
        sa.Column("skill", sa.Text(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.CheckConstraint("kind IN ('review', 'repair')", name=op.f("ck_review_set_kind")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_review_set_learner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_set")),
    )
    op.create_index(op.f("ix_review_set_learner_id_created"), "review_set", ["learner_id", "created"])
    op.create_index(op.f("ix_review_set_learner_id_ended_created"), "review_set", ["learner_id", "ended", "created"])
    op.create_table(
        "review_item",
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("opened", sa.Double(), nullable=True),
        sa.Column("answered", sa.Double(), nullable=True),
        sa.Column("correct", sa.Boolean(), nullable=True),
        sa.Column("helped", sa.Boolean(), nullable=True),
        sa.Column("xp", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("due", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["set_id"], ["review_set.id"], name=op.f("fk_review_item_set_id")),
        sa.PrimaryKeyConstraint("set_id", "place", name=op.f("pk_review_item")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("review_item", "review_set", "study_day", "study_plan"):
        op.drop_table(table)
