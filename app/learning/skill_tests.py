"""Testing out of a skill: its questions on one sheet, drawn for this test alone, handed in and graded as a whole.

A sheet asks what was not answered with the same values within a day: what was just explained shows memory of an
answer, not the skill. It is passed by three right answers of four, where they show the skill by the rules of
``mastery``. Passed, its right answers count as any answers that were right at once. Not passed, it takes nothing and
gives no level: no card moves, so neither does guessing on sheet after sheet gain anything. XP is paid for a
question's first right answer in either case. See docs/learning.md.
"""

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Double,
    ForeignKey,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)

from app.content.architecture import Architecture
from app.content.course import Course, Lesson
from app.content.questions import Answer, AnswerError, Question
from app.db import Prepared, metadata
from app.learning import attempts, learners, reviews
from app.learning.attempts import Outcome
from app.learning.draws import seeds_of_test
from app.learning.mastery import enough
from app.learning.records import attempt
from app.learning.reviews import DAY, Card
from app.words import _

#: Of the questions on a sheet, what must be right to pass.
PASS = 0.75
#: Answers of the last day that are looked at, newest first.
MOST_RECENT = 1000

skill_test = Table(
    "skill_test",
    metadata,
    Column("learner_id", Text, ForeignKey("learner.id"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("course", Text, nullable=False),
    Column("skill", Text, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("correct", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("handed_in", Double, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Asked:
    """A question on a sheet, in the draw made for it."""

    lesson: Lesson
    question: Question
    seed: int


@dataclass(frozen=True)
class Sheet:
    """What a test would ask now."""

    asked: tuple[Asked, ...]
    #: Whether enough right answers here, with what was shown before, would show the skill.
    passable: bool
    #: Whether it will be, once a day has gone by since the last answers.
    waits: bool

    @property
    def needed(self) -> int:
        return math.ceil(PASS * len(self.asked))


@dataclass(frozen=True)
class Handed:
    """A test that was handed in."""

    id: str
    course: str
    skill: str
    asked: int
    correct: int
    passed: bool
    handed_in: float


class NotThisSheet(AnswerError):
    """Answers to questions that this test did not draw for this learner."""


class Unreadable(AnswerError):
    """An answer on a sheet that cannot be read; nothing was graded. ``problems`` are words, by question id."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(_("Some answers cannot be read; nothing was graded yet."))
        self.problems = problems


_RECENT = select(attempt.c.question_id, attempt.c.seed, attempt.c.course, attempt.c.created)
RECENT = Prepared(
    _RECENT.where(attempt.c.learner_id == bindparam("learner")).order_by(attempt.c.id.desc()).limit(MOST_RECENT)
)
_HANDED = select(*(column for column in skill_test.c if column.name != "learner_id")).where(
    skill_test.c.learner_id == bindparam("learner")
)
HANDED = Prepared(_HANDED.order_by(skill_test.c.handed_in.desc()))
BY_ID = Prepared(_HANDED.where(skill_test.c.id == bindparam("id")))
KEEP = Prepared(insert(skill_test))


def new_id() -> str:
    """A name for a test; what it draws follows from it and from the learner."""
    return secrets.token_hex(16)


def sheet(
    conn: Connection,
    learner_id: str,
    course: Course,
    skill: str,
    test_id: str,
    now: float,
    drawn: Mapping[str, int] | None = None,
) -> Sheet:
    """What this test asks the learner: every question of the skill that can be asked now, in values unseen for a day.

    ``drawn`` are the seeds of a sheet that was given out, by question id; others than this test's own count nothing.
    Networks to build are left out: measuring one takes a run, which a sheet does not wait for.
    """
    drawn = drawn or {}
    seen: dict[str, list[int]] = {}
    for row in RECENT.rows(conn, {"learner": learner_id}):
        if row.course == course.slug and row.created > now - DAY:
            seen.setdefault(row.question_id, []).append(row.seed)
    asked = []
    askable = {q.id for _, q in _questions(course, skill) if not isinstance(q, Architecture)}
    for lesson, question in _questions(course, skill):
        values = [question.draw(seed) for seed in seen.get(question.id, ())]
        seeds = seeds_of_test(learner_id, test_id, question.id)
        given = [seed for seed in seeds if seed == drawn.get(question.id)]
        fresh = next((seed for seed in given or seeds if question.draw(seed) not in values), None)
        if fresh is not None and question.id in askable:
            asked.append(Asked(lesson, question, fresh))
    found = tuple(asked)
    held = reviews.cards(conn, learner_id, course.slug)
    passable = shows(course, skill, held, {one.question.id for one in found})
    return Sheet(found, passable, not passable and shows(course, skill, held, askable))


def shows(course: Course, skill: str, held: Mapping[str, Card], right: set[str]) -> bool:
    """Whether right answers to these questions, with what was shown before, show the skill."""
    questions = [question for _, question in _questions(course, skill)]
    shown = [q for q in questions if q.id in right or (q.id in held and held[q.id].first_shown is not None)]
    kinds = {question.kind for question in questions}
    return bool(shown) and len(shown) >= enough(len(questions)) and len({q.kind for q in shown}) >= min(2, len(kinds))


def _questions(course: Course, skill: str) -> list[tuple[Lesson, Question]]:
    return [(lesson, question) for lesson, question in course.question_by_id.values() if question.skill == skill]


def hand_in(
    conn: Connection,
    learner_id: str,
    course: Course,
    skill: str,
    test_id: str,
    given: Mapping[str, Any],
    drawn: Mapping[str, int],
    now: float,
) -> Handed:
    """Grade a sheet and record it; ``given`` holds the answers by question id, None or nothing is "I don't know".

    ``drawn`` are the seeds that the sheet was given out with. Handed in again it gives what was recorded. Raises
    Unreadable and NotThisSheet, AnswerError where there is nothing to ask (any more), all with nothing written; and
    Merged.
    """
    learners.ensure(conn, learner_id, now)
    before = get(conn, learner_id, test_id)
    if before is not None:
        return before
    if any(seed not in seeds_of_test(learner_id, test_id, id) for id, seed in drawn.items()):
        raise NotThisSheet(_("This sheet was drawn before you signed in. Here is one that is yours."))
    found = sheet(conn, learner_id, course, skill, test_id, now, drawn)
    if not found.asked:
        raise AnswerError(_("These questions were answered less than a day ago. Take the test again tomorrow."))
    answers = read(found, given)
    right = {
        one.question.id
        for one in found.asked
        if (answer := answers[one.question.id]) is not None and one.question.grade(answer, one.seed).correct
    }
    held = reviews.cards(conn, learner_id, course.slug)
    passed = len(right) >= found.needed and shows(course, skill, held, right)
    for one in found.asked:
        attempts.submit(
            conn,
            learner_id=learner_id,
            course=course.slug,
            lesson_hash=one.lesson.hash,
            question=one.question,
            answer=answers[one.question.id],
            attempt_key=_key(test_id, one.question.id),
            now=now,
            seed=one.seed,
            sheet="passed" if passed else "not passed",
        )
    if passed:
        reviews.vouch(conn, learner_id, course.slug, right, now)
    done = Handed(test_id, course.slug, skill, len(found.asked), len(right), passed, now)
    KEEP.rows(conn, {**vars(done), "learner_id": learner_id})
    return done


def read(found: Sheet, given: Mapping[str, Any]) -> Mapping[str, Answer]:
    """The answers in their canonical form. Raises Unreadable."""
    answers: dict[str, Answer] = {}
    problems = {}
    for one in found.asked:
        raw = given.get(one.question.id)
        try:
            answers[one.question.id] = None if not raw else one.question.read(raw)
        except AnswerError as error:
            problems[one.question.id] = str(error)
    if problems:
        raise Unreadable(problems)
    return answers


def get(conn: Connection, learner_id: str, test_id: str) -> Handed | None:
    """A learner's own test, once handed in."""
    row = BY_ID.first(conn, {"learner": learner_id, "id": test_id})
    return Handed(*row) if row else None


def handed(conn: Connection, learner_id: str) -> list[Handed]:
    """A learner's tests, the newest first."""
    return [Handed(*row) for row in HANDED.rows(conn, {"learner": learner_id})]


def outcomes(conn: Connection, learner_id: str, course: Course, test: Handed) -> list[tuple[Lesson, Question, Outcome]]:
    """What became of each question of a test that was handed in; of those that have left the course, nothing."""
    found = []
    for lesson, question in course.question_by_id.values():
        outcome = attempts.stored(conn, learner_id, course.slug, question, _key(test.id, question.id))
        if outcome is not None:
            found.append((lesson, question, outcome))
    return found


def _key(test_id: str, question_id: str) -> str:
    return f"test-{test_id}-{question_id}"


def merge(conn: Connection, guest: str, account: str) -> None:
    """Give an account the tests that it took as a guest."""
    theirs = skill_test.alias()
    both = exists().where(theirs.c.learner_id == account, theirs.c.id == skill_test.c.id)
    conn.execute(update(skill_test).where(skill_test.c.learner_id == guest, ~both).values(learner_id=account))
    conn.execute(delete(skill_test).where(skill_test.c.learner_id == guest))
