"""Publishing by processes of their own: killed in the middle, and several at once."""

import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from app.db import Database
from app.studio import publications, publishing
from tests.studio.desk import COURSE, FILES, Desk, lay_out


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, lay_out(tmp_path / "lessons"))


def edited(file: str, by: str) -> str:
    return FILES[file].replace("A first", f"By {by}, a first")


def publisher(url: str, desk: Desk, who: str, key: str, *stop: str) -> "subprocess.Popen[str]":
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.studio.publisher", url, str(desk.folder), who, key, *stop],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert said(started) == "ready"
    return started


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.parametrize("stop", ["0", "1"])
def test_what_a_killed_process_kept_is_written_at_the_next_start(desk: Desk, database_url: str, stop: str) -> None:
    ada, key = desk.instructor(), uuid.uuid4().hex
    for file in ("first.md", "second.md"):
        desk.write(ada, file, edited(file, "Ada"))
    killed = publisher(database_url, desk, ada, key, stop)
    go(killed)
    assert said(killed) == "waiting"
    killed.kill()
    killed.wait(10)
    assert [one.state for one in desk.db.read_now(publications.unfinished)] == ["planned"]
    assert desk.disk("second.md") == FILES["second.md"]
    assert set(desk.open(ada)) == {"first.md", "second.md"}

    publishing.resume(desk.db, desk.library, 5.0)
    for file in ("first.md", "second.md"):
        assert desk.disk(file) == edited(file, "Ada")
        assert [one.number for one in desk.history(file)] == [1, 2]
    assert not desk.open(ada)
    # the browser that got no answer asks once more
    assert desk.publish(ada, key=key).number == 1
    assert sorted(path.name for path in desk.path("").iterdir()) == sorted(FILES)


def test_of_two_processes_at_once_one_publishes_a_file(desk: Desk, database_url: str) -> None:
    people = {name: desk.instructor(name) for name in ("Ada", "Bob", "Eve")}
    for name, who in people.items():
        desk.write(who, "first.md", edited("first.md", name))
    running = {name: publisher(database_url, desk, who, uuid.uuid4().hex) for name, who in people.items()}
    for process in running.values():
        go(process)
    ended = {name: said(process) for name, process in running.items()}
    for process in running.values():
        process.wait(30)
    assert sorted(ended.values()) == ["done", "refused", "refused"]
    winner = next(name for name, state in ended.items() if state == "done")
    assert desk.disk("first.md") == edited("first.md", winner)
    assert [one.name for one in desk.history("first.md")] == ["", winner]
    for name, who in people.items():
        held = desk.open(who)
        assert (name == winner) == (not held)
        assert name == winner or held["first.md"].text == edited("first.md", name)
    assert desk.db.read_now(lambda conn: publications.count(conn, COURSE)) == 1
