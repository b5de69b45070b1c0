"""Two servers on one database, as an operator starts them: a run is followed at either, and outlives its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.server import Server
from tests.journeys.test_lab import slow_run


def told(url: str, run: str) -> Iterator[dict[str, Any]]:
    """What a server says of a run until its end."""
    with httpx.stream("GET", f"{url}/api/v1/runs/{run}/events", timeout=60) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


@pytest.mark.timeout(200)
def test_a_run_outlives_the_server_that_was_asked_for_it(tmp_path: Path) -> None:
    here, there = (Server(tmp_path, RECEPTIVE_LAB_WORKERS="1") for _ in range(2))
    here.start()
    try:
        there.start()
        run = httpx.post(f"{here.url}/api/v1/runs", json=slow_run()).json()["id"]
        followed = told(there.url, run)
        for state in followed:
            if state["status"] == "running" and here.process:
                here.kill()
                break
        states = list(followed)
        assert states[-1]["status"] == "done"
        assert states[-1]["result"]["series"]
        again = httpx.get(f"{there.url}/api/v1/runs/{run}").json()
        assert again["result"] == states[-1]["result"]
        there.stop()
    finally:
        for server in (here, there):
            if server.process and server.process.poll() is None:
                server.kill()
