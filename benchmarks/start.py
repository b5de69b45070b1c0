"""From `receptive serve` to the first page and the first lab answer, and what the web process weighs then."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks import Row
from benchmarks.pages import LESSON
from tests.journeys.server import Server


def resident_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no memory")


def once(folder: Path) -> tuple[float, float, float]:
    start = time.perf_counter()
    server = Server(folder).start("/healthz")
    with httpx.Client(base_url=server.url, timeout=60) as client:
        assert client.get(LESSON).status_code == 200
        page = time.perf_counter() - start
        body = {
            "experiment": "receptive-field",
            "network": "cifar_resnet20_a",
            "wait": 30,
            "seed": int(start * 1e6) % 10**6,
        }
        while client.get("/readyz").status_code != 200:
            time.sleep(0.02)
        answer = client.post("/api/v1/runs", json=body)
        assert answer.json()["status"] == "done", answer.text
        lab = time.perf_counter() - start
    memory = resident_megabytes(server.pid)
    server.stop()
    return page, lab, memory


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        once(Path(name))
        rounds = []
        torch = []
        for _ in range(3):
            rounds.append(once(Path(name)))
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", "import torch"], check=True)
            torch.append(time.perf_counter() - begin)
    page, lab, memory = (statistics.median(column) for column in zip(*rounds, strict=True))
    return [
        Row("Start to first lesson page", page, "s", "", None, "at most", 1.5),
        Row("Start to first lab answer that needs torch", lab, "s", "", None, "at most", 5),
        Row(
            "Start to first lab answer that needs torch",
            lab,
            "s",
            "import torch alone",
            statistics.median(torch),
            "at most",
            2.2,
        ),
        Row("Web process after pages and a run", memory, "MB", "", None, "at most", 110),
    ]
