"""Testing out of a skill: the sheet, handing it in, and what came of it."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.content.course import Course, Skill
from app.content.questions import AnswerError
from app.learning import attempts, reviews, skill_tests, xp
from app.learning.agenda import how_long
from app.learning.attempts import Outcome, QuestionState
from app.learning.mastery import SkillStanding, matrix
from app.learning.selection import Candidate
from app.learning.skill_tests import Asked, Handed, NotThisSheet, Unreadable
from app.web import clock, limits, pages, sessions
from app.web.courses import find
from app.web.problems import Problem
from app.web.questions import QuestionView
from app.words import _

router = APIRouter(prefix="/courses/{course}/skills/{skill}", include_in_schema=False)

ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True)
class SheetPage:
    """What ``skills/test.html`` is a function of."""

    course: Course
    skill: Skill
    test_id: str
    asked: tuple[QuestionView, ...]
    needed: int
    minutes: int
    #: Why there is no sheet: ``held``, ``soon`` (a day has to pass), ``built`` or ``none``; empty where there is one.
    closed: str
    standing: SkillStanding
    totals: xp.Totals
    trouble: str = ""


@dataclass(frozen=True)
class ResultPage:
    """What ``skills/tested.html`` is a function of."""

    course: Course
    skill: Skill
    test: Handed
    asked: tuple[QuestionView, ...]
    earned: int
    standing: SkillStanding
    #: The skills that need this one and are open now.
    opened: tuple[Skill, ...]
    totals: xp.Totals


@router.get("/test")
async def begin(request: Request, course: str, skill: str) -> Response:
    """A sheet drawn now, at an address of its own; a page that says why, where there is none to be had."""
    found, chosen = find_skill(request, course, skill)
    page = await read_sheet(request, found, chosen, skill_tests.new_id())
    if page.closed:
        return _page(request, "skills/test.html", page)
    return RedirectResponse(f"/courses/{course}/skills/{skill}/tests/{page.test_id}", 303)


@router.get("/tests/{test}")
async def show(request: Request, course: str, skill: str, test: str) -> Response:
    """The sheet, until it is handed in; then what came of it."""
    found, chosen = find_skill(request, course, skill, test)
    learner_id, now = sessions.learner_id(request), clock.now(request)
    result: ResultPage | None = await request.app.state.db.read(
        lambda conn: _result(conn, learner_id, found, chosen, test, now)
    )
    if result is not None:
        return _page(request, "skills/tested.html", result)
    page = await read_sheet(request, found, chosen, test)
    return _page(request, "skills/test.html", page)


@router.post("/tests/{test}", dependencies=[limits.answers])
async def hand_in(request: Request, course: str, skill: str, test: str) -> Response:
    """Grade the sheet. Fields: ``answer.ID`` (repeated) and ``seed.ID`` for each question; what is left out is open."""
    found, chosen = find_skill(request, course, skill, test)
    learner_id, now, form = sessions.learner_id(request), clock.now(request), await request.form()
    given, drawn = _given(form), _drawn(form)

    def write(conn: Connection) -> Handed:
        return skill_tests.hand_in(conn, learner_id, found, chosen.id, test, given, drawn, now)

    try:
        await request.app.state.db.write(write)
    except AnswerError as error:
        problems = error.problems if isinstance(error, Unreadable) else {}
        kept = {} if isinstance(error, NotThisSheet) else given
        page = await read_sheet(request, found, chosen, test, kept, problems, str(error))
        return pages.page(
            request, "skills/test.html", status=422, page=page, course=found, totals=page.totals, at="skill"
        )
    return RedirectResponse(f"/courses/{course}/skills/{skill}/tests/{test}", 303)


def _page(request: Request, template: str, page: SheetPage | ResultPage, status: int = 200) -> Response:
    return pages.page(request, template, status=status, page=page, course=page.course, totals=page.totals, at="skill")


def find_skill(request: Request, course: str, skill: str, test: str = "") -> tuple[Course, Skill]:
    """What an address names. Raises Problem (404)."""
    found = find(request, course)
    if skill not in found.skill_by_id:
        raise Problem(404, detail=_("The course has no such skill."))
    if test and not ID.fullmatch(test):
        raise Problem(404, detail=_("There is no such test."))
    return found, found.skill_by_id[skill]


def _given(form: FormData) -> Mapping[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if name.startswith("answer.") and isinstance(value, str) and value.strip():
            given.setdefault(name.removeprefix("answer."), []).append(value)
    return given


def _drawn(form: FormData) -> Mapping[str, int]:
    sent = {name: value for name, value in form.multi_items() if name.startswith("seed.") and isinstance(value, str)}
    return {name.removeprefix("seed."): int(v) for name, v in sent.items() if v.isdecimal() and len(v) <= 18}


async def read_sheet(
    request: Request,
    course: Course,
    skill: Skill,
    test_id: str,
    typed: Mapping[str, list[str]] | None = None,
    problems: Mapping[str, str] | None = None,
    trouble: str = "",
) -> SheetPage:
    """A sheet as it would be given out now, with what was ``typed`` on it."""
    learner_id, now, courses = sessions.learner_id(request), clock.now(request), {course.slug: course}

    def read(conn: Connection) -> SheetPage:
        sheet = skill_tests.sheet(conn, learner_id, course, skill.id, test_id, now)
        standing = _standings(conn, learner_id, course, now)[skill.id]
        asked = tuple(_asked(course, one, typed or {}, problems or {}) for one in sheet.asked)
        minutes, _measured = how_long(conn, learner_id, [_candidate(course, one) for one in sheet.asked], courses)
        return SheetPage(
            course=course,
            skill=skill,
            test_id=test_id,
            asked=asked,
            needed=sheet.needed,
            minutes=max(1, math.ceil(minutes)),
            closed=_closed(sheet, standing),
            standing=standing,
            totals=xp.totals(conn, learner_id),
            trouble=trouble,
        )

    page: SheetPage = await request.app.state.db.read(read)
    return page


def _candidate(course: Course, one: Asked) -> Candidate:
    return Candidate(course.slug, one.question.id, one.question.skill, 0.0)


def _closed(sheet: skill_tests.Sheet, standing: SkillStanding) -> str:
    if standing.proficient:
        return "held"
    if not standing.of:
        return "none"
    if sheet.passable:
        return ""
    return "soon" if sheet.waits else "built"


def _asked(course: Course, one: Asked, typed: Mapping[str, list[str]], problems: Mapping[str, str]) -> QuestionView:
    id = one.question.id
    return QuestionView(
        course,
        one.lesson,
        one.question,
        QuestionState(id, 0, one.seed),
        problem=problems.get(id, ""),
        typed=tuple(typed.get(id, ())),
        field=f"answer.{id}",
    )


def _result(
    conn: Connection, learner_id: str, course: Course, skill: Skill, test_id: str, now: float
) -> ResultPage | None:
    test = skill_tests.get(conn, learner_id, test_id)
    if test is None or (test.course, test.skill) != (course.slug, skill.id):
        return None
    stands = _standings(conn, learner_id, course, now)
    outcomes = skill_tests.outcomes(conn, learner_id, course, test)
    return ResultPage(
        course,
        skill,
        test,
        tuple(QuestionView(course, lesson, q, _answered(q.id, outcome)) for lesson, q, outcome in outcomes),
        sum(outcome.xp_awarded for *_, outcome in outcomes),
        stands[skill.id],
        tuple(s for s in course.skills if skill.id in s.requires and stands[s.id].state != "locked"),
        xp.totals(conn, learner_id),
    )


def _answered(question_id: str, outcome: Outcome) -> QuestionState:
    return QuestionState(
        question_id,
        0,
        outcome.seed,
        attempts=1,
        answered=True,
        answer=outcome.answer,
        correct=outcome.correct,
        score=outcome.score,
        feedback=outcome.feedback,
        explanation=outcome.explanation,
    )


def _standings(conn: Connection, learner_id: str, course: Course, now: float) -> Mapping[str, SkillStanding]:
    shown = attempts.shown(conn, learner_id, course.slug)
    return matrix(course, shown, reviews.cards(conn, learner_id, course.slug), now)
