"""What an author tries of a question as a student: answers, hints, further draws. Kept in memory alone, for a while.

Beside it, for its author's eyes: the key, and what is said of every option and known wrong value of the draw.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from app.content.architecture import Architecture
from app.content.choices import Picked
from app.content.course import Course, Lesson
from app.content.expressions import evaluate
from app.content.match import Match
from app.content.measures import written
from app.content.number import Number
from app.content.order import Order
from app.content.questions import Question
from app.content.text import Text
from app.learning.attempts import Outcome, QuestionState
from app.learning.draws import cut, seed_of_cut
from app.web import pages
from app.web.questions import QuestionView, as_text

#: Trials that one process remembers.
_MOST = 2_000

Place = tuple[Course, Lesson, Question]


@dataclass(frozen=True)
class Said:
    """What is said of one answer, or part of one. The HTML is safe; ``correct`` is None where it is neither."""

    html: str
    correct: bool | None
    feedback_html: str = ""


@dataclass(frozen=True)
class ForAuthor:
    """What a student does not see before answering."""

    #: The draw, from 1, of how many.
    variant: int
    variants: int
    values: Mapping[str, int | float]
    said: tuple[Said, ...]
    #: A right answer where it is not among ``said``; plain text, code where ``code``.
    key: str
    code: bool
    hints: tuple[str, ...]
    explanation: str


class Trials:
    """What was tried last, by author, preview and name. Reading a preview anew begins anew."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, str], Any] = OrderedDict()

    def of(self, who: str, at: str, name: str) -> Any:
        return self._kept.get((who, at, name))

    def keep(self, who: str, at: str, name: str, what: Any) -> None:
        self._kept[who, at, name] = what
        self._kept.move_to_end((who, at, name))
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)

    def forget(self, who: str, at: str) -> None:
        for key in [key for key in self._kept if key[:2] == (who, at)]:
            del self._kept[key]


def begun(trials: Trials, who: str, at: str, place: Place) -> QuestionView:
    """The question as its author left it, untouched where it was written anew since."""
    course, lesson, question = place
    state: QuestionState = QuestionState(question.id, 0, seed_of_cut(cut(who), question.id))
    held = trials.of(who, at, f"question {question.id}")
    if held is not None and held[0] == question:
        state = held[1]
    return QuestionView(course, lesson, question, state, tried=at)


def keep(trials: Trials, who: str, q: QuestionView) -> None:
    # Without what a run measured, which belongs to one answer.
    question = replace(q.question, measured=None) if isinstance(q.question, Architecture) else q.question
    trials.keep(who, q.tried, f"question {question.id}", (question, q.state))


def answered(q: QuestionView, raw: Any, seed: int | None, question: Question | None = None) -> QuestionView:
    """The question after an answer as it was sent, graded as a student's is; ``question`` is it with what was measured.

    Raises AnswerError.
    """
    asked, state = question or q.question, q.state
    shown = state.seed if seed is None else seed
    answer = None if raw is None else asked.read(raw)
    grade = None if answer is None else asked.grade(answer, shown)
    correct = grade is not None and grade.correct
    earned = asked.xp if correct and not state.answered_correctly else 0
    score, feedback = (grade.score, grade.feedback) if grade else (0.0, ())
    explanation = asked.explanation(shown)
    now = replace(
        state,
        seed=shown,
        explained=(state.explained and shown == state.seed) or answer is None,
        attempts=state.attempts + 1,
        answered_correctly=state.answered_correctly or correct,
        answered=True,
        answer=answer,
        correct=correct,
        score=score,
        feedback=feedback,
        explanation=explanation,
    )
    outcome = Outcome(correct, score, earned, feedback, explanation, 0, 0, shown, answer, "tried")
    return replace(q, state=now, outcome=outcome)


def hinted(q: QuestionView, number: int | None) -> QuestionView:
    """With one more hint open; ``number``, from 1, is the one meant."""
    opened = q.state.hints_opened
    if opened >= q.shown.hints or (number is not None and number <= opened):
        return q
    return replace(q, state=replace(q.state, hints_opened=opened + 1))


def redrawn(q: QuestionView, after: int | None) -> QuestionView:
    """The next draw, so that all of them are gone through in turn; ``after`` is the one that was shown."""
    if after is not None and after < q.state.series:
        return q
    fresh = QuestionState(q.question.id, q.state.series + 1, q.state.seed + 1)
    return replace(q, state=replace(fresh, answered_correctly=q.state.answered_correctly), outcome=None)


def for_author(q: QuestionView) -> ForAuthor:
    """What is said of a question's every answer, in the draw that is shown."""
    question, seed = q.question, q.state.seed
    values, count = question.draw(seed), max(question.variables.count, 1)
    said = _said(question, seed)
    key = "" if any(one.correct for one in said) else "\n".join(as_text(question.key(seed)))
    return ForAuthor(
        variant=seed % count + 1,
        variants=count,
        values=values,
        said=said,
        key=key,
        code=isinstance(question, Architecture) or "\n" in key,
        hints=tuple(question.hint(number, seed) for number in range(1, q.shown.hints + 1)),
        explanation=question.explanation(seed),
    )


def _said(question: Question, seed: int) -> tuple[Said, ...]:
    values = dict(question.draw(seed))

    def filled(html: str) -> str:
        return question.variables.fill(html, values)

    match question:
        case Picked(options=options):
            return tuple(Said(filled(one.html), one.correct, filled(one.feedback_html)) for one in options)
        case Order(items=items):
            return tuple(Said(filled(one.html), not one.distractor, filled(one.feedback_html)) for one in items)
        case Match(pairs=pairs, targets=targets):
            named = dict(targets)
            return tuple(
                Said(f"{filled(one.html)} → {filled(named[one.target])}", True, filled(one.feedback_html))
                for one in pairs
            )
        case Number(wrong=wrongs):
            found = [(written(evaluate(one.value, values)), one) for one in wrongs]
            return tuple(Said(escape(value), False, filled(one.feedback_html)) for value, one in found)
        case Text(accepted=accepted, wrong=wrong):
            right = [Said(escape(form), True) for form in accepted]
            return (*right, *(Said(escape(one.form), False, filled(one.feedback_html)) for one in wrong))
        case Architecture():
            return tuple(Said(one.html, None) for one in question.shown(seed).options)
        case _:
            return ()


pages.templates.globals["for_author"] = for_author
