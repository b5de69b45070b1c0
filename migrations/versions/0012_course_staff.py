"""who looks after which course"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "course_staff",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        sa.CheckConstraint("role IN ('assistant', 'instructor')", name=op.f("ck_course_staff_role")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_course_staff_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", "course", name=op.f("pk_course_staff")),
    )
    op.create_index(op.f("ix_course_staff_course"), "course_staff", ["course"])


def downgrade() -> None:
    op.drop_table("course_staff")
