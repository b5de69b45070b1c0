"""answers regraded after their key was mended"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "regrade",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("last", SERIAL, nullable=False),
        sa.Column("upto", SERIAL, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("righted", sa.Integer(), nullable=False),
        sa.Column("wronged", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.Integer(), nullable=False),
        sa.Column("xp", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
    )
    op.create_index(op.f("ix_regrade_course_created"), "regrade", ["course", "created"])
    op.create_table(
        "regraded_attempt",
        sa.Column("attempt_id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("regrade_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("xp", sa.Integer(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_regraded_attempt_learner_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_regraded_attempt")),
    )
    op.create_index(op.f("ix_regraded_attempt_learner_id_created"), "regraded_attempt", ["learner_id", "created"])
    op.create_index(op.f("ix_regraded_attempt_regrade_id"), "regraded_attempt", ["regrade_id"])


def downgrade() -> None:
    op.drop_table("regraded_attempt")
    op.drop_table("regrade")
