"""Testing out of a skill: passing opens what needs it, failing takes nothing, and a sheet counts once."""

import re
from collections.abc import Mapping

from starlette.testclient import TestClient

from app.content.course import Course
from app.learning import reviews
from app.learning.skill_tests import handed
from tests.web.conftest import PASSWORD, Site
from tests.web.sample import SECRETS, flat
from tests.web.test_courses import nodes
from tests.web.test_lessons import answer

PAGE = "/courses/sample"
SKILL = f"{PAGE}/skills/stacks"
DAY = 86_400
RIGHT: Mapping[str, object] = {"stacked": "o-five", "reasons": ["o-fewer", "o-relu"]}


def begin(student: TestClient, skill: str = SKILL) -> str:
    """The address of a fresh sheet."""
    sent = student.get(f"{skill}/test")
    assert sent.status_code == 303, flat(sent.text)
    return str(sent.headers["location"])


def hand_in(student: TestClient, url: str, answers: Mapping[str, object]) -> str:
    """The page of what came of it."""
    seeds = dict(re.findall(r'name="(seed\.[\w-]+)" value="(\d+)"', student.get(url).text))
    sent = student.post(url, data={**seeds, **{f"answer.{id}": value for id, value in answers.items()}})
    assert sent.status_code == 303, flat(sent.text)
    assert sent.headers["location"] == url
    return flat(student.get(url).text)


def me(site: Site, student: TestClient) -> str:
    return str(student.get("/api/v1/me").json()["id"])


def held(site: Site, student: TestClient) -> Mapping[str, reviews.Card]:
    id = me(site, student)
    return site.db.read_now(lambda conn: reviews.cards(conn, id, "sample"))


def test_a_sheet_holds_the_skill_s_questions_and_no_key(student: TestClient) -> None:
    page = flat(student.get(begin(student)).text)
    assert re.findall(r'<li class="quiz" id="q-([\w-]+)"', page) == ["stacked", "reasons"]
    assert re.search(r"2 questions, about \d+ min\. Answer 2 of them rightly", page)
    assert not [secret for secret in SECRETS if secret in page]


def test_each_sheet_has_draws_of_its_own_and_keeps_them(student: TestClient) -> None:
    one, other = begin(student), begin(student)
    assert one != other
    seeds = [re.findall(r'name="seed\.[\w-]+" value="(\d+)"', student.get(url).text) for url in (one, other, one)]
    assert seeds[0] == seeds[2]
    assert not set(seeds[0]) & set(seeds[1])


def test_passing_opens_what_needs_it_at_once(student: TestClient) -> None:
    answer(student, "weights", "36864")
    assert nodes(flat(student.get(PAGE).text))["block"] == "locked"
    page = hand_in(student, begin(student), RIGHT)
    assert "2 of 2 questions were right" in page
    assert "That earned 40 XP" in page
    assert "Open now:" in page
    assert f'href="{PAGE}?skill=block#matrix"' in page
    assert nodes(flat(student.get(PAGE).text)) == {
        "cells": "unlocked",
        "weights": "proficient",
        "stacks": "proficient",
        "block": "unlocked",
    }
    again = student.get(f"{SKILL}/test")
    assert again.status_code == 200
    assert "You have shown this skill already" in flat(again.text)


def test_failing_takes_nothing_and_gives_no_level(sample_site: Site, student: TestClient) -> None:
    answer(student, "weights", "36864")
    before, cards = nodes(flat(student.get(PAGE).text)), held(sample_site, student)
    page = hand_in(student, begin(student), {"stacked": "o-six", "reasons": RIGHT["reasons"]})
    assert "1 of 2 questions were right" in page
    assert "Nothing was lost" in page
    assert "6×6" in page, "what was answered"
    assert not [secret for secret in SECRETS if secret in page], "what was missed is not given away"
    after = nodes(flat(student.get(PAGE).text))
    assert {id for id in after if after[id] != before[id]} == {"stacks"}
    assert after["stacks"] == "learning", "the right answer was a beginning"
    assert held(sample_site, student) == cards, "no card moved"
    assert student.get("/api/v1/me").json()["xp"]["total"] == 40, "XP for the right answer all the same"
    lesson = flat(student.get(f"{PAGE}/lessons/first?mine=1").text)
    assert "kernels-do-not-add" not in lesson, "the missed question waits in its lesson as it was"


def test_a_miss_leaves_a_card_that_there_is_alone(sample_site: Site, student: TestClient) -> None:
    answer(student, "stacked", "o-five")
    clock = sample_site.app.state.clock
    sample_site.app.state.clock = lambda: clock() + 2 * DAY
    cards = held(sample_site, student)
    hand_in(student, begin(student), {"stacked": "o-six", "reasons": ["o-wider"]})
    assert held(sample_site, student) == cards
    assert cards


def test_what_was_answered_within_a_day_is_not_asked_again(sample_site: Site, student: TestClient) -> None:
    clock = sample_site.app.state.clock
    hand_in(student, begin(student), {"stacked": "o-six"})
    soon = student.get(f"{SKILL}/test")
    assert soon.status_code == 200
    assert "less than a day ago" in flat(soon.text)
    sample_site.app.state.clock = lambda: clock() + DAY + 1
    page = hand_in(student, begin(student), RIGHT)
    assert "2 of 2 questions were right" in page
    assert nodes(flat(student.get(PAGE).text))["stacks"] == "proficient"


def test_a_sheet_counts_once(sample_site: Site, student: TestClient) -> None:
    url = begin(student)
    first = hand_in(student, url, RIGHT)
    cards, total = held(sample_site, student), student.get("/api/v1/me").json()["xp"]["total"]
    for answers in (RIGHT, {"stacked": "o-six"}):
        sent = student.post(url, data={f"answer.{id}": value for id, value in answers.items()})
        assert sent.status_code == 303
    assert flat(student.get(url).text) == first
    assert held(sample_site, student) == cards
    assert student.get("/api/v1/me").json()["xp"]["total"] == total


def test_what_cannot_be_read_is_said_and_nothing_is_graded(student: TestClient) -> None:
    url = begin(student, f"{PAGE}/skills/weights")
    sent = student.post(url, data={"answer.weights": "many"})
    assert sent.status_code == 422
    page = flat(sent.text)
    assert "nothing was graded yet" in page
    assert 'value="many"' in page
    assert student.get("/api/v1/me").json()["attempts"] == []
    assert "1 of 1 question was right" in hand_in(student, url, {"weights": "36864"})


def test_nobody_sees_or_hands_in_another_s_test(sample_site: Site, student: TestClient) -> None:
    url = begin(student)
    mine = flat(student.get(url).text)
    hand_in(student, url, RIGHT)
    other = sample_site.visitor()
    theirs = flat(other.get(url).text)
    assert "Hand in" in theirs, "to another it is a sheet of their own"
    assert re.findall(r'name="seed\.[\w-]+" value="(\d+)"', mine) != re.findall(
        r'name="seed\.[\w-]+" value="(\d+)"', theirs
    )
    for wrong in (f"{SKILL}/tests/none", f"{PAGE}/skills/none/test", f"{PAGE}/skills/none/tests/{'0' * 32}"):
        assert other.get(wrong).status_code == 404
    assert "Hand in" in flat(student.get(url.replace("stacks", "weights")).text), "a test belongs to its skill"


def test_a_guest_s_tests_go_with_them_and_an_open_sheet_is_drawn_anew(sample_site: Site, student: TestClient) -> None:
    done, open_ = begin(student), begin(student, f"{PAGE}/skills/weights")
    seeds = dict(re.findall(r'name="(seed\.[\w-]+)" value="(\d+)"', student.get(open_).text))
    hand_in(student, done, RIGHT)
    guest = me(sample_site, student)
    account = sample_site.account(email="late@example.org")
    student.post("/sign-in", data={"email": "late@example.org", "password": PASSWORD})
    assert "2 of 2 questions were right" in flat(student.get(done).text)
    assert [test.id for test in sample_site.db.read_now(lambda conn: handed(conn, account.id))] == [done[-32:]]
    assert sample_site.db.read_now(lambda conn: handed(conn, guest)) == []
    late = student.post(open_, data={**seeds, "answer.weights": "36864"})
    assert late.status_code == 422
    assert "drawn before you signed in" in flat(late.text)


def test_a_skill_shown_by_building_alone_says_so(site: Site, client: TestClient, course: Course) -> None:
    built = {q.skill for _, q in course.question_by_id.values() if q.kind == "architecture"}
    asked = {q.skill for _, q in course.question_by_id.values() if q.kind != "architecture"}
    for skill in built - asked:
        page = client.get(f"/courses/{course.slug}/skills/{skill}/test")
        assert page.status_code == 200
        assert "shown by building networks" in flat(page.text)


def test_a_program_takes_a_test(student: TestClient) -> None:
    api = "/api/v1/courses/sample/skills/stacks"
    sheet = student.get(f"{api}/test").json()
    assert (sheet["closed"], sheet["needed"]) == ("", 2)
    assert [question["id"] for question in sheet["questions"]] == ["stacked", "reasons"]
    url = f"{api}/tests/{sheet['id']}"
    wrong = student.post(url, json={"answers": {"stacked": 5}})
    assert wrong.status_code == 422
    assert "stacked: " in wrong.json()["detail"]
    done = student.post(url, json={"answers": RIGHT})
    assert done.json() | {"handed_in": 0} == {
        "id": sheet["id"],
        "asked": 2,
        "correct": 2,
        "passed": True,
        "handed_in": 0,
        "state": "proficient",
    }
    assert student.post(url, json={"answers": {}}).json() == done.json(), "it counts once"
    assert student.get(f"{api}/test").json()["closed"] == "held"
    assert student.post(f"{api}/tests/none", json={"answers": {}}).status_code == 404
    assert student.get("/api/v1/courses/sample/skills/none/test").status_code == 404
