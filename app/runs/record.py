"""The rows behind the runs: the truth that outlives the server, its scheduler and its workers.

A row is named by its spec's hash, so a finished row is also the cache. A row that says ``queued`` or ``running`` is a
promise: it is kept by the engine that is up now, or by the next one to start.
"""

import json
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from app.db import metadata
from app.lab.messages import RunSpec
from app.runs.run import ENDED, Run

run = Table(
    "run",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("spec", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("device", Text),
    Column("seconds", Float),
    Column("result", Text),
    Column("error", Text),
    # Whether the same question may be answered from this row: not after a cancel or a lost worker.
    Column("lasting", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created", Float, nullable=False),
    Column("finished", Float),
    Index("run_by_status", "status", "created"),
)

#: Who waits for a run that has not ended; emptied when it ends.
run_interest = Table(
    "run_interest",
    metadata,
    Column("run_id", String(32), ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("learner_id", String(32), primary_key=True),
)


def load(conn: Connection, run_id: str) -> tuple[Run, bool] | None:
    """The run as it is stored, and whether its answer is lasting."""
    row = conn.execute(select(run).where(run.c.id == run_id)).mappings().one_or_none()
    return None if row is None else (_run(row), row["lasting"])


def unfinished(conn: Connection) -> list[tuple[Run, frozenset[str]]]:
    """Every promise not yet kept, oldest first, with the learners who wait for it."""
    rows = conn.execute(select(run).where(run.c.status.not_in(ENDED)).order_by(run.c.created)).mappings().all()
    waiting: dict[str, set[str]] = {row["id"]: set() for row in rows}
    for run_id, learner_id in conn.execute(select(run_interest.c.run_id, run_interest.c.learner_id)):
        waiting.get(run_id, set()).add(learner_id)
    return [(_run(row), frozenset(waiting[row["id"]])) for row in rows]


def ask(conn: Connection, asked: Run, learner_id: str) -> None:
    """Promise a run, anew where an old row stands, and note who asked."""
    fresh: dict[str, Any] = {
        "status": "queued",
        "device": None,
        "seconds": None,
        "result": None,
        "error": None,
        "lasting": False,
        "tries": 0,
        "created": asked.created,
        "finished": None,
    }
    if conn.execute(update(run).where(run.c.id == asked.id).values(fresh)).rowcount == 0:
        conn.execute(insert(run).values(id=asked.id, spec=json.dumps(asked.spec.as_json()), **fresh))
    join(conn, asked.id, learner_id)


def join(conn: Connection, run_id: str, learner_id: str) -> None:
    """Note that a learner waits for a run that has not ended; a second time changes nothing."""
    key = {"run_id": run_id, "learner_id": learner_id}
    waiting = conn.execute(select(run.c.id).where(run.c.id == run_id, run.c.status.not_in(ENDED))).first()
    if waiting is not None and conn.execute(select(run_interest).filter_by(**key)).first() is None:
        conn.execute(insert(run_interest).values(key))


def leave(conn: Connection, run_id: str, learner_id: str) -> None:
    """Note that a learner no longer waits for a run."""
    conn.execute(delete(run_interest).where(run_interest.c.run_id == run_id, run_interest.c.learner_id == learner_id))


def finish(conn: Connection, ended: Run, lasting: bool) -> None:
    """Store what came of a run, once, and forget who waited for it."""
    values = {
        "status": ended.status,
        "device": ended.device,
        "seconds": ended.seconds,
        "result": ended.result_text if ended.status == "done" else None,
        "error": None if ended.error is None else json.dumps(ended.error),
        "lasting": lasting,
        "tries": ended.tries,
        "finished": ended.finished,
    }
    conn.execute(update(run).where(run.c.id == ended.id).values(values))
    conn.execute(delete(run_interest).where(run_interest.c.run_id == ended.id))


def _run(row: Any) -> Run:
    return Run(
        id=row["id"],
        spec=RunSpec.from_json(json.loads(row["spec"])),
        status=row["status"],
        created=row["created"],
        finished=row["finished"],
        device=row["device"],
        seconds=row["seconds"],
        cached=row["status"] in ENDED,
        result_text=row["result"],
        error=None if row["error"] is None else json.loads(row["error"]),
        tries=row["tries"],
    )
