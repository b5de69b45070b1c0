"""The experiments' own pages: from the zoo to a run, its page, what is taken away of it, and two runs side by side."""

import csv
import io
import itertools
import json
import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.course import lesson_url
from tests.journeys.server import Server
from tests.journeys.test_lab import lab as lesson_lab
from tests.journeys.test_lab import write
from tests.journeys.test_looks import inspect

DONE = re.compile(r"\bis-(done|cached)\b")
FIVE = "net = nn.Sequential(\n    nn.Conv2d(3, 8, 5),\n    nn.ReLU(),\n    nn.Conv2d(8, 8, 3),\n)"


def free(page: Page, experiment: str) -> Locator:
    box = page.locator(f"[data-lab='/{experiment}']")
    page.wait_for_load_state("networkidle")
    return box


def saved(page: Page, name: str) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).or_(page.get_by_role("button", name=name, exact=True)).click()
    assert re.fullmatch(rf"receptive-receptive-field-[0-9a-f]{{6}}\.{name.lower()}", download.value.suggested_filename)
    return Path(download.value.path())


def test_from_the_zoo_to_two_runs_side_by_side(page: Page) -> None:
    page.goto("/lab")
    page.get_by_role("link", name="Receptive field", exact=True).click()
    page.get_by_label("Start from").select_option("vgg11")
    expect(page).to_have_url(re.compile(r"network=vgg11"))
    box = free(page, "receptive-field")
    expect(box.locator(".lab__text")).to_have_value(re.compile(r"VGG\("))
    # one's own code in its place, at a size of one's own
    write(box, FIVE)
    page.get_by_label("input", exact=True).fill("3x24x24")
    box.locator("[data-run]").click()
    expect(box.locator(".lab__pane")).to_have_class(DONE, timeout=60_000)
    expect(box.locator(".reads")).to_contain_text("7×7")
    # its page, for ever
    box.locator(".lab__log a[data-drawn]").click()
    expect(page).to_have_url(re.compile(r"/runs/[0-9a-f]{32}$"))
    first = page.url
    made = page.get_by_role("region", name="How it was made")
    expect(made).to_contain_text("3×24×24")
    expect(made).to_contain_text("torch")
    # to be changed
    page.get_by_role("link", name="Change it").click()
    box = free(page, "receptive-field")
    expect(box.locator(".lab__text")).to_have_value(re.compile(r"nn\.Conv2d\(3, 8, 5\)"))
    write(box, FIVE.replace("8, 8, 3", "8, 8, 5"))
    box.locator("[data-run]").click()
    expect(box.locator(".reads")).to_contain_text("9×9", timeout=60_000)
    box.locator(".lab__log a[data-drawn]").click()
    # and compared: this browser offers the run that was looked at before
    field = page.get_by_label("Compare with")
    expect(page.locator("#away-recent option")).to_have_attribute("value", first.rpartition("/")[2])
    field.fill(first)
    page.get_by_role("button", name="Compare", exact=True).click()
    row = page.locator(".pair__reads tr", has_text="receptive field")
    expect(row).to_contain_text("9×9")
    expect(row).to_contain_text("7×7")
    expect(page.get_by_role("region", name="Where the codes differ")).to_contain_text("nn.Conv2d(8, 8, 5)")
    # both are listed at the lab
    page.goto("/lab")
    expect(page.get_by_role("region", name="What you looked at last").get_by_role("link")).to_have_count(2)


def test_a_result_is_taken_away_in_four_ways(page: Page) -> None:
    page.goto("/lab/receptive-field")
    box = free(page, "receptive-field")
    write(box, FIVE)
    page.get_by_label("input", exact=True).fill("3x24x24")
    box.locator("[data-run]").click()
    expect(box.locator(".lab__pane")).to_have_class(DONE, timeout=60_000)
    box.locator(".lab__log a[data-drawn]").click()
    assert json.loads(saved(page, "JSON").read_text())["input"] == [3, 24, 24]
    rows = list(csv.reader(io.StringIO(saved(page, "CSV").read_text())))
    assert any("7×7" in row for row in rows)
    drawing = ET.fromstring(saved(page, "SVG").read_text())
    picture = saved(page, "PNG").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    assert width == pytest.approx(2 * float(drawing.attrib["width"]), abs=2)
    assert height == pytest.approx(2 * float(drawing.attrib["height"]), abs=2)


def test_with_the_keyboard_alone(page: Page) -> None:
    """From the list of experiments to a result, with Tab, the arrow keys and Enter."""
    page.goto("/lab")
    link = page.get_by_role("link", name="Parameters and multiply-adds", exact=True)
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("(one) => one === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    box = free(page, "parameters")
    box.locator(".lab__text").focus()
    expect(box.locator(".cm-content")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text("net = nn.Conv2d(3, 64, 3)")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(box.locator(".lab__pane")).to_have_class(DONE, timeout=60_000)
    expect(box.locator(".reads")).to_contain_text("1 792")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_label("input", exact=True)).to_be_focused()


def test_long_code_is_scrolled_by_itself(page: Page) -> None:
    page.goto("/lab/parameters")
    box = free(page, "parameters")
    tall = page.evaluate("document.documentElement.scrollHeight")
    write(box, "net = nn.ReLU()\n" + "# on and on\n" * 2000)
    page.keyboard.press("Escape")
    box.locator(".cm-content").focus()
    page.keyboard.press("ControlOrMeta+End")
    expect(box.locator(".cm-scroller")).not_to_have_js_property("scrollTop", 0)
    assert page.evaluate("document.documentElement.scrollHeight") <= tall
    expect(page.get_by_label("input", exact=True)).to_be_visible()
    assert inspect(page, "long-code") == []


def test_a_run_that_was_looked_at_is_compared_by_its_six_digits(page: Page) -> None:
    ids = []
    for network in ("vgg11", "vgg13"):
        body = {"experiment": "parameters", "network": network, "wait": 30}
        ids.append(page.request.post("/api/v1/runs", data=body).json()["id"])
        page.goto(f"/runs/{ids[-1]}")
    page.get_by_label("Compare with").fill(ids[0][:6])
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile(f"/runs/{ids[1]}/with/{ids[0]}$"))


def test_without_scripts(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/lab/parameters")
    page.get_by_label("Start from").select_option("vgg13")
    page.get_by_role("button", name="Load its code").click()
    page.locator("[data-run]").click()
    expect(page.locator(".reads")).to_contain_text("133 047 848", timeout=60_000)
    page.locator(".lab__log a[data-drawn]").click()
    page.get_by_role("link", name="Change it").click()
    expect(page.locator(".lab__text")).to_have_value(re.compile(r"net = VGG"))
    context.close()


def test_a_lesson_s_lab_is_opened_in_the_lab(page: Page) -> None:
    page.goto(lesson_url("the-vgg-philosophy"))
    box = lesson_lab(page, "three-by-three")
    box.locator("[data-run]").click()
    expect(box.locator(".lab__pane")).to_have_class(DONE, timeout=60_000)
    box.get_by_role("link", name="open in the lab").click()
    expect(page).to_have_url(re.compile(r"/lab/receptive-field\?from="))
    expect(free(page, "receptive-field").locator(".reads")).to_contain_text("7×7")


def test_how_a_run_and_two_runs_look(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    pages = {}
    for network in ("vgg11", "resnet18"):
        body = {"experiment": "parameters", "network": network, "wait": 30}
        pages[f"run-{network}"] = f"/runs/{page.request.post('/api/v1/runs', data=body).json()['id']}"
    first, second = pages.values()
    pages["pair"] = f"{first}/with/{second.rpartition('/')[2]}"
    problems = []
    themes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
    for width, theme in itertools.product((360, 1440), themes):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        for name, path in pages.items():
            page.goto(path)
            problems += inspect(page, f"{name}-{width}-{theme}")
    context.close()
    assert problems == []


def test_on_a_phone_what_was_asked_for_comes_into_sight(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(reduced_motion="reduce")
    page.goto("/lab/parameters")
    box = free(page, "parameters")
    box.locator("[data-run]").click()
    expect(box.locator(".lab__pane")).to_have_class(DONE)
    expect(box.locator(".lab__state")).to_be_in_viewport()


def test_settings_are_explained_without_a_pointer(page: Page) -> None:
    page.goto("/lab/measures")
    box = free(page, "measures")
    box.get_by_text("What the settings mean").focus()
    page.keyboard.press("Enter")
    expect(box.locator(".opts__means")).to_contain_text("receptive field, in pixels")
    expect(box.locator(".opts__means")).to_contain_text("the same seed gives the same numbers")
    write(box, "net = nn.Sequential(" + "nn.Conv2d(3, 3, 3), " * 12 + ")")
    assert inspect(page, "settings-explained") == []


def test_a_wrong_setting_in_an_address_leads_back_to_the_lab(page: Page) -> None:
    page.goto("/lab/lesion?lesion.depth=9")
    expect(page.locator(".lead")).to_have_text("Option 'depth' cannot be 9. Did you mean 8?")
    page.get_by_role("link", name="Begin anew here").click()
    expect(page.get_by_role("heading", name="Lesions", exact=True)).to_be_visible()
