"""A question in each of its states, as its fragment shows it."""

import re

import pytest
from starlette.testclient import TestClient

from tests.web.sample import flat
from tests.web.test_lessons import ASK, HTMX, answer, quiz

ALONE = f"{ASK}/stacked"


def test_unanswered_offers_every_option_and_not_knowing_as_an_equal_choice(student: TestClient) -> None:
    page = flat(student.get(ALONE).text)
    assert page.count('type="radio" name="answer"') == 3
    assert re.search(r'<button class="btn btn--quiet" type="submit" name="unknown" value="1" formnovalidate>', page)
    assert "+20 XP, also after a miss" in page
    assert "Keys A–C" in page


def test_a_miss_says_why_and_leaves_the_others_open(student: TestClient) -> None:
    html = answer(student, "stacked", "o-six")
    wrong = re.search(r'<div class="opt opt--wrong">.*?</div>\s*</div>', html, re.DOTALL)
    assert wrong
    assert "6×6" in wrong.group()
    assert "kernels-do-not-add" in wrong.group()
    assert "not this one" in wrong.group()
    assert html.count('type="radio" name="answer"') == 2
    assert "Try again" in html
    assert "Explain it to me" in html
    for secret in ("adds-a-ring", "why-five", "opt--right"):
        assert secret not in html


def test_a_right_answer_says_why_and_what_it_earned_once(student: TestClient) -> None:
    answer(student, "stacked", "o-six")
    html = answer(student, "stacked", "o-five")
    assert "adds-a-ring" in html
    assert "why-five" in html
    assert "Right, and here is why. +20 XP" in html
    assert "right, +20 XP" in html
    assert 'type="radio"' not in html
    assert re.search(r'id="xp-total"[^>]* hx-swap-oob="true"', html)
    alone = flat(student.get(ALONE).text)
    assert "Right, and here is why" in alone
    assert "here is why. +20 XP" not in alone  # what was earned just now is said once


def test_not_knowing_explains_and_leaves_the_xp_open(student: TestClient) -> None:
    html = answer(student, "stacked", [], unknown="1")
    assert "Here is why" in html
    assert "why-five" in html
    assert "20 XP still open" in html
    assert re.search(r'opt--right"><span class="opt__key">\w</span><span>5×5', html)
    assert "Answer it yourself" in html
    again = flat(student.post(f"{ASK}/stacked/variants", data={"after": "0"}, headers=HTMX).text)
    assert again.count('type="radio" name="answer"') == 3
    assert "why-five" not in again
    assert "right, 20 XP still open" in answer(student, "stacked", "o-five")  # another day it is paid


def test_hints_open_one_at_a_time(student: TestClient) -> None:
    assert "first-hint" not in flat(student.get(ALONE).text)
    html = flat(student.post(f"{ASK}/stacked/hints", data={"number": "1"}, headers=HTMX).text)
    assert "first-hint" in html
    assert "Hint 1 of 2" in html
    assert "Another hint" in html
    assert "What does the second layer add" not in html
    html = flat(student.post(f"{ASK}/stacked/hints", data={"number": "2"}, headers=HTMX).text)
    assert "Hint 2 of 2" in html
    assert "Another hint" not in html


def test_several_choices_are_judged_each_by_itself(student: TestClient) -> None:
    html = answer(student, "reasons", ["o-fewer", "o-wider"])
    assert html.count('type="checkbox"') == 3
    assert re.search(r'value="o-fewer" checked', html)
    assert not re.search(r'value="o-wider" checked', html)
    assert "belongs" in html
    assert "not this one" in html
    assert "One more option is right" in html
    assert "Three in place of one" not in html


def test_a_number_keeps_what_was_typed_and_says_what_it_computed(student: TestClient) -> None:
    assert "in weights" in quiz(flat(student.get("/courses/sample/lessons/first").text), "weights")
    html = answer(student, "weights", "36928")
    assert 'value="36928"' in html
    assert "counted-biases" in html
    assert "36864" not in html
    html = answer(student, "weights", "36 864")
    assert "opt--right" in html


def test_what_cannot_be_read_is_said_and_kept(student: TestClient) -> None:
    sent = student.post(f"{ASK}/weights/attempts", data={"answer": "many"}, headers=HTMX)
    assert sent.status_code == 422
    assert 'role="alert"' in flat(sent.text)
    assert 'value="many"' in flat(sent.text)
    plain = student.post(f"{ASK}/weights/attempts", data={"answer": "many"})
    assert plain.status_code == 422
    assert "<!DOCTYPE html>" in flat(plain.text)
    assert 'value="many"' in flat(plain.text)


@pytest.mark.parametrize("script", [True, False])
def test_order_is_sent_by_places_with_one_left_empty(student: TestClient, script: bool) -> None:
    page = flat(student.get(f"{ASK}/steps").text)
    assert page.count('<select id="q-steps-p') == 4
    assert page.count("data-move=") == 12
    places = ["i-conv", "i-add", "i-relu", ""]
    sent = student.post(f"{ASK}/steps/attempts", data={"answer": places}, headers=HTMX if script else {})
    html = flat(sent.text) if script else flat(student.get(sent.headers["location"].split("#")[0]).text)
    assert "why-sum" in html
    assert [html.index(step) for step in ("convolve and", "add the input", ">ReLU<")] == sorted(
        html.index(step) for step in ("convolve and", "add the input", ">ReLU<")
    )


def test_order_keeps_the_places_that_were_chosen_and_says_what_does_not_belong(student: TestClient) -> None:
    html = answer(student, "steps", ["i-conv", "i-add", "i-drop"])
    chosen = re.findall(r'<option value="([\w-]+)" selected>', html)
    assert chosen == ["i-conv", "i-add", "i-drop"]
    assert "steps-in-order have no dropout" in html
    assert "places 1 to 2" in html
    assert "why-sum" not in html
