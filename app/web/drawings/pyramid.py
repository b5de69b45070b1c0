"""The pyramid: what one unit of the last layer sees on each layer below it, drawn as tilted planes.

Every plane shows the same piece of the image, so a layer with a jump of 4 has cells four times as wide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.web.drawings.levels import JOINS, MOST_PLANES, Level, Ways, called, chosen, levels, ways_to
from app.web.drawings.paths import Point, line
from app.words import _, ngettext

#: The half diagonals of a plane, the distance between two planes, and the room around them.
HALF_WIDTH, HALF_HEIGHT, STEP, TOP = 110.0, 43.5, 97.0, 10.0
#: The least room for the labels, a letter of one, and how far the second column stands from the first.
MARGIN, LETTER, APART = 86.0, 8.0, 222.0
#: A letter in the narrow cut, whose words are larger since it is shrunk.
NARROW_LETTER = 11.0
#: Grid lines that a plane can hold before they run together.
MOST_CELLS = 14
#: Shades of a plane's cells.
SHADES = 6


@dataclass(frozen=True)
class Shade:
    opacity: float
    path: str


@dataclass(frozen=True)
class Plane:
    outline: str
    grid: str
    region: str
    shades: tuple[Shade, ...]
    #: The faces and the edges of the beam that rises from here to the plane above; empty on top.
    beam: str
    edges: str


@dataclass(frozen=True)
class Label:
    y: float
    name: str
    seen: str
    #: The ends of the leader from the words to the plane.
    start: float
    end: float
    #: Where the leader starts in the narrow cut.
    narrow_start: float


@dataclass(frozen=True)
class Column:
    x: float
    title: str
    #: From the input up, the order in which they are painted.
    planes: tuple[Plane, ...]


@dataclass(frozen=True)
class Pyramid:
    #: How many layers it stands for, in words.
    title: str
    width: float
    narrow_width: float
    #: Where the narrow cut begins: its words need more room.
    narrow_left: float
    height: float
    labels: tuple[Label, ...]
    stack: Column
    #: One layer with the same view, where that is a fair comparison.
    single: Column | None
    #: The piece of the image that every plane shows, in pixels, as (height, width).
    window: tuple[int, int]
    text: str
    #: How many ways lead from the middle and from a corner of the input to the output, where that is countable.
    ways: tuple[int, int] | None


def pyramids(layers: Sequence[Mapping[str, Any]]) -> tuple[Pyramid, ...]:
    """One pyramid, or, for a short stack at stride 1, one for each of its first layers. None where nothing grows."""
    every = levels(layers)
    if len(every) < 2:
        return ()
    top = every[-1]
    chain = all(layer["kind"] not in JOINS for layer in layers)
    plain = chain and len(every) <= MOST_PLANES and all(level.jump == (1, 1) for level in every)
    margin = 2 if plain else 0
    window = (round(top.size[0]) + margin, round(top.size[1]) + margin)
    if not plain:
        window = (round(window[0] * 1.12), round(window[1] * 1.12))
        seen = chosen(every)
        return (_pyramid(seen, window, plain=False, whole=len(seen) == len(every)),)
    return tuple(_pyramid(every[: n + 1], window, plain=True) for n in range(1, len(every)))


def _pyramid(seen: Sequence[Level], window: tuple[int, int], plain: bool, whole: bool = True) -> Pyramid:
    top = seen[-1]
    count = len(seen) - 1
    regions = [_whole(level.seen_from(top)) for level in seen]
    counts: Sequence[Ways | None] = ways_to(seen) if plain else [None] * len(seen)
    names = _names(seen, plain)
    longest = max(map(len, names))
    middle = max(MARGIN, 22 + LETTER * longest) + HALF_WIDTH
    left = min(0.0, middle - HALF_WIDTH - 22 - NARROW_LETTER * longest)
    frames = [_Frame(middle, TOP + HALF_HEIGHT + STEP * (count - k), window) for k in range(len(seen))]
    planes = [
        _plane(frame, level, region, shade)
        for frame, level, region, shade in zip(frames, seen, regions, counts, strict=True)
    ]
    planes = [
        replace(plane, **_beam(frame, above, level, upper, region, r_up))
        for plane, frame, above, level, upper, region, r_up in zip(
            planes, frames, frames[1:], seen, seen[1:], regions, regions[1:], strict=False
        )
    ] + planes[-1:]
    labels = tuple(
        Label(frame.y, name, _times(region), 14 + LETTER * wide, edge, left + 14 + NARROW_LETTER * wide)
        for frame, name, region in zip(frames, names, regions, strict=True)
        for wide, edge in [(len(name), middle - HALF_WIDTH + 6)]
    )
    single = None
    kernels = [level.kernel for level in seen[1:]]
    dense = all(level.dilation == (1, 1) for level in seen)
    if plain and dense and count > 1:
        single = _single(frames, seen, regions[0], middle + APART)
    first = counts[0]
    ends = (first[0][len(first[0]) // 2] * first[1][len(first[1]) // 2], first[0][0] * first[1][0]) if first else None
    return Pyramid(
        title=ngettext("%(num)s layer", "%(num)s layers", count),
        width=middle + HALF_WIDTH + (APART if single else 0) + 10,
        narrow_width=middle + HALF_WIDTH + 6 - left,
        narrow_left=left,
        height=TOP + 2 * HALF_HEIGHT + STEP * count + 40,
        labels=labels,
        stack=Column(middle, _stack_title(kernels) if whole else _("your network"), tuple(planes)),
        single=single,
        window=window,
        text=_text(names, regions, seen),
        ways=ends,
    )


def _names(seen: Sequence[Level], plain: bool) -> list[str]:
    """What the planes are called: by how many layers lie below, or by the layer where some are left out."""
    between = seen[1:-1]
    if plain:
        return [_("input"), *(_("after %(n)s", n=k) for k in range(1, len(between) + 1)), _("output")]
    return [_("input"), *(called(level.name)[-16:] for level in between), _("output")]


@dataclass(frozen=True)
class _Frame:
    """A plane's place: its middle, and the piece of the image that it shows."""

    x: float
    y: float
    window: tuple[int, int]

    def at(self, down: float, right: float) -> Point:
        """Where the place ``down`` and ``right`` of the window's middle, in pixels, is drawn."""
        u, v = right / self.window[1], down / self.window[0]
        return self.x + (u - v) * HALF_WIDTH, self.y + (u + v) * HALF_HEIGHT

    def box(self, height: float, width: float) -> tuple[Point, Point, Point, Point]:
        """The back, right, front and left corner of a box about the middle."""
        h, w = height / 2, width / 2
        return self.at(-h, -w), self.at(-h, w), self.at(h, w), self.at(h, -w)


def _plane(frame: _Frame, level: Level, region: tuple[int, int], ways: "Ways | None") -> Plane:
    height, width = (n * j for n, j in zip(region, level.jump, strict=True))
    return Plane(
        outline=line(frame.box(*frame.window), closed=True),
        grid=_grid(frame, level.jump, region),
        region=line(frame.box(height, width), closed=True),
        shades=_shades(frame, region, ways) if ways else (_flat(frame, height, width, region),),
        beam="",
        edges="",
    )


def _grid(frame: _Frame, jump: tuple[float, float], region: tuple[int, int]) -> str:
    """Lines between the layer's units, or between every 2nd, 4th … of them where there are too many."""
    data = []
    for axis in (0, 1):
        side, step = frame.window[axis], jump[axis]
        while side / step > MOST_CELLS:
            step *= 2
        edge = -region[axis] * jump[axis] / 2
        first = edge - step * ((side / 2 + edge) // step)
        while first < side / 2:
            if first > -side / 2:
                across = frame.window[1 - axis] / 2
                ends = ((first, -across), (first, across)) if axis == 0 else ((-across, first), (across, first))
                data.append(line(frame.at(*end) for end in ends))
            first += step
    return "".join(data)


def _beam(
    frame: _Frame, above: _Frame, level: Level, upper: Level, region: tuple[int, int], r_up: tuple[int, int]
) -> dict[str, str]:
    low = frame.box(region[0] * level.jump[0], region[1] * level.jump[1])
    high = above.box(r_up[0] * upper.jump[0], r_up[1] * upper.jump[1])
    faces = line((high[3], high[0], high[1], low[1], low[2], low[3]), closed=True)
    edges = "".join(line((high[k], low[k])) for k in (3, 2, 1))
    return {"beam": faces, "edges": edges}


def _shades(frame: _Frame, region: tuple[int, int], ways: Ways) -> tuple[Shade, ...]:
    """The region's cells, darker where more ways lead to the output, in a few steps."""
    down, right = ways
    most = max(down) * max(right)
    steps: dict[float, list[str]] = {}
    for i, a in enumerate(down):
        for k, b in enumerate(right):
            if not a * b:
                continue
            opacity = round(0.12 + 0.73 * round(SHADES * a * b / most) / SHADES, 2)
            y, x = i - region[0] / 2, k - region[1] / 2
            corners = (frame.at(y, x), frame.at(y, x + 1), frame.at(y + 1, x + 1), frame.at(y + 1, x))
            steps.setdefault(opacity, []).append(line(corners, closed=True))
    return tuple(Shade(opacity, "".join(paths)) for opacity, paths in sorted(steps.items()))


def _flat(frame: _Frame, height: float, width: float, region: tuple[int, int]) -> Shade:
    return Shade(0.85 if region == (1, 1) else 0.3, line(frame.box(height, width), closed=True))


def _single(frames: Sequence[_Frame], seen: Sequence[Level], region: tuple[int, int], x: float) -> Column:
    """One layer whose kernel is as large as the stack's whole view."""
    low, high = (replace(frames[k], x=x) for k in (0, -1))
    bottom = _plane(low, seen[0], region, None)
    bottom = replace(bottom, edges=_beam(low, high, seen[0], seen[-1], region, (1, 1))["edges"])
    top = _plane(high, seen[-1], (1, 1), None)
    return Column(x, _("one %(size)s", size=_times(region)), (bottom, top))


def _stack_title(kernels: Sequence[tuple[int, int]]) -> str:
    if len(set(kernels)) == 1 and len(kernels) < 6:
        words = (_("no"), _("one"), _("two"), _("three"), _("four"), _("five"))
        return f"{words[len(kernels)]} {_times(kernels[0])}"
    return _("your network")


def _text(names: Sequence[str], regions: Sequence[tuple[int, int]], seen: Sequence[Level]) -> str:
    """The figure in a sentence, for those who do not see it."""
    parts = [
        _("%(size)s units %(name)s", size=_times(region), name=name)
        for name, region in reversed(list(zip(names, regions, strict=True)))
    ]
    size = _times(seen[-1].size)
    return _(
        "One output unit sees, going down: %(parts)s. On the input that is %(size)s pixels.",
        parts=", ".join(parts[1:]),
        size=size,
    )


def _times(pair: Sequence[float]) -> str:
    return "×".join(f"{n:.0f}" for n in pair)


def _whole(pair: tuple[float, float]) -> tuple[int, int]:
    return round(pair[0]), round(pair[1])
