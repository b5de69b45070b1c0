"""What every table is made with, on SQLite and PostgreSQL alike."""

from sqlalchemy import BigInteger, Integer, MetaData

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
