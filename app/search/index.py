"""The index in the database, shared by every process: one shelf for each course, and one for the lab.

A shelf is renewed in one transaction, by whoever comes first, when what it was made of has another hash.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, Double, Executable, Index, Table, Text, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import TSVECTOR

from app.content.course import Course
from app.db import Database, Inserter, Prepared, Serial, metadata
from app.search.entries import WEIGHT, Entry, of_course, of_lab
from app.search.terms import indexed

#: Part of every hash: raise it when the same course must be indexed anew.
VERSION = 1
#: The lab's shelf; no course has this slug.
LAB = ""

entry_table = Table(
    "search_entry",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("shelf", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("within", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("weight", Double, nullable=False),
    #: What PostgreSQL searches. SQLite has a table beside this one, ``search_words``, whose rowid is ``id``.
    Column("words", Text().with_variant(TSVECTOR, "postgresql")),
)
Index("ix_search_entry_words", entry_table.c.words, postgresql_using="gin")
shelf_table = Table(
    "search_shelf", metadata, Column("shelf", Text, primary_key=True), Column("hash", Text, nullable=False)
)


def _claim(new: Inserter) -> Executable:
    return new(shelf_table).on_conflict_do_nothing()


CLAIM = Prepared(_claim)
_WORDS = text("INSERT INTO search_words (rowid, shelf, title, said) VALUES (:id, :shelf, :title, :said)")
_FORGET_WORDS = text("DELETE FROM search_words WHERE rowid IN (SELECT id FROM search_entry WHERE shelf = :shelf)")


@dataclass(frozen=True)
class Shelf:
    """What is to be found in one place, and the hash of what that is made of."""

    name: str
    hash: str
    course: Course | None = field(compare=False)

    def entries(self) -> Iterator[Entry]:
        return of_course(self.course) if self.course else of_lab()


def shelves(courses: Iterable[Course]) -> list[Shelf]:
    """Everything that can be found, as it is now."""
    return [Shelf(LAB, f"{VERSION}:{_lab_hash()}", None), *(Shelf(c.slug, f"{VERSION}:{c.hash}", c) for c in courses)]


@cache
def _lab_hash() -> str:
    return sha256(repr(list(of_lab())).encode()).hexdigest()


def renew(db: Database, wanted: Iterable[Shelf]) -> None:
    """Bring the index to ``wanted``, shelf by shelf; for a thread that may block. Raises Unavailable."""
    wanted = list(wanted)
    stored = db.read_now(hashes)
    for shelf in wanted:
        if stored.get(shelf.name) != shelf.hash:
            rows = [_row(shelf, entry) for entry in shelf.entries()]
            db.write_now(lambda conn, shelf=shelf, rows=rows: _replace(conn, shelf, rows))  # type: ignore[misc]
    for name in stored.keys() - {shelf.name for shelf in wanted}:
        db.write_now(lambda conn, name=name: _remove(conn, name))  # type: ignore[misc]


def hashes(conn: Connection) -> dict[str, str]:
    """The hash of what each shelf of the index was made of."""
    return {row.shelf: row.hash for row in conn.execute(select(shelf_table))}


def column_word(shelf: str) -> str:
    """A shelf's name as one word of the index; the signs between words are letters there."""
    return shelf.replace("-", "·").replace("_", "¸") or "·"


def _row(shelf: Shelf, entry: Entry) -> dict[str, Any]:
    return {
        "shelf": shelf.name,
        "kind": entry.kind,
        "url": entry.url,
        "title": entry.title,
        "within": entry.within,
        "said": entry.text,
        "weight": WEIGHT.get(entry.kind, 1.0),
        "title_words": indexed(entry.title),
        "said_words": indexed(f"{entry.within} {entry.text}"),
    }


def _replace(conn: Connection, shelf: Shelf, rows: list[dict[str, Any]]) -> None:
    """One shelf anew; nothing where another process has done it meanwhile."""
    CLAIM.rows(conn, {"shelf": shelf.name, "hash": ""})
    at = shelf_table.c.shelf == shelf.name
    if conn.execute(select(shelf_table.c.hash).where(at).with_for_update()).scalar_one() == shelf.hash:
        return
    _forget(conn, shelf.name)
    if conn.dialect.name == "sqlite":
        first = conn.execute(select(func.coalesce(func.max(entry_table.c.id), 0))).scalar_one() + 1
        numbered = [{**row, "id": first + number} for number, row in enumerate(rows)]
        _insert(conn, numbered)
        conn.execute(
            _WORDS,
            [
                {
                    "id": row["id"],
                    "shelf": column_word(shelf.name),
                    "title": row["title_words"],
                    "said": row["said_words"],
                }
                for row in numbered
            ],
        )
    else:
        _insert(conn, [{**row, "words": _vector(row["title_words"], row["said_words"])} for row in rows])
    conn.execute(shelf_table.update().where(at).values(hash=shelf.hash))


def _insert(conn: Connection, rows: list[dict[str, Any]]) -> None:
    kept = [column.name for column in entry_table.columns]
    conn.execute(insert(entry_table), [{name: row[name] for name in kept if name in row} for row in rows])


def _remove(conn: Connection, name: str) -> None:
    _forget(conn, name)
    conn.execute(delete(shelf_table).where(shelf_table.c.shelf == name))


def _forget(conn: Connection, shelf: str) -> None:
    if conn.dialect.name == "sqlite":
        conn.execute(_FORGET_WORDS, {"shelf": shelf})
    conn.execute(delete(entry_table).where(entry_table.c.shelf == shelf))


def _vector(title: str, said: str) -> str:
    """Words as PostgreSQL writes a tsvector, those of the title with weight A."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(title.split(), 1):
        places.setdefault(word, []).append(f"{place}A")
    for place, word in enumerate(said.split(), 1):
        places.setdefault(word, []).append(str(min(place, 16_383)))
    return " ".join(f"'{word}':{','.join(dict.fromkeys(at[:200]))}" for word, at in places.items())
