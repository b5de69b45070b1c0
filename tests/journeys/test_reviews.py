"""Coming back, in a real browser: what was learnt falls due, is reviewed, fades and is refreshed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.course import SLUG, answer_right, course, lesson_url, options, quiz
from tests.journeys.server import Server
from tests.journeys.test_looks import inspect

VGG = "the-vgg-philosophy"
WINDOWS = [(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")]


class Days:
    """One site on one database, at one day after the other."""

    def __init__(self, data: Path, page: Page) -> None:
        self.data, self.page = data, page
        self.server: Server | None = None

    def go_to(self, day: int) -> None:
        """Let the site be ``day`` days ahead."""
        if self.server:
            self.server.stop()
        self.server = Server(self.data, RECEPTIVE_DAYS_AHEAD=str(day)).start("/healthz")

    @property
    def url(self) -> str:
        assert self.server
        return self.server.url

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)


@pytest.fixture
def days(tmp_path: Path, browser: Browser) -> Iterator[Days]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, reduced_motion="reduce", timezone_id="Asia/Tokyo"
    )
    context.set_default_timeout(20_000)
    running = Days(tmp_path, context.new_page())
    yield running
    if running.server:
        running.server.stop()
    context.close()


def looks(page: Page, name: str) -> None:
    """The page as it stands, in both themes on a phone and on a laptop."""
    found = []
    for width, theme in WINDOWS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        found += inspect(page, f"{name}-{width}-{theme}")
    page.emulate_media(color_scheme="light")
    assert found == []


def box(page: Page) -> Locator:
    return page.locator("article.quiz")


def asked(page: Page) -> str:
    return str(box(page).get_attribute("id")).removeprefix("q-")


def answer_and_go_on(page: Page) -> None:
    answer_right(course().question_by_id[asked(page)][1], box(page))
    expect(box(page).locator(".why--ok")).to_be_visible()
    page.get_by_role("button", name=re.compile("Next question|See how it went")).click()


def miss(page: Page) -> str:
    """Answer wrongly, or say that one does not know where nothing can be picked; the question's id."""
    question = course().question_by_id[asked(page)][1]
    if question.kind == "choice":
        _, wrong = options(question, box(page))
        box(page).locator(f"input[value='{wrong[0]}']").check(force=True)
        box(page).get_by_role("button", name="Check answer").click()
    else:
        box(page).get_by_role("button", name="I don’t know yet").click()
    expect(box(page).locator("[data-said]")).to_be_focused()
    return question.id


def review_without_scripts(plain: Page, base: str) -> None:
    """A set of one question, missed, on a phone."""
    plain.goto(f"{base}/review")
    plain.get_by_role("button", name="Start").click()
    wrong = options(course().question_by_id[asked(plain)][1], box(plain))[1][0]
    box(plain).locator(f"input[value='{wrong}']").check(force=True)
    box(plain).get_by_role("button", name="Check answer").click()
    expect(plain.locator(".step__taught a").first).to_be_visible()
    plain.get_by_role("button", name="See how it went").click()
    expect(plain.locator("main")).to_contain_text("0 of 1 answers right at the first go.")


def test_learn_come_back_stop_go_on_fade_and_refresh(days: Days, browser: Browser) -> None:
    page = days.page
    days.go_to(0)
    plain = browser.new_page(java_script_enabled=False, viewport={"width": 360, "height": 800})
    plain.goto(f"{days.url}/courses/{SLUG}/questions/two-stacked-3x3")
    answer_right(course().question_by_id["two-stacked-3x3"][1], box(plain))
    days.open("/me/plan")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    page.get_by_role("button", name="Keep this time zone").click()
    expect(page.locator("main")).to_contain_text("Your days are those of Asia/Tokyo")
    days.open(lesson_url(VGG))
    page.wait_for_load_state("networkidle")
    lesson = course().lesson_by_slug[VGG]
    learnt = [question for question in lesson.questions if question.kind != "architecture"]
    for question in learnt:
        answer_right(question, quiz(page, question.id))
        expect(quiz(page, question.id).locator(".why--ok")).to_be_visible()
    days.open("/review")
    expect(page.get_by_role("heading", name="Nothing is due")).to_be_visible()
    expect(page.locator("main")).to_contain_text("comes back in 2 days")

    days.go_to(10)
    review_without_scripts(plain, days.url)
    plain.close()
    days.open(lesson_url(VGG))
    expect(page.locator("#due")).to_have_text(re.compile(rf"{len(learnt)} due"))
    page.locator("#due").click()
    expect(page.get_by_role("heading", name=re.compile(rf"{len(learnt)} questions, about \d+ min"))).to_be_visible()
    looks(page, "review-start")

    page.get_by_role("button", name="Start").click()
    expect(page.locator(".review__at")).to_contain_text(f"1 of {len(learnt)}")
    missed = miss(page)
    looks(page, "review-missed")
    page.locator(".step__taught a").first.click()
    page.wait_for_url(re.compile(rf"/lessons/{VGG}#[\w-]+$"))
    section = lesson.taught(missed)[0]
    expect(page.locator(f"#{section.slug}")).to_be_in_viewport()

    # left in the middle, and gone on with by keyboard alone
    days.open("/review")
    expect(page.locator("main")).to_contain_text(f"1 of {len(learnt)} answered.")
    page.get_by_role("link", name="Go on").press("Enter")
    expect(page.locator(".review__at")).to_contain_text(f"1 of {len(learnt)}")
    page.get_by_role("button", name="Next question").press("Enter")
    expect(page.locator(".review__at")).to_contain_text(f"2 of {len(learnt)}")
    seen = [missed]
    while "/review/" in page.url and box(page).count():
        seen.append(asked(page))
        answer_and_go_on(page)
        page.wait_for_load_state()
    assert sorted(seen) == sorted(question.id for question in learnt), "nothing twice"
    expect(page.locator("main")).to_contain_text(f"{len(learnt) - 1} of {len(learnt)} answers right at the first go.")
    expect(page.locator("main")).to_contain_text("now mastered")
    looks(page, "review-over")

    days.go_to(2000)
    days.open("/review")
    expect(page.get_by_role("button", name=re.compile("Refresh them"))).to_be_visible()
    days.open(f"/courses/{SLUG}")
    page.locator("#fading").get_by_role("button", name=re.compile("Refresh 3×3 stacks, \\d min")).click()
    expect(page.get_by_role("heading", name="Refresh")).to_be_visible()
    questions = 0
    while box(page).count():
        answer_and_go_on(page)
        page.wait_for_load_state()
        questions += 1
    assert 1 <= questions <= 5
    expect(page.locator("main")).to_contain_text("fading, now mastered")
    days.open(f"/courses/{SLUG}")
    expect(page.locator("#fading")).to_contain_text("Nothing is fading now.")
