"""Courses on the command line."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.content import check
from app.studio import archives
from tests.content.courses import FOLDER

run = CliRunner().invoke


@pytest.fixture
def lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "lessons"
    shutil.copytree(FOLDER / "small-course", folder / "small-course")
    monkeypatch.setenv("RECEPTIVE_LESSONS", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_course_goes_out_and_comes_in(lessons: Path) -> None:
    done = run(cli, ["export", "small-course"])
    assert (done.exit_code, done.stdout[:23]) == (0, "Wrote small-course.zip,")
    assert run(cli, ["import-course", "small-course.zip"]).exit_code == 1
    assert run(cli, ["import-course", "small-course.zip", "--as", "Not One"]).exit_code == 1
    assert run(cli, ["import-course", "small-course.zip", "--as", "again"]).exit_code == 0
    first, second = (archives.on_disk(lessons / name) for name in ("small-course", "again"))
    assert first == second
    Path("broken.zip").write_bytes(b"PK")
    assert "no zip archive" in run(cli, ["import-course", "broken.zip"]).stderr


@pytest.mark.parametrize(("format", "begins"), [("gift", b"// "), ("moodle", b"<?xml"), ("qti", b"PK")])
def test_questions_go_out_and_what_stays_is_told(lessons: Path, format: str, begins: bytes) -> None:
    done = run(cli, ["export", str(lessons / "small-course"), "--to", "out", "--format", format])
    assert done.exit_code == 0
    assert Path("out").read_bytes().startswith(begins)
    assert "no other system can" in done.stderr
    assert run(cli, ["export", "nowhere"]).exit_code == 1
    assert run(cli, ["export", "small-course", "--format", "scorm"]).exit_code == 1


def test_a_new_course_has_nothing_wrong(lessons: Path) -> None:
    done = run(cli, ["new", "vision-networks", "--title", "Vision networks"])
    assert done.exit_code == 0
    assert [one for one in check(lessons / "vision-networks") if one.severity == "error"] == []
    assert "title: Vision networks" in (lessons / "vision-networks" / "course.yaml").read_text().replace('"', "")
    assert run(cli, ["new", "vision-networks"]).exit_code == 1
    assert run(cli, ["new", "Vision Networks"]).exit_code == 1


def test_a_bank_is_printed_as_markdown_with_what_was_lost(lessons: Path) -> None:
    Path("bank.gift").write_text("::Odd::Which is odd? {=3#Yes. ~4}\n\n::Why::Say why. {}\n")
    lesson = lessons / "small-course" / "stacks.md"
    done = run(cli, ["import", "bank.gift", "--lesson", str(lesson), "--skill", "stacking"])
    assert done.exit_code == 0
    assert done.stdout.startswith("% bank.gift:3: Why: left out: It is answered by an essay")
    assert ":kind: choice\n:skill: stacking\n\nWhich is odd?\n\n- [x] 3\n  > Yes.\n- [ ] 4\n:::" in done.stdout
    lesson.write_text(lesson.read_text() + done.stdout)
    assert not [one for one in check(lessons) if one.severity == "error"]
    assert run(cli, ["import", "bank.gift", "--lesson", str(lesson)]).exit_code == 1, "all of it is there"
    assert run(cli, ["import", "nothing.gift"]).exit_code == 1
