"""Answering by form: with htmx the question comes back, without it the lesson; what was typed is kept."""

import re
import time

import pytest
from starlette.testclient import TestClient

from app.content.course import Course
from app.learning import attempts
from tests.web.conftest import Site

URL = "/courses/small-course/questions"
LESSON = "/courses/small-course/lessons/first-steps?mine=1"
HTMX = {"hx-request": "true"}


def key(client: TestClient, course: Course, id: str, seed: int | None = None) -> list[str]:
    learner = client.get("/api/v1/me").json()["id"]
    right = course.question_by_id[id][1].key(attempts.seed(learner, id, 0) if seed is None else seed)
    return right if isinstance(right, list) else [str(right)]


def tries(client: TestClient) -> dict[str, int]:
    return {one["question"]: one["attempts"] for one in client.get("/api/v1/me").json()["attempts"]}


def test_a_plain_form_leads_to_the_question_in_its_lesson(client: TestClient, course: Course) -> None:
    answer = client.post(f"{URL}/kernel-reach/attempts", data={"answer": key(client, course, "kernel-reach")})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LESSON}#q-kernel-reach")
    page = client.get(LESSON).text
    assert "Right, and here is why" in page
    assert ">20<" in page


def test_htmx_gets_the_question_and_the_xp_of_the_header(client: TestClient, course: Course) -> None:
    right = key(client, course, "kernel-reach")
    answer = client.post(f"{URL}/kernel-reach/attempts", data={"answer": right}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'id="q-kernel-reach"' in answer.text
    assert "+20 XP" in answer.text
    assert re.search(r'id="xp-total"[^>]*hx-swap-oob="true"', answer.text)


@pytest.mark.parametrize(
    ("id", "sent"),
    [
        ("kernel-reach", {"answer": "no-such-option"}),
        ("kernel-reach", {}),
        ("kernel-reach", {"answer": ["a", "b"]}),
        ("weights-of-a-stack", {"answer": "about <b>27</b>"}),
        ("weights-of-a-stack", {"answer": ""}),
        ("build-a-block", {"answer": ["", ""]}),
        ("kernel-reach", {"unknown": "1", "seed": "5"}),
        ("kernel-reach", {"unknown": "1", "attempt_key": "x" * 201}),
    ],
)
def test_what_cannot_be_read_is_said_at_the_question_and_kept(
    client: TestClient, id: str, sent: dict[str, str | list[str]]
) -> None:
    page = client.post(f"{URL}/{id}/attempts", data=sent)
    part = client.post(f"{URL}/{id}/attempts", data=sent, headers=HTMX)
    for answer in (page, part):
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert "<b>27" not in answer.text
        if sent.get("answer") == "about <b>27</b>":
            assert 'value="about &lt;b&gt;27&lt;/b&gt;"' in answer.text
    assert "<html" in page.text
    assert "<html" not in part.text
    assert tries(client) == {}


def test_an_upload_is_no_answer(client: TestClient) -> None:
    answer = client.post(f"{URL}/kernel-reach/attempts", files={"answer": ("a.txt", b"x")})
    assert answer.status_code == 422


def test_a_form_without_a_key_is_one_attempt_as_often_as_it_is_sent(client: TestClient, course: Course) -> None:
    """A double click, or the same again after a lost connection; another answer between is another attempt."""
    question = course.question_by_id["kernel-reach"][1]
    right = key(client, course, "kernel-reach")
    wrong = [[o.id] for o in question.shown(0).options if [o.id] != right]
    for _ in range(3):
        client.post(f"{URL}/kernel-reach/attempts", data={"answer": wrong[0]})
    assert tries(client) == {"kernel-reach": 1}
    client.post(f"{URL}/kernel-reach/attempts", data={"unknown": "1"})
    client.post(f"{URL}/kernel-reach/attempts", data={"unknown": "1"})
    assert tries(client) == {"kernel-reach": 2}
    client.post(f"{URL}/kernel-reach/attempts", data={"answer": wrong[0]})
    assert tries(client) == {"kernel-reach": 3}
    client.post(f"{URL}/kernel-reach/attempts", data={"answer": right})
    client.post(f"{URL}/kernel-reach/attempts", data={"answer": right})
    assert tries(client) == {"kernel-reach": 4}
    assert client.get("/api/v1/me").json()["xp"]["total"] == 0


def test_what_was_explained_is_paid_on_another_day(site: Site, client: TestClient, course: Course) -> None:
    url = f"{URL}/kernel-reach"
    client.post(f"{url}/attempts", data={"unknown": "1"})
    client.post(f"{url}/variants", data={"after": "0"})
    page = client.post(f"{url}/attempts", data={"answer": key(client, course, "kernel-reach")}, headers=HTMX).text
    assert "right, 20 XP still open" in page
    assert "on another day" in page
    site.app.state.clock = lambda: time.time() + 90_000
    client.post(f"{url}/variants", data={"after": "1"})
    page = client.post(f"{url}/attempts", data={"answer": key(client, course, "kernel-reach")}, headers=HTMX).text
    assert "right, +20 XP" in page
    assert client.get("/api/v1/me").json()["xp"]["total"] == 20


def test_the_option_that_is_left_over_shows_nothing(client: TestClient, course: Course) -> None:
    right = key(client, course, "kernel-reach")
    for option in course.question_by_id["kernel-reach"][1].shown(0).options:
        if [option.id] != right:
            client.post(f"{URL}/kernel-reach/attempts", data={"answer": option.id})
    client.post(f"{URL}/kernel-reach/attempts", data={"answer": right})
    assert client.get("/api/v1/me").json()["xp"]["total"] == 0


def test_a_miss_tells_of_that_option_alone(client: TestClient, course: Course) -> None:
    question = course.question_by_id["kernel-reach"][1]
    right = key(client, course, "kernel-reach")
    wrong = [o.id for o in question.shown(0).options if [o.id] != right]
    text = client.post(f"{URL}/kernel-reach/attempts", data={"answer": wrong[0]}, headers=HTMX).text
    said = {part.option: part.html for part in question.grade(wrong[0], 0).feedback}
    assert said[wrong[0]] in text
    for option in (*right, *wrong[1:]):
        (part,) = question.grade(option, 0).feedback
        assert not part.html or part.html not in text
    assert question.explanation(0) not in text


def test_hints_open_one_at_a_time(client: TestClient, course: Course) -> None:
    question = course.question_by_id["weights-of-a-stack"][1]
    hints = question.shown(0).hints
    assert hints >= 1
    plain = client.post(f"{URL}/weights-of-a-stack/hints", data={"number": "1"})
    assert plain.headers["location"].endswith("lessons/stacks?mine=1#q-weights-of-a-stack")
    for _ in range(2):
        text = client.post(f"{URL}/weights-of-a-stack/hints", data={"number": "1"}, headers=HTMX).text
        assert "Hint 1 of" in text
        assert "Hint 2 of" not in text
    assert client.post(f"{URL}/weights-of-a-stack/hints", data={"number": "-1"}).status_code == 422
    assert client.post(f"{URL}/weights-of-a-stack/hints", data={"number": "x"}, headers=HTMX).status_code == 422


def test_a_double_click_draws_one_variant(client: TestClient) -> None:
    def seed() -> str:
        return str(re.findall(r'name="seed" value="(\d+)"', client.get(f"{URL}/weights-of-a-stack").text)[0])

    first = seed()
    for _ in range(2):
        assert client.post(f"{URL}/weights-of-a-stack/variants", data={"after": "0"}).status_code == 303
    second = seed()
    assert second != first
    client.post(f"{URL}/weights-of-a-stack/variants", data={"after": "1"})
    assert seed() not in {first, second}


def test_the_page_says_which_draw_was_answered(client: TestClient, course: Course) -> None:
    """A page from before "try one like it" is graded as it was shown, if it ever can have been."""
    old = re.findall(r'name="seed" value="(\d+)"', client.get(f"{URL}/weights-of-a-stack").text)[0]
    client.post(f"{URL}/weights-of-a-stack/variants", data={"after": "0"})
    right = key(client, course, "weights-of-a-stack", int(old))
    sent = {"answer": right, "seed": old}
    assert client.post(f"{URL}/weights-of-a-stack/attempts", data=sent, headers=HTMX).status_code == 200
    assert client.get("/api/v1/me").json()["xp"]["total"] == 20


def test_a_question_alone_shows_where_it_belongs(client: TestClient) -> None:
    page = client.get(f"{URL}/kernel-reach").text
    assert "First steps" in page
    assert 'href="/courses/small-course/lessons/first-steps?mine=1#q-kernel-reach"' in page


def test_a_refusal_to_htmx_is_a_part_of_a_page(site: Site) -> None:
    answer = site.visitor().post(f"{URL}/nowhere/attempts", data={"unknown": "1"}, headers=HTMX)
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert "There is no such question" in answer.text
