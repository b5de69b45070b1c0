"""The way to the workers: Dask's scheduler, a child of ours by default or one on the network.

It keeps the connection for as long as the server lives. Whatever breaks, the scheduler, its process or the line to it,
is started or dialled again; the engine hears of it and asks again for what was lost.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from app.runs.environment import DASK, for_workers
from app.settings import Settings

if TYPE_CHECKING:
    from distributed import Client, Future

log = logging.getLogger(__name__)

#: Seconds between two looks at a scheduler that is up, and before a broken one is tried again.
LOOK, AGAIN = 2.0, 0.5


class Listener(Protocol):
    """What the engine wants to hear, said on its event loop."""

    def heard(self, message: dict[str, Any]) -> None:
        """A worker spoke about the run of ``message["key"]``."""

    def worker_lost(self, address: str) -> None:
        """A worker is gone, and what it was doing with it."""

    def room_changed(self) -> None:
        """Workers came or went; with no threads left, the scheduler itself may be gone."""


@dataclass(frozen=True)
class Room:
    """How many runs can go on at once: worker threads in all, and how many of them have a GPU."""

    threads: int = 0
    gpus: int = 0
    workers: int = 0


class Cluster:
    """The connection to a scheduler. ``keep`` runs beside the server until it is cancelled."""

    def __init__(self, settings: Settings, listener: Listener) -> None:
        self._settings, self._listener = settings, listener
        #: Where this server's runs speak; another server on the same scheduler has its own.
        self.topic = f"receptive-{uuid.uuid4().hex}"
        self.room = Room()
        self._client: Client | None = None
        self._look = asyncio.Event()

    async def keep(self) -> None:
        """Bring a scheduler up, hold the line, and start over when either breaks."""
        while True:
            try:
                async with self._scheduler() as address, self._line(address) as client:
                    await self._watch(client)
            except (TimeoutError, OSError, EOFError, RuntimeError) as error:
                log.warning("the lab is away and will be tried again: %s: %s", type(error).__name__, error)
            finally:
                self.room = Room()
                self._listener.room_changed()
            await asyncio.sleep(AGAIN)

    def submit(self, task: dict[str, Any], key: str, gpu: bool) -> "Future[tuple[str, str]]":
        """Send a task to a worker. Only to be called where there is room."""
        from app.runs.worker import execute

        if self._client is None:
            raise RuntimeError("the lab is away")
        text = json.dumps({**task, "topic": self.topic})
        return self._client.submit(execute, text, key=key, pure=False, resources={"GPU": 1} if gpu else None)

    @contextlib.asynccontextmanager
    async def _scheduler(self) -> AsyncIterator[str]:
        """The address of the operator's scheduler, or of one started in a child process with its workers."""
        if self._settings.scheduler:
            yield self._settings.scheduler
            return
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.runs.host"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=for_workers(os.environ),
            # Ctrl-C in a terminal goes to the server alone, which ends the child in its own order.
            start_new_session=True,
        )
        assert child.stdin
        assert child.stdout
        try:
            asked = {"workers": self._settings.lab_workers, "memory": self._settings.lab_memory}
            child.stdin.write(json.dumps(asked).encode() + b"\n")
            address = (await child.stdout.readline()).decode().strip()
            if not address:
                raise RuntimeError("the lab's process ended before it began")
            yield address
        finally:
            child.stdin.close()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(child.wait(), 5)
            with contextlib.suppress(ProcessLookupError):
                child.kill()

    @contextlib.asynccontextmanager
    async def _line(self, address: str) -> "AsyncIterator[Client]":
        Client = await asyncio.to_thread(_import_client)
        async with Client(address, asynchronous=True, set_as_default=False, direct_to_workers=False) as client:
            # By default it waits 10 ms between messages, to gather graphs of thousands of tasks.
            client.scheduler_comm.interval = 0.001
            client.subscribe_topic(self.topic, self._hear)
            client.subscribe_topic("all", self._hear_of_worker)
            self._client = client
            try:
                yield client
            finally:
                self._client = None

    async def _watch(self, client: "Client") -> None:
        while True:
            self._look.clear()
            assert client.scheduler
            known = await asyncio.wait_for(client.scheduler.identity(n_workers=-1), 10)
            workers = known["workers"].values()
            room = Room(
                threads=sum(worker["nthreads"] for worker in workers),
                gpus=int(sum(worker["resources"].get("GPU", 0) for worker in workers)),
                workers=len(workers),
            )
            if room != self.room:
                self.room = room
                self._listener.room_changed()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._look.wait(), LOOK)

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        self._listener.heard(event[1])

    def _hear_of_worker(self, event: tuple[float, dict[str, Any]]) -> None:
        if event[1]["action"] == "remove-worker":
            self._listener.worker_lost(event[1]["worker"])
        self._look.set()


def _import_client() -> "type[Client]":
    """Import Dask off the event loop: a third of a second in which pages are served."""
    import dask

    dask.config.set(DASK)
    from distributed import Client

    return Client
