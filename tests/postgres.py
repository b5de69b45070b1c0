"""A PostgreSQL server for the tests: its own folder, a socket of its own, gone with the process that started it."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg

from app.db import Database

USER = "receptive"


class NoServer(Exception):
    """Why there is no PostgreSQL here, in words."""


def binaries() -> Path:
    """The newest installed server's programs. Raises NoServer."""
    there = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = there[-1] if there else shutil.which("initdb")
    if found is None:
        raise NoServer("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    return Path(found).parent


def account() -> str | None:
    """Whom to run it as: PostgreSQL refuses root. Raises NoServer."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NoServer("PostgreSQL does not run as root, and there is no user postgres or nobody")


class Server:
    """A running server; ``fresh`` gives a database with the newest tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._template: str | None = None

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """A new database's URL."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(f"host={self.folder} user={USER} dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return self.url(name)

    def fresh(self) -> str:
        if self._template is None:
            url = self.create()
            database = Database(url)
            database.upgrade()
            database.close()
            self._template = url.split("/")[3].split("?")[0]
        return self.create(self._template)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG: no server outlives killed tests


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Start a server and stop it after use. Raises NoServer where that cannot be."""
    bin, user = binaries(), account()
    folder = Path(tempfile.mkdtemp(prefix="receptive-pg-"))  # short: a socket's path has 107 bytes at most
    process: subprocess.Popen[bytes] | None = None
    try:
        if user is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        made = subprocess.run(
            [bin / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            user=user, capture_output=True, text=True, cwd=folder, check=False,
        )  # fmt: skip
        if made.returncode:
            raise NoServer(f"initdb failed: {made.stderr.strip()}")
        options = ["listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", "max_connections=200"]
        process = subprocess.Popen(
            [bin / "postgres", "-D", data, *(part for option in options for part in ("-c", option))],
            user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, preexec_fn=_end_with_parent,
        )  # fmt: skip
        _wait(folder, process)
        yield Server(folder)
    finally:
        if process is not None:
            process.send_signal(signal.SIGQUIT)
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            psycopg.connect(f"host={folder} user={USER} dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise NoServer("the PostgreSQL server did not start")
