"""Two courses side by side, with the same ids in both: what is done in one says nothing of the other."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.content.course import Prose, Section
from tests.web.conftest import Site
from tests.web.sample import COURSE, FIRST, Shelf, flat

ROOT = Path(__file__).parents[2]
OTHER = replace(
    COURSE,
    slug="kitchen",
    title="Bread",
    summary="Flour, water, salt.",
    ticker=("flour", "salt"),
    lessons=tuple(replace(lesson, course="kitchen", title=f"Bread {lesson.slug}") for lesson in COURSE.lessons),
    glossary=(replace(COURSE.glossary[0], code_html=""),),
)
RIGHT = {
    "stacked": "o-five",
    "reasons": ["o-fewer", "o-relu"],
    "weights": "36864",
    "steps": ["i-conv", "i-add", "i-relu"],
}


@pytest.fixture
def student(sample_site: Site) -> TestClient:
    sample_site.app.state.library = Shelf((COURSE, OTHER))
    return sample_site.visitor()


def answer(student: TestClient, question: str, course: str = "kitchen") -> None:
    sent = student.post(f"/courses/{course}/questions/{question}/attempts", data={"answer": RIGHT[question]})
    assert sent.status_code == 303, sent.text


def card(page: str, title: str) -> str:
    return next(one for one in page.split('<li class="card">') if f">{title}</a></h3>" in one)


def test_each_course_keeps_its_own_xp_and_the_ledger_says_whose_it_was(student: TestClient) -> None:
    answer(student, "weights")
    home = flat(student.get("/").text)
    assert "0 of 2 lessons complete, 20 of 80 XP" in card(home, "Bread")
    assert "Not begun. Up to 80 XP" in card(home, "Sample networks")
    for slug, earned in (("kitchen", 20), ("sample", 0)):
        page = flat(student.get(f"/courses/{slug}").text)
        assert re.search(rf'id="xp-course" href="/courses/{slug}">.*?>{earned}<small>/ 80<', page)
        assert re.search(r'id="xp-total".*?>20<', page)
    ledger = flat(student.get("/me/xp").text)
    assert "<td>Bread</td>" in ledger
    assert "<td>Sample networks</td>" not in ledger


def test_an_equal_id_in_another_course_is_another_question_and_another_skill(student: TestClient) -> None:
    answer(student, "weights")
    answer(student, "stacked")
    answer(student, "reasons")
    ours, theirs = (flat(student.get(f"/courses/{slug}").text) for slug in ("kitchen", "sample"))
    assert 'class="node node--proficient" id="n-weights"' in ours
    assert 'class="stamp"' in ours
    assert 'class="node node--unlocked" id="n-weights"' in theirs
    assert 'class="stamp"' not in theirs
    assert "node--proficient" not in theirs
    answer(student, "weights", "sample")
    assert re.search(r'id="xp-total".*?>80<', flat(student.get("/").text))


def test_a_finished_lesson_leads_on_in_its_course_and_a_finished_course_to_another(student: TestClient) -> None:
    def leads() -> str:
        found = re.search(r'class="btn btn--mark" href="([^"]+)"', flat(student.get("/").text))
        assert found
        return found[1]

    assert leads() == "/courses/sample/lessons/first"
    student.get("/courses/kitchen/lessons/first/mine")
    assert leads() == "/courses/kitchen/lessons/first"
    for question in ("stacked", "reasons", "weights"):
        answer(student, question)
    assert leads() == "/courses/kitchen/lessons/second"
    student.get("/courses/kitchen/lessons/second/mine")
    answer(student, "steps")
    assert leads() == "/courses/sample/lessons/first"


def test_the_way_in_draws_what_a_student_is_at(sample_site: Site) -> None:
    sample_site.app.state.library = Shelf((replace(COURSE, ticker=("vgg",)), OTHER))
    student = sample_site.visitor()
    assert "VGG-16" in student.get("/").text
    student.get("/courses/kitchen/lessons/first/mine")
    assert "VGG-16" not in student.get("/").text
    student.get("/courses/sample/lessons/first/mine")
    assert "VGG-16" in student.get("/").text


def test_a_course_leads_to_the_others(student: TestClient) -> None:
    assert '<p class="meta"><a href="/">Courses</a></p>' in flat(student.get("/courses/kitchen").text)


@pytest.mark.parametrize("path", ["/", "/courses/kitchen", "/courses/kitchen/glossary", "/me", "/me/xp", "/help"])
def test_a_course_on_something_else_meets_no_word_of_vision_networks(sample_site: Site, path: str) -> None:
    sample_site.app.state.library = Shelf((OTHER,))
    page = flat(sample_site.visitor().get(path).text)
    assert not re.search(r"CNN|VGG|ResNet|vision|convolutional", page)
    assert "elevation" not in page


def test_a_course_of_mere_text_shows_no_empty_matrix_glossary_or_xp(sample_site: Site) -> None:
    text = replace(FIRST, course="kitchen", sections=(Section(1, "s", "S", "S", (Prose("<p>Knead.</p>"),)),), terms=())
    lessons = (text, replace(text, slug="second", title="Bake"))
    sample_site.app.state.library = Shelf((replace(OTHER, lessons=lessons, skills=(), glossary=()),))
    student = sample_site.visitor()
    for path in ("/", "/courses/kitchen", "/courses/kitchen/lessons/first?mine=1", "/me"):
        page = flat(student.get(path).text)
        assert not re.search(r">Matrix<|>Glossary<|Course XP|Skill matrix|[Mm]astered|of 0|0 entries|to 0 XP", page), (
            path
        )
    assert "Not begun</p>" in flat(sample_site.visitor().get("/").text)
    home = flat(student.get("/").text)
    assert "1 of 2 lessons complete</p>" in home
    assert 'class="btn btn--mark" href="/courses/kitchen/lessons/second"' in home
    assert "Back to the course" in flat(student.get("/courses/kitchen/lessons/second?mine=1").text)


def test_the_glossary_promises_code_only_where_every_word_has_some(student: TestClient) -> None:
    assert "1 word, with the line of code that it is." in flat(student.get("/courses/sample/glossary").text)
    assert '<p class="lead">1 word.</p>' in flat(student.get("/courses/kitchen/glossary").text)


def test_no_code_knows_a_course_by_its_name() -> None:
    slugs = [folder.name for folder in (ROOT / "lessons").iterdir() if folder.is_dir()]
    assert len(slugs) > 1
    for folder in ("app", "templates", "static/js", "migrations"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in {".py", ".html", ".js"}:
                text = path.read_text("utf-8")
                assert not [slug for slug in slugs if slug in text], path
