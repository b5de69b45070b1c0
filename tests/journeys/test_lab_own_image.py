"""Feature maps of one's own picture: drawn by keyboard and by pointer, made of a file, typed, and taken up again."""

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from app.lab import pictures, zoo
from app.web.drawings.heat import coloured, mask
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES
from tests.lab.oracle import made

SHOTS = Path(__file__).parent.parent.parent / "screenshots"
AT = "/lab/feature-maps?feature-maps.steps=20"


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose operator put a ResNet-18 on disk: one that has learnt nothing."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(1)
    torch.save(made(zoo.source("resnet18"), "cpu").state_dict(), folder / "resnet18-0a1b2c3d.pth")
    running = Server(tmp_path_factory.mktemp("weighed"), RECEPTIVE_WEIGHTS=str(folder)).start()
    yield running
    running.stop()


@pytest.fixture
def drawing(page: Page) -> Page:
    """The page of the experiment, once its sheet is there."""
    page.goto(AT)
    expect(page.get_by_role("grid")).to_be_visible()
    return page


def cell(page: Page, row: int, column: int) -> Locator:
    return page.get_by_role("gridcell", name=f"Row {row}, column {column}:")


def text(page: Page) -> str:
    return "".join(page.locator("[data-picture] textarea").input_value().split())


def png(rows: Sequence[Sequence[float]], times: int) -> bytes:
    """A grey PNG, each strength from 0 to 1 a square of so many pixels."""
    wide = [[value for value in row for _ in range(times)] for row in rows for _ in range(times)]
    return base64.b64decode(mask(wide).partition(",")[2])


def strengths(picture: str) -> list[list[float]]:
    return [[shade / 16 for shade in row] for row in pictures.shades(picture)]


def choose(page: Page, name: str, body: bytes, kind: str = "image/png") -> None:
    page.locator("[data-picture] [data-file]").set_input_files(FilePayload(name=name, mimeType=kind, buffer=body))


def run(page: Page) -> Locator:
    page.locator("[data-run]").click()
    pane = page.locator(".lab__pane")
    expect(pane).to_have_class(re.compile(r"is-(done|cached)"), timeout=60_000)
    return pane


def test_a_picture_is_drawn_by_keyboard_and_run(drawing: Page) -> None:
    page = drawing
    expect(page.locator("[data-said]")).to_have_text("The digit chosen above is shown to the net.")
    cell(page, 1, 1).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Space", "ArrowDown", "Enter", "-", "-", "ArrowDown", "+"):
        page.keyboard.press(key)
    assert text(page) == "000g0000" + "000e0000" + "00010000" + "0" * 40
    expect(cell(page, 2, 4)).to_have_accessible_name("Row 2, column 4: shade 14 of 16")
    page.keyboard.press("Delete")
    page.get_by_role("button", name="Undo").click()
    assert text(page)[19] == "1"
    expect(page.locator("[data-said]")).to_have_text("Undone. It is shown to the net in place of the digit.")
    pane = run(page)
    expect(page.locator(".reads")).to_contain_text("is what it says")
    expect(page.locator(".reads")).not_to_contain_text("which it is")
    expect(pane.get_by_role("img", name="The picture: a picture of your own, 8×8 pixels.")).to_be_visible()
    # The page of the run, and the lab again with this picture.
    page.locator("[data-drawn]").click()
    expect(page.locator("main")).to_contain_text("of one’s own")
    page.get_by_role("link", name="Change it").click()
    expect(cell(page, 2, 4)).to_have_accessible_name("Row 2, column 4: shade 14 of 16")


def test_a_pointer_draws_a_stroke_that_is_undone_as_one(drawing: Page) -> None:
    page = drawing
    first, last = (cell(page, row, 3).bounding_box() for row in (2, 7))
    assert first
    assert last
    page.mouse.move(first["x"] + 10, first["y"] + 10)
    page.mouse.down()
    page.mouse.move(last["x"] + 10, last["y"] + 10, steps=25)
    page.mouse.up()
    assert text(page) == "0" * 8 + "00g00000" * 6 + "0" * 8
    page.get_by_role("button", name="Undo").click()
    assert text(page) == ""
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_a_digit_is_begun_with_inverted_and_cleared(drawing: Page) -> None:
    page = drawing
    page.get_by_label("begin with").select_option(label="a 7")
    assert text(page) == pictures.SAMPLES[7]
    page.get_by_role("button", name="Invert").click()
    assert [shade for row in pictures.shades(text(page)) for shade in row] == [
        16 - shade for row in pictures.shades(pictures.SAMPLES[7]) for shade in row
    ]
    page.get_by_role("button", name="Clear").click()
    assert text(page) == ""


@pytest.mark.parametrize("dark_ink", [False, True])
def test_a_file_becomes_the_shades_that_it_has(drawing: Page, dark_ink: bool) -> None:
    page = drawing
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    rows = [[1 - value if dark_ink else value for value in row] for row in strengths(pictures.SAMPLES[9])]
    choose(page, "nine.png", png(rows, 20))
    said = page.locator("[data-said]")
    expect(said).to_contain_text("nine.png, 160×160. Averaged to 8×8 and stretched from paper to ink; ")
    expect(said).to_contain_text(f"{'dark' if dark_ink else 'light'} is taken for ink.")
    assert text(page) == pictures.SAMPLES[9]
    assert sent == [], "the file stays in the browser"


def test_of_a_wide_file_the_middle_counts(drawing: Page) -> None:
    page = drawing
    rows = [[0.0] * 4 + row + [0.0] * 4 for row in strengths(pictures.SAMPLES[5])]
    choose(page, "wide.png", png(rows, 20))
    expect(page.locator("[data-said]")).to_contain_text("320×160, its middle square")
    assert text(page) == pictures.SAMPLES[5]
    pane = run(page)
    expect(pane.locator("table").first).to_be_attached()


@pytest.mark.parametrize("dark_ink", [False, True])
def test_a_small_figure_on_a_large_sheet_is_cut_to_its_ink(drawing: Page, dark_ink: bool) -> None:
    page = drawing
    figure = "g0000000g0000080g0000800g0008000g0080000g08000g0g800000ggggggggg"
    sheet = [[0.1] * 32 for _ in range(32)]
    for row, values in enumerate(strengths(figure), 20):
        sheet[row][3:11] = [0.1 + 0.8 * value for value in values]
    rows = [[1 - value if dark_ink else value for value in row] for row in sheet]
    cut = page.get_by_role("button", name="Cut it to its ink")
    expect(cut).to_be_disabled()
    choose(page, "corner.png", png(rows, 16))
    expect(page.locator("[data-said]")).to_contain_text("512×512. Averaged")
    whole = text(page)
    assert whole != figure
    cut.click()
    expect(page.locator("[data-said]")).to_contain_text("corner.png, 512×512, cut to its ink. Averaged")
    assert text(page) == figure
    page.get_by_role("button", name="Undo").click()
    assert text(page) == whole


def test_what_is_no_picture_or_too_much_is_said_and_changes_nothing(drawing: Page) -> None:
    page = drawing
    page.get_by_label("begin with").select_option(label="a 2")
    choose(page, "notes.txt", b"no picture", "text/plain")
    expect(page.locator("[data-said]")).to_contain_text("no picture that the browser can read")
    choose(page, "huge.png", b"\0" * (10 * 2**20 + 1))
    expect(page.locator("[data-said]")).to_contain_text("This file has 11 MB; at most 10 can be read.")
    assert text(page) == pictures.SAMPLES[2]


def test_a_text_that_is_no_picture_is_refused_in_words(drawing: Page) -> None:
    page = drawing
    page.get_by_text("As text").click()
    page.locator("[data-picture] textarea").fill("00g")
    expect(page.locator("[data-said]")).to_have_text("This text is no picture yet.")
    page.locator("[data-run]").click()
    expect(page.locator(".lab__pane")).to_contain_text("is a picture of 64 shades, and this has 3")


def test_without_a_script_it_is_typed(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(AT)
    expect(page.get_by_role("grid")).to_have_count(0)
    page.get_by_text("As text").click()
    page.locator("[data-picture] textarea").fill(pictures.rows(pictures.SAMPLES[8]))
    page.locator("[data-run]").click()
    expect(page.locator(".reads")).to_contain_text("is what it says", timeout=60_000)
    context.close()


def test_a_photo_is_shown_to_a_network_with_weights(browser: Browser, weighed: Server) -> None:
    context = browser.new_context(base_url=weighed.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto("/lab/feature-maps")
    box = page.get_by_role("group", name="your own photo")
    expect(box).to_be_hidden()
    page.get_by_label("resnet18").check()
    # Four corners in colour, a white margin on either side, which goes.
    red, green, blue, grey, white = (1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.5, 0.5), (1, 1, 1)
    upper, lower = [red] * 112 + [green] * 112, [blue] * 112 + [grey] * 112
    rows = [[white] * 30 + row + [white] * 30 for row in [upper] * 112 + [lower] * 112]
    photo = FilePayload(name="corners.png", mimeType="image/png", buffer=base64.b64decode(coloured(rows).split(",")[1]))
    box.locator("[data-file]").set_input_files(photo)
    expect(box.locator("[data-said]")).to_have_text("corners.png, 284×224, its middle square at 112×112.")
    expect(box.get_by_role("img")).to_be_visible()
    expect(page.get_by_role("grid")).to_be_hidden()
    sent = pictures.pixels(box.locator("input[type=hidden]").input_value())
    corners = [sent[3 * (112 * y + x) :][:3] for y in (5, 105) for x in (5, 105)]
    assert corners == [b"\xff\0\0", b"\0\xff\0", b"\0\0\xff", b"\x80\x80\x80"]
    page.get_by_role("spinbutton", name="without").fill("2")
    pane = run(page)
    expect(pane).to_contain_text("resnet18-0a1b2c3d.pth")
    expect(pane).to_contain_text("layer2.1.relu, 16 of 128 channels of 28×28")
    expect(page.locator(".reads")).to_contain_text("without block 2")
    look(page, "own-photo")
    page.get_by_role("spinbutton", name="without").fill("9")
    page.locator("[data-run]").click()
    expect(pane).to_contain_text("8 residual blocks in resnet18")
    box.get_by_role("button", name="Remove it").click()
    assert box.locator("input[type=hidden]").input_value() == ""
    expect(page.get_by_role("grid")).to_be_visible()
    box.locator("[data-file]").set_input_files(photo)
    page.get_by_label("trained here").check()
    page.get_by_role("spinbutton", name="without").fill("0")
    page.locator("[data-run]").click()
    expect(pane).to_contain_text("What it is taken for", timeout=60_000)
    context.close()


def test_how_it_looks(drawing: Page) -> None:
    page = drawing
    choose(page, "six.png", png(strengths(pictures.SAMPLES[6]), 30))
    run(page)
    look(page, "own-image")


def look(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (theme, width)
            page.screenshot(path=SHOTS / f"{name}-{width}-{theme}.png", full_page=True)
        found = Axe().run(page, options=RULES).response["violations"]
        assert [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]] == []
