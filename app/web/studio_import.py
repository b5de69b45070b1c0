"""Questions of other systems for a course: a file is looked at, then what is ticked joins one's draft of a lesson."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.responses import RedirectResponse, Response

from app.studio import beginnings, drafts, importing, outlines, pictures, workshop
from app.studio.banks.reading import MOST_BYTES
from app.studio.banks.recognise import FORMATS, MOST_ITEMS
from app.studio.banks.write import Written
from app.studio.importing import Report
from app.studio.uploads import Uploads
from app.web import clock, pages, working_copy
from app.web.problems import Problem
from app.web.working_copy import WorkingCopy
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/import", include_in_schema=False)

#: A file, and what a form puts around it.
MOST = MOST_BYTES + (256 << 10)


@dataclass(frozen=True)
class _Asked:
    """What an import is of and for. ``lesson`` is a slug of the working copy, or a new one with ``title``."""

    file: str
    format: str
    lesson: str
    title: str
    skill: str
    new: bool

    @property
    def query(self) -> str:
        given = {"file": self.file, "format": self.format, "skill": self.skill}
        return urlencode(given | ({"title": self.title} if self.new else {"lesson": self.lesson}))


@router.get("")
async def show(request: Request, course: str) -> Response:
    """The form; of a file that was sent, what would come of it."""
    copy = await working_copy.to_edit(request, course)
    given = request.query_params
    asked = _asked(copy, given.get("file", ""), given)
    sent = await asyncio.to_thread(_uploads(request, copy).held, asked.file) if asked.file else None
    if sent is None:
        gone = _("That file is no longer here: choose it once more.") if asked.file else ""
        return _page(request, copy, asked, gone)
    name, data = sent
    found = await asyncio.to_thread(_report, copy, asked, name, data)
    return _page(request, copy, asked, "", name, found)


@router.post("", max_body_size=MOST)
async def receive(request: Request, course: str) -> Response:
    """Take a file and show what it holds, or take what was ticked of one into the draft of a lesson."""
    copy = await working_copy.to_edit(request, course)
    try:
        async with request.form(max_files=1, max_fields=MOST_ITEMS + 20) as form:
            sent = form.get("bank")
            if isinstance(sent, UploadFile):
                return await _kept(request, copy, form, sent)
            return await _taken(request, copy, form)
    except MultiPartException:
        raise Problem(400) from None


async def _kept(request: Request, copy: WorkingCopy, form: FormData, sent: UploadFile) -> Response:
    data = await sent.read()
    asked = _asked(copy, "", form)
    if not data:
        return _page(request, copy, asked, _("Choose a file with questions first."), status=422)
    token = await asyncio.to_thread(_uploads(request, copy).keep, sent.filename or "", data, clock.now(request))
    asked = _asked(copy, token, form)
    return RedirectResponse(f"/studio/courses/{copy.slug}/import?{asked.query}", 303)


async def _taken(request: Request, copy: WorkingCopy, form: FormData) -> Response:
    asked = _asked(copy, _text(form, "file"), form)
    sent = await asyncio.to_thread(_uploads(request, copy).held, asked.file)
    if sent is None:
        return _page(request, copy, asked, _("That file is no longer here: choose it once more."), status=422)
    name, data = sent
    found = await asyncio.to_thread(_report, copy, asked, name, data)
    ticked = {value for value in form.getlist("take") if isinstance(value, str)}
    taken = [one.written for one in found.new if one.written.id in ticked]
    if not taken and not any(one.written.id in ticked for one in found.proposals):
        return _page(request, copy, asked, _("Tick the questions that you want first."), name, found, status=422)
    await asyncio.to_thread(_with_pictures, copy, found, taken)
    await _added(request, copy, asked, name, taken)
    return RedirectResponse(f"/studio/courses/{copy.slug}/files/{asked.lesson}.md", 303)


def _with_pictures(copy: WorkingCopy, found: Report, taken: Sequence[Written]) -> None:
    """Puts the pictures of what is taken into the course's media folder. Raises Problem."""
    for name, data in found.media.items():
        if any(f"(media/{name})" in one.markdown for one in taken):
            try:
                pictures.keep(copy.folder, name.rpartition("-")[0], data)
            except OSError:
                detail = _("The course’s folder cannot be written here, and these questions have pictures.")
                raise Problem(409, _("Pictures cannot be kept here"), detail, kind="not-writable") from None


async def _added(request: Request, copy: WorkingCopy, asked: _Asked, name: str, taken: Sequence[Written]) -> None:
    """Joins questions to the lesson's draft, and lists a new lesson in that of course.yaml. Twice is once."""
    now, learner, file = clock.now(request), copy.staff.account.id, f"{asked.lesson}.md"
    disk = {one: workshop.text_on_disk(copy.folder, one) for one in (file, workshop.COURSE)}
    summary = _("Questions of %(file)s.", file=name)

    def write(conn: Connection) -> None:
        held = drafts.one(conn, learner, copy.slug, file)
        text = held.text if held is not None and held.state == "open" else disk[file]
        whole = importing.joined(text or importing.begun(asked.title, summary, asked.skill), taken)
        version = held.version if held is not None else 0
        drafts.save(conn, learner, copy.slug, file, whole, disk[file], version, now)
        if not asked.new:
            return
        course = drafts.one(conn, learner, copy.slug, workshop.COURSE)
        yaml = course.text if course is not None and course.state == "open" else disk[workshop.COURSE]
        try:
            listed = outlines.add_lesson(yaml or "", asked.lesson)
        except outlines.Unreadable:
            return  # The lesson is there all the same, and the checker says that it is not listed.
        if listed != yaml:
            version = course.version if course is not None else 0
            drafts.save(conn, learner, copy.slug, workshop.COURSE, listed, disk[workshop.COURSE], version, now)

    await request.app.state.db.write(write)


def _uploads(request: Request, copy: WorkingCopy) -> Uploads:
    # Of one learner and course: what one of them sent is there for nobody else.
    whose = sha256(f"{copy.staff.account.id}\0{copy.slug}".encode()).hexdigest()[:32]
    return Uploads(Path(request.app.state.settings.data) / "imports" / whose)


def _report(copy: WorkingCopy, asked: _Asked, name: str, data: bytes) -> Report:
    return importing.report(data, name, asked.format, asked.skill, importing.questions_of(copy.look.reading))


def _text(given: Any, name: str) -> str:
    value = given.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _slug_of(title: str) -> str:
    slug = beginnings.slug_of(title) or "questions"
    return f"{slug}-lesson" if beginnings.trouble_with(slug) else slug


def _asked(copy: WorkingCopy, file: str, given: Any) -> _Asked:
    """Reads a form or a query; what is none of the choices falls back to the first of them."""
    outline = copy.look.reading.outline
    lessons = list(outline.lessons) if outline is not None else []
    skills = [one.id for one in outline.skills] if outline is not None else []
    lesson, skill, format = _text(given, "lesson"), _text(given, "skill"), _text(given, "format")
    title = _text(given, "title")[:120]
    new = bool(title) and lesson not in lessons
    if new:
        lesson = _slug_of(title)
    elif lesson not in lessons:
        lesson = lessons[0] if lessons else ""
        new = not lessons
    if new and not title:
        title = _("Questions")
        lesson = _slug_of(title)
    new = new and lesson not in lessons
    if skill not in skills:
        draft = copy.look.reading.drafts.get(lesson)
        taught = [one for one in (draft.fields.skills if draft is not None else ()) if one in skills]
        skill = (taught or skills or [""])[0]
    return _Asked(file, format if format in FORMATS else "", lesson, title, skill, new)


def _page(
    request: Request,
    copy: WorkingCopy,
    asked: _Asked,
    wrong: str,
    name: str = "",
    found: Report | None = None,
    status: int = 200,
) -> Response:
    outline = copy.look.reading.outline
    return pages.page(
        request,
        "studio/import.html",
        status=status,
        staff=copy.staff,
        studio_course=copy.slug,
        studio_title=copy.title,
        studio_tab="in-and-out",
        at="studio",
        asked=asked,
        wrong=wrong,
        name=name,
        report=found,
        formats=FORMATS,
        lessons=[(slug, _title(copy, slug)) for slug in (outline.lessons if outline is not None else ())],
        skills=[(one.id, one.title) for one in outline.skills] if outline is not None else [],
        most=MOST_BYTES // 1_000_000,
    )


def _title(copy: WorkingCopy, slug: str) -> str:
    draft = copy.look.reading.drafts.get(slug)
    return draft.fields.title if draft is not None else slug
