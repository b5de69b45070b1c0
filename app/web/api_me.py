"""What a student has, for programs."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.learning.mastery import State
from app.web import clock, sessions
from app.web.standing import Standing, standing

router = APIRouter(prefix="/api/v1", tags=["me"])


class Xp(BaseModel):
    total: int
    by_course: dict[str, int] = Field(examples=[{"a-course": 140}])


class Skill(BaseModel):
    course: str
    id: str
    title: str
    state: State = Field(description="Fading lies over proficient and mastered.")
    level: State = Field(description="The state, or the one under fading.")
    shown: int = Field(description="Questions answered rightly at once, without a hint.")
    of: int = Field(description="Questions there are.")
    missing: list[str] = Field(description="Ids of the skills that would open it; empty unless locked.")
    recall: float | None = Field(description="The mean estimated recall (FSRS) of what was shown, from 0 to 1.")
    proficient_since: float | None = Field(description="UTC epoch seconds.")
    needs: int = Field(description="How many more questions must be shown until it is proficient.")
    needs_kinds: list[str] = Field(description="Kinds of question of which one must still be shown until then.")
    days_left: float | None = Field(description="Days until a mixed review can lift it to mastered.")
    repair: list[str] = Field(description="The fewest questions that lift a fading skill; empty unless fading.")


#: What of a SkillStanding is told as it is.
STANDING = tuple(Skill.model_fields.keys() - {"course", "id", "title"})


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
    courses, now = request.app.state.library.courses(), clock.now(request)
    have: Standing = await request.app.state.db.read(lambda conn: standing(conn, learner_id, courses, now))
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
                **{name: getattr(its, name) for name in STANDING},
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
