"""The process that holds the lab's scheduler and looks after its workers.

The server starts it with ``python -m app.runs.host`` and a pipe on its standard input. When that pipe closes, because
the server stopped or was killed, this process ends its workers and itself: nothing is left behind.
"""

import asyncio
import contextlib
import glob
import importlib.metadata
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from typing import Any

import dask
from distributed import Nanny, Scheduler

from app.runs.environment import DASK


def main() -> None:
    """Read ``{"workers", "memory"}`` from a line of input, print the scheduler's address, serve until the input ends.

    ``preload`` may name more modules that the workers load.
    """
    asyncio.run(_serve(**json.loads(sys.stdin.readline())))


async def _serve(workers: int, memory: int, preload: Sequence[str] = ()) -> None:
    dask.config.set(DASK)
    folder = tempfile.mkdtemp(prefix="receptive-lab-")
    parent_gone = asyncio.Event()
    threading.Thread(target=_watch_parent, args=(asyncio.get_running_loop(), parent_gone), daemon=True).start()
    async with Scheduler(host="127.0.0.1", port=0, dashboard=False) as scheduler:
        print(scheduler.address, flush=True)
        nannies = _nannies(scheduler.address, workers, memory, folder, preload, host="127.0.0.1")
        starting = asyncio.gather(*nannies)
        await parent_gone.wait()
        starting.cancel()
        _end(nannies, folder)


async def serve_elsewhere(scheduler_address: str, workers: int, memory: int) -> None:
    """Look after workers of a scheduler on another machine, until a signal comes or the scheduler goes."""
    dask.config.set(DASK)
    folder = tempfile.mkdtemp(prefix="receptive-lab-")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    nannies = _nannies(scheduler_address, workers, memory, folder)
    try:
        await asyncio.gather(*nannies)
        finished = [asyncio.ensure_future(nanny.finished()) for nanny in nannies]
        await asyncio.wait([*finished, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    finally:
        _end(nannies, folder)


def _nannies(
    scheduler: str, workers: int, memory: int, folder: str, preload: Sequence[str] = (), **more: Any
) -> list[Nanny]:
    gpus = _gpus()
    return [
        Nanny(
            scheduler,
            nthreads=1,
            memory_limit=memory,
            local_directory=folder,
            preload=["app.runs.worker", *preload],
            dashboard=False,
            # One process a GPU; the others must not see it, or each would take its memory.
            resources={"GPU": 1} if number < len(gpus) else {},
            env={"CUDA_VISIBLE_DEVICES": gpus[number] if number < len(gpus) else ""},
            **more,
        )
        for number in range(max(workers, len(gpus)))
    ]


def _gpus() -> list[str]:
    """The GPUs that this machine's torch can use, as ``CUDA_VISIBLE_DEVICES`` names them; torch is not loaded."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        if "+cpu" in importlib.metadata.version("torch"):
            return []
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return [name for name in chosen.split(",") if name.strip()]
    return [str(number) for number in range(len(glob.glob("/dev/nvidia[0-9]*")))]


def _watch_parent(loop: asyncio.AbstractEventLoop, gone: asyncio.Event) -> None:
    sys.stdin.read()
    loop.call_soon_threadsafe(gone.set)
    # Should the loop hang, go all the same: the workers notice and follow.
    threading.Event().wait(3)
    os._exit(1)


def _end(nannies: list[Nanny], folder: str) -> None:
    """End every worker and this process at once: what they did is repeatable, and their rows will be tried again."""
    for nanny in nannies:
        with contextlib.suppress(ProcessLookupError, AttributeError, TypeError):
            os.kill(nanny.pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
