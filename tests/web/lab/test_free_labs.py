"""The experiments by themselves: from the zoo, from a run, from an address, and with one's own code."""

import json
import re

import pytest
from starlette.testclient import TestClient

from app.lab import pictures, zoo
from app.lab.catalogue import EXPERIMENTS
from tests.web.results import STACK


def run_of(page: str) -> str:
    found = re.search(r'href="/runs/([0-9a-f]{32})"', page)
    assert found
    return found[1]


def test_every_experiment_is_listed_and_has_a_page(client: TestClient) -> None:
    index = client.get("/lab").text
    for kind in EXPERIMENTS.values():
        assert f'href="/lab/{kind.name}"' in index
        page = client.get(f"/lab/{kind.name}")
        assert page.status_code == 200
        assert kind.title in page.text
        assert ('class="lab__text"' in page.text) == kind.takes_network
        assert all(f'href="{url}"' in page.text for _, url in kind.sources)


def test_a_network_of_the_zoo_brings_its_code_and_its_input(client: TestClient) -> None:
    page = client.get("/lab/parameters", params={"network": "cifar_wrn16_8"}).text
    assert "nn.Linear(512, num_classes)" in page
    assert 'value="3x32x32"' in page
    assert '<option value="cifar_wrn16_8" selected>' in page
    own = re.search(r'data-own="([^"]+)"', page)
    assert own
    assert "nn.Linear(512, num_classes)" in own[1], "Reset brings it back, and a draft of other code does not hide it"


@pytest.mark.parametrize("name", ["degradation", "lesion"])
def test_an_address_with_a_bad_option_says_what_is_wrong_with_it(client: TestClient, name: str) -> None:
    option = "depths" if name == "degradation" else "depth"
    page = client.get(f"/lab/{name}?{name}.{option}=9")
    assert page.status_code == 422
    assert re.search(rf"Option .{{1,5}}{option}.{{1,5}} cannot be 9", page.text)


def test_a_board_of_what_cannot_race_is_refused_in_words(client: TestClient) -> None:
    answer = client.get("/lab/degradation?degradation.depths=9&fragment=board")
    assert answer.status_code == 422
    assert "cannot be 9" in answer.text


def test_ones_own_code_is_run_at_ones_own_input(client: TestClient) -> None:
    form = {"code": STACK, "input": "3x20x24", "experiment": "parameters"}
    answer = client.post("/lab/parameters/runs", data=form, follow_redirects=False)
    assert answer.status_code == 303
    # Its events end with it, however busy the machine is.
    client.get(f"/api/v1{answer.headers['location'].partition('?')[0]}/events")
    page = client.get(answer.headers["location"]).text
    assert "3×20×24" in page
    assert 'value="3x20x24"' in page, "the lab shows what was run"


def test_a_run_that_failed_or_was_left_is_no_last_result(client: TestClient) -> None:
    asked = {"code": "net = nn.Conv2d(3, 4, 99)\n", "input": "3x8x8"}
    body = {"experiment": "parameters", **asked, "wait": 30}
    assert client.post("/api/v1/runs", json=body).status_code == 422
    page = client.get("/lab/parameters", params=asked).text
    assert "is-idle" in page
    assert "is-failed" not in page


def test_a_run_can_be_taken_up_and_changed(client: TestClient) -> None:
    form = {"code": STACK, "input": "3x20x28", "receptive-field.effective": "off", "seed": "3"}
    done = client.post("/lab/receptive-field/runs", data=form)
    page = client.get("/lab/receptive-field", params={"from": run_of(done.text)}).text
    assert 'value="3x20x28"' in page
    assert re.search(r'name="seed"\s+value="3"', page)
    # Its result is there at once.
    assert "is-cached" in page


def test_a_run_of_a_network_by_name_brings_its_code(client: TestClient) -> None:
    body = {"experiment": "parameters", "network": "vgg11", "wait": 30}
    run = client.post("/api/v1/runs", json=body).json()["id"]
    page = client.get("/lab/parameters", params={"from": run}).text
    assert zoo.source("vgg11").splitlines()[-1] in re.sub(r"<[^>]+>", "", page)
    assert run_of(page) == run, "and its result"


def test_options_may_stand_in_the_address(client: TestClient) -> None:
    page = client.get("/lab/degradation?degradation.depths=8&degradation.depths=14&degradation.steps=40&seed=5").text
    chosen = re.findall(r'name="degradation.depths"\s+value="(\d+)" checked', page)
    assert chosen == ["8", "14"]
    assert re.search(r'name="degradation.steps"\s+value="40"', page)


def test_an_error_keeps_what_was_typed(client: TestClient) -> None:
    form = {"code": "# mine", "input": "none of it"}
    refused = client.post("/lab/parameters/runs", data=form)
    assert refused.status_code == 422
    assert "an input is channels" in refused.text
    assert "# mine" in refused.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/lab/nothing", 404),
        ("/lab/parameters?network=vgg17", 422),
        ("/lab/parameters?seed=x", 422),
        (f"/lab/parameters?seed={'9' * 5000}", 422),
        ("/lab/parameters?input=3x3", 422),
        (f"/lab/parameters?from={'0' * 32}", 404),
        ("/lab/parameters?from=%00", 404),
    ],
)
def test_what_is_not_there_is_said(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_a_run_of_another_experiment_brings_its_network(client: TestClient) -> None:
    body = {"experiment": "parameters", "code": STACK, "input": "3x18x18", "wait": 30}
    run = client.post("/api/v1/runs", json=body).json()["id"]
    page = client.get("/lab/receptive-field", params={"from": run})
    assert 'value="3x18x18"' in page.text
    # Where nothing reads a network there is nothing to bring.
    assert client.get("/lab/degradation", params={"from": run}).status_code == 404


def test_a_picture_of_ones_own_is_run_shown_and_taken_up_again(client: TestClient) -> None:
    form = {
        "experiment": "feature-maps",
        "feature-maps.steps": "0",
        "feature-maps.digit": "9",
        "feature-maps.image": "\r\n".join(pictures.rows(pictures.SAMPLES[4]).upper().split()),
    }
    asked = {"steps": 0, "image": pictures.SAMPLES[4]}
    run = client.post("/api/v1/runs", json={"experiment": "feature-maps", "options": asked, "wait": 60}).json()
    done = client.post("/lab/feature-maps/runs", data=form)
    assert run_of(done.text) == run["id"], "however it was written, and whatever digit was chosen"
    run = client.get(f"/runs/{run['id']}/result.json").json()
    assert run["options"]["image"] == pictures.SAMPLES[4]
    assert "digit" not in run["options"]
    assert run["result"]["label"] is None
    assert "a picture of your own" in done.text
    page = client.get("/lab/feature-maps", params={"from": run["id"]}).text
    assert pictures.rows(pictures.SAMPLES[4]) in page
    assert "of one’s own" in client.get(f"/runs/{run['id']}").text


def test_what_is_no_picture_is_refused_and_kept(client: TestClient) -> None:
    refused = client.post("/lab/feature-maps/runs", data={"feature-maps.image": "<b>zz"})
    assert refused.status_code == 422
    assert "is a picture of 64 shades, and this has 5" in refused.text
    assert "&lt;b&gt;zz</textarea>" in refused.text
    half = json.dumps({"experiment": "feature-maps", "options": {"image": "0" * 63 + "\ud800"}})
    answer = client.post("/api/v1/runs", content=half, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert "in row 8, column 8 is no shade" in answer.json()["detail"]
