"""Between the server's lines of JSON and Dask: orders become tasks, and what becomes of them is said back.

Orders are ``{"run": key, "task": {…}, "place": one of PLACES_OF}`` and ``{"stop": key}``. What is said back is what
the worker says, with the ``key``: ``began`` (its address), ``progress``, ``partial``, and the answer as ``head`` and
``text``; then
``{"key", "lost": true}`` where no answer can come any more, ``{"key", "broken": why}`` where Dask could not run it,
``{"worker_lost": address}``, and ``{"room": {"cpus", "gpus", "shorts", "workers"}}`` when that changes.
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from distributed import Client, Future, KilledWorker, Security

from app.runs.worker import execute

#: The kinds of places that workers have, each with what it is called in what is said of the room.
PLACES_OF = {"CPU": "cpus", "GPU": "gpus", "SHORT": "shorts"}
#: Seconds between two looks at the scheduler where nothing was heard of its workers.
LOOK = 2.0
#: Seconds that a scheduler may take to answer before it counts as gone.
ANSWER = 5.0
#: Seconds within which a task that was cancelled before it began would have begun.
PATIENCE = 30.0


class Task:
    """An order on its way."""

    def __init__(self, future: "Future[None]") -> None:
        self.future = future
        self.began = asyncio.Event()
        self.stopped = False


class Dispatcher:
    """One server's line to a scheduler at ``address``. ``say`` takes what the server is to hear."""

    def __init__(self, address: str, say: Callable[[dict[str, Any]], None], security: Security | None = None) -> None:
        self._say = say
        #: Where this server's runs speak; another server on the same scheduler has its own.
        self._topic = f"receptive-{uuid.uuid4().hex}"
        self._client = Client(
            address, asynchronous=True, set_as_default=False, direct_to_workers=False, security=security
        )
        self._tasks: dict[str, Task] = {}
        #: Runs that every worker takes at once, by the kind of place.
        self._workers: dict[str, tuple[int, ...]] = {}
        self._said: dict[str, int] = {}
        self._spawned: set[asyncio.Task[None]] = set()
        self._look = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._client
        # By default it waits 10 ms between messages, to gather graphs of thousands of tasks.
        assert self._client.scheduler_comm
        self._client.scheduler_comm.interval = 0.001
        self._client.subscribe_topic(self._topic, self._heard)
        self._client.subscribe_topic("all", self._heard_of_worker)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    def obey(self, order: dict[str, Any]) -> None:
        """Do what the server asks for."""
        if "stop" in order:
            if known := self._tasks.get(order["stop"]):
                known.stopped = True
                self._spawn(self._stop(known))
            return
        key, task = order["run"], json.dumps({**order["task"], "topic": self._topic})
        # Each kind of worker takes its own kind of run alone: a count must not hold the GPU's only thread.
        future = self._client.submit(execute, task, key=key, pure=False, resources={order["place"]: 1})
        self._tasks[key] = asked = Task(future)
        self._spawn(self._follow(key, asked))

    async def watch(self) -> None:
        """Say how much room there is, whenever it changes. Raises OSError when the scheduler cannot be reached."""
        while True:
            self._look.clear()
            assert self._client.scheduler
            known = await asyncio.wait_for(self._client.scheduler.identity(n_workers=-1), ANSWER)
            self._workers = {
                address: tuple(int(worker["resources"].get(place, 0)) for place in PLACES_OF)
                for address, worker in known["workers"].items()
            }
            self._say_room()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._look.wait(), LOOK)

    def _say_room(self) -> None:
        sums = (sum(worker[i] for worker in self._workers.values()) for i in range(len(PLACES_OF)))
        workers = sum(any(worker[:2]) for worker in self._workers.values())
        room = {**dict(zip(PLACES_OF.values(), sums, strict=True)), "workers": workers}
        if room != self._said:
            self._said = room
            self._say({"room": room})

    async def _follow(self, key: str, task: Task) -> None:
        """See a task to its end, and say so where it did not come to an answer of its own."""
        error = await task.future.exception()
        if task.stopped:
            return  # Its worker says when it has stopped.
        del self._tasks[key]
        task.future.release()
        if error is None or isinstance(error, KilledWorker):
            self._say({"key": key, "lost": True})
        else:
            # Not the run's own failure, which is an answer: a worker of another version, say.
            self._say({"key": key, "broken": f"{type(error).__name__}: {error}"})

    async def _stop(self, task: Task) -> None:
        """Cancel a task, and once more when it begins: Dask forgets a cancel that overtakes the task itself."""
        await task.future.cancel()
        if not task.began.is_set():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(task.began.wait(), PATIENCE)
            await task.future.cancel()
        task.future.release()
        self._tasks.pop(str(task.future.key), None)

    def _heard(self, event: tuple[float, dict[str, Any]]) -> None:
        message = event[1]
        if "began" in message and (task := self._tasks.get(message["key"])):
            task.began.set()
        self._say(message)

    def _heard_of_worker(self, event: tuple[float, dict[str, Any]]) -> None:
        message = event[1]
        if message["action"] == "remove-worker":
            self._workers.pop(message["worker"], None)
            self._say_room()
            self._say({"worker_lost": message["worker"]})
        self._look.set()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        spawned = asyncio.create_task(work)
        self._spawned.add(spawned)
        spawned.add_done_callback(self._spawned.discard)
