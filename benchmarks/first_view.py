"""A first visit with an empty cache: bytes, requests, and the first paint on a slow phone.

Slow phone: Chromium's throttling at 4 × CPU, 1.6 Mbit/s down, 150 ms round trip.
"""

import os
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks import Row
from benchmarks.pages import LESSON
from tests.journeys.server import Server

SLOW = {"offline": False, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8, "latency": 150}
PAINT = """() => new Promise(done => new PerformanceObserver(list => {
  for (const entry of list.getEntriesByName('first-contentful-paint')) done(entry.startTime)
}).observe({type: 'paint', buffered: true}))"""


def visit(browser: Browser, url: str, slow: bool) -> tuple[int, float, float]:
    """(requests, kB received, first contentful paint in s) up to a second after the page has loaded."""
    context = browser.new_context(viewport={"width": 360, "height": 740} if slow else {"width": 1440, "height": 900})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    received: list[float] = []
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    if slow:
        wire.send("Network.emulateNetworkConditions", SLOW)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url, wait_until="networkidle")
    paint: float = page.evaluate(PAINT)
    context.close()
    return len(received), sum(received) / 1000, paint / 1000


def measure() -> list[Row]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        server = Server(Path(name)).start()
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        visit(browser, server.url + LESSON, slow=False)
        requests, size, _ = visit(browser, server.url + LESSON, slow=False)
        paints = [visit(browser, server.url + LESSON, slow=True)[2] for _ in range(5)]
        browser.close()
        server.stop()
    return [
        Row("First view of a lesson: received", size, "kB", "", None, "at most", 60),
        Row("First view of a lesson: requests", requests, "", "", None, "at most", 10),
        Row("First contentful paint on a slow phone", statistics.median(paints), "s", "", None, "at most", 0.8),
    ]
