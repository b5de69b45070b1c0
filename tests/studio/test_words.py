"""What the editor offers holds: every snippet is a piece that the checker takes, every value one that it knows."""

import re
from pathlib import Path

import pytest

from app.content import asking
from app.content.directives import KNOWN
from app.content.reading import read_course
from app.studio import words
from app.studio.snippets import SNIPPETS, Snippet
from tests.content.courses import FOLDER

PLACE = re.compile(r"#\{(?:\d+:)?([^{}]*)\}")
ROOT = Path(__file__).parents[2]
COURSE = FOLDER / "small-course"
READING = read_course(COURSE, {})
LESSON = f"{next(iter(READING.drafts))}.md"
BIB = "@article{a-key,\n  author = {A, B},\n  title = {C},\n  year = {2016},\n}\n"


def filled(one: Snippet, names: dict[str, str]) -> str:
    return PLACE.sub(r"\1", one.filled(names))


@pytest.mark.parametrize("one", SNIPPETS, ids=lambda one: f"{one.file}-{one.name}")
def test_a_snippet_is_right_as_it_stands(one: Snippet) -> None:
    lesson = (COURSE / LESSON).read_text()
    skill = READING.drafts[LESSON[:-3]].fields.skills[0]
    names = {"skill": skill, "term": READING.terms[0].title.lower(), "cite": "a-key", "lesson": LESSON[:-3]}
    text = filled(one, names)
    over = {"references.bib": BIB}
    if one.file == "glossary":
        over["glossary.md"] = (COURSE / "glossary.md").read_text() + f"\n{text.replace('Max pool', 'Another word')}"
    elif one.file == "course":
        yaml = (COURSE / "course.yaml").read_text()
        over["course.yaml"] = yaml.replace(f"{one.name}s:\n", f"{one.name}s:\n{text}")
        assert text in over["course.yaml"]
    elif one.file == "references":
        over["references.bib"] = text
    else:
        kept = lesson.split("\n---\n", 1)[1]
        over[LESSON] = text + kept if one.name == "start" else f"{lesson}\n{text}\n"
    before = {str(found) for found in read_course(COURSE, {}).diagnostics if found.severity == "error"}
    read = read_course(COURSE, {}, over=over)
    assert {str(found) for found in read.diagnostics if found.severity == "error"} <= before
    if not one.inline and one.file == "lesson" and "{" in one.text.split("\n", 1)[0]:
        assert ("D112" in {found.code for found in read.diagnostics}) == ("name-of-this-" in text)
        assert {str(found) for found in read.diagnostics if found.code[0] in "QBDWM" and found.code != "D112"} <= {
            str(found) for found in read_course(COURSE, {}).diagnostics
        }


def test_what_says_more_is_a_heading_of_the_reference() -> None:
    headings = re.findall(r"^#+ (.*)$", (ROOT / "docs" / "lesson-format.md").read_text(), re.MULTILINE)
    slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert {one.see for one in SNIPPETS if one.see} <= slugs


def test_every_option_that_the_checker_takes_is_offered_and_explained() -> None:
    offered = words.offered(READING, LESSON, [])
    directives = {one["name"]: one["options"] for one in offered["directives"]}
    assert tuple(directives) == KNOWN
    for name, options in directives.items():
        assert all(option["help"] for option in options), name
    assert {option["name"] for option in directives["lab"]} >= {"show", "depths", "batch-norm", "pre-activation"}
    assert directives["question"][0]["values"] == asking.KINDS


def test_names_are_those_of_the_working_copy() -> None:
    text = (
        COURSE / LESSON
    ).read_text() + "\n:::{question} brand-new\n:kind: number\n:skill: SKILL\n\nHow many?\n\n= 3\n\n! 3.\n:::\n"
    text = text.replace("SKILL", READING.drafts[LESSON[:-3]].fields.skills[0])
    read = read_course(COURSE, {}, over={LESSON: text})
    offered = words.offered(read, LESSON, [])
    assert "brand-new" in {one["id"] for one in offered["questions"]}
    assert {one["id"] for one in offered["skills"]} == {skill.id for skill in READING.outline.skills}  # type: ignore[union-attr]
    assert words.offered(read, "glossary.md", [])["snippets"][0]["name"] == "entry"
    assert words.offered(read, "course.yaml", [])["fields"][:2] == ["title", "summary"]
