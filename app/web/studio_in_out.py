"""A course's way in and out: its questions for other systems, and all of it as one archive."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.content.reading import Reading, read_course
from app.studio import archives, workshop
from app.studio.banks import to_gift, to_moodle, to_qti
from app.studio.banks.taken import Taken, pictures, taken
from app.web import pages
from app.web.problems import Problem
from app.web.staff import may_see
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}", include_in_schema=False)

Lesson = Annotated[str, Query(max_length=80)]


@router.get("/in-and-out")
async def show(request: Request, course: str) -> Response:
    """What can be taken out, what cannot go along, and what can be brought in."""
    staff = await may_see(request, course)
    folder = folder_of(request, course)
    reading, found = await asyncio.to_thread(_taken, request, folder, "")
    left = [one for one in found.losses if one.left_out]
    return pages.page(
        request,
        "studio/in_and_out.html",
        at="studio",
        staff=staff,
        studio_course=course,
        studio_title=title_of(reading),
        studio_tab="in-and-out",
        lessons=[(slug, draft.fields.title) for slug, draft in reading.drafts.items()],
        items=len(found.items),
        left=left,
        published=reading.outline is not None,
        changed=[one for one in found.losses if not one.left_out],
        brought=_count(request, "brought"),
        kept=_count(request, "kept"),
    )


@router.get("/questions.gift")
async def gift(request: Request, course: str, lesson: Lesson = "") -> Response:
    def written(*given: Any) -> bytes:
        return to_gift.write(*given)[0].encode()

    return await _questions(request, course, lesson, written, "gift", "text/plain; charset=utf-8")


@router.get("/questions.moodle.xml")
async def moodle(request: Request, course: str, lesson: Lesson = "") -> Response:
    def written(*given: Any) -> bytes:
        return to_moodle.write(*given)[0]

    return await _questions(request, course, lesson, written, "moodle.xml", "application/xml")


@router.get("/questions.qti.zip")
async def qti(request: Request, course: str, lesson: Lesson = "") -> Response:
    def written(*given: Any) -> bytes:
        return to_qti.write(*given)[0]

    return await _questions(request, course, lesson, written, "qti.zip", "application/zip")


@router.get("/archive.zip")
async def archive(request: Request, course: str) -> Response:
    """All files of the course as they are published: the same course is the same bytes."""
    await may_see(request, course)
    folder = folder_of(request, course)
    if not (folder / workshop.COURSE).is_file():
        raise Problem(404, detail=_("Nothing of this course is published yet."))
    data = await asyncio.to_thread(archives.of_course, folder)
    return sent(data, f"{course}.zip", "application/zip")


def folder_of(request: Request, course: str) -> Path:
    """Where a course's files lie. Raises Problem."""
    folder: Path | None = request.app.state.library.folders().get(course)
    if folder is None:
        raise Problem(404)
    return folder


def title_of(reading: Reading) -> str:
    return reading.outline.title if reading.outline else reading.slug


def sent(data: bytes, name: str, type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(data, media_type=type, headers=headers)


def _taken(request: Request, folder: Path, lesson: str) -> tuple[Reading, Taken]:
    library = request.app.state.library
    reading = read_course(folder, dict(library.memo(folder)), library.known)
    return reading, taken(reading, lesson)


async def _questions(
    request: Request, course: str, lesson: str, write: Callable[..., bytes], ending: str, type: str
) -> Response:
    """The questions of a course, or of one lesson of it, in one format."""
    await may_see(request, course)
    folder = folder_of(request, course)

    def made() -> bytes:
        reading, found = _taken(request, folder, lesson)
        if lesson and lesson not in reading.drafts:
            raise Problem(404)
        return write(found.items, pictures(folder, found.items), title_of(reading), found.losses)

    return sent(await asyncio.to_thread(made), f"{lesson or course}.{ending}", type)


def _count(request: Request, name: str) -> str:
    """How many of something, as the address says after a form."""
    given = request.query_params.get(name, "")
    return given if re.fullmatch(r"\d{1,5}", given) else ""
