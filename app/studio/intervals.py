"""Intervals of 95 %: of a share, of a correlation, of the difference of two shares. Pure."""

import math
from dataclasses import dataclass

#: The normal distribution's 97.5 % point.
Z = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A value, its interval, and how many people it stands on."""

    value: float
    low: float
    high: float
    n: int


def wilson(count: float, n: int) -> tuple[float, float]:
    """The score interval of a share, each end from 0 to 1.

    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference, J. Am. Stat. Assoc. 22,
    209–212, https://doi.org/10.1080/01621459.1927.10502953. It holds its 95 % near 0 and 1, too: Brown, Cai and
    DasGupta 2001, https://doi.org/10.1214/ss/1009213286.
    """
    if n <= 0:
        return 0.0, 1.0
    share, square = count / n, Z * Z / n
    middle = (share + square / 2) / (1 + square)
    half = Z * math.sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def share(low: int, high: int, n: int) -> Estimate:
    """The share of a count between ``low`` and ``high``: the interval covers whatever the count is."""
    return Estimate((low + high) / (2 * n), wilson(low, n)[0], wilson(high, n)[1], n)


def correlation(n: int, x: float, xx: float, y: float, yy: float, xy: float) -> Estimate | None:
    """Pearson's correlation from its sums, with Fisher's interval; None where one of the two never varies.

    For x of 0 and 1 it is the point-biserial one: Lev 1949, https://doi.org/10.1214/aoms/1177730103. Source of the
    interval: Fisher 1921, On the "probable error" of a coefficient of correlation, Metron 1, 3–32. For a two-valued x
    it is an approximation.
    """
    if n < 4:
        return None
    across, along = xx - x * x / n, yy - y * y / n
    if across <= 1e-12 * n or along <= 1e-12 * n:
        return None
    r = max(-1.0, min(1.0, (xy - x * y / n) / math.sqrt(across * along)))
    if abs(r) >= 1:
        return Estimate(r, r, r, n)
    z, half = math.atanh(r), Z / math.sqrt(n - 3)
    return Estimate(r, math.tanh(z - half), math.tanh(z + half), n)


def difference(one: int, of_one: int, other: int, of_other: int) -> tuple[float, float]:
    """The interval of the first share less the second.

    Source: Newcombe 1998, Interval estimation for the difference between independent proportions, method 10,
    https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
    """
    p, q = one / of_one, other / of_other
    (p_low, p_high), (q_low, q_high) = wilson(one, of_one), wilson(other, of_other)
    down = math.sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    up = math.sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return p - q - down, p - q + up
