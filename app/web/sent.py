"""What a student sent to a challenge, in a lab. It is kept with the answer, and needs neither its run nor its rules."""

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.content.architecture import Architecture
from app.lab.messages import RunSpec
from app.learning import attempts
from app.learning.attempts import QuestionState
from app.web import labs, sessions
from app.web.lab_view import free_view, tidy
from app.web.problems import Problem
from app.web.questions import find
from app.web.words import _

router = APIRouter(prefix="/courses/{course}/questions/{question}/sent", include_in_schema=False)


def spec_of(question: Architecture, state: QuestionState) -> RunSpec:
    """How the last answer was measured, though the challenge may ask for something else since."""
    today = question.spec(str(state.answer))
    kept = state.asked
    if kept is None:
        return today
    channels, height, width = kept["input"]
    return replace(today, input=(channels, height, width), options=kept["options"])


@router.get("/{experiment}")
async def show(request: Request, course: str, question: str, experiment: str) -> Response:
    """The last network that this student sent, at the input that it was read at."""
    asked = find(request, course, question)[2]
    view = free_view(experiment)
    if not isinstance(asked, Architecture) or view is None or not view.editable:
        raise Problem(404)
    learner_id = sessions.visitor(request).id
    states = await request.app.state.db.read(lambda conn: attempts.states(conn, learner_id, course, [asked]))
    state = states[question]
    if not isinstance(state.answer, str):
        raise Problem(404, _("You have sent no network yet"), _("Answer the challenge first."))
    spec = spec_of(asked, state)
    view = replace(view, code=tidy(state.answer), input=spec.input or view.input)
    return labs.alone(request, await labs.as_left(request, view))
