"""All that a student noted and marked, by course, and the same as Markdown to take away."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.content.course import Course, Lesson
from app.learning import notes, xp
from app.learning.notes import Note
from app.web import clock, pages, sessions
from app.web.notes import by_place
from app.web.pages import day
from app.words import _

router = APIRouter(prefix="/me", include_in_schema=False)

Placed = list[tuple[Course, list[tuple[Lesson, list[Note]]]]]


@router.get("/notes")
async def show(request: Request) -> Response:
    learner_id = sessions.learner_id(request)
    placed, lost = await _placed(request, "")
    totals = await request.app.state.db.read(lambda conn: xp.totals(conn, learner_id))
    return pages.page(request, "me/notes.html", placed=placed, lost=lost, totals=totals, at="me")


@router.get("/notes.md")
async def take_away(request: Request, course: Annotated[str, Query()] = "") -> Response:
    """One course's notes as Markdown, or all of them."""
    placed, lost = await _placed(request, course)
    named = f"notes-{placed[0][0].slug}.md" if course and placed else "notes.md"
    headers = {"Content-Disposition": f'attachment; filename="{named}"', "Cache-Control": "private, no-store"}
    return Response("\n".join(markdown(placed, lost)), headers=headers, media_type="text/markdown; charset=utf-8")


async def _placed(request: Request, slug: str) -> tuple[Placed, list[Note]]:
    """The notes by their places, of one course or of all; and those whose lesson is gone."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    courses = [course for course in request.app.state.library.courses() if slug in ("", course.slug)]
    held = await request.app.state.db.read(lambda conn: notes.of_learner(conn, learner_id, now))
    held = [note for note in held if slug in ("", note.course)]
    placed = by_place(held, courses)
    found = {note.id for _course, lessons in placed for _lesson, here in lessons for note in here}
    return placed, [note for note in held if note.id not in found]


def markdown(placed: Placed, lost: Iterable[Note]) -> Iterator[str]:
    """The lines of a file that any editor opens."""
    for course, lessons in placed:
        yield f"# {course.title}\n"
        for lesson, here in lessons:
            yield f"## {lesson.title}\n"
            titles = {section.slug: section.title for section in lesson.sections}
            before = ""
            for note in here:
                if note.deleted is None:
                    title = titles.get(note.section, note.section)
                    yield from _note(note, title if title != before else "")
                    before = title
    left = [note for note in lost if note.deleted is None]
    if left:
        yield "# " + _("From lessons that are gone") + "\n"
        for note in left:
            yield from _note(note, note.lesson)


def _note(note: Note, title: str) -> Iterator[str]:
    if title:
        yield f"### {title}\n"
    if note.quote:
        yield f"> {note.quote}\n"
    if note.body:
        yield f"{note.body}\n"
    yield f"<small>{day(note.changed)}</small>\n"
