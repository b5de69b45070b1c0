"""The JSON API as a program uses it, against the real server and worker; every number against the golden ones."""

import json
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.course import SLUG, course
from tests.journeys.server import Server

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent.parent / "lab" / "golden.json").read_text())


@pytest.fixture
def api(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.url + "/api/v1", timeout=90)


@pytest.mark.parametrize("name", GOLDEN["networks"])
def test_parameters_and_multiply_adds(api: httpx.Client, name: str) -> None:
    golden = GOLDEN["networks"][name]
    body = {"experiment": "parameters", "network": name, "input": "x".join(map(str, golden["input"])), "wait": 60}
    answer = api.post("/runs", json=body)
    assert answer.status_code == 200, answer.text
    run = answer.json()
    assert (run["experiment"], run["status"], run["error"]) == ("parameters", "done", None)
    total = run["result"]["total"]
    assert (total["params"], total["macs"]) == (golden["params"], golden["macs"])
    assert sum(layer["params"] for layer in run["result"]["layers"]) == golden["params"]
    assert api.get(f"/runs/{run['id']}").json()["result"] == run["result"]


def test_receptive_fields(api: httpx.Client) -> None:
    golden = GOLDEN["receptive_field"]
    for name in golden:
        body = {"experiment": "receptive-field", "network": name, "wait": 60, "options": {"effective": False}}
        run = api.post("/runs", json=body).json()
        assert run["status"] == "done", run
        layers = [layer for layer in run["result"]["layers"] if layer["size"] is not None]
        convolutions = [layer["size"] for layer in layers if layer["kind"] == "Conv2d"]
        assert max(convolutions) == [golden[name]["last_conv"]] * 2
        if "per_conv" in golden[name]:
            assert convolutions == [[side, side] for side in golden[name]["per_conv"]]
            pools = [layer["size"] for layer in layers if layer["kind"] == "MaxPool2d"]
            assert pools == [[side, side] for side in golden[name]["per_pool"]]


def test_student_code_is_measured_line_by_line(api: httpx.Client) -> None:
    code = (
        "net = nn.Sequential(\n    nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(),\n    nn.Conv2d(64, 64, 3, padding=1),\n)"
    )
    run = api.post("/runs", json={"experiment": "parameters", "code": code, "input": "3x32x32", "wait": 60}).json()
    layers = [(x["kind"], x["line"], x["output"], x["params"]) for x in run["result"]["layers"] if x["params"]]
    assert layers == [("Conv2d", 2, [64, 32, 32], 1792), ("Conv2d", 3, [64, 32, 32], 36928)]


def test_code_that_is_wrong_is_a_problem_with_its_place(api: httpx.Client) -> None:
    code = "net = nn.Sequential(\n    nn.Conv2d(3, 64, 3),\n    nn.Conv2d(32, 64, 3),\n)"
    answer = api.post("/runs", json={"experiment": "parameters", "code": code, "input": "3x32x32", "wait": 60})
    problem = answer.json() if answer.status_code >= 400 else answer.json()["error"]
    assert problem["line"] == 3
    assert problem["column"] >= 1
    assert "32" in json.dumps(problem)


def test_gradient_flow_streams_and_the_stream_can_be_resumed(api: httpx.Client) -> None:
    body = {"experiment": "gradient-flow", "options": {"depths": [8, 20], "batch_norm": False, "init": "default"}}
    started = api.post("/runs", json={**body, "seed": 5})
    assert started.status_code == 202
    run = started.json()

    def events(**headers: str) -> list[int]:
        with api.stream("GET", f"/runs/{run['id']}/events", headers=headers) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            return [int(line[3:]) for line in stream.iter_lines() if line.startswith("id:")]

    everything = events()
    assert everything == sorted(set(everything))
    middle = everything[len(everything) // 2]
    # What came after; of a run that is stored by then, its end alone.
    later = events(**{"Last-Event-ID": str(middle)})
    assert later in ([number for number in everything if number > middle], [middle + 1])
    done = api.get(f"/runs/{run['id']}").json()
    series = {(s["depth"], bool(s["skip"] in (True, "on"))): s for s in done["result"]["series"]}
    assert set(series) == {(8, False), (8, True), (20, False), (20, True)}
    assert series[20, False]["decades"] < -4 < series[20, True]["decades"] < 0
    assert (done["seed"], done["status"]) == (5, "done")
    assert done["device"]
    assert done["seconds"] > 0


def test_an_equal_question_is_answered_from_the_cache_also_after_a_restart(tmp_path: Path) -> None:
    body = {"experiment": "receptive-field", "network": "vgg11", "input": "3x32x32", "wait": 60}
    server = Server(tmp_path).start()
    first = httpx.post(server.url + "/api/v1/runs", json=body, timeout=90).json()
    again = httpx.post(server.url + "/api/v1/runs", json=body, timeout=90).json()
    server.stop()
    server.start("/healthz")
    later = httpx.get(f"{server.url}/api/v1/runs/{first['id']}", timeout=10).json()
    server.stop()
    assert (first["status"], first["cached"], again["cached"]) == ("done", False, True)
    assert first["id"] == again["id"] == later["id"]
    assert first["result"] == again["result"] == later["result"]


def test_a_question_shows_no_key_and_the_same_attempt_key_gives_the_stored_outcome(api: httpx.Client) -> None:
    lesson = api.get(f"/courses/{SLUG}").json()["lessons"][0]["slug"]
    questions = api.get(f"/courses/{SLUG}/lessons/{lesson}").json()["questions"]
    ids = [q["id"] if isinstance(q, dict) else q for q in questions]
    shown = [api.get(f"/courses/{SLUG}/questions/{i}").json() for i in ids]
    choice = next(q for q in shown if q["kind"] == "choice")
    assert not {"key", "explanation", "correct", "answer", "feedback"} & set(choice)
    assert all(set(option) <= {"id", "html", "text"} for option in choice["options"])

    url = f"/courses/{SLUG}/questions/{choice['id']}/attempts"
    right = course().question_by_id[choice["id"]][1].key(0)
    wrong = next(option["id"] for option in choice["options"] if option["id"] != right)
    for option in (wrong, right):
        key = uuid.uuid4().hex
        first = api.post(url, json={"answer": option, "attempt_key": key}).json()
        again = api.post(url, json={"answer": option, "attempt_key": key}).json()
        same = {"correct", "score", "xp_awarded", "feedback", "explanation"}
        assert {k: first[k] for k in same} == {k: again[k] for k in same}
        assert first["feedback"]
    assert (first["correct"], first["score"], first["xp_awarded"], first["total_xp"]) == (True, 1.0, 20, 20)
    assert api.get("/me").json()["xp"]["total"] == 20
