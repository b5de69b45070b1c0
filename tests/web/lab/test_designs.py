"""Answering with a network: measured by a real worker, graded once, paid once."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from app.content.architecture import Architecture
from app.content.course import QuestionBlock, Section
from app.content.requirements import read
from tests.web.lab.conftest import with_labs
from tests.web.sample import COURSE, Shelf

RIGHT = "net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3))"
PARTLY = "net = nn.Conv2d(3, 4, 3)"
DESIGN = Architecture(
    id="five-wide",
    skill=COURSE.skills[0].id,
    line=1,
    prompt_html="<p>See five pixels for less than 300.</p>",
    explanation_html="<p>Two layers.</p>",
    requires=(
        read("rf == 5", ()),
        replace(read("params < 300", ()), feedback_html="<p>Count again.</p>"),
        read("shape == 4x4x4", ()),
    ),
    input=(3, 8, 8),
    starter="net = nn.Conv2d(3, 4, 5)\n",
    solution=f"{RIGHT}\n",
)
#: Trains for some seconds, so that the answer does not come at once.
SLOW = replace(
    DESIGN,
    id="slow",
    requires=(read("accuracy >= 0.99 in 300 steps", ()),),
    input=(1, 8, 8),
)
TRAINS = """
layers = [nn.Conv2d(1, 8, 3, padding=1)]
for _ in range(20):
    layers += [nn.Conv2d(8, 8, 3, padding=1), nn.ReLU()]
net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
"""


@pytest.fixture(scope="module", autouse=True)
def _designs(lab_app: TestClient) -> Iterator[None]:
    before = lab_app.app.state.library  # type: ignore[attr-defined]
    course = with_labs(COURSE)
    section = Section(4, "designs", "Designs", "Designs", (QuestionBlock(DESIGN), QuestionBlock(SLOW)))
    first = replace(course.lessons[0], sections=(*course.lessons[0].sections, section))
    lab_app.app.state.library = Shelf((replace(course, lessons=(first, *course.lessons[1:])),))  # type: ignore[attr-defined]
    yield
    lab_app.app.state.library = before  # type: ignore[attr-defined]


API = f"/api/v1/courses/{COURSE.slug}/questions/five-wide/attempts"
FORM = f"/courses/{COURSE.slug}/questions/five-wide/attempts"
HTMX = {"HX-Request": "true"}


def test_before_an_answer_it_shows_what_is_required_and_not_how(client: TestClient) -> None:
    page = client.get(f"/courses/{COURSE.slug}/questions/five-wide").text
    assert "Design it: five wide" in page
    assert "receptive field, in pixels: exactly 5" in page
    assert "nn.Conv2d" in re.sub(r"<[^>]+>", "", page)
    assert "Count again" not in page
    assert "Two layers" not in page
    shown = client.get(f"/api/v1/courses/{COURSE.slug}/questions/five-wide").json()
    assert [option["id"] for option in shown["options"]] == ["r1", "r2", "r3"]


def test_each_requirement_is_told_with_what_was_measured(client: TestClient) -> None:
    answer = client.post(API, json={"answer": PARTLY}).json()
    assert answer["correct"] is False
    assert answer["score"] == pytest.approx(1 / 3)
    told = {part["option"]: (part["correct"], part["html"]) for part in answer["feedback"]}
    assert told["r1"][0] is False
    assert "<b>3×3</b>" in told["r1"][1]
    assert told["r2"][0] is True
    assert "4×6×6" in told["r3"][1]


def test_a_right_network_is_paid_once_however_it_is_written(client: TestClient) -> None:
    first = client.post(API, json={"answer": RIGHT, "attempt_key": "one"}).json()
    assert (first["correct"], first["xp_awarded"]) == (True, 20)
    again = client.post(API, json={"answer": RIGHT, "attempt_key": "one"}).json()
    assert (again["repeated"], again["total_xp"]) == (True, 20)
    other = client.post(API, json={"answer": RIGHT.replace("net", "model"), "attempt_key": "two"}).json()
    assert (other["correct"], other["xp_awarded"], other["total_xp"]) == (True, 0, 20)


def test_a_program_may_send_as_much_code_as_the_lab_reads(client: TestClient) -> None:
    long = f"{RIGHT}\n# {'x' * 39_000}"
    assert client.post(API, json={"answer": long}).json()["correct"] is True
    assert client.post(API, json={"answer": "x" * 40_001}).status_code == 422


def test_code_that_cannot_be_read_is_no_attempt_and_nothing_is_lost(client: TestClient) -> None:
    code = "net = nn.Sequential(\n    nn.Conv2d(3, 4, 3),\n    nn.Conv2d(9, 4, 3),\n)"
    refused = client.post(FORM, data={"answer": code}, headers=HTMX)
    assert refused.status_code == 422
    assert "Line 3" in refused.text
    assert "nn.Conv2d(9, 4, 3)" in refused.text
    assert client.get(f"/api/v1/courses/{COURSE.slug}/questions/five-wide").json()["attempts"] == 0
    assert client.post(API, json={"answer": "   "}).status_code == 422


def test_a_plain_form_waits_for_the_verdict(client: TestClient) -> None:
    done = client.post(FORM, data={"answer": PARTLY}, follow_redirects=False)
    assert done.status_code == 303
    page = client.get(done.headers["location"]).text
    assert "1 of 3 requirements are met" in page
    assert "not yet" in page


def test_a_plain_form_waits_however_long_it_takes(client: TestClient) -> None:
    url = f"/courses/{COURSE.slug}/questions/slow/attempts"
    done = client.post(url, data={"answer": TRAINS.replace("range(20)", "range(3)")}, follow_redirects=False)
    assert done.status_code == 303
    assert "0 of 1 requirements are met" in client.get(done.headers["location"]).text


def test_not_knowing_shows_a_way_to_do_it(client: TestClient) -> None:
    told = client.post(FORM, data={"unknown": "1"}, headers=HTMX).text
    assert "One way to do it" in told
    assert "nn.Conv2d(4, 4, 3)" in told
    assert "Two layers" in told


def test_what_takes_longer_is_shown_under_way_and_counts_though_nobody_asks_again(client: TestClient) -> None:
    url = f"/courses/{COURSE.slug}/questions/slow/attempts"
    begun = client.post(url, data={"answer": TRAINS, "attempt_key": "slow-one"}, headers=HTMX)
    assert begun.status_code == 200
    assert "data-measuring" in begun.text
    assert re.search(r'data-stream="/runs/[0-9a-f]{32}/stream', begun.text)
    assert 'value="slow-one"' in begun.text
    # Asking again with the same key waits for the same attempt.
    api = f"/api/v1/courses/{COURSE.slug}/questions/slow/attempts"
    answer = client.post(api, json={"answer": TRAINS, "attempt_key": "slow-one"}).json()
    assert answer["feedback"][0]["option"] == "r1"
    state = client.get(f"/api/v1/courses/{COURSE.slug}/questions/slow").json()
    assert state["attempts"] == 1


def test_the_run_of_an_answer_says_nothing_of_the_key(client: TestClient) -> None:
    client.post(API, json={"answer": PARTLY})
    run = DESIGN.spec(f"{PARTLY}\n").id
    text = client.get(f"/runs/{run}").text + client.get(f"/runs/{run}/result.json").text
    assert not re.search(r"(?<![\w.])300(?!\w|\.\d)", text)
    assert "4x4x4" not in text
