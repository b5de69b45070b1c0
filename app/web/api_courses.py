"""Courses, lessons and questions for programs, and answering them."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError
from sqlalchemy import Connection

from app.content import course as content
from app.content.architecture import Architecture
from app.lab.limits import SOURCE
from app.learning import attempts
from app.web import clock, limits, measuring, places, sessions
from app.web.problems import Problem
from app.web.questions import QuestionView, find, view_of

router = APIRouter(prefix="/api/v1", tags=["courses"])

Slug = Annotated[str, Path(description="The course's slug.", examples=["a-course"])]
QuestionId = Annotated[str, Path(description="The question's id, permanent.", examples=["a-question"])]


class CourseSummary(BaseModel):
    slug: str
    title: str
    summary: str
    lessons: int = Field(description="How many there are.")
    questions: int = Field(description="How many there are.")
    xp: int = Field(description="What can be earned in all.")


class Courses(BaseModel):
    courses: list[CourseSummary]


class Skill(BaseModel):
    id: str
    title: str
    concept: str
    requires: list[str] = Field(description="Ids of the skills that open this one.")
    group: str


class LessonSummary(BaseModel):
    slug: str
    title: str
    summary: str
    minutes: int
    skills: list[str] = Field(description="Ids of the skills that it teaches.")
    requires: list[str]
    questions: int = Field(description="How many there are.")
    xp: int


class Course(BaseModel):
    slug: str
    title: str
    summary: str
    hash: str = Field(description="Names this version of the course.")
    xp: int
    skills: list[Skill]
    lessons: list[LessonSummary] = Field(description="In the order to read them.")


class Section(BaseModel):
    number: int
    slug: str
    title: str


class Lesson(BaseModel):
    course: str
    slug: str
    title: str
    summary: str
    minutes: int
    hash: str = Field(description="Names this version of the lesson; attempts keep it.")
    skills: list[str]
    requires: list[str]
    next: str | None = Field(description="The slug of the lesson to go on with.")
    sections: list[Section]
    questions: list[str] = Field(description="Ids, in the order of the page.")
    labs: list[str] = Field(description="Ids, in the order of the page.")


class Option(BaseModel):
    id: str = Field(description="Permanent; says nothing of whether it is right.")
    html: str


class Question(BaseModel):
    """A question as you see it: your draw of its variant and of the order of its options."""

    course: str
    lesson: str
    id: str
    kind: str = Field(description="Says what an answer is.", examples=["choice", "number", "architecture"])
    skill: str
    prompt: str = Field(description="HTML.")
    options: list[Option]
    targets: list[Option] = Field(description="What each option may be matched with (match).")
    unit: str
    hints: int = Field(description="How many there are.")
    variants: bool = Field(description="Whether other values of the same question can be had.")
    xp: int = Field(description="Earned once, by the first right answer.")
    earned: bool
    attempts: int = Field(description="How often you answered it.")


Text = Annotated[StrictStr, Field(max_length=4000)]
Code = Annotated[StrictStr, Field(max_length=SOURCE)]
Number = Annotated[StrictFloat, Field(allow_inf_nan=False)]
Whole = Annotated[StrictInt, Field(ge=-(2**63), lt=2**63)]


def _in_one_sentence(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """A union's errors, one for each member that it might have been, help nobody."""
    try:
        return read(value)
    except ValidationError:
        raise PydanticCustomError("answer", "an answer is text, a number, a list of texts, or null") from None


Answer = Annotated[
    Code | Whole | Number | Annotated[list[Text], Field(max_length=200)] | None, WrapValidator(_in_one_sentence)
]


class Attempt(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"answer": "o5c0ffee123", "attempt_key": "0b6e0a1c-6d5c-4ff5"}]},
    )

    answer: Answer = Field(
        description="An option's id (choice), a list of them (multiple, order), a list of option:target (match), a "
        "number or text with a unit (number), words (text), printed lines (output), PyTorch (architecture); null is "
        "“I don't know yet” and opens the explanation."
    )
    attempt_key: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Made up by you, one for each attempt. Sent again it gives the stored outcome, so a lost "
        "connection can be retried. Without one, every request is an attempt of its own.",
    )


class Feedback(BaseModel):
    option: str | None = Field(description="The option it is about; null for the whole answer.")
    correct: bool
    html: str


class Outcome(BaseModel):
    correct: bool
    score: float = Field(description="From 0 to 1.")
    xp_awarded: int = Field(
        description="By this very attempt; 0 where it was earned before or had just been explained."
    )
    feedback: list[Feedback]
    explanation: str = Field(description="HTML.")
    total_xp: int = Field(description="Right after this attempt, in all courses.")
    course_xp: int
    attempt_key: str
    repeated: bool = Field(description="This attempt had been recorded before; nothing was changed.")


@router.get("/courses", response_model=Courses)
def courses(request: Request) -> dict[str, Any]:
    """Every course."""
    return {
        "courses": [
            {
                "slug": c.slug,
                "title": c.title,
                "summary": c.summary,
                "lessons": len(c.lessons),
                "questions": len(c.question_by_id),
                "xp": c.xp,
            }
            for c in request.app.state.library.courses()
        ]
    }


@router.get("/courses/{course}", response_model=Course)
def course(request: Request, course: Slug) -> dict[str, Any]:
    """A course: its skills and its lessons."""
    c = _course(request, course)
    skills = [
        {"id": s.id, "title": s.title, "concept": s.concept, "requires": s.requires, "group": s.group} for s in c.skills
    ]
    lessons = [{**_lesson(lesson), "questions": len(lesson.questions), "xp": lesson.xp} for lesson in c.lessons]
    return {
        "slug": c.slug,
        "title": c.title,
        "summary": c.summary,
        "hash": c.hash,
        "xp": c.xp,
        "skills": skills,
        "lessons": lessons,
    }


@router.get("/courses/{course}/lessons/{lesson}", response_model=Lesson)
def lesson(request: Request, course: Slug, lesson: Annotated[str, Path(examples=["a-lesson"])]) -> dict[str, Any]:
    """A lesson: its sections, and the ids of its questions and labs."""
    _place, found = places.lesson(request, course, lesson)
    return {
        **_lesson(found),
        "course": course,
        "hash": found.hash,
        "next": found.next,
        "sections": [{"number": s.number, "slug": s.slug, "title": s.title} for s in found.sections if s.number],
        "questions": [q.id for q in found.questions],
        "labs": [lab.id for lab in found.labs],
    }


@router.get("/courses/{course}/questions/{question}", response_model=Question)
async def question(request: Request, course: Slug, question: QuestionId) -> dict[str, Any]:
    """A question as you see it, without its key."""
    place, learner_id = find(request, course, question), sessions.learner_id(request)
    q: QuestionView = await request.app.state.db.read(lambda conn: view_of(conn, learner_id, *place))
    return as_seen(q)


def as_seen(q: QuestionView) -> dict[str, Any]:
    """A question as a student sees it, for ``Question``."""
    return {
        "course": q.course.slug,
        "lesson": q.lesson.slug,
        "id": q.question.id,
        "kind": q.question.kind,
        "skill": q.question.skill,
        "prompt": q.shown.prompt_html,
        "options": [{"id": option.id, "html": option.html} for option in q.shown.options],
        "targets": [{"id": target.id, "html": target.html} for target in q.shown.targets],
        "unit": q.shown.unit,
        "hints": q.shown.hints,
        "variants": q.shown.has_variants,
        "xp": q.question.xp,
        "earned": q.state.awarded,
        "attempts": q.state.attempts,
    }


@router.post("/courses/{course}/questions/{question}/attempts", dependencies=[limits.answers], response_model=Outcome)
async def attempt(request: Request, course: Slug, question: QuestionId, sent: Attempt) -> attempts.Outcome:
    """Answer a question. The outcome is stored when this answers; a network is measured first, which may take long."""
    (place, lesson, asked), learner_id, now = (
        find(request, course, question),
        sessions.learner_id(request),
        clock.now(request),
    )
    key = sent.attempt_key or f"api-{secrets.token_hex(16)}"
    if isinstance(asked, Architecture) and sent.answer is not None:
        code = str(asked.read(sent.answer))
        asked = await measuring.measured(request, asked, await measuring.begin(request, asked, code))

    def write(conn: Connection) -> attempts.Outcome:
        return attempts.submit(
            conn,
            learner_id=learner_id,
            course=place.slug,
            lesson_hash=lesson.hash,
            question=asked,
            answer=sent.answer,
            attempt_key=key,
            now=now,
        )

    outcome: attempts.Outcome = await request.app.state.db.write(write)
    return outcome


def _course(request: Request, slug: str) -> content.Course:
    found: content.Course | None = request.app.state.library.course(slug)
    if found is None:
        raise Problem(404, detail="There is no such course.")
    return found


def _lesson(lesson: content.Lesson) -> dict[str, Any]:
    return {
        "slug": lesson.slug,
        "title": lesson.title,
        "summary": lesson.summary,
        "minutes": lesson.minutes,
        "skills": lesson.skills,
        "requires": lesson.requires,
    }
