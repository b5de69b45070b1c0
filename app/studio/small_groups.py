"""What may be told of how people fall into groups, so that no fewer than five can be told apart.

Two rules, whose reasons and limits stand in docs/analytics.md. People are only ever counted in whole *fives*, formed
once, in the order in which they came (see ``gathering``): two views, at two times or of two periods or classes, differ
by whole fives. And of one table, a cell of fewer than five is not shown, nor can it be had by subtraction.
"""

from collections.abc import Mapping
from dataclasses import dataclass

#: Nothing is told of fewer people than this.
SMALLEST = 5
#: The most that "fewer than five" can be.
MOST_HIDDEN = SMALLEST - 1


@dataclass(frozen=True)
class Count:
    """How many people: exactly, or from ``low`` to ``high`` where more would tell of too few."""

    low: int
    high: int

    @property
    def exact(self) -> bool:
        return self.low == self.high

    @property
    def few(self) -> bool:
        """Whether all that is told is that there are fewer than five."""
        return self.low == 0 and self.high == MOST_HIDDEN


@dataclass(frozen=True)
class Table:
    """How ``n`` people fall into groups. ``n`` is 0 where nothing is told."""

    n: int
    #: By the group's key, the largest first.
    cells: Mapping[str, Count]
    #: Everybody else, in groups that are not told apart.
    rest: Count

    def of(self, key: str) -> Count:
        """How many are in a group; one that is not told may hold any of the rest."""
        return self.cells.get(key, Count(0, self.rest.high))


NOTHING = Table(0, {}, Count(0, 0))


def table(counts: Mapping[str, int], first: str = "", *, closed: bool = True) -> Table:
    """What may be told of ``counts``, a partition of people.

    ``closed`` says that there can be no other groups than those given, empty ones included.

    Groups of fewer than five are put together; where each of them has four and there can be no others, their sum would
    tell it: then so are all but ``first``, which is told where another group of five or more hides among the rest (and
    nothing is told where all are fewer than five). Where together they are still fewer than five, 0 to 4 is told of
    them, and another group takes up the difference: told as 4 wide, or put to them where it is too small for that.
    Which one follows from the keys' order and not from how large it is, since that would tell something; ``first`` is
    the last to be taken.
    """
    n = sum(counts.values())
    if n < SMALLEST:
        return NOTHING
    shown = {key: count for key, count in counts.items() if count >= SMALLEST}
    hidden = n - sum(shown.values())
    order = sorted(shown, key=lambda key: (key == first, key))
    small = {count for count in counts.values() if count < SMALLEST}
    if closed and hidden >= SMALLEST and small == {MOST_HIDDEN}:
        if first in shown and len(shown) > 1:
            one = shown[first]
            return Table(n, {first: Count(one, one)}, Count(n - one, n - one))
        return Table(n, {}, Count(n, n)) if shown else NOTHING
    told = {key: Count(count, count) for key, count in shown.items()}
    rest = Count(hidden, hidden)
    if hidden < SMALLEST:
        taken = order[0]
        both = told.pop(taken).high + hidden
        rest = Count(both, both)
        # Wide enough that every number from 0 to 4 stays possible, the group itself having at least five.
        if both >= SMALLEST + MOST_HIDDEN:
            told[taken], rest = Count(both - MOST_HIDDEN, both), Count(0, MOST_HIDDEN)
    largest = sorted(told.items(), key=lambda item: (-item[1].high, item[0]))
    return Table(n, dict(largest), rest)


@dataclass(frozen=True)
class Row:
    """Of one kind of people, how many were right and how many not."""

    right: int
    wrong: int

    @property
    def n(self) -> int:
        return self.right + self.wrong

    @property
    def tells(self) -> bool:
        """Whether both groups are large enough."""
        return min(self.right, self.wrong) >= SMALLEST


def rows(counts: Mapping[int, Row]) -> tuple[Mapping[int, Row], Row | None]:
    """The rows of a two-way table that may be told, and the others as one row (None where there are no others).

    Its sums are told elsewhere, so what is left out must be large enough by itself, on both sides. Nothing at all is
    told where it cannot be made so.
    """
    shown = {key: row for key, row in counts.items() if row.tells}
    left = [row for key, row in counts.items() if key not in shown and row.n]
    while left:
        other = Row(sum(row.right for row in left), sum(row.wrong for row in left))
        if other.tells:
            return shown, other
        if not shown:
            return {}, None
        least = min(shown, key=lambda key: (shown[key].n, key))
        left.append(shown.pop(least))
    return shown, None


def whole(people: int) -> int:
    """So many people in whole fives."""
    return people - people % SMALLEST
