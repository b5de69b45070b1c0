"""The rows behind the runs: the truth that outlives the server, its scheduler and its workers.

A row is named by its spec's hash, so a finished row is also the cache. A row that says ``queued`` or ``running`` is a
promise, and its ``owner`` is the server that keeps it. While it does, the row's ``beat`` grows; when that stands still,
or the owner let go of it, another server takes it up. A row that is run afresh keeps its lasting answer until there is
another: it comes back where the new run is cancelled or lost.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

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
    and_,
    case,
    delete,
    false,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from app.db import Database, Unavailable, metadata
from app.lab.messages import RunSpec
from app.runs.history import Took
from app.runs.run import ENDED, Run

log = logging.getLogger(__name__)

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
    # The server that keeps the promise, and a number that it raises while it does.
    Column("owner", String(32)),
    Column("beat", Integer, nullable=False, server_default="0"),
    # How far it is, as the owner said at its last beat: ``TOLD`` as JSON.
    Column("told", Text),
    Index("run_by_status", "status", "created"),
)

#: Who waits for a run that has not ended; emptied when it ends.
run_interest = Table(
    "run_interest",
    metadata,
    Column("run_id", String(32), ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("learner_id", String(32), primary_key=True),
)

#: What of a run under way its owner writes down for those who ask another server.
TOLD = ("place", "starts_in", "progress", "remaining", "note", "tries")

_PROMISED = run.c.status.not_in(ENDED)


class Sign(NamedTuple):
    """What shows whether a promise is being kept: it changes while it is."""

    id: str
    owner: str | None
    beat: int


def load(conn: Connection, run_id: str) -> tuple[Run, bool] | None:
    """The run as it is stored, and whether it has ended with a lasting answer."""
    row = conn.execute(select(run).where(run.c.id == run_id)).mappings().one_or_none()
    return None if row is None else (_run(row), row["lasting"] and row["status"] in ENDED)


def results(db: Database) -> Callable[[str], Mapping[str, Any] | None]:
    """Looks up what came of a run, by its id: None where it is not done, or while the database cannot be asked."""

    def known(run_id: str) -> Mapping[str, Any] | None:
        try:
            kept = db.read_now(lambda conn: load(conn, run_id))
        except (Unavailable, SQLAlchemyError) as error:
            log.info("the result of run %s cannot be read yet: %s", run_id, error)
            return None
        return kept[0].result if kept is not None and kept[0].status == "done" else None

    return known


def unfinished(conn: Connection) -> list[tuple[Run, frozenset[str]]]:
    """Every promise not yet kept, oldest first, with the learners who wait for it."""
    rows = conn.execute(select(run).where(_PROMISED).order_by(run.c.created)).mappings().all()
    return [(_run(row), _waiting(conn, row["id"])) for row in rows]


def took(conn: Connection, most: int) -> list[Took]:
    """What was run last, on what, and how long it took: ``most`` runs, oldest first."""
    newest = select(run.c.spec, run.c.device, run.c.seconds).where(run.c.status == "done")
    rows = conn.execute(newest.order_by(run.c.created.desc()).limit(most)).all()
    return [(RunSpec.from_json(json.loads(spec)), device, seconds) for spec, device, seconds in reversed(rows)]


def ask(conn: Connection, asked: Run, learner_id: str, owner: str, fresh: bool = False) -> tuple[Run, bool]:
    """Promise a run, anew where an old row stands, and note who asked. The run as it stands, and whether it is ours.

    Not ours are one that another server carries, which is joined, and (unless ``fresh``) one that has a lasting answer.
    Of two servers that ask at once one gets it: whatever they find is decided by the row.
    """
    promise: dict[str, Any] = {"status": "queued", "tries": 0, "owner": owner, "beat": 0, "told": None}
    nothing: dict[str, Any] = dict.fromkeys(("device", "seconds", "result", "error", "finished"))
    anew = {**promise, **nothing, "lasting": False, "created": asked.created}
    ours = _insert(conn, run, id=asked.id, spec=json.dumps(asked.spec.as_json()), **anew)
    for over, values in (
        (run.c.lasting.is_(False), anew),
        (and_(run.c.lasting, true() if fresh else false()), promise),
    ):
        if not ours:
            ended = and_(run.c.id == asked.id, run.c.status.in_(ENDED), over)
            ours = conn.execute(update(run).where(ended).values(values)).rowcount == 1
            if ours:  # Who joined just as it ended waits for nothing any more.
                conn.execute(delete(run_interest).where(run_interest.c.run_id == asked.id))
    if not ours:
        dropped = and_(_PROMISED, or_(run.c.owner.is_(None), run.c.owner == owner))
        ours = conn.execute(update(run).where(run.c.id == asked.id, dropped).values(promise)).rowcount == 1
    join(conn, asked.id, learner_id)
    stands = load(conn, asked.id)
    assert stands
    return stands[0], ours


def join(conn: Connection, run_id: str, learner_id: str) -> None:
    """Note that a learner waits for a run that has not ended; a second time changes nothing."""
    if conn.execute(select(run.c.id).where(run.c.id == run_id, _PROMISED)).first() is not None:
        _insert(conn, run_interest, run_id=run_id, learner_id=learner_id)


def leave(conn: Connection, run_id: str, learner_id: str) -> frozenset[str]:
    """Note that a learner no longer waits for a run. Those who still do."""
    conn.execute(delete(run_interest).where(run_interest.c.run_id == run_id, run_interest.c.learner_id == learner_id))
    return _waiting(conn, run_id)


def beat(conn: Connection, owner: str, carried: Iterable[Run]) -> dict[str, frozenset[str]]:
    """Say that the owner is at work, and how far each is. Who waits for each that is still the owner's."""
    mine = and_(run.c.owner == owner, _PROMISED)
    for one in carried:
        told = json.dumps({name: getattr(one, name) for name in TOLD})
        conn.execute(
            update(run).where(run.c.id == one.id, mine).values(beat=run.c.beat + 1, status=one.status, told=told)
        )
    return {run_id: _waiting(conn, run_id) for run_id in conn.execute(select(run.c.id).where(mine)).scalars()}


def signs(conn: Connection) -> list[Sign]:
    """A sign of every promise not yet kept, oldest first."""
    found = conn.execute(select(run.c.id, run.c.owner, run.c.beat).where(_PROMISED).order_by(run.c.created))
    return [Sign(*row) for row in found]


def adopt(conn: Connection, sign: Sign, owner: str) -> tuple[Run, frozenset[str]] | None:
    """Take up a promise whose sign has not changed; None where it has, since somebody keeps it."""
    same = and_(run.c.id == sign.id, run.c.owner.is_not_distinct_from(sign.owner), run.c.beat == sign.beat, _PROMISED)
    values = {"owner": owner, "beat": run.c.beat + 1, "told": None}
    if conn.execute(update(run).where(same).values(values)).rowcount == 0:
        return None
    stands = load(conn, sign.id)
    assert stands
    return stands[0], _waiting(conn, sign.id)


def release(conn: Connection, owner: str) -> None:
    """Let go of everything that an owner has promised, for others to take up."""
    mine = and_(run.c.owner == owner, _PROMISED)
    conn.execute(update(run).where(mine).values(owner=None, status="queued", told=None))


def finish(conn: Connection, ended: Run, lasting: bool, owner: str) -> None:
    """Store what came of a run, once, and forget who waited for it; nothing where another took it up meanwhile.

    What is not lasting takes no lasting answer's place: that one stands again.
    """
    values = {
        "status": ended.status,
        "device": ended.device,
        "seconds": ended.seconds,
        "result": ended.result_text if ended.status == "done" else None,
        "error": None if ended.error is None else json.dumps(ended.error),
        "lasting": lasting,
        "tries": ended.tries,
        "created": ended.created,
        "finished": ended.finished,
        "told": None,
    }
    mine = and_(run.c.id == ended.id, run.c.owner == owner, _PROMISED)
    again = {"status": case((run.c.error.is_(None), "done"), else_="failed"), "told": None}
    kept = not lasting and conn.execute(update(run).where(mine, run.c.lasting).values(again)).rowcount
    if kept or conn.execute(update(run).where(mine).values(values)).rowcount:
        conn.execute(delete(run_interest).where(run_interest.c.run_id == ended.id))


def _waiting(conn: Connection, run_id: str) -> frozenset[str]:
    return frozenset(conn.execute(select(run_interest.c.learner_id).where(run_interest.c.run_id == run_id)).scalars())


def _insert(conn: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless there is one of that key, be it of this very moment. Whether it was inserted."""
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    return conn.execute(insert(table).values(values).on_conflict_do_nothing()).rowcount == 1


def _run(row: Any) -> Run:
    known = {"id": row["id"], "spec": RunSpec.from_json(json.loads(row["spec"])), "created": row["created"]}
    if row["status"] not in ENDED:
        told = json.loads(row["told"]) if row["told"] else {}
        return Run(**known, status=row["status"], **{"tries": row["tries"], **told})
    return Run(
        **known,
        status=row["status"],
        finished=row["finished"],
        device=row["device"],
        seconds=row["seconds"],
        cached=True,
        result_text=row["result"],
        error=None if row["error"] is None else json.loads(row["error"]),
        tries=row["tries"],
    )
