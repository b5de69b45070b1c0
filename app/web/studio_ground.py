"""What the pages of publishing and of revisions stand on: a course of the visitor's, with its history up to date."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.content.course import Course
from app.learning.staff import Staff
from app.studio import revisions, workshop
from app.studio.drafts import named, storable
from app.studio.merging import Comparison, compare
from app.web import clock, pages, rendered, working_copy
from app.web import staff as staffing
from app.web.rendered import Beside
from app.words import _


@dataclass(frozen=True)
class Ground:
    request: Request
    staff: Staff
    course: str
    folder: Path
    #: The texts on disk, by file.
    texts: Mapping[str, str]

    @property
    def title(self) -> str:
        found = self.request.app.state.library.course(self.course)
        return found.title if found is not None else self.course

    @property
    def url(self) -> str:
        return f"/studio/courses/{self.course}"

    async def page(self, name: str, status: int = 200, **context: Any) -> Response:
        """In a thread: a comparison has as many rows as its texts have lines, and some are made as they are shown."""
        frame: dict[str, Any] = {
            "staff": self.staff,
            "studio_course": self.course,
            "studio_title": self.title,
            "root": self.url,
        }
        frame |= {"studio_tab": "revisions", "at": "studio"}
        return await asyncio.to_thread(pages.page, self.request, name, status=status, **frame, **context)


async def to_see(request: Request, course: str) -> Ground:
    """For the course's staff. Raises Problem (403, 404)."""
    return await _ground(request, course, await staffing.may_see(request, course))


async def to_edit(request: Request, course: str) -> Ground:
    """For the course's instructors. Raises Problem (403, 404)."""
    return await _ground(request, course, await staffing.may_edit(request, course))


async def _ground(request: Request, course: str, staff: Staff) -> Ground:
    folder = working_copy.folder(request, course)
    texts = await asyncio.to_thread(_texts, folder)
    db, now = request.app.state.db, clock.now(request)

    def behind(conn: Connection) -> bool:
        """Whether the disk says anything that is no revision yet."""
        known = revisions.heads(conn, course)
        return known != {file: named(storable(text)) for file, text in texts.items()}

    if await db.read(behind):
        await db.write(lambda conn: revisions.seen_all(conn, course, texts, now))
    return Ground(request, staff, course, folder, texts)


def _texts(folder: Path) -> dict[str, str]:
    names = sorted(path.name for path in folder.iterdir() if workshop.is_file(path.name))
    found = {name: workshop.text_on_disk(folder, name) for name in names}
    return {name: text for name, text in found.items() if text is not None}


@dataclass(frozen=True)
class Change:
    """A file before and after."""

    file: str
    comparison: Comparison
    #: As students see it; empty where they do not, or see no difference.
    beside: tuple[Beside, ...] = ()
    #: Why there is nothing to see.
    unseen: str = ""


def change(file: str, before: str | None, after: str | None, was: Course | None, would: Course | None) -> Change:
    """``was`` and ``would`` are the course with the one and the other text."""
    old, new = rendered.pieces(was, file), rendered.pieces(would, file)
    rows = tuple(rendered.beside(old, new))
    unseen = ""
    if not rows and before != after:
        shown = old is not None and new is not None
        unseen = _("Students see no difference on the page.") if shown else _("Students see no page of this file.")
    return Change(file, compare(before, after), rows, unseen)


async def looked(request: Request, course: str, file: str, text: str | None) -> Course | None:
    """The course with one file as it was in a revision, and all others as they are on disk now."""
    library = request.app.state.library
    return (await asyncio.to_thread(workshop.look, library, course, {file: text})).course
