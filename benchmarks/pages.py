"""A cached lesson page against nginx serving the same bytes from a file, and against an ASGI app that does nothing."""

import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

from benchmarks import Row, interleaved, on_core
from tests.journeys.server import Server, free_port

LESSON = "/courses/cnn-architectures/lessons/the-vgg-philosophy"
EMPTY_APP = """
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
"""
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/www; default_type text/html; keepalive_requests 1000000000; }}
}}
"""


def wrk(url: str, *headers: str, connections: int = 32, seconds: float = 3) -> tuple[float, float]:
    """(requests a second, p99 in ms) of a closed loop."""
    wanted = [part for header in headers for part in ("-H", header)]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *wanted, url]
    said = subprocess.run([*on_core(2, 3), *command], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said or "If-None-Match" in str(headers), said
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found
    assert rate
    return float(rate[1]), float(found[1]) * {"us": 1e-3, "ms": 1, "s": 1e3}[found[2]]


def listening(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=1)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"nothing listens at {port}")


def busy_lab(url: str, until: threading.Event) -> None:
    seed = int(time.time()) % 1_000_000
    with httpx.Client(base_url=url, timeout=120) as client:
        while not until.is_set():
            seed += 1
            client.post("/api/v1/runs", json={"experiment": "gradient-flow", "seed": seed, "wait": 60})


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "www").mkdir()
        (folder / "empty.py").write_text(EMPTY_APP)
        server = Server(folder).start()
        empty_port, nginx_port = free_port(), free_port()
        uvicorn = [sys.executable, "-m", "uvicorn", "empty:app", "--port", str(empty_port), "--no-access-log"]
        empty = subprocess.Popen(
            [*on_core(0), *uvicorn, "--loop", "uvloop", "--http", "httptools", "--log-level", "error"], cwd=folder
        )
        try:
            if prefix := on_core(0):
                subprocess.run([*prefix[:1], "-p", *prefix[1:], str(server.pid)], check=True, capture_output=True)
            with httpx.Client(base_url=server.url) as client:
                client.get("/")
                page = client.get(LESSON, headers={"accept-encoding": "br"})
                cookie = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
                # httpx decodes; what travels is what nginx shall serve
                with client.stream("GET", LESSON, headers={"accept-encoding": "br"}) as raw:
                    travelled = b"".join(raw.iter_raw())
            (folder / "www" / "page.html").write_bytes(travelled)
            (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=nginx_port))
            (folder / "www").chmod(0o755)
            folder.chmod(0o755)
            nginx = subprocess.Popen([*on_core(0), "nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)])
            try:
                listening(nginx_port)
                listening(empty_port)
                ours, cond = server.url + LESSON, f"If-None-Match: {page.headers['etag']}"
                asked = (f"Cookie: {cookie}", "Accept-Encoding: br")
                rates = interleaved(
                    3,
                    lambda: wrk(ours, *asked)[0],
                    lambda: wrk(ours, *asked, cond)[0],
                    lambda: wrk(f"http://127.0.0.1:{empty_port}/")[0],
                    lambda: wrk(f"http://127.0.0.1:{nginx_port}/page.html")[0],
                )
                idle = interleaved(3, lambda: wrk(ours, *asked, connections=4)[1])[0]
                stop = threading.Event()
                threads = [threading.Thread(target=busy_lab, args=(server.url, stop)) for _ in range(2)]
                for thread in threads:
                    thread.start()
                time.sleep(1)
                busy = interleaved(3, lambda: wrk(ours, *asked, connections=4)[1])[0]
                stop.set()
                for thread in threads:
                    thread.join()
            finally:
                nginx.terminate()
                nginx.wait()
        finally:
            empty.terminate()
            empty.wait()
            server.stop()
    page_rate, not_modified, empty_rate, nginx_rate = rates
    size = f"{len(page.content) / 1000:.0f} kB HTML, {len(travelled) / 1000:.1f} kB travelling"
    return [
        Row(f"Lesson page, cached, {size}", page_rate, "/s", "nginx, same bytes", nginx_rate, "at least", 0.20),
        Row("Lesson page, cached", page_rate, "/s", "an empty ASGI app", empty_rate, "at least", 0.8),
        Row("Lesson page, 304", not_modified, "/s", "nginx, whole page", nginx_rate, "at least", 0.33),
        Row("Page p99 while the lab is busy", busy, "ms", "the same, lab idle", idle, "at most", 2),
    ]
