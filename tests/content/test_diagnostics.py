"""Everything wrong with a course, in one run, in its own words and at its own place."""

from pathlib import Path

from app.content import check
from app.content.diagnostics import Diagnostic, Problems
from tests.content import manual

WRONG = Path(__file__).parent / "fixtures" / "wrong"


def test_a_wrong_course_is_told_all_at_once() -> None:
    """The golden file holds what an author reads. A changed word is changed there, too."""
    printed = [str(one).removeprefix(f"{WRONG}/") for one in check(WRONG)]
    assert printed == (WRONG / "expected.txt").read_text().splitlines()


def test_the_shape_of_a_line() -> None:
    words = "kind 'choice' has two correct options (lines 43 and 45); use 'multiple'?"
    one = Diagnostic("lessons/cnn/the-vgg-philosophy.md", 42, 3, "Q104", "error", words)
    assert str(one) == f"lessons/cnn/the-vgg-philosophy.md:42:3: error Q104: {words}"


def test_paths_are_told_as_they_were_given(tmp_path: Path) -> None:
    course = manual.course(tmp_path)
    (course / "first.md").write_bytes(b"\xff")
    found = {one.path for one in check(course)}
    assert found == {str(course / "first.md")}
    assert {one.path for one in check(course / "first.md")} == found
    assert check(course / "second.md") == []


def test_places_that_hold_no_course(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        (found,) = check(path)
        assert (found.code, found.severity, found.path) == ("F105", "error", str(path))
    (tmp_path / "a-folder").mkdir()
    (tmp_path / "a-folder" / "lesson.md").write_text("")
    (found,) = check(tmp_path)
    assert (found.code, found.path) == ("F105", str(tmp_path / "a-folder" / "course.yaml"))


def test_a_child_tells_its_parent_and_keeps_its_own_count() -> None:
    parent = Problems("a.md")
    child = parent.child()
    child.error("Q101", 0, 0, "one")
    child.warning("Q107", 2, 1, "two")
    assert (child.errors, parent.errors, child.first_error) == (1, 0, "one")
    assert [str(one) for one in parent.found] == ["a.md:1:1: error Q101: one", "a.md:2:1: warning Q107: two"]
