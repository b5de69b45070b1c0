"""Weights that an operator puts on disk while the site runs: offered, used by a real worker, and shown."""

import re

import torch
from starlette.testclient import TestClient

from app.lab import pictures, zoo
from tests.lab.oracle import made

ASKED = {"experiment": "feature-maps", "options": {"weights": "resnet18", "digit": 5, "without": 2}, "wait": 60}


def test_a_file_that_comes_later_is_used_and_offered(client: TestClient) -> None:
    folder = client.app.state.settings.weights  # type: ignore[attr-defined]
    missing = client.post("/api/v1/runs", json=ASKED)
    assert missing.status_code == 422
    assert missing.json()["detail"] == "there is no file of weights for resnet18 here"
    assert "resnet18-….pth, into the folder RECEPTIVE_WEIGHTS" in missing.json()["mend"]
    assert "weights" not in client.get("/lab/feature-maps").text

    folder.mkdir()
    torch.save(made(zoo.source("resnet18"), "cpu").state_dict(), folder / "resnet18-0a1b2c3d.pth")
    run = client.post("/api/v1/runs", json=ASKED).json()
    assert run["status"] == "done", "a missing file is not remembered"
    assert [layer["shape"][0] for layer in run["result"]["layers"]] == [64, 64, 128, 256, 512]
    page = client.get(f"/runs/{run['id']}").text
    assert "resnet18-0a1b2c3d.pth" in page
    assert "64 kernels of 7×7 weights for red, green and blue" in page
    assert "Without block 2" in page
    there = re.findall(r'\bid="([^"]+)"', page)
    assert len(there) == len(set(there))
    assert client.get(f"/runs/{run['id']}/figure.svg").status_code == 200
    assert "class" in client.get(f"/runs/{run['id']}/result.csv").text
    lab = client.get("/lab/feature-maps", params={"from": run["id"]}).text
    assert re.search(r'name="feature-maps.weights"\s+value="resnet18" checked', lab)
    assert "data-photo" in lab

    photo = pictures.packed(bytes(112 * 112 * 3))
    form = {"experiment": "feature-maps", "feature-maps.weights": "resnet18", "feature-maps.photo": photo}
    assert client.post("/lab/feature-maps/runs", data=form).status_code == 200
