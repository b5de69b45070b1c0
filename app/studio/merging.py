"""Two texts that were made of one, brought together line by line; and one text held against another.

What only one of the two changed is taken, what both changed alike is taken once, and where they changed the same lines
otherwise, both stand in the result between marks, as git writes them (``diff3``'s way without the base; Khanna, Kunal
and Pierce, "A formal investigation of diff3", 2007).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from operator import mul
from typing import Literal

_OPEN, _BETWEEN, _CLOSE = "<<<<<<<", "=======", ">>>>>>>"

#: ``equal``, ``replace``, ``delete`` or ``insert``, and from where to where in the one and in the other.
Opcode = tuple[str, int, int, int, int]
#: Pairs of equal lines, times the lines that can be matched: what a comparison costs at worst, at ten million a second.
#: Two lessons of a thousand lines have some two million; lines that are alike too often would take hours.
_MOST_WORK = 20_000_000
#: Unchanged lines that are shown around a change.
AROUND = 3


@dataclass(frozen=True)
class Agreed:
    """Lines that go into the result as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """Lines that both changed, and not alike."""

    base: tuple[str, ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]


Part = Agreed | Conflict


@dataclass(frozen=True)
class Merge:
    parts: tuple[Part, ...]

    @property
    def conflicts(self) -> int:
        return sum(isinstance(part, Conflict) for part in self.parts)

    def text(self, ours: str = "yours", theirs: str = "theirs") -> str:
        """The result, with what is in conflict between marks that bear these names."""
        lines: list[str] = []
        for part in self.parts:
            if isinstance(part, Agreed):
                lines += part.lines
            else:
                lines += [f"{_OPEN} {ours}", *part.ours, _BETWEEN, *part.theirs, f"{_CLOSE} {theirs}"]
        return "\n".join(lines)


def merge(base: str, ours: str, theirs: str) -> Merge:
    """``ours`` and ``theirs``, both made of ``base``; lines end in a newline alone."""
    before, left, right = base.split("\n"), ours.split("\n"), theirs.split("\n")
    parts: list[Part] = []
    at = (0, 0, 0)
    for start, mine, other, length in _common(before, left, right):
        _gap(parts, before[at[0] : start], left[at[1] : mine], right[at[2] : other])
        _agree(parts, before[start : start + length])
        at = (start + length, mine + length, other + length)
    return Merge(tuple(parts))


def _gap(parts: list[Part], base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> None:
    """What stands between two runs of lines that nobody changed."""
    if ours == theirs or theirs == base:
        _agree(parts, ours)
    elif ours == base:
        _agree(parts, theirs)
    else:
        head = _same(ours, theirs)
        tail = _same(ours[head:][::-1], theirs[head:][::-1])
        _agree(parts, ours[:head])
        parts.append(
            Conflict(tuple(base), tuple(ours[head : len(ours) - tail]), tuple(theirs[head : len(theirs) - tail]))
        )
        _agree(parts, ours[len(ours) - tail :])


def _agree(parts: list[Part], lines: Sequence[str]) -> None:
    if lines and parts and isinstance(parts[-1], Agreed):
        parts[-1] = Agreed((*parts[-1].lines, *lines))
    elif lines:
        parts.append(Agreed(tuple(lines)))


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines at the start are the same."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _common(base: list[str], ours: list[str], theirs: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines of the base that both still have: where it begins in each, and its length; at last an empty one."""
    left, right = _blocks(base, ours), _blocks(base, theirs)
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][0] + left[i][2], right[j][0] + right[j][2])
        if start < end:
            yield start, left[i][1] + start - left[i][0], right[j][1] + start - right[j][0], end - start
        if left[i][0] + left[i][2] < right[j][0] + right[j][2]:
            i += 1
        else:
            j += 1
    yield len(base), len(ours), len(theirs), 0


def _blocks(one: list[str], other: list[str]) -> list[tuple[int, int, int]]:
    return [(i, j, end - i) for what, i, end, j, _ in opcodes(one, other) if what == "equal"]


def opcodes(one: Sequence[str], other: Sequence[str]) -> list[Opcode]:
    """How to make the one into the other, as ``difflib`` says it. What is alike too often is not looked into."""
    head = _same(one, other)
    tail = _same(one[head:][::-1], other[head:][::-1])
    left, right = one[head : len(one) - tail], other[head : len(other) - tail]
    mine, theirs = (Counter(line for line in lines if not _bare(line)) for lines in (left, right))
    shared = mine.keys() & theirs.keys()
    pairs, matched = (sum(by(mine[line], theirs[line]) for line in shared) for by in (mul, min))
    if pairs * matched <= _MOST_WORK:
        within = SequenceMatcher(_bare, left, right, autojunk=False).get_opcodes()
    else:
        within = [("replace", 0, len(left), 0, len(right))]
    found: list[Opcode] = [("equal", 0, head, 0, head)] if head else []
    found += [(what, i + head, i_end + head, j + head, j_end + head) for what, i, i_end, j, j_end in within]
    return [*found, ("equal", len(one) - tail, len(one), len(other) - tail, len(other))] if tail else found


def _bare(line: str) -> bool:
    """Whether it says nothing by itself: blank lines and fences go with the lines beside them."""
    return not any(map(str.isalnum, line))


def shortened(one: Sequence[str], other: Sequence[str], around: int) -> Iterator[Opcode]:
    """``opcodes``, with ``skipped`` for what is equal and not near to a change; nothing where all is equal."""
    codes = opcodes(one, other)
    if all(what == "equal" for what, *_ in codes):
        return
    for number, (what, i, i_end, j, j_end) in enumerate(codes):
        head = around if number else 0
        tail = around if number < len(codes) - 1 else 0
        if what == "equal" and i_end - i > head + tail:
            yield "equal", i, i + head, j, j + head
            yield "skipped", i + head, i_end - tail, j + head, j_end - tail
            yield "equal", i_end - tail, i_end, j_end - tail, j_end
        else:
            yield what, i, i_end, j, j_end


@dataclass(frozen=True)
class Row:
    """A line of a comparison: its number before and after, from 1; or lines that are left out."""

    kind: Literal["same", "gone", "new", "skipped"]
    text: str = ""
    before: int | None = None
    after: int | None = None
    #: How many lines are left out.
    skipped: int = 0


@dataclass(frozen=True)
class Comparison:
    rows: tuple[Row, ...]

    @property
    def added(self) -> int:
        return sum(row.kind == "new" for row in self.rows)

    @property
    def removed(self) -> int:
        return sum(row.kind == "gone" for row in self.rows)

    def __bool__(self) -> bool:
        return any(row.kind != "same" for row in self.rows)


def compare(before: str | None, after: str | None, around: int = AROUND) -> Comparison:
    """What changed from one text to another; None where there was or is no file."""
    old, new = _shown(before), _shown(after)
    rows: list[Row] = []
    for what, i, i_end, j, j_end in shortened(old, new, around):
        if what == "skipped":
            rows.append(Row("skipped", skipped=i_end - i))
        elif what == "equal":
            pairs = zip(range(i, i_end), range(j, j_end), strict=True)
            rows += [Row("same", old[a], a + 1, b + 1) for a, b in pairs]
        else:
            rows += [Row("gone", old[a], a + 1) for a in range(i, i_end)]
            rows += [Row("new", new[b], None, b + 1) for b in range(j, j_end)]
    return Comparison(tuple(rows))


def _shown(text: str | None) -> list[str]:
    if not text:
        return []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
