"""what can be found"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SQLITE = """
CREATE VIRTUAL TABLE search_words USING fts5 (
  shelf, title, said, content='', contentless_delete=1, tokenize='ascii', prefix='2 3 4'
)
"""


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shelf", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("within", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
    )
    op.create_index(op.f("ix_search_entry_shelf"), "search_entry", ["shelf"])
    op.create_table(
        "search_shelf",
        sa.Column("shelf", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shelf", name=op.f("pk_search_shelf")),
    )
    op.create_index(op.f("ix_search_entry_words"), "search_entry", ["words"], postgresql_using="gin")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE)
        op.execute("INSERT INTO search_words (search_words, rank) VALUES ('rank', 'bm25(0.0, 8.0, 1.0)')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
    op.drop_table("search_shelf")
    op.drop_table("search_entry")
