"""Searching: the courses as they are and a hundred copies of each, on SQLite and, where there is one, PostgreSQL."""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from app.content.course import Course
from app.content.library import Library
from app.db import Database
from app.search.asking import search
from app.search.index import renew, shelves
from benchmarks import Row
from tests import postgres

COPIES = 100
#: Of those that many entries have, the commonest of all last.
TYPED = ("resnet50", "3×3", "nn.Conv2d", "receptive f", "normalize", "train", "batch norm", "layer")


def databases(stack: ExitStack) -> Iterator[tuple[str, Database]]:
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    yield "SQLite", Database(f"sqlite:///{folder}/receptive.db")
    try:
        yield "PostgreSQL", Database(stack.enter_context(postgres.server()).create())
    except postgres.NoServer:
        return


def took(database: Database, courses: Sequence[Course]) -> list[float]:
    """Milliseconds of each of TYPED, the median of five."""
    names = [shelf.name for shelf in shelves(courses)]
    found = []
    for typed in TYPED:
        rounds = []
        for _ in range(6):
            start = time.perf_counter()
            database.read_now(lambda conn, typed=typed: search(conn, typed, names))  # type: ignore[misc]
            rounds.append(1000 * (time.perf_counter() - start))
        found.append(statistics.median(rounds[1:]))
    return found


def measure() -> list[Row]:
    courses = Library(Path("lessons")).courses()
    many = [replace(course, slug=f"{course.slug}-{n}") for n in range(COPIES) for course in courses]
    rows = []
    with ExitStack() as stack:
        for kind, database in databases(stack):
            stack.callback(database.close)
            database.upgrade()
            for what, given, usual, slowest in (("the courses", courses, 10, 20), (f"{COPIES} of each", many, 50, 100)):
                renew(database, shelves(given))
                each = took(database, given)
                rows += [
                    Row(f"A search of {what}, {kind}", statistics.median(each), "ms", "", None, "at most", usual),
                    Row(f"The same, the slowest of {len(TYPED)}", max(each), "ms", "", None, "at most", slowest),
                ]
    return rows
