"""classes, what was taken out of them, and a record of who was made staff"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "study_class",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("emails", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("secret_made", sa.Double(), nullable=False),
        sa.Column("closed", sa.Double(), nullable=True),
        sa.Column("archived", sa.Double(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_class")),
        sa.UniqueConstraint("secret", name=op.f("uq_study_class_secret")),
    )
    op.create_index(op.f("ix_study_class_course"), "study_class", ["course"])
    op.create_table(
        "class_member",
        sa.Column("class_id", sa.Text(), nullable=False),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("joined", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["study_class.id"], name=op.f("fk_class_member_class_id")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_class_member_learner_id")),
        sa.PrimaryKeyConstraint("class_id", "learner_id", name=op.f("pk_class_member")),
        sa.UniqueConstraint("code", name=op.f("uq_class_member_code")),
    )
    op.create_index(op.f("ix_class_member_learner_id"), "class_member", ["learner_id"])
    op.create_table(
        "class_export",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("class_id", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("emails", sa.Boolean(), nullable=False),
        sa.Column("exported_by", sa.Text(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["study_class.id"], name=op.f("fk_class_export_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_export")),
    )
    op.create_index(op.f("ix_class_export_class_id_created"), "class_export", ["class_id", "created"])
    op.create_table(
        "staff_change",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("granted_by", sa.Text(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_staff_change_learner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_change")),
    )
    op.create_index(op.f("ix_staff_change_learner_id"), "staff_change", ["learner_id"])
    op.create_index(op.f("ix_staff_change_course_id"), "staff_change", ["course", "id"])


def downgrade() -> None:
    for table in ("staff_change", "class_export", "class_member", "study_class"):
        op.drop_table(table)
