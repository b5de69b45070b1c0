"""Alembic, run from inside: one history for both databases."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from app.db.errors import Unavailable


def upgrade(engine: Engine, folder: Path, revision: str = "head") -> None:
    """Bring the tables to a revision inside one transaction of ``engine``. Raises Unavailable."""
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except OperationalError as error:
        raise Unavailable(f"the database could not be migrated: {error.orig}") from error
    finally:
        engine.dispose()
