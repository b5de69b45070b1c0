"""What instructors say of one wrong answer to all who gave it: written once, seen by everyone of the group.

A comment belongs to an answer's key (see ``answer_keys``), not to people: who gives that answer tomorrow sees it, too,
and nobody is told who did. It is taken back and written again at will.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Double, Executable, Table, Text, bindparam, select, update

from app.content import remarks
from app.content.course import Course, Lesson
from app.content.questions import Question
from app.db import Inserter, Prepared, metadata
from app.learning.states import QuestionState
from app.learning.states import states as states_of
from app.studio import answer_keys

#: Characters of a comment.
LONGEST = 2_000

answer_comment = Table(
    "answer_comment",
    metadata,
    Column("course", Text, primary_key=True),
    Column("question_id", Text, primary_key=True),
    # The answer's key.
    Column("said", Text, primary_key=True),
    # Markdown, cleaned where it is shown.
    Column("body", Text, nullable=False),
    # An account's id, without a foreign key: what was said stays when who said it leaves.
    Column("author", Text, nullable=False),
    Column("changed", Double, nullable=False),
    # When it was taken back.
    Column("ended", Double),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class Comment:
    question_id: str
    said: str
    body: str
    changed: float
    ended: float | None

    @property
    def html(self) -> str:
        """Safe."""
        return remarks.html(self.body)


_columns = tuple(answer_comment.c[name] for name in ("question_id", "said", "body", "changed", "ended"))
_COURSE, _STANDING = answer_comment.c.course == bindparam("course"), answer_comment.c.ended.is_(None)
_OF = Prepared(select(*_columns).where(_COURSE))
_OF_QUESTION = Prepared(
    select(answer_comment.c.said, answer_comment.c.body).where(
        _COURSE, answer_comment.c.question_id == bindparam("question"), _STANDING
    )
)
_COMMENTED = Prepared(select(answer_comment.c.question_id).where(_COURSE, _STANDING).distinct())


def _say(new: Inserter) -> Executable:
    row = new(answer_comment)
    names = ("body", "author", "changed", "ended")
    return row.on_conflict_do_update(
        index_elements=["course", "question_id", "said"], set_={name: row.excluded[name] for name in names}
    )


_SAY = Prepared(_say)


def group_id(said: str) -> str:
    """An answer's key as an address can name it."""
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def of(conn: Connection, course: str) -> Mapping[tuple[str, str], Comment]:
    """Every comment of a course, taken back or not, by question and key."""
    return {(row.question_id, row.said): Comment(*row) for row in _OF.rows(conn, {"course": course})}


def say(conn: Connection, course: str, question: str, said: str, body: str, author: str, now: float) -> None:
    """Say it, or something else instead."""
    row = {"course": course, "question_id": question, "said": said, "body": remarks.lines(body, LONGEST)}
    _SAY.rows(conn, row | {"author": author, "changed": now, "ended": None})


def take_back(conn: Connection, course: str, question: str, said: str, now: float) -> None:
    here = answer_comment.c
    place = (here.course == course, here.question_id == question, here.said == said, here.ended.is_(None))
    conn.execute(update(answer_comment).where(*place).values(ended=now))


def seen(
    conn: Connection, course: Course, questions: Iterable[Question], states: Mapping[str, QuestionState]
) -> Mapping[str, str]:
    """What is said of a learner's own wrong answers, as safe HTML by question.

    Every view of a lesson asks this, so it reads nothing but what is said of questions that stand answered wrongly.
    """
    found = {}
    for question in questions:
        state = states.get(question.id)
        if state and state.answered and state.answer is not None and not state.correct:
            rows = _OF_QUESTION.rows(conn, {"course": course.slug, "question": question.id})
            bodies = {row.said: row.body for row in rows}
            said = answer_keys.key(question, state.answer, state.seed) if bodies else ""
            if said in bodies:
                found[question.id] = remarks.html(bodies[said])
    return found


@dataclass(frozen=True)
class Remark:
    """What a learner is told of an answer, and where it stands."""

    course: Course
    lesson: Lesson
    question: Question
    #: Safe.
    html: str


def to_me(conn: Connection, learner_id: str, courses: Iterable[Course]) -> list[Remark]:
    """All that a learner is told of answers as they stand now, in the courses' order."""
    found = []
    for course in courses:
        commented = {row.question_id for row in _COMMENTED.rows(conn, {"course": course.slug})}
        asked = {id: place for id, place in course.question_by_id.items() if id in commented}
        if asked:
            questions = [question for _lesson, question in asked.values()]
            states = states_of(conn, learner_id, course.slug, questions)
            html = seen(conn, course, questions, states)
            found += [Remark(course, *asked[id], html[id]) for id in asked if id in html]
    return found
