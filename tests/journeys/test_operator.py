"""What an operator and an instructor rely on: starts and stops, files that change, a web process without torch."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.course import ROOT, SLUG, lesson_url
from tests.journeys.server import Server

VGG = "the-vgg-philosophy"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_no_process_and_a_second_start_finds_everything(tmp_path: Path, sign: signal.Signals) -> None:
    server = Server(tmp_path).start()
    secret = (tmp_path / "secret").read_text()
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert server.stop(sign) == 0
    server.start("/healthz")
    assert (tmp_path / "secret").read_text() == secret
    assert server.stop(sign) == 0


def test_the_web_process_holds_no_torch_and_pages_work_before_the_lab_does(server: Server) -> None:
    assert httpx.get(server.url + lesson_url(VGG)).status_code == 200
    assert "libtorch" not in Path(f"/proc/{server.pid}/maps").read_text()


def test_every_answer_carries_the_policy_and_pages_name_no_other_host(server: Server) -> None:
    for path in (
        "/",
        lesson_url(VGG),
        "/no/such/page",
        "/api/v1/courses",
        "/api/v1/none",
        "/static/app.css",
        "/healthz",
    ):
        answer = httpx.get(server.url + path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy


def test_an_edit_shows_at_once_and_a_broken_one_is_shown_to_instructors_alone(tmp_path: Path, browser: Browser) -> None:
    lessons = tmp_path / "lessons"
    shutil.copytree(ROOT / "lessons", lessons)
    server = Server(tmp_path, RECEPTIVE_LESSONS=str(lessons)).start("/healthz")
    file = lessons / SLUG / f"{VGG}.md"
    before = file.read_text()

    def shown(words: str) -> bool:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            if words in httpx.get(server.url + lesson_url(VGG)).text:
                return True
            time.sleep(0.2)
        return False

    file.write_text(before.replace("## What a stack can see", "## What a stack of them can see"))
    assert shown("What a stack of them can see")
    broken = before.replace("## What a stack can see", "## Nobody sees this").replace(
        ":kind: choice", ":kind: chioce", 1
    )
    file.write_text(broken)
    time.sleep(1.2)
    assert not shown("Nobody sees this")
    assert shown("What a stack of them can see")

    receptive = str(Path(sys.executable).parent / "receptive")
    account = ["teacher@example.org", "--name", "T", "--role", "instructor", "--password", "chalk and blackboard"]
    command = [receptive, "user", "add", *account]
    made = subprocess.run(command, env=server.environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert httpx.get(server.url + "/studio/problems").status_code == 404
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email").fill("teacher@example.org")
    page.get_by_label("Password").fill("chalk and blackboard")
    page.locator("main button[type=submit]").click()
    page.goto("/studio/problems")
    expect(page.locator("main")).to_contain_text(f"{VGG}.md:")
    expect(page.locator("main")).to_contain_text("chioce")
    context.close()
    server.stop()


def test_check_says_where_and_exits_with_1(tmp_path: Path) -> None:
    lessons = tmp_path / "lessons"
    shutil.copytree(ROOT / "lessons", lessons)
    receptive = str(Path(sys.executable).parent / "receptive")
    assert subprocess.run([receptive, "check", str(lessons)], capture_output=True, check=False).returncode == 0
    file = lessons / SLUG / f"{VGG}.md"
    file.write_text(file.read_text().replace(":kind: choice", ":kind: chioce", 1) + "\n<script>alert(1)</script>\n")
    said = subprocess.run([receptive, "check", str(lessons)], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    problems = [line for line in said.stdout.splitlines() if f"{VGG}.md:" in line]
    assert len(problems) >= 2
    assert all(": error " in line for line in problems)
    assert "choice" in problems[0]
