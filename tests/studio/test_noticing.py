"""What students notice of a publication, and what only its author does."""

from pathlib import Path

import pytest

from app.content.course import Course
from app.content.library import Library
from app.studio.noticing import Notices, notices
from tests.studio.desk import COURSE, FILES, LESSON, lay_out

FIRST = FILES["first.md"]
LAB = "\n```{lab} one-layer\n:show: parameters\n\nnet = nn.Conv2d(3, 8, 3)\n```\n"


def course(folder: Path, **changed: str) -> Course:
    files = {**FILES, **{f"{name}.md": text for name, text in changed.items() if name != "yaml"}}
    files["course.yaml"] = changed.get("yaml", files["course.yaml"])
    found = Library(lay_out(folder, files)).course(COURSE)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("first", "noticed"),
    [
        (FIRST, Notices()),
        (FIRST.replace("\n\nA first", "\n\n\n\nA first"), Notices()),
        (FIRST.replace("A first", "One first"), Notices(changed_lessons=("first",))),
        (FIRST.replace("Which is right?", "Which one is right?"), Notices(changed_questions=("first-one",))),
        (FIRST.replace("So it is.", "Yes."), Notices(changed_questions=("first-one",))),
        (
            FIRST.replace("[x] This", "[ ] This").replace("[ ] That", "[x] That"),
            Notices(changed_keys=("first-one",)),
        ),
        (
            FIRST.replace("first-one", "first-two"),
            Notices(new_questions=("first-two",), gone_questions=("first-one",)),
        ),
    ],
)
def test_what_is_noticed_of_a_lesson(tmp_path: Path, first: str, noticed: Notices) -> None:
    assert notices(course(tmp_path / "a"), course(tmp_path / "b", first=first)) == noticed


def test_lessons_come_and_go(tmp_path: Path) -> None:
    yaml = FILES["course.yaml"].replace("[first, second]", "[first, third]")
    after = course(tmp_path / "b", yaml=yaml, third=LESSON.format(name="third"))
    found = notices(course(tmp_path / "a"), after)
    assert (found.new_lessons, found.gone_lessons) == (("third",), ("second",))
    assert (found.new_questions, found.gone_questions) == (("third-one",), ("second-one",))
    assert notices(None, after).new_lessons == ("first", "third")
    assert not notices(after, None)


def test_a_renamed_lesson_neither_comes_nor_goes(tmp_path: Path) -> None:
    yaml = FILES["course.yaml"].replace("[first, second]", "[first, third]") + "renamed: {second: third}\n"
    before = course(tmp_path / "a", second=LESSON.format(name="second"))
    same = course(tmp_path / "b", yaml=yaml, third=LESSON.format(name="second"))
    assert notices(before, same) == Notices(renamed_lessons=("second → third",))
    other = course(tmp_path / "c", yaml=yaml, third=LESSON.format(name="second").replace("title: ", "title: New "))
    assert notices(before, other) == Notices(renamed_lessons=("second → third",), changed_lessons=("third",))


def test_a_lab_that_differs(tmp_path: Path) -> None:
    before = course(tmp_path / "a", first=FIRST + LAB)
    after = course(tmp_path / "b", first=FIRST.replace("A first", "A\nfirst") + LAB.replace("8, 3", "16, 3"))
    assert before.lab_by_id
    assert notices(before, after) == Notices(changed_labs=("one-layer",), changed_lessons=("first",))
