"""Every experiment that trains or traces, on its own page: run, watched, read as a table, on a laptop and a phone."""

import re
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from app.lab.catalogue import EXPERIMENTS
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES

SHOTS = Path(__file__).parent.parent.parent / "screenshots"
#: A quick setting of each, as its address has it.
ASKED = {
    "gradient-flow": "gradient-flow.depths=8&gradient-flow.depths=14&gradient-flow.steps=2&gradient-flow.seeds=3",
    "degradation": "degradation.depths=8&degradation.depths=14&degradation.steps=60&degradation.seeds=2",
    "landscape": "landscape.depth=8&landscape.grid=17&landscape.steps=40",
    "lesion": "lesion.depth=14&lesion.steps=60",
    "feature-maps": "feature-maps.steps=60&feature-maps.without=3",
    "trace": "network=cifar_resnet20_a",
    "measures": "network=cifar_plain20",
}


def clean(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]] == []


def done(page: Page) -> Locator:
    pane = page.locator(".lab__pane")
    expect(pane).to_have_class(re.compile(r"is-(done|cached)"), timeout=60_000)
    return pane


def test_every_experiment_has_a_journey() -> None:
    elsewhere = {"parameters", "receptive-field"}
    assert ASKED.keys() | elsewhere == EXPERIMENTS.keys()


@pytest.mark.parametrize("name", ASKED)
def test_it_is_run_and_read(page: Page, name: str) -> None:
    page.goto(f"/lab/{name}?{ASKED[name]}")
    page.wait_for_load_state("networkidle")
    page.locator("[data-run]").click()
    pane = done(page)
    for tab in pane.locator(".lab__figure .seg label").all():
        tab.click()
        expect(pane.locator(".lab__figure svg:visible").first).to_be_visible()
    twin = pane.locator("details.twin summary").first
    if twin.count():
        twin.click()
    expect(pane.locator("table:visible").first).to_be_visible()
    expect(page.locator(".reads .read").first).to_be_visible()
    SHOTS.mkdir(exist_ok=True)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (theme, width)
            page.screenshot(path=SHOTS / f"done-{name}-{width}-{theme}.png", full_page=True)
        clean(page)


#: (px, words) of what is written in the figures, as large as it is seen.
WRITTEN = """() => [...document.querySelectorAll(".lab__figure svg :is(text, tspan)")]
  .filter((one) => one.checkVisibility() && one.textContent.trim())
  .map((one) => {
    const seen = one.getScreenCTM();
    return [parseFloat(getComputedStyle(one).fontSize) * Math.hypot(seen.a, seen.b), one.textContent.trim()];
  })"""


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_what_stands_in_a_figure_can_be_read_on_a_phone(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"/lab/{name}?{ASKED.get(name, '')}")
    page.wait_for_load_state("networkidle")
    page.locator("[data-run]").click()
    pane = done(page)
    found: list[tuple[float, str]] = page.evaluate(WRITTEN)
    for tab in pane.locator(".lab__figure .seg label").all():
        tab.click()
        found += page.evaluate(WRITTEN)
    assert bool(found) == (name not in {"measures", "trace"}), "those two are tables"
    assert [(round(size, 1), words) for size, words in found if size < 11.99] == []


def test_a_trace_is_stepped_through_by_keyboard_and_lights_its_lines(page: Page) -> None:
    page.goto(f"/lab/trace?{ASKED['trace']}")
    page.wait_for_load_state("networkidle")
    page.locator("[data-run]").click()
    done(page)
    slider = page.get_by_label("step", exact=True)
    slider.focus()
    for step in range(1, 4):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".watch output")).to_have_text(re.compile(rf"^{step} / \d+$"))
    expect(page.locator(".watch tr[aria-current=step] b")).to_have_text("ReLU")
    expect(page.locator(".ln.is-lit")).to_have_count(1)


def test_the_gradient_is_followed_through_training_by_keyboard(page: Page) -> None:
    """With batch norm a deep plain stack's gradient explodes at initialisation and has settled some steps later."""
    page.goto(
        "/lab/gradient-flow?gradient-flow.depths=56&gradient-flow.init=he&gradient-flow.batch_norm=on&gradient-flow.steps=10"
    )
    page.wait_for_load_state("networkidle")
    page.locator("[data-run]").click()
    pane = done(page)
    slider = page.get_by_label("steps of training")
    expect(slider).to_have_attribute("aria-valuetext", "10")
    name = pane.locator("svg.fig--wide [data-frame]:not([display=none]) .flow__name").first
    at: list[float] = []
    for key, step, words in (
        ("Home", "0", "at initialisation"),
        ("ArrowRight", "1", "after 1 step"),
        ("End", "10", "after 10 steps"),
    ):
        slider.focus()
        page.keyboard.press(key)
        expect(slider).to_have_attribute("aria-valuetext", step)
        expect(pane.locator(".flows__step output")).to_have_text(step)
        expect(pane.get_by_text(f"‖∂L/∂W‖ ÷ last, {words}").and_(pane.locator(":visible"))).to_have_count(1)
        expect(name).to_contain_text("plain-56")
        at.append(float((name.text_content() or "").split(", ")[1]))
    assert at[0] > 100
    assert at[0] > 10 * at[2]
    pane.locator(".seg label").last.click()
    expect(pane.get_by_text("std z ÷ last, after 10 steps").and_(pane.locator(":visible"))).to_have_count(1)
    clean(page)


def test_the_course_of_training_is_read_without_scripts(browser: Browser, server: Server) -> None:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        client.get("/")
        body = {"experiment": "gradient-flow", "options": {"depths": [8], "steps": 2, "seeds": 2}, "wait": 60}
        run = client.post("/api/v1/runs", json=body).json()["id"]
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/runs/{run}")
    expect(page.locator(".flows__step")).to_be_hidden()
    expect(page.locator("svg.fig--wide [data-frame]:visible")).to_have_count(1)
    expect(page.get_by_role("table", name="Powers of ten")).to_contain_text("plain-8")
    page.get_by_text("Show as table").click()
    headings = page.locator("details.twin table").first.locator("thead th").all_inner_texts()
    assert headings[:5] == ["layer", "step", "plain-8", "plain-8, lowest", "plain-8, highest"]
    assert page.locator("details.twin table").first.locator("tbody tr").count() == 3 * 8
    context.close()


def test_a_race_that_is_under_way_shows_its_curves_and_how_long_it_takes(page: Page) -> None:
    page.goto("/lab/degradation?degradation.depths=20&degradation.steps=400&seed=11")
    page.wait_for_load_state("networkidle")
    page.locator("[data-run]").click()
    pane = page.locator(".lab__pane")
    expect(pane).to_have_class(re.compile("is-streaming"), timeout=60_000)
    expect(pane.locator(".race__line").first).to_be_attached()
    expect(pane.locator(".status")).to_contain_text("s left", timeout=20_000)
    page.get_by_role("button", name="Stop").click()
    expect(pane).to_have_class(re.compile("is-cancelled"))


def test_what_a_lab_builds_is_refused_in_words_where_it_would_take_too_long(server: Server) -> None:
    body = {"experiment": "degradation", "options": {"depths": [152], "steps": 1500}, "wait": 30}
    with httpx.Client(base_url=server.url, timeout=60) as client:
        client.get("/")
        answer = client.post("/api/v1/runs", json=body)
    assert answer.status_code == 422
    assert "times as long" in answer.text
