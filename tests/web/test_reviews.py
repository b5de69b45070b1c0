"""Reviews by the pages: what is due, one question at a time, and what came of it."""

import re

import pytest

from app.content.course import Course
from app.web.clock import DAY
from tests.web.conftest import Site

HTMX = {"hx-request": "true"}
URL = "/courses/small-course/questions"


class Student:
    """A browser, and a clock that can be moved on."""

    def __init__(self, site: Site, course: Course) -> None:
        self.site, self.course, self.browser = site, course, site.visitor()
        self.time = 1_800_000_000.0
        site.app.state.clock = lambda: self.time
        self.browser.get("/")

    def page(self, path: str) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.text

    def later(self, days: float) -> None:
        self.time += days * DAY

    def learns(self, *ids: str) -> None:
        for id in ids or self.course.question_by_id:
            self.answers(self.page(f"{URL}/{id}"), right=True)

    def key(self, page: str, *, right: bool) -> list[str]:
        id, seed = self.asked(page), int(re.findall(r'name="seed" value="(\d+)"', page)[0])
        question = self.course.question_by_id[id][1]
        key = question.key(seed)
        if right:
            return key if isinstance(key, list) else [str(key)]
        if question.kind in ("number", "text", "output"):
            return ["77777"]
        if question.kind == "order":
            assert isinstance(key, list)
            return [*key[1:], key[0]]
        if question.kind == "match":
            assert isinstance(key, list)
            return list(key[:-1])
        options = [option.id for option in question.shown(seed).options]
        return [next(option for option in options if option not in (key if isinstance(key, list) else [key]))]

    def asked(self, page: str) -> str:
        return str(re.findall(r'<article class="quiz[^"]*"\s+id="q-([\w-]+)"', page)[0])

    def answers(self, page: str, *, right: bool, **headers: str) -> str:
        fields = dict(re.findall(r'<input type="hidden" name="(seed|review)" value="(\w+)"', page))
        sent = {**fields, "answer": self.key(page, right=right)}
        answer = self.browser.post(f"{URL}/{self.asked(page)}/attempts", data=sent, headers=headers)
        assert answer.status_code in (200, 303), answer.text[:500]
        return answer.headers.get("location", answer.text)

    def starts(self, **fields: str) -> str:
        answer = self.browser.post("/review", data=fields)
        assert answer.status_code == 303
        return str(answer.headers["location"])

    def goes_on(self, page: str) -> str:
        (url,) = re.findall(r'action="(/review/\w+/next)"', page)
        (after,) = re.findall(r'name="after" value="(\d+)"', page)
        answer = self.browser.post(url, data={"after": after})
        assert answer.status_code == 303
        return str(answer.headers["location"])


@pytest.fixture
def student(site: Site, course: Course) -> Student:
    return Student(site, course)


def test_nothing_learnt_and_nothing_due_are_said_apart(student: Student) -> None:
    assert "Nothing to review yet" in student.page("/review")
    assert student.starts() == "/review"
    student.learns("kernel-reach")
    page = student.page("/review")
    assert "Nothing is due" in page
    assert "The next question comes back in" in page
    assert student.starts(course="small-course") == "/review?course=small-course"


def test_a_review_from_its_start_to_its_summary(student: Student) -> None:
    student.learns()
    student.later(30)
    number = len(student.course.question_by_id)
    start = student.page("/review")
    assert re.search(rf"{number} questions, about \d+ min", start)
    at = student.starts()
    asked = []
    for place in range(1, number + 1):
        page = student.page(at.partition("#")[0])
        assert f"{place} of {number}" in page
        assert "Next question" not in page
        asked.append(student.asked(page))
        assert student.answers(page, right=True) == at
        page = student.page(at.partition("#")[0])
        assert "Right, and here is why" in page
        assert "Try one like it" not in page
        at = student.goes_on(page)
    assert sorted(asked) == sorted(student.course.question_by_id)
    over = student.page(at)
    assert f"{number} of {number} answers right at the first go." in over
    assert "now mastered" in over
    assert "XP for what" not in over
    assert "Nothing is due" in student.page("/review")
