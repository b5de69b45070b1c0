"""Two students share: by link, opened elsewhere, copied, grown, shown to everyone, and taken back."""

import re
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.server import Server
from tests.journeys.test_looks import RULES

SHOTS = Path(__file__).parent.parent.parent / "screenshots"
COURSE = "cnn-architectures"


def looks(page: Page, name: str) -> None:
    """In both themes, on a phone and a desk: no violation, nothing beyond the edge."""
    SHOTS.mkdir(exist_ok=True)
    for width in (360, 1440):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = Axe().run(page, options=RULES).response["violations"]
            assert [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} at {width}"
            page.screenshot(path=SHOTS / f"nexus-{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


def account(page: Page, name: str) -> None:
    page.goto("/account/new")
    page.get_by_label("Name").fill(f"Real {name}")
    page.get_by_label("Email").fill(f"{name}-{time.time_ns()}@example.org")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url("**/me")


def write(page: Page, code: str) -> None:
    page.locator(".lab__text").focus()
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(code)
    page.keyboard.press("ControlOrMeta+Enter")


def keep(page: Page, title: str, who: str, name: str = "") -> str:
    """Fill in the form of what is on show in the lab; the address of the share."""
    page.get_by_role("link", name="share it").click()
    page.get_by_label("Title").fill(title)
    page.get_by_label(who).check()
    page.get_by_label("Course", exact=True).select_option(COURSE)
    if name:
        page.get_by_label("Your name in Nexus").fill(name)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url


def test_shared_copied_grown_shown_and_taken_back(page: Page, browser: Browser, server: Server) -> None:
    account(page, "ann")
    page.goto("/lab/parameters?network=vgg11")
    page.wait_for_load_state("networkidle")
    write(page, "net = nn.Sequential(\n    nn.Conv2d(3, 8, 3),\n    nn.ReLU(),\n    nn.Conv2d(8, 8, 3),\n)\n")
    expect(page.locator(".read__v").first).to_have_text("808")
    url = keep(page, "Two layers by Ann", "Whoever has its address")
    looks(page, "own")

    # another browser, a guest: it is live, and changed as a copy
    context = browser.new_context(base_url=server.url)
    context.set_default_timeout(20_000)
    other = context.new_page()
    other.goto(url)
    expect(other.locator(".read__v").first).to_have_text("808")
    expect(other.locator(".lab__lines")).to_contain_text("Conv2d(8, 8, 3)")
    expect(other.get_by_role("heading", name="Yours")).to_have_count(0)
    other.get_by_role("link", name="Change a copy").click()
    other.wait_for_load_state("networkidle")
    expect(other.get_by_text("This is a copy of your own")).to_be_visible()
    write(other, "net = nn.Sequential(\n    nn.Conv2d(3, 16, 3),\n    nn.ReLU(),\n    nn.Conv2d(16, 16, 3),\n)\n")
    expect(other.locator(".read__v").first).to_have_text("2\u202f768")
    grown = keep(other, "Twice as wide", "Whoever has its address")
    expect(other.locator(".grown")).to_contain_text("a private model")

    # Ann opens what grew from hers, and shows hers to everyone
    page.goto(grown)
    expect(page.locator(".grown")).to_contain_text("Two layers by Ann")
    page.goto(url)
    page.get_by_text("Rename it, or change who sees it").click()
    page.get_by_label("Everyone, in the course").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Choose a name to be seen under")).to_be_visible()
    page.locator("#edit-name").fill(f"Ann {time.time_ns() % 10**9}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("seen by everyone")).to_be_visible()
    other.goto(f"/courses/{COURSE}/nexus")
    card = other.locator(".model", has_text="Two layers by Ann")
    expect(card).to_contain_text("808")
    expect(card.locator("svg")).to_be_visible()
    looks(other, "gallery")
    card.get_by_role("link").click()
    looks(other, "shared")
    other.goto(grown)
    expect(other.locator(".grown").get_by_role("link", name="Two layers by Ann")).to_be_visible()

    # taken back from the list of her own: gone at once, for everyone
    page.goto("/nexus/mine")
    looks(page, "mine")
    page.get_by_label("Who sees “Two layers by Ann”").select_option("private")
    page.get_by_role("button", name="Save Two layers by Ann").click()
    assert other.goto(url).status == 404  # type: ignore[union-attr]
    other.goto(grown)
    expect(other.locator(".grown")).to_have_text(re.compile("Grown from\\s+a private model"))
    other.goto(f"/courses/{COURSE}/nexus?q=ann")
    expect(other.get_by_text("Nothing here is like that")).to_be_visible()
    # deleted, and brought back
    page.get_by_role("button", name="Delete Two layers by Ann").click()
    page.get_by_role("button", name="Bring back Two layers by Ann").click()
    page.get_by_role("link", name="Two layers by Ann").click()
    expect(page.locator(".read__v").first).to_have_text("808")
    context.close()


@pytest.fixture
def plain(browser: Browser, server: Server) -> BrowserContext:
    """A visitor without scripts."""
    return browser.new_context(base_url=server.url, java_script_enabled=False)


def test_without_scripts_a_run_is_kept_found_and_hidden(plain: BrowserContext) -> None:
    page = plain.new_page()
    page.goto("/lab/parameters?network=vgg13")
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url("**/runs/**")
    page.goto(re.sub(r"\?.*", "", page.url))
    page.get_by_text("Keep or share it").click()
    page.get_by_label("Title").fill("Thirteen layers")
    page.get_by_label("Whoever has its address").check()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thirteen layers")
    expect(page.locator(".model__facts")).to_be_visible()
    page.goto("/nexus/mine")
    page.get_by_role("button", name="Delete Thirteen layers").click()
    expect(page.get_by_text("it can be brought back until")).to_be_visible()
    plain.close()
