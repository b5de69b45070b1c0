"""Answering by word, by pairs and by printed lines, with a plain form and through the API."""

import re

import pytest
from starlette.testclient import TestClient

from app.content.course import Course
from tests.web.sample import flat

URL = "/courses/small-course/questions"
API = "/api/v1/courses/small-course/questions"
HTMX = {"HX-Request": "true"}


def sent(client: TestClient, id: str, answer: str | list[str]) -> str:
    said = client.post(f"{URL}/{id}/attempts", data={"answer": answer}, headers=HTMX)
    assert said.status_code == 200, said.text
    return flat(said.text)


@pytest.mark.parametrize("id", ["name-a-shortcut", "match-the-layers", "print-a-shape"])
def test_a_page_holds_no_key_before_an_answer(client: TestClient, course: Course, id: str) -> None:
    asked = course.question_by_id[id][1]
    page = flat(client.get(f"{URL}/{id}").text)
    assert "opt--right" not in page
    assert "skip connection" not in page
    assert "shortcut" not in page.replace("name-a-shortcut", "").replace("aria-keyshortcuts", "")
    assert "torch.Size" not in page
    options = re.findall(r'<option value="([^"]+)"', page)
    if id == "match-the-layers":
        rows = [pair.id for pair in asked.pairs]  # type: ignore[attr-defined]
        targets = [target for target, _ in asked.targets]  # type: ignore[attr-defined]
        assert sorted(options) == sorted(f"{row}:{target}" for row in rows for target in targets)
        assert page.count("selected") == 0


def test_a_word_is_answered(client: TestClient) -> None:
    assert "Almost. Look at how it is spelt." in sent(client, "name-a-shortcut", "skip conection")
    page = sent(client, "name-a-shortcut", "<b>pool</b>")
    assert "&lt;b&gt;pool&lt;/b&gt;" in page
    page = sent(client, "name-a-shortcut", "a Shortcut")
    assert "Right, and here is why. +20 XP" in page
    assert ">a Shortcut<" in page


def test_pairs_are_answered_row_by_row(client: TestClient, course: Course) -> None:
    asked = course.question_by_id["match-the-layers"][1]
    right = asked.key(0)
    assert isinstance(right, list)
    first, second, third = right
    other = f"{first.split(':')[0]}:{second.split(':')[1]}"
    page = sent(client, "match-the-layers", [other, second, ""])
    assert page.count("match__row--wrong") == 1
    assert page.count("match__row--right") == 1
    assert "Count the cells." in page
    assert "1 of 3 rows are right." in page
    page = sent(client, "match-the-layers", [first, second, third])
    assert "Right, and here is why" in page
    assert "<select" not in page


def test_nothing_chosen_is_told(client: TestClient) -> None:
    said = client.post(f"{URL}/match-the-layers/attempts", data={"answer": ["", ""]}, headers=HTMX)
    assert said.status_code == 422
    assert "Choose something for at least one row." in said.text


def test_printed_lines_are_answered_in_the_draw_that_was_shown(client: TestClient, course: Course) -> None:
    asked = course.question_by_id["print-a-shape"][1]
    page = sent(client, "print-a-shape", "layer 0\nlayer 1\ntorch.Size([1, 4, 9, 9])")
    assert "Line 3 is the first that is not as printed." in page
    found = re.search(r'name="seed" value="(\d+)"', page)
    assert found
    page = sent(client, "print-a-shape", str(asked.key(int(found[1]))).replace("\n", "\r\n"))
    assert "Right, and here is why" in page


def test_programs_may_answer_them_too(client: TestClient, course: Course) -> None:
    shown = client.get(f"{API}/match-the-layers").json()
    assert len(shown["targets"]) == 3
    asked = course.question_by_id["match-the-layers"][1]
    assert {option["id"] for option in shown["options"]} == {one.split(":")[0] for one in asked.key(0)}  # type: ignore[union-attr]
    said = client.post(f"{API}/match-the-layers/attempts", json={"answer": asked.key(0)})
    assert (said.json()["correct"], said.json()["score"]) == (True, 1.0)
    assert client.get(f"{API}/name-a-shortcut").json()["targets"] == []
    said = client.post(f"{API}/name-a-shortcut/attempts", json={"answer": "shortcuts"})
    assert said.json()["correct"] is True
