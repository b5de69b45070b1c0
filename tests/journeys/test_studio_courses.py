"""A course from nothing, by keyboard: a lesson, skills, published, renamed, and found at its old address."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.server import Server
from tests.journeys.test_looks import RULES, SHOTS
from tests.journeys.test_studio import desk, studio  # noqa: F401 - fixtures


def sound(page: Page, name: str) -> None:
    """Nothing that axe finds and nothing to scroll sideways, in both themes, on a laptop and on a phone."""
    for width in (1440, 360):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
            found = Axe().run(page, options=RULES)
            assert found.response["violations"] == [], f"{name}, {scheme}, {width}: {found.generate_report()}"
            SHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SHOTS / f"studio-{name}-{scheme}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


def filled(page: Page, label: str, words: str) -> None:
    page.get_by_label(label, exact=True).locator("visible=true").fill(words)


def opened(page: Page, words: str) -> None:
    """Unfolds a part of the page by keyboard."""
    page.locator("summary", has_text=words).first.focus()
    page.keyboard.press("Enter")


def published(page: Page, course: str) -> None:
    page.goto(f"/studio/courses/{course}/publish")
    page.get_by_role("button", name=re.compile(r"^Publish")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ublished")


@pytest.mark.parametrize("by", ["keys", "pointer"])
def test_a_course_is_made_drawn_published_and_renamed(
    desk: Page,  # noqa: F811
    browser: Browser,
    studio: Server,  # noqa: F811
    by: str,
) -> None:
    slug = f"small-kernels-{by}"
    desk.goto("/studio")
    opened(desk, "A new course")
    filled(desk, "Title", f"Small kernels {by}")
    filled(desk, "What it is about, in a sentence", "Why two small ones do.")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/studio/courses/{slug}")
    expect(desk.get_by_role("heading", level=1)).to_have_text(f"Small kernels {by}")

    opened(desk, "A new lesson")
    filled(desk, "Title", "Two of them")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/files/two-of-them.md")

    desk.goto(f"/studio/courses/{slug}/skills")
    for title in ("Receptive field", "Stacking"):
        if not desk.get_by_label("Id", exact=True).is_visible():
            opened(desk, "A new skill")
        new = desk.locator("#add")
        new.get_by_label("Title", exact=True).fill(title)
        new.get_by_label("What it is to hold it").fill(f"What {title.lower()} is.")
        new.get_by_role("button", name="Add this skill").press("Enter")
        expect(desk.get_by_role("heading", name=title, level=2)).to_be_visible()
    first, second = desk.locator("#n-receptive-field"), desk.locator("#n-stacking")
    if by == "keys":
        first.press("n")
        expect(desk.locator("[data-graph-said]")).to_contain_text("From Receptive field")
        second.press("n")
    else:
        first.drag_to(second)
    desk.wait_for_url("**/skills?skill=stacking*")
    expect(desk.locator("path.edge")).to_have_count(1)
    second, first = desk.locator("#n-stacking"), desk.locator("#n-receptive-field")
    second.press("n")
    first.press("n")
    expect(desk.get_by_role("alert")).to_contain_text("Receptive field → Stacking → Receptive field")
    if by == "keys":
        sound(desk, "skills")

    published(desk, slug)
    reader = browser.new_page(base_url=studio.url)
    reader.goto(f"/courses/{slug}/lessons/two-of-them")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Two of them")

    desk.goto(f"/studio/courses/{slug}/order")
    up = desk.get_by_role("button", name=re.compile(r"^Up.*Two of them"))
    up.press("Enter")
    expect(desk.locator(".shape__list > li").first).to_contain_text("Two of them")
    opened(desk, "Rename: Two of them")
    filled(desk, "Address", "two-small-ones")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("two-of-them leads to two-small-ones")).to_be_visible()
    if by == "keys":
        sound(desk, "order")
    published(desk, slug)
    reader.goto("about:blank")
    reader.goto(f"/courses/{slug}/lessons/two-of-them#begin-here")
    assert reader.url.endswith(f"/courses/{slug}/lessons/two-small-ones#begin-here")
    reader.close()
