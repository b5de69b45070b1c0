"""Reviews for programs: what is due, a set of it, and answering it one question at a time."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from app.content.architecture import Architecture
from app.content.course import Course, Lesson
from app.content.questions import Question as AnyQuestion
from app.learning import review_sets
from app.learning.agenda import Agenda, agenda
from app.learning.attempts import Outcome as Graded
from app.learning.mastery import State
from app.learning.review_sets import ReviewSet, Scope
from app.web import clock, limits, measuring, sessions
from app.web.api_courses import Answer, Outcome, Question, as_seen
from app.web.problems import Problem
from app.web.questions import view_of
from app.web.reviews import by_slug, scope_of

router = APIRouter(prefix="/api/v1", tags=["reviews"])

ReviewId = Annotated[str, Path(max_length=64, description="The set's id.")]


class Asked(BaseModel):
    """An answer in a set, or a question of it that still waits."""

    place: int = Field(description="From 1.")
    course: str
    question: str
    skill: str
    answered: float | None = Field(description="UTC epoch seconds; null before it.")
    correct: bool | None = Field(description="Of the first answer in this set.")
    xp_awarded: int | None
    before: State | None = Field(description="The skill's state before that answer.")
    after: State | None = Field(description="And after it.")
    due: float | None = Field(description="When the question comes back, in UTC epoch seconds.")


class Review(BaseModel):
    id: str
    kind: str = Field(description="`review`: of what is due; `repair`: of what lifts what is fading.")
    course: str | None = Field(description="What it was asked for; null is every course.")
    skill: str | None
    created: float
    ended: float | None = Field(description="Null while it can be gone on with.")
    asked: list[Asked]
    place: int | None = Field(description="Whose turn it is; null once it is over.")
    question: Question | None = Field(description="The question whose turn it is, as you see it.")


class Due(BaseModel):
    course: str
    question: str
    skill: str
    recall: float = Field(description="The estimated chance of a right answer now, from 0 to 1.")


class Reviews(BaseModel):
    due: int = Field(description="Questions that are due now, in every course.")
    next: float | None = Field(description="When the next falls due after now, in UTC epoch seconds.")
    minutes: float = Field(description="An estimate for the set below.")
    set: list[Due] = Field(description="What a set begun now would ask, in its order; at most ten.")
    open: str | None = Field(description="The id of a set that was begun and not finished.")


class Begin(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"course": "a-course"}]})

    course: str | None = Field(None, max_length=200, description="A course's slug; without it, every course.")
    skill: str | None = Field(None, max_length=200, description="For the few questions that lift this skill of it.")
    fading: bool = Field(False, description="For the few questions that lift whatever is fading.")


class Begun(BaseModel):
    review: Review | None = Field(description="Null where there is nothing to ask.")
    next: float | None = Field(description="When the next falls due, in UTC epoch seconds.")


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"place": 1, "answer": "o5c0ffee123"}]})

    place: int = Field(ge=1, le=100, description="Of the question that is answered; sent again, nothing changes.")
    answer: Answer = Field(description="As for an attempt at the question; null is “I don't know yet”.")


class Answered(BaseModel):
    outcome: Outcome
    review: Review = Field(description="With the next question's turn, or over.")


@router.get("/me/reviews", response_model=Reviews)
async def due(request: Request) -> dict[str, Any]:
    """What is due, what a set of it would ask, and when the next falls due."""
    courses, learner_id, now = by_slug(request), sessions.learner_id(request), clock.now(request)

    def read(conn: Connection) -> tuple[Agenda, ReviewSet | None]:
        return agenda(conn, learner_id, Scope(), courses, now), review_sets.unfinished(conn, learner_id)

    found, left = await request.app.state.db.read(read)
    return {
        "due": found.due,
        "next": found.next,
        "minutes": found.minutes,
        "set": [
            {"course": one.course, "question": one.question, "skill": one.skill, "recall": one.recall}
            for one in found.chosen
        ],
        "open": left.id if left else None,
    }


@router.post("/reviews", dependencies=[limits.answers], response_model=Begun)
async def begin(request: Request, sent: Begin) -> dict[str, Any]:
    """Begin a set, or go on with the one that was begun alike and not finished."""
    courses, learner_id, now = by_slug(request), sessions.learner_id(request), clock.now(request)
    scope = scope_of(courses, sent.course or "", sent.skill or "", sent.fading)

    def write(conn: Connection) -> dict[str, Any]:
        found = agenda(conn, learner_id, scope, courses, now)
        begun = review_sets.begin(conn, learner_id, scope, found.chosen, courses, now)
        return {"review": _told(conn, learner_id, begun, courses) if begun else None, "next": found.next}

    result: dict[str, Any] = await request.app.state.db.write(write)
    return result


@router.get("/reviews/{review}", response_model=Review)
async def show(request: Request, review: ReviewId) -> dict[str, Any]:
    """A set of yours: the question whose turn it is, and what came of the others."""
    courses, learner_id = by_slug(request), sessions.learner_id(request)

    def read(conn: Connection) -> dict[str, Any]:
        return _told(conn, learner_id, _mine(conn, learner_id, review), courses)

    result: dict[str, Any] = await request.app.state.db.read(read)
    return result


@router.post("/reviews/{review}/answers", dependencies=[limits.answers], response_model=Answered)
async def answer(request: Request, review: ReviewId, sent: Given) -> dict[str, Any]:
    """Answer the question whose turn it is, and go on to the next. A network is measured first, which may take long."""
    courses, learner_id, now = by_slug(request), sessions.learner_id(request), clock.now(request)
    found = await request.app.state.db.read(lambda conn: _mine(conn, learner_id, review))
    course, lesson, asked = _place(found, sent.place, courses)
    if isinstance(asked, Architecture) and sent.answer is not None:
        code = str(asked.read(sent.answer))
        asked = await measuring.measured(request, asked, await measuring.begin(request, asked, code))

    def write(conn: Connection) -> dict[str, Any]:
        outcome: Graded = review_sets.submit(
            conn,
            review,
            course,
            learner_id=learner_id,
            lesson_hash=lesson.hash,
            question=asked,
            answer=sent.answer,
            attempt_key=f"review-{review}-{sent.place}",
            now=now,
        )
        after = review_sets.go_on(conn, learner_id, review, sent.place, courses, now)
        assert after is not None
        return {"outcome": outcome, "review": _told(conn, learner_id, after, courses)}

    result: dict[str, Any] = await request.app.state.db.write(write)
    return result


def _mine(conn: Connection, learner_id: str, review: str) -> ReviewSet:
    found = review_sets.get(conn, learner_id, review)
    if found is None:
        raise Problem(404, detail="You have no such review.")
    return found


def _place(review: ReviewSet, place: int, courses: Mapping[str, Course]) -> tuple[Course, Lesson, AnyQuestion]:
    """The question at a place that may be answered, or was. Raises Problem."""
    item = next((item for item in review.items if item.place == place), None)
    if item is None or (item.answered is None and item != review.current):
        raise Problem(422, "It is not this question's turn", "Ask for the set to see whose turn it is.")
    course = courses.get(item.course)
    if course is None or item.question_id not in course.question_by_id:
        raise Problem(404, detail="This question has left its course. Begin alike again to go on.")
    return course, *course.question_by_id[item.question_id]


def _told(conn: Connection, learner_id: str, review: ReviewSet, courses: Mapping[str, Course]) -> dict[str, Any]:
    at = review.current
    course = courses.get(at.course) if at else None
    place = course.question_by_id.get(at.question_id) if at and course else None
    return {
        "id": review.id,
        "kind": review.scope.kind,
        "course": review.scope.course,
        "skill": review.scope.skill,
        "created": review.created,
        "ended": review.ended,
        "asked": [
            {
                "place": item.place,
                "course": item.course,
                "question": item.question_id,
                "skill": item.skill,
                "answered": item.answered,
                "correct": item.correct,
                "xp_awarded": item.xp,
                "before": item.before,
                "after": item.after,
                "due": item.due,
            }
            for item in review.items
        ],
        "place": at.place if at else None,
        "question": as_seen(view_of(conn, learner_id, course, *place)) if course and place else None,
    }
