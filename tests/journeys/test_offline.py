"""Without network: reading what was visited, answering once, and nothing left for the next person."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, expect

from tests.journeys.course import SLUG, answer_right, course, lesson_url, quiz
from tests.journeys.line import Line
from tests.journeys.server import Server
from tests.journeys.test_looks import inspect

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
    with suppress(TimeoutError):  # it may have been sent by itself meanwhile
        quiz(page, FIRST).get_by_role("button", name="Try now").click(timeout=5_000)
    for name in (FIRST, SECOND):
        expect(quiz(page, name).locator(".why--ok")).to_contain_text("+20 XP")
    expect(page.locator("[data-bar=waiting]")).to_contain_text("has been sent")
    expect(page.locator("#xp-total .xp__val")).to_contain_text("40")
    assert tries(page) == sorted([FIRST, SECOND])
    assert me(page)["xp"]["total"] == 40


def test_an_answer_whose_reply_is_lost_counts_once(visitor: BrowserContext, line: Line) -> None:
    page = visit(visitor, lesson_url(VGG))
    line.turn("cut")
    answer(page, FIRST)
    expect(quiz(page, FIRST)).to_contain_text("kept on this device")
    assert f"POST /courses/{SLUG}/questions/{FIRST}/attempts".encode() in line.asked, "the server never heard of it"
    line.turn("up")
    with suppress(TimeoutError):  # it may have been sent by itself meanwhile
        quiz(page, FIRST).get_by_role("button", name="Try now").click(timeout=5_000)
    expect(quiz(page, FIRST).locator(".why--ok")).to_be_visible()
    assert [(one["question"], one["attempts"]) for one in me(page)["attempts"]] == [(FIRST, 1)]
    assert me(page)["xp"]["total"] == 20
    page.goto("/me/xp")
    assert page.locator("main").inner_text().count("+20") == 1


def test_signing_in_asks_and_signing_out_clears(visitor: BrowserContext, server: Server, line: Line) -> None:
    account: dict[str, str | float | bool] = {
        "name": "Ada",
        "email": "ada@offline.org",
        "password": "a long pass phrase",
    }
    own = {"Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=server.url, headers=own) as elsewhere:
        assert elsewhere.post("/account/new", data=account).status_code == 303
    page = visit(visitor, lesson_url(VGG))
    line.turn("down")
    answer(page, FIRST)
    expect(quiz(page, FIRST)).to_contain_text("kept on this device")
    page.close()
    line.turn("up")
    assert visitor.request.post("/sign-in", form=account, headers=own).ok

    # the account is asked before it is given a guest's answers
    page = visit(visitor, lesson_url(VGG), f"/courses/{SLUG}")
    page.goto(lesson_url(VGG))
    expect(quiz(page, FIRST)).to_contain_text("before you signed in")
    assert me(page)["attempts"] == []
    quiz(page, FIRST).get_by_role("button", name="Send it").click()
    expect(quiz(page, FIRST).locator(".why--ok")).to_contain_text("+20 XP")

    # another's account is not given this one's, and is not shown what was answered
    line.turn("down")
    page.goto(lesson_url(VGG))
    answer(page, SECOND)
    expect(quiz(page, SECOND)).to_contain_text("kept on this device")
    page.goto("/offline")
    expect(page.locator("[data-waiting] li")).to_contain_text("waits for the network")
    visitor.clear_cookies()  # before the line is back, or the open page sends the answer as its owner's
    line.turn("up")
    page.goto("/offline")
    expect(page.locator("[data-waiting] li")).to_contain_text("another account’s")
    expect(page.locator("[data-waiting] .kept__asked")).to_have_text("")
    assert visitor.request.post("/sign-in", form=account, headers=own).ok
    page.goto(lesson_url(VGG))
    expect(quiz(page, SECOND).locator(".why--ok")).to_contain_text("+20 XP")

    # what is one's own goes with the sign-out; the lesson, which is everyone's, stays
    kept(page, f"{lesson_url(VGG)}/mine")
    page.goto("/me")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(line.url + "/")
    line.turn("down")
    page.goto(f"/courses/{SLUG}")
    expect(page.locator("[data-bar=missing]")).to_be_visible()
    page.goto(lesson_url(VGG))
    expect(page.locator("[data-bar=copy]")).to_be_visible()
    expect(quiz(page, FIRST).get_by_role("button", name="Check answer")).to_be_enabled()
    expect(page.locator("#xp-total .xp__val")).to_contain_text("–")


def test_a_course_is_kept_on_purpose_and_removed(visitor: BrowserContext, line: Line) -> None:
    page = visit(visitor, f"/courses/{SLUG}")
    page.reload()
    page.get_by_role("button", name="Keep this course for offline").click()
    box = page.locator("[data-keep-course]")
    expect(box).to_contain_text(re.compile(r"kept on this device, as of .* \(\d+\.\d MB\)"), timeout=60_000)
    assert me(page)["attempts"] == []
    line.turn("down")
    for lesson in (course().lessons[-1].slug, "skip-connections"):
        page.goto(lesson_url(lesson))
        expect(page.locator("[data-bar=copy]")).to_be_visible()
        assert page.evaluate("document.styleSheets[0].cssRules.length > 0")
    page.goto("/offline")
    page.locator("[data-remove]").click()
    expect(page.locator("[data-courses] li")).to_have_count(0)
    page.goto(lesson_url("skip-connections"))
    expect(page.locator("[data-bar=missing]")).to_be_visible()


def test_a_new_worker_takes_over_and_a_dead_network_is_noticed(visitor: BrowserContext, line: Line) -> None:
    page = visit(visitor, lesson_url(VGG))
    version = httpx.get(line.url + "/sw.js").text.split('"')[3]
    line.swap = {version.encode(): version[::-1].encode(), b"If-None-Match": b"If-None-Other"}
    page.evaluate(
        """async () => {
          const taken = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
          await (await navigator.serviceWorker.ready).update();
          await taken;
        }"""
    )
    line.turn("dead")
    page.goto(lesson_url(VGG))
    expect(page.locator(".bar")).to_contain_text("The network does not answer")
    expect(page.locator("h1")).to_contain_text("VGG")


def test_how_it_looks(visitor: BrowserContext, line: Line) -> None:
    page = visit(visitor, f"/courses/{SLUG}", lesson_url(VGG))
    page.goto(f"/courses/{SLUG}")
    problems = []

    def cuts(name: str, widths: tuple[int, ...] = (360, 1440)) -> None:
        for width in widths:
            for theme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                problems.extend(inspect(page, f"offline-{name}-{width}-{theme}"))

    expect(page.locator("[data-keep-course]")).to_be_visible()
    cuts("course", (360,))
    line.turn("down")
    page.goto(lesson_url(VGG))
    answer(page, FIRST)
    expect(quiz(page, FIRST)).to_contain_text("kept on this device")
    cuts("lesson")
    page.goto("/me")
    expect(page.locator("[data-waiting] li")).to_have_count(1)
    expect(page.locator("[data-pages] li")).to_have_count(2)
    cuts("missing")
    assert problems == []
