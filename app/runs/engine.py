"""Runs under way: queued, given to a worker when one is free, tried again when it is lost, ended."""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

from app.lab.messages import Json, LabError
from app.runs import order
from app.runs.cluster import Cluster
from app.runs.environment import GRACE, PLACES, SHORT, SHORT_SLACK, SLACK, too_long
from app.runs.live import Attempt, Live
from app.runs.queue import Queue
from app.runs.run import Status
from app.settings import Settings

log = logging.getLogger(__name__)

#: How often a run is given to a worker before it is given up.
TRIES = 3
#: Seconds between two looks at when those who wait may begin.
TICK = 2.0


class Engine:
    """The queue and the attempts of one server. ``ended(live, lasting)`` is called once for every run."""

    def __init__(self, settings: Settings, ended: Callable[[Live, bool], None]) -> None:
        self._limit = settings.lab_seconds
        self._ended = ended
        self._cluster = Cluster(settings, self)
        self._queue = Queue(self._cluster)
        #: How long runs have taken.
        self.history = self._queue.history
        self._attempts: dict[str, Attempt] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    def start(self) -> None:
        self._queue.look_for_workers()
        self._spawn(self._cluster.keep())
        self._spawn(self._keep_telling())

    async def _keep_telling(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._queue.tell(self._under_way)

    async def stop(self) -> None:
        """End the lab; the runs stay as they are."""
        self._stopped = True
        self._queue.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def ready(self) -> bool:
        """Whether a worker is there to take a run."""
        return self._cluster.room.workers > 0

    @property
    def trouble(self) -> str:
        """Why no worker is there, in words for an operator; empty where one is."""
        return self._cluster.trouble

    @property
    def waiting(self) -> int:
        """How many runs stand in the queue."""
        return len(self._queue)

    def waits(self, learner_id: str) -> int:
        """How many runs of this learner stand in the queue."""
        return self._queue.of(learner_id)

    def status(self) -> dict[str, Json]:
        room = self._cluster.room
        numbers: dict[str, Json] = {"workers": room.workers, "gpus": room.gpus}
        return {"ready": self.ready, **numbers, "queued": len(self._queue), "running": len(self._attempts)}

    def add(self, live: Live) -> None:
        """Put a run at the end of the queue."""
        self._queue.add(live)
        self._pump()

    def withdraw(self, live: Live) -> None:
        """Stop a run that nobody waits for."""
        self._queue.remove(live)
        self._end(live, "cancelled")
        self._pump()

    def drop(self, live: Live) -> None:
        """Forget a run that another server carries."""
        self._queue.remove(live)
        if attempt := live.attempt:
            live.attempt = None
            attempt.over.set()
        self._pump()

    # What the cluster says.

    def heard(self, message: dict[str, Any]) -> None:
        attempt = self._attempts.get(message["key"])
        if attempt is None:
            return
        if "began" in message:
            attempt.worker, attempt.began = message["began"], time.monotonic()
            # The worker keeps the time as well; this is for one that is not heard any more.
            loop = asyncio.get_running_loop()
            longest = self._limit * (PLACES if attempt.gpu else 1)
            attempt.deadline = loop.call_later(longest + GRACE, self._overrun, attempt)
        elif "head" in message:
            attempt.answer = (message["head"], message["text"])
            attempt.let_go.set()
            attempt.over.set()
        elif "broken" in message:
            error = LabError(f"the lab broke on this run: {message['broken']}", mend="please report it")
            attempt.answer = ({"status": "failed", "error": error.as_json(), "lasting": False}, "")
            attempt.over.set()
        elif "lost" in message:
            attempt.let_go.set()
            attempt.over.set()
        if attempt.wanted:
            self._tell(attempt, message)

    def _tell(self, attempt: Attempt, message: dict[str, Any]) -> None:
        """Pass on what a worker said to those who listen."""
        live, more = attempt.live, {}
        if "began" in message:
            live.publish("state", status="running")
        if "progress" in message:
            more = {"progress": message["progress"], "remaining": attempt.remaining(message["progress"])}
        if "partial" in message:
            live.publish("partial", result_text=message["partial"], **more)
        elif more:
            live.publish("progress", **more)

    def worker_lost(self, address: str | None) -> None:
        lost = [a for a in self._attempts.values() if address is None or a.worker == address]
        for attempt in lost:
            attempt.in_company = sum(a.worker == attempt.worker for a in lost) > 1
            attempt.let_go.set()
            attempt.over.set()
        self._queue.look_for_workers()

    def room_changed(self) -> None:
        room = self._cluster.room
        for attempt in self._attempts.values():
            # Its last worker left as it was on its way there: the scheduler would keep it for another of that kind.
            if attempt.worker is None and not (
                room.shorts if attempt.short else room.gpus if attempt.gpu else room.cpus
            ):
                attempt.over.set()
        self._queue.look_for_workers()
        self._pump()

    # What becomes of it.

    @property
    def _under_way(self) -> list[Attempt]:
        return list(self._attempts.values())

    def _pump(self) -> None:
        """Give every run that fits to the workers, in order, and tell the others their place."""
        if self._stopped:
            return
        for live in self._queue.in_order(self._under_way):
            if place := self._place(live):
                self._queue.remove(live)
                self._begin(live, place)
        self._queue.tell(self._under_way)
        self._make_room()

    def _make_room(self) -> None:
        """Have one who holds several places give one up to one who has none."""
        if ordered := self._queue.in_order(self._under_way):
            first = ordered[0]
            if newest := order.gives_way(first, self._queue.wants_gpu(first), self._under_way):
                self._put_back(newest, "another student’s run goes first; yours begins again after it")

    def _put_back(self, attempt: Attempt, note: str) -> None:
        """Stop an attempt and let its run wait again; what it did is repeated later, and counts as no try."""
        live = attempt.live
        live.attempt = None
        self._queue.add(live)
        live.publish("state", status="queued", progress=None, remaining=None, tries=live.run.tries - 1, note=note)
        attempt.over.set()

    def _place(self, live: Live) -> str:
        """Where a run can begin now; empty where it has to wait."""
        room, gpu = self._cluster.room, self._queue.wants_gpu(live)
        if len(order.places_of(self._under_way, gpu)) < (room.gpus if gpu else room.cpus):
            return "GPU" if gpu else "CPU"
        shorts = sum(attempt.short for attempt in self._under_way)
        return "SHORT" if shorts < room.shorts and self._queue.is_short(live) else ""

    def _begin(self, live: Live, place: str) -> None:
        key, short = f"run-{uuid.uuid4().hex}", place == "SHORT"
        live.attempt = self._attempts[key] = attempt = Attempt(live, key, place == "GPU", short)
        bounds = {"limit": SHORT, "slack": SHORT_SLACK} if short else {"limit": self._limit, "slack": SLACK}
        self._cluster.run(key, {"spec": live.run.spec.as_json(), **bounds}, place)
        live.publish("state", place=None, starts_in=None, tries=live.run.tries + 1)
        self._spawn(self._carry(attempt))

    async def _carry(self, attempt: Attempt) -> None:
        """See one attempt through, until its worker is free again."""
        try:
            await attempt.over.wait()
            if attempt.wanted and attempt.answer:
                self._settle(attempt, *attempt.answer)
            elif attempt.wanted:
                self._again(attempt)
            if not attempt.answer:
                self._cluster.stop(attempt.key)
                if attempt.worker:
                    # The worker may hold on for a grace, and is ended and replaced after it.
                    with contextlib.suppress(asyncio.TimeoutError):
                        await asyncio.wait_for(attempt.let_go.wait(), GRACE + 2)
        finally:
            if attempt.deadline:
                attempt.deadline.cancel()
            del self._attempts[attempt.key]
            self._pump()

    def _settle(self, attempt: Attempt, head: dict[str, Any], text: str) -> None:
        status = head["status"]
        known: dict[str, Any] = {"device": head.get("device"), "seconds": head.get("seconds")}
        if status == "done":
            self.history.add(attempt.live.run.spec, known["device"], known["seconds"])
            self._end(attempt.live, "done", lasting=True, result_text=text, **known)
        elif status == "failed":
            self._end(attempt.live, "failed", lasting=head["lasting"], error=head["error"], **known)
        elif status == "overrun" and attempt.short:
            attempt.live.long = True
            self._put_back(attempt, "it takes longer than a moment, and waits for a place of its own")
        elif status == "overrun":
            self._end(attempt.live, "failed", error=too_long(self._limit).as_json(), **known)
        else:
            self._again(attempt)

    def _again(self, attempt: Attempt) -> None:
        """Try a run again whose worker was lost, unless it has had its time or its tries."""
        live = attempt.live
        log.warning("the worker was lost during run %s (%s)", live.run.id, live.run.spec.experiment)
        live.apart = live.apart or (attempt.gpu and attempt.in_company)
        if attempt.seconds >= self._limit - 0.1 and not (attempt.gpu and attempt.in_company):
            self._overrun(attempt)
        elif live.run.tries >= TRIES:
            error = LabError(
                f"the worker was lost {TRIES} times", mend="it may need too much memory; try a smaller one"
            )
            self._end(live, "failed", error=error.as_json())
        else:
            note = f"the worker was lost; trying again, {live.run.tries + 1} of {TRIES}"
            live.attempt = None
            self._queue.add(live, first=True)
            live.publish("state", status="queued", progress=None, remaining=None, note=note)

    def _overrun(self, attempt: Attempt) -> None:
        if attempt.wanted:
            self._end(attempt.live, "failed", error=too_long(self._limit).as_json())

    def _end(self, live: Live, status: Status, lasting: bool = False, **changes: Any) -> None:
        over = {"place": None, "starts_in": None, "progress": None, "remaining": None}
        live.publish("state", status=status, finished=time.time(), **over, **changes)
        if live.attempt:
            live.attempt.over.set()
        self._ended(live, lasting)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_report)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("a task of the lab broke", exc_info=error)
