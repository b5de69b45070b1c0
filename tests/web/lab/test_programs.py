"""A run as a program to take away: its two addresses, and where they are named."""

import ast

import nbformat
from starlette.testclient import TestClient

from app.lab.catalogue import spec
from tests.web.results import STACK


def begun(client: TestClient, **asked: object) -> str:
    body = {"experiment": "parameters", "code": STACK, "input": "3x32x32", "wait": 60, **asked}
    done = client.post("/api/v1/runs", json=body, headers={"sec-fetch-site": "same-origin"}).json()
    assert done["status"] == "done", done
    return str(done["id"])


def test_a_run_is_a_file_and_a_notebook(client: TestClient) -> None:
    run = begun(client)
    page = client.get(f"/runs/{run}").text
    for kind, type in (("py", "text/x-python; charset=utf-8"), ("ipynb", "application/x-ipynb+json")):
        assert f'href="/runs/{run}/network.{kind}"' in page
        answer = client.get(f"/runs/{run}/network.{kind}")
        assert answer.headers["content-type"] == type
        assert f'filename="network_{run[:6]}.{kind}"' in answer.headers["content-disposition"]
        assert answer.headers["cache-control"] == "private, no-cache"
    text = client.get(f"/runs/{run}/network.py").text
    ast.parse(text)
    assert STACK in text
    assert run in text
    nbformat.validate(nbformat.reads(client.get(f"/runs/{run}/network.ipynb").text, as_version=4))


def test_the_lab_by_itself_names_them(client: TestClient) -> None:
    run = begun(client, network="cifar_resnet20_a", code=None, input=None)
    page = client.get(f"/lab/parameters?from={run}").text
    assert f'href="/runs/{run}/network.py"' in page
    assert f'href="/runs/{run}/network.ipynb"' in page


def test_without_a_result_there_is_no_program(client: TestClient) -> None:
    body = {"experiment": "parameters", "code": "net = nothing\n", "input": "3x8x8", "wait": 30}
    assert client.post("/api/v1/runs", json=body).status_code == 422
    failed = spec("parameters", code="net = nothing\n", input="3x8x8").id
    for kind in ("py", "ipynb"):
        assert client.get(f"/runs/{failed}/network.{kind}").status_code == 404
    assert "network.py" not in client.get(f"/runs/{failed}").text


def test_what_no_program_can_repeat_is_said(client: TestClient) -> None:
    code = "class Net(nn.Module):\n    def forward(self, x):\n        return x + torch.randn(3, 8, 8)\n"
    run = begun(client, experiment="trace", code=code, input="3x8x8")
    answer = client.get(f"/runs/{run}/network.py")
    assert answer.status_code == 404
    assert "constants drawn by chance" in answer.text
