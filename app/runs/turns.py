"""The runs of one worker process take turns, a step each, so that a short one is not held up by a long one.

A processor's worker has one run at a time and no turns to take. A GPU's has several threads, one for each run; whoever
has the turn computes, up to its next ``Reporter.check``. What torch draws goes on for each where it was, so a run gives
the same numbers in company as alone.
"""

import faulthandler
import os
import sys
import threading
import time
from collections import deque
from typing import Any

from app.lab.messages import Cancelled
from app.runs.environment import GRACE, SLACK

#: Where a worker that is ended writes what it was doing: the engine logs which run it was.
_SILENCE = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process
#: Seconds that a turn lasts at the least: to pass it on costs a third of a millisecond.
SLICE = 0.01


class TimeUp(Exception):
    """Raised at a step boundary in a run that has had its time."""


class Turn:
    """One run's part in the turns. ``limit`` is how many seconds it may compute, waiting for its turn left out.

    One that comes to no step ``slack`` seconds after that is ended with its process.
    """

    def __init__(self, limit: float, slack: float = SLACK) -> None:
        self.limit, self.stopped, self._slack = limit, False, slack
        self._used, self._since, self._got = 0.0, 0.0, 0.0

    @property
    def seconds(self) -> float:
        """How long it has computed; exact once its turns are over."""
        return self._used

    def begin(self) -> None:
        self._since = self._got = time.monotonic()
        end_unless(GRACE if self.stopped else self.limit - self._used + self._slack)

    @property
    def fresh(self) -> bool:
        """Whether it has only just begun to compute."""
        return self._since - self._got < SLICE

    def count(self) -> None:
        now = time.monotonic()
        self._used, self._since = self._used + now - self._since, now

    def pause(self) -> None:
        faulthandler.cancel_dump_traceback_later()
        self.count()


class Turns:
    """The line in which the runs of a process stand; its first has the turn."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._line: deque[Turn] = deque()

    def step(self, turn: Turn) -> None:
        """Let the others have a step each. Raises Cancelled and TimeUp; whoever is new joins the line."""
        with self._changed:
            if turn.stopped:
                raise Cancelled
            if self._line and self._line[0] is turn:
                turn.count()
                if turn.seconds >= turn.limit:
                    raise TimeUp
                if len(self._line) == 1 or turn.fresh:
                    return
                turn.pause()
                self._line.rotate(-1)
                self._changed.notify_all()
            else:
                self._line.append(turn)
            drawn = _drawn()
            self._changed.wait_for(lambda: turn.stopped or self._line[0] is turn)
            if turn.stopped:
                raise Cancelled
            _draw_on(drawn)
            turn.begin()

    def leave(self, turn: Turn) -> None:
        """Stand in the line no more; may be said twice."""
        with self._changed:
            if turn in self._line:
                if self._line[0] is turn:
                    turn.pause()
                self._line.remove(turn)
                self._changed.notify_all()

    def stop(self, turn: Turn) -> None:
        """Have a run stop at its next step, or at once where it waits for its turn; else it is ended after a grace."""
        with self._changed:
            turn.stopped = True
            if self._line and self._line[0] is turn:
                end_unless(GRACE)
            self._changed.notify_all()


def end_unless(seconds: float) -> None:
    """End this process after so many seconds unless that is called off; needs nothing of the interpreter then."""
    faulthandler.dump_traceback_later(max(0.01, seconds), exit=True, file=_SILENCE)


def _drawn() -> Any:
    """Where torch's own generators are; None before it is there."""
    torch: Any = sys.modules.get("torch")
    # While another thread loads it, its generators crash the process.
    if torch is None or getattr(torch.__spec__, "_initializing", False):
        return None
    return torch.get_rng_state(), torch.cuda.get_rng_state() if torch.cuda.is_initialized() else None


def _draw_on(drawn: Any) -> None:
    if drawn is not None:
        torch: Any = sys.modules["torch"]
        torch.set_rng_state(drawn[0])
        if drawn[1] is not None:
            torch.cuda.set_rng_state(drawn[1])
