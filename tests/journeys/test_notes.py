"""Notes and highlights in a real browser: made by selecting, found again after edits of the lesson, undone."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.course import ROOT, SLUG, lesson_url
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES

LESSON = "the-vgg-philosophy"
URL = lesson_url(LESSON)
#: Selects from one text to another, which may stand in different elements.
SELECT = """([from, to]) => {
  const walker = document.createTreeWalker(document.querySelector(".lesson__main"), NodeFilter.SHOW_TEXT);
  const range = new Range();
  let begun = false;
  while (walker.nextNode()) {
    const { data } = walker.currentNode;
    if (!begun && data.includes(from)) {
      range.setStart(walker.currentNode, data.indexOf(from));
      walker.currentNode.parentElement.scrollIntoView({ block: "center" });
      begun = true;
    }
    if (begun && data.includes(to)) {
      range.setEnd(walker.currentNode, data.indexOf(to) + to.length);
      break;
    }
  }
  // As by caret browsing: what is selected is where the keyboard goes on.
  document.activeElement.blur();
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """Lessons of one's own, to edit."""
    shutil.copytree(ROOT / "lessons", tmp_path / "lessons")
    return tmp_path / "lessons"


@pytest.fixture
def own(lessons: Path, tmp_path: Path, browser: Browser) -> Iterator[Page]:
    (tmp_path / "data").mkdir()
    server = Server(tmp_path / "data", RECEPTIVE_LESSONS=str(lessons)).start("/healthz")
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
    server.stop()


def select(page: Page, begin: str, end: str) -> None:
    page.evaluate(SELECT, [begin, end])


def highlight(page: Page, begin: str, end: str) -> None:
    select(page, begin, end)
    page.get_by_role("button", name="Highlight").click()


def marked(page: Page) -> str:
    """The words that are marked, in one line."""
    return " ".join("".join(page.locator("mark.hl").all_text_contents()).split())


def edited(page: Page, file: Path, text: str, shows: str, hides: str = "nothing of the kind") -> Locator:
    """The first box of notes once the lesson is served as it was edited."""
    file.write_text(text)
    for _ in range(100):
        served = page.request.get(URL).text()
        if shows in served and hides not in served:
            break
        page.wait_for_timeout(100)
    page.reload()
    expect(page.locator(".mynotes [data-note]")).to_have_count(2)
    return page.locator(".mynotes").first


def test_a_highlight_survives_what_is_edited_around_it_and_says_when_it_cannot(own: Page, lessons: Path) -> None:
    page, file = own, lessons / SLUG / f"{LESSON}.md"
    page.goto(URL)
    highlight(page, "looks at nine cells", "to begin a network")
    expect(page.locator("mark.hl").first).to_have_text(
        "looks at nine cells. That is not much of a picture. So it was natural to begin a network"
    )
    select(page, "the smallest", "centre")
    page.get_by_role("button", name="Note", exact=True).click()
    page.get_by_label("Your words, for you alone").fill("Why not 2×2?")
    page.get_by_role("button", name="Keep the note").last.click()
    expect(page.get_by_text("Kept.")).to_be_attached()
    expect(page.locator("mark.hl")).to_have_count(2)
    text = file.read_text()
    said = "That is not much of a picture."
    head = "## What a stack can see"
    earlier = text.replace(head, f"{head}\n\nThe smallest word first. Nine cells.\n", 1)
    box = edited(page, file, earlier, "The smallest word first")
    expect(box.locator("summary").first).to_contain_text("2 notes and highlights of yours")
    expect(page.locator("mark.hl").first).to_contain_text("looks at nine cells")
    box = edited(page, file, text.replace(said, "That is little.", 1), "That is little")
    expect(page.locator("mark.hl--changed").first).to_contain_text("That is little.")
    expect(box.locator("summary").first).to_contain_text("The text of some has changed")
    shorter = re.sub(r"A 3×3 .*?\n\n", "", text, count=1, flags=re.DOTALL)
    box = edited(page, file, shorter, head.strip("# "), "That is little")
    box.locator("summary").first.click()
    orphan = page.get_by_text("these words are no longer in it like this")
    expect(orphan.locator("visible=true")).to_have_count(1)
    expect(page.locator("mark.hl")).to_have_count(1)


def test_marks_leave_terms_formulas_and_code_as_they_are(page: Page) -> None:
    page.goto(URL)
    count = "main => main.querySelectorAll('math, a.term, pre').length"
    before = page.locator(".lesson__main").evaluate(count)
    formula = page.locator(".sec math").first
    page.evaluate(
        """() => {
          const math = document.querySelector('.sec .prose math');
          const range = new Range();
          range.setStart(math.closest('p, li, td').firstChild, 0);
          range.setEndAfter(math);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }"""
    )
    page.get_by_role("button", name="Highlight").click()
    expect(page.locator("mark.hl > math").first).to_be_visible()
    assert formula.evaluate("e => e.querySelector('mark')") is None
    page.locator("mark.hl .hl__ref").last.click()
    note = page.locator(".mynote").first
    expect(note).to_be_focused()
    note.get_by_role("button", name="Delete").click()
    expect(page.locator("mark.hl")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("mark.hl > math").first).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("mark.hl")).to_have_count(0)
    assert page.locator(".lesson__main").evaluate(count) == before


def test_everything_is_done_by_keyboard(page: Page) -> None:
    page.goto(URL)
    page.get_by_role("link", name="Notes", exact=True).focus()
    page.keyboard.press("Enter")
    summary = page.locator(".mynotes summary").first
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("To read again")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    note = page.locator(".mynote").first
    expect(note).to_be_focused()
    expect(note).to_contain_text("To read again")
    select(page, "looks at nine", "cells")
    page.keyboard.press("Shift+ArrowRight")
    bar = page.get_by_role("toolbar")
    expect(bar).to_be_visible()
    expect(page.get_by_text("Tab leads to Highlight and Note")).to_be_attached()
    for _ in range(12):
        page.keyboard.press("Tab")
        if bar.get_by_role("button", name="Highlight").evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("mark.hl").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Your highlight")).to_be_focused()


def test_what_could_not_be_sent_is_still_there(page: Page) -> None:
    page.goto(URL)
    page.route("**/notes", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    highlight(page, "looks at nine cells", "to begin a network")
    expect(page.get_by_role("alert").filter(has_text="Not kept yet")).to_be_visible()
    page.get_by_label("Your words, for you alone").fill("Typed once")
    page.unroute("**/notes")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("mark.hl")).to_have_count(1)
    expect(page.locator(".mynote__body")).to_have_text("Typed once")


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_notes_are_sound_on_every_screen(browser: Browser, server: Server, width: int, theme: str) -> None:
    seen: BrowserContext = browser.new_context(
        base_url=server.url,
        viewport={"width": width, "height": 800},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=width < 400,
    )
    page = seen.new_page()
    page.goto(URL)
    highlight(page, "looks at nine cells", "to begin a network")
    page.get_by_role("button", name="Bookmark", exact=True).click()
    expect(page.get_by_role("button", name="Bookmarked, remove")).to_be_focused()
    page.locator(".mynotes summary").first.click()
    page.locator(".mynote__edit summary").first.click()
    for url in ("", "/me/notes", "/me/bookmarks"):
        if url:
            page.goto(url)
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    seen.close()


def test_without_scripts_there_are_forms(browser: Browser, server: Server) -> None:
    plain = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = plain.new_page()
    page.goto(URL)
    page.get_by_role("link", name="Notes", exact=True).click()
    box = page.locator("#notes-what-a-stack-can-see")
    box.locator("summary").click()
    box.get_by_label("A note on this section").fill("By hand")
    box.get_by_role("button", name="Keep the note").click()
    note = page.locator(".mynote", has_text="By hand")
    expect(note).to_be_attached()
    page.get_by_role("button", name="Bookmark", exact=True).click()
    page.goto("/")
    expect(page.get_by_role("heading", name="Bookmarks")).to_be_visible()
    plain.close()
