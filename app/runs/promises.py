"""One server's promises to run things, among those of other servers on the same database.

A server raises a number in the row of every run that it carries. Another that sees it stand still for a while takes the
run up. No clocks are compared: each server times with its own how long it has seen no change.
"""

import asyncio
import time
import uuid
from collections.abc import Collection, Iterable

from app.db import Database, Unavailable
from app.runs import record
from app.runs.history import READ, Took
from app.runs.live import Live
from app.runs.record import Sign
from app.runs.run import Run

#: Seconds between two signs of work, and those without a sign after which a run is taken up by another.
BEAT, LEASE = 2.0, 6.0
#: Seconds to wait before the database is asked again to store how a run ended.
PATIENCE = (0.1, 0.5, 2.0, 5.0, 10.0, 30.0)


class Promises:
    """The rows that this server keeps up. Everything raises what the database raises where it cannot be had."""

    def __init__(self, db: Database) -> None:
        self._db = db
        #: This server's name, of this start.
        self._owner = uuid.uuid4().hex
        #: When each sign was first seen as it is, by the monotonic clock.
        self._seen: dict[Sign, float] = {}

    async def make(self, asked: Run, learner_id: str, fresh: bool) -> tuple[Run, bool]:
        """Promise a run durably. The run as it stands, and whether it is this server's to carry."""
        return await self._db.write(lambda conn: record.ask(conn, asked, learner_id, self._owner, fresh))

    async def load(self, run_id: str) -> tuple[Run, bool] | None:
        """The run as it is stored, and whether its answer is lasting."""
        return await self._db.read(lambda conn: record.load(conn, run_id))

    async def took(self) -> list[Took]:
        """What was run last, oldest first, by any server."""
        return await self._db.read(lambda conn: record.took(conn, READ))

    async def join(self, run_id: str, learner_id: str) -> None:
        await self._db.write(lambda conn: record.join(conn, run_id, learner_id))

    async def leave(self, run_id: str, learner_id: str) -> frozenset[str]:
        """Withdraw a learner's interest. Those who still wait, here or at another server."""
        return await self._db.write(lambda conn: record.leave(conn, run_id, learner_id))

    async def keep(self, run: Run, lasting: bool) -> None:
        """Store how a run ended, with patience: an answer is worth waiting for the database."""
        for pause in (*PATIENCE, None):
            try:
                return await self._db.write(lambda conn: record.finish(conn, run, lasting, self._owner))
            except Unavailable:
                if pause is None:
                    raise
                await asyncio.sleep(pause)

    async def beat(self, carried: Iterable[Live]) -> list[Live]:
        """Say that this server is at work, and hear who came and went elsewhere. Those that it carries no more."""
        carried = list(carried)
        if not carried:
            return []
        runs = [live.run for live in carried]
        standing = await self._db.write(lambda conn: record.beat(conn, self._owner, runs))
        lost = []
        for live in carried:
            if (waiting := standing.get(live.run.id)) is None:
                lost.append(live)
            else:
                live.heard_of(waiting)
        return lost

    async def take_up(self, carried: Collection[str]) -> list[tuple[Run, frozenset[str]]]:
        """Promises that nobody keeps, now this server's, with who waits for each. ``carried`` are its own already."""
        signs = [sign for sign in await self._db.read(record.signs) if sign.id not in carried]
        now = time.monotonic()
        self._seen = {sign: self._seen.get(sign, now) for sign in signs}
        taken = []
        for sign in signs:
            if sign.owner is None or now - self._seen[sign] >= LEASE:
                found = await self._db.write(lambda conn, sign=sign: record.adopt(conn, sign, self._owner))  # type: ignore[misc]
                taken += [found] if found else []
        return taken

    async def release(self) -> None:
        """Let go of all, so that the next server need not wait to see that this one is gone."""
        await self._db.write(lambda conn: record.release(conn, self._owner))
