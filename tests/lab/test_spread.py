import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lab.spread import spread


def test_between_two_it_is_the_geometric_mean() -> None:
    low, middle, high = spread([1e-4, 1e-2])
    assert (low, high) == (1e-4, 1e-2)
    assert middle == pytest.approx(1e-3)
    assert spread([3.0, 1.0, 100.0]) == (1.0, 3.0, 100.0)


def test_no_number_lies_above_all_others_and_zero_below() -> None:
    assert spread([None, 1.0, 0.0]) == (0.0, 1.0, None)
    assert spread([None, 1.0]) == (1.0, None, None)
    assert spread([0.0, 1.0]) == (0.0, 0.0, 1.0)


def test_what_is_tiny_is_not_lost() -> None:
    assert spread([1e-200, 4e-200]).middle == pytest.approx(2e-200)


@given(st.lists(st.floats(1e-30, 1e30), min_size=1, max_size=7))
def test_it_is_the_median_of_the_logarithms(values: list[float]) -> None:
    low, middle, high = spread(values)
    assert low == min(values)
    assert high == max(values)
    assert middle
    assert math.log10(middle) == pytest.approx(statistics.median(map(math.log10, values)), abs=1e-9)
