"""What can be found of a course and of the lab: each with its address, and the words that a reader may see there.

Of a question that is what stands on the page before any answer. Its key, hints, feedback and explanation are never
asked for here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.content.course import (
    Aside,
    Block,
    ClaimBlock,
    Course,
    FaqBlock,
    LabBlock,
    Lesson,
    Prose,
    QuestionBlock,
    Section,
    WalkthroughBlock,
)
from app.content.questions import Question
from app.content.variants import blanked
from app.lab.catalogue import EXPERIMENTS
from app.search.plain import plain

Kind = Literal[
    "course", "lesson", "section", "term", "faq", "question", "skill", "lab", "walkthrough", "experiment", "reference"
]
#: How much a find of each kind counts: what explains comes before what asks.
WEIGHT: dict[Kind, float] = {
    "term": 1.5,
    "lesson": 1.3,
    "skill": 1.2,
    "section": 1.2,
    "question": 0.7,
    "reference": 0.7,
}


@dataclass(frozen=True)
class Entry:
    """One thing that can be found. All text is plain."""

    kind: Kind
    url: str
    title: str
    #: The lesson that it stands in; empty where it is in none.
    within: str
    text: str


def of_course(course: Course) -> Iterator[Entry]:
    root = f"/courses/{course.slug}"
    yield Entry("course", root, course.title, "", course.summary)
    cited: set[str] = set()
    for lesson in course.lessons:
        url = f"{root}/lessons/{lesson.slug}"
        yield from _of_lesson(lesson, url)
        # A work is found where it is cited first.
        for work in (work for work in lesson.references if work.key not in cited):
            cited.add(work.key)
            yield Entry("reference", f"{url}#ref-{work.slug}", "", lesson.title, plain(work.html))
    for term in course.glossary:
        text = f"{plain(term.html)} {plain(term.code_html)}".strip()
        yield Entry("term", f"{root}/glossary#term-{term.slug}", term.title, "", text)
    for skill in course.skills:
        yield Entry("skill", f"{root}/skills/{skill.id}", skill.title, "", skill.concept)


def of_lab() -> Iterator[Entry]:
    """Every experiment’s own page."""
    for name, kind in EXPERIMENTS.items():
        if name != "measures":
            yield Entry("experiment", f"/lab/{name}", kind.title, "", kind.summary)


def _of_lesson(lesson: Lesson, url: str) -> Iterator[Entry]:
    yield Entry("lesson", url, lesson.title, "", lesson.summary)
    for section in lesson.sections:
        at = f"{url}#{section.slug}" if section.number else url
        text = " ".join(filter(None, map(_said, section.blocks)))
        if text:
            yield Entry("section", at, section.title or lesson.title, lesson.title, text)
        yield from _standing_alone(section, lesson, url)


def _said(block: Block) -> str:
    """What a block adds to its section's text; nothing where it can be found by itself."""
    match block:
        case Prose():
            return plain(block.html)
        case Aside():
            return f"{block.title} {plain(block.html)}"
        case ClaimBlock(claim):
            return f"{plain(claim.html)} {plain(claim.source_html)}"
        case _:
            return ""


def _standing_alone(section: Section, lesson: Lesson, url: str) -> Iterator[Entry]:
    for block in section.blocks:
        match block:
            case FaqBlock(items):
                for item in items:
                    yield Entry("faq", f"{url}#{item.slug}", item.title, lesson.title, plain(item.html))
            case QuestionBlock(question):
                yield Entry("question", f"{url}#q-{question.id}", "", lesson.title, asked(question))
            case LabBlock(lab):
                text = f"{plain(lab.predict_html)} {' '.join(lab.code.split())}".strip()
                yield Entry("lab", f"{url}#lab-{lab.id}", lab.title, lesson.title, text)
            case WalkthroughBlock(walk):
                text = " ".join(f"{step.title}. {plain(step.html)}" for step in walk.steps)
                yield Entry("walkthrough", f"{url}#walkthrough-{walk.id}", walk.title, lesson.title, text)
            case _:
                pass


def asked(question: Question) -> str:
    """A question as it is shown before any answer; where every student draws their own values, with … for them."""
    if question.variables.count > 1:
        return plain(blanked(question.prompt_html))
    shown = question.shown(0)
    choices = [plain(option.html) for option in (*shown.options, *shown.targets)]
    return " / ".join([plain(shown.prompt_html), *choices])
