"""The lowest, the middle and the highest of a number over several seeds, where it lives on a logarithmic axis."""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Spread(NamedTuple):
    """None stands for a number that is not finite, and so lies above all others."""

    low: float | None
    middle: float | None
    high: float | None


def spread(values: Sequence[float | None]) -> Spread:
    """Of one value a seed, none below zero. ``middle`` is the median; between two it is their geometric mean."""
    known = sorted(math.inf if value is None else value for value in values)
    lower, upper = known[(len(known) - 1) // 2], known[len(known) // 2]
    # Each root by itself: a product of two tiny norms would be zero.
    middle = lower if lower == upper else upper if math.isinf(upper) else math.sqrt(lower) * math.sqrt(upper)
    return Spread(*(value if math.isfinite(value) else None for value in (known[0], middle, known[-1])))
