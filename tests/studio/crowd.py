"""Simulated people whose abilities, and the questions' difficulties, are known: what the analytics must find again.

The chance of a right first try is logistic in ability less difficulty, times the question's slope: the two-parameter
model of Birnbaum 1968, in Lord and Novick, Statistical theories of mental test scores.
"""

import json
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert

from app.content.architecture import Architecture
from app.content.choices import Choice, Multiple
from app.content.course import Course
from app.content.expressions import evaluate
from app.content.match import Match
from app.content.number import Number
from app.content.order import Order
from app.content.questions import Answer, Question
from app.db import Database
from app.learning import draws
from app.learning.answer_rows import RECORD
from app.learning.learners import learner

DAY = 86_400.0


@dataclass(frozen=True)
class Behaviour:
    """How people meet one question."""

    difficulty: float = 0.0
    slope: float = 1.5
    #: The share of wrong answers that take the first wrong option.
    drawn: float = 0.6
    unknown: float = 0.05
    hints: float = 0.1
    #: Added to the difficulty of odd variants.
    odd: float = 0.0

    def chance(self, ability: float, variant: int) -> float:
        return 1 / (1 + math.exp(-self.slope * (ability - self.difficulty - self.odd * (variant % 2))))


@dataclass
class Crowd:
    """``people`` learners who answer every question of a course once, over 60 days before ``now``."""

    course: Course
    people: int = 400
    now: float = 100 * DAY
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    seed: int = 1

    def fill(self, db: Database) -> None:
        db.write_now(self._write)

    def _write(self, conn: Connection) -> None:
        chance = random.Random(self.seed)
        ids = [f"{self.seed:08x}{number:024x}" for number in range(self.people)]
        fresh = {"kind": "guest", "name": "", "role": "student", "session_version": 1, "created": 0.0}
        conn.execute(insert(learner), [{"id": id, **fresh} for id in ids])
        for number, id in enumerate(ids):
            ability = chance.gauss(0, 1)
            when = self.now - 60 * DAY + 59 * DAY * number / self.people
            for question in self.course.question_by_id:
                when += 60
                answer(conn, self.course, question, id, *self._said(chance, id, question, ability), when)

    def _said(self, chance: random.Random, id: str, question: str, ability: float) -> tuple[Answer, int]:
        asked, acts = self.course.question_by_id[question][1], self.behaviours.get(question, Behaviour())
        seed = draws.seed(id, question, 0)
        hints = int(bool(asked.hints_html) and chance.random() < acts.hints)
        if chance.random() < acts.unknown:
            return None, hints
        variant = seed % asked.variables.count
        if chance.random() < acts.chance(ability, variant):
            return asked.key(seed), hints
        return wrong(asked, seed, chance, acts.drawn), hints


def wrong(question: Question, seed: int, chance: random.Random, drawn: float) -> Answer:
    """A wrong answer; the first that there is with the chance ``drawn``."""
    first = chance.random() < drawn
    if isinstance(question, Choice):
        options = [option.id for option in question.options if not option.correct]
        return options[0] if first else chance.choice(options[1:] or options)
    if isinstance(question, Multiple):
        ids = [option.id for option in question.options]
        right = question.key(seed)
        return next(one for one in ([ids[0]], ids, [ids[-1]]) if one != right)
    if isinstance(question, Number):
        value = question.key(seed)
        assert isinstance(value, int | float)
        if first and question.wrong:
            return evaluate(question.wrong[0].value, question.draw(seed))
        return value + 1000 + chance.randrange(3)
    if isinstance(question, Order):
        return list(reversed([item.id for item in question.items]))
    if isinstance(question, Match):
        return [f"{pair.id}:{question.targets[0][0]}" for pair in question.pairs]
    if isinstance(question, Architecture):
        return "net = nn.Sequential(nn.Conv2d(3, 7, 1))\n"
    return "Something Else" if first else "another thing"


def answer(
    conn: Connection,
    course: Course,
    question: str,
    learner_id: str,
    said: Answer,
    hints: int,
    when: float,
    key: str = "",
) -> None:
    """One recorded attempt, graded as the site grades."""
    lesson, asked = course.question_by_id[question]
    seed = draws.seed(learner_id, question, 0)
    feedback: list[dict[str, Any]] = []
    if isinstance(asked, Architecture):
        correct = said is not None and said == asked.key(seed)
        feedback = [
            {"option": f"r{n}", "correct": correct or n > 1, "html": ""} for n in range(1, 1 + len(asked.requires))
        ]
    else:
        correct = asked.grade(said, seed).correct
    RECORD.rows(
        conn,
        {
            "learner_id": learner_id,
            "attempt_key": key or f"first-{question}",
            "course": course.slug,
            "question_id": question,
            "lesson_hash": lesson.hash,
            "series": 0,
            "seed": seed,
            "answer": json.dumps(said),
            "correct": correct,
            "score": float(correct),
            "outcome": json.dumps({"feedback": feedback, "xp_awarded": 0, "total_xp": 0, "course_xp": 0}),
            "hints_opened": hints,
            "explained": False,
            "created": when,
        },
    )
