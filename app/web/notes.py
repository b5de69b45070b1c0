"""A student's own notes and highlights on a lesson: made there, changed and deleted from anywhere."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content.course import Course, Lesson
from app.learning import bookmarks, notes
from app.learning.notes import LONGEST_BODY, LONGEST_QUOTE, LONGEST_SIDE, Note
from app.web import clock, htmx, limits, pages, places, sessions
from app.web.problems import Problem
from app.words import _

router = APIRouter(include_in_schema=False)

LESSON = "/courses/{course}/lessons/{lesson}"
#: What was typed stays where it is; why it is not kept is said below it.
_BELOW = {"HX-Reswap": "beforeend"}
_KEY = re.compile(r"[0-9a-f]{32}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

Text = Annotated[str, Form()]


@dataclass(frozen=True)
class Box:
    """What ``notes/_box.html`` is a function of: the notes at one section's end."""

    course: Course
    lesson: Lesson
    #: The section's slug; empty for what stands before the first heading.
    section: str
    title: str
    notes: tuple[Note, ...]
    bookmarked: bool
    #: Names the note that its form makes, so that a second press makes no second one.
    key: str

    @property
    def url(self) -> str:
        return f"/courses/{self.course.slug}/lessons/{self.lesson.slug}"

    @property
    def standing(self) -> int:
        return sum(note.deleted is None for note in self.notes)


@dataclass(frozen=True)
class Own:
    """What a student added to a lesson."""

    #: By section, every one.
    boxes: Mapping[str, Box]
    #: Whether the lesson as a whole is.
    bookmarked: bool


#: On the page that is for everyone.
NOTHING = Own({}, False)


def own(conn: Connection, learner_id: str, course: Course, lesson: Lesson, now: float) -> Own:
    """Notes on sections that are gone stand in the last."""
    held = notes.of_lesson(conn, learner_id, course.slug, lesson.slug, now)
    marked = bookmarks.of_lesson(conn, learner_id, course.slug, lesson.slug)
    slugs = [section.slug for section in lesson.sections]
    boxes = {
        section.slug: Box(
            course=course,
            lesson=lesson,
            section=section.slug,
            title=section.title,
            notes=tuple(n for n in held if (n.section if n.section in slugs else slugs[-1]) == section.slug),
            bookmarked=bool(section.slug) and section.slug in marked,
            key=uuid.uuid4().hex,
        )
        for section in lesson.sections
    }
    return Own(boxes, "" in marked)


@router.get(f"{LESSON}/notes")
async def show(request: Request, course: str, lesson: str) -> Response:
    """The notes of every section with the tools to make more; without a script, the page that has them."""
    place = places.lesson(request, course, lesson)
    if not htmx.wanted(request):
        return RedirectResponse(f"/courses/{course}/lessons/{lesson}?mine=1", 303)
    learner_id, now = sessions.learner_id(request), clock.now(request)
    found = await request.app.state.db.read(lambda conn: own(conn, learner_id, *place, now))
    return pages.fragment(request, "notes/_boxes.html", boxes=found.boxes.values(), tools=True)


@router.post(f"{LESSON}/notes", dependencies=[limits.answers])
async def make(
    request: Request,
    course: str,
    lesson: str,
    key: Text = "",
    section: Text = "",
    quote: Text = "",
    before: Text = "",
    after: Text = "",
    start: Annotated[int, Form(ge=0, le=10_000_000)] = 0,
    body: Text = "",
) -> Response:
    found = places.lesson(request, course, lesson)
    if section not in {one.slug for one in found[1].sections}:
        raise Problem(404, detail=_("The lesson has no such section."))
    if not _KEY.fullmatch(key):
        raise Problem(422, detail=_("A note is named by 32 hexadecimal digits."), headers=_BELOW)
    said: dict[str, Any] = {"quote": _one_line(quote), "body": _body(body), "start": start}
    said |= {"before": _one_line(before)[-LONGEST_SIDE:], "after": _one_line(after)[:LONGEST_SIDE]}
    if not said["quote"] and not said["body"]:
        raise Problem(422, detail=_("There is nothing to keep: mark some words, or write some."), headers=_BELOW)
    if len(said["quote"]) > LONGEST_QUOTE:
        raise Problem(422, detail=_("Mark at most %(most)s characters at once.", most=LONGEST_QUOTE), headers=_BELOW)
    learner_id, now, at = sessions.learner_id(request), clock.now(request), (course, lesson, section)

    def write(conn: Connection) -> Note:
        return notes.keep(conn, learner_id, key, at, said, now)

    try:
        made = await request.app.state.db.write(write)
    except notes.TooMany:
        words = _("You have %(most)s notes, as many as are kept. Delete some first.", most=notes.MOST)
        raise Problem(422, detail=words, headers=_BELOW) from None
    return await _answer(request, made)


@router.post("/me/notes/{note}", dependencies=[limits.answers])
async def change(request: Request, note: str, body: Text = "", back: Text = "") -> Response:
    learner_id, now, text = sessions.learner_id(request), clock.now(request), _body(body)
    held = await request.app.state.db.read(lambda conn: notes.one(conn, learner_id, note))
    if held is not None and not held.quote and not text:
        raise Problem(
            422, detail=_("A note on a section needs some words. To be rid of it, delete it."), headers=_BELOW
        )
    done = await request.app.state.db.write(lambda conn: notes.change(conn, learner_id, note, text, now))
    return await _answer(request, done, back)


@router.post("/me/notes/{note}/delete", dependencies=[limits.answers])
async def remove(request: Request, note: str, back: Text = "") -> Response:
    learner_id, now = sessions.learner_id(request), clock.now(request)
    done = await request.app.state.db.write(lambda conn: notes.remove(conn, learner_id, note, now))
    return await _answer(request, done, back)


@router.post("/me/notes/{note}/restore", dependencies=[limits.answers])
async def restore(request: Request, note: str, back: Text = "") -> Response:
    learner_id = sessions.learner_id(request)
    done = await request.app.state.db.write(lambda conn: notes.restore(conn, learner_id, note))
    return await _answer(request, done, back)


async def _answer(request: Request, note: Note | None, back: str = "") -> Response:
    """The box that the note stands in, or the way back to it. Raises Problem (404) where there is no such note."""
    if note is None:
        raise Problem(404, detail=_("You have no such note."))
    if not htmx.wanted(request):
        return RedirectResponse(f"/me/notes#note-{note.id}" if back == "me" else note.link, 303)
    place = places.lesson(request, note.course, note.lesson)
    learner_id, now = sessions.learner_id(request), clock.now(request)
    found: Own = await request.app.state.db.read(lambda conn: own(conn, learner_id, *place, now))
    box = next(box for box in found.boxes.values() if any(one.id == note.id for one in box.notes))
    return pages.fragment(request, "notes/_box.html", box=box, changed=note.id)


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _body(text: str) -> str:
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > LONGEST_BODY:
        words = _("A note has at most %(most)s characters; this one has %(count)s.", most=LONGEST_BODY, count=len(text))
        raise Problem(422, detail=words, headers=_BELOW)
    return text


def by_place(held: Iterable[Note], courses: Iterable[Course]) -> list[tuple[Course, list[tuple[Lesson, list[Note]]]]]:
    """Notes in the order of their courses, lessons and sections; what is left over is ``lost``."""
    held = list(held)
    found = []
    for course in courses:
        lessons = []
        for lesson in course.lessons:
            order = {section.slug: number for number, section in enumerate(lesson.sections)}
            names = (lesson.slug, *course.old_names.get(lesson.slug, ()))
            here = [n for n in held if n.course == course.slug and n.lesson in names]
            here.sort(key=lambda n: (order.get(n.section, len(order)), n.start, n.created))
            if here:
                lessons.append((lesson, here))
        if lessons:
            found.append((course, lessons))
    return found
