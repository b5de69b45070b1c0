"""A reader's choice of the language that the site speaks."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from app.web import sessions
from app.web.account import inside
from app.web.chosen_language import keep, remember
from app.web.problems import Problem
from app.web.words import LANGUAGES, _

router = APIRouter(include_in_schema=False)


@router.post("/language")
async def choose(request: Request, language: Annotated[str, Form()] = "") -> Response:
    """Speak this language from now on, and go back to the page that asked."""
    if language not in LANGUAGES:
        raise Problem(422, detail=_("This site does not speak that language."))
    answer = RedirectResponse(_page_before(request), 303)
    remember(request, answer, language)
    account = sessions.visitor(request).account
    if account is not None:
        await keep(request, account, language)
    return answer


def _page_before(request: Request) -> str:
    """Where the form stood, if that can be read again; the form itself names no address, as pages are shared."""
    before = urlsplit(request.headers.get("referer", ""))
    if before.netloc != request.headers.get("host"):
        return "/"
    asked = {"type": "http", "method": "GET", "path": before.path, "headers": [], "root_path": ""}
    there = any(route.matches(asked)[0] is Match.FULL for route in request.app.router.routes)
    return inside(before.path + (f"?{before.query}" if before.query else ""), "/") if there else "/"
