"""A race is drawn before it runs: with the pointer, with the keyboard, on a phone, and without a script."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from tests.journeys.course import SLUG, lesson_url
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES

SHOTS = Path(__file__).parent.parent.parent / "screenshots"
#: A quick race of four nets, in two depths.
RACE = "/lab/degradation?degradation.depths=8&degradation.depths=14&degradation.steps=40&degradation.width=4"


def clean(page: Page, what: str) -> None:
    """No fault of accessibility, and nothing beside the window, in both themes on a desk and on a phone."""
    SHOTS.mkdir(exist_ok=True)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for width in (360, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (what, theme, width)
            page.screenshot(path=SHOTS / f"race-{what}-{width}-{theme}.png", full_page=True)
        found = Axe().run(page, options=RULES).response["violations"]
        assert [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]] == [], (what, theme)
    page.emulate_media(color_scheme="light")


def done(page: Page | Locator) -> None:
    expect(page.locator(".lab__pane")).to_have_class(re.compile(r"is-(done|cached)"), timeout=60_000)


def choose(board: Locator, net: str) -> None:
    board.locator(".board__nets label", has_text=re.compile(f"^{net}$")).click()


def seen(part: Locator) -> FloatRect:
    """Where a part stands in the window, scrolled into it."""
    part.scroll_into_view_if_needed()
    box = part.bounding_box()
    assert box
    return box


def stroke(page: Page, board: Locator, heights: Sequence[float]) -> None:
    """One stroke of the mouse over the chart; a height is a share of the plot, from the top."""
    box = seen(board.locator("[data-set]:visible"))
    thumb, n = 24.0, len(heights) - 1
    spots = [
        (
            box["x"] + thumb / 2 + (box["width"] - thumb) * k / n,
            box["y"] + thumb / 2 + (box["height"] - thumb) * heights[k],
        )
        for k in range(n + 1)
    ]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot)
    page.mouse.up()


def losses(board: Locator) -> list[float]:
    texts = [one.get_attribute("aria-valuetext") for one in board.locator("[data-set]:visible input").all()]
    return [float(text or "") for text in texts]


def test_a_race_is_drawn_with_the_pointer_and_compared(page: Page) -> None:
    page.goto(RACE)
    board = page.locator("[data-board]")
    expect(board.locator(".board__nets label")).to_have_text(["plain-8", "residual-8", "plain-14", "residual-14"])
    choose(board, "plain-14")
    # From 10 to 0.0001 is five decades: a fifth of the height is a factor of ten.
    stroke(page, board, [0.2, 0.2, 0.4, 0.4, 0.4])
    assert losses(board) == pytest.approx([1, 1, 0.1, 0.1, 0.1], rel=0.1)
    # A stroke that misses the points between its ends passes through them all the same.
    choose(board, "residual-14")
    stroke(page, board, [0.2, 0.6])
    assert losses(board) == pytest.approx([1, 0.32, 0.1, 0.032, 0.01], rel=0.15)
    expect(board.locator("[data-says]")).to_have_text(re.compile(r"^residual-14 at step 40: 0\.0\d+$"))
    clean(page, "drawing")
    board.get_by_role("button", name="Run with my drawing").click()
    # While it runs and when it is over, the drawing lies over it.
    expect(page.locator(".fig--wide .race__said")).to_have_count(4)
    done(page)
    expect(page.locator(".fig--wide .race__said")).to_have_count(4)
    expect(page.locator(".compared li")).to_have_count(4)
    expect(page.locator(".compared")).to_contain_text(
        re.compile(r"You drew plain-14 at 0\.(1|10|11|089); it ended at \d")
    )
    expect(page.locator("[data-say]")).to_contain_text("You drew plain-14 at")
    expect(page.locator("[data-board]")).to_have_count(0)
    page.get_by_text("Show as table").click()
    expect(page.get_by_role("columnheader", name="loss that you drew")).to_be_visible()
    # Other seeds are the same race: the drawing stays. Another arena is another one.
    page.locator("[name=seed]").fill("4")
    page.locator("[data-run]").click()
    expect(page.locator(".lab__log")).to_contain_text("seed 4")
    done(page)
    expect(page.locator(".compared li")).to_have_count(4)


def test_a_race_is_drawn_with_the_keyboard_alone(page: Page) -> None:
    page.goto(RACE)
    board = page.locator("[data-board]")
    board.locator("[name=net]").first.focus()
    page.keyboard.press("ArrowRight")  # residual-8
    page.keyboard.press("Tab")
    first = board.get_by_role("slider", name="residual-8 at step 0: loss, as a power of ten")
    expect(first).to_be_focused()
    expect(first).to_have_attribute("aria-valuetext", "2.2")
    mark = board.locator(".board__chart--wide .board__mark[data-of='1']")
    before = mark.get_attribute("d")
    for _ in range(7):
        page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-valuetext", "1")
    assert mark.get_attribute("d") != before
    for _ in range(4):
        page.keyboard.press("Tab")
    last = board.get_by_role("slider", name="residual-8 at step 40: loss, as a power of ten")
    expect(last).to_be_focused()
    page.keyboard.press("End")
    expect(last).to_have_attribute("aria-valuetext", "10")
    page.keyboard.press("Home")
    expect(last).to_have_attribute("aria-valuetext", "0.0001")
    page.keyboard.press("Enter")  # the form's first button: with the drawing
    done(page)
    expect(page.locator(".compared")).to_contain_text("You drew residual-8 at 0.0001; it ended at")


def test_a_slider_picks_out_one_depth(page: Page) -> None:
    page.goto(RACE)
    page.get_by_role("button", name="Run without predicting").click()
    done(page)
    expect(page.locator(".compared")).to_have_count(0)
    expect(page.locator(".depths__ends li:visible")).to_have_count(2)
    slider = page.get_by_role("slider", name="depth")
    expect(slider).to_have_attribute("aria-valuetext", "all depths")
    slider.focus()
    page.keyboard.press("End")
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(r"^14 layers: plain-14 ended at a loss of .* accuracy\.$")
    )
    expect(page.locator(".depths__ends li:visible")).to_have_text(re.compile("^14 layers: plain-14"))
    expect(page.locator("g.is-faint:visible .flow__name")).to_have_text(["plain-8", "residual-8"])
    clean(page, "depth")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(".is-faint")).to_have_count(0)
    expect(page.locator(".depths__ends li:visible")).to_have_count(2)


def test_settings_bring_their_nets_at_once_and_keep_what_was_drawn(page: Page) -> None:
    page.goto(RACE)
    page.wait_for_load_state("networkidle")
    board, depths = page.locator("[data-board]"), page.get_by_role("group", name="depths")
    choose(board, "plain-14")
    stroke(page, board, [0.4] * 5)
    depths.get_by_role("checkbox", name="20").check(force=True)
    expect(page.locator(".opts__sum")).to_contain_text("6 of 6 nets")
    expect(board.locator(".board__nets label")).to_have_count(6)
    expect(board.get_by_role("radio", name="plain-14")).to_be_checked()
    assert losses(board) == pytest.approx([0.1] * 5, rel=0.1)
    depths.get_by_role("checkbox", name="32").check(force=True)
    expect(page.locator(".opts__sum")).to_contain_text("8 nets are chosen, and 6 can race at once.")
    expect(board).to_contain_text("Leave out a depth")
    clean(page, "too-many")


@pytest.fixture
def bare(browser: Browser, server: Server) -> Iterator[Page]:
    """A page without scripts."""
    context = browser.new_context(
        base_url=server.url, java_script_enabled=False, viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_a_race_is_drawn_without_a_script(bare: Page) -> None:
    bare.goto(RACE)
    board = bare.locator("[data-board]")
    board.get_by_role("radio", name="plain-8").check(force=True)
    last = board.get_by_role("slider", name="plain-8 at step 40: loss, as a power of ten")
    box = seen(last)
    bare.mouse.click(box["x"] + box["width"] / 2, box["y"] + 12 + (box["height"] - 24) * 0.4)
    level = float(last.input_value())
    assert level == pytest.approx(-1, abs=0.1), "the point is where it was put on the axis"
    bare.screenshot(path=SHOTS / "race-bare.png", full_page=True)
    board.get_by_role("button", name="Run with my drawing").click()
    expect(bare).to_have_url(re.compile(r"/runs/\w+\?lab=%2Fdegradation.*drawn="))
    done(bare)
    expect(bare.locator(".compared")).to_contain_text(f"You drew plain-8 at {10**level:.2g}; it ended at")
    expect(bare.locator(".depths__ends li")).to_have_count(2)
    # Other settings, and their empty chart.
    bare.get_by_role("group", name="depths").get_by_role("checkbox", name="14").uncheck(force=True)
    bare.get_by_role("button", name="Draw first").click()
    expect(bare.locator(".board__nets label")).to_have_text(["plain-8", "residual-8"])


def test_a_lesson_keeps_the_drawing_for_its_student(page: Page) -> None:
    page.goto(lesson_url("degradation-and-the-residual-block"))
    lab = page.locator(f"[data-lab='{SLUG}/digits-race']")
    lab.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    expect(lab.locator(".predict")).to_contain_text("Draw it in the chart below.")
    board = lab.locator("[data-board]")
    choose(board, "plain-56")
    stroke(page, board, [0.2, 0.3, 0.35, 0.4, 0.4])
    lab.screenshot(path=SHOTS / "race-lesson-drawing.png")
    board.get_by_role("button", name="Run with my drawing").click()
    expect(lab.locator(".predict")).to_contain_text("drawn in the chart")
    lab.get_by_role("button", name="Stop").click()
    page.reload()
    lab.scroll_into_view_if_needed()
    expect(lab.locator(".predict")).to_contain_text("drawn in the chart")
    expect(lab.locator("[data-board]")).to_have_count(0)
