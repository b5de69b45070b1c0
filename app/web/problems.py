"""One shape for everything that goes wrong: RFC 9457 problem details for programs, a readable page for people.

https://www.rfc-editor.org/rfc/rfc9457
"""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.content.questions import AnswerError
from app.db import Unavailable
from app.lab.messages import LabError
from app.learning.learners import Merged
from app.web import htmx, pages
from app.words import N_, _

log = logging.getLogger(__name__)

#: What is said where nothing better is known: a title and a sentence a status.
WORDS: Mapping[int, tuple[str, str]] = {
    308: (N_("This has another name now"), N_("Its address leads on to the new one, for good.")),
    400: (N_("This could not be read"), N_("What was sent is not in a form that can be read.")),
    401: (N_("Who are you?"), N_("This needs a valid API token, sent as “Authorization: Bearer …”.")),
    403: (N_("Not open to you"), N_("Your account may not see or do this.")),
    404: (N_("Nothing here"), N_("There is nothing at this address. It may have been mistyped.")),
    405: (N_("Not done this way"), N_("This address does not take that kind of request.")),
    409: (
        N_("You have signed in since"),
        N_("What you sent came from before you signed in. Nothing was changed; send it again."),
    ),
    410: (N_("This was taken out"), N_("Its course has it no more. What you did there stays yours.")),
    413: (N_("This is too much at once"), N_("What was sent is bigger than can be taken in one go.")),
    415: (N_("Not in this form"), N_("This address takes another content type.")),
    422: (N_("Something in this needs another look"), N_("What was sent does not fit what is asked for here.")),
    429: (N_("A moment, please"), N_("That was a lot in a short time. Nothing is lost; go on in a moment.")),
    500: (N_("This is our fault"), N_("Something broke here. What you had answered before is kept.")),
    503: (N_("Too busy just now"), N_("Nothing was changed. Try again in a moment.")),
}

#: Names of the problem types, each explained at ``/api/docs#problem-…``.
KINDS: Mapping[int, str] = {
    308: "renamed",
    400: "unreadable",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "signed-in-since",
    410: "retired",
    413: "too-large",
    415: "unsupported-type",
    422: "invalid",
    429: "rate-limited",
    500: "internal",
    503: "busy",
}


class Problem(Exception):
    """What went wrong, in words for the one who asked.

    ``kind`` names it for programs and never changes; ``more`` holds further members, such as ``line`` and ``column``.
    """

    def __init__(
        self,
        status: int,
        title: str = "",
        detail: str = "",
        *,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        words = WORDS.get(status, (HTTPStatus(status).phrase, ""))
        self.status = status
        self.title = title or _(words[0])
        self.detail = detail or _(words[1])
        self.kind = kind or KINDS.get(status, "about:blank")
        self.headers = dict(headers or {})
        self.more = more
        super().__init__(self.title)

    def as_json(self, instance: str) -> dict[str, Any]:
        known = {
            "type": f"/api/docs#problem-{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
        }
        return {**self.more, **known}


def respond(request: Request, problem: Problem) -> Response:
    """The answer that tells of ``problem``.

    JSON under ``/api/`` and to scripts that take nothing else; else a page, or a fragment where htmx asked.
    """
    path = request.url.path
    if (path.startswith("/api/") and path != "/api/docs") or request.headers.get("accept") == "application/json":
        return JSONResponse(
            problem.as_json(path), problem.status, problem.headers, media_type="application/problem+json"
        )
    if not htmx.wanted(request):
        return pages.page(request, "errors/show.html", status=problem.status, headers=problem.headers, problem=problem)
    headers = problem.headers
    if problem.status in {429, 500, 503}:
        # What was typed is worth more than these words: the page says by itself that it was not sent.
        headers = {**headers, "HX-Reswap": "none"}
    return pages.fragment(request, "errors/_problem.html", status=problem.status, headers=headers, problem=problem)


def install(app: FastAPI) -> None:
    """Have every exception of ``app`` answered by ``respond``."""

    async def problem(request: Request, error: Exception) -> Response:
        return respond(request, of(error))

    for kind in (Problem, HTTPException, RequestValidationError, AnswerError, LabError, Merged, Unavailable, Exception):
        app.add_exception_handler(kind, problem)


def of(error: Exception) -> Problem:
    """The problem that ``error`` is; an unknown one is a fault of ours and tells nothing of itself."""
    match error:
        case Problem():
            return error
        case HTTPException():
            detail = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
            return Problem(error.status_code, detail=detail, headers=error.headers)
        case RequestValidationError():
            return Problem(422, detail=_("Some of what was sent does not fit."), errors=_errors(error.errors()))
        case AnswerError():
            return Problem(422, _("This answer cannot be read"), str(error), kind="unreadable-answer")
        case LabError():
            return Problem(
                422,
                _("The lab cannot run this"),
                error.message,
                kind="lab",
                line=error.line,
                column=error.column,
                mend=error.mend,
            )
        case Merged():
            return Problem(409)
        case Unavailable():
            return Problem(503, headers={"Retry-After": "1"})
        case _:
            log.error("unhandled", exc_info=error)
            return Problem(500)


def _errors(found: Sequence[Any]) -> list[dict[str, Any]]:
    """Where and what, without the library's own codes, links and copies of the input."""
    return [{"at": [str(part) for part in e["loc"]], "detail": str(e["msg"])} for e in found]
