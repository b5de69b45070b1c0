"""Two people in Nexus, each in a browser of their own: presence, what was just shared, and what is said under it."""

import re
import uuid
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.course import SLUG, lesson_url
from tests.journeys.server import Server

GALLERY = f"/courses/{SLUG}/nexus"


@pytest.fixture
def pages(browser: Browser, server: Server) -> Iterator[tuple[Page, Page]]:
    """Two accounts, each in a browser of their own."""
    opened = []
    for _ in range(2):
        context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto("/account/new")
        page.get_by_label("Name", exact=False).first.fill("A real name")
        page.get_by_label("Email", exact=False).fill(f"{uuid.uuid4().hex}@example.org")
        page.get_by_label("Password", exact=False).fill("correct horse battery")
        page.get_by_role("button", name="Make the account").or_(
            page.get_by_role("button", name="Make an account")
        ).click()
        expect(page).to_have_url(re.compile("/me"))
        opened.append(page)
    yield opened[0], opened[1]
    for page in opened:
        page.context.close()


def test_presence_sharing_and_talk(pages: tuple[Page, Page], server: Server) -> None:
    ada, ben = pages
    name = f"Ada {uuid.uuid4().hex[:6]}"
    ben.goto(GALLERY)
    expect(ben.locator(".online__now")).not_to_contain_text(name)

    # Ada chooses to be seen; Ben's page says so by itself.
    ada.goto(GALLERY)
    ada.get_by_text("Be seen here").click()
    ada.get_by_label("Your name in Nexus").fill(name)
    ada.get_by_role("button", name="Be seen", exact=True).click()
    expect(ada.get_by_text(f"You are seen as {name}")).to_be_visible()
    expect(ben.locator(".online__names")).to_contain_text(name)
    # She is seen in a lesson, too, and no longer once she has left.
    ada.goto(lesson_url("the-vgg-philosophy"))
    expect(ben.locator(".online__names")).to_contain_text(name)
    ada.goto("about:blank")
    expect(ben.locator(".online__now")).not_to_contain_text(name)

    # She shares a run; Ben's page tells of it without being loaded again.
    title = f"A wide stack {uuid.uuid4().hex[:6]}"
    ada.goto("/lab/parameters?network=vgg11")
    ada.get_by_role("button", name=re.compile("^Run")).first.click()
    expect(ada.locator(".lab__pane, .pane").first).to_contain_text("132", timeout=60_000)
    ada.goto(ada.locator("a[href^='/runs/']").first.get_attribute("href") or "")
    ada.locator("#share-h + * summary, details.share summary").first.click()
    ada.get_by_label("Title").fill(title)
    ada.get_by_label("Everyone, in the course’s gallery").check()
    ada.get_by_label("Course", exact=True).select_option(SLUG)
    ada.get_by_role("button", name="Keep it").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text(title)
    shared = ben.locator(".online__shared").get_by_role("link", name=title)
    expect(shared).to_be_visible()

    # Ben says something; Ada reads it and reports it; he deletes it and brings it back.
    shared.click()
    ben.get_by_label("Your comment").fill("How *deep* is it?")
    ben.get_by_label("Your name in Nexus").fill(f"Ben {uuid.uuid4().hex[:6]}")
    ben.get_by_role("button", name="Say it").click()
    expect(ben.locator(".talk__said em")).to_have_text("deep")
    ada.reload()
    expect(ada.locator(".talk__said em")).to_have_text("deep")
    for theme in ("light", "dark"):
        for width in (1440, 360):
            ada.emulate_media(color_scheme=theme)
            ada.set_viewport_size({"width": width, "height": 800})
            found = Axe().run(ada)
            assert found.violations_count == 0, found.generate_report()
            assert ada.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ada.get_by_text("Report", exact=False).first.click()
    ada.get_by_label("What is wrong with it?").first.fill("Nothing, only a try")
    ada.get_by_role("button", name="Tell an instructor").first.click()
    expect(ada.get_by_text("An instructor will look at it")).to_be_visible()
    ben.get_by_role("button", name=re.compile("^Delete")).click()
    expect(ben.get_by_text("You deleted this")).to_be_visible()
    ben.get_by_role("button", name="Bring it back").click()
    expect(ben.locator(".talk__said em")).to_have_text("deep")
