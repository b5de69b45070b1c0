"""A lesson's page: the same for everyone, then the student's own, with a script and without one."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Site
from tests.web.sample import COURSE, FIRST, SECRETS, flat

PAGE = "/courses/sample/lessons/first"
ASK = "/courses/sample/questions"
HTMX = {"HX-Request": "true"}


def answer(student: TestClient, question: str, value: str | list[str], **fields: str) -> str:
    """The question's fragment after an answer by script."""
    sent = student.post(f"{ASK}/{question}/attempts", data={"answer": value, **fields}, headers=HTMX)
    assert sent.status_code == 200, sent.text
    return flat(sent.text)


def quiz(page: str, question: str) -> str:
    """The part of a page that is one question."""
    found = re.search(rf'<article class="quiz" id="q-{question}".*?</article>', page, re.DOTALL)
    assert found, f"no {question} on the page"
    return found.group()


def test_the_page_for_everyone_says_nothing_of_a_key(student: TestClient) -> None:
    page = flat(student.get(PAGE).text)
    assert 'id="q-stacked"' in page
    for secret in SECRETS:
        assert secret not in page
    assert "opt--right" not in page
    assert "opt--wrong" not in page


def test_the_page_for_everyone_is_the_same_bytes_after_an_answer(student: TestClient) -> None:
    before = flat(student.get(PAGE).text)
    answer(student, "stacked", "o-five")
    assert flat(student.get(PAGE).text) == before


def test_every_block_is_there_in_its_place(student: TestClient) -> None:
    page = flat(student.get(PAGE).text)
    order = ["Before the first heading", 'id="seeing"', "looks at nine cells", "You may have read", "q-stacked"]
    order += ["q-reasons", "And on.", 'id="counting"', "q-weights", "was set aside", "is-it-deep", "Lesson glossary"]
    order += ["The Sample course team", "Continue learning", "The residual block"]
    at = 0
    for part in order:
        at = page.find(part, at)
        assert at >= 0, f"{part} is not there, or not in its place"


def test_notes_stand_beside_the_prose_before_them_and_questions_in_a_row_share_it(student: TestClient) -> None:
    page = flat(student.get(PAGE).text)
    row = re.search(r'<div class="prose"><p>A 3×3.*?</aside>', page, re.DOTALL)
    assert row
    assert "sec__row" not in row.group()
    assert page.count("checks--many") == 1
    assert page.count("checks--one") == 1


def test_the_title_block_says_what_the_lesson_is(student: TestClient) -> None:
    page = flat(student.get(PAGE).text)
    strip = re.search(r'<dl class="strip">.*?</dl>', page, re.DOTALL)
    assert strip
    words = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", strip.group()))
    assert "Sheet 1 of 2" in words
    assert "Reading 12 min" in words
    assert "Needs Cells" in words
    assert f"up to {FIRST.xp} XP" in words
    assert "Drawn by The Sample course team" in words


def test_a_section_s_minutes_add_up_to_about_the_lesson_s(student: TestClient) -> None:
    rail = re.search(r'<ol role="list" id="toc-rail">.*?</ol>', flat(student.get(PAGE).text), re.DOTALL)
    assert rail
    minutes = [int(n) for n in re.findall(r"(\d+) min", rail.group())]
    assert len(minutes) == 2
    assert abs(sum(minutes) - FIRST.minutes) <= 2


def test_terms_are_numbered_and_say_where_they_are_used(student: TestClient) -> None:
    card = re.search(r'<li class="gloss__card" id="term-convolution">.*?</li>', flat(student.get(PAGE).text), re.DOTALL)
    assert card
    assert "[01]" in card.group()
    assert '<a href="#seeing">§1</a>' in card.group()
    assert "#counting" not in card.group()


def test_the_student_s_own_part_changes_only_what_was_touched(student: TestClient) -> None:
    answer(student, "stacked", "o-six")
    answer(student, "weights", "36864")
    own = flat(student.get(f"{PAGE}/mine").text)
    assert "kernels-do-not-add" in quiz(own, "stacked")
    assert "correct" in quiz(own, "weights")
    assert "q-reasons" not in own
    assert "1 of 3 questions right" in own
    assert re.search(r'id="xp-total".*?>20<', own, re.DOTALL)
    page = flat(student.get(PAGE).text)
    parts = set(re.findall(r' id="(xp-\w+|toc-\w+|q-[a-z]+)"', own))
    assert parts == {
        "xp-total",
        "xp-course",
        "toc-rail",
        "toc-fold",
        "toc-tally",
        "toc-place",
        "q-stacked",
        "q-weights",
    }
    for part in parts:
        assert f'id="{part}"' in page, f"nothing on the page is replaced by {part}"


def test_a_section_is_checked_when_all_its_questions_are_shown(student: TestClient) -> None:
    assert "Answered:" not in flat(student.get(f"{PAGE}/mine").text)
    answer(student, "weights", "36864")
    own = flat(student.get(f"{PAGE}/mine").text)
    assert own.count("Answered:") == 2  # the list stands twice, for wide and for narrow windows
    assert re.search(r'href="#counting".*?Answered:', own)


def test_without_a_script_the_same_page_is_rendered_with_the_answers(student: TestClient) -> None:
    assert f'<noscript><p><a href="{PAGE}?mine=1">' in flat(student.get(PAGE).text)
    sent = student.post(f"{ASK}/stacked/attempts", data={"answer": "o-six"})
    assert sent.status_code == 303
    assert sent.headers["location"] == f"{PAGE}?mine=1#q-stacked"
    page = flat(student.get(f"{PAGE}?mine=1").text)
    assert "kernels-do-not-add" in quiz(page, "stacked")
    assert "data-mine" not in page
    assert "adds-a-ring" not in page
    assert "why-five" not in page


def test_opening_a_lesson_is_remembered_and_shown_at_home(student: TestClient) -> None:
    assert "Where you left off" not in flat(student.get("/").text)
    student.get("/courses/sample/lessons/second/mine")
    home = flat(student.get("/").text)
    assert "Go on with “The residual block”" in home
    assert "Where you left off" in home


def test_a_lesson_that_is_not_there_is_a_page_that_says_so(student: TestClient) -> None:
    for url in ("/courses/sample/lessons/none", "/courses/none/lessons/first", f"{PAGE}x/mine"):
        assert student.get(url).status_code == 404


def test_no_style_attribute_and_no_inline_script_anywhere(student: TestClient) -> None:
    answer(student, "stacked", "o-six")
    for url in (PAGE, f"{PAGE}?mine=1", f"{PAGE}/mine", "/", "/courses/sample", "/courses/sample?view=table"):
        page = flat(student.get(url).text)
        assert not re.search(r"<[^>]+\sstyle=", page), url
        assert not re.search(r"<script(?![^>]* src=)", page), url
        assert not re.search(r"<[^>]+\son\w+=", page), url


@pytest.mark.parametrize("students", [20])
def test_eight_versions_serve_everyone(sample_site: Site, students: int) -> None:
    pages = {flat(sample_site.visitor().get(PAGE).text) for _ in range(students)}
    assert 1 < len(pages) <= 8
    assert all(page.count('name="seed"') == len(COURSE.lessons[0].questions) for page in pages)
