"""What an address in the studio names: a course, a file of it, and the visitor's working copy."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from sqlalchemy import Connection

from app.content.course import Course, Lesson
from app.learning.staff import Staff
from app.studio import drafts, workshop
from app.studio.drafts import Draft
from app.studio.workshop import Look
from app.web import staff as staffing
from app.web.problems import Problem
from app.words import _


@dataclass(frozen=True)
class WorkingCopy:
    """A course as its files and the visitor's own drafts have it."""

    staff: Staff
    slug: str
    folder: Path
    #: The visitor's unpublished changes, by file.
    own: Mapping[str, Draft]
    look: Look

    @property
    def title(self) -> str:
        outline = self.look.reading.outline
        return outline.title if outline is not None else self.slug

    @property
    def course(self) -> Course:
        """Raises Problem (422) where course.yaml cannot be read."""
        return _readable(self.look.course)

    def place(self, slug: str) -> tuple[Course, Lesson]:
        """One lesson, in the course without what the lab measures in others. Raises Problem (404, 422)."""
        course = _readable(self.look.with_lesson(slug))
        found = course.lesson_by_slug.get(slug)
        if found is None:
            detail = _("The course does not list this lesson, or it cannot be read. See the problems of course.yaml.")
            raise Problem(404, _("There is no such lesson"), detail)
        return course, found

    def lesson(self, slug: str) -> Lesson:
        """Raises Problem (404, 422)."""
        return self.place(slug)[1]


def _readable(course: Course | None) -> Course:
    if course is None:
        detail = _("course.yaml cannot be read, so there is no course to show. Mend it first.")
        raise Problem(422, _("This course cannot be read"), detail)
    return course


async def to_see(request: Request, course: str) -> WorkingCopy:
    """The course for its assistants and instructors. Raises Problem (403, 404)."""
    return await _copy(request, course, await staffing.may_see(request, course))


async def to_edit(request: Request, course: str) -> WorkingCopy:
    """The course for its instructors. Raises Problem (403, 404)."""
    return await _copy(request, course, await staffing.may_edit(request, course))


def folder(request: Request, course: str) -> Path:
    """Where a course is written. Raises Problem (404)."""
    found: Path | None = request.app.state.library.folders().get(course)
    if found is None:
        raise Problem(404, detail=_("There is no such course."))
    return found


def file(name: str) -> str:
    """A name that a file of a course can have. Raises Problem (404)."""
    if not workshop.is_file(name):
        raise Problem(404, detail=_("A course has no file of this name."))
    return name


async def _copy(request: Request, course: str, staff: Staff) -> WorkingCopy:
    place, id = folder(request, course), staff.account.id

    def read(conn: Connection) -> dict[str, Draft]:
        return drafts.own(conn, id, course)

    own: dict[str, Draft] = await request.app.state.db.read(read)
    return await asyncio.to_thread(made, request, staff, course, place, own)


def made(request: Request, staff: Staff, course: str, folder: Path, own: Mapping[str, Draft]) -> WorkingCopy:
    """The working copy of somebody's drafts; takes a moment, so call it in a thread."""
    over = {name: draft.text for name, draft in own.items()}
    return WorkingCopy(staff, course, folder, own, workshop.look(request.app.state.library, course, over))
