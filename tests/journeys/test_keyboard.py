"""The whole course on a phone's width with a keyboard and nothing else: from home through every lesson to its end, a
question of each kind answered on the way, labs predicted and run, and axe content with every page."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from app.content.questions import Question
from app.lab.headlines import grouped
from tests.journeys.course import SLUG, course, lesson_url, options, quiz, seed_of
from tests.journeys.server import Server
from tests.journeys.test_looks import RULES

#: How many tabs lead to what is looked for, below 0 where backwards; only up to the next editor, where Tab indents.
AWAY = """(wanted) => {
  const here = document.activeElement;
  if (here === wanted) return 0;
  const follows = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
  const nowhere = here === document.body;
  const ahead = nowhere || follows(here, wanted);
  const stops = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0'], .lab__cm";
  const between = [...document.querySelectorAll(stops)].filter((one) =>
    one.checkVisibility() && !one.disabled && one.type !== "radio" && !here.contains(one) &&
    (ahead ? (nowhere || follows(here, one)) && follows(one, wanted) : follows(wanted, one) && follows(one, here)));
  if (!ahead) between.reverse();
  const editor = between.findIndex((one) => one.matches(".lab__text, .lab__cm"));
  return (ahead ? 1 : -1) * ((editor < 0 ? between.length : editor) + 1);
}"""
#: Focus that nobody sees, or that is out of sight, is a place where one is lost.
SEEN = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""
MOST = 60


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(
        base_url=server.url, viewport={"width": 360, "height": 800}, color_scheme="light", reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def reach(page: Page, wanted: Locator) -> None:
    """Tab, forwards or backwards, until it has focus and is in sight."""
    for _ in range(MOST):
        away = wanted.evaluate(AWAY)
        if away == 0:
            assert page.evaluate(SEEN), f"focus out of sight: {wanted}"
            return
        if page.evaluate("document.activeElement.matches('.lab__text, .lab__cm')"):
            # In an editor Tab indents; Escape lets it go on, as the line below it says.
            page.keyboard.press("Escape")
        for _ in range(abs(away)):
            page.keyboard.press("Tab" if away > 0 else "Shift+Tab")
    stuck = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    raise AssertionError(f"{wanted} was not reached; focus is on {stuck}")


def answer(question: Question, box: Locator) -> None:
    """Answer rightly by keys alone."""
    page = box.page
    key = question.key(seed_of(box))
    if question.kind == "choice":
        right, _ = options(question, box)
        radios = box.locator("input[type=radio]")
        reach(page, radios.first)
        page.keyboard.press("Space")
        for _ in range([one.get_attribute("value") for one in radios.all()].index(right[0])):
            page.keyboard.press("ArrowDown")
    elif question.kind == "multiple":
        for id in options(question, box)[0]:
            reach(page, box.locator(f"input[value='{id}']"))
            page.keyboard.press("Space")
    elif question.kind == "match":
        assert isinstance(key, list)
        for row, pair in zip(box.locator("select[name=answer]").all(), key, strict=True):
            reach(page, row)
            values = row.locator("option").evaluate_all("(all) => all.map((one) => one.value)")
            for _ in range(values.index(pair)):
                page.keyboard.press("ArrowDown")
    elif question.kind == "order":
        assert isinstance(key, list)
        in_order(box, [str(id) for id in key])
    elif question.kind == "architecture":
        reach(page, box.locator(".lab__text, .lab__cm").last)
        expect(box.locator(".cm-content")).to_be_visible()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.press("Delete")
        page.keyboard.insert_text(str(key))
        page.keyboard.press("Escape")
    else:
        reach(page, box.locator(":is(input, textarea)[name=answer]"))
        page.keyboard.insert_text(str(key))
    reach(page, box.get_by_role("button", name=re.compile("Check answer|Measure it")).first)
    page.keyboard.press("Enter")
    expect(box.locator(".why--ok"), question.id).to_be_visible(timeout=60_000)


def in_order(box: Locator, key: list[str]) -> None:
    held = box.locator("[data-items] > li")
    ids = held.evaluate_all("(all) => all.map((one) => one.dataset.id)")
    for place, id in enumerate(key):
        for _ in range(ids.index(id) - place):
            reach(box.page, box.locator(f"li[data-id='{id}'] [data-move='-1']"))
            box.page.keyboard.press("Enter")
        ids.insert(place, ids.pop(ids.index(id)))
    for id in ids[len(key) :]:
        reach(box.page, box.locator(f"li[data-id='{id}'] [data-move='0']"))
        box.page.keyboard.press("Enter")


def one_of_each_kind(questions: tuple[Question, ...]) -> list[Question]:
    """The first of each kind; of networks one that is measured without training."""
    found: dict[str, Question] = {}
    for one in questions:
        found.setdefault(one.kind, one)
    return list(found.values())


def test_the_whole_course_by_keyboard_on_a_phone(phone: Page) -> None:
    page, taught = phone, course()
    earned, problems = 0, []
    page.goto("/")
    reach(page, page.get_by_role("link", name=re.compile("^Start with")))
    page.keyboard.press("Enter")
    for lesson in taught.lessons:
        page.wait_for_url(f"**{lesson_url(lesson.slug)}")
        page.wait_for_load_state("networkidle")
        for lab in [one for one in lesson.labs if one.show[0] == "parameters"][:1]:
            box = page.locator(f"[data-lab='{SLUG}/{lab.id}']")
            reach(page, box.get_by_role("button", name=lab.choices[0], exact=True))
            page.keyboard.press("Enter")
            expect(box.locator(".is-you")).to_be_visible()
            reach(page, box.locator("[data-run]"))
            page.keyboard.press("Enter")
            expect(box.locator(".lab__pane.is-done, .lab__pane.is-cached")).to_be_visible(timeout=60_000)
        for question in one_of_each_kind(lesson.questions):
            answer(question, quiz(page, question.id))
            earned += question.xp
        expect(page.locator("#xp-total .xp__val")).to_contain_text(grouped(earned))
        found = Axe().run(page, options={**RULES, "resultTypes": ["violations"]}).response["violations"]
        problems += [f"{lesson.slug}: {v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        reach(page, page.locator("a.next"))
        page.keyboard.press("Enter")
    page.wait_for_url(f"**/courses/{SLUG}")
    assert problems == []
