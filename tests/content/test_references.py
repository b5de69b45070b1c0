"""references.bib: read whatever it holds, cited by number in the order of the lesson, and led back to."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content import bibtex, check
from app.content.bibtex import Entry, Value, names, plain
from app.content.cleaning import clean
from app.content.course import Lesson
from app.content.diagnostics import Problems
from app.content.library import Library
from app.content.references import MARK, Source, sources
from app.content.source import Passage
from tests.content import manual
from tests.content.courses import BOOK, read

ENTRY = "@article{{{key},\n  author = {{{author}}},\n  title = {{{title}}},\n  year = {year},\n{more}}}\n"


def entries(text: str) -> tuple[list[Entry], Problems]:
    problems = Problems("references.bib")
    return bibtex.read(Passage.of(text), problems), problems


def source(**fields: str) -> Source:
    text = ENTRY.format(**{"key": "a1", "author": "Doe, Jo", "title": "On maps", "year": "2016", "more": "", **fields})
    problems = Problems("references.bib")
    (made,) = sources(Passage.of(text), problems).values()
    assert problems.found == []
    return made


_SAFE = st.text("abcXYZ äöé0123456789.:;?!()/-", max_size=40)
_NESTED = st.recursive(_SAFE, lambda inner: st.builds("{}{{{}}}{}".format, _SAFE, inner, _SAFE), max_leaves=4)


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,12}", fullmatch=True), _NESTED, max_size=6), st.booleans(), st.booleans()
)
def test_what_was_written_is_read_back(fields: dict[str, str], quotes: bool, last_comma: bool) -> None:
    opening, closing = ('"', '"') if quotes else ("{", "}")
    body = ",\n".join(f"  {name} = {opening}{value}{closing}" for name, value in fields.items())
    found, problems = entries(
        f"Some words.\n@Misc{{key2016,\n{body}{',' if last_comma and fields else ''}\n}}\nMore.\n"
    )
    assert problems.found == []
    assert [(one.kind, one.key) for one in found] == [("misc", "key2016")]
    assert {name: value.text for name, value in found[0].fields.items()} == {
        name: " ".join(value.split()) for name, value in fields.items()
    }


def _tags(html: str) -> list[str]:
    return re.findall("<[^>]*>", html)


@given(st.text(st.sampled_from("@{}\"=,#\\%()\n \tab1$~'-"), max_size=120), st.text(max_size=60))
def test_nothing_that_can_be_typed_breaks_the_reader(shape: str, words: str) -> None:
    """And what stands behind it is still read."""
    for text in (shape, words, f"@article{{{shape}", f"@article{{k, title = {{{shape}}}, year = {words}}}"):
        problems = Problems("references.bib")
        made = sources(Passage.of(f"{text}\n@misc{{last, author = {{A, B}}, title = {{T}}, year = 2001}}"), problems)
        assert all(_tags(clean(one.html)) == _tags(one.html) for one in made.values())
        lines = text.count("\n") + 2
        assert all(1 <= one.line <= lines for one in problems.found)
    assert "last" in sources(
        Passage.of('@misc{x, title = "never closed\n@misc{last, author={A}, title={T}, year=1}'), problems
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"Doll{\'a}r", "Dollár"),
        (r"Doll{\'{a}}r", "Dollár"),
        (r"J\"urgen", "Jürgen"),
        (r"\'Elan and \c{C}a", "Élan and Ça"),
        (r"Gar\c con, \v{S}koda, \r{A}ngstr\"om", "Garçon, Škoda, Ångström"),
        (r"\o re, Stra{\ss}e, {\L}ukasz", "øre, Straße, Łukasz"),
        ("{ResNet}s: {The} end", "ResNets: The end"),
        ("770--778", "770–778"),
        ("a~b", "a\N{NO-BREAK SPACE}b"),
        (r"R\&D, 5\% of \$3, a\_b", "R&D, 5% of $3, a_b"),
        (r"\{braces\}", "{braces}"),
    ],
)
def test_latex_becomes_text(written: str, said: str) -> None:
    problems = Problems("references.bib")
    assert plain(Value(written, 1, 1), problems) == said
    assert problems.found == []


def test_an_unknown_command_is_told_at_its_value() -> None:
    problems = Problems("references.bib")
    plain(Value(r"\emph{x}", 7, 11), problems)
    (found,) = problems.found
    assert (found.code, found.line, found.column) == ("R101", 7, 11)
    assert r"\emph" in found.message


def test_macros_and_joined_values() -> None:
    found, problems = entries(
        '@string{cvpr = "Computer Vision"}\n@misc{a, title = cvpr # " and " # {more}, month = dec, year = 2016}'
    )
    assert problems.found == []
    assert [value.text for value in found[0].fields.values()] == ["Computer Vision and more", "12", "2016"]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("@misc{a\n  title = {T}\n}", (2, 3), "',' or '}' in the entry 'a' that starts in line 1"),
        ("@misc{a,\n  title {T},\n}", (2, 9), "'=' after 'title'"),
        ("@misc{a,\n  title = {T,\n}", (3, 1), "in the entry 'a' that starts in line 1"),
        ("@misc{a,\n  title = Deep,\n}", (2, 11), "write {Deep}"),
        ("@misc{a,\n  title = {T},\n  title = {T},\n}", (3, 3), "given twice"),
        ("\n  @{a}", (2, 4), "kind of an entry"),
    ],
)
def test_a_fault_is_told_at_its_place(text: str, place: tuple[int, int], words: str) -> None:
    _, problems = entries(text)
    first = problems.found[0]
    assert (first.code, (first.line, first.column)) == ("R101", place)
    assert words in first.message


@pytest.mark.parametrize(
    ("written", "listed", "label"),
    [
        ("He, Kaiming", "He, K.", "He"),
        ("Kaiming He and Jian Sun", "He, K. and Sun, J.", "He and Sun"),
        ("A, B and C, D and E, F", "A, B., C, D. and E, F.", "A et al."),
        ("A, B and others", "A, B. et al.", "A et al."),
        ("Laurens van der Maaten", "van der Maaten, L.", "van der Maaten"),
        ("Wu, Chao-Yuan", "Wu, C.-Y.", "Wu"),
        ("Doe, Jr, John", "Doe Jr, J.", "Doe Jr"),
        ("{The PyTorch team}", "The PyTorch team", "The PyTorch team"),
        ("{Barnes and Noble} and Doe, J", "Barnes and Noble and Doe, J.", "Barnes and Noble and Doe"),
    ],
)
def test_people_are_listed_by_family_name_and_initials(written: str, listed: str, label: str) -> None:
    made = source(author=written)
    assert made.html.startswith(f"{listed} (2016). On maps.")
    assert made.label == f"{label} 2016"


def test_names_are_cut_outside_braces_only() -> None:
    assert names(Value("{Barnes and Noble} and Doe, J\n and A B", 1, 1)) == ["{Barnes and Noble}", "Doe, J", "A B"]


def test_a_reference_names_its_venue_and_its_links() -> None:
    made = source(
        more=" journal = {J}, volume=86, number=11, pages={2278-2324}, doi={10.1109/5.726791}, eprint={1512.03385}"
    )
    assert "<em>J</em> 86(11), 2278–2324." in made.html
    assert 'href="https://doi.org/10.1109/5.726791"' in made.html
    assert 'href="https://arxiv.org/abs/1512.03385"' in made.html
    assert source(title="<b>A & B</b>").html.startswith("Doe, J. (2016). &lt;b&gt;A &amp; B&lt;/b&gt;.")


TWO = {key: replace(source(), key=key, slug=key, label=key) for key in ("one", "two")}
CITING = """
First {cite}`two, §1`.

:::{correction} Then
{cite}`one; two, Fig. 2`
:::

:::{question} a-question
:kind: choice

What? {cite}`one`

- [x] This {cite}`two`
  > Yes {cite}`two`
- [ ] That
  > No

! As in {cite}`one, p. 3`.
:::
"""


def test_numbers_follow_the_page_whatever_was_read_first() -> None:
    found = read(CITING, replace(BOOK, sources=TWO))
    assert found.diagnostics == ()
    assert [(one.number, one.key, one.back) for one in found.references] == [
        (1, "two", ("cite-two-1", "cite-two-2")),
        (2, "one", ("cite-one-1",)),
    ]
    assert MARK not in repr(found)
    prose, note = found.sections[0].blocks[0], found.sections[0].blocks[1]
    assert '[<a class="cite" id="cite-two-1" href="#ref-two"' in getattr(prose, "html", "")
    assert re.sub("<[^>]*>", "", getattr(note, "html", "")) == "[2; 1, Fig. 2]"
    (asked,) = found.questions
    shown = asked.shown(0)
    assert 'href="/courses/stacking/lessons/lesson#ref-one"' in shown.prompt_html
    assert "cite-" not in shown.prompt_html + asked.explanation(0)
    assert {"references", "ref-one", "ref-two"} <= found.anchors


def test_a_citation_says_what_is_wrong_where() -> None:
    found = read("A {cite}`tow, §1`, {cite}`one;`, {cite}`one, two`.", replace(BOOK, sources=TWO))
    assert [(one.code, one.column) for one in sorted(found.diagnostics)] == [("R104", 10), ("R106", 31), ("R106", 41)]
    assert "did you mean 'two'?" in found.diagnostics[0].message
    (no_file,) = read("A {cite}`one`.").diagnostics
    assert "no file 'references.bib'" in no_file.message


def test_a_changed_bibliography_is_a_new_version_of_the_lesson(tmp_path: Path) -> None:
    folder = manual.course(tmp_path)
    library = Library(tmp_path)

    def lesson() -> Lesson:
        course = Library(tmp_path).course("stacking")
        assert course is not None
        return course.lessons[0]

    before = lesson()
    assert before.references[0].html.startswith("Simonyan, K. and Zisserman, A. (2015).")
    bib = folder / "references.bib"
    bib.write_text(bib.read_text().replace("{2015}", "{2014}"))
    assert "(2014)" in lesson().references[0].html
    assert lesson().hash != before.hash
    bib.write_text("@misc{simonyan2015very,")
    assert {one.code for one in check(tmp_path)} == {"R101", "R104"}
    assert library.courses()[0].lessons[0] == before
