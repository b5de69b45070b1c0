"""The course of the fixtures, and small ones made for a test."""

from pathlib import Path

from app.content.course import Course
from app.content.diagnostics import Diagnostic
from app.content.library import Library
from app.content.links import Book
from app.content.parsing import Draft, draft
from app.content.questions import Question
from app.content.source import Passage

FOLDER = Path(__file__).parent / "fixtures" / "courses"

HEAD = "---\ntitle: A lesson\nsummary: For a test.\nskills: [seeing]\n---\n"
BOOK = Book("stacking", FOLDER / "small-course", frozenset({"lesson"}), frozenset({"seeing"}), {"field": "field"})


def small_course() -> Course:
    course = Library(FOLDER).course("small-course")
    assert course is not None
    return course


def read(text: str, book: Book = BOOK) -> Draft:
    """A lesson's draft, of the text after its front matter."""
    return draft(Passage.of(HEAD + text), "lesson", book, [], "lesson.md")


def html(text: str) -> str:
    """All prose of a lesson without errors."""
    found = read(text)
    assert [one for one in found.diagnostics if one.severity == "error"] == []
    return "\n".join(getattr(block, "html", "") for section in found.sections for block in section.blocks)


def problems(text: str) -> list[Diagnostic]:
    return sorted(read(text).diagnostics)


def question(text: str, id: str = "a-question") -> Question:
    """The question of a directive's options and body."""
    found = read(f":::{{question}} {id}\n{text}\n:::\n")
    assert [str(one) for one in found.diagnostics if one.severity == "error"] == []
    return found.questions[0]
