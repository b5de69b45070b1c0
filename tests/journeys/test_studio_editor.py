"""Writing in the studio, in a real browser: what the editor offers, keeps, mends and shows, also without network."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.content.courses import FOLDER
from tests.journeys.line import Line
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES

ROOT = "/studio/courses/small-course/files"
LESSON = f"{ROOT}/stacks.md"
PASSWORD = "correct horse battery"
#: One pixel.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg+M/wHwAEAQH/7yMK/gAAAABJRU5ErkJggg=="
#: What a browser does as one pastes text, or a picture in base64.
PASTE = """(content, [type, data]) => {
  const clipboardData = new DataTransfer();
  if (type === "text/plain") clipboardData.setData(type, data);
  else {
    const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
    clipboardData.items.add(new File([bytes], "a block.png", { type }));
  }
  content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true }));
}"""
TWO_KEYS = (
    "\n\n:::{question} which-is-odd\n:kind: choice\n:skill: SKILL\n\nWhich?\n\n"
    "- [x] 3\n  > Yes.\n- [x] 5\n  > Yes.\n\n! Both.\n:::\n"
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a folder of lessons of its own, and two instructors."""
    data = tmp_path_factory.mktemp("studio")
    shutil.copytree(FOLDER / "small-course", data / "lessons" / "small-course")
    running = Server(data, RECEPTIVE_LESSONS=str(data / "lessons")).start()
    receptive = Path(sys.executable).parent / "receptive"
    for name in ("ann", "ben"):
        account = [f"{name}@example.org", "--name", name, "--password", PASSWORD, "--role", "instructor"]
        subprocess.run([receptive, "user", "add", *account], env=running.environment, check=True)
    yield running
    running.stop()


@pytest.fixture
def context(browser: Browser, studio: Server) -> Iterator[BrowserContext]:
    made = signed_in(browser, studio.url)
    yield made
    made.close()


def signed_in(browser: Browser, url: str, name: str = "ann", **options: object) -> BrowserContext:
    context = browser.new_context(base_url=url, **{"viewport": {"width": 1440, "height": 900}, **options})  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")
    page.close()
    return context


def opened(page: Page, path: str = LESSON) -> Page:
    page.goto(path)
    expect(page.locator("[data-write].is-live")).to_be_visible()
    return page


def text(page: Page) -> str:
    return page.locator("textarea[name=text]").input_value()


def at_the_end(page: Page, words: str) -> None:
    field = page.get_by_role("textbox", name="Text of")
    field.focus()
    page.keyboard.press("Control+End")
    field.evaluate(PASTE, ["text/plain", words])


def saved(page: Page) -> None:
    expect(page.locator("[data-part=state]")).to_have_text(re.compile(r"^Saved \d"))


def taken(page: Page) -> None:
    """What is offered first; a list takes no key in its first 75 ms."""
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")


def skill(page: Page) -> str:
    found = re.search(r"^skills: \[([\w-]+)", text(page), re.MULTILINE)
    assert found
    return found[1]


def complaints(page: Page) -> list[object]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def test_who_does_not_know_the_format_is_led(page: Page) -> None:
    """By keyboard alone: a question and a lab from what is offered, a word completed, and out again by Esc and Tab."""
    opened(page)
    at_the_end(page, "\n\n")
    page.keyboard.type("/quest")
    expect(page.get_by_role("option", name="/number")).to_contain_text("Question: a number")
    for _ in "quest":
        page.keyboard.press("Backspace")
    page.keyboard.type("choice")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option").first).to_contain_text("one right option")
    taken(page)
    page.keyboard.type("is-it-odd")
    page.keyboard.press("Tab")
    page.keyboard.type("Is three odd?")
    expect(page.frame_locator("iframe").locator("#q-is-it-odd")).to_contain_text("Is three odd?", timeout=20_000)
    page.keyboard.press("Control+i")
    menu = page.get_by_role("dialog", name="Insert")
    expect(menu.get_by_role("button", name="Section")).to_be_focused()
    menu.get_by_role("button", name="Lab", exact=True).press("Enter")
    expect(menu).to_be_hidden()
    page.keyboard.type("one-more-layer")
    expect(page.frame_locator("iframe").locator("[data-lab$='/one-more-layer']")).to_be_visible()
    assert "```{lab} one-more-layer\n:show: parameters, receptive-field" in text(page)
    # After what it was put below, not within.
    assert text(page).index("one-more-layer") > text(page).index("Why that is so")
    at_the_end(page, "\n\nA ")
    page.keyboard.type("{te")
    expect(page.get_by_role("option", name="term")).to_be_visible()
    taken(page)
    page.keyboard.press("Control+ ")
    words = page.get_by_role("option")
    expect(words.first).to_be_visible()
    word = words.first.locator(".cm-completionLabel").inner_text()
    taken(page)
    assert text(page).endswith(f"A {{term}}`{word}`")
    # Typed by hand, the role is closed by what is chosen.
    at_the_end(page, "\n\nB {term}")
    page.keyboard.type("`")
    expect(words.first).to_be_visible()
    taken(page)
    assert text(page).endswith(f"B {{term}}`{word}`")
    saved(page)
    expect(page.get_by_role("button", name="Discard this draft")).to_be_visible()
    expect(page.locator("[data-part=left]")).to_have_text("")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Text of")).not_to_be_focused()
    page.reload()
    assert "one-more-layer" in text(page)


def test_a_problem_is_said_at_its_place_and_mended_by_its_button(page: Page) -> None:
    opened(page)
    at_the_end(page, TWO_KEYS.replace("SKILL", skill(page)))
    problem = page.locator("[data-part=problems] li", has_text="Q104")
    expect(problem).to_contain_text("has two correct options")
    expect(page.locator("[data-part=left]")).to_have_text("1 error left")
    page.get_by_role("link", name="Publish").click(force=True)
    expect(page).to_have_url(re.compile(re.escape(LESSON)))
    expect(problem.get_by_role("button").first).to_be_focused()
    page.keyboard.press("F8")
    expect(page.locator("[data-part=counted]")).to_contain_text("Q104")
    expect(page.get_by_role("textbox", name="Text of")).to_be_focused()
    problem.get_by_role("button", name="multiple").click()
    expect(page.locator("[data-part=left]")).to_have_text("")
    assert ":kind: multiple" in text(page)
    page.keyboard.press("Control+z")
    expect(problem).to_be_visible()
    problem.get_by_role("button", name="multiple").click()
    saved(page)


def test_a_lost_network_and_a_closed_tab_lose_nothing(browser: Browser, studio: Server) -> None:
    line = Line(studio.port)
    context = signed_in(browser, line.url)
    page = opened(context.new_page())
    state = page.locator("[data-part=state]")
    saved_before = text(page)
    line.turn("down")
    at_the_end(page, "\nWritten on a train.")
    expect(state).to_contain_text("Offline")
    expect(page.locator("[data-part=aloud]")).to_contain_text("kept in this browser")
    line.turn("up")
    saved(page)
    line.turn("down")
    at_the_end(page, "\nWritten in a tunnel.")
    expect(state).to_contain_text("Offline")
    page.wait_for_function("() => Object.values(localStorage).some((one) => one.includes('tunnel'))")
    kept = context.storage_state()
    context.close()
    line.turn("up")

    other = signed_in(browser, line.url, "ben")
    assert "tunnel" not in opened(other.new_page()).content()
    other.close()
    again = browser.new_context(base_url=line.url, storage_state=kept)
    page = opened(again.new_page())
    assert text(page) == f"{saved_before}\nWritten on a train."
    offer = page.get_by_role("region", name="Kept in this browser")
    offer.get_by_role("button", name="See both").click()
    page.get_by_role("button", name="Take the left one").click()
    assert text(page).endswith("Written in a tunnel.")
    saved(page)
    page.reload()
    assert text(page).endswith("Written in a tunnel.")
    expect(offer).to_be_hidden()
    again.close()


def test_two_tabs_never_overwrite_one_another(context: BrowserContext) -> None:
    first, second = opened(context.new_page()), opened(context.new_page())
    at_the_end(second, "\nFrom the second tab.")
    saved(second)
    at_the_end(first, "\nFrom the first tab.")
    choice = first.get_by_role("region", name="Two texts of this file")
    expect(choice).to_be_focused()
    assert complaints(first) == []
    right = choice.get_by_role("textbox", name="Your text")
    right.focus()
    first.keyboard.press("Control+End")
    first.keyboard.type(" From the second tab, too.")
    choice.get_by_role("button", name="Take the right one").click()
    saved(first)
    assert text(first).endswith("From the first tab. From the second tab, too.")
    # A tab in which nothing was changed goes on with what there is.
    second.reload()
    assert text(second) == text(first)


def test_a_picture_is_pasted_with_a_description(page: Page) -> None:
    opened(page)
    at_the_end(page, "\n\n")
    field = page.get_by_role("textbox", name="Text of")
    field.evaluate(PASTE, ["image/png", PNG])
    box = page.get_by_role("dialog", name="Picture")
    box.get_by_role("button", name="Put it in").click()
    expect(box.get_by_label("What does it show")).to_be_focused()
    page.keyboard.type("A block")
    page.keyboard.press("Enter")
    expect(box).to_be_hidden()
    assert re.search(r"!\[A block\]\(media/[\w-]+\.png\)$", text(page))
    expect(page.frame_locator("iframe").get_by_role("img", name="A block")).to_be_visible()
    saved(page)
    field.evaluate(PASTE, ["image/tiff", "bm8gcGljdHVyZQ=="])
    expect(box.get_by_role("alert")).not_to_be_empty()
    box.get_by_role("button", name="Cancel").click()


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_it_is_sound_on_every_screen(browser: Browser, studio: Server, width: int, theme: str) -> None:
    view = {"viewport": {"width": width, "height": 800}, "color_scheme": theme, "reduced_motion": "reduce"}
    context = signed_in(browser, studio.url, "ben", **view)
    page = opened(context.new_page())
    at_the_end(page, TWO_KEYS.replace("SKILL", "nothing"))
    expect(page.locator("[data-part=problems] li").first).to_be_visible()
    page.get_by_text("How do I…").click()
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert complaints(page) == []
    assert page.evaluate(wide) <= 0
    if width == 360:
        page.get_by_text("Preview", exact=True).click()
        expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
        page.locator("[data-part=problems] li").first.get_by_role("button").first.click()
        expect(page.get_by_role("textbox", name="Text of")).to_be_focused()
    context.close()


def test_without_scripts_it_is_a_form(browser: Browser, studio: Server) -> None:
    context = signed_in(browser, studio.url, "ben", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{ROOT}/glossary.md")
    field = page.get_by_role("textbox", name="Text of")
    field.fill(field.input_value() + "\n\n## A word of mine\n\n")
    page.get_by_role("button", name="Save and check").click()
    expect(field).to_have_value(re.compile("A word of mine"))
    expect(page.locator("[data-part=problems]")).to_contain_text("L118")
    context.close()
