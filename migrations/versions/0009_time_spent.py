"""time spent, for those who want it counted"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "time_spent",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("first", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_time_spent_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", "page", name=op.f("pk_time_spent")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_time_spent_learner_id_day"), "time_spent", ["learner_id", "day"])


def downgrade() -> None:
    op.drop_table("time_spent")
