"""A class in a real browser: made, joined by its link, looked at, taken out, and left; and how all of it looks."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.course import SLUG, answer_right, course, lesson_url, quiz
from tests.journeys.server import ROOT, Server
from tests.journeys.test_looks import inspect
from tests.studio.xapi import statement

PASSWORD = "chalk and blackboard"
LESSON = course().lessons[0]
CUTS = [(1440, "light"), (360, "dark"), (360, "light"), (1440, "dark")]


@pytest.fixture(scope="module")
def teacher_s(server: Server) -> str:
    """The address of an instructor of the course."""
    email = "classes@example.org"
    receptive = str(Path(sys.executable).parent / "receptive")
    for command in (
        ["add", email, "--name", "Tess Teacher", "--password", PASSWORD],
        ["role", email, "instructor", "--course", SLUG],
        ["add", "root-of-classes@example.org", "--name", "Ruth Root", "--password", PASSWORD, "--role", "admin"],
    ):
        environment = {**os.environ, "RECEPTIVE_DATA": str(server.data)}
        subprocess.run([receptive, "user", *command], cwd=ROOT, env=environment, check=True, capture_output=True)
    return email


def signed_in(browser: Browser, server: Server, email: str) -> BrowserContext:
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return context


@pytest.fixture
def teacher(browser: Browser, server: Server, teacher_s: str) -> Iterator[Page]:
    context = signed_in(browser, server, teacher_s)
    yield context.pages[0]
    context.close()


def in_every_cut(page: Page, name: str) -> list[str]:
    """What is wrong with a page in both themes, on a phone and a laptop; a screenshot of each."""
    problems = []
    for width, theme in CUTS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        problems += inspect(page, f"{name}-{width}-{theme}")
    page.set_viewport_size({"width": 1440, "height": 900})
    return problems


def test_a_class_from_its_making_to_a_students_leaving(teacher: Page, page: Page, tmp_path: Path) -> None:
    problems = []
    teacher.goto("/studio")
    teacher.get_by_role("link", name=course().title).first.click()
    teacher.get_by_role("link", name="Classes", exact=True).click()
    expect(teacher.get_by_text("None yet.")).to_be_visible()
    teacher.get_by_label("Name").fill("Autumn term")
    teacher.get_by_role("button", name="Make the class").click()
    expect(teacher.get_by_role("heading", name="Autumn term")).to_be_visible()
    link = teacher.get_by_label("The link").input_value()

    # A student on the way: learns as a guest, opens the link, makes an account, comes back, joins.
    page.goto(lesson_url(LESSON.slug))
    question = LESSON.questions[0]
    answer_right(question, quiz(page, question.id))
    expect(quiz(page, question.id).locator(".why--ok")).to_be_visible()
    page.goto(link)
    expect(page.get_by_text("your skills here by level")).to_be_visible()
    problems += in_every_cut(page, "class-join-guest")
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("Email").fill("ada-of-classes@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_text("You would be seen as Ada Lovelace.")).to_be_visible()
    page.get_by_role("button", name="Join the class").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You are in the class now.")

    teacher.reload()
    row = teacher.get_by_role("row", name="Ada Lovelace")
    expect(row).to_contain_text(f"0 / {len(course().lessons)}")
    problems += in_every_cut(teacher, "class-roster")
    seen = row.inner_text()
    assert page.get_by_role("row", name="Ada Lovelace").inner_text() == seen, "the student sees the same row"
    row.get_by_role("link", name="Ada Lovelace").click()
    expect(teacher.get_by_role("row", name=LESSON.title)).to_contain_text(f"yes1 / {len(LESSON.questions)}")
    problems += in_every_cut(teacher, "class-student")
    teacher.go_back()

    with teacher.expect_download() as table:
        teacher.get_by_role("button", name="Table (CSV)").click()
    table.value.save_as(tmp_path / "class.csv")
    with (tmp_path / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [line["name"] for line in csv.DictReader(file)] == ["Ada Lovelace"]
    with teacher.expect_download() as statements:
        teacher.get_by_role("button", name="xAPI statements").click()
    statements.value.save_as(tmp_path / "class.json")
    found = json.loads((tmp_path / "class.json").read_text())
    assert [one["verb"]["display"]["en"] for one in found] == ["answered"]
    for one in found:
        statement(one)

    page.reload()
    expect(page.get_by_text("xAPI statements, without addresses, by Tess Teacher")).to_be_visible()
    page.get_by_text("What it sees when it opens your name").click()
    expect(page.get_by_role("row", name=LESSON.title)).to_contain_text("yes")
    problems += in_every_cut(page, "class-mine")
    page.get_by_role("button", name="Leave the class").click()
    expect(page.get_by_text("You left on")).to_be_visible()
    teacher.reload()
    expect(teacher.get_by_text("Ada Lovelace")).to_have_count(0)
    page.get_by_role("button", name="Undo leaving").click()
    expect(page.get_by_role("row", name="Ada Lovelace")).to_be_visible()
    teacher.reload()
    expect(teacher.get_by_role("row", name="Ada Lovelace")).to_be_visible()

    teacher.get_by_role("button", name="Close it").click()
    expect(teacher.get_by_text("It is closed: nobody can join by it.")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link leads to no class")).to_be_visible()
    assert problems == []


def test_staff_is_added_by_those_who_may(teacher: Page, browser: Browser, server: Server, page: Page) -> None:
    page.goto("/account/new")
    page.get_by_label("Name").fill("Cora Co-teacher")
    page.get_by_label("Email").fill("cora-of-classes@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    teacher.goto(f"/studio/courses/{SLUG}/people")
    teacher.get_by_label("Email of the account").fill("cora-of-classes@example.org")
    teacher.get_by_role("button", name="Add").click()
    expect(teacher.get_by_role("listitem").filter(has_text="cora-of-classes@example.org")).to_contain_text("assistant")
    problems = in_every_cut(teacher, "staff-course")
    page.goto(f"/studio/courses/{SLUG}/classes")
    expect(page.get_by_role("heading", name="Classes")).to_be_visible()
    expect(page.get_by_role("button", name="Make the class")).to_have_count(0)
    context = signed_in(browser, server, "root-of-classes@example.org")
    admin = context.pages[0]
    admin.goto("/studio/people")
    admin.get_by_label("Email of the account").fill("cora-of-classes@example.org")
    admin.get_by_label("Where", exact=True).select_option(SLUG)
    admin.get_by_label("Role", exact=True).select_option("instructor")
    admin.get_by_role("button", name="Give it").click()
    expect(admin.get_by_text("by Ruth Root")).to_be_visible()
    problems += in_every_cut(admin, "staff-everywhere")
    context.close()
    page.reload()
    expect(page.get_by_role("button", name="Make the class")).to_be_visible()
    assert problems == []
