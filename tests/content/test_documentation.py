"""The instructors' reference is run: every code's example shows it, and its mend ends it."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from app.content import asking, check, fields, links, markdown, maths, source, variants
from app.content.asking import KINDS
from app.content.diagnostics import CODES
from app.content.directives import KNOWN
from app.content.library import Library
from app.content.measures import NAMES
from app.content.proofreading import ROLES
from app.lab.catalogue import EXPERIMENTS
from tests.content import manual

#: Only a fault of the checker itself shows it.
NO_EXAMPLE = {"F108"}
#: What comes with a code in its example, as the page says there.
COMPANIONS = {"C104": {"C107"}, "C107": {"C104"}}

ENTRIES = {entry.code: entry for entry in manual.entries()}


def _codes(course: Path) -> set[str]:
    return {one.code for one in check(course.parent)}


def test_every_code_is_documented_in_its_order() -> None:
    assert {code: entry.title for code, entry in ENTRIES.items()} == CODES
    assert list(ENTRIES) == list(CODES)


def test_the_course_that_examples_stand_in_is_right(tmp_path: Path) -> None:
    assert check(manual.course(tmp_path)) == []


@pytest.mark.parametrize("code", [code for code in CODES if code not in NO_EXAMPLE])
def test_the_example_of_a_code_shows_it(code: str, tmp_path: Path) -> None:
    course = manual.course(tmp_path)
    entry = ENTRIES[code]
    assert entry.example
    for block in entry.example:
        manual.apply(block, course)
    found = check(tmp_path)
    assert {one.severity for one in found if one.code == code} == {entry.severity}
    assert {one.code for one in found} <= {code} | COMPANIONS.get(code, set())
    assert all(Path(one.path).name for one in found)


@pytest.mark.parametrize("code", [code for code, entry in ENTRIES.items() if entry.mended])
def test_the_mend_of_a_code_ends_it(code: str, tmp_path: Path) -> None:
    course = manual.course(tmp_path)
    entry = ENTRIES[code]
    last, first = entry.example[-1], entry.mended[0]
    # A mend of the same kind stands in the place of the example; any other works on it.
    replaced = (last.language, last.name) == (first.language, first.name)
    for block in (*(entry.example[:-1] if replaced else entry.example), *entry.mended):
        manual.apply(block, course)
    assert check(tmp_path) == []


def test_what_can_be_written_is_documented() -> None:
    text = (manual.DOCS / "lesson-format.md").read_text()
    for name in (*KINDS, *KNOWN, *NAMES, *EXPERIMENTS):
        assert f"`{name}`" in text or f"### {name}\n" in text, name
    for role in ROLES:
        assert f"{{{role}}}`" in text, role
    for kind in EXPERIMENTS.values():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{kind.name}`"))
        for name in (*(option.replace("_", "-") for option in kind.options), *kind.headlines):
            assert f"`{name}`" in row, (kind.name, name)


def test_the_first_course_grows_without_an_error(tmp_path: Path) -> None:
    """docs/instructors.md, step by step."""
    course = tmp_path / "pooling"
    course.mkdir()
    lesson = course / "shrinking-a-map.md"
    text = (manual.DOCS / "instructors.md").read_text()
    for block in manual.blocks(text):
        if block.language == "text":
            printed = [line for line in block.text.splitlines() if line.startswith("lessons/")]
            assert [str(one).replace(str(tmp_path), "lessons") for one in check(course)] == printed
        elif block.name:
            (course / block.name).write_text(block.text)
        elif block.language == "yaml":
            (course / "course.yaml").write_text((course / "course.yaml").read_text() + block.text)
        else:
            lesson.write_text(lesson.read_text() + "\n" + block.text)
        if lesson.exists():
            assert [one for one in check(tmp_path) if one.severity == "error"] == []
    assert check(tmp_path) == []
    questions = Library(tmp_path).courses()[0].lessons[0].questions
    assert [question.kind for question in questions] == ["choice", "number", "order", "architecture"]


def test_every_block_is_told_apart() -> None:
    """A block that is never closed would swallow the next, and neither would be run."""
    for name in ("instructors", "lesson-format", "question-banks"):
        path = manual.DOCS / f"{name}.md"
        if path.exists():
            fences = [one for one in MarkdownIt().parse(path.read_text()) if one.type == "fence"]
            assert [one.content for one in fences] == [one.text for one in manual.blocks(path.read_text())], name


def test_no_example_of_the_reference_goes_without_a_test(tmp_path: Path) -> None:
    """Beside the course, which ``manual.course`` makes, and those of the codes, which are run above."""
    text = (manual.DOCS / "lesson-format.md").read_text()
    _, _, after = text.partition("\n## A whole course\n")
    course, _, _ = after.partition("\n## Diagnostics\n")
    run = [*manual.blocks(course), *(one for entry in ENTRIES.values() for one in (*entry.example, *entry.mended))]
    rest = [one for one in manual.blocks(text) if one not in run]
    tree, walkthrough, claim, line = rest
    listed = re.findall(r"(?m)^    (\S+?)/? ", tree.text)
    assert listed == ["course.yaml", "the-vgg-philosophy.md", "glossary.md", "references.bib", "media"]
    made = manual.course(tmp_path)
    for one in (walkthrough, claim):
        assert f"{{{one.name}}}" in one.text
        (made / "first.md").write_text((made / "first.md").read_text() + "\n" + one.text)
    assert check(tmp_path) == []
    # The line that the checker is said to print is what it prints of such a file.
    for _ in range(3):
        manual.apply(ENTRIES["Q104"].example[0], made)
    printed = next(str(one) for one in check(tmp_path) if one.code == "Q104")
    numbers = re.compile(r"\d+")
    shown = numbers.sub("n", printed.replace(str(tmp_path), "lessons"))
    assert shown == numbers.sub("n", line.text.strip())


def test_the_bounds_are_those_in_force() -> None:
    text = (manual.DOCS / "lesson-format.md").read_text().partition("\n## Bounds\n")[2].partition("\n## ")[0]
    for number in (
        source.MOST_BYTES,
        fields.MOST_CHARACTERS,
        markdown.MOST_INLINE,
        markdown.DEEPEST,
        markdown.MOST_CELLS,
        maths.MOST_CHARACTERS,
        asking.MOST_ANSWERS,
        asking.MOST_HINTS,
        variants.MOST_VARIANTS,
        variants.MOST_FILLS,
        links.MOST_MEDIA_BYTES,
    ):
        assert f"{number:,} " in text, number
