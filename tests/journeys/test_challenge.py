"""A network designed to a budget: measured, missed with reasons, mended, passed, paid once; with a keyboard alone."""

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.course import lesson_url, quiz
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES

LESSON = lesson_url("design-under-a-budget")
SHOTS = Path(__file__).parent.parent.parent / "screenshots"
RIGHT = "net = nn.Sequential(*[nn.Conv2d(16, 16, 3, padding=1) for _ in range(3)])"


def write(box: Locator, code: str) -> None:
    box.locator(".lab__text").focus()
    box.locator(".cm-content").click()
    box.page.keyboard.press("ControlOrMeta+a")
    box.page.keyboard.press("Delete")
    box.page.keyboard.insert_text(code)


def clean(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]] == []


def test_missed_mended_passed_and_paid_once(page: Page) -> None:
    page.goto(LESSON)
    page.wait_for_load_state("networkidle")
    box = quiz(page, "seven-by-seven-for-less")
    box.get_by_role("button", name="Measure it").click()
    expect(box.locator(".why--not")).to_contain_text("2 of 3 requirements")
    expect(box.locator(".opt--wrong")).to_contain_text("5\u202f560 too much")
    write(box, "net = nn.Sequential(\n    nn.Conv2d(16, 16, 3),\n    nn.Conv2d(8, 16, 3),\n)")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(box.get_by_role("alert")).to_contain_text("Line 3")
    write(box, RIGHT)
    page.keyboard.press("ControlOrMeta+Enter")
    expect(box.locator(".why--ok")).to_contain_text("+20 XP")
    expect(box.locator(".opt--right")).to_have_count(3)
    SHOTS.mkdir(exist_ok=True)
    box.screenshot(path=SHOTS / "challenge-passed.png")
    # it is there after a reload, and its network can be looked at in the lab
    page.reload()
    page.wait_for_load_state("networkidle")
    box = quiz(page, "seven-by-seven-for-less")
    expect(box.locator(".badge--ok")).to_contain_text("+20 XP")
    box.get_by_role("link", name="what it sees").click()
    expect(page).to_have_url(re.compile("/sent/receptive-field"))
    expect(page.locator(".lab__text")).to_have_value(re.compile(r"range\(3\)"))


def test_what_is_trained_shows_how_far_it_is_and_then_its_verdict(page: Page) -> None:
    page.goto(LESSON)
    page.wait_for_load_state("networkidle")
    box = quiz(page, "twenty-deep-and-learning")
    box.locator(".lab__text").focus()
    page.keyboard.press("ControlOrMeta+Enter")
    expect(box.locator("[data-measuring], .why--not").first).to_be_visible()
    expect(box.locator(".why--not")).to_contain_text("2 of 3 requirements", timeout=90_000)
    expect(box.locator("[data-measuring]")).to_have_count(0)
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=SHOTS / f"challenges-{width}.png", full_page=True)
        clean(page)


def test_two_networks_measured_at_once_each_have_their_verdict(page: Page) -> None:
    page.goto(LESSON)
    page.wait_for_load_state("networkidle")
    above, below = quiz(page, "ninety-per-cent-for-a-song"), quiz(page, "fifty-six-without-skips")
    below.get_by_role("button", name="Measure it").click()
    expect(below.locator("[data-measuring]")).to_be_visible()
    deep = "*[nn.Conv2d(8, 8, 3, padding=1) for _ in range(12)]"
    write(above, f"net = nn.Sequential(nn.Conv2d(1, 8, 3), {deep}, nn.Flatten(), nn.Linear(288, 10))")
    above.get_by_role("button", name="Measure it").click()
    expect(above.locator("[data-measuring]")).to_be_visible()
    streams = [box.locator("[data-stream]").get_attribute("data-stream") for box in (above, below)]
    assert streams[0] != streams[1]
    expect(below.locator(".lab__state progress")).to_be_visible(timeout=30_000)
    assert above.locator(".lab__pane").get_attribute("data-stream") in (streams[0], None), "told of the other's run"
    expect(below.locator(".why--not")).to_contain_text("1 of 2 requirements", timeout=110_000)
    expect(above.locator(".why--not")).to_contain_text("1 of 3 requirements", timeout=90_000)


def test_without_scripts_a_network_is_graded_all_the_same(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(LESSON)
    box = quiz(page, "seven-by-seven-for-less")
    box.locator("textarea").fill(RIGHT)
    box.get_by_role("button", name="Measure it").click()
    expect(quiz(page, "seven-by-seven-for-less").locator(".why--ok")).to_be_visible()
    context.close()
