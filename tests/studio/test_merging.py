"""Merging two texts of one base: what either changed is in the result, and nothing else is."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.studio.merging import Agreed, Conflict, Merge, compare, merge

# Few different lines, so that runs of equal ones are common: that is where a merge goes wrong.
LINES = st.lists(st.sampled_from(["a", "b", "c", "", "# a", "d"]), max_size=12)
TEXT = LINES.map("\n".join)


def side(found: Merge, theirs: bool) -> str:
    """The result with every conflict decided one way."""
    lines: list[str] = []
    for part in found.parts:
        lines += part.lines if isinstance(part, Agreed) else part.theirs if theirs else part.ours
    return "\n".join(lines)


def turned(found: Merge) -> list[Agreed | Conflict]:
    return [Conflict(p.base, p.theirs, p.ours) if isinstance(p, Conflict) else p for p in found.parts]


@given(TEXT, TEXT)
def test_a_side_that_changed_nothing_gives_way(base: str, other: str) -> None:
    assert merge(base, base, other).text() == other
    assert merge(base, other, base).text() == other


@given(TEXT, TEXT)
def test_what_both_wrote_alike_stands_once(base: str, both: str) -> None:
    assert merge(base, both, both).text() == both


@given(TEXT, TEXT, TEXT)
def test_who_comes_first_makes_no_difference(base: str, one: str, other: str) -> None:
    assert turned(merge(base, one, other)) == list(merge(base, other, one).parts)


@given(TEXT, TEXT, TEXT)
def test_nothing_that_either_wrote_is_lost(base: str, one: str, other: str) -> None:
    found = merge(base, one, other)
    held = Counter(found.text().split("\n"))
    before = Counter(base.split("\n"))
    for text in (one, other):
        added = Counter(text.split("\n")) - before
        assert not added - held


@given(LINES, st.lists(st.sampled_from(["x", "y"]), max_size=3), st.lists(st.sampled_from(["p", "q"]), max_size=3))
def test_changes_apart_from_one_another_are_both_taken(middle: list[str], head: list[str], tail: list[str]) -> None:
    base = ["one", *middle, "two"]
    mine, theirs = [*head, *base], [*base, *tail]
    if head and tail:
        assert merge("\n".join(base), "\n".join(mine), "\n".join(theirs)).text() == "\n".join([*head, *base, *tail])


@given(TEXT, TEXT, TEXT)
def test_a_conflict_is_real(base: str, one: str, other: str) -> None:
    found = merge(base, one, other)
    assert all(part.ours != part.theirs for part in found.parts if isinstance(part, Conflict))
    assert found.conflicts == found.text().split("\n").count("<<<<<<< yours")
    if not found.conflicts:
        assert side(found, theirs=True) == side(found, theirs=False) == found.text()


def test_a_conflict_is_marked_as_git_marks_it() -> None:
    found = merge("a\nb\nc\n", "a\nmine\nc\n", "a\ntheirs\nc\n")
    assert found.text() == "a\n<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> theirs\nc\n"
    assert found.conflicts == 1


@given(TEXT, TEXT)
def test_a_comparison_can_be_read_both_ways(before: str, after: str) -> None:
    rows = compare(before, after, around=100).rows
    if rows:
        assert [row.text for row in rows if row.kind in ("same", "gone")] == shown(before)
        assert [row.text for row in rows if row.kind in ("same", "new")] == shown(after)
        assert [row.after for row in rows if row.after] == list(range(1, len([r for r in rows if r.after]) + 1))
    else:
        assert shown(before) == shown(after)


def shown(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def test_a_comparison_says_how_much_it_leaves_out() -> None:
    before = "\n".join(str(number) for number in range(40))
    rows = compare(before, before.replace("\n20\n", "\ntwenty\n")).rows
    assert (rows[0].skipped, rows[-1].skipped) == (17, 16)
    assert [row.kind for row in rows] == ["skipped", *["same"] * 3, "gone", "new", *["same"] * 3, "skipped"]


def test_a_text_of_one_line_over_and_over_takes_no_hours() -> None:
    before, after = "a\n" * 60_000, "b\n" + "a\n" * 59_000 + "c\n"
    assert merge(before, after, before).text() == after
    assert compare(before, after).added >= 2
    assert merge(before, after, "d\n" + before + "d\n").conflicts


@pytest.mark.parametrize("often", ["", ":::", "the same"])
def test_texts_of_which_every_other_line_is_the_same_take_no_longer(often: str) -> None:
    one, other = (f"\n{often}\n".join(f"{by} {number}" for number in range(1000)) for by in ("ours", "theirs"))
    before = time.process_time()
    assert compare(one, other).removed >= 1000
    assert time.process_time() - before < 10


def test_blank_lines_go_with_the_lines_beside_them() -> None:
    assert merge("a\n\nb\n\nc\n", "a\n\nb\n\nmine\n\nc\n", "z\n\nb\n\nc\n").text() == "z\n\nb\n\nmine\n\nc\n"


def test_a_file_that_comes_or_goes() -> None:
    assert (compare(None, "a\nb\n").added, compare("a\nb\n", None).removed, bool(compare(None, None))) == (2, 2, False)
