"""How far off a number may be, as bounds that every system understands."""

from decimal import ROUND_FLOOR, Decimal


def plain(value: Decimal) -> str:
    text = format(value.normalize(), "f") if -12 < value.adjusted() < 20 else str(value.normalize())
    return "0" if text in ("-0", "") else text


def half(value: str, tolerance: str) -> Decimal:
    """What ``± 0.5``, ``± 1 %`` or ``to 3 figures`` allows on either side of a value."""
    key = Decimal(value)
    if tolerance.startswith("to "):
        figures = int(tolerance.split()[1])
        return Decimal(5).scaleb(key.adjusted() - figures) if key else Decimal(0)
    text = tolerance.removeprefix("±").strip()
    if text.endswith("%"):
        return abs(key) * Decimal(text.removesuffix("%").strip()) / 100
    return Decimal(text) if text else Decimal(0)


def bounds(value: str, tolerance: str) -> tuple[str, str]:
    """The least and the largest number that is right. Of figures, those that round to the same."""
    key, off = Decimal(value), half(value, tolerance)
    if tolerance.startswith("to "):
        unit = off * 2
        key = (key / unit + Decimal("0.5")).to_integral_value(ROUND_FLOOR) * unit if unit else key
    return plain(key - off), plain(key + off)


def halfway(low: str, high: str) -> tuple[str, str]:
    """The number in the middle of two, and how far off they are."""
    return plain((Decimal(low) + Decimal(high)) / 2), plain((Decimal(high) - Decimal(low)) / 2)
