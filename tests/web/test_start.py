"""What the web process is made of, and the command that starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.db import Database
from app.learning import learners
from tests.content.courses import FOLDER

ROOT = Path(__file__).parents[2]


def python(code: str, tmp_path: Path) -> str:
    environment = {**os.environ, "RECEPTIVE_DATA": str(tmp_path), "RECEPTIVE_LESSONS": str(FOLDER)}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_the_web_process_holds_no_torch(tmp_path: Path) -> None:
    heavy = ["torch", "numpy", "scipy", "torchvision", "pandas", "matplotlib"]
    code = "import sys; from app.main import create_app; create_app(); print(*(n for n in {} if n in sys.modules))"
    assert python(code.format(heavy), tmp_path) == ""


def test_the_command_line_loads_little(tmp_path: Path) -> None:
    code = (
        "import sys; import app.cli; print(*(n for n in ('fastapi', 'sqlalchemy', 'distributed') if n in sys.modules))"
    )
    assert python(code, tmp_path) == ""


@pytest.fixture
def receptive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("RECEPTIVE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RECEPTIVE_LESSONS", str(FOLDER))
    return CliRunner()


def test_users_are_made_promoted_and_given_tokens(receptive: CliRunner, tmp_path: Path) -> None:
    add = ["user", "add", "Ada@example.org", "--name", "Ada", "--password", "a long enough one", "--role", "instructor"]
    made = receptive.invoke(cli, add)
    assert (made.exit_code, made.stdout) == (0, "Ada@example.org is an instructor.\n")
    again = receptive.invoke(cli, add)
    assert again.exit_code == 1
    assert "There is an account with the address" in again.stderr
    token = receptive.invoke(cli, ["user", "token", "ada@example.org"]).stdout.strip()
    promote = ["user", "role", "ada@example.org"]
    assert receptive.invoke(cli, [*promote, "admin"]).exit_code == 0
    named = receptive.invoke(cli, [*promote, "instructor", "--course", "small-course"])
    assert (named.exit_code, named.stdout) == (0, "ada@example.org is instructor in small-course.\n")

    db = Database(f"sqlite:///{tmp_path / 'data' / 'receptive.db'}")
    found = db.read_now(lambda conn: learners.by_token(conn, token))
    db.close()
    assert found is not None
    assert (found.name, found.email, found.role) == ("Ada", "ada@example.org", "admin")
    assert found.password_hash is not None
    assert found.password_hash.startswith("$argon2id$")
    last = receptive.invoke(cli, [*promote, "student"])
    assert last.exit_code == 1
    assert "is the last admin" in last.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "ada", "--name", "A", "--password", "a long enough one"], "looks like"),
        (["add", "a@b.org", "--name", "A", "--password", "short"], "At least 10"),
        (["add", "a@b.org", "--name", "A", "--password", "a long enough one", "--role", "king"], "A role is one of"),
        (["token", "nobody@example.org"], "There is no account"),
        (["role", "nobody@example.org", "student"], "There is no account"),
        (["role", "nobody@example.org", "assistant", "--course", "small-course"], "There is no account"),
        (["role", "nobody@example.org", "assistant", "--course", "no-course"], "There is no course no-course"),
        (["role", "nobody@example.org", "admin", "--course", "small-course"], "In a course, a role is one of"),
    ],
)
def test_what_cannot_be_done_is_said(receptive: CliRunner, arguments: list[str], words: str) -> None:
    result = receptive.invoke(cli, ["user", *arguments])
    assert result.exit_code == 1
    assert words in result.stderr


def test_check_prints_every_problem_and_fails_on_errors(receptive: CliRunner, tmp_path: Path) -> None:
    good = receptive.invoke(cli, ["check", str(FOLDER)])
    assert good.exit_code == 0
    broken = tmp_path / "courses" / "bad"
    broken.mkdir(parents=True)
    (broken / "course.yaml").write_text("title: Bad\nlessons: [nowhere]\n")
    bad = receptive.invoke(cli, ["check", str(broken)])
    assert bad.exit_code == 1
    assert "course.yaml:2:" in bad.stdout
    assert "error C105" in bad.stdout
    assert "error(s)" in bad.stderr


def test_serve_says_where_to_look_and_term_ends_it_in_good_order(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "RECEPTIVE_DATA": str(tmp_path / "new" / "data"), "RECEPTIVE_LESSONS": str(FOLDER)}
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == f"Receptive is at http://127.0.0.1:{port} (Ctrl-C stops it)\n"
        url = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
        page = httpx.get(f"{url}/courses/small-course/lessons/stacks")
        assert page.status_code == 200
        assert "server" not in page.headers
        ready = httpx.get(f"{url}/readyz").json()
        assert set(ready) - {"why"} == {"status", "database", "lab"}
        assert ready["database"] == "ok"
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=20)
    assert code == 0
    deadline = time.monotonic() + 5
    while alive := members(server.pid):
        assert time.monotonic() < deadline, f"left behind: {alive}"
        time.sleep(0.05)


def members(group: int) -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue
        if int(rest.split()[2]) == group and rest.split()[0] != "Z":
            found.append(name)
    return found
