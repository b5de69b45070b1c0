"""A question as a page or a fragment shows it, and the page that holds one alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.content.architecture import Architecture
from app.content.course import Course, Lesson
from app.content.questions import Answer, Feedback, Question, Shown
from app.learning import attempts, xp
from app.learning.attempts import Outcome, QuestionState
from app.learning.draws import seed_of_cut
from app.studio import answer_comments
from app.web import pages, places, sessions
from app.web.panes import Pane
from app.web.problems import Problem
from app.web.review_steps import Step, step
from app.words import _

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class QuestionView:
    """What ``questions/_question.html`` is a function of."""

    course: Course
    lesson: Lesson
    question: Question
    #: How it stands with the student; on a page for everyone, untouched.
    state: QuestionState
    #: What the answer sent just now earned; None where this is not the answer to one.
    outcome: Outcome | None = None
    #: Why what was sent could not be read, in words; empty where it could.
    problem: str = ""
    #: What was sent and could not be read, or is being measured, as it was typed.
    typed: tuple[str, ...] = ()
    #: The run that measures what was sent, and the attempt that it is for; None where nothing is under way.
    measuring: Pane | None = None
    attempt_key: str = ""
    #: The set of reviews that it is asked in, if any.
    review: Step | None = None
    #: What its form fields are called.
    field: str = "answer"
    #: What instructors say to all who gave this answer, as safe HTML; empty where they say nothing.
    remark: str = ""
    #: The preview that its author tries it in; empty for a student.
    tried: str = ""

    @cached_property
    def shown(self) -> Shown:
        """The draw in force."""
        return self.question.shown(self.state.seed)

    @property
    def url(self) -> str:
        """Where it stands alone; ``/attempts``, ``/hints`` and ``/variants`` are posted to below it."""
        return f"{self.tried or f'/courses/{self.course.slug}'}/questions/{self.question.id}"

    @property
    def place(self) -> str:
        """Where it stands in its lesson."""
        return f"/courses/{self.course.slug}/lessons/{self.lesson.slug}#q-{self.question.id}"

    @property
    def answer(self) -> tuple[str, ...]:
        """What the student chose or typed last: option ids, or one text; empty before an answer."""
        return self.typed or as_text(self.state.answer)

    @property
    def given(self) -> tuple[str, ...]:
        """The last answer in words, part by part, as safe HTML; empty before an answer."""
        named = {option.id: option.html for option in (*self.shown.options, *self.shown.targets)}

        def said(part: str) -> str:
            if part in named:
                return named[part]
            pair = [named.get(id, "") for id in part.split(":")]
            return " → ".join(pair) if all(pair) else escape(part)

        return tuple(map(said, self.answer))

    @property
    def sent(self) -> bool:
        """Whether the last answer is a network that can be looked at in a lab (app.web.sent)."""
        answered = self.state.answered and bool(self.state.answer)
        return isinstance(self.question, Architecture) and answered and not self.tried

    @cached_property
    def feedback(self) -> Mapping[str | None, Feedback]:
        """What is said of the last answer, by option id; None is the key of what is said of the whole."""
        return {part.option: part for part in self.state.feedback}

    @cached_property
    def hints(self) -> tuple[str, ...]:
        """The hints opened so far, as safe HTML."""
        opened = min(self.state.hints_opened, self.shown.hints)
        return tuple(self.question.hint(n, self.state.seed) for n in range(1, opened + 1))

    @cached_property
    def key(self) -> tuple[str, ...]:
        """A right answer, once it may be shown: after a right answer or "I don't know yet"; else empty."""
        open_ = self.state.correct or self.state.explained
        return as_text(self.question.key(self.state.seed)) if open_ else ()


def as_text(answer: Answer) -> tuple[str, ...]:
    """An answer as the values of form fields."""
    if answer is None:
        return ()
    if isinstance(answer, list):
        return tuple(answer)
    return (f"{answer:g}" if isinstance(answer, float) and answer.is_integer() else str(answer),)


def untouched(course: Course, lesson: Lesson, question: Question, cut: int) -> QuestionView:
    """The question as every student of a cut sees it before touching it."""
    return QuestionView(course, lesson, question, QuestionState(question.id, 0, seed_of_cut(cut, question.id)))


def find(request: Request, course: str, question: str) -> tuple[Course, Lesson, Question]:
    """What an address names. Raises Problem (404)."""
    found = request.app.state.library.course(course)
    place = found.question_by_id.get(question) if found else None
    if found is not None and place is None and question in found.retired:
        raise places.retired(found, _("This question is retired"))
    if found is None or place is None:
        raise Problem(404, detail=_("There is no such question. It may have been taken out of its lesson."))
    return found, *place


def view_of(
    conn: Connection, learner_id: str, course: Course, lesson: Lesson, question: Question, review: str = ""
) -> QuestionView:
    """The question as it stands with a learner now; ``review`` is the set that it is asked in, where it is."""
    state = attempts.states(conn, learner_id, course.slug, [question])[question.id]
    at = step(conn, learner_id, review, course, lesson, question) if review else None
    remark = answer_comments.seen(conn, course, [question], {question.id: state}).get(question.id, "")
    return QuestionView(course, lesson, question, state, review=at, remark=remark)


@router.get("/courses/{course}/questions/{question}")
async def show(request: Request, course: str, question: str) -> Response:
    place = find(request, course, question)
    learner_id = sessions.learner_id(request)

    def read(conn: Connection) -> tuple[QuestionView, xp.Totals]:
        return view_of(conn, learner_id, *place), xp.totals(conn, learner_id)

    q, totals = await request.app.state.db.read(read)
    return pages.page(request, "questions/show.html", q=q, course=q.course, totals=totals, at="lesson")
