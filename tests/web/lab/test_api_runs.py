import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.lab.catalogue import EXPERIMENTS
from app.runs import QueueFull
from tests.web.results import STACK

ASKED: dict[str, Any] = {"experiment": "parameters", "code": STACK, "input": "3x32x32", "wait": 30}


def test_a_run_that_is_waited_for_is_done(client: TestClient) -> None:
    answer = client.post("/api/v1/runs", json=ASKED)
    run = answer.json()
    assert answer.status_code == 200
    assert answer.headers["location"] == f"/api/v1/runs/{run['id']}"
    assert {"id", "experiment", "status", "device", "seconds", "seed", "cached", "result", "error"} <= set(run)
    assert (run["status"], run["device"], run["seed"], run["error"]) == ("done", "CPU", 0, None)
    assert run["result"]["total"]["params"] == 75_648
    first = run["result"]["layers"][0]
    assert {"name", "kind", "line", "output", "params", "macs"} <= set(first)
    assert client.get(f"/api/v1/runs/{run['id']}").json()["result"] == run["result"]


def test_a_run_that_is_not_waited_for_is_accepted_and_can_be_followed(client: TestClient) -> None:
    code = STACK.replace("64, 64, 3", "64, 64, 7", 1)
    answer = client.post("/api/v1/runs", json={**ASKED, "code": code, "wait": 0})
    # A count may be there before it can be said that it was accepted.
    assert answer.status_code == (200 if answer.json()["status"] == "done" else 202)
    events = client.get(f"/api/v1/runs/{answer.json()['id']}/events").text
    data = [json.loads(line[6:]) for line in events.splitlines() if line.startswith("data: ")]
    numbers = [int(line[4:]) for line in events.splitlines() if line.startswith("id: ")]
    assert data[-1]["status"] == "done"
    assert numbers == sorted(set(numbers))


def test_an_equal_question_is_the_same_run(client: TestClient) -> None:
    first = client.post("/api/v1/runs", json=ASKED).json()
    again = client.post("/api/v1/runs", json={**ASKED, "input": [3, 32, 32]}).json()
    assert (again["id"], again["cached"]) == (first["id"], True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"experiment": "parameter"}, "parameters"),
        ({"code": None, "network": "resnet5"}, "resnet50"),
        ({"options": {"effectiv": True}}, "leave it out"),
        ({"experiment": "receptive-field", "options": {"sample": 3}}, "samples"),
        ({"network": "vgg16"}, "either"),
        ({"input": "3x0x32"}, "3x224x224"),
    ],
)
def test_what_is_not_known_is_answered_with_the_nearest_name(
    client: TestClient, change: dict[str, Any], told: str
) -> None:
    answer = client.post("/api/v1/runs", json={**ASKED, **change})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["mend"]


def test_an_input_that_a_network_of_the_zoo_does_not_take_is_said_without_a_line(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/runs", json={"experiment": "parameters", "network": "resnet18", "input": "1x9x9", "wait": 30}
    )
    problem = answer.json()
    assert answer.status_code == 422
    assert "resnet18 does not take this input" in problem["detail"]
    assert (problem["line"], problem["mend"]) == (None, "its own is 3x224x224")


def test_wrong_code_is_a_problem_with_line_and_column(client: TestClient) -> None:
    answer = client.post("/api/v1/runs", json={**ASKED, "code": STACK.replace("(64, 64", "(32, 64")})
    problem = answer.json()
    assert answer.status_code == 422
    assert (problem["line"], problem["status"], problem["type"]) == (3, 422, "/api/docs#problem-lab")
    assert problem["column"] >= 1
    kept = client.get(f"/api/v1/runs/{problem['run']}").json()
    assert (kept["status"], kept["error"]["line"]) == ("failed", 3)


@pytest.mark.parametrize("body", [{}, {**ASKED, "wait": -1}, {**ASKED, "unknown": 1}])
def test_a_body_that_does_not_fit(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/api/v1/runs", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_half_a_character_can_still_be_shown(client: TestClient) -> None:
    body = json.dumps({**ASKED, "code": f"# \ud800\n{STACK}"})
    run = client.post("/api/v1/runs", content=body, headers={"content-type": "application/json"}).json()
    assert run["status"] == "done"
    assert client.get(f"/runs/{run['id']}").status_code == 200


@pytest.mark.parametrize("code", [r"assert False, '\ud800'", r"raise ValueError('\udfff')"])
def test_half_a_character_that_code_makes_breaks_neither_the_lab_nor_a_page(client: TestClient, code: str) -> None:
    printed = client.post("/api/v1/runs", json={**ASKED, "code": f"{STACK}print('\\ud800\\0')\n"})
    assert printed.json()["result"]["printed"] == ["\ufffd\ufffd"]
    answer = client.post("/api/v1/runs", json={**ASKED, "code": f"{STACK}{code}\n"})
    assert answer.status_code == 422, "the worker was lost over it"
    page = client.get(f"/runs/{answer.json()['run']}")
    assert page.status_code == 200
    assert "This did not run" in page.text or "Stopped at line" in page.text
    named = f"net = nn.Sequential(OrderedDict([('\\udc00', nn.ReLU())])) # {code}"
    assert client.post("/api/v1/runs", json={**ASKED, "code": named}).status_code == 422


def test_a_run_that_nobody_asked_for(client: TestClient) -> None:
    assert client.get(f"/api/v1/runs/{'0' * 32}").status_code == 404
    assert client.get(f"/api/v1/runs/{'0' * 32}/events").status_code == 404


def test_leaving_a_run_that_has_ended_changes_nothing(client: TestClient) -> None:
    run = client.post("/api/v1/runs", json=ASKED).json()
    assert client.delete(f"/api/v1/runs/{run['id']}").json()["status"] == "done"


def test_a_full_queue_says_when_to_ask_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: Any, **__: Any) -> None:
        raise QueueFull(7)

    monkeypatch.setattr(client.app.state.runs, "submit", full)  # type: ignore[attr-defined]
    answer = client.post("/api/v1/runs", json=ASKED)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    page = client.post("/courses/sample/labs/count/runs", data={"code": STACK})
    assert page.status_code == 503


def test_the_experiments_and_the_networks_are_listed(client: TestClient) -> None:
    listed = client.get("/api/v1/experiments").json()
    assert [kind["name"] for kind in listed["experiments"]] == list(EXPERIMENTS)
    assert {"name": "vgg16", "input": [3, 224, 224]} in listed["networks"]
    assert "effective" in listed["experiments"][1]["options"]
