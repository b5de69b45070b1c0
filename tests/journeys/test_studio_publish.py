"""Two instructors write one file, publish it one after the other, and go back; a crash before it all is made good."""

import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.db import Database
from app.learning import learners, staff
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES
from tests.studio.desk import COURSE, FILES, Desk, lay_out
from tests.studio.test_publishers import go, publisher, said

SHOTS = Path(__file__).parent.parent.parent / "screenshots"
ROOT = f"/studio/courses/{COURSE}"
PASSWORD = "correct horse battery"


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a repository of lessons, whose forerunner was killed in the middle of publishing."""
    data = tmp_path_factory.mktemp("studio")
    folder = lay_out(data / "repository" / "lessons")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "-c", "user.name=Op", "-c", "user.email=op@example.org", "commit", "-qm", "Begin")
    url = f"sqlite:///{(data / 'receptive.db').absolute()}"
    database = Database(url)
    database.upgrade()
    desk = Desk(database, folder)
    eve = desk.instructor("Eve", "eve@example.org")
    desk.write(eve, "second.md", FILES["second.md"].replace("A first", "Before the crash, a first"))
    killed = publisher(url, desk, eve, uuid.uuid4().hex, "0")
    go(killed)
    assert said(killed) == "waiting"
    killed.kill()
    killed.wait()
    database.close()
    running = Server(data, RECEPTIVE_LESSONS=str(folder), RECEPTIVE_STUDIO_GIT="1").start("/healthz")
    yield running
    running.stop()


def visitor(browser: Browser, studio: Server, **options: bool) -> Page:
    context: BrowserContext = browser.new_context(base_url=studio.url, **options)  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    return context.new_page()


def instructor(page: Page, studio: Server, name: str) -> str:
    """Somebody who has signed up and was made an instructor of the course; their id."""
    email = f"{name.split()[0].lower()}-{time.time_ns()}@example.org"
    page.goto("/account/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url("**/me")
    database = Database(f"sqlite:///{studio.data / 'receptive.db'}")
    account = database.read_now(lambda conn: learners.by_email(conn, email))
    assert account is not None
    database.write_now(lambda conn: staff.grant(conn, account.id, COURSE, "instructor", None, time.time()))
    database.close()
    return account.id


def write(page: Page, before: str, after: str) -> None:
    """Change the first lesson in the plain editor, which needs no script."""
    page.goto(f"{ROOT}/files/first.md")
    box = page.locator("textarea[name=text]")
    text = box.input_value()
    assert before in text
    box.fill(text.replace(before, after))
    with page.expect_navigation():
        page.get_by_role("button", name="Save and check").click()


def looks(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    for width in (360, 1440):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = Axe().run(page, options=RULES).response["violations"]
            assert [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} at {width}"
            page.screenshot(path=SHOTS / f"studio-{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_two_write_one_file_and_both_are_read(browser: Browser, studio: Server) -> None:
    student = visitor(browser, studio)
    student.goto(f"/courses/{COURSE}/lessons/second")
    expect(student.get_by_text("Before the crash, a first paragraph.")).to_be_visible()

    # both begin from the same text; neither has scripts
    ada, bob = (visitor(browser, studio, java_script_enabled=False) for _ in range(2))
    instructor(ada, studio, "Ada Lovelace")
    instructor(bob, studio, "Bob")
    write(ada, "A first paragraph.", "A first paragraph, by Ada.")
    write(bob, "A first paragraph.\n\nAnother paragraph.", "A first paragraph, by Bob.\n\nAnother one, by Bob.")

    # the first is published, committed and read at once
    ada.goto(f"{ROOT}/publish")
    expect(ada.locator("ins", has_text="Ada").first).to_be_visible()
    ada.get_by_label("What changed").fill("Who wrote it")
    ada.get_by_role("button", name="Publish 1 file").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Published")
    expect(ada.get_by_text("Committed to git")).to_be_visible()
    lessons = studio.data / "repository" / "lessons"
    assert git(lessons, "log", "-1", "--format=%an: %s") == "Ada Lovelace: Who wrote it"
    student.goto(f"/courses/{COURSE}/lessons/first")
    expect(student.get_by_text("A first paragraph, by Ada.")).to_be_visible()

    # the second is told, sees both, decides, and publishes
    bob.goto(f"{ROOT}/publish")
    expect(bob.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    bob.get_by_role("link", name="Merge first.md").click()
    expect(bob.get_by_text("Ada Lovelace has published this file")).to_be_visible()
    box = bob.locator("textarea[name=text]")
    text = box.input_value()
    assert "<<<<<<< yours" in text
    start, end = text.index("<<<<<<< yours"), text.index(">>>>>>> theirs\n") + len(">>>>>>> theirs\n")
    box.fill(f"{text[:start]}A first paragraph, by Ada and Bob.\n\nAnother one, by Bob.\n{text[end:]}")
    bob.get_by_role("button", name="Go on with this text").click()
    bob.get_by_role("button", name="Publish 1 file").click()
    expect(bob.get_by_role("heading", level=1)).to_have_text("Published")
    student.reload()
    expect(student.get_by_text("A first paragraph, by Ada and Bob.")).to_be_visible()

    # back to Ada's
    ada.goto(f"{ROOT}/revisions?file=first.md")
    ada.get_by_role("link", name="Revision 2").click()
    ada.get_by_role("button", name="Restore this text").click()
    ada.get_by_role("link", name="Publish it").click()
    ada.get_by_role("button", name="Publish 1 file").click()
    student.reload()
    expect(student.get_by_text("A first paragraph, by Ada.")).to_be_visible()
    for page in (student, ada, bob):
        page.context.close()


def test_the_pages_look_right(browser: Browser, studio: Server) -> None:
    page = visitor(browser, studio)
    who = instructor(page, studio, "Cleo")
    database = Database(f"sqlite:///{studio.data / 'receptive.db'}")
    desk = Desk(database, studio.data / "repository" / "lessons")
    page.goto(f"{ROOT}/publish")
    expect(page.get_by_text("There is nothing to publish")).to_be_visible()
    key = FILES["second.md"].replace("- [x] This", "- [ ] This").replace("- [ ] That", "- [x] That")
    maths = FILES["first.md"].replace("## How it ends", "## How it ends\n\n$x^{2}$ and `code`.")
    desk.write(who, "first.md", maths)
    desk.write(who, "second.md", key.replace("Another paragraph.", "Another [paragraph](nowhere:x)."))
    desk.write(who, "glossary.md", "## Window\n\nWhat is seen of a picture at once.\n")
    page.goto(f"{ROOT}/publish")
    looks(page, "publish-blocked")
    desk.write(who, "second.md", key.replace("Another paragraph.", "Another paragraph in a **new** wording."))
    page.goto(f"{ROOT}/publish")
    looks(page, "publish")
    page.get_by_role("button", name="Publish 3 files").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Published")
    looks(page, "published")
    page.get_by_role("link", name="All revisions").click()
    looks(page, "revisions")
    page.locator(".history__which").nth(1).click()
    looks(page, "revision")
    desk.write(who, "first.md", FILES["first.md"].replace("A first", "My first"))
    theirs = FILES["first.md"].replace("A first", "Their first").replace("The last", "Their last")
    desk.path("first.md").write_text(theirs)
    page.goto(f"{ROOT}/files/first.md/merge")
    looks(page, "merge")
    database.close()
    page.context.close()
