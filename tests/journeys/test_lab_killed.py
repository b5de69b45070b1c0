"""``kill -9`` of the worker in each experiment that takes long enough to be met in the middle."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.lab.catalogue import EXPERIMENTS
from tests.journeys.server import Server, children

TRAINED = "net = nn.Sequential(nn.Conv2d(1, 16, 3), *[nn.Conv2d(16, 16, 3, padding=1) for _ in range(8)], " \
          "nn.Flatten(), nn.LazyLinear(10))"  # fmt: skip
#: Of each, a run of some seconds.
LONG: dict[str, dict[str, Any]] = {
    "receptive-field": {"network": "vgg16"},
    "gradient-flow": {"options": {"depths": [110, 152], "width": 16, "steps": 5}},
    "degradation": {"options": {"depths": [20], "skip": ["on"]}},
    "landscape": {"options": {"depth": 8, "skip": ["on"]}},
    "lesion": {"options": {"depth": 20, "skip": ["on"]}},
    "feature-maps": {"options": {"depth": 20, "steps": 150}},
    "measures": {"code": TRAINED, "input": "1x8x8", "options": {"measure": ["accuracy"], "steps": 200}},
    "trace": {"network": "vgg19"},
}


def test_all_others_are_over_at_once() -> None:
    assert {kind.name for kind in EXPERIMENTS.values() if kind.name not in LONG} == {"parameters"}


@pytest.fixture(scope="module")
def one_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("killed"), RECEPTIVE_LAB_WORKERS="1").start()
    yield server
    server.stop()


@pytest.mark.parametrize("experiment", LONG)
def test_it_is_tried_again_and_ends_well(one_worker: Server, experiment: str) -> None:
    with httpx.Client(base_url=one_worker.url, timeout=120) as client:
        client.get("/")
        # A run of a moment, so that the worker is there and has torch.
        ready = {"experiment": "trace", "code": "net = nn.ReLU()", "input": "1x4x4", "wait": 60}
        client.post("/api/v1/runs", json={**ready, "seed": random.randrange(2**30)})
        asked = {"experiment": experiment, "seed": random.randrange(2**30), **LONG[experiment]}
        run = client.post("/api/v1/runs", json=asked).json()["id"]
        deadline = time.monotonic() + 60
        while client.get(f"/api/v1/runs/{run}").json()["status"] != "running":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        # The one for long runs and the one for short ones.
        for pid in children(one_worker.pid):
            if "libtorch" in Path(f"/proc/{pid}/maps").read_text():
                os.kill(pid, signal.SIGKILL)
        found = client.get(f"/api/v1/runs/{run}").json()
        while found["status"] != "done":
            assert time.monotonic() < deadline + 60, found
            assert found["status"] in ("queued", "running"), found
            time.sleep(0.05)
            found = client.get(f"/api/v1/runs/{run}").json()
        assert found["tries"] == 2
        assert found["result"]
        assert client.get("/healthz").status_code == 200
