"""who carries a run"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("run", sa.Column("owner", sa.String(32), nullable=True))
    op.add_column("run", sa.Column("beat", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("told", sa.Text(), nullable=True))


def downgrade() -> None:
    for column in ("told", "beat", "owner"):
        op.drop_column("run", column)
