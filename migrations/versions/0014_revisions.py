"""every text that a course's file had, and what was published together"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "studio_publication",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("git_commit", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('planned', 'written', 'done')", name=op.f("ck_studio_publication_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_publication")),
        sa.UniqueConstraint("course", "number", name=op.f("uq_studio_publication_course_number")),
    )
    op.create_index(op.f("ix_studio_publication_state"), "studio_publication", ["state"])
    op.create_table(
        "studio_revision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("publication", sa.Text(), nullable=True),
        sa.CheckConstraint("origin IN ('studio', 'disk', 'import')", name=op.f("ck_studio_revision_origin")),
        sa.ForeignKeyConstraint(
            ["publication"], ["studio_publication.id"], name=op.f("fk_studio_revision_publication")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_revision")),
        sa.UniqueConstraint("course", "file", "number", name=op.f("uq_studio_revision_course_file_number")),
    )
    op.create_index(op.f("ix_studio_revision_course_id"), "studio_revision", ["course", "id"])
    op.create_index(op.f("ix_studio_revision_publication"), "studio_revision", ["publication"])


def downgrade() -> None:
    op.drop_table("studio_revision")
    op.drop_table("studio_publication")
