"""What a worker process does: runs a spec, speaks while it does, and stops when it should.

This module is imported by every worker and knows neither the web nor the database. ``python -m app.runs.worker`` is no
entry: use ``receptive worker`` (``main``), or let the server start ``app.runs.host``.
"""

import contextlib
import json
import os
import threading
import time
import traceback
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from app.lab.messages import Cancelled, Json, LabError, RunSpec
from app.lab.weights import Unready
from app.runs.environment import PACE, for_workers
from app.runs.turns import TimeUp, Turn, Turns


def execute(task: str) -> None:
    """Run one spec: a Dask task whose argument is JSON text and whose answer is the last thing it says.

    ``task`` holds ``spec``, ``topic`` (where to speak), ``limit`` (seconds) and ``slack`` (seconds beyond it until a
    step must come). The answer is a head with ``status`` (``done``, ``failed``, ``cancelled``, ``overrun``),
    ``device``, ``seconds``, ``error``, ``lasting``, and the result's own text.
    It is said, not returned: to gather it would take Dask as long again as to run it.
    """
    asked = json.loads(task)
    worker = get_worker()
    overseer = worker.plugins.setdefault(Overseer.name, Overseer())
    assert isinstance(overseer, Overseer)
    turn = Turn(asked["limit"], asked["slack"])
    speaker = Speaker(worker, str(worker.get_current_task()), asked["topic"], turn, overseer.turns)
    with overseer.watch(speaker):
        head, text = _attempt(RunSpec.from_json(asked["spec"]), speaker)
    speaker.end({**head, "seconds": speaker.turn.seconds}, text)


def _attempt(spec: RunSpec, speaker: "Speaker") -> tuple[dict[str, Json], str]:
    try:
        speaker.check()
        from app.lab.experiments import run

        result = run(spec, speaker)
        return {"status": "done", "device": result["device"]}, json.dumps(result, allow_nan=False)
    except LabError as error:
        return {"status": "failed", "error": error.as_json(), "lasting": not isinstance(error, Unready)}, ""
    except Cancelled:
        return {"status": "cancelled"}, ""
    except TimeUp:
        return {"status": "overrun"}, ""
    except Exception as error:
        # torch says so in words, in a RuntimeError.
        if isinstance(error, MemoryError) or "memory" in str(error):
            message = "this run needs more memory than the lab gives one"
            return _broken(LabError(message, mend="try a smaller input or network")), ""
        traceback.print_exc()
        message = f"the lab broke on this run: {type(error).__name__}: {error}"
        return _broken(LabError(message, mend="please report it")), ""


def _broken(error: LabError) -> dict[str, Json]:
    return {"status": "failed", "error": error.as_json(), "lasting": False}


class Speaker:
    """The ``Reporter`` of one run. Its state lives on the worker's event loop, so the run itself never waits."""

    def __init__(self, worker: Worker, key: str, topic: str, turn: Turn, turns: Turns) -> None:
        self.worker, self.key, self.topic = worker, key, topic
        self.turn, self._turns = turn, turns
        self._waiting: dict[str, Any] = {}
        # Nothing is said of the first tenth of a second: most counts are done by then.
        self._last = time.monotonic()
        self._due = False
        self._ended = False

    def progress(self, step: str, done: int, of: int) -> None:
        self.worker.loop.add_callback(self._offer, "progress", {"step": step, "done": done, "of": of})

    def partial(self, result: dict[str, Json]) -> None:
        # Written out now: the experiment goes on changing what it gave.
        self.worker.loop.add_callback(self._offer, "partial", json.dumps(result, allow_nan=False))

    def check(self) -> None:
        self._turns.step(self.turn)

    def say(self, **message: Any) -> None:
        self.worker.log_event(self.topic, {"key": self.key, **message})

    def end(self, head: dict[str, Json], text: str) -> None:
        self._ended = True
        self.say(head=head, text=text)

    def _offer(self, kind: str, value: Any) -> None:
        """Send at once where the last message is long enough ago; otherwise let the newest of each kind wait."""
        self._waiting[kind] = value
        if not self._due:
            self._due = True
            self.worker.loop.call_later(max(0.0, self._last + PACE - time.monotonic()), self._send)

    def _send(self) -> None:
        self._due = False
        self._last = time.monotonic()
        message, self._waiting = self._waiting, {}
        if not self._ended:
            self.say(**message)


class Overseer(WorkerPlugin):
    """Holds a worker's runs to their time, and tells them when nobody waits for them any more.

    A run that has to be ended takes its process with it (``faulthandler`` does so without the interpreter's lock);
    the nanny starts another.
    """

    name = "receptive"

    def __init__(self) -> None:
        self.turns = Turns()
        self._speakers: dict[str, Speaker] = {}

    @contextlib.contextmanager
    def watch(self, speaker: Speaker) -> Iterator[None]:
        self._speakers[speaker.key] = speaker
        speaker.say(began=speaker.worker.address)
        task = speaker.worker.state.tasks.get(speaker.key)
        if task is None or task.state == "cancelled":
            self.turns.stop(speaker.turn)
        try:
            yield
        finally:
            self.turns.leave(speaker.turn)
            del self._speakers[speaker.key]

    def transition(self, key: object, start: str, finish: str, **_: Any) -> None:  # noqa: ARG002
        """Dask's hook for every change of a task's state, called on the event loop."""
        if finish in ("cancelled", "released") and (speaker := self._speakers.get(str(key))):
            self.turns.stop(speaker.turn)


async def dask_setup(worker: Worker) -> None:
    """Dask's hook for a preloaded module: load torch in the background, so that the first run need not."""
    _bound(worker.memory_manager.memory_limit)
    # By default it waits 2 ms between messages: the word that a run began would hold up its answer.
    worker.batched_stream.interval = 0.0005
    await worker.plugin_add(Overseer(), name=Overseer.name)
    threading.Thread(target=_warm, name="load torch", daemon=True).start()


def _bound(memory: int | None) -> None:
    """Let an allocation fail in words before the nanny has to end the worker. CUDA maps too much for such a bound."""
    if memory and os.environ.get("CUDA_VISIBLE_DEVICES") == "":
        with contextlib.suppress(ImportError):
            import resource

            bound = int(0.9 * memory)
            resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))


def _warm() -> None:
    """Load what experiments need; first what a count needs, which may be asked for already."""
    from app.lab.experiments import MODULES

    for name in tuple(MODULES.values()):
        with contextlib.suppress(ImportError):
            import_module(name)
    with contextlib.suppress(ImportError):
        import app.lab.experiments.build  # noqa: F401


def main(scheduler_address: str, workers: int = 1, memory: int = 2 << 30) -> None:
    """Serve the lab of another machine until told to stop: ``receptive worker tcp://…``."""
    import asyncio

    from app.runs.host import serve_elsewhere

    for name in os.environ.keys() - for_workers(os.environ).keys():
        del os.environ[name]
    os.environ.update(for_workers(os.environ))
    asyncio.run(serve_elsewhere(scheduler_address, workers, memory))
