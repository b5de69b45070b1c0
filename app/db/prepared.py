"""Statements of the hot path: written once in SQLAlchemy's terms, compiled once, handed to SQLite's driver as they are.

SQLAlchemy's execution costs 40 to 80 µs a statement, SQLite's own 3 to 8 µs. An answer takes half a dozen
statements, and they all run in the one writer thread.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any, cast

from pysqlite3 import dbapi2
from sqlalchemy import Boolean, Connection, Executable, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

#: Makes an insert that can take a conflict clause. SQLAlchemy has a class of Insert for each dialect; the conflict
#: methods of the two take the same arguments.
Inserter = Callable[[Table], postgresql.Insert]
Parameters = Mapping[str, Any]


class Prepared:
    """A statement that is run with the same parameters' names every time.

    Built of a statement, or of a function that makes one with the dialect's Inserter. A row gives its columns as
    attributes, booleans as bool, on both databases.
    """

    def __init__(self, build: Executable | Callable[[Inserter], Executable]) -> None:
        self._build = build
        self._built: dict[str, Executable] = {}
        self._sqlite: Compiled | None = None

    def rows(self, conn: Connection, parameters: Parameters) -> list[Any]:
        """Every row, in order."""
        if conn.dialect.name == "sqlite":
            if self._sqlite is None:
                self._sqlite = Compiled(self._statement("sqlite"), parameters)
            return self._sqlite.rows(conn, parameters)
        result = conn.execute(self._statement(conn.dialect.name), parameters)
        return list(result) if result.returns_rows else []

    def first(self, conn: Connection, parameters: Parameters) -> Any:
        """The first row, or None."""
        rows = self.rows(conn, parameters)
        return rows[0] if rows else None

    def _statement(self, dialect: str) -> Executable:
        if dialect not in self._built:
            inserter = postgresql.insert if dialect == "postgresql" else cast(Inserter, sqlite.insert)
            self._built[dialect] = self._build(inserter) if callable(self._build) else self._build
        return self._built[dialect]


class Compiled:
    """A statement as SQLite's driver takes it: text with named places, and what to make of a row."""

    def __init__(self, statement: Any, parameters: Parameters) -> None:
        compiled = statement.compile(dialect=sqlite.dialect(paramstyle="named"), column_keys=list(parameters))
        self._text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if name not in parameters}
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        self._booleans = [place for place, column in enumerate(columns) if isinstance(column.type, Boolean)]
        self._row: Any = None

    def rows(self, conn: Connection, parameters: Parameters) -> list[Any]:
        driver: Any = conn.connection.dbapi_connection
        try:
            cursor = driver.execute(self._text, {**self._fixed, **parameters})
            found = cursor.fetchall()  # to the end, so that no statement stays open
        except dbapi2.Error as error:
            raise DBAPIError.instance(self._text, dict(parameters), error, dbapi2.Error) from error
        if not found:
            return []
        if self._row is None:
            self._row = namedtuple("Row", [column[0] for column in cursor.description], rename=True)  # type: ignore[misc]
        return [self._row._make(self._as_read(values)) for values in found]

    def _as_read(self, values: tuple[Any, ...]) -> Any:
        if not self._booleans:
            return values
        read = list(values)
        for place in self._booleans:
            if read[place] is not None:
                read[place] = bool(read[place])
        return read
