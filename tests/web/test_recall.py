"""The estimate of what is still recalled, open to view: its numbers are the student's, and the formula gives them."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import Connection
from starlette.testclient import TestClient

from app.learning import reviews
from app.learning.reviews import Rating, rate
from app.web.clock import DAY
from tests.web.conftest import Site
from tests.web.sample import flat
from tests.web.test_courses import PAGE
from tests.web.test_lessons import answer

URL = f"{PAGE}/skills/stacks/recall"


@pytest.fixture
def student(sample_site: Site) -> TestClient:
    return sample_site.visitor()


def test_a_skill_never_answered_says_what_begins_it(student: TestClient) -> None:
    page = flat(student.get(URL).text)
    assert "Nothing is estimated yet" in page
    assert "2 more" not in page
    assert "One more question, answered rightly at once" in page
    assert "two kinds of question; still to come is one of: one of several, all that hold" in page
    assert student.get(f"{PAGE}/skills/none/recall").status_code == 404


def test_the_formula_is_filled_in_and_gives_the_recall_that_is_shown(sample_site: Site, student: TestClient) -> None:
    answer(student, "stacked", "o-five")
    answer(student, "reasons", ["o-fewer", "o-relu"])
    began = sample_site.app.state.clock()
    sample_site.app.state.clock = lambda: began + 30.5 * DAY
    page = flat(student.get(URL).text)
    lines = re.findall(r"<code>\(1 \+ ([\d.]+) × (\d+) / ([\d.]+)\)\^−([\d.]+) = ([\d.]+)</code>", page)
    assert len(lines) == 2
    for factor, days, stability, decay, recall in lines:
        assert (days, stability) == ("30", "2.3065")
        assert (1 + float(factor) * int(days) / float(stability)) ** -float(decay) == pytest.approx(
            float(recall), abs=1e-4
        )
    assert "Estimated at 66 % today" in page
    assert "Level: fading" in page
    assert "One right answer lifts it out of fading" in page
    begun = student.post("/review", data={"course": "sample", "skill": "stacks"})
    assert begun.status_code == 303
    assert re.search(r"Their mean is ?<code>0\.6675</code>", page)


def test_a_miss_is_said_to_show_nothing(student: TestClient) -> None:
    answer(student, "stacked", "o-six")
    page = flat(student.get(URL).text)
    assert "answered once, 1 wrong" in page
    assert "Their mean" not in page


def test_a_proficient_skill_says_when_a_review_can_lift_it(sample_site: Site, student: TestClient) -> None:
    answer(student, "stacked", "o-five")
    answer(student, "reasons", ["o-fewer", "o-relu"])
    assert "In 2 days, one right answer in a mixed review makes it mastered." in flat(student.get(URL).text)
    began = sample_site.app.state.clock()
    sample_site.app.state.clock = lambda: began + 3 * DAY
    assert "One right answer in a mixed review, at once" in flat(student.get(URL).text)


def test_programs_get_the_same_numbers(student: TestClient) -> None:
    answer(student, "stacked", "o-five")
    answer(student, "weights", "0")
    said = student.get("/api/v1/courses/sample/skills").json()
    by_id = {skill["id"]: skill for skill in said["skills"]}
    assert (by_id["stacks"]["state"], by_id["stacks"]["shown"], by_id["stacks"]["recall"]) == ("learning", 1, 1.0)
    assert (by_id["stacks"]["needs"], by_id["stacks"]["needs_kinds"]) == (0, ["multiple"])
    assert by_id["weights"]["recall"] is None
    shown, missed = said["cards"]
    assert (shown["question"], shown["stability"], shown["misses"], shown["recall"]) == ("stacked", 2.3065, 0, 1.0)
    assert (missed["question"], missed["stability"], missed["misses"], missed["recall"]) == ("weights", 0.212, 1, 0.0)
    assert said["formula"]["decay"] == said["formula"]["parameters"][20]
    mine = {skill["id"]: skill for skill in student.get("/api/v1/me").json()["skills"]}
    assert mine == by_id
    assert student.get("/api/v1/courses/none/skills").status_code == 404


def test_cards_of_a_question_that_was_replaced_or_a_course_that_is_gone_harm_no_page(
    sample_site: Site, student: TestClient
) -> None:
    answer(student, "stacked", "o-five")
    learner = student.get("/api/v1/me").json()["id"]

    def leave(conn: Connection) -> None:
        for course, gone in (("sample", "replaced"), ("no-such-course", "stacked")):
            card = rate(None, Rating.Good, 0.0, question_id=gone)
            reviews.keep(conn, learner, course, replace(card, skill="stacks", kind="multiple"))

    sample_site.app.state.db.write_now(leave)
    paths = (
        "/",
        "/me",
        PAGE,
        f"{PAGE}?view=table",
        f"{PAGE}/skills/stacks",
        URL,
        f"{PAGE}/skills/stacks/test",
        "/review",
    )
    assert {path: student.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    said = student.get("/api/v1/courses/sample/skills").json()
    assert [card["question"] for card in said["cards"]] == ["stacked"]
    stacks = next(skill for skill in said["skills"] if skill["id"] == "stacks")
    assert (stacks["state"], stacks["shown"], stacks["recall"]) == ("proficient", 1, 1.0)
    assert student.get("/api/v1/me/reviews").json()["due"] == 0
