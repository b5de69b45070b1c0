"""Searching: the page, the finds for the dialog, the API; and that nothing is told that is not to be seen yet."""

import re
from pathlib import Path

import pytest
from starlette.datastructures import State
from starlette.testclient import TestClient

from app.content.course import Course
from app.content.library import Library
from app.content.order import Order
from app.main import create_app
from app.search.entries import asked, of_course
from app.search.plain import plain
from app.search.terms import tokens
from app.settings import Settings
from app.web.lessons import render_lesson
from tests.web.conftest import Site
from tests.web.sample import SECRETS

LESSONS = Path(__file__).parents[2] / "lessons"


@pytest.fixture(scope="module")
def real() -> tuple[Course, ...]:
    return Library(LESSONS).courses()


def test_a_search_leads_to_the_place_and_marks_the_words(student: TestClient) -> None:
    page = student.get("/search", params={"q": "Nine cells"}).text
    assert 'href="/courses/sample/lessons/first#seeing"' in page
    assert "<mark>nine</mark> <mark>cells</mark>" in page
    assert 'value="Nine cells"' in page
    assert 'action="/search"' in page


def test_what_was_typed_is_shown_as_text(student: TestClient) -> None:
    page = student.get("/search", params={"q": "<script>alert(1)</script> convolution"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_one_course_can_be_chosen(site: Site) -> None:
    client = site.visitor()
    page = client.get("/search", params={"q": "receptive field", "course": "small-course"}).text
    links = re.findall(r'class="find" href="([^"]+)"', page)
    assert links
    assert all(link.startswith("/courses/small-course") for link in links)
    everywhere = client.get("/search", params={"q": "receptive field", "course": "nowhere"}).text
    assert "/lab/receptive-field" in everywhere


def test_nothing_and_too_little_are_said_in_words(student: TestClient) -> None:
    assert "Nothing here has “zebra”" in student.get("/search?q=zebra").text
    assert "Nothing has all of these words" in student.get("/search?q=zebra+convolution").text
    assert "Try “receptive field”" in student.get("/search").text


def test_the_dialog_gets_the_finds_alone(student: TestClient) -> None:
    answer = student.get("/search?q=convolution", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "data-finds" in answer.text
    assert answer.headers["cache-control"] == "private, no-store"


def test_programs_search_too(student: TestClient) -> None:
    found = student.get("/api/v1/search", params={"q": "nine cells"}).json()
    assert found["finds"][0] | {"quote": ""} == {
        "kind": "section",
        "course": "sample",
        "url": "/courses/sample/lessons/first#seeing",
        "title": "Seeing",
        "within": "What a stack can see",
        "quote": "",
    }
    assert not found["some"]
    assert student.get("/api/v1/search").json() == {"finds": [], "more": False, "some": False}


def test_searches_are_counted(settings: Settings, small_library: Library) -> None:
    app = create_app(settings.model_copy(update={"searches_per_minute": 2}))
    app.state.library = small_library
    with Site(app) as site:
        one, other = site.visitor(), site.visitor()
        one.get("/")
        other.get("/")
        assert [one.get("/search?q=a").status_code for _ in range(3)] == [200, 200, 429]
        assert other.get("/search?q=a").status_code == 200


def test_a_changed_lesson_is_found_as_it_is_now(sample_site: Site) -> None:
    from dataclasses import replace

    from tests.web.sample import COURSE, Shelf

    client = sample_site.visitor()
    assert "term-convolution" in client.get("/search?q=convolution").text
    changed = replace(COURSE, hash="7" * 64, glossary=(replace(COURSE.glossary[0], title="Folding"),))
    sample_site.app.state.library = Shelf((changed,))
    assert "<mark>Folding</mark>" in client.get("/search?q=folding").text


def test_no_secret_of_a_question_is_found(student: TestClient) -> None:
    for secret in SECRETS:
        page = student.get("/search", params={"q": secret.replace("-", " ")}).text
        assert secret not in page.replace(f'value="{secret}"', "")


def test_every_word_that_can_be_found_stands_on_a_page_before_any_answer(real: tuple[Course, ...]) -> None:
    """So no key, hint, feedback or explanation can be in it, of any question of the courses."""
    assert len(real) >= 2
    told = []
    for course in real:
        entries = list(of_course(course))
        for lesson in course.lessons:
            html = render_lesson(State(), course, lesson, 0)
            # An option stands beside its letter.
            seen = {*tokens(plain(html)), *tokens(plain(html.replace("</span>", "</span> ")))}
            ids = set(re.findall(r'\bid="([^"]+)"', html))
            here = [entry for entry in entries if entry.url.partition("#")[0].endswith(f"/lessons/{lesson.slug}")]
            assert len(here) > len(lesson.questions)
            for entry in here:
                anchor = entry.url.partition("#")[2]
                assert not anchor or anchor in ids, entry.url
                told += [(entry.url, word) for word in set(tokens(entry.text)) - seen]
    assert told == []


def test_of_a_question_only_what_is_asked_can_be_found(real: tuple[Course, ...]) -> None:
    count = 0
    for course in real:
        found = {entry.url.partition("#q-")[2]: entry.text for entry in of_course(course) if entry.kind == "question"}
        for id, (_, question) in course.question_by_id.items():
            text, count = found[id], count + 1
            assert text == asked(question)
            hidden = [question.explanation_html, *question.hints_html]
            assert not any(plain(html) in text for html in hidden if len(plain(html)) > 10), id
            if isinstance(question, Order):
                right = [plain(item.html) for item in question.items if not item.distractor]
                assert [one for one in text.split(" / ")[1:] if one in right] != right, id
    assert count > 100
