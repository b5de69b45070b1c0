"""The layers that a pyramid is drawn of: where a unit sees more than one below it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.words import _

#: More planes than this say no more.
MOST_PLANES = 5
#: Where paths meet, so that what is seen is more than one window over another.
JOINS = frozenset({"add", "sub", "mul", "cat", "maximum", "minimum", "stack"})


@dataclass(frozen=True)
class Level:
    """A layer as the pyramid needs it; sides are (height, width) in input pixels."""

    name: str
    size: tuple[float, float]
    jump: tuple[float, float]
    #: The window that leads here from the level below; (1, 1) and (1, 1) for the input.
    kernel: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)

    def seen_from(self, top: "Level") -> tuple[float, float]:
        """How many units of this layer one unit of ``top`` sees, along each axis."""
        return tuple((t - s) / j + 1 for t, s, j in zip(top.size, self.size, self.jump, strict=True))  # type: ignore[return-value]


def levels(layers: Sequence[Mapping[str, Any]]) -> tuple[Level, ...]:
    """The input and every layer after which a unit sees more, or its neighbours stand further apart.

    Layers on a side branch, which the output does not see through a whole number of units, are left out, and so is
    everything that sees the whole input.
    """
    found = [Level(_("input"), (1, 1), (1, 1))]
    for layer in layers:
        if layer["size"] is None:
            continue
        windows = (tuple(layer.get(name) or (1, 1)) for name in ("kernel", "dilation"))
        level = Level(layer["name"], tuple(layer["size"]), tuple(layer["jump"]), *windows)
        if (level.size, level.jump) != (found[-1].size, found[-1].jump):
            found.append(level)
    top = found[-1]
    kept = [f for f in found if all(n >= 1 and float(n).is_integer() for n in f.seen_from(top))]
    return tuple(kept)


def chosen(every: Sequence[Level]) -> tuple[Level, ...]:
    """At most ``MOST_PLANES`` of them: both ends, then the layers just before the jump grows, then an even spread."""
    if len(every) <= MOST_PLANES:
        return tuple(every)
    turns = [a for a, b in pairwise(every) if a.jump != b.jump and a is not every[0]]
    between = turns if len(turns) >= MOST_PLANES - 2 else list(every[1:-1])
    room = MOST_PLANES - 2
    picked = [between[round((i + 1) * (len(between) + 1) / (room + 1)) - 1] for i in range(room)]
    return (every[0], *dict.fromkeys(picked), every[-1])


def called(name: str) -> str:
    """A layer's name in a sentence: ``layer 30`` for the 30 of a Sequential, ``layer4.2.relu`` as it is."""
    return _("layer %(name)s", name=name) if name.isdecimal() else name


Ways = tuple[Sequence[int], Sequence[int]]


def ways_to(seen: Sequence[Level]) -> list[Ways]:
    """For each level, along each axis: how many ways lead from each unit up to the output; 0 in a hole."""
    found: list[Ways] = [([1], [1])]
    for level in reversed(seen[1:]):
        down, right = (_spread(found[0][axis], level.kernel[axis], level.dilation[axis]) for axis in (0, 1))
        found.insert(0, (down, right))
    return found


def _spread(counts: Sequence[int], kernel: int, dilation: int) -> list[int]:
    below = [0] * (len(counts) + (kernel - 1) * dilation)
    for i, count in enumerate(counts):
        for tap in range(kernel):
            below[i + tap * dilation] += count
    return below
