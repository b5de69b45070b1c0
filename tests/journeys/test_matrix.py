"""The skill matrix in a browser: walked with arrow keys, drawn whole and close on a phone, and skills tested out of."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.content.questions import Question
from tests.journeys.course import SECOND, answer_right, course
from tests.journeys.server import Server
from tests.journeys.test_looks import complaints

COURSE = course(SECOND)
PAGE = f"/courses/{SECOND}"
#: Needs nothing, and is needed.
FIRST, THEN = "confusion-matrix", "base-rate"
INSIDE = """(node) => {
  const box = node.getBoundingClientRect();
  return box.left >= 0 && box.right <= document.documentElement.clientWidth;
}"""
ASIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(
        base_url=server.url, viewport={"width": 360, "height": 740}, has_touch=True, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def questions(skill: str) -> list[Question]:
    return [question for _, question in COURSE.question_by_id.values() if question.skill == skill]


def fill(question: Question, box: Locator) -> None:
    """The right answer, on a sheet."""
    key = question.key(int(box.locator("input[name^=seed]").input_value()))
    parts = key if isinstance(key, list) else [str(key)]
    if question.kind in ("choice", "multiple"):
        for option in parts:
            box.locator(f"input[value='{option}']").check(force=True)
    elif question.kind == "match":
        for row, pair in zip(box.locator("select").all(), parts, strict=True):
            row.select_option(pair)
    elif question.kind == "order":
        box.locator("[data-slots] select").evaluate_all(
            "(slots, key) => slots.forEach((slot, place) => { slot.value = key[place] ?? '' })", parts
        )
    else:
        box.locator(":is(input, textarea)[name^=answer]").fill(parts[0])


def test_arrow_keys_walk_along_the_lines_and_enter_opens_the_panel(page: Page) -> None:
    page.goto(PAGE)
    page.locator(f"#n-{FIRST}").focus()
    walked = [focused(page)]
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        walked.append(focused(page))
    assert all(one.startswith("n-") for one in walked)
    assert len(set(walked)) >= 4, walked
    linked = {f"n-{skill.id}" for skill in COURSE.skills if FIRST in skill.requires}
    assert walked[1] in linked, "a line leads there"
    page.locator(f"#n-{THEN}").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#concept-h")).to_be_focused()
    expect(page.locator("#concept-h")).to_contain_text(COURSE.skill_by_id[THEN].title)
    expect(page.locator(f"#n-{THEN}")).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    assert focused(page) == f"n-{THEN}"
    page.keyboard.press("Tab")
    assert focused(page) != f"n-{THEN}", "Tab goes on as everywhere"


def test_a_phone_draws_the_map_whole_and_close_and_still_scrolls(phone: Page) -> None:
    phone.goto(PAGE)
    assert phone.evaluate(ASIDE) == 0
    phone.get_by_role("link", name="Whole").click()
    expect(phone.locator(".map__window--whole")).to_be_visible()
    nodes = phone.locator(".map .node")
    assert nodes.evaluate_all(f"(nodes) => nodes.every({INSIDE})")
    expect(phone.locator(".map__edges")).to_be_visible()
    assert complaints(phone) == []
    phone.get_by_role("link", name="Close").click()
    window = phone.locator(".map__window--close")
    expect(window).to_be_visible()
    assert window.evaluate("(window) => window.scrollWidth > window.clientWidth")
    assert window.evaluate("(window) => window.scrollHeight <= window.clientHeight"), "it takes no scrolling downwards"
    assert phone.evaluate(ASIDE) == 0, "the page itself does not go sideways"
    window.scroll_into_view_if_needed()
    before = phone.evaluate("scrollY")
    window.hover()
    phone.mouse.wheel(0, 200)
    phone.wait_for_function("(before) => scrollY > before", arg=before)
    phone.locator(f"#n-{THEN}").click()
    expect(phone.locator("#concept-h")).to_contain_text(COURSE.skill_by_id[THEN].title)
    expect(phone.locator(".map__window--close")).to_be_attached()
    assert "zoom=close" in phone.url


def test_a_node_leads_to_its_panel_without_scripts(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGE)
    page.locator(f"#n-{THEN}").click()
    assert page.url.endswith(f"skill={THEN}#concept")
    expect(page.locator("#concept-h")).to_contain_text(COURSE.skill_by_id[THEN].title)
    context.close()


def test_a_question_is_answered_beside_the_map(page: Page) -> None:
    page.goto(f"{PAGE}?skill={THEN}")
    expect(page.locator(".concept__check")).to_have_count(0)
    page.goto(f"{PAGE}?skill={FIRST}")
    box = page.locator(".concept__check .quiz")
    question = next(q for q in questions(FIRST) if f"q-{q.id}" == box.get_attribute("id"))
    address = page.url
    answer_right(question, box)
    expect(box.get_by_role("heading", name="Right, and here is why")).to_be_focused()
    assert page.url == address
    page.get_by_role("link", name="See what it changes in the matrix").click()
    expect(page.locator(f"#n-{FIRST}.node--learning")).to_be_visible()


def test_a_skill_is_tested_out_of_and_opens_what_needs_it(page: Page) -> None:
    page.goto(f"{PAGE}?skill={FIRST}")
    expect(page.locator(f"#n-{THEN}.node--locked")).to_be_visible()
    page.get_by_role("link", name="I know this: test me").click()
    for question in questions(FIRST):
        fill(question, page.locator(f"#q-{question.id}"))
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Shown")
    assert complaints(page) == []
    page.get_by_role("link", name="See it in the matrix").click()
    expect(page.locator(f"#n-{FIRST}.node--proficient")).to_be_visible()
    expect(page.locator(f"#n-{THEN}.node--unlocked .stamp")).to_be_visible()
    page.goto("/me")
    expect(page.get_by_role("link", name="Tested out of")).to_be_visible()


def test_a_test_that_does_not_work_out_takes_nothing(page: Page) -> None:
    page.goto(f"{PAGE}/skills/{FIRST}/test")
    sheet = page.url
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not shown yet")
    expect(page.get_by_text("Nothing was lost")).to_be_visible()
    page.go_back()
    assert page.url == sheet
    page.goto(f"{PAGE}/skills/{FIRST}/test")
    expect(page.get_by_text("less than a day ago")).to_be_visible()
    page.goto(PAGE)
    expect(page.locator(f"#n-{FIRST}.node--unlocked")).to_be_visible()
    expect(page.locator("#xp-total .xp__val")).to_contain_text("0")


def test_time_is_counted_once_it_is_asked_for(page: Page) -> None:
    page.clock.install()
    page.goto("/me")
    page.clock.run_for(70_000)
    page.get_by_role("button", name="Count time in this browser").click()
    expect(page.get_by_role("button", name="Stop counting in this browser")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.mouse.move(40, 40)
    with page.expect_response(lambda answer: answer.url.endswith("/me/time/reports")) as told:
        page.clock.run_for(65_000)
    assert told.value.status == 204
    page.reload()
    expect(page.get_by_text("0 h 1 min in all")).to_be_visible()
