"""Testing out of a skill, for programs: a sheet, and handing it in."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from app.learning import skill_tests
from app.learning.mastery import State
from app.learning.skill_tests import Handed, Unreadable
from app.web import clock, limits, sessions
from app.web.api_courses import Answer, Question, Slug, as_seen
from app.web.problems import Problem
from app.web.recall import standings
from app.web.skill_tests import find_skill, read_sheet

router = APIRouter(prefix="/api/v1/courses/{course}/skills/{skill}", tags=["courses"])

SkillId = Annotated[str, Path(description="The skill's id.", examples=["a-skill"])]
TestId = Annotated[str, Path(description="The sheet's id, as it was given out.")]


class Sheet(BaseModel):
    id: str = Field(description="Hand it in under this id; what it draws follows from it and from you.")
    closed: str = Field(
        description="Why there is none to take: `held` (shown already), `soon` (seen within a day), `built` (shown by "
        "networks alone) or `none` (no question); empty where there is one."
    )
    needed: int = Field(description="How many right answers pass it.")
    questions: list[Question] = Field(description="In the draws made for this sheet.")


class HandIn(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"answers": {"a-question": "5"}}]})

    answers: dict[str, Answer] = Field(
        description="By question id, as attempts take them. What is left out or null is “I don't know yet”."
    )


class Result(BaseModel):
    id: str
    asked: int
    correct: int
    passed: bool = Field(description="Not passed, it changed no card and no level.")
    handed_in: float = Field(description="UTC epoch seconds.")
    state: State = Field(description="The skill's state now.")


@router.get("/test", response_model=Sheet)
async def sheet(request: Request, course: Slug, skill: SkillId) -> dict[str, Any]:
    """A new sheet. Nothing is kept of it until it is handed in, which counts once."""
    page = await read_sheet(request, *find_skill(request, course, skill), skill_tests.new_id())
    asked = [] if page.closed else [as_seen(q) for q in page.asked]
    return {"id": page.test_id, "closed": page.closed, "needed": page.needed, "questions": asked}


@router.post("/tests/{test}", dependencies=[limits.answers], response_model=Result)
async def hand_in(request: Request, course: Slug, skill: SkillId, test: TestId, sent: HandIn) -> dict[str, Any]:
    """Grade a sheet as a whole. Sent again it gives what was recorded."""
    found, chosen = find_skill(request, course, skill, test)
    learner_id, now = sessions.learner_id(request), clock.now(request)

    def write(conn: Connection) -> tuple[Handed, State]:
        done = skill_tests.hand_in(conn, learner_id, found, chosen.id, test, sent.answers, {}, now)
        stands, _ = standings(conn, learner_id, found, now)
        return done, stands[chosen.id].state

    try:
        done, state = await request.app.state.db.write(write)
    except Unreadable as error:
        raise Problem(422, detail="; ".join(f"{id}: {words}" for id, words in error.problems.items())) from error
    kept = ("id", "asked", "correct", "passed", "handed_in")
    return {**{name: getattr(done, name) for name in kept}, "state": state}
