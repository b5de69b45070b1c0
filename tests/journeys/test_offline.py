"""Without network: reading what was visited, answering once, and nothing left for the next person."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.course import SLUG, answer_right, course, lesson_url, quiz
from tests.journeys.line import Line
from tests.journeys.server import Server

VGG = "the-vgg-philosophy"
FIRST, SECOND = "two-stacked-3x3", "match-a-large-kernel"


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    made = Line(server.port)
    yield made
    made.turn("down")


@pytest.fixture
def visitor(browser: Browser, line: Line) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=line.url, viewport={"width": 1440, "height": 900})
    made.set_default_timeout(30_000)
    yield made
    made.close()


def kept(page: Page, path: str) -> None:
    """Wait until the worker has ``path``."""
    page.evaluate(
        """async (path) => {
          await navigator.serviceWorker.ready;
          while (!(await caches.match(path, { ignoreVary: true }))) await new Promise((done) => setTimeout(done, 50));
        }""",
        path,
    )


def visit(context: BrowserContext, *paths: str) -> Page:
    """Open pages and have them kept, as one who reads on for a while."""
    page = context.new_page()
    for path in paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        kept(page, path)
    if any("/lessons/" in path for path in paths):
        kept(page, next(path for path in paths if "/lessons/" in path) + "/mine")
    return page


def answer(page: Page, name: str) -> None:
    answer_right(course().question_by_id[name][1], quiz(page, name))


def me(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.request.get("/api/v1/me").json()
    return found


def tries(page: Page) -> list[str]:
    return sorted(attempt["question"] for attempt in me(page)["attempts"])


def test_read_answer_close_and_come_back(visitor: BrowserContext, line: Line) -> None:
    page = visit(visitor, lesson_url(VGG), f"/courses/{SLUG}", f"/courses/{SLUG}/glossary", "/help")
    line.turn("down")

    # everything visited can be read, and says that it is not of now
    for path in (f"/courses/{SLUG}", f"/courses/{SLUG}/glossary", "/help", lesson_url(VGG)):
        page.goto(path)
        expect(page.locator(".bar").first).to_contain_text(re.compile(r"Offline: this is the page as of .*\d\d"))
        assert page.evaluate("document.styleSheets[0].cssRules.length > 0")
    expect(page.locator("h1")).to_contain_text("VGG")

    # two answers wait, and are not graded: the key is not here
    for name in (FIRST, SECOND):
        answer(page, name)
        expect(quiz(page, name)).to_contain_text("kept on this device")
        expect(quiz(page, name).locator(".why--ok")).to_have_count(0)
    expect(page.locator("[data-bar=waiting]")).to_contain_text("2")

    # what was not visited says so, and what there is
    page.goto(lesson_url("skip-connections"))
    expect(page.locator("[data-bar=missing]")).to_contain_text("not kept on this device")
    expect(page.locator("[data-pages] a", has_text="Glossary")).to_be_visible()
    expect(page.locator("[data-waiting] li")).to_have_count(2)
    page.close()

    # the tab is closed; another one shows them still, and sends them when the network is back
    page = visitor.new_page()
    page.goto(lesson_url(VGG))
    expect(quiz(page, FIRST)).to_contain_text("kept on this device")
    expect(quiz(page, FIRST).locator("input:checked")).to_have_count(1)
    line.turn("up")
    quiz(page, FIRST).get_by_role("button", name="Try now").click()
    for name in (FIRST, SECOND):
        expect(quiz(page, name).locator(".why--ok")).to_contain_text("+20 XP")
    expect(page.locator("[data-bar=waiting]")).to_contain_text("has been sent")
    expect(page.locator("#xp-total .xp__val")).to_contain_text("40")
    assert tries(page) == sorted([FIRST, SECOND])
    assert me(page)["xp"]["total"] == 40
