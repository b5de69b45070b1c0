"""Writing a file of a course: the editor's page, and what is saved of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Form, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.content import mending
from app.learning.staff import Staff
from app.studio import drafts, workshop
from app.studio.drafts import Draft, Newer, Writing
from app.web import clock, diagnostics_json, pages, security, studio_preview, working_copy
from app.web import staff as staffing
from app.web.problems import Problem
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/files/{file}", include_in_schema=False)

#: The longest text in JSON, and what is known of its pieces.
MOST = 4 << 20
NEWER = "edited-since"


class Written(BaseModel):
    """What an editor sends."""

    #: None where the file is to be deleted.
    text: Annotated[str, Field(max_length=drafts.LONGEST)] | None
    #: What it was written over; 0 before anything was.
    version: Annotated[int, Field(ge=0, lt=2**31)]
    #: Whether to say what is wrong with it, and what it looks like.
    look: bool = True
    #: Hashes of pieces that the browser has.
    have: Annotated[frozenset[str], Field(max_length=5_000)] = frozenset()


@dataclass(frozen=True)
class Place:
    """A file of a course, for one of its instructors."""

    course: str
    file: str
    staff: Staff
    folder: Path
    #: The text on disk; None where there is none.
    published: str | None

    @property
    def learner_id(self) -> str:
        return self.staff.account.id


async def _place(request: Request, course: str, file: str) -> Place:
    staff = await staffing.may_edit(request, course)
    folder = working_copy.folder(request, course)
    return Place(course, file, staff, folder, workshop.text_on_disk(folder, working_copy.file(file)))


@router.get("")
async def show(request: Request, course: str, file: str) -> Response:
    """The editor."""
    at = await _place(request, course, file)
    copy = await working_copy.to_edit(request, course)

    def read(conn: Connection) -> tuple[Draft | None, list[Writing]]:
        return drafts.one(conn, at.learner_id, course, file), drafts.writing(conn, [course])

    held, writing = await request.app.state.db.read(read)
    draft = copy.own.get(file)
    if draft is None and at.published is None and file not in workshop.files(copy.look):
        raise Problem(404, detail=_("This course has no such file. A new lesson is begun on the course’s page."))
    text = draft.text if draft is not None else at.published
    context: dict[str, Any] = {
        "course_slug": course,
        "file": file,
        "root": f"/studio/courses/{course}/files/{file}",
        "text": (text or "").replace("\r\n", "\n"),
        "version": held.version if held else 0,
        "draft": draft,
        "discarded": held if held is not None and held.state == "discarded" and held.text != at.published else None,
        "look": copy.look,
        "others": [one for one in writing if one.file == file and one.learner_id != at.learner_id],
        "behind": draft is not None and draft.base_text != at.published,
    }
    return pages.page(
        request,
        "studio/file.html",
        headers=security.FRAMES,
        staff=copy.staff,
        studio_course=course,
        studio_title=copy.title,
        studio_tab="lessons",
        at="studio",
        **context,
    )


@router.put("/draft", max_body_size=MOST)
async def save(request: Request, course: str, file: str, written: Annotated[Written, Body()]) -> Response:
    """Keep a text; say what is wrong with it and what its page looks like, where that is asked for."""
    at = await _place(request, course, file)
    try:
        draft, own = await _save(request, at, written.text, written.version)
    except Newer as newer:
        return _newer(request, at, newer.draft)
    said: dict[str, Any] = {"version": draft.version, "saved": _moment(draft.updated), "words": _words(draft.text)}
    said["behind"] = draft.base_text != at.published
    said |= {"errors": None, "warnings": None, "diagnostics": None, "preview": None}
    if written.look:
        said |= await asyncio.to_thread(looked, request, at, own, written.have)
    return JSONResponse(said, headers={"Cache-Control": "private, no-store"})


@router.post("/draft", max_body_size=MOST)
async def save_form(
    request: Request,
    course: str,
    file: str,
    text: Annotated[str, Form(max_length=drafts.LONGEST)] = "",
    version: Annotated[int, Form(ge=0, lt=2**31)] = 0,
) -> Response:
    """The same without a script. What was saved since in another tab is shown beside what was sent."""
    at = await _place(request, course, file)
    try:
        await _save(request, at, text, version)
    except Newer as newer:
        copy = await working_copy.to_edit(request, course)
        mine = text.replace("\r\n", "\n")
        known: dict[str, Any] = {"staff": copy.staff, "studio_course": course, "studio_title": copy.title}
        known |= {"file": file, "mine": mine, "theirs": _standing(at, newer.draft), "version": newer.draft.version}
        return pages.page(request, "studio/both.html", status=409, studio_tab="lessons", at="studio", **known)
    return _back(course, file)


@router.post("/draft/discard")
async def discard(request: Request, course: str, file: str) -> Response:
    """Put the draft aside; it can be taken back."""
    at, now = await _place(request, course, file), clock.now(request)

    def write(conn: Connection) -> Draft | None:
        drafts.discard(conn, at.learner_id, course, [file], now)
        return drafts.one(conn, at.learner_id, course, file)

    return _moved(request, at, await request.app.state.db.write(write))


@router.post("/draft/restore")
async def restore(request: Request, course: str, file: str) -> Response:
    """Take a discarded draft back."""
    at, now = await _place(request, course, file), clock.now(request)

    def write(conn: Connection) -> Draft | None:
        drafts.restore(conn, at.learner_id, course, file, now)
        return drafts.one(conn, at.learner_id, course, file)

    return _moved(request, at, await request.app.state.db.write(write))


def looked(request: Request, at: Place, own: Mapping[str, Draft], have: frozenset[str]) -> dict[str, Any]:
    """What is wrong with a working copy, and the pieces of a file's page; no pieces where it makes none."""
    copy = working_copy.made(request, at.staff, at.course, at.folder, own)
    found = mending.of(copy.look.reading, {name: draft.text for name, draft in copy.own.items()})
    try:
        made = [piece.as_json(have) for piece in studio_preview.pieces(request, copy, at.file)]
    except Problem:
        made = []
    return {
        "errors": sum(one.severity == "error" for one in found),
        "warnings": sum(one.severity == "warning" for one in found),
        "diagnostics": diagnostics_json.diagnostics(found),
        "preview": made or None,
    }


async def _save(request: Request, at: Place, text: str | None, version: int) -> tuple[Draft, dict[str, Draft]]:
    """The draft, and all of one's drafts of the course. Raises Newer."""
    now = clock.now(request)

    def write(conn: Connection) -> tuple[Draft, dict[str, Draft]]:
        saved = drafts.save(conn, at.learner_id, at.course, at.file, text, at.published, version, now)
        return saved, drafts.own(conn, at.learner_id, at.course)

    result: tuple[Draft, dict[str, Draft]] = await request.app.state.db.write(write)
    return result


def _standing(at: Place, draft: Draft) -> str | None:
    """What is edited now: the draft, or where it was ended, the published text."""
    return draft.text if draft.state == "open" else at.published


def _newer(request: Request, at: Place, draft: Draft) -> Response:
    problem = Problem(
        409,
        _("This was edited since"),
        _("Another tab or window has saved this file since. Nothing was overwritten: see both and keep what you want."),
        kind=NEWER,
        version=draft.version,
        text=_standing(at, draft),
        state=draft.state,
        saved=_moment(draft.updated),
    )
    return JSONResponse(problem.as_json(request.url.path), 409, media_type="application/problem+json")


def _moved(request: Request, at: Place, draft: Draft | None) -> Response:
    if request.headers.get("accept") != "application/json":
        return _back(at.course, at.file)
    text = at.published if draft is None else _standing(at, draft)
    return JSONResponse({"version": draft.version if draft else 0, "text": text})


def _back(course: str, file: str) -> Response:
    return RedirectResponse(f"/studio/courses/{course}/files/{file}", 303)


def _moment(when: float) -> str:
    return datetime.fromtimestamp(when, UTC).isoformat(timespec="seconds")


def _words(text: str | None) -> int:
    return len((text or "").split())
