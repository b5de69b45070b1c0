"""An answer, graded and durable when it is acknowledged: ours, and the same writes by plain SQLAlchemy in threads.

Both write the same rows to SQLite with ``synchronous=FULL``. Ours goes through the whole site (session, origin,
limits, validation); the peer is a bare FastAPI route as its tutorial has it: ``def``, so in the thread pool, with an
ORM session that commits for each answer. The empty POST is a route of the peer's server that does nothing.
"""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import Row, interleaved, on_core
from benchmarks.pages import listening
from tests.journeys.course import SLUG
from tests.journeys.server import Server, free_port
from tests.journeys.test_durability import first_questions

PEER = """
import json, os, time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel
from pysqlite3 import dbapi2
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from app.content.library import Library
from app.db import metadata
from app.learning.draws import seed
from app.learning.learners import learner
from app.learning.records import attempt, question_progress
from app.learning.xp import xp_award, xp_total

app = FastAPI()
course = Library(Path(os.environ["LESSONS"]), False).course(os.environ["COURSE"])
engine = create_engine(os.environ["DATABASE"], module=dbapi2, connect_args={"timeout": 60}, pool_size=40)
sessions = sessionmaker(engine)

@event.listens_for(engine, "connect")
def prepare(connection, record):
    connection.isolation_level = None
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}")

@event.listens_for(engine, "begin")
def begin(connection):
    connection.exec_driver_sql("BEGIN IMMEDIATE")

class Base(DeclarativeBase):
    metadata = metadata

class Learner(Base):
    __table__ = learner

class Attempt(Base):
    __table__ = attempt

class Progress(Base):
    __table__ = question_progress

class Award(Base):
    __table__ = xp_award

class Total(Base):
    __table__ = xp_total

class Sent(BaseModel):
    answer: str
    attempt_key: str

def session() -> Iterator[Session]:
    with sessions() as opened:
        yield opened

@app.post("/empty")
async def empty() -> dict[str, int]:
    return {}

@app.post("/{name}")
def answer(name: str, sent: Sent, request: Request, db: Annotated[Session, Depends(session)]) -> dict[str, object]:
    lesson, question = course.question_by_id[name]
    who, now = request.headers["cookie"], time.time()
    if db.get(Learner, who) is None:
        db.add(Learner(id=who, kind="guest", name="", role="student", session_version=1, created=now))
        db.flush()
    place = {"learner_id": who, "course": course.slug, "question_id": name}
    before = db.scalars(select(Attempt).filter_by(learner_id=who, attempt_key=sent.attempt_key)).first()
    if before is not None:
        return json.loads(before.outcome)
    progress = db.get(Progress, (who, course.slug, name))
    if progress is None:
        progress = Progress(**place, series=0, seed=seed(who, name, 0), hints_opened=0, explained=False, attempts=0,
            answered_correctly=False, first_answered=now, updated=now)
        db.add(progress)
    given = question.read(sent.answer)
    grade = question.grade(given, progress.seed)
    earned = 0
    if grade.correct and not progress.answered_correctly:
        earned = question.xp
        db.add(Award(learner_id=who, award_key=f"question:{name}", amount=earned, reason=name, course=course.slug,
            created=now))
        total = db.get(Total, (who, course.slug))
        if total is None:
            db.add(Total(learner_id=who, course=course.slug, xp=earned))
        else:
            total.xp += earned
    total_xp = db.scalar(select(func.sum(Total.xp)).filter_by(learner_id=who)) or 0
    outcome = {"feedback": [vars(part) for part in grade.feedback], "xp_awarded": earned, "total_xp": total_xp}
    made = Attempt(**place, attempt_key=sent.attempt_key, lesson_hash=lesson.hash, series=progress.series,
        seed=progress.seed, answer=json.dumps(given), correct=grade.correct, score=grade.score,
        outcome=json.dumps(outcome), hints_opened=0, explained=False, created=now)
    db.add(made)
    db.flush()
    progress.attempts += 1
    progress.answered_correctly |= grade.correct
    progress.last_attempt, progress.updated = made.id, now
    db.commit()
    return {"correct": grade.correct, "explanation": question.explanation(progress.seed), **outcome}
"""

#: One student a connection; each request is an attempt of its own.
LUA = """
local cookies, n = {{ {cookies} }}, 0
local run = "{run}"
request = function()
  n = n + 1
  local body = string.format('{{"answer":"{option}","attempt_key":"%s-%d"}}', run, n)
  local headers = {{ ["Content-Type"] = "application/json", ["Cookie"] = cookies[n % #cookies + 1],
    ["Sec-Fetch-Site"] = "same-origin" }}
  return wrk.format("POST", nil, headers, body)
end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %f %f %d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(99) / 1000, errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """Students who answer one question over and over, each over a connection of their own."""

    folder: Path
    option: str

    def on(self, url: str, cookies: list[str], seconds: float = 3) -> tuple[float, float]:
        """(answers a second, p99 in ms). Raises AssertionError where one was refused."""
        script = self.folder / "load.lua"
        quoted = ", ".join(f'"{cookie}"' for cookie in cookies)
        script.write_text(LUA.format(cookies=quoted, run=os.urandom(8).hex(), option=self.option))
        command = ["wrk", "-t1", f"-c{len(cookies)}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script), url]
        said = subprocess.run([*on_core(3), *command], capture_output=True, text=True, check=True).stdout
        found = re.search(r"RESULT ([\d.]+) ([\d.]+) (\d+)", said)
        assert found, said
        assert found[3] == "0", f"{found[3]} errors at {url}: {said}"
        return float(found[1]), float(found[2])


def students(url: str, count: int) -> list[str]:
    """The cookies of new visitors."""
    found = []
    for _ in range(count):
        answer = httpx.get(url + "/")
        found.append("; ".join(f"{name}={value}" for name, value in answer.cookies.items()))
    return found


def peer(folder: Path, lessons: Path, port: int) -> "subprocess.Popen[bytes]":
    (folder / "peer.py").write_text(PEER)
    environment = {
        **os.environ,
        "LESSONS": str(lessons),
        "COURSE": SLUG,
        "DATABASE": f"sqlite:///{folder / 'peer.db'}",
        "PYTHONPATH": f"{folder}:{Path(__file__).parents[1]}",
    }
    upgrade = "import sys; from app.db import Database; d = Database(sys.argv[1]); d.upgrade(); d.close()"
    subprocess.run([sys.executable, "-c", upgrade, environment["DATABASE"]], env=environment, check=True)
    served = [sys.executable, "-m", "uvicorn", "peer:app", "--port", str(port), "--no-access-log"]
    return subprocess.Popen(
        [*on_core(0, 1), *served, "--loop", "uvloop", "--http", "httptools", "--log-level", "error"],
        cwd=folder,
        env=environment,
    )


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder).start()
        port = free_port()
        beside = peer(folder, Path(__file__).parents[1] / "lessons", port)
        try:
            if prefix := on_core(0, 1):
                subprocess.run([*prefix[:1], "-a", "-p", *prefix[2:], str(server.pid)], check=True, capture_output=True)
            listening(port)
            attempts, question = first_questions(server.url)[0]
            load = Load(folder, question["options"][0]["id"])
            ours, theirs = server.url + attempts, f"http://127.0.0.1:{port}/{question['id']}"
            cookies, names = students(server.url, 256), [f"student-{number}" for number in range(256)]
            tails: list[float] = []
            crowds: list[float] = []

            def answers() -> float:
                rate, tail = load.on(ours, cookies[:32])
                tails.append(tail)
                return rate

            def crowd() -> float:
                rate, tail = load.on(ours, cookies)
                crowds.append(tail)
                return rate

            answers()
            tails.clear()
            our_rate, crowd_rate, empty_rate, plain_rate = interleaved(
                5,
                answers,
                crowd,
                lambda: load.on(f"http://127.0.0.1:{port}/empty", names[:32])[0],
                lambda: load.on(theirs, names[:32])[0],
            )
        finally:
            beside.terminate()
            beside.wait()
            server.stop()
    tail, crowd_tail = (sorted(values)[len(values) // 2] for values in (tails, crowds))
    return [
        Row("Answers, durable, 32 clients", our_rate, "/s", "SQLAlchemy in a thread pool", plain_rate, "at least", 5),
        Row("Answers, durable, 32 clients", our_rate, "/s", "an empty POST", empty_rate, "at least", 0.2),
        Row("Answer p99, 32 clients", tail, "ms", "", None, "at most", 60),
        Row(f"Answer p99, 256 clients, {crowd_rate:,.0f}/s", crowd_tail, "ms", "", None, "at most", 250),
    ]
