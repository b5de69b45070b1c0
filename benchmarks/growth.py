"""Pages and answers over a database of a hundred students and over one of a million, side by side.

Each student has an answer, a reviewed question and ten awards; the first twentieth of them hold twenty cards each: a
million cards and ten million awards. ``STUDENTS`` and ``AWARDS`` in the environment make it smaller.
"""

import os
import tempfile
import time
import uuid
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
from pysqlite3 import dbapi2

from app.db import Database
from benchmarks import Row, interleaved
from benchmarks.lab import milliseconds
from benchmarks.pages import LESSON
from tests.journeys.server import Server
from tests.journeys.test_durability import first_questions

FEW, MANY = 100, int(os.environ.get("STUDENTS", "1000000"))
#: Awards of a student, and cards of one of the first twentieth.
AWARDS, CARDS = int(os.environ.get("AWARDS", "10")), 20
#: In the order of their keys, so that filling is appending.
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
WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < {awards})
INSERT INTO xp_award (learner_id, award_key, amount, reason, course, created)
  SELECT id, printf('question:cnn-architectures/filler-%02d', i), 20, 'filler', 'cnn-architectures', i
  FROM learner CROSS JOIN k;
INSERT INTO xp_total (learner_id, course, xp) SELECT id, 'cnn-architectures', 20 * {awards} FROM learner;
WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < {cards})
INSERT INTO review_card (learner_id, course, question_id, stability, difficulty, last, due, reps, lapses, first_shown,
    ceiling, skill, kind)
  SELECT id, 'cnn-architectures', printf('filler-%02d', i), 2.3, 2.1, 0, 172800, 1, 0, 0, 1, 'convolution', 'choice'
  FROM learner CROSS JOIN k WHERE learner.rowid <= {count} / {cards};
INSERT INTO review_set (id, learner_id, kind, created, ended) SELECT id, id, 'review', 0, 1 FROM learner;
INSERT INTO review_item (set_id, place, course, question_id, skill, opened, answered, correct, helped, xp)
  SELECT id, 1, 'cnn-architectures', 'filler', 'convolution', 0, 1, 1, 0, 0 FROM learner;
"""


def filled(folder: Path, students: int) -> Server:
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'receptive.db'}")
    database.upgrade()
    database.close()
    connection = dbapi2.connect(str(folder / "receptive.db"))
    fill = FILL.format(count=students, awards=AWARDS, cards=CARDS)
    connection.executescript(f"PRAGMA synchronous = OFF; BEGIN; {fill} COMMIT;")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Server(folder).start("/healthz")


def comes_back(server: Server, client: httpx.Client) -> None:
    """A visitor with a score of answers, forty days later: much is due and much is fading."""
    client.get("/")
    for attempts, question in first_questions(server.url)[:20]:
        option = question["options"][0]["id"] if question["options"] else None
        client.post(attempts, json={"answer": option if question["kind"] == "choice" else None}).raise_for_status()
    who = client.get("/api/v1/me").json()["id"]
    with closing(dbapi2.connect(str(server.data / "receptive.db"), timeout=60)) as connection, connection:
        changed = connection.execute(
            "UPDATE review_card SET last = last - 40 * 86400, due = due - 40 * 86400 WHERE learner_id = ?", (who,)
        )
        assert changed.rowcount > 0


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        start = time.perf_counter()
        servers = [filled(Path(name) / str(count), count) for count in (FEW, MANY)]
        print(f"  filled in {time.perf_counter() - start:.0f} s")
        clients = [httpx.Client(base_url=server.url, timeout=60) for server in servers]
        for server, client in zip(servers, clients, strict=True):
            comes_back(server, client)
        attempts, question = first_questions(servers[0].url)[0]
        option = question["options"][0]["id"]

        def answer(client: httpx.Client) -> object:
            return client.post(attempts, json={"answer": option, "attempt_key": uuid.uuid4().hex}).raise_for_status()

        works = {
            "A lesson's own part": lambda client: client.get(LESSON + "/mine").raise_for_status(),
            "An answer": answer,
            "The matrix": lambda client: client.get("/courses/cnn-architectures").raise_for_status(),
            "Me": lambda client: client.get("/me").raise_for_status(),
            "The ledger": lambda client: client.get("/me/xp").raise_for_status(),
            "What is due": lambda client: client.get("/review").raise_for_status(),
        }
        rows = []
        for what, work in works.items():
            # One request here, one there: whatever else the machine does, it does to both.
            few, many = interleaved(300, *(partial(milliseconds, partial(work, client)) for client in clients))
            rows.append(Row(f"{what}, {MANY:,} students", many, "ms", f"{FEW} students", few, "at most", 1.3))
        for client, server in zip(clients, servers, strict=True):
            client.close()
            server.stop()
    return rows
