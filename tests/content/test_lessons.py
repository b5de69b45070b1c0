"""What the course that ships promises its students, lesson by lesson."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from statistics import fmean
from typing import Any, cast

import pytest

from app.content.course import Aside, ClaimBlock, Course, Lesson, Prose
from app.content.library import Library
from app.content.questions import Question
from app.lab.experiments import run
from tests.lab.experiments.reports import Reports

LESSONS = Path(__file__).parent.parent.parent / "lessons"


def shipped() -> Course:
    course = Library(LESSONS, False).course("cnn-architectures")
    assert course
    return course


COURSE = shipped()


def blocks(lesson: Lesson) -> Iterator[object]:
    for section in lesson.sections:
        yield from section.blocks


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def sizes(question: Question) -> tuple[list[int], list[int]]:
    """How long the right and the wrong options are, in characters."""
    key = question.key(1)
    right = key if isinstance(key, list) else [str(key)]
    long: dict[bool, list[int]] = {True: [], False: []}
    for option in question.shown(1).options:
        long[option.id in right].append(len(words(option.html)))
    return long[True], long[False]


@pytest.mark.parametrize("skill", [skill.id for skill in COURSE.skills])
def test_a_skill_is_asked_for_in_several_ways(skill: str) -> None:
    asked = [one for lesson in COURSE.lessons for one in lesson.questions if one.skill == skill]
    assert len(asked) >= 3
    assert len({one.kind for one in asked}) >= 2
    assert any(one.shown(1).has_variants for one in asked)


@pytest.mark.parametrize("lesson", COURSE.lessons, ids=lambda lesson: lesson.slug)
def test_a_lesson_asks_first_and_says_last_what_was_shown(lesson: Lesson) -> None:
    prose = [one.html for one in blocks(lesson) if isinstance(one, Prose)]
    assert re.match(r"\s*<p><strong>[^<]*\?", prose[0])
    assert "<li>" in prose[-1]
    assert "<strong>Where to go on.</strong>" in prose[-1]
    assert len(lesson.questions) >= 5
    assert all(lab.predict_html for lab in lesson.labs)


def test_no_question_is_answered_by_the_length_of_its_options() -> None:
    chosen = [one for lesson in COURSE.lessons for one in lesson.questions if one.kind == "choice"]
    longest = 0
    for one in chosen:
        right, wrong = sizes(one)
        assert right[0] <= max(1.25 * max(wrong), 12), one.id
        longest += right[0] > max(wrong)
    assert longest <= 0.4 * len(chosen)
    for one in (one for lesson in COURSE.lessons for one in lesson.questions if one.kind == "multiple"):
        right, wrong = sizes(one)
        assert not wrong or 0.6 <= fmean(right) / fmean(wrong) <= 1.5, one.id


def test_claims_questions_and_corrections_stand_all_over_the_course() -> None:
    claims = [one for lesson in COURSE.lessons for one in blocks(lesson) if isinstance(one, ClaimBlock)]
    assert len(claims) >= 15
    assert {"agrees", "differs"} == {one.claim.expected for one in claims}
    kinds = Counter(one.kind for lesson in COURSE.lessons for one in lesson.questions)
    assert min(kinds[kind] for kind in ("text", "match", "output", "order", "architecture")) >= 2
    said: dict[str, list[str]] = defaultdict(list)
    for lesson in COURSE.lessons:
        for one in blocks(lesson):
            if isinstance(one, Aside):
                said[lesson.slug].append(one.title)
    assert sum(map(len, said.values())) >= 14


@pytest.mark.parametrize("lesson", COURSE.lessons[:10], ids=lambda lesson: lesson.slug)
def test_a_lesson_is_stepped_through_once_and_says_what_is_in_the_tensors(lesson: Lesson) -> None:
    (walk,) = lesson.walkthroughs
    assert 6 <= len(walk.steps) <= 8
    result = run(walk.spec, Reports())
    rows: list[Any] = [result["input"], *cast(list[Any], result["steps"])]
    for step in walk.steps:
        said = re.findall(r"(?<![\d.])\d\.\d\d(?!\d| ?%)", words(step.html))
        seen = [rows[place]["std"] for place in step.lit]
        for number in said:
            close = [one for one in seen if abs(one - float(number)) < 0.011]
            assert close, f"'{step.title}' says {number}, and no tensor that it lights has this deviation"
