"""A course read with other texts over its files reads as if they were its files."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.content.reading import Memo, Over, Reading, read_course
from tests.content import manual
from tests.content.courses import FOLDER

NAMES = ("course.yaml", "glossary.md", "references.bib", "first.md", "second.md", "third.md", "not a lesson.md")
QUESTION = ":::{question} more\n:kind: number\n\nHow many cells has a 3×3 kernel?\n\n= 9\n\n! 3 · 3.\n:::\n"
#: What is typed: whole texts, wrong ones, and things to append to what is there.
TYPED = st.one_of(
    st.none(),
    st.sampled_from(
        ["", "---\n", "## Stride\n\nHow far a kernel steps.\n", "title: [", "\ufeff---", "@book{x", "\ud800"]
    ),
    st.text(max_size=40),
)


def said(reading: Reading) -> object:
    """All that a reading says, wherever its folder is."""
    drafts = {
        slug: replace(draft, diagnostics=tuple(replace(one, path="") for one in draft.diagnostics))
        for slug, draft in reading.drafts.items()
    }
    placed = [(Path(one.path).name, one.line, one.column, one.code, one.message) for one in reading.diagnostics]
    outline = reading.outline
    return (outline and (outline.title, outline.skills, outline.lessons)), drafts, reading.terms, placed


def written(folder: Path, over: Over) -> Path:
    """The course with the texts in its files."""
    for name, text in over.items():
        if text is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    return folder


@given(st.dictionaries(st.sampled_from(NAMES[:-1]), TYPED, max_size=4))
def test_texts_over_files_are_read_as_files(over: dict[str, str | None]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = manual.course(Path(place) / "as-is")
        there = written(manual.course(Path(place) / "written"), over)
        assert said(read_course(folder, {}, over=over)) == said(read_course(there, {}))


def test_what_is_over_one_reading_does_not_stay_for_the_next(tmp_path: Path) -> None:
    folder, memo = manual.course(tmp_path), dict[str, object]()
    held: Memo = memo  # type: ignore[assignment]
    before = said(read_course(folder, held))
    text = (folder / "first.md").read_text()
    changed = read_course(folder, held, over={"first.md": f"{text}\n{QUESTION}"})
    assert [one.id for one in changed.drafts["first"].questions] == ["sees-what", "more"]
    assert changed.diagnostics == ()
    assert said(read_course(folder, held)) == before


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER / "small-course", tmp_path / "small-course"))
    memo: Memo = {}
    first = read_course(folder, memo)
    known = set(memo)
    text = (folder / "first-steps.md").read_text()
    read_course(folder, memo, over={"first-steps.md": f"{text}\nOne more line.\n"})
    assert len(memo.keys() - known) == 1
    assert first.used == known


def test_a_name_that_is_no_files_of_a_course_is_not_read(tmp_path: Path) -> None:
    folder = manual.course(tmp_path)
    (tmp_path / "secret.md").write_text("---\ntitle: Secret\n---\n")
    over: Over = {"../secret.md": "x", "media/x.md": "x", "Not A Lesson.md": "x"}
    assert said(read_course(folder, {}, over=over)) == said(read_course(folder, {}))
