"""The plain readings: each where it belongs, and none that the figures do not bear out."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.content.choices import Choice, Option
from app.studio.answer_keys import UNKNOWN
from app.studio.intervals import Estimate, share
from app.studio.item_readings import EASY, ENOUGH, read
from app.studio.items import RIGHT, Item, tabled
from app.studio.small_groups import Row

QUESTION = Choice("q", "s", 1, options=(Option("a", "A", False), Option("b", "B", True), Option("c", "C", False)))
NAMES = {"a": "A", RIGHT: "B", "c": "C", UNKNOWN: "don’t know yet"}
#: How many chose A, the right B, C, and "I don't know yet".
COUNTS = st.tuples(*(st.integers(0, 150) for _ in range(4)))
VALUES = st.floats(-0.9, 0.9)


def item(counts: tuple[int, ...], value: float | None = 0.4, width: float = 0.1, **more: object) -> Item:
    table = tabled(QUESTION, dict(zip(("a", RIGHT, "c", UNKNOWN), counts, strict=True)))
    right = table.of(RIGHT)
    spread = None if value is None else Estimate(value, value - width, value + width, table.n)
    return Item(table.n, table, share(right.low, right.high, table.n) if table.n else None, spread, **more)  # type: ignore[arg-type]


def rules(one: Item) -> list[str]:
    return [reading.rule for reading in read(QUESTION, one, NAMES)]


def test_each_reading_where_it_belongs() -> None:
    assert rules(item((1, 1, 1, 1))) == ["none"]
    assert rules(item((10, 20, 10, 0))) == ["few"]
    assert rules(item((20, 160, 20, 10))) == ["works"]
    assert rules(item((170, 130, 10, 10))) == ["beaten"]
    assert rules(item((10, 190, 5, 5), 0.08)) == ["easy"]
    assert rules(item((40, 120, 40, 10), -0.3)) == ["miskeyed"]
    assert rules(item((40, 120, 40, 10), 0.1)) == ["weak"]
    assert rules(item((60, 60, 60, 20))) == ["guessed"]
    # More chose A than the key, but not so many more that it could not be chance.
    assert "beaten" not in rules(item((100, 90, 10, 10)))
    assert rules(item((20, 80, 20, 80))) == ["unknown"]
    assert rules(item((98, 110, 0, 2))) == ["idle"]
    assert rules(replace(item((4, 52, 4, 0)), rate=None)) == ["hidden"]
    varied = item((40, 120, 40, 10), variants={0: Row(90, 10), 1: Row(30, 80)})
    assert "harder" in rules(varied)


@given(COUNTS, st.none() | VALUES, st.floats(0.01, 0.4))
def test_no_reading_says_more_than_the_figures(counts: tuple[int, ...], value: float | None, width: float) -> None:
    one = item(counts, value, width)
    found = rules(one)
    assert found
    assert len(found) == len(set(found))
    assert ("none" in found) == (one.n == 0)
    assert ("few" in found) == (0 < one.n < ENOUGH)
    if one.n < ENOUGH:
        assert len(found) == 1
        return
    assert one.rate
    if "works" in found:
        assert found == ["works"]
    if "beaten" in found:
        assert max(counts[0], counts[2]) > counts[1]
    if "miskeyed" in found:
        assert value is not None
        assert value + width < 0
        assert "weak" not in found
    if "easy" in found:
        assert one.rate.value >= EASY
        assert "beaten" not in found
    if "guessed" in found:
        assert one.rate.low <= 1 / 3
    if "unknown" in found:
        assert counts[3] / one.n > 0.25


@given(COUNTS, st.integers(1, 60))
def test_more_answers_for_the_leader_never_take_a_warning_back(counts: tuple[int, ...], more: int) -> None:
    """A wrong answer that beats the key goes on doing so when more people give it."""
    if "beaten" in rules(item(counts)) and counts[0] >= counts[2]:
        assert "beaten" in rules(item((counts[0] + more, *counts[1:])))
