"""A search: what was typed, read so that nothing in it can be an error, and the finds in the order of their worth."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from app.search.index import column_word
from app.search.marking import Finder, Marked, finder
from app.search.terms import asked, stem

#: Characters and words of a search that count, and finds that are shown.
LONGEST, MOST_WORDS, MOST = 200, 8, 30
#: Finds that are weighed anew by their kind, and taken of them: a few may be of a course that is gone.
_WEIGHED, _TAKEN = 150, 60

#: Left out where something else was asked for.
_LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by can do does for from has have how i in is it its my of on or s t than that the their "
        "there this to was what when where which who why will with you",
    )
)

_SQLITE = text("""
WITH found AS (SELECT rowid AS id, rank FROM search_words WHERE search_words MATCH :query ORDER BY rank LIMIT :weighed)
SELECT kind, shelf, url, title, within, said FROM found JOIN search_entry USING (id)
ORDER BY found.rank * weight, id LIMIT :most
""")
_POSTGRESQL = text("""
SELECT kind, shelf, url, title, within, said FROM search_entry
WHERE words @@ CAST(:query AS tsquery) AND (CAST(:shelf AS text) IS NULL OR shelf = :shelf)
ORDER BY ts_rank('{0.1, 0.2, 0.4, 1.0}', words, CAST(:query AS tsquery), 1) * weight DESC, id LIMIT :most
""")


@dataclass(frozen=True)
class Find:
    """One find. ``title`` is empty for what has none, such as a question."""

    kind: str
    #: The course's slug; empty for the lab.
    course: str
    url: str
    title: Marked
    within: str
    quote: Marked


@dataclass(frozen=True)
class Found:
    """``some`` says that nothing has all of the words, and these have some of them."""

    finds: tuple[Find, ...] = ()
    more: bool = False
    some: bool = False


def search(conn: Connection, typed: str, shelves: Collection[str], shelf: str | None = None) -> Found:
    """What is found in these shelves, or in one of them, best first; nothing where no word was typed."""
    words = words_of(typed)
    if not words or (shelf is not None and shelf not in shelves):
        return Found()
    mark = finder(words)
    for some in (False, True) if len(words) > 1 else (False,):
        rows = [row for row in _ask(conn, words, shelf, some) if row.shelf in shelves]
        if rows:
            finds = tuple(_find(row, mark) for row in rows[:MOST])
            return Found(finds, len(rows) > MOST, some)
    return Found()


def words_of(typed: str) -> list[str]:
    """The words that are searched for, without little ones where there are others."""
    words = asked(typed[:LONGEST])
    return ([word for word in words if word not in _LITTLE] or words)[:MOST_WORDS]


def _ask(conn: Connection, words: list[str], shelf: str | None, some: bool) -> list[Any]:
    each = list(zip(words, _begins(words), strict=True))
    if conn.dialect.name == "sqlite":
        said = (" OR " if some else " AND ").join(_fts5(word, begins) for word, begins in each)
        within = "" if shelf is None else f'{{shelf}} : "{column_word(shelf)}" AND '
        query = f"{within}{{title said}} : ({said})"
        return list(conn.execute(_SQLITE, {"query": query, "weighed": _WEIGHED, "most": _TAKEN}))
    query = (" | " if some else " & ").join(_tsquery(word, begins) for word, begins in each)
    return list(conn.execute(_POSTGRESQL, {"query": query, "shelf": shelf, "most": _TAKEN}))


def _begins(words: list[str]) -> list[bool]:
    """Which words may be the beginning of another: the last, still being typed, and those that are no mere syllable."""
    last = len(words) - 1
    return [len(word) > 2 or (number == last and last + len(word) > 1) for number, word in enumerate(words)]


def _fts5(word: str, begins: bool) -> str:
    return f'("{stem(word)}" OR "{word}"{" *" if begins else ""})'


def _tsquery(word: str, begins: bool) -> str:
    return f"('{stem(word)}' | '{word}'{':*' if begins else ''})"


def _find(row: Any, mark: Finder) -> Find:
    return Find(row.kind, row.shelf, row.url, mark.marked(row.title), row.within, mark.quoted(row.said))
