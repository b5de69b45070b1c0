"""A working copy is the course as it would be with one's drafts in its files."""

from pathlib import Path

import pytest

from app.content.library import Library
from app.studio import workshop
from tests.content import manual

QUESTION = ":::{question} more\n:kind: number\n\nHow many cells has a 3×3 kernel?\n\n= 9\n\n! 3 · 3.\n:::\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    manual.course(tmp_path)
    return Library(tmp_path)


def test_the_working_copy_has_ones_own_texts_over_the_files(library: Library) -> None:
    text = workshop.text_on_disk(library.folders()["stacking"], "first.md")
    found = workshop.look(library, "stacking", {"first.md": f"{text}\n{QUESTION}"})
    assert found.diagnostics == ()
    assert found.course is not None
    assert "more" in found.course.question_by_id
    published = library.course("stacking")
    assert published is not None
    assert "more" not in published.question_by_id


def test_nothing_changed_is_the_published_course_without_its_hash(library: Library) -> None:
    course, published = workshop.look(library, "stacking", {}).course, library.course("stacking")
    assert course is not None
    assert published is not None
    assert [one.sections for one in course.lessons] == [one.sections for one in published.lessons]
    assert course.hash == course.lessons[0].hash == ""


def test_what_is_wrong_is_said_of_its_file(library: Library) -> None:
    found = workshop.look(library, "stacking", {"first.md": None})
    assert [one.code for one in found.of("course.yaml")] == ["C105"]
    assert workshop.look(library, "stacking", {"course.yaml": "title: ["}).course is None


def test_a_course_that_is_not_there(library: Library) -> None:
    with pytest.raises(KeyError):
        workshop.look(library, "nowhere", {})


def test_files_of_a_course(library: Library) -> None:
    found = workshop.files(workshop.look(library, "stacking", {}))
    assert found[:2] == ("course.yaml", "first.md")
    assert {"glossary.md", "references.bib"} <= {*found}


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("course.yaml", True),
        ("a-lesson.md", True),
        ("glossary.md", True),
        ("references.bib", True),
        ("../a.md", False),
        ("media/a.md", False),
        ("A.md", False),
        (".md", False),
        ("a.txt", False),
        ("a" * 90 + ".md", False),
    ],
)
def test_names_of_files(name: str, fits: bool, tmp_path: Path) -> None:
    assert workshop.is_file(name) is fits
    if not fits:
        assert workshop.text_on_disk(tmp_path, name) is None
