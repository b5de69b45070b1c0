"""Any text is read without an exception, in a time that grows with its length, and what is wrong has a real place."""

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.content import check
from app.content.course import Prose, QuestionBlock, SetAside
from app.content.diagnostics import CODES, Problems, nearest
from app.content.fields import CourseFields, LessonFields, read_fields
from app.content.parsing import draft
from app.content.source import Passage
from tests.content.courses import BOOK, FOLDER, HEAD, problems, read, small_course

_SMALL = [(FOLDER / "small-course" / name).read_text() for name in ("first-steps.md", "stacks.md")]
_LINES = sorted({line for text in _SMALL for line in text.splitlines()})


@st.composite
def lessons(draw: st.DrawFn) -> str:
    """Lessons in pieces: lines taken out, doubled, swapped, cut, and strange ones put in."""
    lines = draw(st.sampled_from(_SMALL)).splitlines()
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(lines)))
        match draw(st.sampled_from(["drop", "add", "text", "cut", "indent"])):
            case "drop":
                del lines[at : at + draw(st.integers(1, 5))]
            case "add":
                lines[at:at] = draw(st.lists(st.sampled_from(_LINES), max_size=4))
            case "text":
                lines.insert(at, draw(st.text(max_size=40)))
            case "cut":
                lines[at : at + 1] = [line[: draw(st.integers(0, 20))] for line in lines[at : at + 1]]
            case "indent":
                before = draw(st.sampled_from(["  ", "> ", "- ", "\t"]))
                lines[at : at + 1] = [before + line for line in lines[at : at + 1]]
    return "\n".join(lines)


def _assert_placed(text: str, found: tuple[object, ...]) -> None:
    lines = text.split("\n")
    for one in found:
        match = re.fullmatch(r"lesson\.md:(\d+):(\d+): (error|warning) ([A-Z]\d{3}): (.+)", str(one))
        assert match, str(one)
        assert 1 <= int(match[1]) <= len(lines)
        assert 1 <= int(match[2]) <= len(lines[int(match[1]) - 1]) + 1, str(one)
        assert match[4] in CODES


@settings(deadline=None)
@given(st.one_of(lessons(), st.text(max_size=300), st.lists(st.sampled_from(_LINES), max_size=30).map("\n".join)))
@example("---\n---\n")
@example("---\ntitle: a")
@example(":::{question} a\n:::")
@example(":::{question} a\n:kind: number\n= 1\n~ > x\n:::")
@example("```{lab}")
@example("[^a]\n\n[^a]: [^a]")
@example("| a |\n| - |\n|")
@example("```{lab} a\n:show: parameters,\n  a-long-word-that-is-no-experiment\n\nnet = nn.ReLU()\n```")
def test_any_text_is_read(text: str) -> None:
    text = "\n".join(text.splitlines())
    found = draft(Passage.of(text), "lesson", BOOK, ["team"], "lesson.md")
    _assert_placed(text, found.diagnostics)
    again = draft(Passage.of(text), "lesson", BOOK, ["team"], "lesson.md")
    assert found == again


@settings(deadline=None)
@given(lessons())
def test_every_question_that_is_published_can_be_graded(text: str) -> None:
    for question in draft(Passage.of(text), "lesson", BOOK, [], "lesson.md").questions:
        for seed in (0, 1, 12345):
            assert question.grade(question.read(question.key(seed)), seed).correct
            assert question.shown(seed).prompt_html


@given(st.text(max_size=300))
@example("title: [")
@example("{a: {b: {c: d}}}: x")
@example("- 1\n- 2")
@example("title: 2024-01-01")
@example("? \n: \n")
@example("\t")
@example("!!x y")
def test_any_fields_are_read(text: str) -> None:
    for shape in (LessonFields, CourseFields):
        found = Problems("lesson.md")
        read_fields(Passage.of(text), shape, found, {"title": "t", "summary": "s"})
        _assert_placed(text, tuple(found.found))


@given(st.binary(max_size=200))
def test_any_bytes_are_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    course = tmp_path_factory.mktemp("courses") / "some-course"
    course.mkdir()
    (course / "course.yaml").write_text("title: A\nsummary: B\nlessons: [one]\n")
    (course / "one.md").write_bytes(data)
    (course / "glossary.md").write_bytes(data)
    for one in check(course.parent):
        assert Path(one.path).parent == course


def test_ids_do_not_move_when_text_does() -> None:
    lesson = small_course().lessons[0]
    text = _SMALL[0].partition("\n---\n")[2]
    book = replace(BOOK, skills=frozenset({"convolution", "receptive-field", "seeing"}))
    moved = read("A new opening.\n\n" + text.replace("## A kernel slides", "## Another heading"), book)
    assert [one.id for one in moved.questions] == [one.id for one in lesson.questions]
    assert [{one.id for one in q.shown(0).options} for q in moved.questions] == [
        {one.id for one in q.shown(0).options} for q in lesson.questions
    ]


def test_sections_are_numbered_and_the_opening_is_not() -> None:
    lesson = small_course().lessons[0]
    assert [(one.number, one.slug, one.title) for one in lesson.sections] == [
        (0, "", ""),
        (1, "a-kernel-slides", "A kernel slides"),
        (2, "look-and-count", "Look and count"),
    ]
    assert lesson.has_math
    assert [term.slug for term in lesson.terms] == ["convolution", "skip-connection"]
    assert lesson.next == "stacks"
    assert lesson.xp == 40


def test_a_title_may_hold_code_and_maths() -> None:
    section = read("## The `Conv2d` of $k$\n\nx\n").sections[0]
    assert section.title == "The Conv2d of k"
    assert section.title_html == "The <code>Conv2d</code> of <math><mi>k</mi></math>"
    assert section.slug == "the-conv2d-of-k"


def test_headings_of_the_same_name_get_anchors_of_their_own() -> None:
    found = read("## Depth\n\n### Depth\n\n## Depth\n\nx\n\n## Main\n\nx\n")
    assert [one.slug for one in found.sections] == ["depth", "depth-3", "main-2"]


def test_one_wrong_question_takes_nothing_else_down() -> None:
    good = ":::{question} good\n:kind: number\n\nWhat?\n\n= 1\n\n! So.\n:::\n"
    wrong = ":::{question} wrong\n:kind: number\n\nWhat?\n\n= 1 +\n\n! So.\n:::\n"
    found = read(f"## A\n\nBefore.\n\n{wrong}\n{good}\nAfter.\n")
    before, aside, asked, after = found.sections[0].blocks
    assert aside == SetAside("set-aside-10", "question", "'1 +' is not arithmetic")
    assert isinstance(before, Prose)
    assert isinstance(asked, QuestionBlock)
    assert isinstance(after, Prose)


def test_lab_code_is_blamed_at_its_own_line() -> None:
    net = "net = nn.Sequential(\n    nn.Conv2d(3, 8, 3),\n    nn.Conv2d(3, 8, 3),\n)\n"
    lab = f":::{{lab}} one\n:show: parameters\n\n{net}:::\n"
    (found,) = problems(lab)
    assert (found.line, found.code) == (11, "B102")
    nonsense = problems(lab.replace("nn.Conv2d(3, 8, 3),\n)", "nn.Conv3x(3, 8, 3),\n)"))
    assert [(one.line, one.column, one.code) for one in nonsense] == [(11, 5, "B102")]


def test_names_that_are_near() -> None:
    assert nearest("recptive-field", ["receptive-field", "vgg"]) == "; did you mean 'receptive-field'?"
    assert nearest("zzz", ["b", "a"]) == "; known: a, b"
    assert nearest("zzz", []) == ""


_BOMBS = {
    "brackets": "[" * 3900 + "\n\n",
    "images": "![" * 1950 + "\n\n",
    "stress": "*a **a " * 550 + "\n\n",
    "links": "[a](" * 950 + "\n\n",
    "one long line": "word ",
    "quotes": ">>>>>>>>>>a\n",
    "deep quotes": ">" * 400 + "\n\n",
    "lists": "- a\n",
    "deep lists": "- " * 200 + "a\n\n",
    "same headings": "## a\n",
    "tables": "a|b\n-|-\n",
    "short rows": "|a" * 100 + "\n" + "|-" * 100 + "\n" + "|a\n" * 500 + "\n",
    "references": "[a]: b\n",
    "footnotes": "[^a] " * 100 + "\n\n[^a]: x\n\n",
    "roles": "{term}`field` " * 200 + "\n\n",
    "unknown roles": "{trm}`x` " * 200 + "\n\n",
    "maths": "$\\sqrt{\\sqrt{x}}$ " * 100 + "\n\n",
    "dollars": "$a " * 1000 + "\n\n",
    "open fences": ":::{question} a\n",
    "questions": ":::{question} q\n:kind: choice\n\na\n\n- [x] b\n- [ ] c\n:::\n\n",
    "options": "- [ ] a\n",
    "comments": "% a\n",
    "html": "<a " * 1000 + "\n\n",
    "python": "```python\n" + "'''\"\"\"f'{a" * 100 + "\n```\n\n",
}


@pytest.mark.parametrize("name", _BOMBS)
def test_time_grows_with_length(name: str) -> None:
    """Four times the text takes at most nine times as long; a quadratic reading would take sixteen times."""

    def seconds(size: int) -> float:
        unit = _BOMBS[name]
        passage = Passage.of(HEAD + (unit * (size // len(unit) + 1))[:size])
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            draft(passage, "lesson", BOOK, [], "lesson.md")
            best = min(best, time.process_time() - start)
        return best

    size = 6_000
    # A few milliseconds of fixed cost are no growth, and a busy machine is given a second and a third chance.
    assert any(seconds(4 * size) <= 9 * seconds(size) + 0.01 for _ in range(3))
