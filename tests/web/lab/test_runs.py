import re
from typing import Any

from starlette.testclient import TestClient

from tests.web.results import STACK

SCRIPT = {"HX-Request": "true"}


def begin(client: TestClient, **more: Any) -> dict[str, Any]:
    body = {"experiment": "parameters", "code": STACK, "input": "3x32x32", "wait": 30, **more}
    found: dict[str, Any] = client.post("/api/v1/runs", json=body).json()
    return found


def test_a_run_has_a_page_with_its_code_and_its_result(client: TestClient) -> None:
    run = begin(client)
    page = client.get(f"/runs/{run['id']}").text
    assert run["id"] in page
    assert "75\u202f648" in page
    assert 'id="run-L3"' in page
    assert 'href="#run-L3"' in page
    assert "http-equiv" not in page


def test_a_run_of_a_named_network_has_no_line_chips(client: TestClient) -> None:
    page = client.get(f"/runs/{begin(client, network='vgg16', code=None, input=None)['id']}").text
    assert "138\u202f357\u202f544" in page
    assert 'class="trace"' not in page


def test_a_run_that_nobody_asked_for(client: TestClient) -> None:
    assert client.get(f"/runs/{'0' * 32}").status_code == 404
    assert client.get("/runs/nonsense").status_code in (404, 422)


def test_the_stream_of_a_run_that_has_ended_is_its_end(client: TestClient) -> None:
    run = begin(client)
    answer = client.get(f"/runs/{run['id']}/stream", params={"lab": "sample/count"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert re.findall(r"^event: (\w+)$", answer.text, re.MULTILINE) == ["end"]
    assert 'id="lab-count-pane"' in answer.text
    assert "data-ended=" in answer.text


def test_the_stream_for_a_lab_that_is_not_there(client: TestClient) -> None:
    answer = client.get(f"/runs/{begin(client)['id']}/stream", params={"lab": "sample/none"})
    assert answer.status_code == 404


def test_it_can_be_run_fresh(client: TestClient) -> None:
    run = begin(client)
    answer = client.post(f"/runs/{run['id']}/fresh", params={"lab": "sample/count"}, headers=SCRIPT)
    assert "Done," in answer.text
    assert 'id="lab-count-pane"' in answer.text
    plain = client.post(f"/runs/{run['id']}/fresh", follow_redirects=False)
    assert (plain.status_code, plain.headers["location"]) == (303, f"/runs/{run['id']}?last={run['id']}")


def test_cancelling_what_has_ended_changes_nothing(client: TestClient) -> None:
    run = begin(client)
    answer = client.post(f"/runs/{run['id']}/cancel", headers=SCRIPT)
    assert "Same inputs as run" in answer.text or "Done," in answer.text


def test_another_site_cannot_stop_a_run(client: TestClient) -> None:
    run = begin(client)
    answer = client.post(f"/runs/{run['id']}/cancel", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
