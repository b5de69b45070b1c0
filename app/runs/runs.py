"""The runs as the rest of the site knows them: ask, look, listen, wait, withdraw."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace

from app.db import Database, Unavailable
from app.lab.catalogue import EXPERIMENTS
from app.lab.messages import Json, LabError, RunSpec
from app.runs import record
from app.runs.engine import Engine
from app.runs.live import Live
from app.runs.run import Event, Run
from app.settings import Settings

log = logging.getLogger(__name__)

#: Runs that may wait at once, and those of one learner.
QUEUE, QUEUE_EACH = 64, 48
#: Seconds to wait before the database is asked again to store how a run ended.
PATIENCE = (0.1, 0.5, 2.0, 5.0, 10.0, 30.0)


class QueueFull(Exception):
    """Too many runs wait already; asking again after ``seconds`` may do."""

    def __init__(self, seconds: int = 10) -> None:
        super().__init__("the lab has more to do than it can queue")
        self.seconds = seconds


class Runs:
    """Every run that somebody waits for, and the way to those that have ended."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._engine = Engine(settings, self._ended)
        self._live: dict[str, Live] = {}
        self._storing: set[asyncio.Task[None]] = set()
        self._resuming: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Begin to bring up the lab, and take up again what an earlier server left; neither is waited for."""
        self._engine.start()
        self._resuming = asyncio.create_task(self._resume())

    async def stop(self) -> None:
        """End the lab. What was under way stays promised, and the next server takes it up."""
        self._stopping = True
        for live in self._live.values():
            live.wake()
        if self._resuming:
            self._resuming.cancel()
        if self._storing:
            await asyncio.wait(self._storing, timeout=5)
        await self._engine.stop()

    def ready(self) -> bool:
        """Whether a worker is there to take a run."""
        return self._engine.ready

    def status(self) -> dict[str, Json]:
        """``{"ready", "workers", "gpus", "queued", "running"}``."""
        return self._engine.status()

    async def submit(self, spec: RunSpec, learner_id: str, now: float, fresh: bool = False, own: bool = False) -> Run:
        """The run of this spec: stored (then ``cached``), joined while it is under way, or begun.

        ``fresh`` runs it again though its answer is known; ``own`` says that it is a lesson's lab as its author wrote
        it, which goes before free play. When this returns, the promise to run it is durable.
        Raises QueueFull, and what the database raises when it cannot take the promise.
        """
        if not fresh and spec.id not in self._live:
            kept = await self._db.read(lambda conn: record.load(conn, spec.id))
            if kept is not None and kept[1]:
                return kept[0]
        while live := self._live.get(spec.id):
            if not live.run.ended:
                return await self._join(live, learner_id)
            if live.run.status == "done" and not fresh:
                return replace(live.run, cached=True)
            await live.stored.wait()
        if self._engine.waiting >= QUEUE or self._engine.waits(learner_id) >= QUEUE_EACH:
            raise QueueFull
        live = self._live[spec.id] = Live(Run(spec.id, spec, "queued", created=now), {learner_id}, own)
        live.promise = asyncio.create_task(self._promise(live, live.run, learner_id))
        self._engine.add(live)
        # Shielded: one who hangs up does not undo what others may have joined.
        await asyncio.shield(live.promise)
        return live.run

    async def get(self, run_id: str) -> Run | None:
        """The run as it is now; None where nobody ever asked for it."""
        if live := self._live.get(run_id):
            return live.run
        kept = await self._db.read(lambda conn: record.load(conn, run_id))
        return None if kept is None else kept[0]

    async def wait(self, run_id: str, seconds: float) -> Run:
        """The run once it has ended, or as it is after ``seconds``. Raises KeyError where there is none."""
        if live := self._live.get(run_id):
            with contextlib.suppress(asyncio.TimeoutError):
                async with asyncio.timeout(seconds):
                    while not live.run.ended and not self._stopping:
                        await live.changed()
            return live.run
        if run := await self.get(run_id):
            return run
        raise KeyError(run_id)

    async def events(self, run_id: str, after: int = 0) -> AsyncIterator[Event]:
        """What happened after event ``after`` and what happens until the end, which is the last event.

        A run that has ended yields its end alone; one that nobody asked for yields nothing.
        """
        live = self._live.get(run_id)
        if live is None:
            run = await self.get(run_id)
            if run is not None:
                yield Event(after + 1, "state", run)
            return
        while not self._stopping:
            for event in live.since(after):
                after = event.number
                yield event
                if event.run.ended:
                    return
            if not live.since(after):
                await live.changed()

    async def cancel(self, run_id: str, learner_id: str) -> Run | None:
        """Withdraw a learner's interest; the run stops only where nobody else waits for it."""
        live = self._live.get(run_id)
        if live is None or live.run.ended or learner_id not in live.learners:
            return await self.get(run_id)
        live.learners.discard(learner_id)
        if live.learners:
            await self._db.write(lambda conn: record.leave(conn, run_id, learner_id))
        else:
            self._engine.withdraw(live)
        return live.run

    async def _join(self, live: Live, learner_id: str) -> Run:
        if live.promise:
            await asyncio.shield(live.promise)
        if learner_id not in live.learners and not live.run.ended:
            live.learners.add(learner_id)
            self._engine.room_changed()
            await self._db.write(lambda conn: record.join(conn, live.run.id, learner_id))
        return live.run

    async def _promise(self, live: Live, asked: Run, learner_id: str) -> None:
        try:
            await self._db.write(lambda conn: record.ask(conn, asked, learner_id))
        except BaseException:
            self._live.pop(live.run.id)
            self._engine.withdraw(live)
            raise

    async def _resume(self) -> None:
        """Keep the promises of an earlier server."""
        while True:
            try:
                unfinished = await self._db.read(record.unfinished)
                break
            except Unavailable as error:
                log.warning("runs left by an earlier server cannot be read yet: %s", error)
                await asyncio.sleep(1)
        for run, learners in unfinished:
            if run.id in self._live:
                continue
            self._live[run.id] = live = Live(replace(run, status="queued"), set(learners))
            if run.id == run.spec.id and run.spec.experiment in EXPERIMENTS:
                self._engine.add(live)
            else:
                outdated = LabError("this was asked of an older lab", mend="ask again")
                live.publish("state", status="failed", error=outdated.as_json(), finished=time.time())
                self._ended(live, lasting=False)

    def _ended(self, live: Live, lasting: bool) -> None:
        task = asyncio.create_task(self._store(live, lasting))
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)

    async def _store(self, live: Live, lasting: bool) -> None:
        """Write how a run ended; it stays in memory until that stands."""
        try:
            if live.promise:
                await asyncio.shield(live.promise)
            for pause in (*PATIENCE, None):
                try:
                    await self._db.write(lambda conn: record.finish(conn, live.run, lasting))
                    break
                except Unavailable:
                    if pause is None:
                        raise
                    await asyncio.sleep(pause)
        except Exception:
            # The row still says that the run was promised: the next server runs it again.
            log.exception("how run %s ended could not be stored", live.run.id)
        finally:
            if self._live.get(live.run.id) is live:
                del self._live[live.run.id]
            live.stored.set()
