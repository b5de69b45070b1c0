"""Publishing: what would change, what stands in its way, and what came of it."""

import asyncio
import io
import os
import uuid
import zipfile
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.db import Busy
from app.studio import drafts, outlines, publications, publishing, revisions, workshop
from app.studio.noticing import Notices, notices
from app.studio.proposals import Proposal, propose
from app.studio.publishing import NotWritable, Refused
from app.studio.revisions import Revision
from app.web import clock, studio_ground
from app.web.problems import Problem
from app.web.studio_ground import Change, Ground
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}", include_in_schema=False)

#: Characters of a note.
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Chosen:
    """What a form of the page says."""

    files: tuple[str, ...] | None
    note: str = ""
    key: str = ""


@router.get("/publish")
async def show(
    request: Request, course: str, file: Annotated[list[str] | None, Query()] = None, ticked: bool = False
) -> Response:
    """One's drafts of the course, to be ticked, with what publishing those that are ticked would do."""
    ground = await studio_ground.to_edit(request, course)
    return await _page(ground, Chosen(tuple(file or ()) if file or ticked else None))


@router.post("/publish")
async def publish(
    request: Request,
    course: str,
    key: Annotated[str, Form(pattern="^[0-9a-f]{32}$")],
    file: Annotated[list[str] | None, Form()] = None,
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
) -> Response:
    """Publish what is ticked, once for a key."""
    ground = await studio_ground.to_edit(request, course)
    chosen = Chosen(tuple(file or ()), note, key)
    try:
        made = await asyncio.to_thread(_publish, ground, chosen)
    except Refused:
        return await _page(ground, chosen, 409)
    except NotWritable as why:
        return await _page(ground, chosen, 409, unwritable=str(why))
    except Busy:
        raise Problem(503, detail=_("Others publish this course just now. Nothing was changed; try again.")) from None
    return RedirectResponse(f"{ground.url}/publications/{made.id}", 303)


@router.post("/publish/retire")
async def retire(request: Request, course: str, file: Annotated[list[str] | None, Form()] = None) -> Response:
    """List what would vanish as retired, in one's draft of course.yaml, and look again."""
    ground = await studio_ground.to_edit(request, course)
    chosen = tuple(file or ())
    proposal, who, now = await _proposal(ground, chosen), ground.staff.account.id, clock.now(request)
    name, base = workshop.COURSE, ground.texts.get(workshop.COURSE)

    def write(conn: Connection) -> None:
        held = drafts.one(conn, who, course, name)
        text = held.text if held is not None and held.state == "open" else base
        retired = outlines.retire(drafts.with_newlines(text) or "", proposal.vanishing.ids)
        drafts.save(conn, who, course, name, retired, base, held.version if held else 0, now)

    try:
        if proposal.vanishing:
            await request.app.state.db.write(write)
    except ValueError:
        raise Problem(422, detail=_("course.yaml cannot be read. Mend it first.")) from None
    query = urlencode({"ticked": 1, "file": [*dict.fromkeys((*chosen, name))]}, doseq=True)
    return RedirectResponse(f"{ground.url}/publish?{query}", 303)


def _publish(ground: Ground, chosen: Chosen) -> publications.Publication:
    state = ground.request.app.state
    return publishing.publish(
        state.db, state.library, course=ground.course, learner_id=ground.staff.account.id, files=chosen.files or (),
        key=chosen.key, note=chosen.note.strip(), now=clock.now(ground.request), git=state.settings.studio_git,
    )  # fmt: skip


async def _proposal(ground: Ground, files: tuple[str, ...] | None) -> Proposal:
    state, who = ground.request.app.state, ground.staff.account.id
    own = await state.db.read(lambda conn: drafts.own(conn, who, ground.course))
    return await asyncio.to_thread(propose, state.library, ground.course, own, files)


async def _page(ground: Ground, chosen: Chosen, status: int = 200, unwritable: str = "") -> Response:
    proposal = await _proposal(ground, chosen.files)
    if not unwritable and not os.access(ground.folder, os.W_OK):
        unwritable = _("the server may not write there")
    changes, noticed = await asyncio.to_thread(_seen, proposal)
    context: dict[str, Any] = {"proposal": proposal, "changes": changes, "noticed": noticed, "unwritable": unwritable}
    key = chosen.key if status == 200 and chosen.key else uuid.uuid4().hex
    context |= {"key": key, "note": chosen.note, "longest_note": LONGEST_NOTE, "refused": status == 409}
    return await ground.page("studio/publish.html", status, **context)


def _seen(proposal: Proposal) -> tuple[list[Change], Notices]:
    """What would change in each file that one has written in, and what students notice of those that are chosen."""
    after = proposal.outcome.course
    found = [
        studio_ground.change(file, proposal.disk[file], one.text, proposal.live, after)
        if file in proposal.chosen
        else replace(studio_ground.change(file, proposal.disk[file], one.text, None, None), unseen="")
        for file, one in proposal.drafts.items()
    ]
    return found, notices(proposal.live, after)


@router.get("/publish.zip")
async def take(request: Request, course: str) -> Response:
    """One's unpublished files, to be put where they belong by hand."""
    ground = await studio_ground.to_edit(request, course)
    proposal = await _proposal(ground, None)
    packed = await asyncio.to_thread(_packed, course, proposal)
    headers = {"Content-Disposition": f'attachment; filename="{course}-drafts.zip"', "Cache-Control": "no-store"}
    return Response(packed, media_type="application/zip", headers=headers)


def _packed(course: str, proposal: Proposal) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        gone = [file for file, one in proposal.drafts.items() if one.text is None]
        for file in proposal.drafts:
            text = proposal.text(file)
            if text is not None:
                archive.writestr(f"{course}/{file}", text)
        if gone:
            archive.writestr(f"{course}/DELETE-THESE.txt", "\n".join([*gone, ""]))
    return packed.getvalue()


@dataclass(frozen=True)
class Written:
    """A file of a publication."""

    revision: Revision
    #: Where students find it; empty where they do not.
    live: str
    #: It had changed on disk meanwhile, and was left as it is there.
    left: bool


@router.get("/publications/{publication}")
async def published(request: Request, course: str, publication: str) -> Response:
    """What came of it."""
    ground = await studio_ground.to_see(request, course)
    made = await _publication(ground, publication)
    found = await request.app.state.db.read(lambda conn: revisions.of_publication(conn, made.id))
    live = request.app.state.library.course(course)
    known = live.lesson_by_slug if live else {}
    files = [Written(one, _live(course, one, known), one.file in made.left) for one in found]
    git = request.app.state.settings.studio_git
    return await ground.page("studio/published.html", made=made, files=files, git=git, edits=ground.staff.edits(course))


def _live(course: str, one: Revision, known: Any) -> str:
    slug = workshop.lesson_of(one.file)
    if one.file == workshop.GLOSSARY:
        return f"/courses/{course}/glossary"
    return f"/courses/{course}/lessons/{slug}" if slug in known else "" if slug else f"/courses/{course}"


@router.post("/publications/{publication}/finish")
async def finish(request: Request, course: str, publication: str) -> Response:
    """Write what could not be written when it was published."""
    ground = await studio_ground.to_edit(request, course)
    made, state = await _publication(ground, publication), request.app.state
    now, git = clock.now(request), state.settings.studio_git
    await asyncio.to_thread(publishing.resume, state.db, state.library, now, git, course)
    return RedirectResponse(f"{ground.url}/publications/{made.id}", 303)


async def _publication(ground: Ground, id: str) -> publications.Publication:
    db = ground.request.app.state.db
    found: publications.Publication | None = await db.read(lambda conn: publications.get(conn, ground.course, id))
    if found is None:
        raise Problem(404, detail=_("Nothing was published under this name."))
    return found
