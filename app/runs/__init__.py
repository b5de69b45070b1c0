"""A run's life: asked for, queued, run by a worker, stored once, streamed to everyone who waits.

The names are loaded when they are first used, so that a worker process, which shares this package, starts without the
database's libraries.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.runs.run import Event as Event
    from app.runs.run import Run as Run
    from app.runs.runs import QueueFull as QueueFull
    from app.runs.runs import Runs as Runs

__all__ = ["Event", "QueueFull", "Run", "Runs"]


def __getattr__(name: str) -> object:
    if name in ("Runs", "QueueFull"):
        from app.runs import runs

        return getattr(runs, name)
    if name in ("Run", "Event"):
        from app.runs import run

        return getattr(run, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
