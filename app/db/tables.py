"""What every table is made with, on SQLite and PostgreSQL alike."""

from collections.abc import Callable, Mapping
from typing import cast

from sqlalchemy import BigInteger, Executable, Integer, MetaData, Table
from sqlalchemy.dialects import postgresql, sqlite

#: Every table of the site. A constraint's name follows from its columns, so that a migration can name it again.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: A growing number that names a row in the order of writing. (SQLite counts only in a column called INTEGER.)
Serial = BigInteger().with_variant(Integer, "sqlite")


#: Makes an insert that can take a conflict clause.
Inserter = Callable[[Table], postgresql.Insert]


def portable(build: Callable[[Inserter], Executable]) -> Mapping[str, Executable]:
    """An insert with a conflict clause, built once for each dialect: look it up by ``conn.dialect.name``.

    SQLAlchemy has a class of Insert for each of the two; their conflict methods take the same arguments.
    """
    return {
        "postgresql": build(postgresql.insert),
        "sqlite": build(cast(Inserter, sqlite.insert)),
    }
