"""What is told of groups never gives away how many of fewer than five there are: every way to subtract is tried."""

from collections import defaultdict
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from app.studio import small_groups
from app.studio.small_groups import SMALLEST, Count, Row, Table

KEYS = ("=", "?", "a", "b")
#: People; enough for all four groups to be too small, and for any two to be large enough.
MOST = 21


def told(table: Table) -> object:
    """All that anybody sees."""
    return table.n, tuple(sorted((key, (one.low, one.high)) for key, one in table.cells.items())), table.rest


def test_nobody_who_knows_the_rules_can_tell_how_many_of_fewer_than_five_there_are() -> None:
    """The attacker knows everything but the counts: all counts that would look the same stay possible."""
    looks: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(MOST + 1), repeat=len(KEYS)):
        if sum(counts) > MOST:
            continue
        looks[told(small_groups.table(dict(zip(KEYS, counts, strict=True)), "="))].append(counts)
    found = 0
    for possible in looks.values():
        for place in range(len(KEYS)):
            seen = {counts[place] for counts in possible}
            # A count of none tells of nobody; one of 1 to 4 must never be the only one that fits.
            assert len(seen) > 1 or not seen <= set(range(1, SMALLEST)), possible[:3]
            found += 1
    assert found > 1000


def test_groups_of_four_alone_hide_the_others_and_not_the_share_right() -> None:
    table = small_groups.table({"=": 31, "?": 4, "a": 21, "b": 4}, "=")
    assert (table.cells, table.rest) == ({"=": Count(31, 31)}, Count(29, 29))
    alone = small_groups.table({"=": 31, "?": 4, "a": 4, "b": 4}, "=")
    assert (alone.cells, alone.rest) == ({}, Count(43, 43))


def test_a_naive_table_fails_that_attack() -> None:
    """Showing every count of five or more, and the sum, gives a hidden one away: the test above can fail."""
    looks: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(13), repeat=2):
        shown = tuple(count if count >= SMALLEST else None for count in counts)
        looks[sum(counts), shown].append(counts)
    pinned = [seen for possible in looks.values() if len(seen := {one[0] for one in possible}) == 1]
    assert any(seen <= set(range(1, SMALLEST)) for seen in pinned)


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 60), max_size=8))
def test_a_table_says_nothing_wrong(counts: dict[str, int]) -> None:
    table = small_groups.table(counts, "=")
    if sum(counts.values()) < SMALLEST:
        assert table.n == 0
        return
    if not table.n:
        assert set(counts.values()) == {SMALLEST - 1}
        return
    assert table.n == sum(counts.values())
    hidden = sum(count for key, count in counts.items() if key not in table.cells)
    assert table.rest.low <= hidden <= table.rest.high
    for key, one in table.cells.items():
        assert one.low <= counts[key] <= one.high
        assert one.high >= SMALLEST
    assert sum(not one.exact for one in table.cells.values()) == (0 if table.rest.exact else 1)


@given(st.dictionaries(st.integers(0, 9), st.builds(Row, st.integers(0, 30), st.integers(0, 30)), max_size=6))
def test_rows_leave_out_what_their_sums_would_give_away(counts: dict[int, Row]) -> None:
    shown, others = small_groups.rows(counts)
    for row in [*shown.values(), *([others] if others else [])]:
        assert min(row.right, row.wrong) >= SMALLEST
    left = [row for key, row in counts.items() if key not in shown]
    if shown:
        right, wrong = sum(row.right for row in left), sum(row.wrong for row in left)
        assert (right, wrong) == ((others.right, others.wrong) if others else (0, 0))
