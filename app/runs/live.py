"""A run that has not ended: its newest state, what was said about it, and who listens."""

import asyncio
import time
from collections import deque
from dataclasses import replace
from typing import Any, Literal

from app.runs.run import Event, Run

#: Events kept for those who come late; each holds the whole state, so a gap loses nothing but steps.
KEPT = 64
#: Seconds of running before it is guessed how many more there will be.
SOON = 1.0


class Live:
    """One run while it is wanted. Everything happens on the server's event loop."""

    def __init__(self, run: Run, learners: set[str], own: bool = False) -> None:
        self.run, self.learners = run, learners
        #: A lesson's own lab as its author wrote it, which goes before free play.
        self.own = own
        self.attempt: Attempt | None = None
        #: Its worker was lost while other runs took turns there: whose fault it was shows where it is alone.
        self.apart = False
        #: It took longer than short runs may.
        self.long = False
        #: Who waited for it by the database when it was last looked at.
        self._noted: frozenset[str] = frozenset()
        #: Ends once the promise stands in the database, so that the run's end is never written before it; with the run
        #: as it stands there where another server carries it.
        self.promise: asyncio.Task[Run | None] | None = None
        #: It turned out that another server carries it: what happens to it is read from the database.
        self.elsewhere = False
        #: Set once the row says how it ended.
        self.stored = asyncio.Event()
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._number = 0
        self._changed = asyncio.Event()

    def publish(self, kind: Literal["state", "progress", "partial"], **changes: Any) -> None:
        """Move to a new state and tell everyone who listens."""
        self.run = replace(self.run, **changes)
        self._number += 1
        self._events.append(Event(self._number, kind, self.run))
        self.wake()

    def heard_of(self, waiting: frozenset[str]) -> None:
        """Take in who came and went at other servers: what changed in the database since it was last looked at."""
        self.learners = (self.learners | (waiting - self._noted)) - (self._noted - waiting)
        self._noted = waiting

    def wake(self) -> None:
        """Make every listener look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self) -> None:
        """Wait for the next event."""
        await self._changed.wait()

    def since(self, number: int) -> list[Event]:
        """The events after ``number``, or all that are kept where that number is from before a restart."""
        if number > self._number:
            number = 0
        return [event for event in self._events if event.number > number]


class Attempt:
    """One try of one run on one worker."""

    def __init__(self, live: Live, key: str, gpu: bool, short: bool = False) -> None:
        self.live, self.key, self.gpu = live, key, gpu
        #: It is in the place for short runs, and has no more time there than those.
        self.short = short
        #: What the worker answered: a head and the result's text.
        self.answer: tuple[dict[str, Any], str] | None = None
        #: The worker that took it, and the monotonic time at which it said so.
        self.worker: str | None = None
        self.began: float | None = None
        #: Seconds that it had left by its steps, and when that was said.
        self._left: tuple[float, float] | None = None
        #: Other runs took turns with it when its worker was lost.
        self.in_company = False
        self.deadline: asyncio.TimerHandle | None = None
        #: Its answer is there, or of no use any more, or cannot come since its worker is lost.
        self.over = asyncio.Event()
        #: Its worker let go of it, and is free.
        self.let_go = asyncio.Event()

    @property
    def wanted(self) -> bool:
        """Whether what comes of it is what the run is waiting for."""
        return self.live.attempt is self and not self.live.run.ended

    def remaining(self, progress: dict[str, Any]) -> float | None:
        """Seconds still to go, where the steps to come take as long as those behind; None before any is."""
        done, of = progress.get("done"), progress.get("of")
        if not isinstance(done, int) or not isinstance(of, int) or not 0 < done <= of or self.seconds < SOON:
            return None
        remaining = self.seconds * (of - done) / done
        self._left = remaining, time.monotonic()
        return round(remaining, 1)

    @property
    def left(self) -> float | None:
        """Seconds still to go, as its last progress had it; None where that says nothing."""
        return None if self._left is None else max(0.0, self._left[0] - (time.monotonic() - self._left[1]))

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return 0.0 if self.began is None else time.monotonic() - self.began
