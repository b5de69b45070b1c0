"""What one keeps and shares: to rename, to show or hide, to delete and bring back, to take along."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.learning import comments, keeping, pen_names, shares
from app.learning.shares import VISIBILITIES, Share
from app.web import clock, limits, pages, sessions, sharing
from app.web.problems import Problem
from app.web.share_access import seen
from app.web.share_json import as_json
from app.web.shares import answer, page_of
from app.web.sharing import Trouble
from app.web.words import _

router = APIRouter(prefix="/nexus", include_in_schema=False)

#: Shares on one page of the list.
PAGE = 40


@router.post("/s/{token}", dependencies=[limits.shares])
async def save(request: Request, token: str) -> Response:
    """Call one's own otherwise, or show it to others than before. ``back`` is ``mine`` from the list of one's own."""
    one = await own(request, token)
    typed = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        await rework(request, one, typed)
    except Trouble as trouble:
        before = sharing.of_share(request, one)
        offer = replace(before, typed={**before.typed, **typed}, trouble=trouble.words)
        return answer(request, await page_of(request, one), offer, status=422)
    return RedirectResponse("/nexus/mine" if typed.get("back") == "mine" else one.url, 303)


async def rework(request: Request, one: Share, typed: Mapping[str, str]) -> None:
    """Change what is typed of one's own: ``title``, ``description``, ``visibility``, ``course``, ``name``.

    Raises Trouble.
    """
    visitor, now = sessions.visitor(request), clock.now(request)
    chosen = next((v for v in VISIBILITIES if v == typed.get("visibility")), one.visibility)
    course = one.course if one.question else (typed.get("course", one.course) or None)
    if course and request.app.state.library.course(course) is None:
        raise Trouble({"course": _("There is no such course.")})

    def write(conn: Connection) -> None:
        if typed.get("name", "").strip():
            pen_names.choose(conn, visitor.id, typed["name"], now)
        if chosen == "gallery":
            trouble = sharing.gallery_trouble(visitor.account is None, course, pen_names.of(conn, visitor.id))
            if trouble:
                raise Trouble(trouble)
        found = shares.find(conn, one.token, visitor.id)
        if chosen != "private" and found is not None and found.held is not None:
            words = _("An instructor hid this. Ask them; once they let go of it, you can show it.")
            raise Trouble({"visibility": words})
        if found is not None:
            title, description = typed.get("title", "").strip(), typed.get("description", found.description)
            said = {"title": title or found.title, "description": description}
            keeping.change(conn, found, now, **said, visibility=chosen, course=course)

    try:
        await request.app.state.db.write(write)
    except pen_names.UnfitName as error:
        raise Trouble({"name": str(error)}) from None


@router.post("/name", dependencies=[limits.shares])
async def name(request: Request, name: Annotated[str, Form()] = "") -> Response:
    """Be called otherwise, on everything that one shares."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    try:
        await request.app.state.db.write(lambda conn: pen_names.choose(conn, learner_id, name, now))
    except pen_names.UnfitName as error:
        return await _list(request, None, status=422, trouble=str(error), typed=name)
    return RedirectResponse("/nexus/mine", 303)


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


async def own(request: Request, token: str) -> Share:
    """Raises Problem (404) for what is another's: no difference is made to what is not there."""
    one = await seen(request, token)
    if one.learner_id != sessions.visitor(request).id:
        raise Problem(404, detail=_("You share nothing at this address."))
    return one


@router.get("/mine")
async def mine(request: Request, before: Annotated[int | None, Query(ge=1, le=2**62)] = None) -> Response:
    """What one keeps, newest first, and what was deleted lately."""
    return await _list(request, before)


async def _list(
    request: Request, before: int | None, status: int = 200, trouble: str = "", typed: str | None = None
) -> Response:
    learner_id, now = sessions.learner_id(request), clock.now(request)

    def read(conn: Connection) -> tuple[list[Share], str, tuple[comments.Comment, ...]]:
        found = shares.mine(conn, learner_id, PAGE + 1, now, before)
        return found, pen_names.of(conn, learner_id), comments.own(conn, learner_id)

    found, name, said = await request.app.state.db.read(read)
    context: dict[str, Any] = {
        "found": found[:PAGE],
        "older": found[PAGE - 1].id if len(found) > PAGE else None,
        "before": before,
        "name": name,
        "undo": shares.UNDO,
        "said": said,
        "courses": {course.slug: course for course in request.app.state.library.courses()},
        "trouble": trouble,
        "typed": name if typed is None else typed,
    }
    return pages.page(request, "nexus/mine.html", status=status, at="nexus", **context)


@router.post("/mine/comments/{comment_id}/delete")
async def unsay(request: Request, comment_id: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
    """Delete what one said, also where it stands under something that one may see no longer."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    if not await request.app.state.db.write(lambda conn: comments.remove(conn, learner_id, comment_id, now)):
        raise Problem(404, detail=_("There is no such comment of yours here."))
    return RedirectResponse("/nexus/mine#said", 303)


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
