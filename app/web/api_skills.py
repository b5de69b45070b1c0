"""The skills of a course as you stand with them, and the cards that this follows from, for programs."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from app.learning import mastery, reviews
from app.web import clock, sessions
from app.web.api_me import STANDING, Skill
from app.web.courses import find
from app.web.recall import standings

router = APIRouter(prefix="/api/v1", tags=["courses"])


class Card(BaseModel):
    """What FSRS keeps of one question. Times are UTC epoch seconds."""

    question: str
    stability: float = Field(description="Days until recall has fallen to 90 %.")
    difficulty: float = Field(description="From 1 to 10.")
    last: float = Field(description="When it was answered last.")
    due: float
    answers: int = Field(description="Answers that moved it: the first on each draw.")
    misses: int = Field(description="How many of them were wrong.")
    first_shown: float | None = Field(description="When it was first right at once, without a hint.")
    confirmed: float | None = Field(description="When it was last so in a mixed review.")
    recall: float = Field(description="Estimated now, from 0 to 1.")


class Formula(BaseModel):
    """Recall after t whole days is (1 + factor · t / stability) ^ -decay; after a miss, at most what it was before."""

    factor: float
    decay: float
    fading: float = Field(description="Under this mean recall a skill is fading.")
    parameters: list[float] = Field(description="Of FSRS 6, as py-fsrs publishes them.")


class Standings(BaseModel):
    now: float = Field(description="For when this is said, in UTC epoch seconds.")
    formula: Formula
    skills: list[Skill]
    cards: list[Card] = Field(description="Of the questions answered so far, in the order of their lessons.")


@router.get("/courses/{course}/skills", response_model=Standings)
async def skills(
    request: Request, course: Annotated[str, Path(description="The course's slug.", examples=["a-course"])]
) -> dict[str, Any]:
    """How you stand with each skill of a course, and with each question that you answered."""
    found, learner_id, now = find(request, course), sessions.learner_id(request), clock.now(request)

    def read(conn: Connection) -> Any:
        return standings(conn, learner_id, found, now)

    stands, cards = await request.app.state.db.read(read)
    return {
        "now": now,
        "formula": {
            "factor": reviews.FACTOR,
            "decay": -reviews.DECAY,
            "fading": mastery.FADING,
            "parameters": reviews.SCHEDULER.parameters,
        },
        "skills": [
            {
                "course": found.slug,
                "id": s.id,
                "title": s.title,
                **{name: getattr(stands[s.id], name) for name in STANDING},
            }
            for s in found.skills
        ],
        "cards": [_card(cards[id], now) for id in found.question_by_id if id in cards],
    }


def _card(card: reviews.Card, now: float) -> dict[str, Any]:
    kept = ("stability", "difficulty", "last", "due", "first_shown", "confirmed")
    return {
        "question": card.question_id,
        **{name: getattr(card, name) for name in kept},
        "answers": card.reps,
        "misses": card.lapses,
        "recall": reviews.retrievability(card, now),
    }
