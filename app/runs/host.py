"""The lab's own process beside the server: Dask's scheduler, the keepers of its workers, and the line to the server.

The server starts it (``python -m app.runs.host``) and speaks with it in lines of JSON over its standard input and
output, so that the server itself loads no Dask and unpickles nothing. When the input closes, because the server stopped
or was killed, this process ends its workers and itself: nothing is left behind.
"""

import asyncio
import contextlib
import glob
import importlib.metadata
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing import resource_tracker
from typing import Any

import dask
from distributed import Nanny, Scheduler, Security

from app.runs.dispatcher import Dispatcher
from app.runs.environment import DASK, PLACES

#: Seconds that a worker may be missing before all of them are started anew.
PATIENCE = 15


def main() -> None:
    """Serve the server on the other end of standard input and output.

    Its first line says ``{"scheduler", "workers", "memory"}``: the address of a scheduler elsewhere, or null to have
    one here with so many workers of so many bytes; ``preload`` may name more modules for the workers to load. The
    lines after it are a ``Dispatcher``'s orders.
    """
    # What a library prints must not come between the lines of JSON.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(message: dict[str, Any]) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    asyncio.run(_serve(say, **json.loads(sys.stdin.readline())))


async def _serve(
    say: Callable[[dict[str, Any]], None],
    scheduler: str | None,
    workers: int,
    memory: int,
    preload: Sequence[str] = (),
) -> None:
    dask.config.set(DASK)
    # That a worker was lost is for the engine to tell.
    logging.getLogger("distributed.scheduler").setLevel(logging.CRITICAL)
    folder = tempfile.mkdtemp(prefix="receptive-lab-")
    nannies: list[Nanny] = []
    gone = asyncio.Event()
    try:
        security = None
        if scheduler is None:
            # Whoever can speak to a scheduler can run code as its user: only those who hold this key can.
            security = Security.temporary()
            loopback = {"host": "127.0.0.1", "protocol": "tls", "security": security}
            here = await Scheduler(port=0, dashboard=False, dashboard_address="127.0.0.1:0", **loopback)
            scheduler = here.address
            nannies += _nannies(scheduler, workers, memory, folder, preload, **loopback)
        async with Dispatcher(scheduler, say, security) as dispatcher:
            loop = asyncio.get_running_loop()
            threading.Thread(target=_listen, args=(loop, dispatcher.obey, gone), daemon=True).start()
            async with asyncio.TaskGroup() as group:
                # Whichever breaks ends them all; the server starts another lab.
                group.create_task(dispatcher.watch())
                group.create_task(_keep(nannies))
                await gone.wait()
                _end(nannies, folder)
    except Exception as error:
        say({"trouble": _explain(error, scheduler if not nannies else None)})
    finally:
        _end(nannies, folder)


def _listen(loop: asyncio.AbstractEventLoop, obey: Callable[[dict[str, Any]], None], gone: asyncio.Event) -> None:
    for line in sys.stdin:
        loop.call_soon_threadsafe(obey, json.loads(line))
    loop.call_soon_threadsafe(gone.set)
    # Should the loop hang, go all the same: the workers notice, and follow.
    time.sleep(3)
    os._exit(1)


async def _keep(nannies: Sequence[Nanny]) -> None:
    """Start the workers, and raise when one is not replaced by its nanny: Dask does not try that twice."""
    await asyncio.gather(*nannies)
    missing = 0
    while missing < PATIENCE:
        await asyncio.sleep(1)
        missing = missing + 1 if any(nanny.pid is None for nanny in nannies) else 0
    raise RuntimeError("a worker could not be replaced")


async def serve_elsewhere(scheduler: str, workers: int, memory: int, preload: Sequence[str] = ()) -> None:
    """Keep workers for a scheduler on another machine, until a signal comes or that scheduler goes.

    ``workers`` are those on the processors, of ``memory`` bytes each; every GPU has one beside them.
    """
    dask.config.set(DASK)
    folder = tempfile.mkdtemp(prefix="receptive-lab-")
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if not (nannies := _nannies(scheduler, workers, memory, folder, preload)):
        raise SystemExit("there is no GPU here that torch can use, and no other worker was asked for")
    try:
        ends = [asyncio.ensure_future(end) for end in (stop.wait(), _keep(nannies))]
        for ended in (await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED))[0]:
            ended.result()
    except Exception as error:
        _explain(error)
    finally:
        _end(nannies, folder, 0 if stop.is_set() else 1)


def _nannies(
    scheduler: str, workers: int, memory: int, folder: str, preload: Sequence[str] = (), **more: Any
) -> list[Nanny]:
    # One process a GPU, whose runs take turns; from the others it is hidden, or each would take some of its memory.
    places = [("CPU", "", 1)] * workers + [("SHORT", "", 1)] * min(workers, 1)
    places += [("GPU", name, PLACES) for name in _gpus()]
    return [
        Nanny(
            scheduler,
            nthreads=number,
            memory_limit=number * memory,
            local_directory=folder,
            preload=["app.runs.worker", *preload],
            dashboard=False,
            resources={place: number},
            env={"CUDA_VISIBLE_DEVICES": gpu},
            **more,
        )
        for place, gpu, number in places
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


def _explain(error: Exception, scheduler: str | None = None) -> str:
    """Print a line where the network is at fault, everything where we are. What is wrong, without addresses."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error.__cause__, OSError | TimeoutError):
        error = error.__cause__  # Dask wraps what kept a worker from starting
    if isinstance(error, OSError | TimeoutError):
        print(f"the lab lost its scheduler: {type(error).__name__} {error}", file=sys.stderr)
        return "no scheduler answers at the address in RECEPTIVE_SCHEDULER" if scheduler else "its scheduler is lost"
    traceback.print_exception(error)
    return f"its process broke ({type(error).__name__}); the log says more"


def _end(nannies: Sequence[Nanny], folder: str, status: int = 0) -> None:
    """End every worker and this process at once: what they did is repeatable, and will be asked for again."""
    for nanny in nannies:
        with contextlib.suppress(ProcessLookupError, ChildProcessError, AttributeError, TypeError):
            pid = nanny.pid
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    # It would end by itself a moment later, with nobody left to take note of it.
    with contextlib.suppress(Exception):
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(status)


if __name__ == "__main__":
    main()
