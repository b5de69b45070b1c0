"""The one door to the database."""

from app.db import Database


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    database.upgrade()
    assert (
        database.read_now(lambda conn: conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
        == "0001"
    )
