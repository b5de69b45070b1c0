"""A course taken out as an archive and brought in again in a real browser; its pages narrow and dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.studio import archives
from tests.journeys.course import ROOT, SLUG
from tests.journeys.server import Server
from tests.journeys.test_studio import account, signed_in, studio

__all__ = ["studio"]

AT = f"/studio/courses/{SLUG}/in-and-out"


@pytest.fixture
def desk(browser: Browser, studio: Server) -> Iterator[Page]:
    context = signed_in(browser, studio, account(studio))
    yield context.new_page()
    context.close()


def taken(page: Page, name: str) -> bytes:
    """What a button or link of the page sends."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).click()
    return Path(download.value.path()).read_bytes()


def test_a_course_goes_out_and_comes_in(desk: Page, studio: Server) -> None:
    desk.goto(AT)
    out = taken(desk, "Take the archive")
    assert out == archives.of_course(ROOT / "lessons" / SLUG)
    desk.get_by_label("Of").select_option(label="Skip connections")
    assert b"receptive.residual-output" in taken(desk, "GIFT")
    assert taken(desk, "Moodle XML").startswith(b"<?xml")
    assert taken(desk, "QTI 2.1").startswith(b"PK")
    desk.goto("/studio")
    desk.get_by_text("A course from an archive").click()
    desk.get_by_label("Archive").set_input_files({"name": "a.zip", "mimeType": "application/zip", "buffer": out})
    desk.locator("#archive-course").fill("brought-in")
    desk.get_by_role("button", name="Bring it in").click()
    desk.wait_for_url("**/studio/courses/brought-in")
    expect(desk.get_by_role("heading", level=1)).to_have_text("CNN Architectures")
    assert desk.request.get(f"{studio.url}/studio/courses/brought-in/archive.zip").body()[:2] == b"PK"
    student = desk.request.get(f"{studio.url}/courses/brought-in")
    assert student.status == 200


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_its_pages_and_the_manual_are_for_everyone(desk: Page, width: int, scheme: str) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in (AT, "/studio/help/lesson-format#q104", "/studio/help/instructors"):
        desk.goto(path)
        for part in desk.locator("details").all():
            part.evaluate("one => { one.open = true }")
        found = Axe().run(desk).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
