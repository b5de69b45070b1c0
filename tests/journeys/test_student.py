"""What a student does, in a real browser against the real server and worker."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from app.lab.headlines import grouped
from tests.journeys.course import SLUG, answer_right, course, lesson_url, options, quiz
from tests.journeys.server import Server

VGG = "the-vgg-philosophy"


def lab(page: Page, name: str) -> Locator:
    return page.locator(f"[data-lab='{SLUG}/{name}']")


def test_from_the_first_visit_to_xp_and_an_opened_skill(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("^Start with")).click()
    page.goto(lesson_url(VGG))
    expect(page.locator("#xp-total .xp__val")).to_contain_text("0")

    # predict, run, and see the prediction beside the measurement
    three = lab(page, "three-by-three")
    three.scroll_into_view_if_needed()
    three.get_by_role("button", name="9×9").click()
    expect(three.locator(".is-you")).to_contain_text("9×9")
    expect(three.locator("[data-run]")).to_be_focused()
    three.locator("[data-run]").click()
    expect(three.locator(".lab__pane.is-done, .lab__pane.is-cached")).to_be_visible(timeout=60_000)
    expect(three.locator(".predict__verdict")).to_contain_text("7×7")
    expect(three.locator(".lab__foot")).to_contain_text("7×7")
    expect(three.get_by_role("table").first).to_be_attached()
    expect(three.locator(".badge").first).to_contain_text("CPU")

    # a wrong answer says why, and leaves the others open
    question = course().question_by_id["two-stacked-3x3"][1]
    box = quiz(page, question.id)
    right, wrong = options(question, box)
    assert "two cells" not in page.content()
    box.locator(f"input[value='{wrong[0]}']").check(force=True)
    box.get_by_role("button", name="Check answer").click()
    expect(box.locator(".opt--wrong .opt__why")).to_be_visible()
    expect(box.locator(".opt--right")).to_have_count(0)
    box.get_by_role("button", name="A hint").click()
    expect(box.locator(".hint")).to_have_count(1)
    box.locator(f"input[value='{right[0]}']").check(force=True)
    box.get_by_role("button", name="Try again").click()
    expect(box.locator(".why--ok")).to_contain_text("+20 XP")
    expect(page.locator("#xp-total .xp__val")).to_contain_text("20")

    # it is all there after a reload, and in the ledger, with its reason
    page.reload()
    expect(quiz(page, question.id).locator(".why--ok")).to_be_visible()
    expect(page.locator("#xp-total .xp__val")).to_contain_text("20")
    three.scroll_into_view_if_needed()
    expect(three.locator(".is-you")).to_contain_text("9×9")
    page.goto("/me/xp")
    expect(page.locator("main")).to_contain_text("+20")
    expect(page.locator("main")).to_contain_text("Two stacked 3×3 convolutions")

    # home knows where to go on
    page.goto("/")
    expect(page.get_by_role("link", name=re.compile("Go on with"))).to_have_attribute("href", lesson_url(VGG))


def test_every_question_of_the_course_and_every_skill_opens(page: Page) -> None:
    taught = course()
    page.goto(f"/courses/{SLUG}")
    locked = page.locator(".node.is-locked, .node--locked")
    assert locked.count() > 0
    for lesson in taught.lessons:
        page.goto(lesson_url(lesson.slug))
        page.wait_for_load_state("networkidle")
        for question in lesson.questions:
            box = quiz(page, question.id)
            answer_right(question, box)
            # A network may have to be trained first.
            expect(box.locator(".why--ok"), question.id).to_be_visible(timeout=90_000)
    expect(page.locator("#xp-total .xp__val")).to_contain_text(grouped(taught.xp))
    page.goto(f"/courses/{SLUG}")
    expect(locked).to_have_count(0)
    expect(page.locator("main")).to_contain_text(f"{len(taught.skills)} of {len(taught.skills)} proficient")
    page.goto(f"/courses/{SLUG}?view=table")
    expect(page.locator("table").first).to_contain_text("proficient")


def test_a_double_click_and_two_tabs_are_one_award(page: Page) -> None:
    question = course().question_by_id["two-stacked-3x3"][1]
    page.goto(lesson_url(VGG))
    page.wait_for_load_state("networkidle")
    second = page.context.new_page()
    second.goto(lesson_url(VGG))
    second.wait_for_load_state("networkidle")
    for tab in (page, second):
        box = quiz(tab, question.id)
        right, _ = options(question, box)
        box.locator(f"input[value='{right[0]}']").check(force=True)
    quiz(page, question.id).get_by_role("button", name="Check answer").dblclick()
    quiz(second, question.id).get_by_role("button", name="Check answer").click()
    for tab in (page, second):
        expect(quiz(tab, question.id).locator(".why--ok")).to_be_visible()
    page.goto("/me/xp")
    assert page.locator("main").inner_text().count("+20") == 1


def test_an_answer_whose_connection_is_lost_is_kept_and_sent_once(page: Page) -> None:
    question = course().question_by_id["two-stacked-3x3"][1]
    page.goto(lesson_url(VGG))
    page.wait_for_load_state("networkidle")
    box = quiz(page, question.id)
    right, _ = options(question, box)
    box.locator(f"input[value='{right[0]}']").check(force=True)
    page.context.set_offline(True)
    box.get_by_role("button", name="Check answer").click()
    expect(box.locator(".quiz__unsent")).to_be_visible()
    page.context.set_offline(False)
    if box.locator("[data-resend]").is_visible():
        box.locator("[data-resend]").click()
    expect(box.locator(".why--ok")).to_contain_text("+20 XP")


def test_without_scripts_one_can_read_answer_and_see_the_lab(browser: Browser, server: Server, page: Page) -> None:
    # someone else has run the lab's own code before
    page.goto(lesson_url(VGG))
    three = lab(page, "three-by-three")
    three.scroll_into_view_if_needed()
    three.locator("[data-run]").click()
    expect(three.locator(".lab__pane.is-done, .lab__pane.is-cached")).to_be_visible(timeout=60_000)

    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(lesson_url(VGG))
    question = course().question_by_id["two-stacked-3x3"][1]
    _, wrong = options(question, quiz(plain, question.id))
    quiz(plain, question.id).locator(f"input[value='{wrong[0]}']").check(force=True)
    quiz(plain, question.id).get_by_role("button", name="Check answer").click()
    assert plain.url.endswith(f"?mine=1#q-{question.id}")
    expect(quiz(plain, question.id).locator(".opt__why")).to_be_visible()
    answer_right(question, quiz(plain, question.id))
    expect(quiz(plain, question.id).locator(".why--ok")).to_be_visible()
    expect(plain.locator("#xp-total .xp__val")).to_contain_text("20")

    plain.goto(f"/courses/{SLUG}/labs/three-by-three")
    expect(plain.locator("main")).to_contain_text("7×7")
    plain.locator("textarea[name=code]").fill("net = nn.Sequential(nn.Conv2d(3, 8, 5))")
    plain.locator("[data-run]").click()
    plain.wait_for_url(re.compile(r"/runs/|/labs/"))
    for _ in range(30):
        if "5×5" in plain.content():
            break
        plain.wait_for_timeout(500)
        plain.reload()
    expect(plain.locator("main")).to_contain_text("5×5")
    context.close()


def test_an_account_keeps_what_a_guest_did_and_a_sign_in_merges_it_once(browser: Browser, server: Server) -> None:
    question, other = (course().question_by_id[name][1] for name in ("two-stacked-3x3", "match-a-large-kernel"))

    def visit() -> Page:
        context = browser.new_context(base_url=server.url)
        context.set_default_timeout(20_000)
        opened = context.new_page()
        opened.goto(lesson_url(VGG))
        opened.wait_for_load_state("networkidle")
        return opened

    first = visit()
    answer_right(question, quiz(first, question.id))
    expect(quiz(first, question.id).locator(".why--ok")).to_be_visible()
    first.goto("/account/new")
    first.get_by_label("Name").fill("Ada")
    first.get_by_label("Email").fill("ada@example.org")
    first.get_by_label("Password").fill("a long pass phrase")
    first.locator("main button[type=submit]").click()
    first.goto("/me")
    expect(first.get_by_role("heading", name="Ada")).to_be_visible()
    expect(first.locator("main")).to_contain_text("20 XP")

    second = visit()
    for asked in (question, other):
        answer_right(asked, quiz(second, asked.id))
        expect(quiz(second, asked.id).locator(".why--ok")).to_be_visible()
    for _ in range(2):
        second.goto("/sign-in")
        second.get_by_label("Email").fill("ADA@example.org")
        second.get_by_label("Password").fill("a long pass phrase")
        second.locator("main button[type=submit]").click()
        second.goto("/me")
        expect(second.locator("#xp-total")).to_contain_text("40")
    first.reload()
    expect(first.locator("#xp-total")).to_contain_text("40")
    for opened in (first, second):
        opened.context.close()


def test_a_question_by_keyboard_alone(page: Page) -> None:
    question = course().question_by_id["two-stacked-3x3"][1]
    page.goto(lesson_url(VGG))
    page.wait_for_load_state("networkidle")
    box = quiz(page, question.id)
    right, _ = options(question, box)
    box.locator(f"input[value='{right[0]}']").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(box.locator(".why--ok")).to_be_visible()
    expect(box.locator("[data-said]")).to_be_focused()
