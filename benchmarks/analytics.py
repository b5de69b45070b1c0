"""What answers tell the staff of a course of 200 questions with 1,000,000 attempts of 5,000 people.

``ATTEMPTS`` in the environment makes it smaller. The page is the whole answer of the site, as an instructor's browser
gets it: the first time since something was counted, and again.
"""

import os
import random
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from starlette.testclient import TestClient

from app.content.choices import Choice, Option
from app.content.course import Course, Lesson, QuestionBlock, Section
from app.db import Database
from app.learning import learners
from app.main import create_app
from app.settings import Settings
from app.studio import gathering
from app.web import passwords
from benchmarks import Row
from tests.web.sample import COURSE, FIRST, Shelf

ATTEMPTS = int(os.environ.get("ATTEMPTS", "1000000"))
PEOPLE, QUESTIONS, EACH = max(50, ATTEMPTS // 200), 200, 200
#: Seconds: until answered, the first time; again; and to count an attempt.
FIRST_VIEW, AGAIN, COUNTED = 3.0, 0.3, 100e-6
PASSWORD, NOW = "correct horse battery", 1e9
ADD = """INSERT INTO attempt (learner_id, attempt_key, course, question_id, lesson_hash, series, seed, answer, correct,
    score, outcome, hints_opened, explained, created) VALUES (?, ?, 'sample', ?, '', 0, ?, ?, ?, 1.0, '{}', 0, 0, ?)"""


def course() -> Course:
    """Ten lessons of twenty questions with four options."""
    options = tuple(Option(f"o-{n}", f"Option {n}", n == 0) for n in range(4))
    asked = [
        Choice(f"question-{n:03d}", "stacks", 1, f"<p>What is asked in question {n}?</p>", options=options)
        for n in range(QUESTIONS)
    ]
    lessons = tuple(_lesson(number, asked[20 * number : 20 * number + 20]) for number in range(10))
    return replace(COURSE, lessons=lessons)


def _lesson(number: int, asked: list[Choice]) -> Lesson:
    section = Section(1, "asked", "Asked", "Asked", tuple(QuestionBlock(one) for one in asked))
    return replace(FIRST, slug=f"lesson-{number}", title=f"Lesson {number}", sections=(section,), hash=f"{number:064d}")


def _attempts() -> Iterator[tuple[Any, ...]]:
    chance = random.Random(1)
    for number in range(ATTEMPTS):
        person, question, said = number % PEOPLE, chance.randrange(QUESTIONS), chance.choice((0, 0, 0, 1, 2, 3))
        key = f"{person:032x}", f"k{number}", f"question-{question:03d}", chance.randrange(8)
        yield *key, f'"o-{said}"', said == 0, float(number)


def _fill(conn: Connection) -> None:
    driver: Any = conn.connection.dbapi_connection
    add = (
        "INSERT INTO learner (id, kind, name, role, session_version, created) VALUES (?, 'guest', '', 'student', 1, 0)"
    )
    driver.executemany(add, ((f"{number:032x}",) for number in range(PEOPLE)))
    driver.executemany(ADD, _attempts())


def _count(db: Database, of: Course) -> float:
    begun, more = time.perf_counter(), True
    while more:
        step = db.read_now(lambda conn: gathering.look(conn, of, NOW))
        db.write_now(lambda conn, step=step: gathering.keep(conn, of.slug, step))  # type: ignore[misc]
        more = step.more
    return time.perf_counter() - begun


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), lessons=Path(folder), secret="a secret of the benchmark", warm=False)
        app = create_app(settings)
        app.state.library, app.state.clock, db = Shelf((course(),)), lambda: NOW, app.state.db
        db.upgrade()
        db.write_now(_fill)
        counting = _count(db, course())
        hashed, id = passwords.hash_now(PASSWORD), uuid.uuid4().hex
        db.write_now(
            lambda conn: learners.create_account(conn, id, "Ada", "ada@example.org", hashed, 0.0, "instructor")
        )
        client = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
        client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD})
        first, again = (_seconds(client, "/studio/courses/sample/answers") for _ in range(2))
        one = _seconds(client, "/studio/courses/sample/answers/questions/question-007")
        db.close()
    said = f"{ATTEMPTS:,} attempts at {QUESTIONS} questions"
    return [
        Row(f"Answers of a course, {said}: first view", first, "s", "", None, "at most", FIRST_VIEW),
        Row("The same page again", again, "s", "", None, "at most", AGAIN),
        Row("One question's page", one, "s", "", None, "at most", 1.0),
        Row("Counting an attempt, once", 1e6 * counting / ATTEMPTS, "µs", "", None, "at most", 1e6 * COUNTED),
    ]


def _seconds(client: TestClient, url: str) -> float:
    begun = time.perf_counter()
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return time.perf_counter() - begun
