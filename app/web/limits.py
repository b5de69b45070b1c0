"""How much one student or address may send in a minute, so that nobody is crowded out and no password is guessed.

Counted in memory, by process: with several web processes the limits add up.
"""

import math
import time

from fastapi import Depends
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from app.settings import Settings
from app.web import sessions
from app.web.problems import Problem

#: Sign-ins that one address may try for every one that one email may: a class behind one address signs in at once.
ADDRESS_FACTOR = 6


class Limits:
    """The counters of one process."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._items = {
            "answers": RateLimitItemPerMinute(settings.answers_per_minute),
            "runs": RateLimitItemPerMinute(settings.runs_per_minute),
            "shares": RateLimitItemPerMinute(settings.shares_per_minute),
            "searches": RateLimitItemPerMinute(settings.searches_per_minute),
            "comments": RateLimitItemPerMinute(settings.comments_per_minute),
            "sign-ins": RateLimitItemPerMinute(settings.sign_ins_per_minute),
            "sign-ins-address": RateLimitItemPerMinute(settings.sign_ins_per_minute * ADDRESS_FACTOR),
        }

    def hit(self, what: str, who: str) -> None:
        """Count one. Raises Problem (429, with Retry-After) where it is one too many."""
        item = self._items[what]
        if not self._limiter.hit(item, what, who):
            reset = self._limiter.get_window_stats(item, what, who).reset_time
            seconds = max(1, math.ceil(reset - time.time()))
            raise Problem(429, headers={"Retry-After": str(seconds)}, retry_after=seconds)


def address(request: Request) -> str:
    """The address a request came from."""
    return request.client.host if request.client else "unknown"


def who(request: Request) -> str:
    """Whom a request counts against: the student, or the address while there is no session."""
    visitor = sessions.visitor(request)
    return f"address {address(request)}" if visitor.fresh else visitor.id


async def _answers(request: Request) -> None:
    request.app.state.limits.hit("answers", who(request))


async def _runs(request: Request) -> None:
    request.app.state.limits.hit("runs", who(request))


async def _comments(request: Request) -> None:
    request.app.state.limits.hit("comments", who(request))


async def _shares(request: Request) -> None:
    request.app.state.limits.hit("shares", who(request))


async def _searches(request: Request) -> None:
    request.app.state.limits.hit("searches", who(request))


#: Route dependencies.
answers = Depends(_answers)
runs = Depends(_runs)
shares = Depends(_shares)
searches = Depends(_searches)
comments = Depends(_comments)


def sign_in(request: Request, email: str) -> None:
    """Count a try at a password, against its email and against its address."""
    limits: Limits = request.app.state.limits
    limits.hit("sign-ins-address", address(request))
    limits.hit("sign-ins", email.strip().lower())
