"""Pages and answers over a database of a hundred students and over one of a million, side by side."""

import statistics
import tempfile
import time
import uuid
from pathlib import Path

import httpx
from pysqlite3 import dbapi2

from app.db import Database
from benchmarks import Row, interleaved
from benchmarks.lab import milliseconds
from benchmarks.pages import LESSON
from tests.journeys.server import Server
from tests.journeys.test_durability import first_questions

FEW, MANY = 100, 1_000_000
#: A student each with an answer, its progress, its award and its total.
FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
INSERT INTO learner (id, kind, name, role, session_version, created)
  SELECT printf('%032x', i), 'guest', '', 'student', 0, 0 FROM n;
INSERT INTO attempt (id, learner_id, attempt_key, course, question_id, lesson_hash, series, seed, answer, correct,
    score, outcome, hints_opened, explained, created)
  SELECT rowid, id, 'k', 'cnn-architectures', 'filler', '', 0, 1, '"x"', 1, 1.0, '{{}}', 0, 0, 0 FROM learner;
INSERT INTO question_progress (learner_id, course, question_id, series, seed, hints_opened, explained, attempts,
    answered_correctly, first_try, first_answered, last_attempt, updated)
  SELECT learner_id, course, question_id, 0, 1, 0, 0, 1, 1, 1, 0, id, 0 FROM attempt;
INSERT INTO xp_award (learner_id, award_key, amount, reason, course, created)
  SELECT id, 'question:cnn-architectures/filler', 20, 'filler', 'cnn-architectures', 0 FROM learner;
INSERT INTO xp_total (learner_id, course, xp) SELECT id, 'cnn-architectures', 20 FROM learner;
"""


def filled(folder: Path, students: int) -> Server:
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'receptive.db'}")
    database.upgrade()
    database.close()
    connection = dbapi2.connect(str(folder / "receptive.db"))
    connection.executescript("PRAGMA synchronous = OFF; BEGIN;" + FILL.format(count=students) + "COMMIT;")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Server(folder).start("/healthz")


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        start = time.perf_counter()
        servers = [filled(Path(name) / str(count), count) for count in (FEW, MANY)]
        print(f"  filled in {time.perf_counter() - start:.0f} s")
        clients = [httpx.Client(base_url=server.url, timeout=60) for server in servers]
        for client in clients:
            client.get("/")
        attempts, question = first_questions(servers[0].url)[0]
        option = question["options"][0]["id"]

        def answer(client: httpx.Client) -> object:
            return client.post(attempts, json={"answer": option, "attempt_key": uuid.uuid4().hex}).raise_for_status()

        works = {
            "A lesson's own part": lambda client: client.get(LESSON + "/mine").raise_for_status(),
            "An answer": answer,
            "The matrix": lambda client: client.get("/courses/cnn-architectures").raise_for_status(),
        }
        rows = []
        for what, work in works.items():

            def of(client: httpx.Client, work: object = work) -> float:
                return statistics.median(milliseconds(lambda: work(client)) for _ in range(60))  # type: ignore[operator]

            few, many = interleaved(5, lambda of=of: of(clients[0]), lambda of=of: of(clients[1]))  # type: ignore[misc]
            rows.append(Row(f"{what}, {MANY:,} students", many, "ms", f"{FEW} students", few, "at most", 1.3))
        for client, server in zip(clients, servers, strict=True):
            client.close()
            server.stop()
    return rows
