"""A reader who wants German: chosen in the foot of the page, kept, spoken by labs and scripts, and left again."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.course import SLUG, course, lesson_url, options, quiz
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES

VGG = "the-vgg-philosophy"
#: Pages with long words and many of them.
PAGES = ("/", f"/courses/{SLUG}", lesson_url(VGG), "/lab/degradation", "/lab/feature-maps", "/me", "/help", "/me/plan")


def test_choose_german_learn_in_it_and_go_back(page: Page) -> None:
    page.goto(lesson_url(VGG))
    page.get_by_role("button", name="Deutsch").click()
    expect(page).to_have_url(re.compile(re.escape(lesson_url(VGG))))
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("button", name="Deutsch")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("heading", level=1)).to_have_attribute("lang", "en")

    # predict and run: the pane, its state and its words come from the stream in German
    lab = page.locator(f"[data-lab='{SLUG}/three-by-three']")
    lab.scroll_into_view_if_needed()
    lab.get_by_role("button", name="zeig es mir einfach").click()
    lab.locator("[data-run]").click()
    expect(lab.locator(".lab__pane.is-done, .lab__pane.is-cached")).to_be_visible(timeout=60_000)
    expect(lab.locator(".status")).to_contain_text(re.compile("Fertig|Gleiche Eingaben"))
    expect(lab.locator(".reads")).to_contain_text("rezeptives Feld")

    # what a script says
    lab.locator(".seer__unit input[type=range]").first.press("ArrowRight")
    expect(lab.locator("[data-said]").first).to_contain_text("Einheiten sieht")

    question = course().question_by_id["two-stacked-3x3"][1]
    box = quiz(page, question.id)
    right, wrong = options(question, box)
    box.locator(f"input[value='{wrong[0]}']").check(force=True)
    box.get_by_role("button", name="Antwort prüfen").click()
    expect(box.locator(".why--not h4")).to_contain_text("Noch nicht")
    expect(box.locator(".opt--wrong .opt__why")).to_have_attribute("lang", "en")
    box.locator(f"input[value='{right[0]}']").check(force=True)
    box.get_by_role("button", name="Noch einmal versuchen").click()
    expect(box.locator(".why--ok")).to_contain_text("Richtig, und hier steht, warum")

    # it is kept, and left as easily
    page.goto("/help")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hilfe")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Help")
    page.goto(lesson_url(VGG))
    expect(quiz(page, question.id).locator(".why--ok")).to_contain_text("Right, and here is why")


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (360, "dark"), (1440, "light")])
def test_longer_words_fit(browser: Browser, server: Server, width: int, theme: str) -> None:
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": width, "height": 800},
        color_scheme="dark" if theme == "dark" else "light",
        locale="de-DE",
        reduced_motion="reduce",
    )
    page = context.new_page()
    wide, found = [], []
    for url in PAGES:
        page.goto(url)
        expect(page.locator("html")).to_have_attribute("lang", "de")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(url)
        for problem in Axe().run(page, options=RULES).response["violations"]:
            found.append((url, problem["id"], [node["target"] for node in problem["nodes"]][:3]))
    context.close()
    assert wide == []
    assert found == []


def test_without_scripts_the_choice_is_a_form(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"/courses/{SLUG}?view=table")
    page.get_by_role("button", name="Deutsch").click()
    expect(page).to_have_url(re.compile("view=table"))
    expect(page.get_by_role("heading", name="Lektionen")).to_be_visible()
    context.close()
