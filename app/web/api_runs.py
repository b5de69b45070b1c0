"""The lab for programs: ask for a run, wait for it, follow it, leave it."""

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.requests import Request
from starlette.responses import StreamingResponse

from app.lab import zoo
from app.lab.catalogue import EXPERIMENTS, spec
from app.runs import QueueFull, Run, Runs
from app.web import events, limits, sessions
from app.web.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["lab"])

#: A run's id, as ``RunSpec.id`` makes it.
ID = re.compile("[0-9a-f]{32}")
#: Seconds that one request may wait for its run.
LONGEST_WAIT = 60.0


class Asked(BaseModel):
    """What to run. Give ``network`` or ``code``, or neither where the experiment builds its own networks."""

    model_config = ConfigDict(extra="forbid")

    experiment: str = Field(examples=["parameters"])
    network: str | None = Field(None, description="A name of the zoo.", examples=["resnet50"])
    code: str | None = Field(None, description="PyTorch; the last `net` or `model` is measured.")
    input: str | list[int] | None = Field(None, description="Channels, height and width.", examples=["3x224x224"])
    options: dict[str, Any] = Field(default_factory=dict, description="As /api/v1/experiments lists them.")
    seed: int = 0
    wait: float = Field(0, ge=0, description="Seconds to wait for the end; counted up to 60.")
    fresh: bool = Field(False, description="Run it again although its result is kept.")

    @field_validator("code")
    @classmethod
    def whole_characters(cls, code: str | None) -> str | None:
        """JSON can carry half a character, which no page can."""
        return None if code is None else code.encode(errors="replace").decode()


class Answer(BaseModel):
    """A run at one moment. Which members ``result`` has is the experiment's own."""

    model_config = ConfigDict(extra="allow")

    id: str
    experiment: str
    status: str
    device: str | None
    seconds: float | None
    seed: int
    cached: bool
    result: dict[str, Any] | None
    error: dict[str, Any] | None


async def stored(request: Request, run_id: object) -> Run | None:
    """The run that a form or an address names; None where it names none. Not every text may be asked of a database."""
    runs: Runs = request.app.state.runs
    return await runs.get(run_id) if isinstance(run_id, str) and ID.fullmatch(run_id) else None


async def known(
    request: Request, run_id: Annotated[str, Path(json_schema_extra={"pattern": f"^{ID.pattern}$"})]
) -> Run:
    """The run that a path names."""
    found = await stored(request, run_id)
    if found is None:
        raise Problem(404, "There is no such run", "Nobody ever asked for a run of this id here.")
    return found


Known = Annotated[Run, Depends(known)]


async def asked(request: Request, what: Asked) -> Run:
    """The run of ``what``, begun or joined, as it is when it ends or when the wait is over."""
    runs: Runs = request.app.state.runs
    wanted = spec(what.experiment, what.network, what.code, what.input, what.options, what.seed)
    try:
        run = await runs.submit(wanted, sessions.learner_id(request), time.time(), what.fresh)
    except QueueFull as full:
        raise busy(full) from None
    return run if run.ended or not what.wait else await runs.wait(run.id, min(what.wait, LONGEST_WAIT))


def busy(full: QueueFull) -> Problem:
    detail = "The lab has more to do than it can queue. Nothing was started; ask again in a moment."
    return Problem(503, "The lab is full", detail, headers={"Retry-After": str(full.seconds)})


@router.post(
    "/runs",
    response_model=Answer,
    dependencies=[limits.runs],
    responses={202: {"model": Answer}, 422: {"description": "It cannot be run; for code, with line and column."}},
)
async def begin(request: Request, response: Response, what: Asked) -> dict[str, Any]:
    """Ask for a run: 200 once it has ended, 202 while it has not. An equal question is the same run."""
    run = await asked(request, what)
    if run.status == "failed" and run.error is not None:
        where: dict[str, Any] = {name: value for name, value in run.error.items() if name != "message"}
        raise Problem(422, "The lab cannot run this", str(run.error["message"]), kind="lab", run=run.id, **where)
    response.status_code = 200 if run.ended else 202
    response.headers["Location"] = f"/api/v1/runs/{run.id}"
    return run.as_json()


@router.get("/runs/{run_id}", response_model=Answer)
async def show(run: Known) -> dict[str, Any]:
    """A run as it is now."""
    return run.as_json()


@router.get(
    "/runs/{run_id}/events",
    response_class=StreamingResponse,
    responses={200: {"description": "Server-sent events.", "content": {"text/event-stream": {}}}},
)
async def follow(request: Request, run: Known, last_event_id: Annotated[int, Header(ge=0)] = 0) -> Response:
    """What happens to a run until it ends, each event with the run as it then is; resumed by ``Last-Event-ID``."""
    runs: Runs = request.app.state.runs

    async def told() -> AsyncIterator[bytes]:
        async for event in runs.events(run.id, last_event_id):
            yield events.event(event.kind, json.dumps(event.run.as_json()), event.number)

    return events.stream(told())


@router.delete("/runs/{run_id}", response_model=Answer)
async def leave(request: Request, run: Known) -> dict[str, Any]:
    """Wait for a run no longer; it is stopped only where nobody else waits for it."""
    runs: Runs = request.app.state.runs
    left = await runs.cancel(run.id, sessions.learner_id(request))
    return (left or run).as_json()


@router.get("/experiments")
async def experiments() -> dict[str, Any]:
    """What can be measured, with every option, and the networks that can be named."""
    return {
        "experiments": [
            {
                "name": kind.name,
                "title": kind.title,
                "takes_network": kind.takes_network,
                "headlines": kind.headlines,
                "options": {
                    name: {
                        "type": option.type,
                        "default": option.default,
                        "choices": option.choices,
                        "min": option.min,
                        "max": option.max,
                        "help": option.help,
                    }
                    for name, option in kind.options.items()
                },
            }
            for kind in EXPERIMENTS.values()
        ],
        "networks": [{"name": name, "input": zoo.default_input(name)} for name in zoo.names()],
    }
