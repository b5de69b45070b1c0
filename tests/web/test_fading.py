"""What is fading on a course's page: drawn, said in a table, and repaired with one button."""

import re

from starlette.testclient import TestClient

from tests.web.conftest import Site
from tests.web.sample import flat
from tests.web.test_courses import nodes, rows
from tests.web.test_lessons import answer

PAGE = "/courses/sample"
DAY = 86_400


def ahead(site: Site, days: float) -> None:
    clock = site.app.state.clock
    site.app.state.clock = lambda: clock() + days * DAY


def test_nothing_is_said_of_fading_before_anything_was_shown(student: TestClient) -> None:
    assert "What is fading" not in student.get(PAGE).text


def test_what_was_shown_is_there_with_nothing_to_refresh(student: TestClient) -> None:
    answer(student, "weights", "36864")
    part = flat(student.get(PAGE).text).split('id="fading"')[1]
    assert "Nothing is fading now" in part
    assert 'name="fading"' not in part
    assert re.search(r'<th scope="row">[^<]+</th><td>100 %</td><td>\d+ %</td><td>held</td>', part), part


def test_one_button_repairs_what_fades_in_the_minutes_it_says(sample_site: Site, student: TestClient) -> None:
    answer(student, "weights", "36864")
    answer(student, "steps", ["i-conv", "i-add", "i-relu"])
    ahead(sample_site, 90)
    page = flat(student.get(PAGE).text)
    assert nodes(page)["weights"] == "fading"
    assert rows(flat(student.get(f"{PAGE}?view=table").text))["weights"] == "fading"
    part = page.split('id="fading"')[1]
    assert re.search(r"Refresh 2 skills, \d+ min", part)
    assert "2 questions, drawn anew" in part
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([\w-]+)">', part))
    assert fields == {"course": "sample", "fading": "1"}
    begun = student.post("/review", data=fields)
    assert begun.status_code == 303
    assert re.fullmatch(r"/review/\w+.*", begun.headers["location"])
    asked = flat(student.get(begun.headers["location"]).text)
    assert 'id="q-weights"' in asked or 'id="q-steps"' in asked
