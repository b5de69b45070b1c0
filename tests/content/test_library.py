"""What is published: new files at once, wrong ones never in the place of right ones, the same for every thread."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.content import check, library, parsing
from app.content.course import Course, Lesson, QuestionBlock, SetAside
from app.content.library import Library
from tests.content import manual
from tests.content.courses import FOLDER

GOOD = ":::{question} more\n:kind: number\n\nHow many cells has a 3×3 kernel?\n\n= 9\n\n! 3 · 3.\n:::\n"
WRONG_QUESTION = GOOD.replace("= 9", "= 9 +")


@pytest.fixture(autouse=True)
def _look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "_LOOK_EVERY", 0.0)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return manual.course(tmp_path)


def _published(shelf: Library) -> Course:
    (found,) = shelf.courses()
    return found


def _first(shelf: Library) -> Lesson:
    return _published(shelf).lesson_by_slug["first"]


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + "\n" + text)


def test_a_saved_file_is_published_at_the_next_look(course: Path) -> None:
    shelf = Library(course.parent, reload=True)
    before = _first(shelf)
    _append(course / "first.md", GOOD)
    after = _first(shelf)
    assert [one.id for one in after.questions] == ["sees-what", "more"]
    assert after.hash != before.hash
    assert shelf.diagnostics() == ()


def test_without_reload_nothing_changes(course: Path) -> None:
    shelf = Library(course.parent, reload=False)
    before = _first(shelf)
    _append(course / "first.md", GOOD)
    assert _first(shelf) is before


def test_nothing_is_read_again_while_no_file_changes(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Library(course.parent, reload=True)
    before = shelf.courses()
    monkeypatch.setattr(library, "read_course", lambda *_: pytest.fail("read again"))
    assert shelf.courses()[0] is before[0]


def test_a_lesson_that_did_not_change_is_not_parsed_again(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Library(course.parent, reload=True)
    shelf.courses()
    parsed: list[str] = []
    draft = parsing._Lesson.draft

    def counting(self: parsing._Lesson) -> parsing.Draft:
        parsed.append(self.slug)
        return draft(self)

    monkeypatch.setattr(parsing._Lesson, "draft", counting)
    _append(course / "first.md", GOOD)
    shelf.courses()
    assert parsed == ["first"]


@pytest.mark.parametrize("wrong", ["A {trm}`x`.", WRONG_QUESTION, "## A\n\n# B\n", "~~~{lab} l\n~~~"])
def test_the_last_good_version_stays(course: Path, wrong: str) -> None:
    shelf = Library(course.parent, reload=True)
    before = _first(shelf)
    _append(course / "first.md", wrong)
    assert _first(shelf) == before
    assert [one.severity for one in shelf.diagnostics()].count("error") == 1
    text = (course / "first.md").read_text()
    (course / "first.md").write_text(text.replace(wrong, GOOD))
    assert "more" in {one.id for one in _first(shelf).questions}
    assert shelf.diagnostics() == ()


def test_other_lessons_are_published_beside_a_wrong_one(course: Path) -> None:
    shelf = Library(course.parent, reload=True)
    _append(course / "first.md", "A {trm}`x`.")
    _append(course / "second.md", GOOD)
    assert "more" in _published(shelf).question_by_id


@pytest.mark.parametrize("destroy", [lambda p: p.write_bytes(b"\xff"), Path.unlink, lambda p: p.write_text("")])
def test_a_lesson_that_cannot_be_read_stays_as_it_was(course: Path, destroy: Callable[[Path], object]) -> None:
    shelf = Library(course.parent, reload=True)
    before = _first(shelf)
    destroy(course / "first.md")
    assert _first(shelf).sections == before.sections
    assert any(one.severity == "error" for one in shelf.diagnostics())


@pytest.mark.parametrize("yaml", ["title: [", "", "title: A\nsummary: B\nlessons: [first, gone]\n", "- a"])
def test_a_wrong_course_yaml_leaves_the_course_as_it_was(course: Path, yaml: str) -> None:
    shelf = Library(course.parent, reload=True)
    before = _published(shelf)
    (course / "course.yaml").write_text(yaml)
    assert _published(shelf) is before
    assert any(one.severity == "error" for one in shelf.diagnostics())


def test_where_no_good_version_is_the_wrong_parts_are_left_out(course: Path) -> None:
    _append(course / "first.md", f"A {{trm}}`x` and <b>bold</b>.\n\n{WRONG_QUESTION}\n\nThe end.\n")
    shelf = Library(course.parent, reload=True)
    lesson = _first(shelf)
    blocks = lesson.sections[0].blocks
    assert [one.id for one in lesson.questions] == ["sees-what"]
    assert any(isinstance(block, SetAside) and block.what == "question" for block in blocks)
    assert "<p>A x and bold.</p>" in repr(blocks)
    assert "The end." in repr(blocks)
    # No good version is live, so the author sees each step of the mending.
    _append(course / "first.md", "Still wrong: {trm}`y`.")
    assert "Still wrong: y." in repr(_first(shelf).sections)


def test_a_lesson_that_was_never_readable_is_left_out(course: Path) -> None:
    (course / "first.md").write_bytes(b"\xff")
    assert list(_published(Library(course.parent)).lesson_by_slug) == ["second"]


def test_a_course_none_of_whose_lessons_can_be_read_has_none(course: Path) -> None:
    for name in ("first", "second"):
        (course / f"{name}.md").write_bytes(b"caf\xe9")
    assert _published(Library(course.parent)).lessons == ()


def test_a_course_that_was_never_readable_is_left_out(course: Path) -> None:
    (course / "course.yaml").write_text("title: [")
    shutil.copytree(FOLDER / "small-course", course.parent / "small-course")
    shelf = Library(course.parent)
    assert [one.slug for one in shelf.courses()] == ["small-course"]
    assert shelf.course("stacking") is None
    assert [one.code for one in shelf.diagnostics() if one.severity == "error"] == ["Y101"]


def test_a_good_lesson_outlives_a_skill_that_is_gone(course: Path) -> None:
    shelf = Library(course.parent, reload=True)
    text = (course / "course.yaml").read_text()
    rows = [row for row in text.splitlines() if "id: vgg-block" not in row]
    (course / "course.yaml").write_text("\n".join(rows) + "\n")
    found = _published(shelf)
    second = found.lesson_by_slug["second"]
    assert [one.id for one in found.skills] == ["receptive-field"]
    assert second.skills == ()
    assert second.questions == ()
    assert any(isinstance(block, SetAside) for section in second.sections for block in section.blocks)
    for lesson in found.lessons:
        assert {*lesson.skills, *lesson.requires, *(one.skill for one in lesson.questions)} <= set(found.skill_by_id)


def test_an_id_of_another_lesson_is_set_aside_in_the_later_one(course: Path) -> None:
    _append(course / "first.md", GOOD)
    _append(course / "second.md", GOOD.replace("9", "9 "))
    found = _published(Library(course.parent))
    owner, question = found.question_by_id["more"]
    assert owner.slug == "first"
    assert question.skill == "receptive-field"
    assert sum(isinstance(b, SetAside) for s in found.lesson_by_slug["second"].sections for b in s.blocks) == 1


def test_a_fault_of_the_checker_takes_one_lesson_down_at_most(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Library(course.parent, reload=True)
    before = _first(shelf)
    draft = parsing._Lesson.draft

    def failing(self: parsing._Lesson) -> parsing.Draft:
        if self.slug == "first":
            raise RuntimeError("a fault")
        return draft(self)

    monkeypatch.setattr(parsing._Lesson, "draft", failing)
    _append(course / "first.md", GOOD)
    _append(course / "second.md", GOOD.replace("more", "other"))
    assert _first(shelf).sections == before.sections
    assert "other" in _published(shelf).question_by_id
    assert [one.code for one in check(course) if one.severity == "error"] == ["F108"]


@pytest.mark.parametrize(
    ("name", "change", "changed"),
    [
        ("first.md", lambda text: text.replace("A stack of", "One stack of"), {"first"}),
        ("first.md", lambda text: text + "\n% a comment\n", set()),
        ("first.md", lambda text: text.replace("What a stack sees", "What it sees"), {"first", "second"}),
        ("second.md", lambda text: text.replace("18 * C**2", "17 * C**2"), {"second"}),
        ("second.md", lambda text: text.replace("Softmax stands", "A softmax stands"), {"second"}),
        ("glossary.md", lambda text: text.replace("one unit", "a unit"), {"first"}),
        ("course.yaml", lambda text: text.replace("The course team", "The team"), {"first", "second"}),
        ("media/block.svg", lambda text: text.replace('width="1"', 'width="2"'), {"first"}),
    ],
)
def test_a_hash_names_everything_its_page_is_made_from(
    course: Path, name: str, change: Callable[[str], str], changed: set[str]
) -> None:
    _append(course / "first.md", "![A block](media/block.svg)")
    before = {one.slug: one.hash for one in _published(Library(course.parent)).lessons}
    text = (course / name).read_text()
    assert change(text) != text
    (course / name).write_text(change(text))
    after = {one.slug: one.hash for one in _published(Library(course.parent)).lessons}
    assert {slug for slug in before if before[slug] != after[slug]} == changed


def test_the_same_files_have_the_same_hash_elsewhere(course: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(course, other / course.name)
    assert _published(Library(course.parent)).hash == _published(Library(other)).hash


def test_a_new_course_and_one_that_is_gone(course: Path) -> None:
    shelf = Library(course.parent, reload=True)
    shutil.copytree(FOLDER / "small-course", course.parent / "another")
    assert [one.slug for one in shelf.courses()] == ["another", "stacking"]
    shutil.rmtree(course)
    assert [one.slug for one in shelf.courses()] == ["another"]
    assert Library(course.parent / "nowhere").courses() == ()


def test_many_threads_see_whole_courses(course: Path) -> None:
    """While a lesson is saved over and over, nobody waits, fails or sees half a change."""
    shelf = Library(course.parent, reload=True)
    text = (course / "first.md").read_text()
    failures: list[BaseException] = []
    stop = threading.Event()

    def look() -> None:
        try:
            while not stop.is_set():
                found = _published(shelf)
                assert len(found.lessons) == 2
                assert len(found.lesson_by_slug["first"].questions) in (1, 2)
                shelf.diagnostics()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for number in range(12):
        new = course / "first.new"
        new.write_text(text + "\n" + (GOOD if number % 2 else f"Version {number}.\n"))
        new.replace(course / "first.md")
        shelf.courses()
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert any(isinstance(block, QuestionBlock) for block in _first(shelf).sections[0].blocks)
