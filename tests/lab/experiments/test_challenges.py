"""The challenges of the course: every one can be met, and none by what the student starts from."""

from pathlib import Path
from typing import Any

import pytest

from app.content.architecture import Architecture
from app.content.library import Library
from app.lab.experiments import run
from tests.lab.experiments.reports import Reports

LESSONS = Path(__file__).parents[3] / "lessons"
DESIGNS: dict[str, Architecture] = {
    question.id: question
    for course in Library(LESSONS, False).courses()
    for _, question in course.question_by_id.values()
    if isinstance(question, Architecture)
}


def graded(question: Architecture, code: str) -> Any:
    result: Any = run(question.spec(code), Reports())
    return question.with_measures(result["measures"]).grade(code, 0)


def test_there_are_ten() -> None:
    assert len(DESIGNS) >= 10


@pytest.mark.parametrize("name", DESIGNS)
def test_the_solution_meets_every_requirement(name: str) -> None:
    grade = graded(DESIGNS[name], DESIGNS[name].solution)
    assert grade.correct, [part.html for part in grade.feedback if not part.correct]


@pytest.mark.parametrize("name", [name for name, one in DESIGNS.items() if one.steps != 200])
def test_the_starter_does_not(name: str) -> None:
    grade = graded(DESIGNS[name], DESIGNS[name].starter)
    assert not grade.correct
    assert 0 <= grade.score < 1
