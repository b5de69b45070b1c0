"""The preview of a file: exactly the student's page, of the working copy, to stand in a frame beside the editor."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from app.studio import workshop
from app.web import clock, courses, pages, preview_page, security, sessions, working_copy
from app.web.preview_page import PreviewPage
from app.web.preview_pieces import Piece
from app.web.problems import Problem
from app.web.studio_trying import address, trials
from app.web.working_copy import WorkingCopy

router = APIRouter(prefix="/studio/courses/{course}/files/{file}/preview", include_in_schema=False)


@router.get("")
async def show(request: Request, course: str, file: str) -> Response:
    """The page that this file makes, or is part of."""
    copy = await working_copy.to_see(request, course)
    at = address(course, working_copy.file(file))
    trials(request).forget(sessions.learner_id(request), at)
    try:
        if workshop.lesson_of(file):
            _pieces, html = await asyncio.to_thread(preview_page.parts, lesson_page(request, copy, file))
            return HTMLResponse(html, headers=security.FRAMED | {"Cache-Control": "private, no-store"})
        return await _other(request, copy, file)
    except Problem as problem:
        # Said within the frame, which would show no page of the site's.
        known = {"problem": problem, "at": "studio"}
        return pages.page(request, "studio/preview_none.html", status=problem.status, headers=security.FRAMED, **known)


def lesson_page(request: Request, copy: WorkingCopy, file: str) -> PreviewPage:
    """Raises Problem (404, 422) where the file makes no page."""
    course, lesson = copy.place(workshop.lesson_of(file))
    lines = copy.look.reading.drafts[lesson.slug].lines
    at = address(copy.slug, file)
    return preview_page.preview_page(course, lesson, lines, sessions.learner_id(request), at)


def pieces(request: Request, copy: WorkingCopy, file: str) -> tuple[Piece, ...]:
    """The parts of a lesson's page; none of another file's, whose page is loaded anew. Raises Problem."""
    return preview_page.parts(lesson_page(request, copy, file))[0] if workshop.lesson_of(file) else ()


async def _other(request: Request, copy: WorkingCopy, file: str) -> Response:
    """The glossary's page, the course's as a new student finds it, or the list of what can be cited."""
    course = copy.course
    more: dict[str, Any] = {"totals": None}
    if file == workshop.GLOSSARY:
        name = "studio/preview_glossary.html"
    elif file == workshop.REFERENCES:
        name, more["sources"] = "studio/preview_references.html", copy.look.reading.sources
    else:
        now, whole = clock.now(request), courses.Look(whole=True)
        page = await request.app.state.db.read(lambda conn: courses.read_page(conn, "", course, whole, now))
        name, more["page"] = "studio/preview_course.html", page
    return pages.page(request, name, course=course, at="studio", headers=security.FRAMED, **more)
