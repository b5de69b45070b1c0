"""who is here, what is said under shares, and what is reported"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("seen", sa.Double(), nullable=True),
        sa.Column("course", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_presence_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_seen"), "presence", ["seen"])
    op.create_table(
        "comment",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("share_id", SERIAL, nullable=False),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("comment_key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("deleted", sa.Double(), nullable=True),
        sa.Column("hidden", sa.Double(), nullable=True),
        sa.Column("hidden_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_comment_share_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_comment_learner_id")),
        sa.ForeignKeyConstraint(["hidden_by"], ["learner.id"], name=op.f("fk_comment_hidden_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("learner_id", "comment_key", name=op.f("uq_comment_learner_id_comment_key")),
    )
    op.create_index(op.f("ix_comment_share_id_id"), "comment", ["share_id", "id"])
    op.create_index(op.f("ix_comment_learner_id_id"), "comment", ["learner_id", "id"])
    op.create_table(
        "report",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("share_id", SERIAL, nullable=False),
        sa.Column("comment_id", SERIAL, nullable=True),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("settled", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_report_share_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_report_comment_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_report_learner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("learner_id", "about", name=op.f("uq_report_learner_id_about")),
    )
    op.create_index(op.f("ix_report_settled_id"), "report", ["settled", "id"])
    op.create_index(op.f("ix_report_share_id"), "report", ["share_id"])
    op.create_index(op.f("ix_report_comment_id"), "report", ["comment_id"])
    op.add_column("share", sa.Column("held", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("share", "held")
    for table in ("report", "comment", "presence"):
        op.drop_table(table)
