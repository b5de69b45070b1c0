"""What answers tell, in a real browser: from the table to a question, to a group, to everyone of that group."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.content.choices import Choice
from app.db import Database
from tests.content.courses import FOLDER, small_course
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES
from tests.studio.counted import count
from tests.studio.crowd import Behaviour, Crowd

HOME = "/studio/courses/small-course/answers"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with three hundred people's answers, and an instructor. SHOTS names a folder for pictures."""
    data = tmp_path_factory.mktemp("answers")
    database = Database(f"sqlite:///{data / 'receptive.db'}")
    database.upgrade()
    acts = {"kernel-reach": Behaviour(difficulty=2, drawn=1), "weights-of-a-stack": Behaviour(odd=2)}
    Crowd(small_course(), 300, now=time.time() - 600, behaviours=acts).fill(database)
    count(database, small_course(), time.time())
    database.close()
    running = Server(data, RECEPTIVE_LESSONS=str(FOLDER)).start()
    receptive = Path(sys.executable).parent / "receptive"
    account = ["ann@example.org", "--name", "ann", "--password", PASSWORD, "--role", "instructor"]
    subprocess.run([receptive, "user", "add", *account], env=running.environment, check=True)
    yield running
    running.stop()


def signed_in(browser: Browser, url: str, **options: object) -> Page:
    context = browser.new_context(base_url=url, **options)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email").fill("ann@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")
    return page


def looked_at(page: Page, name: str) -> None:
    """Nothing wider than the screen, and nothing that axe complains of."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth"), name
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == [], name
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark"), (1440, "dark"), (360, "light")])
def test_every_page_reads_on_a_phone_and_in_the_dark(browser: Browser, studio: Server, width: int, scheme: str) -> None:
    page = signed_in(browser, studio.url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    question = f"{HOME}/questions/weights-of-a-stack"
    for path in (HOME, question, f"{question}/groups", f"{HOME}/lessons/first-steps", f"{HOME}/skills"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        looked_at(page, f"{path.removeprefix('/studio/courses/small-course/').replace('/', '-')}-{width}-{scheme}")
    page.context.close()


def test_a_group_is_written_to_by_keyboard_and_everyone_of_it_reads_it(browser: Browser, studio: Server) -> None:
    asked = small_course().question_by_id["kernel-reach"][1]
    assert isinstance(asked, Choice)
    wrong = next(option for option in asked.options if not option.correct)
    staff = signed_in(browser, studio.url, viewport={"width": 1440, "height": 900})
    staff.goto(HOME)
    row = staff.get_by_role("row").filter(has=staff.get_by_role("link", name="kernel-reach"))
    expect(row).to_contain_text("beats the key")
    staff.get_by_role("link", name="kernel-reach").press("Enter")
    staff.get_by_role("link", name="equal wrong answers").press("Enter")
    group = staff.locator(".group").first
    group.get_by_text("Say something to them").press("Enter")
    group.get_by_label("What they are told").focus()
    staff.keyboard.type("Count the *columns*, too.")
    staff.keyboard.press("Tab")
    expect(group.get_by_role("button", name="Say it to all of them")).to_be_focused()
    staff.keyboard.press("Enter")
    expect(staff.locator(".group:target em")).to_have_text("columns")

    student = browser.new_context(base_url=studio.url).new_page()
    student.goto("/courses/small-course/lessons/first-steps")
    quiz = student.locator("#q-kernel-reach")
    quiz.locator(f"input[value={wrong.id}]").check(force=True)
    quiz.get_by_role("button", name="Check answer").click()
    expect(quiz.get_by_role("note")).to_contain_text("Count the columns, too.")
    looked_at(student, "student")
    student.reload()
    expect(student.locator("#q-kernel-reach").get_by_role("note")).to_contain_text("Count the columns, too.")

    staff.locator(".group:target").get_by_role("button", name="Take it back").click()
    expect(staff.locator(".group:target").get_by_role("button", name="Say it again")).to_be_visible()
    student.reload()
    expect(student.locator("#q-kernel-reach .why")).to_be_visible()
    expect(student.get_by_role("note")).to_have_count(0)
    staff.context.close()
    student.context.close()
