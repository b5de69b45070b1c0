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


#: Networks that keep the letter of a challenge in some silly way, each with the requirement that it must still miss.
SILLY = {
    "halve-without-pooling": ("net = nn.Sequential(nn.AdaptiveAvgPool2d(16), nn.Conv2d(3, 16, 1))", "AdaptiveAvg"),
    "a-cheap-block": (
        "a, b, c = nn.Conv2d(64, 16, 1), nn.Conv2d(16, 16, 3, padding=1), nn.Conv2d(16, 64, 1)\n"
        "net = lambda x: c(b(a(x))) + 1",
        "shortest path",
    ),
    "a-gradient-that-arrives": (
        "net = nn.Sequential(nn.Conv2d(1, 16, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(),\n"
        "    *[nn.Sequential(nn.Linear(16, 16), nn.ReLU()) for _ in range(20)], nn.Linear(16, 10))",
        "gradient",
    ),
    "fifty-six-without-skips": (
        "deep = nn.Sequential(*[nn.Conv2d(1, 1, 1) for _ in range(55)], nn.Flatten(), nn.Linear(64, 10))\n"
        "easy = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))\n"
        "net = lambda x: easy(x) - 0 * deep(x)",
        "shortest path",
    ),
}


@pytest.mark.parametrize("name", SILLY)
def test_the_letter_alone_does_not(name: str) -> None:
    code, missed = SILLY[name]
    grade = graded(DESIGNS[name], code)
    assert [missed in part.html for part in grade.feedback if not part.correct and part.option] == [True]
