"""A lesson as sheets of paper: everything unfolded, questions as exercises, links with their addresses.

What is given away is what the lesson gives away: an answer stands there where it is one's own (``?mine=1``), and a lab
that asks for a prediction shows what came out once one has said something, on one's own sheets.
"""

import html
import re
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from markupsafe import Markup
from sqlalchemy import Connection
from starlette.responses import Response

from app.content.course import Course, Lesson
from app.learning import attempts
from app.web import pages, places, sessions
from app.web.lab_view import LabView, lab_view
from app.web.labs import as_left, with_run
from app.web.lessons import LessonPage, lesson_page
from app.web.questions import QuestionView, untouched

router = APIRouter(prefix="/courses/{course}/lessons/{lesson}", include_in_schema=False)

_LINK = re.compile(r'<a\s[^>]*href="(https?://[^"]+)"[^>]*>.*?</a>', re.DOTALL)


@dataclass(frozen=True)
class Sheets:
    """What ``prints/lesson.html`` is a function of."""

    page: LessonPage
    #: With one's own answers.
    mine: bool
    #: Question -> the number of its exercise, from 1.
    exercises: dict[str, int]
    #: Addresses that links lead to, in the order in which they are met.
    addresses: list[str] = field(default_factory=list)

    def noted(self, text: str) -> Markup:
        """Safe HTML with the number of its address behind each link that leads out of the site."""
        return Markup(_LINK.sub(lambda link: f"{link[0]}<sup>{self._number(link[1])}</sup>", text))  # noqa: S704

    def _number(self, href: str) -> int:
        address = html.unescape(href)
        if address not in self.addresses:
            self.addresses.append(address)
        return self.addresses.index(address) + 1


@router.get("/print")
async def show(request: Request, course: str, lesson: str, mine: bool = False) -> Response:
    """A lesson to print, or to keep as PDF."""
    place = places.lesson(request, course, lesson)
    labs = {lab.id: await _lab(request, lab_view(*place, lab), mine) for lab in place[1].labs}
    page = lesson_page(*place, await _questions(request, *place, mine), labs)
    exercises = {question.id: number for number, question in enumerate(place[1].questions, 1)}
    sheets = Sheets(page, mine, exercises)
    return pages.page(request, "prints/lesson.html", sheets=sheets, page=page, course=page.course, at="lesson")


async def _lab(request: Request, view: LabView, mine: bool) -> LabView:
    """A lab with its last result, where that may be seen on these sheets."""
    if not mine and (view.lab.predict_html or view.lab.draw):
        return with_run(request, view, None, view.answering)
    return await as_left(request, view)


async def _questions(request: Request, course: Course, lesson: Lesson, mine: bool) -> dict[str, QuestionView]:
    learner_id = sessions.learner_id(request)
    if not mine:
        cut = attempts.cut(learner_id)
        return {q.id: untouched(course, lesson, q, cut) for q in lesson.questions}

    def read(conn: Connection) -> dict[str, QuestionView]:
        states = attempts.states(conn, learner_id, course.slug, lesson.questions)
        return {q.id: QuestionView(course, lesson, q, states[q.id]) for q in lesson.questions}

    found: dict[str, QuestionView] = await request.app.state.db.read(read)
    return found
