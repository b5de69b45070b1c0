"""first tables"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "learner",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("merged", sa.Double(), nullable=True),
        sa.CheckConstraint("kind IN ('guest', 'account')", name=op.f("ck_learner_kind")),
        sa.CheckConstraint("role IN ('student', 'assistant', 'instructor', 'admin')", name=op.f("ck_learner_role")),
        sa.ForeignKeyConstraint(["merged_into"], ["learner.id"], name=op.f("fk_learner_merged_into")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner")),
        sa.UniqueConstraint("email", name=op.f("uq_learner_email")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("last_used", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_api_token_learner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("sha256", name=op.f("uq_api_token_sha256")),
    )
    op.create_index(op.f("ix_api_token_learner_id"), "api_token", ["learner_id"])
    op.create_table(
        "attempt",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("attempt_key", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("lesson_hash", sa.Text(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("hints_opened", sa.Integer(), nullable=False),
        sa.Column("explained", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_attempt_learner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("learner_id", "attempt_key", name=op.f("uq_attempt_learner_id_attempt_key")),
    )
    op.create_index(op.f("ix_attempt_learner_id_id"), "attempt", ["learner_id", "id"])
    op.create_table(
        "question_progress",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("hints_opened", sa.Integer(), nullable=False),
        sa.Column("explained", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answered_correctly", sa.Boolean(), nullable=False),
        sa.Column("first_try", sa.Boolean(), nullable=True),
        sa.Column("first_answered", sa.Double(), nullable=True),
        sa.Column("last_attempt", SERIAL, nullable=True),
        sa.Column("updated", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_question_progress_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", "course", "question_id", name=op.f("pk_question_progress")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "xp_award",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("award_key", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_xp_award_learner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_xp_award")),
        sa.UniqueConstraint("learner_id", "award_key", name=op.f("uq_xp_award_learner_id_award_key")),
    )
    op.create_index(op.f("ix_xp_award_learner_id_id"), "xp_award", ["learner_id", "id"])
    op.create_table(
        "xp_total",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("xp", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_xp_total_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", "course", name=op.f("pk_xp_total")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "prediction",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("lab_id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_prediction_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", "course", "lab_id", name=op.f("pk_prediction")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visit",
        sa.Column("learner_id", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("first", sa.Double(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_visit_learner_id")),
        sa.PrimaryKeyConstraint("learner_id", "course", "lesson", name=op.f("pk_visit")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("finished", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index("run_by_status", "run", ["status", "created"])
    op.create_table(
        "run_interest",
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("learner_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_interest_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "learner_id", name=op.f("pk_run_interest")),
    )
    protect_the_ledger()


def protect_the_ledger() -> None:
    """No program, this one included, changes or deletes an award once it is written."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER xp_award_no_{change.lower()} BEFORE {change} ON xp_award "
                "BEGIN SELECT RAISE(ABORT, 'the XP ledger is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION xp_award_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'the XP ledger is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER xp_award_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON xp_award "
        "FOR EACH STATEMENT EXECUTE FUNCTION xp_award_append_only()"
    )


def downgrade() -> None:
    tables = "run_interest run visit prediction xp_total xp_award question_progress attempt api_token learner"
    for table in tables.split():
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION xp_award_append_only()")
