# ruff: noqa: E501 - a bank has long lines.
"""Bringing a bank in, in a real browser: looked at, chosen by keyboard, found in one's draft; narrow, dark, without a script."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.course import SLUG
from tests.journeys.server import Server
from tests.journeys.test_studio import account, signed_in, studio

__all__ = ["studio"]

AT = f"/studio/courses/{SLUG}/import"
BANK = r"""::Banked weights::[html]How many weights has a <b>3×3</b> kernel over $$C$$ channels? {=$9C$#Right. ~$3C$#One row alone. ~$C^2$}

::Reach::Two 3×3 layers see {=5 =five} pixels.

::Layers::Match {=Convolution -> weighs =Max pool -> keeps the largest = -> forgets}

::Depth::How deep is VGG-16? {#16:0#Weighted layers.}

::Why::Say why depth helps. {}
"""


@pytest.fixture
def desk(browser: Browser, studio: Server) -> Iterator[Page]:
    context = signed_in(browser, studio, account(studio))
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    yield page
    assert complaints == []
    context.close()


def looked(page: Page, name: str) -> None:
    """No fault that axe finds, nothing wider than the window; a picture where one is wanted."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"import-{name}.png", full_page=True)


def test_a_bank_is_looked_at_and_taken_by_keyboard(desk: Page) -> None:
    desk.goto(AT)
    looked(desk, "form-1440-light")
    desk.get_by_label("File with questions").set_input_files(
        {"name": "vgg.gift", "mimeType": "text/plain", "buffer": BANK.encode()}
    )
    desk.get_by_role("button", name="Look at it").press("Enter")
    expect(desk.get_by_text("1 left out")).to_be_visible()
    expect(desk.get_by_text("answered by an essay")).to_be_visible()
    for summary in desk.locator(".bank__question summary").all():
        summary.press("Enter")
    looked(desk, "report-1440-light")
    desk.emulate_media(color_scheme="dark")
    looked(desk, "report-1440-dark")
    desk.set_viewport_size({"width": 360, "height": 800})
    looked(desk, "report-360-dark")
    desk.emulate_media(color_scheme="light")
    looked(desk, "report-360-light")
    desk.get_by_role("checkbox", name="Depth").press("Space")
    desk.get_by_role("button", name="Add those ticked").press("Enter")
    desk.wait_for_url("**/files/*.md")
    # The editor writes into it what stands there: the text is the draft's.
    text = desk.locator("textarea").first.input_value()
    assert (
        text.count(":::{question} banked-weights-")
        == text.count(":::{question} reach-")
        == text.count(":::{question} layers-")
        == 1
    )
    assert "{question} depth-" not in text
    desk.goto(AT)
    desk.get_by_label("File with questions").set_input_files(
        {"name": "vgg.gift", "mimeType": "text/plain", "buffer": BANK.encode()}
    )
    desk.get_by_role("button", name="Look at it").click()
    expect(desk.get_by_text("3 already there")).to_be_visible()
    expect(desk.get_by_role("checkbox", name="Depth")).to_be_checked()


def test_without_a_script_a_new_lesson_is_begun_with_a_bank(browser: Browser, studio: Server) -> None:
    signed = signed_in(browser, studio, account(studio))
    context = browser.new_context(base_url=studio.url, java_script_enabled=False, storage_state=signed.storage_state())
    page = context.new_page()
    page.goto(AT)
    page.get_by_label("File with questions").set_input_files(
        {"name": "vgg.gift", "mimeType": "text/plain", "buffer": BANK.encode()}
    )
    page.get_by_label("Into which lesson").select_option(label="A new lesson")
    page.get_by_label("Title of a new lesson").fill("Kernels again")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Kernels again").click()
    page.wait_for_url("**/files/kernels-again.md")
    assert "{question} reach-" in page.locator("textarea").first.input_value()
    context.close()
    signed.close()
