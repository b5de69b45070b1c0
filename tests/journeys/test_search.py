"""Looking for something, in a real browser: over a lesson by keyboard, on a phone, and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.course import SLUG, lesson_url
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES

LESSON = lesson_url("the-vgg-philosophy")


def open_by(page: Page, key: str) -> None:
    page.keyboard.press(key)
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()


def test_a_place_is_found_by_keyboard_alone(page: Page) -> None:
    page.goto(LESSON)
    focused = page.get_by_role("link", name="Glossary").first
    focused.focus()
    open_by(page, "Control+k")
    page.keyboard.type("receptive fie")
    finds = page.get_by_role("dialog").get_by_role("option")
    expect(finds.first).to_contain_text("Receptive field")
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("places")
    page.keyboard.press("ArrowDown")
    expect(finds.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(finds.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(focused).to_be_focused()
    open_by(page, "/")
    # What was looked for last is there to be typed over.
    page.keyboard.type("what the stack costs")
    expect(finds.first).to_contain_text("What the stack costs")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.partition('#')[0]}#what-the-stack-costs")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_enter_alone_leads_to_all_finds(page: Page) -> None:
    page.goto(LESSON)
    open_by(page, "Control+k")
    page.keyboard.type("3×3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Search", level=1)).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("3×3")
    assert page.locator(".find mark").count() > 10


def test_a_slash_is_a_slash_where_one_types_and_can_be_turned_off(page: Page) -> None:
    page.goto("/search?q=field")
    field = page.get_by_role("searchbox")
    field.press("End")
    field.press("/")
    expect(field).to_have_value("field/")
    page.get_by_label("opens it, too").uncheck()
    page.goto(f"/courses/{SLUG}")
    page.keyboard.press("/")
    open_by(page, "Control+k")
    expect(page.get_by_role("combobox", name="Search")).to_have_value("")


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_the_dialog_is_sound_on_every_screen(browser: Browser, server: Server, width: int, theme: str) -> None:
    seen = browser.new_context(
        base_url=server.url,
        viewport={"width": width, "height": 740},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = seen.new_page()
    page.goto(LESSON)
    page.get_by_role("link", name="Search").click()
    page.get_by_role("combobox", name="Search").fill("residual")
    expect(page.get_by_role("dialog").get_by_role("option").first).to_be_visible()
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("link", name="Search")).to_be_focused()
    seen.close()


def test_without_scripts_it_is_a_form(browser: Browser, server: Server) -> None:
    plain = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = plain.new_page()
    page.goto(LESSON)
    page.get_by_role("link", name="Search").click()
    page.get_by_label("Words to look for").fill("nn.Conv2d")
    page.get_by_role("button", name="Search").click()
    page.locator(".find").first.click()
    assert page.locator(":target").count() == 1
    plain.close()
