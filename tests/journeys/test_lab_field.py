"""Receptive fields and parameters in a browser: along the depth, unit by unit, two networks beside each other."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.server import Server
from tests.journeys.test_looks import inspect, see_everything

HOLES = """net = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=2, dilation=2),
    nn.ReLU(),
    nn.Conv2d(8, 8, 3, padding=2, dilation=2),
)
"""


def run(page: Page, **body: Any) -> str:
    """The address of a run that has ended well."""
    found = page.request.post("/api/v1/runs", data={**body, "wait": 60}).json()
    assert found["status"] == "done", found
    return f"/runs/{found['id']}"


def field(page: Page, code: str = HOLES, **options: object) -> str:
    return run(page, experiment="receptive-field", code=code, input="3x32x32", options={"samples": 2, **options})


def test_along_the_depth_and_from_unit_to_unit(page: Page) -> None:
    page.goto("/")
    page.goto(field(page, along=2))
    seer = page.locator("[data-seer]")
    shown = seer.locator(".seer__layer:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("25 of those 81")
    expect(seer.locator("[data-yours]")).to_be_hidden()
    depth = seer.locator("input[name=depth]")
    depth.focus()
    page.keyboard.press("ArrowLeft")
    expect(shown).to_contain_text("9 of those 25")
    expect(depth).to_have_attribute("aria-valuetext", "layer 0")
    page.keyboard.press("ArrowRight")
    # with the keyboard
    seer.locator("input[name=row]").focus()
    page.keyboard.press("Home")
    expect(seer.locator("[data-said]")).to_have_text(
        "Row 0, column 16 of 32×32 units sees 5×9 pixels, cut off by the border from 9×9."
    )
    expect(seer.locator("[data-yours]")).to_have_attribute("height", "5")
    # with a pointer: the middle of the picture is the middle unit again
    image = seer.locator(".seer__image > svg")
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    assert box
    image.hover(position={"x": box["width"] * 8.5 / 32, "y": box["height"] * 20.5 / 32})
    expect(seer.locator("[data-said]")).to_have_text("Row 20, column 8 of 32×32 units sees 9×9 pixels.")
    expect(seer.locator("input[name=column]")).to_have_value("8")


def test_a_finger_chooses_a_unit_and_nothing_is_needed_to_read(browser: Browser, server: Server) -> None:
    phone = browser.new_context(base_url=server.url, viewport={"width": 360, "height": 740}, has_touch=True)
    page = phone.new_page()
    page.goto("/")
    address = field(page)
    page.goto(address)
    image = page.locator(".seer__image > svg")
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    assert box
    image.tap(position={"x": box["width"] * 0.85, "y": box["height"] * 0.85})
    expect(page.locator("[data-said]")).to_contain_text("Row 27, column 27")
    phone.close()
    bare = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = bare.new_page()
    page.goto(address)
    expect(page.locator(".seer__layer:visible")).to_contain_text("25 of those 81")
    expect(page.locator(".seer__corner:visible")).to_have_count(1)
    expect(page.locator("[data-seer] input:visible")).to_have_count(0)
    bare.close()


@pytest.fixture(params=[(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")], ids=lambda p: f"{p[0]}-{p[1]}")
def window(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Any:
    width, theme = request.param
    context = browser.new_context(
        base_url=server.url, viewport={"width": width, "height": 800}, color_scheme=theme, reduced_motion="reduce"
    )
    yield context, f"{width}-{theme}"
    context.close()


def test_how_they_look(window: tuple[BrowserContext, str]) -> None:
    context, cut = window
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto("/")
    vgg, resnet = (run(page, experiment="parameters", network=name) for name in ("vgg16", "resnet50"))
    pages = {
        "field-holes": field(page, along=2),
        "field-resnet18": run(
            page, experiment="receptive-field", network="resnet18", options={"samples": 1, "along": 3}
        ),
        "parameters-pair": f"{vgg}/with/{resnet.rpartition('/')[2]}",
    }
    problems = []
    for name, address in pages.items():
        page.goto(address)
        see_everything(page)
        problems += inspect(page, f"{name}-{cut}")
    assert problems == []


def test_two_networks_on_one_scale(page: Page) -> None:
    page.goto("/")
    vgg, resnet = (run(page, experiment="parameters", network=name) for name in ("vgg16", "resnet50"))
    page.goto(f"{vgg}/with/{resnet.rpartition('/')[2]}")
    both = page.locator(".pair__figure")
    expect(both).to_contain_text(re.compile("138.357.544"))
    expect(both).to_contain_text(re.compile("25.557.032"))
