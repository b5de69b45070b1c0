"""What a student has, for programs."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.web import sessions
from app.web.standing import Standing, standing

router = APIRouter(prefix="/api/v1", tags=["me"])


class Xp(BaseModel):
    total: int
    by_course: dict[str, int] = Field(examples=[{"a-course": 140}])


class Skill(BaseModel):
    course: str
    id: str
    title: str
    state: Literal["locked", "unlocked", "learning", "mastered"]
    shown: int = Field(description="Questions answered rightly.")
    of: int = Field(description="Questions there are.")
    missing: list[str] = Field(description="Ids of the skills that would open it; empty unless locked.")


class Answered(BaseModel):
    course: str
    lesson: str
    question: str
    attempts: int = Field(description="How often it was answered.")
    correct: bool = Field(description="Whether ever rightly: then its XP is earned.")
    first_try: bool | None = Field(description="Whether the very first answer was right.")


class Me(BaseModel):
    id: str
    account: bool = Field(description="False for a guest, whose progress lives as long as the cookie.")
    name: str
    role: str
    xp: Xp
    skills: list[Skill]
    attempts: list[Answered] = Field(description="The questions answered so far.")


@router.get("/me", response_model=Me)
async def me(request: Request) -> dict[str, Any]:
    """Who you are here and what you have."""
    learner_id, account = sessions.learner_id(request), sessions.visitor(request).account
    courses = request.app.state.library.courses()
    have: Standing = await request.app.state.db.read(lambda conn: standing(conn, learner_id, courses))
    return {
        "id": learner_id,
        "account": account is not None,
        "name": account.name if account else "",
        "role": account.role if account else "student",
        "xp": {"total": have.totals.total, "by_course": dict(have.totals.by_course)},
        "skills": [
            {
                "course": place.course.slug,
                "id": skill.id,
                "title": skill.title,
                "state": its.state,
                "shown": its.shown,
                "of": its.of,
                "missing": its.missing,
            }
            for place in have.courses
            for skill, its in place.skills
        ],
        "attempts": [
            {
                "course": place.course.slug,
                "lesson": lesson.slug,
                "question": question.id,
                "attempts": state.attempts,
                "correct": state.answered_correctly,
                "first_try": state.first_try,
            }
            for place in have.courses
            for lesson, question, state in place.answered
        ],
    }
