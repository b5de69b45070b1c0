"""Where an instructor begins: the courses, and one course's files as they stand."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.content.diagnostics import Diagnostic
from app.learning import moderation
from app.learning.staff import Staff
from app.studio import drafts, revisions, workshop
from app.studio.drafts import Draft, Writing
from app.studio.revisions import Revision
from app.web import pages, working_copy
from app.web import staff as staffing
from app.web.working_copy import WorkingCopy

router = APIRouter(prefix="/studio", include_in_schema=False)


@dataclass(frozen=True)
class CourseEntry:
    """A course on the desk."""

    slug: str
    title: str
    lessons: int
    #: Of one's working copy.
    errors: int
    warnings: int
    #: Files with unpublished changes of one's own, and of others.
    own: int
    others: tuple[Writing, ...]
    edits: bool


@dataclass(frozen=True)
class FileEntry:
    """A file of a course in its working copy."""

    name: str
    #: The lesson's title, or the file's own name.
    title: str
    #: From 1 among the course's lessons; 0 for other files and for lessons that it does not list.
    number: int
    #: ``published``, ``draft``, ``new``, ``deleted``, ``missing`` or ``unlisted``.
    state: str
    draft: Draft | None
    others: tuple[Writing, ...]
    errors: int
    warnings: int
    #: The newest that the studio knows of; None before it has seen the file.
    last: Revision | None
    questions: int = 0
    labs: int = 0


@router.get("")
async def desk(request: Request) -> Response:
    """Every course that the visitor looks after, with what there is to do."""
    staff = await staffing.staff(request)
    library = request.app.state.library
    folders = await asyncio.to_thread(library.folders)
    slugs = [slug for slug in folders if staff.sees(slug)]
    found = await asyncio.to_thread(library.diagnostics)

    def read(conn: Connection) -> tuple[list[Writing], int]:
        return drafts.writing(conn, slugs), len(moderation.reports(conn, staff.moderated))

    writing, reports = await request.app.state.db.read(read)
    mine = [one for one in writing if one.learner_id == staff.account.id]
    copies = {slug: await working_copy.to_see(request, slug) for slug in {one.course for one in mine}}
    wrong = {slug: copies[slug].look.diagnostics if slug in copies else _of(found, folders[slug]) for slug in slugs}
    entries = [_course(request, staff, slug, wrong[slug], writing, copies) for slug in slugs]
    titles = {entry.slug: entry.title for entry in entries}
    known: dict[str, Any] = {"entries": entries, "mine": mine, "titles": titles, "reports": reports}
    return pages.page(request, "studio/desk.html", staff=staff, at="studio", **known)


def _of(found: Sequence[Diagnostic], folder: Path) -> list[Diagnostic]:
    return [one for one in found if one.path.startswith(f"{folder}/")]


def _course(
    request: Request,
    staff: Staff,
    slug: str,
    wrong: Sequence[Diagnostic],
    writing: Sequence[Writing],
    begun: Mapping[str, WorkingCopy],
) -> CourseEntry:
    course = request.app.state.library.course(slug)
    unpublished = begun[slug].title if slug in begun else slug
    here = [one for one in writing if one.course == slug]
    return CourseEntry(
        slug=slug,
        title=course.title if course is not None else unpublished,
        lessons=len(course.lessons) if course is not None else 0,
        errors=sum(one.severity == "error" for one in wrong),
        warnings=sum(one.severity == "warning" for one in wrong),
        own=sum(one.learner_id == staff.account.id for one in here),
        others=tuple(one for one in here if one.learner_id != staff.account.id),
        edits=staff.edits(slug),
    )


@router.get("/courses/{course}")
async def course(request: Request, course: str) -> Response:
    """A course's files: what is published, what the visitor has changed, what others are writing."""
    copy = await working_copy.to_see(request, course)
    names = workshop.files(copy.look)

    def read(conn: Connection) -> tuple[list[Writing], list[Revision | None]]:
        return drafts.writing(conn, [course]), [revisions.last(conn, course, name) for name in names]

    writing, last = await request.app.state.db.read(read)
    others = [one for one in writing if one.learner_id != copy.staff.account.id]
    files = [_file(copy, name, others, one) for name, one in zip(names, last, strict=True)]
    context: dict[str, Any] = {
        "files": files,
        "edits": copy.staff.edits(course),
        "errors": sum(one.errors for one in files),
        "warnings": sum(one.warnings for one in files),
        "published": request.app.state.library.course(course) is not None,
    }
    return pages.page(
        request,
        "studio/course.html",
        staff=copy.staff,
        studio_course=course,
        studio_title=copy.title,
        studio_tab="lessons",
        at="studio",
        **context,
    )


def _file(copy: WorkingCopy, name: str, others: list[Writing], last: Revision | None) -> FileEntry:
    slug, reading, draft = workshop.lesson_of(name), copy.look.reading, copy.own.get(name)
    listed = list(reading.outline.lessons) if reading.outline is not None else []
    held = reading.drafts.get(slug)
    on_disk = (copy.folder / name).exists()
    state = "published" if on_disk else "missing"
    if draft is not None:
        state = "deleted" if draft.text is None else "draft" if on_disk else "new"
    elif slug and slug not in listed:
        state = "unlisted"
    found = copy.look.of(name)
    return FileEntry(
        name=name,
        title=held.fields.title if held is not None else name,
        number=listed.index(slug) + 1 if slug in listed else 0,
        state=state,
        draft=draft,
        others=tuple(one for one in others if one.file == name),
        errors=sum(one.severity == "error" for one in found),
        warnings=sum(one.severity == "warning" for one in found),
        last=last,
        questions=len(held.questions) if held is not None else 0,
        labs=sum(what == "lab" for what, *_ in held.places) if held is not None else 0,
    )
