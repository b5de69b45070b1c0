"""Writing a lesson in a real browser: beside its preview, tried as a student, found again."""

import shutil
import time
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from app.db import Database
from app.learning import learners
from app.learning.learners import Role
from app.web import passwords
from tests.journeys.course import ROOT, SLUG, lesson_url
from tests.journeys.server import Server

LESSON = "the-vgg-philosophy"
FILE = f"/studio/courses/{SLUG}/files/{LESSON}.md"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over lessons of its own."""
    folder = tmp_path_factory.mktemp("studio")
    shutil.copytree(ROOT / "lessons", folder / "lessons")
    (folder / "data").mkdir()
    server = Server(folder / "data", RECEPTIVE_LESSONS=str(folder / "lessons")).start()
    yield server
    server.stop()


def account(server: Server, role: Role = "instructor") -> str:
    """The address of a new account."""
    database = Database(f"sqlite:///{server.data / 'receptive.db'}")
    id = uuid.uuid4().hex
    email = f"{id}@example.org"
    hashed = passwords.hash_now(PASSWORD)
    make = learners.create_account
    database.write_now(lambda conn: make(conn, id, "Ada", email, hashed, time.time(), role))
    database.close()
    return email


def signed_in(browser: Browser, server: Server, email: str) -> BrowserContext:
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me*")
    page.close()
    return context


@pytest.fixture
def desk(browser: Browser, studio: Server) -> Iterator[Page]:
    """An instructor's page; the test fails where its console had an error."""
    context = signed_in(browser, studio, account(studio))
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    yield page
    lost = ("Failed to load resource", "Failed to fetch")  # what a lost connection leaves in the console
    assert [one for one in complaints if not any(words in one for words in lost)] == []
    context.close()


def written(page: Page, text: str) -> None:
    """Types at the end of the text."""
    page.locator(".cm-content").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def preview(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[data-part=preview]")


def test_a_lesson_is_written_beside_its_preview(desk: Page, browser: Browser, studio: Server) -> None:
    desk.goto("/studio")
    desk.get_by_role("link", name="CNN Architectures").click()
    desk.get_by_role("link", name="The VGG philosophy").click()
    shown = preview(desk)
    expect(shown.get_by_role("heading", level=1)).to_have_text("The VGG philosophy")
    lab = shown.locator("[data-piece^=lab-]").first
    lab.scroll_into_view_if_needed()
    lab.get_by_role("button", name="just show me").or_(lab.locator("[data-run]")).first.click()
    expect(lab.locator(".pane, [id$=-pane]").first).to_contain_text("s", timeout=60_000)
    lab.evaluate("lab => { lab.kept = true }")
    written(desk, "\n\n## Mine\n\nA paragraph of **mine**, with $x^2$.\n")
    expect(shown.get_by_role("heading", name="Mine")).to_be_visible()
    expect(shown.get_by_text("A paragraph of mine")).to_be_visible()
    assert lab.evaluate("lab => lab.kept === true"), "a lab stays the very element while something else is written"
    expect(desk.locator("[data-part=state]")).to_contain_text("Saved")
    desk.reload()
    expect(preview(desk).get_by_text("A paragraph of mine")).to_be_visible()
    expect(desk.locator(".cm-content").first).to_be_visible()
    student = browser.new_page(base_url=studio.url)
    student.goto(lesson_url(LESSON))
    expect(student.get_by_text("A paragraph of mine")).to_have_count(0)
    student.close()


def test_a_draft_is_tried_as_a_student(desk: Page) -> None:
    desk.goto(FILE)
    question = """

:::{question} tried-here
:kind: choice

Which one is right?

- [ ] the wrong one
  > Because it is not.
- [x] the right one
  > Because it is.

! So it is.
:::
"""
    written(desk, question)
    quiz = preview(desk).locator("#q-tried-here")
    quiz.get_by_role("radio", name="the wrong one").check(force=True)
    quiz.get_by_role("button", name="Check answer").click()
    expect(quiz.get_by_text("Because it is not.").first).to_be_visible()
    quiz.get_by_role("radio", name="the right one").check(force=True)
    quiz.get_by_role("button", name="Try again").click()
    expect(quiz.get_by_text("Right, and here is why")).to_be_visible()
    quiz.get_by_text("For its author").click()
    expect(quiz.locator(".author")).to_contain_text("Because it is not.")
    desk.goto("/me/xp")
    expect(desk.get_by_text("Which one is right?")).to_have_count(0)


def test_what_was_saved_outlives_a_kill(desk: Page, studio: Server) -> None:
    desk.goto(FILE)
    written(desk, "\n\nWritten before the power failed.\n")
    expect(preview(desk).get_by_text("Written before the power failed.")).to_be_visible()
    expect(desk.locator("[data-part=state]")).to_contain_text("Saved")
    studio.kill()
    studio.start("/healthz")
    desk.reload()
    expect(preview(desk).get_by_text("Written before the power failed.")).to_be_visible()
