"""Runs under way: queued, given to a worker when one is free, tried again when it is lost, ended."""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

from app.lab.catalogue import EXPERIMENTS
from app.lab.messages import Json, LabError
from app.runs import order
from app.runs.cluster import Cluster
from app.runs.environment import GRACE
from app.runs.history import History
from app.runs.live import Attempt, Live
from app.runs.run import Status
from app.settings import Settings

log = logging.getLogger(__name__)

#: How often a run is given to a worker before it is given up.
TRIES = 3
#: Seconds between two looks at when those who wait may begin.
TICK = 2.0
#: Seconds without any worker after which those who wait are told.
LATE = 15.0
NO_LAB = (
    "the lab has not come up; your run is kept, and begins by itself when it does. "
    "If this lasts, tell whoever looks after this site."
)


class Engine:
    """The queue and the attempts of one server. ``ended(live, lasting)`` is called once for every run."""

    def __init__(self, settings: Settings, ended: Callable[[Live, bool], None]) -> None:
        self._limit = settings.lab_seconds
        self._ended = ended
        self._cluster = Cluster(settings, self)
        #: How long runs have taken.
        self.history = History()
        self._queue: list[Live] = []
        self._attempts: dict[str, Attempt] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        #: Set while there is no worker: when that is said to those who wait, and whether it was.
        self._late: asyncio.TimerHandle | None = None
        self._missing = False

    def start(self) -> None:
        self._look_for_workers()
        self._spawn(self._cluster.keep())
        self._spawn(self._keep_telling())

    async def _keep_telling(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._tell_places()

    async def stop(self) -> None:
        """End the lab; the runs stay as they are."""
        if self._late:
            self._late.cancel()
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
        return sum(learner_id in live.learners for live in self._queue)

    def status(self) -> dict[str, Json]:
        room = self._cluster.room
        numbers: dict[str, Json] = {"workers": room.workers, "gpus": room.gpus}
        return {"ready": self.ready, **numbers, "queued": len(self._queue), "running": len(self._attempts)}

    def add(self, live: Live) -> None:
        """Put a run at the end of the queue."""
        self._queue.append(live)
        if self._missing:
            live.publish("state", note=NO_LAB)
        self._pump()

    def withdraw(self, live: Live) -> None:
        """Stop a run that nobody waits for."""
        if live in self._queue:
            self._queue.remove(live)
        self._end(live, "cancelled")
        self._pump()

    def drop(self, live: Live) -> None:
        """Forget a run that another server carries."""
        if live in self._queue:
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
            attempt.deadline = loop.call_later(self._limit + GRACE, self._overrun, attempt)
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
        for attempt in self._attempts.values():
            if address is None or attempt.worker == address:
                attempt.let_go.set()
                attempt.over.set()
        self._look_for_workers()

    def room_changed(self) -> None:
        room = self._cluster.room
        for attempt in self._attempts.values():
            # Its last worker left as it was on its way there: the scheduler would keep it for another of that kind.
            if attempt.worker is None and not (room.gpus if attempt.gpu else room.cpus):
                attempt.over.set()
        self._look_for_workers()
        self._pump()

    # What becomes of it.

    def _look_for_workers(self) -> None:
        """Have those who wait told when no worker comes for a while, and that it has come after all."""
        if not self.ready:
            if self._late is None:
                self._late = asyncio.get_running_loop().call_later(LATE, self._tell_missing)
            return
        if self._late:
            self._late.cancel()
        self._late, self._missing = None, False
        for live in self._queue:
            if live.run.note == NO_LAB:
                live.publish("state", note="")

    def _tell_missing(self) -> None:
        self._missing = True
        log.warning("the lab is not there: %s", self.trouble)
        for live in self._queue:
            live.publish("state", note=NO_LAB)

    def _pump(self) -> None:
        """Give every run that fits to the workers, in order, and tell the others their place."""
        for live in order.in_order(self._queue, self._attempts.values()):
            if self._fits(live):
                self._queue.remove(live)
                self._begin(live)
        self._tell_places()
        self._make_room()

    def _tell_places(self) -> None:
        """Tell those who wait where they stand, and when they may begin, wherever that has changed."""
        room, attempts = self._cluster.room, list(self._attempts.values())
        ordered = order.in_order(self._queue, attempts)
        places = {True: room.gpus, False: room.cpus}
        starts = order.starts(ordered, attempts, places, self._wants_gpu, self._expected)
        for place, (live, seconds) in enumerate(zip(ordered, starts, strict=True), 1):
            told = None if seconds is None else _coarse(seconds)
            if (live.run.place, live.run.starts_in) != (place, told):
                live.publish("state", place=place, starts_in=told)

    def _expected(self, live: Live, gpu: bool) -> float | None:
        return self.history.expected(live.run.spec, gpu)

    def _make_room(self) -> None:
        """Have one who holds several places give one up to one who has none."""
        attempts = list(self._attempts.values())
        if ordered := order.in_order(self._queue, attempts):
            first = ordered[0]
            if newest := order.gives_way(first, self._wants_gpu(first), attempts):
                self._put_back(newest)

    def _put_back(self, attempt: Attempt) -> None:
        """Stop an attempt and let its run wait again; what it did is repeated later, and counts as no try."""
        live = attempt.live
        live.attempt = None
        self._queue.append(live)
        note = "another student’s run goes first; yours begins again after it"
        live.publish("state", status="queued", progress=None, remaining=None, tries=live.run.tries - 1, note=note)
        attempt.over.set()

    def _wants_gpu(self, live: Live) -> bool:
        """Where there are GPUs: what gains from one, and everything where there is nothing else."""
        room = self._cluster.room
        return room.gpus > 0 and (EXPERIMENTS[live.run.spec.experiment].needs_torch or room.cpus == 0)

    def _fits(self, live: Live) -> bool:
        room, gpu = self._cluster.room, self._wants_gpu(live)
        return sum(attempt.gpu == gpu for attempt in self._attempts.values()) < (room.gpus if gpu else room.cpus)

    def _begin(self, live: Live) -> None:
        key, gpu = f"run-{uuid.uuid4().hex}", self._wants_gpu(live)
        live.attempt = self._attempts[key] = attempt = Attempt(live, key, gpu)
        self._cluster.run(key, {"spec": live.run.spec.as_json(), "limit": self._limit}, gpu)
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
        known = {"device": head.get("device"), "seconds": head.get("seconds")}
        if status == "done":
            self.history.add(attempt.live.run.spec, known["device"], known["seconds"])
            self._end(attempt.live, "done", lasting=True, result_text=text, **known)
        elif status == "failed":
            self._end(attempt.live, "failed", lasting=head["lasting"], error=head["error"], **known)
        else:
            self._again(attempt)

    def _again(self, attempt: Attempt) -> None:
        """Try a run again whose worker was lost, unless it has had its time or its tries."""
        live = attempt.live
        log.warning("the worker was lost during run %s (%s)", live.run.id, live.run.spec.experiment)
        if attempt.seconds >= self._limit - 0.1:
            self._overrun(attempt)
        elif live.run.tries >= TRIES:
            error = LabError(
                f"the worker was lost {TRIES} times", mend="it may need too much memory; try a smaller one"
            )
            self._end(live, "failed", error=error.as_json())
        else:
            note = f"the worker was lost; trying again, {live.run.tries + 1} of {TRIES}"
            live.attempt = None
            self._queue.insert(0, live)
            live.publish("state", status="queued", progress=None, remaining=None, note=note)

    def _overrun(self, attempt: Attempt) -> None:
        if attempt.wanted:
            error = LabError(f"stopped after {self._limit:g} seconds", mend="try a smaller network, input or batch")
            self._end(attempt.live, "failed", error=error.as_json())

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


def _coarse(seconds: float) -> float:
    """No finer than it is known, so that it is not said anew at every look."""
    step = 1 if seconds < 10 else 5 if seconds < 60 else 30
    return float(step * round(seconds / step))


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("a task of the lab broke", exc_info=error)
