"""A real server with its real workers, started as an operator starts it, on a free port and its own data folder."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent.parent


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def group_members(group: int) -> list[int]:
    """Processes that are alive in a process group."""
    members = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[2]) == group and fields[0] != "Z":
                members.append(int(entry.name))
    return members


def children(pid: int) -> list[int]:
    """All descendants of a process, nearest first."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *children(int(child))]
    return found


class Server:
    """``receptive serve`` in a process group of its own."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data, self.port = data, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "RECEPTIVE_DATA": str(data),
            "RECEPTIVE_ANSWERS_PER_MINUTE": "100000",
            "RECEPTIVE_RUNS_PER_MINUTE": "100000",
            "RECEPTIVE_SHARES_PER_MINUTE": "100000",
            "RECEPTIVE_SEARCHES_PER_MINUTE": "100000",
            "RECEPTIVE_SIGN_INS_PER_MINUTE": "1000",
            **environment,
        }
        self.log = data / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, ready: str = "/readyz", seconds: float = 60) -> "Server":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).parent / "receptive"), "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_for(ready, seconds)
        return self

    def wait_for(self, path: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, f"the server stopped by itself:\n{self.log.read_text()}"
            try:
                if httpx.get(self.url + path, timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{path} was not ready in {seconds} s:\n{self.log.read_text()}")

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """As a power failure of this process would: no goodbye. Waits until its children have noticed."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.no_process_left(15)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(sign)
        code = self.process.wait(timeout=20)
        self.no_process_left(5)
        return code

    def no_process_left(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while left := group_members(self.pid):
            if time.monotonic() > deadline:
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
                raise AssertionError(f"processes were left behind: {left}")
            time.sleep(0.05)
