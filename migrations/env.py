"""How Alembic reaches the database: the connection it is handed, or the configured one on the command line."""

from alembic import context
from sqlalchemy import Connection, make_url

# What is imported here joins the metadata that autogenerate compares with.
from app.db import metadata
from app.db.postgres import Postgres
from app.db.sqlite import Sqlite
from app.learning import (  # noqa: F401
    attempts,
    learners,
    plans,
    predictions,
    progress,
    review_records,
    reviews,
    skill_tests,
    time_spent,
    xp,
)
from app.runs import record  # noqa: F401
from app.settings import Settings
from app.studio import drafts  # noqa: F401


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,  # SQLite changes a column by rebuilding its table
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    url = make_url(Settings().database)
    store = (Sqlite if url.get_backend_name() == "sqlite" else Postgres)(url, wait=5, queue=1, readers=1)
    with store.exclusive(60).begin() as opened:
        migrate(opened)
    store.close()
