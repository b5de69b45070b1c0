"""Two courses on one site: a student finishes the smaller one, and the other one is as it was."""

import re

from playwright.sync_api import Browser, expect

from tests.journeys.course import SECOND, SLUG, answer_right, course, quiz
from tests.journeys.server import Server


def test_the_second_course_from_start_to_end_on_a_phone_without_scripts(browser: Browser, server: Server) -> None:
    taught = course(SECOND)
    context = browser.new_context(
        base_url=server.url, java_script_enabled=False, viewport={"width": 360, "height": 780}
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name=f"Start: {taught.lessons[0].title}").click()
    for lesson in taught.lessons:
        assert page.url.endswith(f"/courses/{SECOND}/lessons/{lesson.slug}")
        page.get_by_role("link", name="Show my answers").click()
        for question in lesson.questions:
            answer_right(question, quiz(page, question.id))
            expect(quiz(page, question.id).locator(".why--ok")).to_be_visible()
        page.locator("a.next").click()

    # the last lesson leads to the matrix, where all is proficient
    assert page.url.endswith(f"/courses/{SECOND}")
    expect(page.locator(".node--proficient")).to_have_count(len(taught.skills))
    expect(page.locator("#xp-course")).to_contain_text(f"{taught.xp} / {taught.xp}")
    page.get_by_role("link", name="Courses", exact=True).click()

    # the way in knows of both, and leads on to the other
    expect(page.get_by_role("link", name=re.compile("^Start with"))).to_have_attribute(
        "href", f"/courses/{SLUG}/lessons/{course().lessons[0].slug}"
    )
    expect(page.locator(".card").filter(has_text=taught.title)).to_contain_text(f"{taught.xp} of {taught.xp} XP")
    expect(page.locator(".card").filter(has_text=course().title)).to_contain_text("Not begun")
    page.goto(f"/courses/{SLUG}")
    expect(page.locator("#xp-course .xp__val")).to_contain_text(re.compile("^0 "))
    expect(page.locator("#xp-total")).to_contain_text(str(taught.xp))
    expect(page.locator(".node--proficient")).to_have_count(0)
    page.goto("/me/xp")
    expect(page.get_by_role("cell", name=taught.title)).to_have_count(len(taught.question_by_id))
    expect(page.get_by_role("cell", name=course().title)).to_have_count(0)
    context.close()
