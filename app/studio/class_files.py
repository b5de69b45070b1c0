"""A class as files: a table for a spreadsheet, and xAPI 1.0.3 statements for a learning record store.

https://github.com/adlnet/xAPI-Spec/blob/1.0.3/xAPI-Data.md

Days stand in for times: staff is not shown at what time of day somebody learns, so a statement's ``timestamp`` is
midnight, UTC, of its day.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, Float, Integer, case, cast, select

from app.content.course import Course, Lesson
from app.learning.records import attempt
from app.studio.classes import Member
from app.studio.comparing import COUNTS, WITH_REGRADED
from app.studio.rosters import STATES, Progress, day_of

VERBS = "http://adlnet.gov/expapi/verbs/"
ACTIVITIES = "http://adlnet.gov/expapi/activities/"

Statement = dict[str, Any]


def as_json(one: Statement) -> str:
    return json.dumps(one, ensure_ascii=False, separators=(",", ":"))


def guarded(cell: str) -> str:
    """Text that a spreadsheet shows and does not work out: what would begin a formula gets an apostrophe before it.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{cell}" if cell.lstrip(" \u00a0\ufeff")[:1] in set("=+-@\t\r\n＝＋－＠") else cell


def line(cells: Sequence[str | int]) -> str:
    """A line of CSV (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out).writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()


def head(course: Course, emails: bool) -> str:
    """The table's first line: names of columns, which never change their meaning."""
    fixed = ["id", "name", *(["email"] if emails else []), "joined", "last_active", "xp", "lessons_done", *STATES]
    lessons = [f"lesson:{lesson.slug}" for lesson in course.lessons]
    return line([*fixed, *lessons, *(f"skill:{skill.id}" for skill in course.skills)])


def row(member: Member, its: Progress, emails: bool) -> str:
    """A student: lessons as questions answered rightly out of all, skills as their states."""
    last = its.last.isoformat() if its.last else ""
    who = [member.code, member.name, *([member.email or ""] if emails else []), day_of(member.joined).isoformat(), last]
    lessons = [f"{one.right} of {one.of}" for one in its.lessons]
    skills = [standing.state for _, standing in its.skills]
    return line([*who, its.xp, its.done, *its.counts.values(), *lessons, *skills])


@dataclass(frozen=True)
class Answered:
    """An answer, as the class may see it."""

    id: int
    question: str
    correct: bool
    #: From 0 to 1.
    score: float
    day: date


def answers(conn: Connection, learner_id: str, course: str, after: int, most: int) -> list[Answered]:
    """A learner's answers in a course in the order of giving, those after ``after``; without "I don't know yet".

    Each as what it counts as: as it was graded, or regraded since.
    """
    a = attempt.c
    mine = (a.learner_id == learner_id, a.course == course, a.id > after, a.answer != "null")
    score = case((a.correct == COUNTS, a.score), else_=cast(cast(COUNTS, Integer), Float))
    asked = select(a.id, a.question_id, COUNTS.label("correct"), score.label("score"), a.created)
    chosen = asked.select_from(WITH_REGRADED).where(*mine).order_by(a.id).limit(most)
    return [Answered(r.id, r.question_id, r.correct, r.score, day_of(r.created)) for r in conn.execute(chosen)]


@dataclass
class Writer:
    """Turns what one member did into statements, answer by answer, and remembers which lessons they completed.

    ``site`` is where the site is reached, ``https://host``: activities are named by their addresses there, which are
    permanent. ``emails``: the actor is a name and an address, not an account that only the site can tell.
    """

    site: str
    course: Course
    member: Member
    emails: bool
    _right: set[str] = field(default_factory=set)
    _completed: set[str] = field(default_factory=set)

    @property
    def _actor(self) -> Statement:
        if self.emails and self.member.email:
            local, _, host = self.member.email.rpartition("@")
            mbox = f"mailto:{quote(local, safe='!$&*+-./=?^_{|}~')}@{host}"
            return {"objectType": "Agent", "name": self.member.name, "mbox": mbox}
        return {"objectType": "Agent", "account": {"homePage": self.site, "name": self.member.code}}

    @property
    def _root(self) -> str:
        return f"{self.site}/courses/{self.course.slug}"

    def answered(self, one: Answered) -> Iterator[Statement]:
        """What follows of an answer: that it was given, and that a lesson is completed by it."""
        lesson, _ = self.course.question_by_id.get(one.question, (None, None))
        target = self._activity(f"{self._root}/questions/{one.question}", "question", one.question)
        result = {"success": one.correct, "score": {"scaled": round(min(1.0, max(0.0, one.score)), 4)}}
        parents = [self._lesson(lesson)] if lesson else []
        key = f"{one.id} {one.correct} {one.score}"
        yield self._statement("answered", target, one.day, key, result, parents)
        if one.correct and lesson is not None:
            self._right.add(one.question)
            if lesson.slug not in self._completed and all(q.id in self._right for q in lesson.questions):
                self._completed.add(lesson.slug)
                yield self._statement("completed", self._lesson(lesson), one.day, str(one.day), {"completion": True})

    def mastered(self, its: Progress) -> Iterator[Statement]:
        """The skills that are mastered: on the day on which a review last confirmed them."""
        for skill, standing in its.skills:
            if standing.level == "mastered" and skill.id in its.confirmed:
                day = its.confirmed[skill.id]
                target = self._activity(f"{self._root}/skills/{skill.id}", "objective", skill.title)
                yield self._statement("mastered", target, day, str(day), {"success": True})

    def _lesson(self, lesson: Lesson) -> Statement:
        return self._activity(f"{self._root}/lessons/{lesson.slug}", "lesson", lesson.title)

    def _activity(self, id: str, kind: str, name: str) -> Statement:
        definition = {"type": f"{ACTIVITIES}{kind}", "name": {self.course.language: name}}
        return {"objectType": "Activity", "id": id, "definition": definition}

    def _statement(
        self,
        verb: str,
        target: Statement,
        day: date,
        key: str,
        result: Statement,
        parents: Sequence[Statement] = (),
    ) -> Statement:
        """Its id follows from what it says, so that taken out again it is known to a store that has it."""
        around = {"grouping": [self._activity(self._root, "course", self.course.title)]}
        if parents:
            around["parent"] = list(parents)
        who = self.member.code if not self.emails else f"{self.member.code} mbox"
        return {
            "id": str(uuid5(NAMESPACE_URL, f"{target['id']} {who} {verb} {key}")),
            "actor": self._actor,
            "verb": {"id": f"{VERBS}{verb}", "display": {"en": verb}},
            "object": target,
            "result": result,
            "context": {"contextActivities": around, "platform": "receptive", "language": self.course.language},
            "timestamp": f"{day.isoformat()}T00:00:00Z",
            "version": "1.0.3",
        }
