"""A lesson's page: the same bytes for every student of a cut, then what is the student's own.

The page for everyone is rendered by ``render_lesson`` and kept by ``app.web.cached``. The student's part is a fragment
beside it (``/mine``) or, without a script, the same template rendered for them (``?mine=1``).
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.datastructures import State
from starlette.responses import Response

from app.content import lengths
from app.content.course import (
    Aside,
    Author,
    Block,
    Course,
    Lesson,
    Prose,
    QuestionBlock,
    Section,
    Skill,
)
from app.db import Busy
from app.learning import attempts, progress, renames, reviews, xp
from app.studio import answer_comments
from app.web import clock, notes, pages, places, sessions
from app.web.elevation import Drawing, drawing
from app.web.lab_view import LabView, lab_view
from app.web.labs import as_left
from app.web.notes import NOTHING, Own
from app.web.questions import QuestionView, untouched

router = APIRouter(prefix="/courses/{course}/lessons/{lesson}", include_in_schema=False)

_TERM = re.compile(r'data-term="([\w-]+)"')
#: What keeps its white space, and a line break with what stands around it.
_VERBATIM = re.compile(r"(<(?:pre|textarea)\b.*?</(?:pre|textarea)>)", re.DOTALL)
_BREAK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Row:
    """What stands side by side: one block, or several questions in a row, and the notes in its margin."""

    blocks: tuple[Block, ...]
    notes: tuple[Aside, ...] = ()

    @property
    def checks(self) -> bool:
        return isinstance(self.blocks[0], QuestionBlock)


@dataclass(frozen=True)
class SectionView:
    section: Section
    rows: tuple[Row, ...]
    minutes: int
    #: Questions of this section, and those of them that were answered rightly.
    questions: int
    shown: int

    @property
    def complete(self) -> bool:
        return 0 < self.questions == self.shown


@dataclass(frozen=True)
class LessonPage:
    """What ``lessons/show.html`` is a function of."""

    course: Course
    lesson: Lesson
    #: Its place among the course's lessons, from 1.
    number: int
    sections: tuple[SectionView, ...]
    questions: Mapping[str, QuestionView]
    #: Skills that it builds on and that it teaches.
    needs: tuple[Skill, ...]
    teaches: tuple[Skill, ...]
    authors: tuple[Author, ...]
    #: Term -> the numbers of the sections that use it.
    used: Mapping[str, tuple[int, ...]]
    next: Lesson | None
    drawing: Drawing | None
    #: Labs as the student left them; empty on the page for everyone, where each is loaded when it is seen.
    labs: Mapping[str, LabView]
    #: Rendered for one student.
    mine: bool
    #: The student's notes and bookmarks.
    own: Own
    #: Read by someone of the course's staff.
    staffed: bool = False

    @property
    def url(self) -> str:
        return f"/courses/{self.course.slug}/lessons/{self.lesson.slug}"

    @property
    def shown(self) -> int:
        return sum(section.shown for section in self.sections)

    def part(self, name: str, what: SectionView | Row | None = None) -> str:  # noqa: ARG002
        """Stands before a part of the page, and ``part("")`` behind it: nothing, but where parts are told apart."""
        return ""

    def kept(self, row: Row) -> str:  # noqa: ARG002
        """A row's HTML where it was made before, with its parts told; nothing where it is to be made."""
        return ""


def lesson_page(
    course: Course,
    lesson: Lesson,
    questions: Mapping[str, QuestionView],
    labs: Mapping[str, LabView] | None = None,
    own: Own = NOTHING,
) -> LessonPage:
    """Everything about a lesson; for everyone where ``labs`` is None, else for one student."""
    number = course.lessons.index(lesson) + 1
    follows = lesson.next or next((one.slug for one in course.lessons[number:]), None)
    weights = [lengths.words(section) for section in lesson.sections]
    return LessonPage(
        course=course,
        lesson=lesson,
        number=number,
        sections=tuple(
            _section(section, round(lesson.minutes * weight / max(1, sum(weights))), questions)
            for section, weight in zip(lesson.sections, weights, strict=True)
        ),
        questions=questions,
        needs=tuple(course.skill_by_id[s] for s in lesson.requires if s in course.skill_by_id),
        teaches=tuple(course.skill_by_id[s] for s in lesson.skills if s in course.skill_by_id),
        authors=tuple(author for author in course.authors if author.id in lesson.authors),
        used=_used(lesson),
        next=course.lesson_by_slug.get(follows) if follows else None,
        drawing=drawing(course.ticker) if number == 1 else None,
        labs=labs or {},
        mine=labs is not None,
        own=own,
    )


def _section(section: Section, minutes: int, questions: Mapping[str, QuestionView]) -> SectionView:
    asked = [block.question.id for block in section.blocks if isinstance(block, QuestionBlock)]
    shown = sum(questions[id].state.awarded for id in asked)
    return SectionView(section, _rows(section.blocks), max(1, minutes), len(asked), shown)


def _rows(blocks: tuple[Block, ...]) -> tuple[Row, ...]:
    """Questions that follow each other share a row; a note stands beside the prose before it, or else after it."""
    rows: list[Row] = []
    waiting: tuple[Aside, ...] = ()
    for block in blocks:
        last = rows[-1] if rows else None
        if isinstance(block, Aside):
            if last and isinstance(last.blocks[0], Prose):
                rows[-1] = Row(last.blocks, (*last.notes, block))
            else:
                waiting = (*waiting, block)
        elif isinstance(block, QuestionBlock) and last and last.checks:
            rows[-1] = Row((*last.blocks, block), last.notes)
        else:
            beside = waiting if isinstance(block, Prose) else ()
            rows.append(Row((block,), beside))
            waiting = () if beside else waiting
    if waiting:
        rows.append(Row((Prose(""),), waiting))
    return tuple(rows)


def _used(lesson: Lesson) -> Mapping[str, tuple[int, ...]]:
    used: dict[str, dict[int, None]] = {}
    for section in lesson.sections:
        for block in section.blocks:
            for slug in _TERM.findall(block.html if isinstance(block, Prose | Aside) else ""):
                used.setdefault(slug, {}).setdefault(section.number)
    return {slug: tuple(n for n in numbers if n) for slug, numbers in used.items()}


def render_lesson(_: State, course: Course, lesson: Lesson, cut: int) -> str:
    """The page that every student of a cut sees before any answer."""
    questions = {q.id: untouched(course, lesson, q, cut) for q in lesson.questions}
    page = lesson_page(course, lesson, questions)
    html = pages.templates.get_template("lessons/show.html").render(page=page, course=course, at="lesson", visitor=None)
    return _unindented(html)


def _unindented(html: str) -> str:
    """HTML without its source's indentation, which every reader would load; code keeps its own."""
    parts = _VERBATIM.split(html)
    return "".join(part if n % 2 else _BREAK.sub("\n", part) for n, part in enumerate(parts))


@router.get("")
async def show(request: Request, course: str, lesson: str) -> Response:
    """The page as it stands with this student: what is asked for where there is no script."""
    place = places.lesson(request, course, lesson)
    labs = {lab.id: await as_left(request, lab_view(*place, lab)) for lab in place[1].labs}
    context = await _mine(request, *place, labs)
    return pages.page(request, "lessons/show.html", **context, at="lesson")


@router.get("/mine")
async def mine(request: Request, course: str, lesson: str) -> Response:
    """What is the student's own, as changes to the page for everyone; notes that they have the lesson open."""
    context = await _mine(request, *places.lesson(request, course, lesson), {})
    return pages.fragment(request, "lessons/_mine.html", headers=pages.KEPT, **context)


async def _mine(request: Request, course: Course, lesson: Lesson, labs: Mapping[str, LabView]) -> dict[str, Any]:
    """What the templates of a lesson take for one student."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    team = sessions.visitor(request).staff
    courses = request.app.state.library.courses()

    def read(conn: Connection) -> dict[str, Any]:
        states = attempts.states(conn, learner_id, course.slug, lesson.questions)
        said = answer_comments.seen(conn, course, lesson.questions, states)
        questions = {
            q.id: QuestionView(course, lesson, q, states[q.id], remark=said.get(q.id, "")) for q in lesson.questions
        }
        own = notes.own(conn, learner_id, course, lesson, now)
        staffed = team is not None and team.sees(course.slug)
        return {
            "page": replace(lesson_page(course, lesson, questions, labs, own), staffed=staffed),
            "course": course,
            "totals": xp.totals(conn, learner_id),
            "due": reviews.count_due(conn, learner_id, now, courses),
        }

    def visit(conn: Connection) -> None:
        progress.visit(conn, learner_id, course.slug, lesson.slug, now)
        renames.follow(conn, learner_id, course)

    # A database too busy to note the visit does not keep anyone from reading.
    with suppress(Busy):
        await request.app.state.db.write(visit)
    result: dict[str, Any] = await request.app.state.db.read(read)
    return result
