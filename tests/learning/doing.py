"""What students do, in one line each."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from app.content.questions import Question
from app.db import Database
from app.learning import attempts, learners, reviews, xp
from app.learning.attempts import Outcome, QuestionState
from app.learning.reviews import Card
from app.learning.xp import Award
from tests.learning.sample import COURSE, HASH


class Student:
    """A visitor by id; every deed is a write of its own."""

    def __init__(self, database: Database, id: str) -> None:
        self.database, self.id = database, id

    def answers(
        self,
        question: Question,
        answer: Any,
        key: str,
        now: float = 1.0,
        seed: int | None = None,
        mixed: bool = False,
    ) -> Outcome:
        return self.database.write_now(
            lambda conn: attempts.submit(
                conn,
                learner_id=self.id,
                course=COURSE,
                lesson_hash=HASH,
                question=question,
                answer=answer,
                attempt_key=key,
                now=now,
                seed=seed,
                mixed=mixed,
            )
        )

    def opens_hint(self, question: Question, number: int | None = None, now: float = 1.0) -> int:
        return self.database.write_now(
            lambda conn: attempts.open_hint(
                conn, learner_id=self.id, course=COURSE, question=question, now=now, number=number
            )
        )

    def draws_another(self, question: Question, after: int | None = None, now: float = 1.0) -> int:
        return self.database.write_now(
            lambda conn: attempts.new_variant(
                conn, learner_id=self.id, course=COURSE, question=question, now=now, after=after
            )
        )

    def signs_up(self, email: str | None = None, now: float = 1.0) -> "Student":
        self.database.write_now(
            lambda conn: learners.create_account(
                conn, self.id, "A name", email or f"{self.id}@example.org", "hash", now
            )
        )
        return self

    def signs_in_to(self, account: "Student", now: float = 1.0) -> bool:
        return self.database.write_now(lambda conn: learners.merge(conn, self.id, account.id, now))

    def state(self, question: Question) -> QuestionState:
        return self.database.read_now(lambda conn: attempts.states(conn, self.id, COURSE, [question]))[question.id]

    @property
    def cards(self) -> Mapping[str, Card]:
        return self.database.read_now(lambda conn: reviews.cards(conn, self.id, COURSE))

    @property
    def xp(self) -> int:
        return self.database.read_now(lambda conn: xp.totals(conn, self.id)).total

    @property
    def awards(self) -> list[Award]:
        return self.database.read_now(lambda conn: xp.ledger(conn, self.id))

    def count(self, table: str) -> int:
        statement = text(f"SELECT count(*) FROM {table} WHERE learner_id = :id")
        return int(self.database.read_now(lambda conn: conn.execute(statement, {"id": self.id}).scalar_one()))


def sound(database: Database) -> bool:
    """Whether every total is the sum of its awards."""

    def check(conn: Connection) -> bool:
        return xp.verify(conn) == []

    return database.read_now(check)
