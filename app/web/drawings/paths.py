"""Small words of SVG path data."""

import math
from collections.abc import Iterable

Point = tuple[float, float]


def number(value: float) -> str:
    """A coordinate, to a tenth, as short as it can be written."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def line(points: Iterable[Point], closed: bool = False) -> str:
    """Path data through ``points``; empty for none."""
    data = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{data}{'Z' if closed else ''}" if data else ""


def quantity(value: float) -> str:
    """A measured number in three figures: ``0.98``, ``5.2e−9``, ``13.4``."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    if 0.001 <= abs(value) < 10_000:
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")
