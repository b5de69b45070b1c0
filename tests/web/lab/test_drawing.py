"""A race is drawn before it runs: in a lesson the drawing is kept for its student, elsewhere the address carries it."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.web.lab.conftest import QUICK_RACE

LAB = "/courses/sample/labs/race"
FREE = "/lab/degradation"
SCRIPT = {"HX-Request": "true"}
NETS = ("plain-8", "residual-8", "plain-14", "residual-14")
DOWN = ["0.35", "0", "-0.5", "-1", "-1"]
ASKED: dict[str, Any] = {f"degradation.{name}": value for name, value in QUICK_RACE.items()}


def drawing(*nets: str, last: str = "-1") -> dict[str, object]:
    return {"draw": "1", **{f"guess.{net}": [*DOWN[:4], last] for net in nets}}


def free(client: TestClient, **fields: object) -> str:
    """The page that a race asked for without a script leads to."""
    return client.post(f"{FREE}/runs", data={"experiment": "degradation", **ASKED, **fields}).text


def finished(client: TestClient, text: str) -> str:
    """The page of the run that an answer is about, when it is over."""
    found = re.search(r'/runs/([0-9a-f]{32})/stream(\?[^"]*)?"', text)
    if not found:
        return text
    query = (found[2] or "").replace("&amp;", "&")
    with client.stream("GET", f"/runs/{found[1]}/stream{query}") as events:
        for _ in events.iter_lines():
            continue
    return client.get(f"/runs/{found[1]}{query}").text


@pytest.fixture(autouse=True, scope="module")
def run_once(lab_app: TestClient) -> None:
    """What every test here asks for is known, so that none leaves the only worker busy."""
    lab_app.headers["sec-fetch-site"] = "same-origin"
    finished(lab_app, free(lab_app))


def test_a_lesson_s_race_asks_to_be_drawn(client: TestClient) -> None:
    page = client.get(LAB).text
    assert "Where will they go?" in page
    assert page.count('type="range"') == 5 * len(NETS)
    assert f'action="{LAB}/predictions"' in page
    assert "Run without predicting" in page
    assert "You drew" not in page


def test_a_drawing_is_kept_stays_over_the_result_and_is_compared(client: TestClient) -> None:
    answer = client.post(f"{LAB}/predictions", data=drawing(*NETS), headers=SCRIPT)
    assert answer.status_code == 200
    assert "drawn in the chart" in answer.text
    page = finished(client, answer.text)
    assert len(re.findall(r'class="race__said"', page)) == 2 * len(NETS), "in the wide and in the narrow cut"
    assert re.search(r"<li>You drew plain-14 at 0\.1; it ended at [\d.]+\.</li>", page)
    assert 'class="board"' not in page
    # It is there when one comes back, and a later drawing does not take its place.
    client.post(f"{LAB}/predictions", data=drawing(*NETS, last="1"), headers=SCRIPT)
    again = client.get(LAB, params={"fragment": "pane"}).text
    assert "You drew plain-14 at 0.1; it ended" in again


def test_a_drawing_is_its_student_s_alone(client: TestClient) -> None:
    finished(client, client.post(f"{LAB}/predictions", data=drawing(*NETS), headers=SCRIPT).text)
    client.cookies.clear()
    page = client.get(LAB).text
    assert "You drew" not in page
    assert 'class="board"' in page
    client.post(f"{LAB}/predictions", data={"skip": "1"}, headers=SCRIPT)
    assert "You drew" not in client.get(LAB).text


def test_a_lesson_s_drawing_comes_from_no_address(client: TestClient) -> None:
    answer = client.post(f"{LAB}/predictions", data={"skip": "1"}, headers=SCRIPT).text
    run = re.search(r"/runs/([0-9a-f]{32})", answer)
    assert run
    forged = "batch-norm_20_2~plain-8_0_0_0_0_0"
    page = client.get(f"/runs/{run[1]}", params={"lab": "sample/race", "drawn": forged}).text
    assert "You drew" not in page


def test_running_without_predicting_costs_nothing(client: TestClient) -> None:
    answer = client.post(f"{LAB}/predictions", data={"skip": "1"}, headers=SCRIPT)
    assert answer.status_code == 200
    page = finished(client, answer.text)
    assert "just show me" in page
    assert "You drew" not in page


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"draw": "1"}, "nothing was drawn"),
        ({**drawing(*NETS), "guess.plain-14": ["0", "0", "0", "0", "high"]}, "plain-14 at step 20, &#39;high&#39;"),
        ({**drawing(*NETS), "guess.plain-8": ["0", "0"]}, "2 points were drawn of plain-8"),
    ],
)
def test_what_is_no_drawing_is_not_kept(client: TestClient, form: dict[str, object], says: str) -> None:
    answer = client.post(f"{LAB}/predictions", data=form, headers={**SCRIPT, "Accept": "text/html"})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'class="board"' in client.get(LAB).text, "it can still be drawn"


def test_the_settings_run_button_asks_for_no_drawing(client: TestClient) -> None:
    answer = client.post(f"{LAB}/runs", data={"experiment": "degradation", **ASKED}, headers=SCRIPT).text
    assert "Run without a drawing." in answer
    assert "You drew" not in answer
    assert "Draw it in the chart below." in client.get(LAB).text, "nothing was said yet, so it can still be drawn"


def test_a_run_is_the_same_whatever_was_drawn_of_it(client: TestClient) -> None:
    ids = set()
    for last in ("-1", "1"):
        client.cookies.clear()
        answer = client.post(f"{LAB}/predictions", data=drawing(*NETS, last=last), headers=SCRIPT).text
        ids |= set(re.findall(r"/runs/([0-9a-f]{32})", answer))
    assert len(ids) == 1
    shared = client.get(f"/runs/{ids.pop()}").text
    assert "You drew" not in shared


def test_a_free_race_begins_with_an_empty_chart_even_where_it_was_run_before(client: TestClient) -> None:
    finished(client, free(client))
    page = client.get(FREE, params=ASKED).text
    assert 'class="board"' in page
    assert page.count('type="range"') == 5 * len(NETS)
    assert "4 of 6 nets:" in page


def test_a_free_race_carries_its_drawing_in_the_address(client: TestClient) -> None:
    answer = client.post(f"{FREE}/runs", data={"experiment": "degradation", **ASKED, **drawing("plain-8")},
                         follow_redirects=False)  # fmt: skip
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert parse_qs(urlsplit(address).query)["drawn"] == ["batch-norm_20_2~plain-8_0.35_0_-0.5_-1_-1"]
    page = finished(client, client.get(address).text)
    assert "You drew plain-8 at 0.1; it ended at" in page
    assert "You drew residual-8" not in page
    # What is run next from the settings keeps it, as far as it is of the same race.
    kept = re.search(r'name="drawn"\s+value="([^"]+)"', page)
    assert kept
    assert "You drew plain-8" in finished(client, free(client, drawn=kept[1], seed="1"))
    assert "You drew" not in finished(client, free(client, drawn=kept[1], **{"degradation.arena": "bare"}))


def test_what_is_no_drawing_of_a_free_race_is_refused_beside_the_settings(client: TestClient) -> None:
    form = {**drawing("plain-8"), "guess.plain-14": ["0", "0", "0", "0", "2"]}
    answer = client.post(f"{FREE}/runs", data={"experiment": "degradation", **ASKED, **form})
    assert answer.status_code == 422
    assert "plain-14 at step 20, &#39;2&#39;, is nowhere on the chart" in answer.text
    assert 'class="board"' in answer.text


@pytest.mark.parametrize("text", ["nonsense", "batch-norm_20_2~plain-8_0_0_0_0_9"])
def test_an_address_without_a_drawing_in_it(client: TestClient, text: str) -> None:
    run = re.search(r"/runs/([0-9a-f]{32})", free(client))
    assert run
    answer = client.get(f"/runs/{run[1]}", params={"lab": "/degradation", "drawn": text})
    assert answer.status_code == 422
    assert "no drawing of a race" in answer.text


def test_other_settings_bring_other_nets_and_keep_what_was_drawn(client: TestClient) -> None:
    query = {
        **ASKED,
        "degradation.depths": ["8", "20"],
        "fragment": "board",
        "guess.plain-8": DOWN,
        "guess.plain-14": DOWN,
    }
    part = client.get(FREE, params=query).text
    assert "<html" not in part
    assert 'name="guess.plain-20"' in part
    assert 'name="guess.plain-14"' not in part
    levels = re.findall(r'name="guess\.plain-8".*?\svalue="([^"]+)"', part, re.DOTALL)
    assert [float(level) for level in levels] == [float(level) for level in DOWN]


def test_more_nets_than_can_race_are_said_before_they_run(client: TestClient) -> None:
    page = client.get(FREE, params={**ASKED, "degradation.depths": ["8", "14", "20", "32"]}).text
    assert "8 nets are chosen, and 6 can race at once." in page
    assert 'type="range"' not in page


def test_each_depth_of_a_result_says_where_it_ended(client: TestClient) -> None:
    page = finished(client, free(client))
    assert re.search(
        r'<li data-layers="14"><b>14 layers:</b> plain-14 ended at a loss of [\d.]+ and \d+\xa0% accuracy', page
    )
    assert re.search(r'<label for="([\w-]+)">depth</label>\s*<input id="\1"\s+type="range"', page)
