"""Every text that a course's files had: listed, compared, and taken up again."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.studio import drafts, revisions
from app.studio.drafts import Draft
from app.studio.revisions import Revision
from app.web import clock, studio_ground
from app.web.problems import Problem
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/revisions", include_in_schema=False)

Number = Annotated[int, Path(ge=1, lt=2**63)]
Asked = Annotated[int | None, Query(ge=1, lt=2**63)]


@router.get("")
async def index(request: Request, course: str, file: str | None = None, older: Asked = None) -> Response:
    """Of the whole course or of one file, newest first."""
    ground = await studio_ground.to_see(request, course)

    def read(conn: Connection) -> tuple[list[Revision], list[str]]:
        found = revisions.of(conn, course, file or None, older, revisions.PAGE + 1)
        return found, revisions.files(conn, course)

    found, files = await request.app.state.db.read(read)
    if file and file not in files:
        raise Problem(404, detail=_("The course never had a file of this name."))
    rows, more = found[: revisions.PAGE], len(found) > revisions.PAGE
    return await ground.page("studio/revisions.html", rows=rows, files=files, file=file or "", more=more, older=older)


@router.get("/{revision}")
async def show(request: Request, course: str, revision: Number, against: Asked = None) -> Response:
    """A revision beside the one before it, or ``against`` any other of its file: as students see it, and as text."""
    ground = await studio_ground.to_see(request, course)
    who = ground.staff.account.id

    def read(conn: Connection) -> tuple[Revision, Revision | None, list[Revision], Draft | None]:
        one = _found(revisions.get(conn, course, revision))
        other = _found(revisions.get(conn, course, against), one.file) if against else revisions.before(conn, one)
        others = revisions.of(conn, course, one.file, limit=500)
        return one, other, others, drafts.own(conn, who, course).get(one.file)

    db = request.app.state.db
    one, other, others, draft = await db.read(read)
    before, text = await db.read(lambda c: (revisions.text_of(c, other), revisions.text_of(c, one)))
    was, is_now = [await studio_ground.looked(request, course, one.file, each) for each in (before, text)]
    old = was if other else None
    change = await asyncio.to_thread(studio_ground.change, one.file, before, text, old, is_now)
    context = {"one": one, "other": other, "others": others, "draft": draft, "text": text, "change": change}
    context["restored"] = draft is not None and draft.text == drafts.with_newlines(text)
    live = one.id == others[0].id
    return await ground.page("studio/revision.html", live=live, edits=ground.staff.edits(course), **context)


@router.post("/{revision}/restore")
async def restore(request: Request, course: str, revision: Number) -> Response:
    """Make it a draft. Where one has a draft of the file already, the two are shown to be brought together."""
    ground = await studio_ground.to_edit(request, course)
    who, now = ground.staff.account.id, clock.now(request)

    def write(conn: Connection) -> Revision | None:
        one = _found(revisions.get(conn, course, revision))
        text, held = revisions.text_of(conn, one), drafts.one(conn, who, course, one.file)
        if held is not None and held.changes and held.text != drafts.with_newlines(text):
            return one
        base = ground.texts.get(one.file)
        drafts.save(conn, who, course, one.file, text, base, held.version if held else 0, now)
        return None

    busy = await request.app.state.db.write(write)
    if busy is not None:
        return RedirectResponse(f"{ground.url}/files/{busy.file}/merge?revision={busy.id}", 303)
    return RedirectResponse(f"{ground.url}/revisions/{revision}", 303)


def _found(one: Revision | None, file: str | None = None) -> Revision:
    if one is None or (file is not None and one.file != file):
        raise Problem(404, detail=_("The course has no such revision."))
    return one
