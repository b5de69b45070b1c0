"""shares, and the names that learners are seen under"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pen_name",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_pen_name_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_pen_name")),
        sa.UniqueConstraint("folded", name=op.f("uq_pen_name_folded")),
    )
    op.create_table(
        "share",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("spec_key", sa.Text(), nullable=False),
        sa.Column("experiment", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=True),
        sa.Column("lab", sa.Text(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("parent", SERIAL, nullable=True),
        sa.Column("lab_version", sa.Integer(), nullable=True),
        sa.Column("params", sa.BigInteger(), nullable=True),
        sa.Column("macs", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=True),
        sa.Column("rf", sa.Integer(), nullable=True),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("changed", sa.Double(), nullable=False),
        sa.Column("published", sa.Double(), nullable=True),
        sa.Column("deleted", sa.Double(), nullable=True),
        sa.CheckConstraint("kind IN ('run', 'network', 'solution')", name=op.f("ck_share_kind")),
        sa.CheckConstraint("visibility IN ('private', 'link', 'gallery')", name=op.f("ck_share_visibility")),
        sa.CheckConstraint(
            "published IS NULL OR (visibility = 'gallery' AND deleted IS NULL)", name=op.f("ck_share_published")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_share_learner_id")),
        sa.ForeignKeyConstraint(["parent"], ["share.id"], name=op.f("fk_share_parent"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint("token", name=op.f("uq_share_token")),
    )
    op.create_index(op.f("ix_share_learner_id_id"), "share", ["learner_id", "id"])
    op.create_index(op.f("ix_share_parent"), "share", ["parent"])
    op.create_index("share_equal", "share", ["learner_id", "spec_key"])
    some("share_deleted", ["deleted"], "deleted IS NOT NULL")
    for measure in ("published", "params", "macs", "accuracy"):
        some(f"share_gallery_{measure}", [measure, "id"], "published IS NOT NULL")
        some(f"share_gallery_course_{measure}", ["course", measure, "id"], "published IS NOT NULL")
    some("share_solutions", ["course", "question", "published"], "published IS NOT NULL")


def some(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "share", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    op.drop_table("share")
    op.drop_table("pen_name")
