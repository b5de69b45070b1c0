"""Intervals against published examples, and against what they promise."""

import math
import random

import pytest

from app.studio.intervals import correlation, difference, wilson


def test_wilson_as_published() -> None:
    """Newcombe 1998, Stat. Med. 17, 857–872, table I, method 3."""
    for count, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(count, n) == pytest.approx((low, high), abs=5e-5)


def test_the_difference_of_two_shares_as_published() -> None:
    """Newcombe 1998, Stat. Med. 17, 873–890, table II, method 10, examples (a), (b) and (c)."""
    assert difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(9, 10, 3, 10) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert difference(6, 7, 2, 7) == pytest.approx((0.0582, 0.8062), abs=5e-5)


def test_wilson_holds_what_it_promises() -> None:
    """Over all counts of 60, each with its chance, it holds the true share in 93 % of cases or more."""
    for share in (0.05, 0.2, 0.5, 0.9, 0.97):
        chances = [math.comb(60, k) * share**k * (1 - share) ** (60 - k) for k in range(61)]
        held = sum(chance for k, chance in enumerate(chances) if wilson(k, 60)[0] <= share <= wilson(k, 60)[1])
        assert held > 0.93


def test_a_correlation_is_pearson_s() -> None:
    chance = random.Random(3)
    pairs = [(float(chance.random() < 0.6), chance.gauss(0, 1)) for _ in range(200)]
    pairs = [(x, y + x) for x, y in pairs]
    sums = [sum(values) for values in zip(*((x, x * x, y, y * y, x * y) for x, y in pairs), strict=True)]
    found = correlation(200, *sums)
    assert found
    mean = [sum(values) / 200 for values in zip(*pairs, strict=True)]
    top = sum((x - mean[0]) * (y - mean[1]) for x, y in pairs)
    below = math.prod(math.sqrt(sum((pair[at] - mean[at]) ** 2 for pair in pairs)) for at in (0, 1))
    assert found.value == pytest.approx(top / below)
    assert found.low < found.value < found.high


def test_what_never_varies_has_no_correlation() -> None:
    assert correlation(50, 50, 50, 20, 10, 20) is None
    assert correlation(3, 1, 1, 1, 1, 1) is None
