"""A reader's chosen language: in a cookie of the browser, and with an account, so that other browsers have it."""

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.learning import learners
from app.learning.learners import Learner
from app.web.words import COOKIE, LANGUAGES

#: Seconds for which the browser keeps the choice: a year.
KEPT = 365 * 24 * 3600


def remember(request: Request, answer: Response, language: str) -> None:
    """Have this browser ask for ``language`` from now on."""
    secure = request.app.state.settings.https
    answer.set_cookie(COOKIE, language, max_age=KEPT, secure=secure, httponly=True, samesite="lax")


async def keep(request: Request, account: Learner, language: str) -> None:
    """Have the account speak ``language`` wherever it signs in."""

    def write(conn: Connection) -> None:
        learners.speak(conn, account.id, language)

    await request.app.state.db.write(write)


async def settle(request: Request, answer: Response, account: Learner) -> None:
    """After a sign-in: the account's choice is the browser's from now on, or else the browser's is the account's."""
    chosen = request.cookies.get(COOKIE, "")
    if account.language is not None and account.language in LANGUAGES:
        remember(request, answer, account.language)
    elif chosen in LANGUAGES:
        await keep(request, account, chosen)
