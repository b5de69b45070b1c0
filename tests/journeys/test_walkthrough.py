"""Stepping through a file of code: by button, by key, by address, by itself, and without a script."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.journeys.course import SLUG, lesson_url
from tests.journeys.server import Server

URL = f"/courses/{SLUG}/walkthroughs/one-residual-block"


def test_keys_buttons_and_addresses_lead_to_the_same_step(page: Page) -> None:
    page.goto(lesson_url("skip-connections"))
    walk = page.locator("walk-through")
    count, said = walk.locator("[data-count]"), walk.locator("[data-said]")
    expect(count).to_have_text("1")
    walk.get_by_role("link", name="Next").click()
    expect(count).to_have_text("2")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text("4")
    expect(said).to_contain_text("from the inside out")
    expect(walk.locator("pre .is-lit")).to_have_count(3)
    expect(walk.locator("svg .walk__op.is-lit")).to_have_count(3)
    expect(walk.locator("tr.is-lit")).to_have_count(3)
    page.keyboard.press("ArrowLeft")
    expect(count).to_have_text("3")
    walk.get_by_role("link", name=re.compile("The addition")).click()
    expect(said).to_contain_text("added value by value")
    assert page.url.endswith("/skip-connections")
    # alone, the address goes along
    page.goto(f"{URL}?step=6")
    expect(page.locator("[data-said]")).to_contain_text("added value by value")
    expect(page.locator("walk-through:defined")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"step=7$"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-count]")).to_have_text("7")
    page.reload()
    expect(page.locator("[data-count]")).to_have_text("7")


def test_it_goes_on_by_itself_and_is_read_aloud_only_where_asked(page: Page) -> None:
    page.add_init_script(
        """window.spoken = [];
        speechSynthesis.speak = (said) => { spoken.push(said.text); said.dispatchEvent(new Event("end")); };
        speechSynthesis.cancel = () => {};"""
    )
    page.goto(f"{URL}?step=5")
    play = page.get_by_role("button", name="Play")
    page.locator("walk-through").get_by_role("link", name="Back").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("spoken.length") == 0
    # spoken, it goes on as soon as a step is said, and stops at the last
    page.get_by_role("button", name="Read aloud").click()
    expect(page.locator("[data-count]")).to_have_text("7")
    expect(play).to_have_attribute("aria-pressed", "false")
    spoken = page.evaluate("spoken")
    assert len(spoken) == 3
    assert "added value by value" in spoken[1]


def test_each_step_is_a_page_without_a_script(browser: Browser, server: Server) -> None:
    context = browser.new_context(
        base_url=server.url, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    page = context.new_page()
    page.goto(lesson_url("skip-connections"))
    page.locator("walk-through").get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile(r"/walkthroughs/one-residual-block\?step=2$"))
    expect(page.locator("[data-said]")).to_contain_text("only made")
    expect(page.get_by_role("button", name="Play")).to_be_hidden()
    page.get_by_text("Full transcript, 7 steps").click()
    expect(page.locator("[data-step]").last).to_contain_text("A ReLU follows the sum")
    context.close()
