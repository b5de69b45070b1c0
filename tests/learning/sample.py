"""A course small enough to see through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.content.course import Course, Lesson, QuestionBlock, Section, Skill
from app.content.questions import Answer, AnswerError, Feedback, Grade, Question, Shown

COURSE = "course"
HASH = "0" * 64


@dataclass(frozen=True)
class Choice(Question):
    """Two options: ``a`` is right."""

    kind = "choice"

    def shown(self, seed: int) -> Shown:
        return Shown(f"<p>What is <b>{self.id}</b>,<br>drawn &amp; shuffled?</p>", hints=2, has_variants=True)

    def read(self, raw: Any) -> Answer:
        if raw not in ("a", "b"):
            raise AnswerError("Choose a or b.")
        return str(raw)

    def grade(self, answer: Answer, seed: int) -> Grade:
        right = answer == "a"
        return Grade(right, float(right), (Feedback(str(answer), right, f"<p>Draw {seed}.</p>"),))

    def explanation(self, seed: int) -> str:
        return f"<p>It is a, whatever {seed}.</p>"

    def hint(self, number: int, seed: int) -> str:
        return ("<p>Not b.</p>", "<p>Really.</p>")[number - 1]

    def key(self, seed: int) -> Answer:
        return "a"


@dataclass(frozen=True)
class Other(Choice):
    """Another kind of question."""

    kind = "other"


@dataclass(frozen=True)
class Varied(Choice):
    """With three variants."""

    def draw(self, seed: int) -> Mapping[str, int | float]:
        return {"n": seed % 3}


def choice(id: str = "one", skill: str = "skill") -> Choice:
    return Choice(id, skill, 1)


def lesson(slug: str, questions: Sequence[Question], skills: Sequence[str] = (), minutes: int = 10) -> Lesson:
    blocks = tuple(QuestionBlock(question) for question in questions)
    section = Section(1, "section", "Section", "Section", blocks)
    return Lesson(COURSE, slug, slug, "", tuple(skills), (), minutes, (), (section,), (), HASH)


def course(skills: Sequence[Skill], lessons: Sequence[Lesson]) -> Course:
    return Course(COURSE, "Course", "", (), (), tuple(skills), tuple(lessons), (), Path("course"), HASH)
