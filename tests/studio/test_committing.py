"""What is published is committed: these files alone, by the instructor; and what git refuses undoes nothing."""

import subprocess
from pathlib import Path

import pytest

from app.db import Database
from app.studio import publications, publishing
from tests.studio.desk import COURSE, FILES, Desk, lay_out


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose lessons are committed, and which nobody has told its own name."""
    for name in ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    lay_out(tmp_path / "lessons")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=Operator", "-c", "user.email=op@example.org", "commit", "-qm", "Begin")
    return tmp_path


@pytest.fixture
def desk(sqlite_url: str, repository: Path) -> Desk:
    return Desk(Database(sqlite_url), repository / "lessons", git=True)


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def edited(file: str) -> str:
    return FILES[file].replace("A first", "A changed")


def test_a_commit_has_the_instructor_as_author_and_these_files_alone(desk: Desk, repository: Path) -> None:
    ada = desk.instructor("Ada <Lovelace>", "ada@example.org")
    desk.path("second.md").write_text("somebody’s work in hand")
    (repository / "other.txt").write_text("staged by hand")
    git(repository, "add", "other.txt")
    picture, stray = desk.path("media") / "block-1a2b3c4d.png", desk.path("media") / "stray-00000000.png"
    picture.parent.mkdir()
    picture.write_bytes(b"\x89PNG")
    stray.write_bytes(b"\x89PNG")
    desk.write(ada, "first.md", edited("first.md") + "\nSee media/block-1a2b3c4d.png.\n")
    desk.write(ada, "glossary.md", "## Window\n\nWhat is seen.\n")
    made = desk.publish(ada, note="Clearer,\nand shorter")
    assert made.git_commit == git(repository, "rev-parse", "HEAD")
    assert git(repository, "log", "-1", "--format=%an <%ae> / %cn") == "Ada Lovelace <ada@example.org> / Receptive"
    assert git(repository, "log", "-1", "--format=%s%n%(trailers:key=Receptive-Publication,valueonly)").split("\n") == [
        "Clearer, and shorter", made.id
    ]  # fmt: skip
    changed = git(repository, "show", "--name-only", "--format=", "HEAD").split()
    assert changed == [f"lessons/{COURSE}/{name}" for name in ("first.md", "glossary.md", "media/block-1a2b3c4d.png")]
    assert git(repository, "diff", "--cached", "--name-only") == "other.txt"
    assert desk.path("second.md").read_text() == "somebody’s work in hand"


def test_a_deletion_is_committed(desk: Desk, repository: Path) -> None:
    ada = desk.instructor()
    desk.write(ada, "glossary.md", "## Window\n\nWhat is seen.\n")
    desk.publish(ada)
    desk.write(ada, "glossary.md", None)
    made = desk.publish(ada)
    assert made.trouble == ""
    assert git(repository, "show", "--name-status", "--format=", "HEAD") == f"D\tlessons/{COURSE}/glossary.md"
    assert git(repository, "status", "--porcelain", "lessons") == ""


def test_what_was_committed_before_a_crash_is_not_committed_again(
    desk: Desk, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    with monkeypatch.context() as patched:
        patched.setattr(publications, "done", lambda *_: False)
        made = desk.publish(ada)
    assert (made.state, made.git_commit) == ("written", None)
    head = git(repository, "rev-parse", "HEAD")
    publishing.resume(desk.db, desk.library, 9.0, git=True)
    assert git(repository, "rev-parse", "HEAD") == head
    again = desk.publish(ada, "first.md", key=made.id)
    assert (again.state, again.git_commit) == ("done", head)


def test_a_hook_that_refuses_is_said_and_undoes_nothing(desk: Desk, repository: Path) -> None:
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\necho 'not on a Saturday' >&2\nexit 1\n")
    hook.chmod(0o755)
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    made = desk.publish(ada)
    assert (made.state, made.git_commit, made.trouble) == ("done", None, "not on a Saturday")
    assert desk.disk("first.md") == edited("first.md")


def test_a_folder_that_is_no_repository_is_said(sqlite_url: str, tmp_path: Path) -> None:
    desk = Desk(Database(sqlite_url), lay_out(tmp_path / "lessons"), git=True)
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    made = desk.publish(ada)
    assert made.state == "done"
    assert "not a git repository" in made.trouble


def test_a_name_that_git_would_not_take(desk: Desk, repository: Path) -> None:
    ada = desk.instructor("<>", "x@example.org")
    desk.write(ada, "first.md", edited("first.md"))
    assert desk.publish(ada).git_commit
    assert git(repository, "log", "-1", "--format=%an") == "Receptive"


def test_the_first_commit_of_a_repository(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    desk = Desk(Database(sqlite_url), lay_out(tmp_path / "lessons"), git=True)
    git(tmp_path, "init", "-q")
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    made = desk.publish(ada, note="--amend")
    assert (made.trouble, git(tmp_path, "ls-files")) == ("", f"lessons/{COURSE}/first.md")


def test_git_that_is_not_there_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = desk.instructor()
    desk.write(ada, "first.md", edited("first.md"))
    monkeypatch.setenv("PATH", "/nowhere")
    made = desk.publish(ada)
    assert "could not be started" in made.trouble
