"""what instructors write and have not published"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "studio_draft",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("base_text", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("updated", sa.Double(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'discarded', 'published')", name=op.f("ck_studio_draft_state")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_studio_draft_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", "course", "file", name=op.f("pk_studio_draft")),
    )
    op.create_index(op.f("ix_studio_draft_course"), "studio_draft", ["course"])


def downgrade() -> None:
    op.drop_table("studio_draft")
