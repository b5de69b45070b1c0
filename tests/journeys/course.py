"""What the tests know of the course beside what the browser shows: which answers are right."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page

from app.content.course import Course
from app.content.library import Library
from app.content.questions import Question

SLUG, SECOND = "cnn-architectures", "judging-classifiers"
ROOT = Path(__file__).parent.parent.parent


def course(slug: str = SLUG) -> Course:
    found = Library(ROOT / "lessons", False).course(slug)
    assert found
    return found


def lesson_url(slug: str, of: str = SLUG) -> str:
    return f"/courses/{of}/lessons/{slug}"


def quiz(page: Page, question: str) -> Locator:
    return page.locator(f"#q-{question}")


def seed_of(box: Locator) -> int:
    return int(box.locator("input[name=seed]").first.input_value())


def options(question: Question, box: Locator) -> tuple[list[str], list[str]]:
    """The right and the wrong options' ids, as this student's draw has them."""
    seed = seed_of(box)
    key = question.key(seed)
    right = key if isinstance(key, list) else [str(key)]
    return right, [option.id for option in question.shown(seed).options if option.id not in right]


def answer_right(question: Question, box: Locator) -> None:
    """Fill in the right answer of any kind and send it, with scripts on or off."""
    seed = seed_of(box)
    key = question.key(seed)
    if question.kind in ("choice", "multiple"):
        for option in key if isinstance(key, list) else [key]:
            box.locator(f"input[value='{option}']").check(force=True)
    elif question.kind in ("number", "text", "output"):
        box.locator(":is(input, textarea)[name=answer]").fill(str(key))
    elif question.kind == "architecture":
        field = box.locator(".lab__text")
        field.evaluate("(field, code) => { field.value = code; field.dispatchEvent(new Event('input')) }", str(key))
    elif question.kind == "match":
        assert isinstance(key, list)
        for row, pair in zip(box.locator("select[name=answer]").all(), key, strict=True):
            row.select_option(pair)
    else:
        assert isinstance(key, list)
        slots = box.locator("[data-slots] select")
        for place in range(slots.count()):
            slots.nth(place).evaluate(
                "(slot, id) => { slot.value = id; slot.dispatchEvent(new Event('change', {bubbles: true})) }",
                key[place] if place < len(key) else "",
            )
    box.get_by_role("button", name=re.compile("Check answer|Try again|Measure it")).first.click()
