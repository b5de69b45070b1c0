"""Answers that have to be measured before they can be graded: a student's network, by the lab's workers."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from app.content.architecture import Architecture
from app.content.questions import AnswerError
from app.lab.messages import LabError
from app.runs import QueueFull, Run, Runs
from app.web import sessions
from app.web.api_runs import busy
from app.web.problems import Problem
from app.web.states import capital, sentence
from app.words import _

#: Seconds after which an answer is given up: longer than a full queue takes.
LONGEST = 7_200.0

T = TypeVar("T")
log = logging.getLogger(__name__)
#: Answers on their way to be recorded, whether or not anybody still listens.
_under_way: set[asyncio.Task[Any]] = set()


async def begin(request: Request, question: Architecture, code: str) -> Run:
    """The run that measures ``code``, begun or joined. Raises AnswerError for what can be no run, and Problem."""
    runs: Runs = request.app.state.runs
    try:
        return await runs.submit(question.spec(code), sessions.learner_id(request), time.time())
    except LabError as error:
        raise AnswerError(_words(error.as_json())) from None
    except QueueFull as full:
        raise busy(full) from None


async def measured(request: Request, question: Architecture, run: Run) -> Architecture:
    """The question with what came of the run, once it has ended. Raises AnswerError where nothing could be measured."""
    runs: Runs = request.app.state.runs
    ended = await runs.wait(run.id, LONGEST)
    if ended.status == "done" and ended.result:
        return question.with_measures(ended.result["measures"])
    if ended.status == "failed" and ended.error:
        raise AnswerError(_words(ended.error))
    raise AnswerError("This was not measured to its end. Nothing was graded; send it again.")


def _words(error: Any) -> str:
    said, mend = sentence(str(error["message"])), capital(str(error.get("mend") or ""))
    if error.get("line"):
        said = _("Line %(line)s: %(said)s", line=error["line"], said=said)
    else:
        said = _("This was not measured: %(said)s", said=said)
    return f"{said} {sentence(mend)}" if mend else said


def see_through(work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
    """Do something to its end, though the browser that asked for it may be closed meanwhile."""
    task = asyncio.create_task(work)
    _under_way.add(task)
    task.add_done_callback(_over)
    return task


def _over(task: "asyncio.Task[Any]") -> None:
    _under_way.discard(task)
    # Nobody may be left to hear of it. What a student can mend is on the page that asks again; the rest is ours.
    error = None if task.cancelled() else task.exception()
    if error and not isinstance(error, AnswerError | Problem):
        log.error("what went on behind a page broke", exc_info=error)
