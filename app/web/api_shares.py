"""What is kept and shared, for programs: the galleries, and one's own."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from app.learning import ancestry, gallery, keeping, shares
from app.learning.gallery import Asked
from app.learning.shares import Kind, Share, Visibility
from app.web import clock, limits, own_shares, sessions, sharing
from app.web.nexus import PAGE, Filter, filtered
from app.web.problems import Problem
from app.web.share_access import seen
from app.web.share_json import as_json
from app.web.sharing import Trouble

router = APIRouter(prefix="/api/v1/shares", tags=["nexus"])


class Measured(BaseModel):
    """What the lab found; null where it was not measured."""

    params: int | None
    macs: int | None = Field(description="Multiply-adds for one image.")
    depth: int | None
    rf: int | None = Field(description="The longer side of the receptive field, in pixels.")
    accuracy: float | None = Field(description="From 0 to 1.")
    lab_version: int | None


class Shared(BaseModel):
    id: str = Field(description="Names it in addresses: /nexus/s/{id}.")
    kind: Kind
    title: str
    description: str = Field(description="Markdown, of the safest kind.")
    name: str = Field(description="The name that its owner chose; empty where none was.")
    visibility: Visibility
    course: str | None
    lab: str | None
    question: str | None
    experiment: str
    spec: dict[str, Any] | None = Field(description="What is run; null for a challenge that you have not met.")
    run: str | None
    measured: Measured
    created: float
    changed: float
    published: float | None


class Gallery(BaseModel):
    shares: list[Shared]
    next: str | None = Field(description="Give it as `after` for the next ones; null at the end.")


class Asking(BaseModel):
    """What to keep: a run, or the last answer to a challenge, which has to be right."""

    model_config = ConfigDict(extra="forbid")

    run: str = ""
    challenge: str = Field("", examples=["a-course/a-question"])
    kind: Kind = Field("run", description="`network`: the run's network alone.")
    title: str = Field("", max_length=400)
    description: str = Field("", max_length=10_000)
    visibility: Visibility = "private"
    course: str = Field("", description="For its gallery.")
    lab: str = Field("", description="The lab that it came from, as course/lab.")
    name: str = Field("", max_length=200, description="The name to be seen under; needed once for a gallery.")
    grown: str = Field("", description="The share that it was copied from.")


class Change(BaseModel):
    """What to change; the rest stays."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(None, max_length=400)
    description: str | None = Field(None, max_length=10_000)
    visibility: Visibility | None = None
    course: str | None = None
    name: str | None = Field(None, max_length=200)


@router.get("", response_model=Gallery)
async def index(
    request: Request,
    by: Annotated[Filter, Depends(filtered)],
    course: Annotated[str, Query(max_length=100)] = "",
    mine: bool = False,
) -> dict[str, Any]:
    """What stands in a course's gallery, or in all; with ``mine`` the newest of your own, whoever sees them."""
    viewer, now = sessions.visitor(request).id, clock.now(request)
    if course and request.app.state.library.course(course) is None:
        raise Problem(422, detail="There is no such course.")
    asked: Asked = by.of(course) if course else by.asked

    def read(conn: Connection) -> list[tuple[Share, bool]]:
        if mine:
            kept = shares.mine(conn, viewer, keeping.MOST, now)
            return [(one, True) for one in kept if one.deleted is None]
        return [(one, ancestry.open_to(conn, one, viewer)) for one in gallery.page(conn, asked, PAGE + 1)]

    found = await request.app.state.db.read(read)
    more = not mine and len(found) > PAGE
    shown = found[:PAGE] if more else found
    after = gallery.cursor(shown[-1][0], asked.sort) if more else None
    return {"shares": [as_json(one, open) for one, open in shown], "next": after}


@router.post(
    "", response_model=Shared, status_code=201, dependencies=[limits.shares], responses={200: {"model": Shared}}
)
async def create(request: Request, response: Response, what: Asking) -> dict[str, Any]:
    """Keep something: 201, or 200 where you keep the same already, which then stays as it is."""
    typed = {name: value for name, value in what.model_dump().items() if value}
    try:
        kept, fresh = await sharing.keep(request, await sharing.offer(request, typed), typed)
    except Trouble as trouble:
        raise _refused(trouble) from None
    except Problem as problem:
        # What is named is in the body, not in the path.
        raise Problem(422, problem.title, problem.detail) if problem.status == 404 else problem from None
    response.status_code = 201 if fresh else 200
    response.headers["Location"] = f"/api/v1/shares/{kept.token}"
    return as_json(await seen(request, kept.token))


@router.get("/{token}", response_model=Shared)
async def show(request: Request, token: str) -> dict[str, Any]:
    """One that you may see: your own, by link, or in a gallery."""
    one, viewer = await seen(request, token), sessions.visitor(request).id
    return as_json(one, await request.app.state.db.read(lambda conn: ancestry.open_to(conn, one, viewer)))


@router.patch("/{token}", response_model=Shared, dependencies=[limits.shares])
async def change(request: Request, token: str, what: Change) -> dict[str, Any]:
    """Call one of your own otherwise, or show it to others than before."""
    typed = {name: value for name, value in what.model_dump().items() if value is not None}
    try:
        await own_shares.rework(request, await own_shares.own(request, token), typed)
    except Trouble as trouble:
        raise _refused(trouble) from None
    return as_json(await seen(request, token))


@router.delete("/{token}", status_code=204, dependencies=[limits.shares])
async def remove(request: Request, token: str) -> None:
    """Delete one of your own; for a while it can be brought back at /nexus/mine."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    if not await request.app.state.db.write(lambda conn: keeping.remove(conn, learner_id, token, now)):
        raise Problem(404, detail="You share nothing of this id.")


def _refused(trouble: Trouble) -> Problem:
    errors = [{"at": ["body", field], "detail": words} for field, words in trouble.words.items()]
    return Problem(422, "This cannot be kept so", " ".join(trouble.words.values()), errors=errors)
