"""Counting time spent: off until a browser is told to, reported by its pages, deleted at will."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.learning import time_spent
from app.web import clock, limits, sessions

router = APIRouter(prefix="/me/time", include_in_schema=False)

#: Says in a browser that time is counted there; its pages look for it. Not a secret, and read by scripts.
COOKIE = "time"
Page = Annotated[str, Form(pattern="^[0-9a-f]{32}$")]
Seconds = Annotated[int, Form(ge=1, le=86_400)]


@router.post("")
async def choose(request: Request, count: Annotated[str, Form(max_length=10)] = "") -> Response:
    """Count time in this browser from now on (``count``), or no longer."""
    sessions.learner_id(request)
    answer = RedirectResponse("/me#time", 303)
    if count:
        secure = request.app.state.settings.https
        answer.set_cookie(COOKIE, "1", max_age=sessions.MAX_AGE, samesite="lax", secure=secure)
    else:
        answer.delete_cookie(COOKIE)
    return answer


@router.post("/reports", dependencies=[limits.answers])
async def report(request: Request, page: Page, seconds: Seconds) -> Response:
    """What a page was in use for so far. Where time is not counted, nothing is kept."""
    if wanted(request):
        learner_id, now = sessions.learner_id(request), clock.now(request)
        await request.app.state.db.write(lambda conn: time_spent.report(conn, learner_id, page, seconds, now))
    return Response(status_code=204)


@router.post("/delete")
async def delete(request: Request) -> Response:
    """Delete all time that was counted; whether more is counted stays as it was."""
    learner_id = sessions.learner_id(request)
    await request.app.state.db.write(lambda conn: time_spent.forget(conn, learner_id))
    return RedirectResponse("/me#time", 303)


def wanted(request: Request) -> bool:
    """Whether this browser counts time."""
    return request.cookies.get(COOKIE) == "1"
