"""A lesson on paper: whole, without a script, and giving away no more than the lesson does."""

import re

from starlette.testclient import TestClient

from app.web.prints import Sheets
from tests.web.conftest import Site
from tests.web.sample import FIRST, SECRETS, flat

AT = "/courses/small-course/lessons/stacks"
SAMPLE = "/courses/sample/lessons/first"
HTMX = {"HX-Request": "true"}


def exercise(page: str, number: int) -> str:
    found = re.search(rf'aria-labelledby="exercise-{number}".*?</article>', page, re.DOTALL)
    assert found
    return found.group()


def test_the_sheets_hold_the_lesson_and_no_controls(site: Site) -> None:
    visitor = site.visitor()
    page = visitor.get(f"{AT}/print").text
    main = page[page.index("<main") : page.index("</main>")]
    lesson = visitor.get(AT).text
    assert f'href="{AT}/print"' in lesson
    for tag in ("<form", "<input", "<button", "<select", "<textarea", "<details", "<script"):
        assert tag not in main
    headings = re.findall(r'<h2 id="[\w-]+-h">(.*?)</h2>', lesson)
    assert len(headings) > 1
    assert all(heading in main for heading in headings)
    assert main.count('<article class="exercise') == lesson.count('<article class="quiz')


def test_each_kind_of_question_is_an_exercise_for_a_pen(site: Site) -> None:
    page = flat(site.visitor().get(f"{AT}/print").text)
    kinds = re.findall(r"exercise--(\w+)", page)
    lesson = site.app.state.library.course("small-course").lesson_by_slug["stacks"]
    assert kinds == [question.kind for question in lesson.questions]
    assert len(kinds) > 5
    assert 'class="exercise__line"' in page
    assert "exercise__targets" in page
    assert "exercise__lines--many" in page
    assert "Answered" not in page


def test_a_walkthrough_is_told_step_by_step_and_what_is_folded_is_open(site: Site) -> None:
    course = site.app.state.library.course("small-course")
    page = flat(site.visitor().get(f"{AT}/print").text)
    (walk,) = [walk for _, walk in course.walkthrough_by_id.values()]
    assert all(flat(step.html) in page for step in walk.steps)
    assert "paper__faq" in page


def test_addresses_are_numbered_once_and_as_they_are() -> None:
    sheets = Sheets(None, False, {})  # type: ignore[arg-type]
    one = '<a href="https://example.org/?a=1&amp;b=2">one</a>'
    assert sheets.noted(f"{one} and {one}") == f"{one}<sup>1</sup> and {one}<sup>1</sup>"
    assert sheets.noted('<a class="x" href="http://example.org">two</a> <a href="/lab">three</a>').count("<sup>2") == 1
    assert sheets.addresses == ["https://example.org/?a=1&b=2", "http://example.org"]


def test_without_an_answer_of_ones_own_nothing_is_given_away(student: TestClient) -> None:
    for query in ("", "?mine=1"):
        page = flat(student.get(f"{SAMPLE}/print{query}").text)
        for secret in SECRETS:
            assert secret not in page


def test_ones_own_answers_stand_on_ones_own_sheets_alone(student: TestClient) -> None:
    (number,) = (n for n, question in enumerate(FIRST.questions, 1) if question.id == "stacked")
    student.post("/courses/sample/questions/stacked/attempts", data={"answer": "o-five"}, headers=HTMX)
    mine = exercise(student.get(f"{SAMPLE}/print?mine=1").text, number)
    assert mine.count('class="is-on"') == 1
    assert "Answered rightly." in mine
    assert "exercise__why" in mine
    other = exercise(student.get(f"{SAMPLE}/print").text, number)
    assert 'class="is-on"' not in other
    assert "exercise__why" not in other


def test_after_a_miss_the_explanation_is_not_there_yet(student: TestClient) -> None:
    (number,) = (n for n, question in enumerate(FIRST.questions, 1) if question.id == "weights")
    student.post("/courses/sample/questions/weights/attempts", data={"answer": "1"}, headers=HTMX)
    mine = exercise(student.get(f"{SAMPLE}/print?mine=1").text, number)
    assert "Answered; still open." in mine
    assert "exercise__why" not in mine


def test_a_lab_shows_what_came_out_once_one_has_said_something(client: TestClient) -> None:
    at = f"{SAMPLE}/print"
    client.post("/courses/sample/labs/stack/predictions", data={"value": "9×9"}, headers=HTMX)
    mine = client.get(f"{at}?mine=1").text
    assert "It is 7×7." in mine
    assert "paper__figure" in mine
    everyone = client.get(at).text
    assert "It is 7×7." not in everyone
    assert "paper__figure" not in everyone.split('id="lab-stack-title"')[1].split("</section>")[0]


def test_a_lesson_that_is_not_there_has_no_sheets(site: Site) -> None:
    assert site.visitor().get("/courses/small-course/lessons/none/print").status_code == 404
