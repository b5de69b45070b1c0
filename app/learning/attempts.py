"""Answering a question: graded here, recorded once, paid once.

An attempt is named by the learner and a key that the page made up. Sent again (a double click, a retry after a lost
connection), it gives the stored outcome and changes nothing.
"""

import html
import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from sqlalchemy import Connection

from app.content.questions import Answer, AnswerError, Feedback, Question
from app.learning import learners, plans, reviews, xp
from app.learning.answer_rows import BEFORE, CARD, LATELY, ON_SHEET, PROGRESSED, RECORD
from app.learning.draws import cut, first_seeds, seed
from app.learning.reviews import DAY, Card, Rating
from app.learning.states import QuestionState, feedback_in, new_variant, open_hint, shown, states
from app.words import _

__all__ = ["Outcome", "QuestionState", "cut", "new_variant", "open_hint", "seed", "shown", "states", "stored", "submit"]


#: Options of a choice that were tried, after which another is found by leaving these out.
TRIES = 2


@dataclass(frozen=True)
class Outcome:
    """What an answer earned. ``total_xp`` and ``course_xp`` are as they stood right after it."""

    correct: bool
    #: From 0 to 1.
    score: float
    xp_awarded: int
    feedback: tuple[Feedback, ...]
    #: Safe HTML; whether to show it is the page's to decide.
    explanation: str
    total_xp: int
    course_xp: int
    #: The draw that was graded.
    seed: int
    #: In its canonical form; None for "I don't know yet".
    answer: Answer
    attempt_key: str
    #: The attempt had been recorded before: nothing was changed.
    repeated: bool = False


def submit(
    conn: Connection,
    *,
    learner_id: str,
    course: str,
    lesson_hash: str,
    question: Question,
    answer: Any,
    attempt_key: str,
    now: float,
    seed: int | None = None,
    mixed: bool = False,
    sheet: Literal["passed", "not passed"] | None = None,
) -> Outcome:
    """Grade an answer as it was sent (None is "I don't know yet"), record it, and pay once for what is shown.

    ``seed`` is the draw that the student saw, where the page says it; else the one that the site last showed.
    ``mixed`` says that it was asked in a mixed review or a repair, which can show that a skill lasts.
    ``sheet`` says that it was asked on a test's sheet (see ``skill_tests``), in the draw ``seed`` made for it: the draw
    that pages show stays as it is, and only a right answer on a sheet that was passed is evidence.
    Raises AnswerError, with nothing written, for what cannot be read as an answer, a key that names another
    question's attempt, or a draw that was never this question's; Merged for a guest who has signed in since.
    """
    if not (0 < len(attempt_key) <= 200 and attempt_key.isprintable()):
        raise AnswerError(_("An attempt’s key is 1 to 200 printable characters."))
    learners.ensure(conn, learner_id, now)
    place = {"learner": learner_id, "course": course, "question": question.id}
    before = BEFORE.first(conn, place | {"attempt_key": attempt_key})
    if before.attempt_id is not None:
        return _stored(before, course, question, attempt_key)

    shown = seed if sheet and seed is not None else _draw(learner_id, question.id, before, seed)
    read = None if answer is None else question.read(answer)
    grade = None if read is None else question.grade(read, shown)
    correct = grade is not None and grade.correct
    score = grade.score if grade else 0.0
    feedback = grade.feedback if grade else ()
    shows = correct and (before.answered_correctly or not _found(conn, place, question, before, shown, now))
    earned = 0
    if shows:
        earned = xp.award(
            conn,
            learner_id=learner_id,
            award_key=f"question:{course}/{question.id}",
            amount=question.xp,
            reason=reason(question, shown),
            course=course,
            now=now,
        )
    outcome = Outcome(
        correct=correct,
        score=score,
        xp_awarded=earned,
        feedback=feedback,
        explanation=question.explanation(shown),
        total_xp=before.total_xp + earned,
        course_xp=before.course_xp + earned,
        seed=shown,
        answer=read,
        attempt_key=attempt_key,
    )
    same_draw = before.seed == shown and not sheet
    explained = bool(before.explained) and same_draw
    recorded = RECORD.first(
        conn,
        {
            "learner_id": learner_id,
            "attempt_key": attempt_key,
            "course": course,
            "question_id": question.id,
            "lesson_hash": lesson_hash,
            "series": before.series or 0,
            "seed": shown,
            "answer": json.dumps(read),
            "correct": correct,
            "score": score,
            "outcome": _kept(outcome, question),
            "hints_opened": 0 if sheet else before.hints_opened or 0,
            "explained": explained,
            "created": now,
        },
    ).id
    card = None if before.card_question_id is None else Card(*(getattr(before, name) for name in CARD))
    if sheet:
        if shows:
            _on_sheet(conn, place, now)
        if correct and sheet == "passed":
            _rate(conn, place, question, card, Rating.Good, now, mixed=False)
        plans.note(conn, learner_id, now, review=False)
        return outcome
    PROGRESSED.rows(
        conn,
        {
            "learner_id": learner_id,
            "course": course,
            "question_id": question.id,
            "series": 0,
            "seed": shown,
            "hints_opened": 0,
            "explained": explained or read is None,
            "attempts": 1,
            "answered_correctly": shows,
            "first_try": correct,
            "first_answered": now,
            "last_attempt": recorded,
            "updated": now,
        },
    )
    if not explained and _moves(card, question, before, shown, now):
        rating = Rating.Again if not correct else Rating.Hard if before.hints_opened else Rating.Good
        _rate(conn, place, question, card, rating, now, mixed=mixed)
    plans.note(conn, learner_id, now, review=mixed)
    return outcome


def stored(conn: Connection, learner_id: str, course: str, question: Question, attempt_key: str) -> Outcome | None:
    """What came of an attempt, as it was recorded."""
    place = {"learner": learner_id, "course": course, "question": question.id}
    row = BEFORE.first(conn, place | {"attempt_key": attempt_key})
    return None if row.attempt_id is None else _stored(row, course, question, attempt_key)


def _on_sheet(conn: Connection, place: Mapping[str, str], now: float) -> None:
    """Note a right answer given elsewhere than where the question stands, which still waits there in its own draw."""
    learner_id, question_id = place["learner"], place["question"]
    row = {"learner_id": learner_id, "course": place["course"], "question_id": question_id}
    started = {"series": 0, "seed": seed(learner_id, question_id, 0), "hints_opened": 0, "explained": False}
    answered = {"attempts": 1, "answered_correctly": True, "first_try": True, "first_answered": now, "updated": now}
    ON_SHEET.rows(conn, row | started | answered)


def _rate(
    conn: Connection,
    place: Mapping[str, str],
    question: Question,
    card: Card | None,
    rating: Rating,
    now: float,
    *,
    mixed: bool,
) -> None:
    moved = reviews.rate(card, rating, now, question_id=question.id, mixed=mixed)
    reviews.keep(conn, place["learner"], place["course"], replace(moved, skill=question.skill, kind=question.kind))


def _moves(card: Card | None, question: Question, before: Any, shown: int, now: float) -> bool:
    """Whether an answer to this draw is evidence: the first answer to a draw, and not to an older one again.

    The same values in another order are the same draw to who has just read their explanation, so until a day later.
    """
    if card is None:
        return True
    if shown != before.seed or shown == before.answered_seed:
        return False
    return is_news(card, question, shown, before.answered_seed, now)


def is_news(card: Card, question: Question, shown: int, answered: int | None, now: float) -> bool:
    """Whether another draw than the one ``answered`` last says anything new by ``now``."""
    return now - card.last >= DAY or answered is None or question.draw(shown) != question.draw(answered)


def _found(conn: Connection, place: Mapping[str, str], question: Question, before: Any, shown: int, now: float) -> bool:
    """Whether a right answer was there to be found: explained less than a day ago, or left over in a choice.

    Then it shows nothing yet. It is paid once it is given to other values, or on another day.
    """
    if before.series is None:
        return False
    lately = LATELY.rows(conn, {**place, "since": now - DAY})
    missed = {row.answer for row in lately if not row.correct and question.draw(row.seed) == question.draw(shown)}
    return "null" in missed or (question.kind == "choice" and len(missed) >= TRIES)


def _draw(learner_id: str, question_id: str, before: Any, asked: int | None) -> int:
    """The draw to grade: the one asked for, if it can have been shown; else the one last shown."""
    current: int = before.seed if before.seed is not None else seed(learner_id, question_id, 0)
    if asked is None or asked == current:
        return current
    # A page from before "try one like it", or from before signing in, shows another of the first draws.
    if asked in first_seeds(question_id):
        return asked
    raise AnswerError(_("This question has changed since it was shown. Reload the page and answer it again."))


def _kept(outcome: Outcome, question: Question) -> str:
    """What the attempt's other columns do not say. The explanation is made again from the question."""
    kept: dict[str, Any] = {
        "feedback": [asdict(part) for part in outcome.feedback],
        "xp_awarded": outcome.xp_awarded,
        "total_xp": outcome.total_xp,
        "course_xp": outcome.course_xp,
    }
    asked, offered = question.asked(), question.offered()
    if asked is not None:
        kept["asked"] = asked
    if offered:
        kept["offered"] = offered
    return json.dumps(kept, separators=(",", ":"))


def _stored(row: Any, course: str, question: Question, attempt_key: str) -> Outcome:
    if (row.course, row.question_id) != (course, question.id):
        raise AnswerError(_("This attempt’s key was used for another question. Reload the page and answer again."))
    kept = json.loads(row.outcome)
    return Outcome(
        correct=row.correct,
        score=row.score,
        xp_awarded=kept["xp_awarded"],
        feedback=feedback_in(row.outcome),
        explanation=question.explanation(row.attempt_seed),
        total_xp=kept["total_xp"],
        course_xp=kept["course_xp"],
        seed=row.attempt_seed,
        answer=json.loads(row.answer),
        attempt_key=attempt_key,
        repeated=True,
    )


def reason(question: Question, seed: int) -> str:
    """What an award is for, in the question's own words."""
    spaced = re.sub(r"</(?:p|li|td|th|pre|div|h\d)>|<br ?/?>", " ", question.shown(seed).prompt_html)
    words = html.unescape(re.sub(r"<[^>]*>", "", spaced))
    return f"Answered “{textwrap.shorten(words, 100, placeholder=' …')}”"
