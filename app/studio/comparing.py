"""Attempts held against their question as it is now."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app.content.course import Course
from app.content.questions import AnswerError, Question
from app.learning.records import attempt
from app.learning.regrades import regraded_attempt

#: Parts of a question that say something and grade nothing.
_WORDS = frozenset(
    {"line", "skill", "prompt_html", "explanation_html", "hints_html", "html", "feedback_html", "shuffle"}
)
#: What an attempt counts as now, of a join with what was regraded.
COUNTS: ColumnElement[bool] = func.coalesce(regraded_attempt.c.correct, attempt.c.correct)
WITH_REGRADED = attempt.outerjoin(regraded_attempt, regraded_attempt.c.attempt_id == attempt.c.id)


@dataclass
class Tally:
    """How one answer fares, in attempts."""

    righted: int = 0
    wronged: int = 0
    unreadable: int = 0
    people: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Comparison:
    """What would change: by answer (JSON, in its canonical form), the most attempts first."""

    question: Question
    answers: Mapping[str, Tally]
    attempts: int

    @property
    def righted(self) -> int:
        return sum(tally.righted for tally in self.answers.values())

    @property
    def wronged(self) -> int:
        return sum(tally.wronged for tally in self.answers.values())

    @property
    def unreadable(self) -> int:
        return sum(tally.unreadable for tally in self.answers.values())

    @property
    def people(self) -> int:
        """Whose answers count as something else."""
        return len(set().union(*(t.people for t in self.answers.values() if t.righted or t.wronged)))


def fingerprint(question: Question) -> str:
    """Names how a question grades: its options and their verdicts, keys, tolerances, values; not its words."""
    parts = {"kind": question.kind, **_grading(asdict(question))}
    return sha256(json.dumps(parts, sort_keys=True, default=repr).encode()).hexdigest()


def _grading(part: Any) -> Any:
    if isinstance(part, dict):
        return {str(name): _grading(value) for name, value in part.items() if name not in _WORDS}
    return [_grading(one) for one in part] if isinstance(part, list | tuple) else part


class Grader:
    """Grades stored answers under a question as it is now, each answer to each draw once."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.offered = question.offered()
        self._known: dict[tuple[str, int], bool | None] = {}

    def verdict(self, answer: str, seed: int, outcome: str) -> bool | None:
        """Whether it is right now; None where it was made under other options or values, or has to be measured."""
        if answer == "null":
            return False
        if self.offered and json.loads(outcome).get("offered") != self.offered:
            return None
        return self.alone(answer, seed)

    def alone(self, answer: str, seed: int) -> bool | None:
        """The same, whatever it was made under."""
        key = (answer, seed)
        if key not in self._known:
            self._known[key] = self._grade(answer, seed)
        return self._known[key]

    def _grade(self, answer: str, seed: int) -> bool | None:
        if self.question.kind == "architecture":
            return None
        try:
            return self.question.grade(self.question.read(json.loads(answer)), seed).correct
        except (AnswerError, ValueError, TypeError, KeyError):
            return None


def changed(conn: Connection, course: Course) -> list[Comparison]:
    """The questions of a course with attempts that count as something else than they would now."""
    graders = {id: Grader(question) for id, (_, question) in course.question_by_id.items()}
    c = attempt.c
    grouped = (
        select(c.question_id, c.answer, c.seed, COUNTS)
        .select_from(WITH_REGRADED)
        .where(c.course == course.slug, c.answer != "null")
        .group_by(c.question_id, c.answer, c.seed, COUNTS)
    )
    wanted = dict.fromkeys(
        id
        for id, answer, seed, counts in conn.execute(grouped)
        if id in graders and graders[id].alone(answer, seed) not in (None, counts)
    )
    found = [compare(conn, course, graders[id].question) for id in graders if id in wanted]
    return [one for one in found if one.righted or one.wronged]


def compare(conn: Connection, course: Course, question: Question) -> Comparison:
    """Every attempt at a question, held against it as it is now."""
    grader, tallies, count = Grader(question), dict[str, Tally](), 0
    c = attempt.c
    rows = select(c.learner_id, c.answer, c.seed, c.outcome, COUNTS).select_from(WITH_REGRADED)
    for who, answer, seed, outcome, counts in conn.execute(rows.where(*answered(course.slug, question.id))):
        count += 1
        now = grader.verdict(answer, seed, outcome)
        if now == counts:
            continue
        tally = tallies.setdefault(answer, Tally())
        tally.unreadable += now is None
        tally.righted += now is True
        tally.wronged += now is False
        tally.people.add(who)
    most = sorted(tallies.items(), key=lambda pair: -(pair[1].righted + pair[1].wronged + pair[1].unreadable))
    return Comparison(question, dict(most), count)


def answered(course: str, question: str) -> tuple[ColumnElement[bool], ...]:
    """Attempts at a question that said something."""
    return attempt.c.course == course, attempt.c.question_id == question, attempt.c.answer != "null"
