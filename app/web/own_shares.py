"""What one keeps and shares: to rename, to show or hide, to delete and bring back, to take along."""

import json
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.learning import comments, keeping, pen_names, shares
from app.learning.shares import VISIBILITIES, Share
from app.web import clock, limits, pages, sessions, sharing
from app.web.problems import Problem
from app.web.share_access import seen
from app.web.shares import answer, page_of
from app.web.words import _

router = APIRouter(prefix="/nexus", include_in_schema=False)

#: Shares on one page of the list.
PAGE = 40

Text = Annotated[str, Form()]


@router.post("/s/{token}", dependencies=[limits.shares])
async def save(
    request: Request,
    token: str,
    title: Text = "",
    description: Text = "",
    visibility: Text = "",
    course: Text = "",
    name: Text = "",
    back: Text = "",
) -> Response:
    """Call one's own otherwise, or show it to others than before. ``back`` is ``mine`` from the list of one's own."""
    one, visitor, now = await _own(request, token), sessions.visitor(request), clock.now(request)
    chosen = next((v for v in VISIBILITIES if v == visibility), one.visibility)
    at = one.course if one.question else course or one.course
    if at and request.app.state.library.course(at) is None:
        at = None

    def write(conn: Connection) -> dict[str, str]:
        if name.strip():
            pen_names.choose(conn, visitor.id, name, now)
        known = pen_names.of(conn, visitor.id)
        trouble = sharing.gallery_trouble(visitor.account is None, at, known) if chosen == "gallery" else {}
        if chosen != "private" and one.held is not None:
            trouble = {"visibility": _("An instructor hid this. Ask them; once they let go of it, you can show it.")}
        found = None if trouble else shares.find(conn, token, visitor.id)
        if found is not None:
            said = {
                "title": title.strip() or found.title,
                "description": description if not back else found.description,
            }
            keeping.change(conn, found, now, **said, visibility=chosen, course=at)
        return trouble

    try:
        trouble = await request.app.state.db.write(write)
    except pen_names.UnfitName as error:
        trouble = {"name": str(error)}
    if trouble:
        typed = {"title": title or one.title, "description": description or one.description, "name": name}
        typed |= {"visibility": chosen, "course": at or ""}
        offer = replace(sharing.of_share(request, one), typed=typed, trouble=trouble)
        return answer(request, await page_of(request, one), offer, status=422)
    return RedirectResponse("/nexus/mine" if back == "mine" else one.url, 303)


@router.post("/s/{token}/delete", dependencies=[limits.shares])
async def delete(request: Request, token: str) -> Response:
    """Delete one's own; it can be brought back for a while."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    if not await request.app.state.db.write(lambda conn: keeping.remove(conn, learner_id, token, now)):
        raise Problem(404, detail=_("You share nothing at this address."))
    return RedirectResponse(f"/nexus/mine?deleted={token}", 303)


@router.post("/s/{token}/restore", dependencies=[limits.shares])
async def restore(request: Request, token: str) -> Response:
    """Bring back what was deleted, for oneself alone."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    if not await request.app.state.db.write(lambda conn: keeping.restore(conn, learner_id, token, now)):
        raise Problem(404, detail=_("There is nothing to bring back at this address."))
    return RedirectResponse("/nexus/mine", 303)


async def _own(request: Request, token: str) -> Share:
    """Raises Problem (404) for what is another's: no difference is made to what is not there."""
    one = await seen(request, token)
    if one.learner_id != sessions.visitor(request).id:
        raise Problem(404, detail=_("You share nothing at this address."))
    return one


@router.get("/mine")
async def mine(request: Request, before: Annotated[int | None, Query(ge=1, le=2**62)] = None) -> Response:
    """What one keeps, newest first, and what was deleted lately."""
    learner_id, now = sessions.learner_id(request), clock.now(request)

    def read(conn: Connection) -> tuple[list[Share], str]:
        return shares.mine(conn, learner_id, PAGE + 1, now, before), pen_names.of(conn, learner_id)

    found, name = await request.app.state.db.read(read)
    older = found[PAGE - 1].id if len(found) > PAGE else None
    context = {"found": found[:PAGE], "older": older, "before": before, "name": name, "undo": shares.UNDO}
    courses = {course.slug: course for course in request.app.state.library.courses()}
    return pages.page(request, "nexus/mine.html", at="nexus", courses=courses, **context)


@router.get("/mine.json")
async def export(request: Request) -> Response:
    """All that one keeps and has said, whole, to take along."""
    learner_id, now = sessions.learner_id(request), clock.now(request)

    def read(conn: Connection) -> tuple[list[Share], list[dict[str, Any]]]:
        return shares.mine(conn, learner_id, 2 * keeping.MOST, now), comments.of(conn, learner_id)

    found, said = await request.app.state.db.read(read)
    told = [{**as_json(one), "deleted": one.deleted} for one in found]
    text = json.dumps({"shares": told, "comments": said}, indent=1)
    headers = {
        "Content-Disposition": 'attachment; filename="receptive-shares.json"',
        "Cache-Control": "private, no-store",
    }
    return Response(text, media_type="application/json", headers=headers)


def as_json(one: Share) -> dict[str, Any]:
    """A share for programs, whole: for its owner, and for those to whom its code is open."""
    figures = one.measured
    return {
        "id": one.token,
        "kind": one.kind,
        "title": one.title,
        "description": one.description,
        "name": one.name,
        "visibility": one.visibility,
        "course": one.course,
        "lab": one.lab,
        "question": one.question,
        "experiment": one.spec.experiment,
        "spec": one.spec.as_json(),
        "run": one.spec.id,
        "measured": {
            "params": figures.params,
            "macs": figures.macs,
            "depth": figures.depth,
            "rf": figures.rf,
            "accuracy": figures.accuracy,
            "lab_version": one.lab_version,
        },
        "created": one.created,
        "changed": one.changed,
        "published": one.published,
    }
