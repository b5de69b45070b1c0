"""Every page in both themes on a phone and on a laptop: nothing to scroll sideways, nothing that axe finds, and a
screenshot under screenshots/ to look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.lab.catalogue import EXPERIMENTS
from tests.journeys.course import SECOND, SLUG, answer_right, course, lesson_url, options, quiz
from tests.journeys.server import Server

SHOTS = Path(__file__).parent.parent.parent / "screenshots"
VGG = "the-vgg-philosophy"
PAGES = {
    "home": "/",
    "course": f"/courses/{SLUG}",
    "matrix-table": f"/courses/{SLUG}?view=table",
    "matrix-whole": f"/courses/{SLUG}?zoom=whole",
    "matrix-close": f"/courses/{SLUG}?zoom=close&skill=skip-connection",
    "skill-test": f"/courses/{SLUG}/skills/skip-connection/test",
    "skill": f"/courses/{SLUG}/skills/receptive-field",
    "glossary": f"/courses/{SLUG}/glossary",
    **{lesson.slug: lesson_url(lesson.slug) for lesson in course().lessons},
    "second-course": f"/courses/{SECOND}",
    "second-glossary": f"/courses/{SECOND}/glossary",
    **{lesson.slug: lesson_url(lesson.slug, SECOND) for lesson in course(SECOND).lessons},
    "question": f"/courses/{SLUG}/questions/two-stacked-3x3",
    "lab": f"/courses/{SLUG}/labs/three-by-three",
    "walkthrough": f"/courses/{SLUG}/walkthroughs/one-residual-block?step=6",
    "free-labs": "/lab",
    **{f"free-{name}": f"/lab/{name}" for name in EXPERIMENTS},
    "notes": "/me/notes",
    "bookmarks": "/me/bookmarks",
    "search": "/search?q=receptive+field",
    "search-empty": "/search",
    "me": "/me",
    "delete": "/me/delete",
    "ledger": "/me/xp",
    "plan": "/me/plan",
    "review": "/review",
    "sign-in": "/sign-in",
    "sign-up": "/account/new",
    "help": "/help",
    "accessibility": "/accessibility",
    "api": "/api/docs",
    "missing": "/no/such/page",
}
#: WCAG 2.2 AA, and what axe calls best practice.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(params=[(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")], ids=lambda p: f"{p[0]}-{p[1]}")
def window(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[tuple[BrowserContext, str]]:
    width, theme = request.param
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": width, "height": 800},
        color_scheme=theme,
        reduced_motion="reduce",
        bypass_csp=False,
    )
    yield context, f"{width}-{theme}"
    context.close()


def see_everything(page: Page) -> None:
    """Scroll through, so that what loads when it is seen is there."""
    page.evaluate("""async () => {
      for (let top = 0; top < document.documentElement.scrollHeight; top += 600) {
        window.scrollTo(0, top);
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      }
    }""")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.scrollTo(0, 0)")


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {v['help']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


def inspect(page: Page, name: str) -> list[str]:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [
        f"{name}: {problem}" for problem in [*([f"scrolls {wide} px sideways"] if wide > 0 else []), *complaints(page)]
    ]


def test_every_page_before_anything_is_done(window: tuple[BrowserContext, str]) -> None:
    context, cut = window
    page = context.new_page()
    problems = []
    for name, path in PAGES.items():
        page.goto(path)
        see_everything(page)
        problems += inspect(page, f"{name}-{cut}")
    assert problems == []


def test_a_lesson_in_the_middle_of_things(window: tuple[BrowserContext, str]) -> None:
    """A result of each experiment, a wrong answer, a right one, an explained one, a hint, and an error in the code."""
    context, cut = window
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(lesson_url(VGG))
    page.wait_for_load_state("networkidle")
    questions = [question for question in course().lesson_by_slug[VGG].questions if question.kind == "choice"]
    box = quiz(page, questions[0].id)
    _, wrong = options(questions[0], box)
    box.locator(f"input[value='{wrong[0]}']").check(force=True)
    box.get_by_role("button", name="Check answer").click()
    expect(box.locator(".opt--wrong").first).to_be_visible()
    box.get_by_role("button", name="A hint").click()
    expect(box.locator(".hint")).to_have_count(1)
    answer_right(questions[1], quiz(page, questions[1].id))
    expect(quiz(page, questions[1].id).locator(".why--ok")).to_be_visible()
    quiz(page, questions[2].id).get_by_role("button", name="I don’t know yet").click()
    expect(quiz(page, questions[2].id).locator(".why")).to_be_visible()
    names = [lab.id for lab in course().lesson_by_slug[VGG].labs]
    for name in names:
        box = page.locator(f"[data-lab='{SLUG}/{name}']")
        box.scroll_into_view_if_needed()
        box.locator("[data-run]").click()
        expect(box.locator(".lab__pane.is-done, .lab__pane.is-cached")).to_be_visible(timeout=90_000)
    see_everything(page)
    problems = inspect(page, f"vgg-under-way-{cut}")

    broken = page.locator(f"[data-lab='{SLUG}/{names[0]}']")
    broken.scroll_into_view_if_needed()
    broken.locator(".lab__text").evaluate(
        "(field) => { field.value = 'net = nn.Sequential(\\n    nn.Conv2d(3, 8, 3),\\n    nn.Conv2d(4, 8, 3),\\n)'; "
        "field.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    broken.locator("[data-run]").click()
    expect(broken.locator(".lab__pane.is-failed")).to_be_visible()
    expect(broken.locator("[data-go='3']")).to_be_visible()
    problems += inspect(page, f"vgg-failed-{cut}")

    page.goto(lesson_url("skip-connections"))
    flow = page.locator(f"[data-lab='{SLUG}/skip-gradients']")
    flow.scroll_into_view_if_needed()
    flow.locator("[data-run]").click()
    expect(flow.locator(".lab__pane.is-done, .lab__pane.is-cached")).to_be_visible(timeout=90_000)
    flow.screenshot(path=SHOTS / f"gradient-flow-{cut}.png")
    problems += inspect(page, f"degradation-under-way-{cut}")
    page.goto(f"/courses/{SLUG}")
    problems += inspect(page, f"course-under-way-{cut}")
    page.goto("/me")
    problems += inspect(page, f"me-under-way-{cut}")
    assert problems == []
