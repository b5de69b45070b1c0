"""Between the server's lines of JSON and Dask: orders become tasks, and what becomes of them is said back.

Orders are ``{"run": key, "task": {…}, "gpu": bool}`` and ``{"stop": key}``. What is said back is what the worker says,
with the ``key``: ``began`` (its address), ``progress``, ``partial``, and the answer as ``head`` and ``text``; then
``{"key", "lost": true}`` where no answer can come any more, ``{"key", "broken": why}`` where Dask could not run it,
``{"worker_lost": address}``, and ``{"room": {"threads", "gpus", "workers"}}`` when that changes.
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from distributed import Client, Future, KilledWorker

from app.runs.worker import execute

#: Seconds between two looks at the scheduler where nothing was heard of its workers.
LOOK = 2.0


class Dispatcher:
    """One server's line to a scheduler at ``address``. ``say`` takes what the server is to hear."""

    def __init__(self, address: str, say: Callable[[dict[str, Any]], None]) -> None:
        self._say = say
        #: Where this server's runs speak; another server on the same scheduler has its own.
        self._topic = f"receptive-{uuid.uuid4().hex}"
        self._client = Client(address, asynchronous=True, set_as_default=False, direct_to_workers=False)
        self._futures: dict[str, Future[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
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
            if stopped := self._futures.pop(order["stop"], None):
                self._spawn(stopped.cancel())
            return
        key, task = order["run"], json.dumps({**order["task"], "topic": self._topic})
        resources = {"GPU": 1} if order["gpu"] else None
        future = self._client.submit(execute, task, key=key, pure=False, resources=resources)
        self._futures[key] = future
        self._spawn(self._follow(key, future))

    async def watch(self) -> None:
        """Say how much room there is, whenever it changes. Raises OSError when the scheduler cannot be reached."""
        said: dict[str, int] = {}
        while True:
            self._look.clear()
            assert self._client.scheduler
            known = await asyncio.wait_for(self._client.scheduler.identity(n_workers=-1), 10)
            workers = known["workers"].values()
            room = {
                "threads": sum(worker["nthreads"] for worker in workers),
                "gpus": int(sum(worker["resources"].get("GPU", 0) for worker in workers)),
                "workers": len(workers),
            }
            if room != said:
                said = room
                self._say({"room": room})
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._look.wait(), LOOK)

    async def _follow(self, key: str, future: "Future[None]") -> None:
        """See a task to its end, and say so where it did not come to an answer of its own."""
        try:
            error = await future.exception()
            if self._futures.pop(key, None) is None:
                return  # It was told to stop, and its worker says when it has.
            if error is None or isinstance(error, KilledWorker):
                self._say({"key": key, "lost": True})
            else:
                # Not the run's own failure, which is an answer: a worker of another version, say.
                self._say({"key": key, "broken": f"{type(error).__name__}: {error}"})
        finally:
            future.release()

    def _heard(self, event: tuple[float, dict[str, Any]]) -> None:
        self._say(event[1])

    def _heard_of_worker(self, event: tuple[float, dict[str, Any]]) -> None:
        if event[1]["action"] == "remove-worker":
            self._say({"worker_lost": event[1]["worker"]})
        self._look.set()

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
