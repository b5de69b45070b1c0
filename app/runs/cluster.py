"""The server's end of the line to the lab's process, kept up for as long as the server lives.

Whatever breaks, the process, its scheduler or the line to one elsewhere, it is started again; the engine hears of
it and asks again for what was lost.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.lab.weights import VARIABLE
from app.runs.environment import for_workers
from app.settings import Settings

log = logging.getLogger(__name__)

#: Seconds before a lab that broke is started again, after which one counts as sound, and that one has to end.
AGAIN, STEADY, PATIENCE = 0.5, 10.0, 5.0
#: Bytes that one line from the lab may hold: a result.
LINE = 64 << 20


class Listener(Protocol):
    """What the engine wants to hear, said on its event loop."""

    def heard(self, message: dict[str, Any]) -> None:
        """Something about the attempt ``message["key"]``."""

    def worker_lost(self, address: str | None) -> None:
        """A worker is gone, and what it was doing with it; None: all of them are."""

    def room_changed(self) -> None:
        """Workers came or went."""


@dataclass(frozen=True)
class Room:
    """How many runs can go on at once, on processors and on GPUs, and in how many processes.

    ``shorts`` are beside them: what is short goes there rather than wait behind what is long.
    """

    cpus: int = 0
    gpus: int = 0
    shorts: int = 0
    workers: int = 0


class Cluster:
    """The lab as the engine sees it. ``keep`` runs beside the server until it is cancelled."""

    #: Modules with further experiments for the workers to load.
    preload: Sequence[str] = ()

    def __init__(self, settings: Settings, listener: Listener) -> None:
        self._settings, self._listener = settings, listener
        self.room = Room()
        #: What the lab's process said before it ended; empty while there are workers.
        self._trouble = ""
        self._orders: asyncio.StreamWriter | None = None

    @property
    def trouble(self) -> str:
        """Why there is no worker, in words for an operator; empty where there is one."""
        if self.room.workers:
            return ""
        if self._settings.scheduler and not self._trouble:
            return "no worker has come to the scheduler: start `receptive worker` with its address"
        return self._trouble or "its workers have not come up yet"

    async def keep(self) -> None:
        """Have a lab, and start over when it breaks."""
        pause = AGAIN
        while True:
            started = time.monotonic()
            try:
                await self._serve()
            except OSError as error:
                self._trouble = "its process could not be started"
                log.warning("the lab could not be started: %s", error)
            except Exception:
                # What one message breaks must not be the end of the lab.
                self._trouble = "what it said could not be understood; the log says more"
                log.exception("the line to the lab broke")
            finally:
                self._orders, self.room = None, Room()
                self._listener.worker_lost(None)
            # A lab that cannot start is tried less and less often.
            pause = AGAIN if time.monotonic() - started > STEADY else min(2 * pause, STEADY)
            log.warning("the lab's process ended; it is started again in %g s", pause)
            await asyncio.sleep(pause)

    def run(self, key: str, task: dict[str, Any], place: str) -> None:
        """Give a task to a worker of this kind of place (``GPU``, ``CPU``, ``SHORT``); only where there is room."""
        self._order({"run": key, "task": task, "place": place})

    def stop(self, key: str) -> None:
        """Tell a worker that nobody waits for its answer any more."""
        self._order({"stop": key})

    def _order(self, order: dict[str, Any]) -> None:
        if self._orders is not None:
            self._orders.write(json.dumps(order).encode() + b"\n")

    async def _serve(self) -> None:
        settings = self._settings
        weights = {VARIABLE: str(settings.weights.absolute())} if settings.weights else {}
        lab = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.runs.host"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE,
            env={**for_workers(os.environ), **weights},
            # Ctrl-C in a terminal goes to the server alone, which ends the lab in its own time.
            start_new_session=True,
        )
        assert lab.stdin
        assert lab.stdout
        try:
            self._orders = lab.stdin
            bounds = {"workers": settings.lab_workers, "memory": settings.lab_memory}
            self._order({"scheduler": settings.scheduler, **bounds, "preload": list(self.preload)})
            async for line in lab.stdout:
                self._hear(json.loads(line))
        finally:
            lab.stdin.close()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(lab.wait(), PATIENCE)
            with contextlib.suppress(ProcessLookupError):
                lab.kill()

    def _hear(self, message: dict[str, Any]) -> None:
        if "room" in message:
            self.room, self._trouble = Room(**message["room"]), ""
            self._listener.room_changed()
        elif "trouble" in message:
            self._trouble = message["trouble"]
        elif "worker_lost" in message:
            self._listener.worker_lost(message["worker_lost"])
        else:
            self._listener.heard(message)
