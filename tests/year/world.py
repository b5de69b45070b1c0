"""The site in this process with a clock that is moved by hand, and a student's hold on its API."""

import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from starlette.testclient import TestClient

from app.content.course import Course
from app.content.library import Library
from app.content.questions import Question
from app.db import Database
from app.learning import attempts, learners
from app.main import create_app
from app.settings import Settings
from tests.web.conftest import Site
from tests.year.memory import DAY

LESSONS = Path(__file__).parents[2] / "lessons"
COURSE = "cnn-architectures"
#: A Monday, 00:00 UTC.
START = 1_767_571_200.0


@dataclass
class World:
    site: Site
    course: Course
    now: float = START

    @property
    def day(self) -> int:
        return int((self.now - START) // DAY)

    def asked(self, lesson: str) -> list[Question]:
        """A lesson's questions but for its challenges, which a lab would have to measure."""
        found = self.course.lesson_by_slug[lesson].questions
        return [question for question in found if question.kind != "architecture"]

    def student(self, name: str) -> "Hold":
        id = f"{sum(map(ord, name)):032x}"  # always the same: draws hang on it
        db: Database = self.site.db

        def write(conn: Connection) -> str:
            learners.create_account(conn, id, name, f"{name}@example.org", "no password", self.now)
            return learners.new_token(conn, id, "the year", self.now)

        token = db.write_now(write)
        return Hold(self, id, self.site.program(authorization=f"Bearer {token}"))


@contextmanager
def world() -> Iterator[World]:
    library = Library(LESSONS, False)
    course = library.course(COURSE)
    assert course
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), lessons=LESSONS, secret="a secret of the year", answers_per_minute=10**9)
        app = create_app(settings)
        app.state.db.upgrade()
        app.state.library = library
        with Site(app) as site:
            made = World(site, course)
            app.state.clock = lambda: made.now
            yield made


@dataclass
class Hold:
    """What a student can do at the site, and what the site says of them."""

    world: World
    id: str
    client: TestClient
    answers: int = 0
    #: Seconds spent on answers.
    spent: float = 0.0
    keys: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        answer = self.client.post(f"/api/v1{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def key(self, question: Question) -> Any:
        """The right answer to the draw that this student sees."""
        return question.key(self._seed(question))

    def wrong(self, question: Question, chance: random.Random) -> Any:
        """Some answer that is not right."""
        seed = self._seed(question)
        for _ in range(50):
            given = guess(question, seed, chance)
            if not question.grade(question.read(given), seed).correct:
                return given
        return None

    def guess(self, question: Question, chance: random.Random) -> Any:
        return guess(question, self._seed(question), chance)

    def _seed(self, question: Question) -> int:
        def read(conn: Connection) -> int:
            return attempts.states(conn, self.id, COURSE, [question])[question.id].seed

        return self.world.site.db.read_now(read)

    def answer(self, question: Question, given: Any, key: str = "") -> Mapping[str, Any]:
        """Answer a question in its lesson; ``key`` repeats an attempt."""
        self._took(question)
        self.keys[question.id] = key or f"{question.id}-{self.answers}"
        path = f"/courses/{COURSE}/questions/{question.id}/attempts"
        told: Mapping[str, Any] = self.post(path, answer=given, attempt_key=self.keys[question.id])
        return told

    def another(self, question: Question) -> None:
        """Try one like it."""
        sent = self.client.post(f"/courses/{COURSE}/questions/{question.id}/variants")
        assert sent.status_code == 303, sent.text

    def due(self) -> int:
        return int(self.get("/me/reviews")["due"])

    def review(self, reply: "Reply", **scope: Any) -> int:
        """Begin a set and answer it to its end; how many were asked."""
        told = self.post("/reviews", **scope)["review"]
        asked = 0
        while told and told["place"]:
            question = self.world.course.question_by_id[told["question"]["id"]][1]
            self._took(question)
            body = {"place": told["place"], "answer": reply(question)}
            told = self.post(f"/reviews/{told['id']}/answers", **body)["review"]
            asked += 1
        return asked

    def _took(self, question: Question) -> None:
        seconds = 30.0 if question.kind in ("choice", "multiple") else 60.0
        self.world.now += seconds
        self.spent += seconds
        self.answers += 1

    def standing(self) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self.get("/me")
        return told


class Reply:
    """Gives an answer to a question whose turn it is."""

    def __call__(self, question: Question) -> Any:
        raise NotImplementedError


def guess(question: Question, seed: int, chance: random.Random) -> Any:
    """An answer by chance alone, of somebody who has not read the question."""
    shown = question.shown(seed)
    ids = [option.id for option in shown.options]
    if question.kind == "choice":
        return chance.choice(ids)
    if question.kind == "multiple":
        return chance.sample(ids, chance.randint(1, len(ids)))
    if question.kind == "order":
        return chance.sample(ids, len(ids))
    if question.kind == "match":
        return [f"{id}:{chance.choice(shown.targets).id}" for id in ids]
    if question.kind == "number":
        return chance.randint(0, 1000)
    return "0"
