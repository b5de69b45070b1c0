"""Reviews: what is due, one question at a time, and what came of it."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content.course import Course, Skill
from app.learning import plans, review_sets, xp
from app.learning.agenda import Agenda, agenda, how_long
from app.learning.review_sets import Item, ReviewSet, Scope
from app.learning.selection import Candidate
from app.web import clock, limits, pages, sessions
from app.web.problems import Problem
from app.web.questions import QuestionView, view_of
from app.web.review_steps import in_words
from app.web.words import _

router = APIRouter(prefix="/review", include_in_schema=False)

SetId = Annotated[str, Path(max_length=64)]
Count = Annotated[int, Form(ge=0, le=100)]
Name = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class StartPage:
    """What ``reviews/start.html`` is a function of."""

    scope: Scope
    course: Course | None
    agenda: Agenda
    #: The skills of the set that would be made, and how many of its questions are of each.
    skills: tuple[tuple[Course, Skill, int], ...]
    #: The set that would lift what is fading, and the skills that it is about.
    repair: Agenda
    fading: tuple[tuple[Course, Skill, int], ...]
    #: A set that was left, what is left of it, and the minutes for that.
    open: ReviewSet | None
    open_minutes: int
    plan: plans.Plan
    week: plans.Week
    totals: xp.Totals
    #: When the next falls due, in words; empty where none will.
    next: str

    @property
    def minutes(self) -> int:
        return math.ceil(self.agenda.minutes)

    @property
    def repair_minutes(self) -> int:
        return math.ceil(self.repair.minutes)


@dataclass(frozen=True)
class Told:
    """An answered question of a set, as its summary tells of it."""

    item: Item
    course: Course | None
    skill: Skill | None
    #: Where the question stands, and what it asks, as HTML; empty where it is gone.
    url: str
    asked: str
    #: When it comes back: in words, and the day in the student's time zone.
    back: str
    day: date


@dataclass(frozen=True)
class SummaryPage:
    """What ``reviews/over.html`` is a function of."""

    review: ReviewSet
    told: tuple[Told, ...]
    #: Each skill whose state changed: the skill, its state before and after.
    changed: tuple[tuple[Course, Skill, str, str], ...]
    earned: int
    totals: xp.Totals
    #: Questions that are due now.
    due: int

    @property
    def right(self) -> int:
        return sum(bool(one.item.correct) for one in self.told)


@router.get("")
async def start(request: Request, course: Annotated[str | None, Query(max_length=200)] = None) -> Response:
    """What is due, how much of it a set asks, and how long that takes."""
    courses, learner_id, now = by_slug(request), sessions.learner_id(request), clock.now(request)
    if course and course not in courses:
        raise Problem(404, detail=_("There is no such course."))
    scope = Scope(course=course or None)
    page = await request.app.state.db.read(lambda conn: start_page(conn, learner_id, scope, courses, now))
    return pages.page(request, "reviews/start.html", page=page, totals=page.totals, at="review")


@router.post("", dependencies=[limits.answers])
async def begin(request: Request, course: Name = "", skill: Name = "", fading: Name = "") -> Response:
    """Begin a set, or go on with the one that was begun alike.

    Fields, all optional: ``course``; ``skill`` of it, or ``fading`` (any value), for the few questions that lift it.
    """
    courses, learner_id, now = by_slug(request), sessions.learner_id(request), clock.now(request)
    scope = scope_of(courses, course, skill, bool(fading))

    def write(conn: Connection) -> ReviewSet | None:
        chosen = agenda(conn, learner_id, scope, courses, now).chosen
        return review_sets.begin(conn, learner_id, scope, chosen, courses, now)

    found: ReviewSet | None = await request.app.state.db.write(write)
    return RedirectResponse(_at(found) if found else f"/review{f'?course={course}' if course else ''}", 303)


@router.get("/{review}")
async def show(request: Request, review: SetId) -> Response:
    """The question whose turn it is; once the set is over, what came of it."""
    courses, learner_id, now = by_slug(request), sessions.learner_id(request), clock.now(request)

    def read(conn: Connection) -> tuple[ReviewSet | None, QuestionView | None, xp.Totals]:
        found = review_sets.get(conn, learner_id, review)
        item = found.current if found else None
        place = courses[item.course].question_by_id.get(item.question_id) if item and item.course in courses else None
        q = view_of(conn, learner_id, courses[item.course], *place, review=review) if item and place else None
        return found, q, xp.totals(conn, learner_id)

    found, q, totals = await request.app.state.db.read(read)
    if found is None:
        raise Problem(404, detail=_("You have no such review."))
    if found.ended is not None:
        page = await request.app.state.db.read(lambda conn: summary_page(conn, learner_id, found, courses, now))
        return pages.page(request, "reviews/over.html", page=page, totals=page.totals, at="review")
    context = {"q": q, "review": found, "course": q.course if q else None}
    return pages.page(request, "reviews/show.html", **context, totals=totals, at="review")


@router.post("/{review}/next", dependencies=[limits.answers])
async def go_on(request: Request, review: SetId, after: Count) -> Response:
    """Go on after place ``after``, or to the end."""
    courses, learner_id, now = by_slug(request), sessions.learner_id(request), clock.now(request)
    found = await request.app.state.db.write(
        lambda conn: review_sets.go_on(conn, learner_id, review, after, courses, now)
    )
    if found is None:
        raise Problem(404, detail=_("You have no such review."))
    return RedirectResponse(_at(found), 303)


@router.post("/{review}/end", dependencies=[limits.answers])
async def end(request: Request, review: SetId) -> Response:
    """Stop for good: what was answered counts, the rest stays due."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    if not await request.app.state.db.write(lambda conn: review_sets.end(conn, learner_id, review, now)):
        raise Problem(404, detail=_("You have no such review."))
    return RedirectResponse(f"/review/{review}", 303)


def by_slug(request: Request) -> Mapping[str, Course]:
    return {course.slug: course for course in request.app.state.library.courses()}


def scope_of(courses: Mapping[str, Course], course: str, skill: str, fading: bool) -> Scope:
    """What a set is asked for. Raises Problem (422) for a course or a skill that is not there."""
    if course and course not in courses:
        raise Problem(422, detail=_("There is no such course."))
    if skill and (not course or skill not in courses[course].skill_by_id):
        raise Problem(422, detail=_("The course has no such skill."))
    return Scope("repair" if skill or fading else "review", course or None, skill or None)


def start_page(conn: Connection, learner_id: str, scope: Scope, courses: Mapping[str, Course], now: float) -> StartPage:
    found, plan = agenda(conn, learner_id, scope, courses, now), plans.of(conn, learner_id)
    repair = agenda(conn, learner_id, Scope("repair", scope.course), courses, now)
    left = review_sets.unfinished(conn, learner_id)
    rest = [Candidate(i.course, i.question_id, i.skill, 0.0) for i in left.left if _there(courses, i)] if left else []
    return StartPage(
        scope=scope,
        course=courses[scope.course] if scope.course else None,
        agenda=found,
        skills=_skills(found, courses),
        repair=repair,
        fading=_skills(repair, courses),
        open=left,
        open_minutes=math.ceil(how_long(conn, learner_id, rest, courses)[0]),
        plan=plan,
        week=plans.week(conn, learner_id, now),
        totals=xp.totals(conn, learner_id),
        next=in_words(found.next, now, plan.time_zone) if found.next is not None else "",
    )


def _skills(found: Agenda, courses: Mapping[str, Course]) -> tuple[tuple[Course, Skill, int], ...]:
    """The skills of a set, in its order, and how many of its questions are of each."""
    counts = Counter(one.topic for one in found.chosen)
    return tuple((courses[slug], courses[slug].skill_by_id[id], number) for (slug, id), number in counts.items())


def summary_page(
    conn: Connection, learner_id: str, review: ReviewSet, courses: Mapping[str, Course], now: float
) -> SummaryPage:
    zone = plans.of(conn, learner_id).time_zone
    told, states = [], dict[tuple[str, str], tuple[Course, Skill, str, str]]()
    for item in review.answered:
        course = courses.get(item.course)
        skill = course.skill_by_id.get(item.skill) if course else None
        answered = item.answered or 0.0
        due = item.due or answered
        url = f"/courses/{item.course}/questions/{item.question_id}" if _there(courses, item) else ""
        asked = _prompt(conn, learner_id, item, courses) if url else ""
        told.append(Told(item, course, skill, url, asked, in_words(due, answered, zone), plans.day_of(due, zone)))
        if course and skill and item.before and item.after:
            first = states.get((item.course, item.skill), (course, skill, item.before, item.after))[2]
            states[item.course, item.skill] = (course, skill, first, item.after)
    return SummaryPage(
        review=review,
        told=tuple(told),
        changed=tuple(one for one in states.values() if one[2] != one[3]),
        earned=sum(item.xp or 0 for item in review.answered),
        totals=xp.totals(conn, learner_id),
        due=agenda(conn, learner_id, Scope(), courses, now).due,
    )


def _prompt(conn: Connection, learner_id: str, item: Item, courses: Mapping[str, Course]) -> str:
    place = courses[item.course].question_by_id[item.question_id]
    return view_of(conn, learner_id, courses[item.course], *place).shown.prompt_html


def _there(courses: Mapping[str, Course], item: Item) -> bool:
    return item.course in courses and item.question_id in courses[item.course].question_by_id


def _at(review: ReviewSet) -> str:
    """The address of a set, at its question, so that the keyboard goes on there."""
    return f"/review/{review.id}" + (f"#q-{review.current.question_id}" if review.current else "")
