"""A mend ends its problem, brings none of its kind, and touches nothing else: held over every example of the manual."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import cli
from app.content.diagnostics import CODES, Diagnostic
from app.content.mending import MOST, MOST_FIELDS, apply, of
from app.content.reading import read_course
from tests.content import manual

#: What only its author can mend.
FOR_THE_AUTHOR = {
    *("F101", "F103", "F105", "F107", "F108", "F109", "C104", "C107", "C109", "C111", "C112", "D112", "L111", "R102"),
    *("M103", "M105", "M106", "D110"),
    *("Q105", "Q106", "Q110", "Q116", "Q123", "Q124", "Q125", "Q126", "Q128", "Q129", "B102", "W101", "W102", "W103"),
    "W104",
}
ENTRIES = {entry.code: entry for entry in manual.entries()}
MENDED = [code for code in CODES if code not in FOR_THE_AUTHOR]


def found(course: Path, code: str) -> list[Diagnostic]:
    return [one for one in of(read_course(course, {})) if one.code == code]


def example(code: str, folder: Path, filler: str = "") -> Path:
    course = manual.course(folder)
    first = course / "first.md"
    first.write_text(first.read_text() + filler)
    for block in ENTRIES[code].example:
        manual.apply(block, course)
    return course


def file_of(one: Diagnostic, course: Path) -> Path:
    assert one.mend
    return course / (one.mend.file or Path(one.path).name)


@pytest.mark.parametrize("code", MENDED)
def test_each_example_is_mended(code: str, tmp_path: Path) -> None:
    course = example(code, tmp_path)
    before = found(course, code)
    mended = [one for one in before if one.mend]
    assert mended, code
    one = mended[0]
    assert one.mend
    assert 0 < len(one.mend.label) < 60
    path = file_of(one, course)
    text = path.read_bytes().decode() if path.exists() else ""
    path.write_bytes(apply(text, one.mend.edits).encode())
    assert len(found(course, code)) < len(before)


@pytest.mark.parametrize("code", sorted(FOR_THE_AUTHOR - {"F108"}))
def test_what_is_the_authors_has_no_mend(code: str, tmp_path: Path) -> None:
    course = example(code, tmp_path)
    folder = next(iter(tmp_path.iterdir())) if not course.exists() else course
    assert [one for one in found(folder, code) if one.mend] == []


FILLER = (
    "Plain words.",
    "- a list\n- of two",
    "Some $x^2$ in *it*.",
    "```text\n:::{question}\n```",
    "### A part",
    "é × 😀",
)


@st.composite
def _settings(draw: st.DrawFn) -> tuple[str, str, str, bool]:
    filler = "".join(f"\n{part}\n" for part in draw(st.lists(st.sampled_from(FILLER), max_size=3)))
    return draw(st.sampled_from(MENDED)), filler, draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_settings())
def test_a_mend_holds_wherever_it_stands(
    tmp_path_factory: pytest.TempPathFactory, at: tuple[str, str, str, bool]
) -> None:
    """Under other text, with other ends of lines, behind a byte-order mark."""
    code, filler, ends, mark = at
    course = example(code, tmp_path_factory.mktemp("course"), filler)
    for path in course.glob("*.md"):
        text = path.read_bytes().decode().removeprefix("\ufeff")
        path.write_bytes(("\ufeff" * (mark or code == "F102") + text.replace("\n", ends)).encode())
    before = found(course, code)
    (one, *_) = [one for one in before if one.mend]
    assert one.mend
    path = file_of(one, course)
    text = path.read_bytes().decode() if path.exists() else ""
    path.write_bytes(apply(text, one.mend.edits).encode())
    after = found(course, code)
    assert len(after) < len(before)
    assert {one.message for one in after} <= {one.message for one in before}


@given(st.text(alphabet="ab\n\r", max_size=40), st.integers(0, 40), st.integers(0, 40), st.text(max_size=5))
def test_an_edit_changes_nothing_outside_itself(text: str, one: int, other: int, new: str) -> None:
    from app.content.diagnostics import Edit

    start, end = sorted((min(one, len(text)), min(other, len(text))))
    lines = text.replace("\r\n", "\n\n")

    def place(at: int) -> tuple[int, int]:
        before = text[:at].replace("\r\n", "\n").replace("\r", "\n")
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    if "\r\n" in (text[start - 1 : start + 1], text[end - 1 : end + 1]) or lines != text:
        return  # No place is between the two.
    assert apply(text, [Edit(*place(start), *place(end), new)]) == text[:start] + new + text[end:]


def test_edits_that_overlap_or_lie_outside_are_refused() -> None:
    from app.content.diagnostics import Edit

    with pytest.raises(ValueError, match="overlap"):
        apply("one line", [Edit(1, 1, 1, 5, "x"), Edit(1, 4, 1, 6, "y")])
    for edit in (Edit(2, 1, 2, 1, "x"), Edit(1, 1, 1, 10, "x"), Edit(1, 0, 1, 1, "x")):
        with pytest.raises(ValueError, match="no place"):
            apply("one line", [edit])


def test_html_becomes_the_markdown_that_says_the_same(tmp_path: Path) -> None:
    from app.content.mending.html import markdown

    for written, meant in {
        'See <a href="https://pytorch.org">PyTorch <b>now</b></a>.': "See [PyTorch **now**](https://pytorch.org).",
        "<b>bold </b>and <i> so</i>": "**bold** and  *so*",
        "one<br>two<br/>": "one\\\ntwo\\\n",
        '<img src="media/block.svg" alt="A block">': "![A block](media/block.svg)",
        "x<sup>2</sup>, <s>no</s>, <code>a</code>": "x$^{2}$, ~~no~~, `a`",
        "<script>alert(1)</script>": "\\<script>alert(1)\\</script>",
        '<a href="javascript:x">y</a>': "y",
    }.items():
        assert markdown(written) == meant


@pytest.mark.parametrize(
    ("written", "meant", "safe"),
    [
        ("<p>Text <b>x</b> and <i>y</i></p>", "Text **x** and *y*", True),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "- a\n- b", False),
        ("Some <!-- hidden --> words", "Some  words", False),
        ("A line<br>\nnext", "A line\\\nnext", True),
        ("| a | b |\n| --- | --- |\n| x<br>y | <b>z</b> |", "| a | b |\n| --- | --- |\n| x y | **z** |", True),
        ("<a href='http://x.org'>x</a>", "x", False),
        ("> <b>q</b> text", "> **q** text", True),
        ("A vector<int> of them", "A vector\\<int> of them", False),
        ("<div>\n\ninner **md**\n\n</div>", "\ninner **md**\n", False),
        ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>", False),
    ],
)
def test_html_is_mended_in_its_place(written: str, meant: str, safe: bool, tmp_path: Path) -> None:
    course = manual.course(tmp_path)
    first = course / "first.md"
    first.write_text(f"---\ntitle: T\nsummary: S\nskills: [receptive-field]\n---\n\n## A\n\n{written}\n")
    was_safe = True
    while mends := [one.mend for one in found(course, "L104") if one.mend]:
        was_safe &= mends[0].safe
        first.write_text(apply(first.read_text(), mends[0].edits))
    assert found(course, "L104") == []
    assert first.read_text().partition("## A\n\n")[2].rstrip("\n") == meant.rstrip("\n")
    assert was_safe == safe


def test_the_command_line_shows_asks_and_mends(tmp_path: Path) -> None:
    course = example("L102", tmp_path, "\nThe {terms}`receptive feild` grows.\n")
    first = course / "first.md"
    before = first.read_text()
    run = CliRunner().invoke
    no = run(cli, ["check", str(course), "--mend"], input="n\n")
    assert first.read_text() == before
    assert "-# Three layers\n+## Three layers" in no.stdout
    assert no.exit_code == 1
    yes = run(cli, ["check", str(course), "--mend", "--yes"])
    assert yes.exit_code == 0
    assert "The {term}`receptive field` grows." in first.read_text()
    assert [path.name for path in course.iterdir() if path.name.startswith(".")] == []
    again = run(cli, ["check", str(course), "--mend", "--yes"])
    assert again.stdout == ""


HEAD = "---\ntitle: T\nsummary: S\nskills: [receptive-field]\n---\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join("x <b>" + "a <i> " * 500 for _ in range(40)),
        "<b " * 8_000 + "\n\n" + "<!-- " * 3_000 + "\n\n" + "<b>" * 3_000,
        "\n\n".join(":::{question}\n\nWhat?\n:::" for _ in range(2_000)),
        "<b><i>" * 600 + "x" + "</i></b>" * 600,
        "*" * 3_000 + "<p>" * 1_000,
    ],
)
def test_a_text_full_of_problems_costs_no_more_than_a_look(text: str, tmp_path: Path) -> None:
    course = manual.course(tmp_path)
    (course / "first.md").write_text(HEAD + text)
    reading = read_course(course, {})
    start = time.process_time()
    found = of(reading)
    # A tenth of a second, on a machine that does nothing else.
    assert time.process_time() - start < 3
    assert len(found) > 0
    assert sum(one.mend is not None for one in found) <= MOST + MOST_FIELDS
