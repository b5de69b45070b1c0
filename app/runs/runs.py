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
from app.runs.engine import Engine
from app.runs.live import Live
from app.runs.promises import BEAT, Promises
from app.runs.run import Event, Run
from app.settings import Settings

log = logging.getLogger(__name__)

#: Runs that may wait at once, and those of one learner.
QUEUE, QUEUE_EACH = 64, 48
#: Seconds between two looks at a run that another server carries.
LOOK = 1.0


class QueueFull(Exception):
    """Too many runs wait already; asking again after ``seconds`` may do."""

    def __init__(self, seconds: int = 10) -> None:
        super().__init__("the lab has more to do than it can queue")
        self.seconds = seconds


class Runs:
    """Every run that somebody waits for, and the way to those that have ended."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._promises = Promises(db)
        self._engine = Engine(settings, self._ended)
        self._live: dict[str, Live] = {}
        self._storing: set[asyncio.Task[None]] = set()
        self._keeping: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Begin to bring up the lab, and take up what other servers let fall; neither is waited for."""
        self._engine.start()
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """End the lab. What was under way stays promised, and another server takes it up."""
        self._stopping = True
        for live in self._live.values():
            live.wake()
        if self._keeping:
            self._keeping.cancel()
        if self._storing:
            await asyncio.wait(self._storing, timeout=5)
        await self._engine.stop()
        if self._live:
            try:
                await self._promises.release()
            except Unavailable as error:
                log.warning("what this server promised waits until its silence is noticed: %s", error)
            self._live.clear()

    def ready(self) -> bool:
        """Whether a worker is there to take a run."""
        return self._engine.ready

    def trouble(self) -> str:
        """Why no worker is there, in words for an operator; empty where one is."""
        return self._engine.trouble

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
            kept = await self._promises.load(spec.id)
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
        live.promise = asyncio.create_task(self._promise(live, live.run, learner_id, fresh))
        self._engine.add(live)
        # Shielded: one who hangs up does not undo what others may have joined.
        return await asyncio.shield(live.promise) or live.run

    async def get(self, run_id: str) -> Run | None:
        """The run as it is now; None where nobody ever asked for it."""
        if live := self._live.get(run_id):
            return live.run
        kept = await self._promises.load(run_id)
        return None if kept is None else kept[0]

    async def wait(self, run_id: str, seconds: float) -> Run:
        """The run once it has ended, or as it is after ``seconds``. Raises KeyError where there is none."""
        run = await self.get(run_id)
        if run is None:
            raise KeyError(run_id)
        if not run.ended:
            with contextlib.suppress(asyncio.TimeoutError):
                async with asyncio.timeout(seconds):
                    async for event in self.events(run_id):
                        run = event.run
        return run

    async def events(self, run_id: str, after: int = 0) -> AsyncIterator[Event]:
        """What happened after event ``after`` and what happens until the end, which is the last event.

        A run that has ended yields its end alone; one that nobody asked for yields nothing. Of one that another
        server carries, it yields what that server has written down.
        """
        known: Run | None = None
        while not self._stopping:
            if live := self._live.get(run_id):
                # What comes after a time of reading is numbered on.
                before, after = (after, 0) if known else (0, after)
                while not self._stopping and not live.elsewhere:
                    for event in live.since(after):
                        after = event.number
                        yield replace(event, number=before + after)
                        if event.run.ended:
                            return
                    if live.run.ended and not live.since(after):
                        # Its end had this number at another server.
                        yield Event(before + after + 1, "state", live.run)
                        return
                    if not live.since(after):
                        await live.changed()
                after += before
                continue
            run = await self.get(run_id)
            if run is None:
                return
            if run != known:
                known, after = run, after + 1
                yield Event(after, "state", run)
            if run.ended:
                return
            await asyncio.sleep(LOOK)

    async def cancel(self, run_id: str, learner_id: str) -> Run | None:
        """Withdraw a learner's interest; the run stops only where nobody else waits for it."""
        live = self._live.get(run_id)
        if live is None:
            run = await self.get(run_id)
            if run and not run.ended and not await self._promises.leave(run_id, learner_id):
                return replace(run, note="it stops at its next step")
            return run
        if live.run.ended or learner_id not in live.learners:
            return live.run
        live.learners.discard(learner_id)
        try:
            if live.promise:
                await asyncio.shield(live.promise)
            live.heard_of(await self._promises.leave(run_id, learner_id))
        except Unavailable:
            log.warning("that a learner left run %s could not be stored", run_id)
        if not live.learners and not live.run.ended:
            self._engine.withdraw(live)
        return live.run

    async def _join(self, live: Live, learner_id: str) -> Run:
        stands = await asyncio.shield(live.promise) if live.promise else None
        if learner_id not in live.learners and not live.run.ended:
            live.learners.add(learner_id)
            self._engine.room_changed()
            await self._promises.join(live.run.id, learner_id)
        return stands or live.run

    async def _promise(self, live: Live, asked: Run, learner_id: str, fresh: bool) -> Run | None:
        try:
            stands, ours = await self._promises.make(asked, learner_id, fresh)
        except BaseException:
            self._live.pop(live.run.id)
            self._engine.withdraw(live)
            raise
        if ours or live.run.ended:
            return None
        self._let_go(live)
        return stands

    def _let_go(self, live: Live) -> None:
        """Leave a run to the server that carries it."""
        self._live.pop(live.run.id, None)
        live.elsewhere = True
        self._engine.drop(live)
        live.wake()

    async def _keep(self) -> None:
        """Keep this server's promises alive, and take up those that nobody keeps."""
        remembered = False
        while True:
            try:
                if not remembered:
                    self._engine.history.load(await self._promises.took())
                    remembered = True
                promised = [live for live in self._live.values() if not live.promise or live.promise.done()]
                for live in await self._promises.beat(live for live in promised if not live.run.ended):
                    if self._live.get(live.run.id) is live and not live.run.ended:
                        log.warning("run %s was taken up by another server", live.run.id)
                        self._let_go(live)
                for live in [live for live in promised if not live.learners and not live.run.ended]:
                    self._engine.withdraw(live)
                for run, learners in await self._promises.take_up(self._live):
                    self._take_up(run, learners)
            except Unavailable as error:
                log.warning("promises of runs cannot be looked after: %s", error)
            except Exception:
                log.exception("promises of runs could not be looked after")
            await asyncio.sleep(BEAT)

    def _take_up(self, run: Run, learners: frozenset[str]) -> None:
        if live := self._live.get(run.id):
            live.learners |= learners
            return
        note = "the server that ran it is gone; it begins again" if run.status == "running" else ""
        self._live[run.id] = live = Live(replace(run, status="queued", note=note), set(learners))
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
            await self._promises.keep(live.run, lasting)
        except Exception:
            # The row still says that the run was promised: in a while it is taken up again.
            log.exception("how run %s ended could not be stored", live.run.id)
        finally:
            if self._live.get(live.run.id) is live:
                del self._live[live.run.id]
            live.stored.set()
