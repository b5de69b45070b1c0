"""The lab's pane through its states, with the real worker behind it, and what happens when that worker is killed."""

import os
import random
import re
import signal
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.course import SLUG, lesson_url
from tests.journeys.server import Server, children

ENDED = re.compile(r"\bis-(done|cached|failed|cancelled)\b")


def lab(page: Page, name: str) -> Locator:
    box = page.locator(f"[data-lab='{SLUG}/{name}']")
    page.wait_for_load_state("networkidle")
    box.scroll_into_view_if_needed()
    return box


def write(box: Locator, code: str) -> None:
    """Type code as a student does, in the editor that opens on focus."""
    box.locator(".lab__text").focus()
    editor = box.locator(".cm-content")
    editor.click()
    box.page.keyboard.press("ControlOrMeta+a")
    box.page.keyboard.press("Delete")
    box.page.keyboard.insert_text(code)


def slow_run() -> dict[str, object]:
    """A body for the API that keeps a worker busy for some seconds, and that nobody has asked for before."""
    options = {"depths": [110, 152], "skip": ["off", "on"], "width": 16, "steps": 10, "batch_norm": True, "init": "he"}
    return {"experiment": "gradient-flow", "options": options, "seed": random.randrange(2**30)}


def test_edit_run_fail_go_to_the_line_and_mend(page: Page) -> None:
    page.goto(lesson_url("the-vgg-philosophy"))
    box = lab(page, "three-by-three")
    write(box, "net = nn.Sequential(\n    nn.Conv2d(3, 64, 3),\n    nn.Conv2d(32, 64, 3),\n)")
    page.keyboard.press("ControlOrMeta+Enter")
    pane = box.locator(".lab__pane")
    expect(pane).to_have_class(re.compile("is-failed"))
    expect(pane).to_contain_text("64")
    box.locator("[data-go='3']").click()
    expect(box.locator(".cm-content")).to_be_focused()
    write(box, "net = nn.Sequential(\n    nn.Conv2d(3, 64, 5),\n    nn.Conv2d(64, 64, 5),\n)")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(pane).to_have_class(re.compile(r"is-(done|cached)"))
    expect(box.locator(".lab__foot")).to_contain_text("9×9")
    # the edit is there after a reload, and Reset brings the lesson's own back
    page.reload()
    box = lab(page, "three-by-three")
    expect(box.locator(".lab__text")).to_have_value(re.compile(r"nn\.Conv2d\(3, 64, 5\)"))
    box.locator("[data-reset]").click()
    expect(box.locator(".lab__text")).to_have_value(re.compile(r"nn\.Conv2d\(3, 64, 3, padding=1\)"))


def test_what_a_student_writes_is_shown_and_never_run(page: Page) -> None:
    page.goto(lesson_url("the-vgg-philosophy"))
    box = lab(page, "three-by-three")
    write(box, "print('<img src=x onerror=alert(1)>')\nnet = nn.Conv2d(3, 8, 3)\n")
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.keyboard.press("ControlOrMeta+Enter")
    expect(box.locator(".lab__pane")).to_have_class(ENDED)
    expect(box).to_contain_text("<img src=x onerror=alert(1)>")
    write(box, "import os\nos.system('true')\nnet = nn.Conv2d(3, 8, 3)")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(box.locator(".lab__pane")).to_have_class(re.compile("is-failed"))


def test_a_run_streams_and_its_numbers_point_at_lines(page: Page) -> None:
    page.goto(lesson_url("skip-connections"))
    box = lab(page, "skip-gradients")
    box.locator("input[name=seed]").fill(str(random.randrange(2**30)))
    box.locator("[data-run]").click()
    expect(box.locator(".lab__pane")).to_have_class(re.compile("is-done"), timeout=60_000)
    expect(box.locator("svg").first).to_be_visible()
    box.get_by_text("Show as table").first.click()
    expect(box.locator("table").first).to_be_visible()
    box.locator(".reads a.trace[data-line]").first.hover()
    expect(box.locator(".ln.is-lit")).not_to_have_count(0)
    # the same again is served from the cache, and says so
    box.locator("[data-run]").click()
    expect(box.locator(".lab__pane")).to_have_class(re.compile("is-cached"))
    expect(box.locator(".badge").first).to_contain_text("cached")


def test_a_run_can_be_stopped(page: Page) -> None:
    page.goto(lesson_url("skip-connections"))
    box = lab(page, "skip-gradients")
    box.locator("input[name=seed]").fill(str(random.randrange(2**30)))
    box.locator("label", has_text=re.compile(r"^\s*152\s*$")).first.click()
    box.get_by_text("More settings").first.click()
    box.locator("input[name$=steps]").first.fill("20")
    box.locator("[data-run]").click()
    box.get_by_role("button", name=re.compile("Stop|Leave the queue")).click()
    expect(box.locator(".lab__pane")).to_have_class(re.compile("is-cancelled"))


def test_leaving_a_run_stops_it_for_oneself_alone(server: Server) -> None:
    body = slow_run()
    with httpx.Client(base_url=server.url, timeout=90) as one, httpx.Client(base_url=server.url, timeout=90) as other:
        for client in (one, other):
            client.get("/")
        run = one.post("/api/v1/runs", json=body).json()["id"]
        assert other.post("/api/v1/runs", json=body).json()["id"] == run
        left = one.delete(f"/api/v1/runs/{run}", headers={"Origin": server.url})
        assert left.status_code == 200, left.text
        assert other.post("/api/v1/runs", json={**body, "wait": 60}).json()["status"] == "done"


@pytest.mark.timeout(200)
def test_a_killed_worker_comes_back_and_the_run_is_tried_again(tmp_path: Path) -> None:
    server = Server(tmp_path, RECEPTIVE_LAB_WORKERS="1").start()
    with httpx.Client(base_url=server.url, timeout=120) as client:
        client.get("/")
        client.post("/api/v1/runs", json={"experiment": "parameters", "network": "vgg11", "wait": 30})
        run = client.post("/api/v1/runs", json=slow_run()).json()["id"]
        deadline = time.monotonic() + 30
        while client.get(f"/api/v1/runs/{run}").json()["status"] != "running":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        # the worker is the process that has torch in it
        busy = [pid for pid in children(server.pid) if "libtorch" in Path(f"/proc/{pid}/maps").read_text()]
        assert busy
        os.kill(busy[0], signal.SIGKILL)
        states = []
        deadline = time.monotonic() + 90
        while (found := client.get(f"/api/v1/runs/{run}").json())["status"] != "done":
            states.append(str(found))
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        assert any("trying again" in state for state in states)
        assert found["result"]["series"]
        assert client.get("/healthz").status_code == 200
    server.stop()
