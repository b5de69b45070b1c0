"""What time it is for those who learn: the one clock behind attempts, levels, reviews and goals.

What a machine does (a run, a rate limit, a cache) has the machine's own time.
"""

import time
from collections.abc import Callable

from starlette.requests import Request

DAY = 86_400


def ahead(days: float) -> Callable[[], float]:
    """A clock that runs so many days ahead, so that what fades can be seen fading."""
    return lambda: time.time() + days * DAY


def now(request: Request) -> float:
    """UTC epoch seconds."""
    read: Callable[[], float] = request.app.state.clock
    return read()
