"""The references of the real lessons, on their pages: numbered in the order of reading, and led to and back from."""

import re
from pathlib import Path

import pytest
from starlette.datastructures import State

from app.content.course import Course, Lesson
from app.content.library import Library
from app.web.lessons import render_lesson

COURSES = Library(Path(__file__).parents[2] / "lessons").courses()
LESSONS = [(course, lesson) for course in COURSES for lesson in course.lessons if lesson.references]


@pytest.mark.parametrize(("course", "lesson"), LESSONS, ids=lambda one: getattr(one, "slug", None))
def test_a_citation_leads_to_its_reference_and_back(course: Course, lesson: Lesson) -> None:
    page = render_lesson(State(), course, lesson, 0)
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    used = re.findall(r'<a class="cite"(?: id="([^"]*)")? href="([^"]*)#(ref-[^"]*)"[^>]*>(\d+)</a>', page)
    assert used
    numbers: dict[str, str] = {}
    for _, path, ref, number in used:
        assert path in ("", f"/courses/{course.slug}/lessons/{lesson.slug}")
        assert ref in ids
        assert numbers.setdefault(ref, number) == number
    assert [int(number) for number in dict.fromkeys(numbers.values())] == sorted(map(int, numbers.values()))
    for id in re.findall(r'class="refs__back" href="#([^"]*)"', page):
        assert id in ids
        assert id in [one for one, *_ in used]
