"""Names that were given up: what they lead to, and what cannot be."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.content.course import Course
from app.content.publishing import publish, unpublished
from app.content.reading import Reading, read_course
from tests.studio.desk import COURSE, FILES, LESSON, lay_out


def read(tmp_path: Path, fields: str, over: Mapping[str, str] | None = None) -> Reading:
    folder = lay_out(tmp_path) / COURSE
    return read_course(folder, {}, over={"course.yaml": FILES["course.yaml"] + fields, **(over or {})})


def course(reading: Reading) -> Course:
    assert not [str(one) for one in reading.diagnostics if one.severity == "error"]
    made = unpublished(reading)
    assert made is not None
    return made


def test_a_chain_of_names_leads_to_the_last(tmp_path: Path) -> None:
    found = course(read(tmp_path, "renamed: {one: two, two: three, three: first}\n"))
    assert found.renamed == {"one": "first", "two": "first", "three": "first"}
    assert found.lesson_named("one") == found.lesson_named("first") == found.lessons[0]
    assert found.old_names == {"first": ("one", "two", "three")}


def test_a_retired_lesson_is_none_and_may_say_what_stands_in_its_place(tmp_path: Path) -> None:
    found = course(read(tmp_path, "renamed: {older: old, old: second}\nretired: [old, a-question]\n"))
    assert found.retired == {"old", "a-question"}
    assert found.lesson_named("old") is found.lesson_named("older") is None
    assert (found.renamed["older"], found.renamed["old"]) == ("old", "second")


def test_links_to_an_old_name_lead_to_the_new_one(tmp_path: Path) -> None:
    text = LESSON.format(name="second").replace("skills: [seeing]", "skills: [seeing]\nnext: begun")
    text += "\n[There](begun.md#how-it-ends), [here](/courses/stacking/lessons/begun).\n"
    found = course(read(tmp_path, "renamed: {begun: first}\n", {"second.md": text}))
    html = str(found.lessons[1].sections)
    assert "/lessons/first#how-it-ends" in html
    assert "/lessons/begun" not in html
    assert found.lessons[1].next == "first"


@pytest.mark.parametrize(
    ("fields", "code", "line"),
    [
        ("renamed: {old: nowhere}\n", "C110", 6),
        ("renamed: {a: b, b: a}\n", "C110", 6),
        ("renamed: {first: second}\n", "C111", 6),
        ("renamed: [old]\n", "Y106", 6),
        ("renamed: {Old Name: first}\n", "Y106", 6),
        ("retired: [first]\n", "C112", 6),
        ("retired: [one, one]\n", "C103", 6),
    ],
)
def test_what_cannot_be_is_said_at_its_place(tmp_path: Path, fields: str, code: str, line: int) -> None:
    errors = [one for one in read(tmp_path, fields).diagnostics if one.severity == "error"]
    assert {(one.code, one.line) for one in errors} == {(code, line)}


def test_a_retired_id_cannot_be_used_again(tmp_path: Path) -> None:
    errors = [one for one in read(tmp_path, "retired: [first-one]\n").diagnostics if one.severity == "error"]
    assert [(Path(one.path).name, one.code, one.line) for one in errors] == [("first.md", "C112", 12)]


def test_what_is_renamed_or_retired_is_part_of_the_courses_name_and_of_no_lessons(tmp_path: Path) -> None:
    hashes = []
    for n, fields in enumerate(("", "retired: [gone]\n")):
        made, _ = publish(read(tmp_path / str(n), fields), None, frozenset())
        assert made is not None
        hashes.append((made.hash, [lesson.hash for lesson in made.lessons]))
    assert hashes[0][0] != hashes[1][0]
    assert hashes[0][1] == hashes[1][1]
