"""The lab without a browser: from source text to a table, and the hop through the engine."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from app.lab import counting, language, receptive_field, zoo
from benchmarks import Row, interleaved
from tests.journeys.server import Server

#: The same network as torch modules, from the same source, counted by torch's own counter.
TORCH = """
import sys, time, torch
from torch.utils.flop_counter import FlopCounterMode
from app.lab import zoo
names = {}
exec(zoo.source("resnet152"), names)  # our own text
seen = []
for _ in range(5):
    start = time.perf_counter()
    with torch.device("meta"):
        exec(zoo.source("resnet152"), names)
        with FlopCounterMode(names["net"], display=False) as counter:
            names["net"](torch.empty(1, 3, 224, 224))
    seen.append(time.perf_counter() - start)
print(sorted(seen)[2] * 1000)
"""


def milliseconds(work: Callable[[], object], times: int = 1) -> float:
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) * 1000 / times


def median_post(client: httpx.Client, times: int, **body: object) -> float:
    return statistics.median(milliseconds(lambda: client.post("/api/v1/runs", json=body)) for _ in range(times))


def measure() -> list[Row]:
    source = zoo.source("resnet152")

    def table() -> None:
        network = language.read(source, (3, 224, 224))
        counting.count(network)
        receptive_field.trace(network)

    def torch_on_meta() -> float:
        return float(subprocess.run([sys.executable, "-c", TORCH], capture_output=True, text=True, check=True).stdout)

    table()
    ours, theirs = interleaved(3, lambda: milliseconds(table, 3), torch_on_meta)

    with tempfile.TemporaryDirectory() as name:
        server = Server(Path(name)).start()
        code = "net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())"
        with httpx.Client(base_url=server.url, timeout=60) as client:
            client.get("/")
            seeds = iter(range(1, 1_000_000))

            def hop() -> float:
                return statistics.median(
                    median_post(client, 1, experiment="parameters", code=code, input="3x8x8", seed=next(seeds), wait=20)
                    for _ in range(60)
                )

            def cached() -> float:
                return median_post(client, 60, experiment="parameters", code=code, input="3x8x8", seed=1, wait=20)

            def empty() -> float:
                return statistics.median(milliseconds(lambda: client.get("/healthz")) for _ in range(60))

            hop()
            through, stored, nothing = interleaved(5, hop, cached, empty)
        server.stop()
    return [
        Row("ResNet-152, source text to table and fields", ours, "ms", "torch, meta device", theirs, "at most", 0.15),
        Row("ResNet-152, source text to table and fields", ours, "ms", "", None, "at most", 10),
        Row(
            "Lab hop: a run through the engine less an empty request", through - nothing, "ms", "", None, "at most", 15
        ),
        Row("Cached result", stored, "ms", "an empty request", nothing, "at most", 1.5),
    ]
