"""The drawing of a skill matrix: skills in columns on a grid, and lines that follow the gutters between them.

Lengths are in units of which a cell of the grid has ``CELL`` each way; a node leaves ``SIDE`` and ``TOP`` of its cell
free, so no line, which runs in the gutters, goes through a node. Lines of different skills never lie on one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from app.content.course import Course, Skill
from app.words import _

CELL, SIDE, TOP = 100, 8, 13
#: More rows than this are given more columns, since the style sheet knows as many heights.
MOST_ROWS = 8
#: What the lines of a gutter may take of it, upright and level, and how far apart they are at most.
WIDE, HIGH, STEP = 12.0, 20.0, 4.0
#: Between the places where lines come in at a node's side, and how far from its middle they may.
PORT, REACH = 9, 32
#: A line to an earlier column goes out this far above the middle, where one may come towards it.
BACK = 3

#: Column and row, from 0.
Place = tuple[int, int]
#: From the skill that is needed to the one that needs it.
Pair = tuple[str, str]


def columns(course: Course) -> list[tuple[str, list[Skill]]]:
    """Titles and skills: a column for each group, in the order of their first skills; for each depth without groups."""
    if all(skill.group for skill in course.skills):
        titles = list(dict.fromkeys(skill.group for skill in course.skills))
        grouped = [(title, [s for s in course.skills if s.group == title]) for title in titles]
    else:
        depth = _depths(course)
        ranked = sorted(course.skills, key=lambda skill: depth[skill.id])
        grouped = [
            (_("Step %(n)s", n=n + 1), list(skills)) for n, skills in groupby(ranked, lambda skill: depth[skill.id])
        ]
    return [
        (title, skills[at : at + MOST_ROWS]) for title, skills in grouped for at in range(0, len(skills), MOST_ROWS)
    ]


def _depths(course: Course) -> dict[str, int]:
    depth: dict[str, int] = {}

    def of(skill: Skill) -> int:
        if skill.id not in depth:
            depth[skill.id] = 1 + max((of(course.skill_by_id[need]) for need in skill.requires), default=-1)
        return depth[skill.id]

    for skill in course.skills:
        of(skill)
    return depth


def implied(course: Course) -> frozenset[Pair]:
    """The needs that other needs bring with them: drawn, they would only hide the rest."""
    reach: dict[str, frozenset[str]] = {}

    def before(skill: Skill) -> frozenset[str]:
        if skill.id not in reach:
            needs = [course.skill_by_id[need] for need in skill.requires]
            reach[skill.id] = frozenset(skill.requires).union(*map(before, needs))
        return reach[skill.id]

    return frozenset(
        (need, skill.id)
        for skill in course.skills
        for need in skill.requires
        if any(need in before(course.skill_by_id[other]) for other in skill.requires if other != need)
    )


def towards(places: Mapping[str, Place], here: str, linked: Iterable[str], step: Place) -> str | None:
    """The skill that an arrow key leads to: a linked one on that side, the nearest first; else the nearest of all."""
    column, row = places[here]

    def away(id: str) -> tuple[int, int]:
        c, r = places[id]
        across, along = (abs(r - row), (c - column) * step[0]) if step[0] else (abs(c - column), (r - row) * step[1])
        return (along, across) if along > 0 and (step[0] or not across) else (0, 0)

    for some in (linked, places):
        there = [id for id in some if away(id) != (0, 0)]
        if there:
            return min(there, key=away)
    return None


@dataclass
class _Gutter:
    """The lanes of one gutter: each holds the stretches of lines, by the skill that they come from.

    A stretch is taken longer than it is by what the lane at its end may be off the middle of its own gutter.
    """

    beyond: float
    lanes: list[list[tuple[float, float, str]]] = field(default_factory=list)

    def take(self, start: float, end: float, net: str) -> int:
        low, high = min(start, end) - self.beyond, max(start, end) + self.beyond
        number = next((n for n in range(len(self.lanes)) if self._free(n, low, high, net)), len(self.lanes))
        if number == len(self.lanes):
            self.lanes.append([])
        self.lanes[number].append((low, high, net))
        return number

    def _free(self, number: int, low: float, high: float, net: str) -> bool:
        return all(net == other or high <= a or b <= low for a, b, other in self.lanes[number])

    def offset(self, number: int, room: float) -> float:
        step = min(STEP, room / max(1, len(self.lanes) - 1))
        return round((number - (len(self.lanes) - 1) / 2) * step, 1)


@dataclass(frozen=True)
class _Line:
    """Out of a node's side at ``out``, along gutters, into another's side at ``into``."""

    start: Place
    end: Place
    out: int
    into: float
    #: Gutters that it turns into, upright, level, upright, each with its lane; the last two None where one is enough.
    first: tuple[int, int]
    level: tuple[int, int] | None = None
    last: tuple[int, int] | None = None


class Router:
    """Lays lines between nodes, one after the other; ``paths`` are what was laid, as SVG path data.

    ``skip``, a pair that need not be linked, is laid over the others in lanes of its own.
    """

    def __init__(self, places: Mapping[str, Place], pairs: Sequence[Pair], skip: Pair | None = None) -> None:
        self.places = places
        self._taken = frozenset(places.values())
        self._upright: dict[int, _Gutter] = {}
        self._level: dict[int, _Gutter] = {}
        self._rows = max((row for _, row in places.values()), default=0) + 1
        self._ports = self._all_ports(pairs)
        # Short lines first: they have the middle of the gutters.
        lines = {pair: self._line(*pair) for pair in sorted(pairs, key=self._length)}
        over = self._line(*skip, skipping=True) if skip else None
        self.paths = {pair: self._drawn(line) for pair, line in lines.items()}
        self.skip = self._drawn(over) if over else ""

    def _length(self, pair: Pair) -> int:
        (ac, ar), (bc, br) = (self.places[id] for id in pair)
        return abs(ac - bc) + abs(ar - br)

    def _all_ports(self, pairs: Sequence[Pair]) -> dict[Pair, float]:
        """How far from the middle of a node's side, where lines go out, each line comes in: from above, above."""
        above: dict[tuple[str, bool, bool], list[str]] = {}
        for need, skill in sorted(pairs, key=self._length):
            (ac, ar), (bc, br) = self.places[need], self.places[skill]
            above.setdefault((skill, bc > ac, ar <= br), []).append(need)
        ports: dict[Pair, float] = {}
        for (skill, forward, over), needs in above.items():
            # Those that come in from the right lie between those that come in from the left, which may face them.
            step = min(PORT, REACH / len(needs)) * (-1 if over else 1)
            ports |= {(need, skill): round(step * (n + (1 if forward else 0.5)), 1) for n, need in enumerate(needs)}
        return ports

    def _line(self, need: str, skill: str, skipping: bool = False) -> "_Line | str":
        (ac, ar), (bc, br) = self.places[need], self.places[skill]
        out, forward, net = ar * CELL + CELL // 2, bc > ac, "" if skipping else need
        if not skipping and ac == bc and br == ar + 1:
            return f"M{ac * CELL + CELL // 2} {br * CELL - TOP}V{br * CELL + TOP}"
        if not skipping and forward and ar == br and self._clear(ac, bc, ar):
            return f"M{(ac + 1) * CELL - SIDE} {out}H{bc * CELL + SIDE}"
        into = out + (br - ar) * CELL + self._ports.get((need, skill), 0.0)
        if bc < ac:
            out -= BACK
        if skipping:
            out, into = out - 2 * PORT, br * CELL + 2 * SIDE
        leave = ac + 1 if forward or ac == bc else ac
        enter = bc if forward else bc + 1
        if not skipping and (leave == enter or (forward and self._clear(ac, bc, br))):
            return _Line((ac, ar), (bc, br), out, into, self._up(leave, out, into, net))
        row = br if skipping else self._row(ar, br)
        lane = self._level.setdefault(row, _Gutter(WIDE / 2)).take(leave * CELL, enter * CELL, net)
        first, last = self._up(leave, out, row * CELL, net), self._up(enter, row * CELL, into, net)
        return _Line((ac, ar), (bc, br), out, into, first, (row, lane), last)

    def _up(self, column: int, start: float, end: float, net: str) -> tuple[int, int]:
        return column, self._upright.setdefault(column, _Gutter(HIGH / 2)).take(start, end, net)

    def _clear(self, one: int, other: int, row: int) -> bool:
        return all((column, row) not in self._taken for column in range(one + 1, other))

    def _row(self, ar: int, br: int) -> int:
        """The level gutter with the shortest way; of two, the one with fewer lines in it."""

        def cost(row: int) -> float:
            gutter = self._level.get(row, _Gutter(0))
            return abs(ar + 0.5 - row) + abs(br + 0.5 - row) + 0.3 * len(gutter.lanes)

        return min(range(1, self._rows + 1), key=cost)

    def _drawn(self, line: "_Line | str") -> str:
        if isinstance(line, str):
            return line
        (ac, _), (bc, _) = line.start, line.end
        start = ac * CELL + SIDE if bc < ac else (ac + 1) * CELL - SIDE
        end = bc * CELL + SIDE if bc > ac else (bc + 1) * CELL - SIDE
        path = f"M{start} {line.out}H{self._x(*line.first)}"
        if line.level is not None and line.last is not None:
            path += f"V{self._y(*line.level)}H{self._x(*line.last)}"
        return f"{path}V{line.into}H{end}"

    def _x(self, column: int, lane: int) -> float:
        return column * CELL + self._upright[column].offset(lane, WIDE)

    def _y(self, row: int, lane: int) -> float:
        return row * CELL + self._level[row].offset(lane, HIGH)
