"""The evaluator against Python's own, and what it refuses."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.expressions import LARGEST, ExpressionError, UnknownName, evaluate, names

VALUES: dict[str, int | float] = {"C": 64, "k": 3, "x": 0.5}

_ATOMS = st.one_of(
    st.integers(0, 10_000).map(str),
    st.floats(0, 1000, allow_nan=False).map(lambda value: repr(round(value, 3))),
    st.sampled_from(sorted(VALUES)),
)


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        inner.map(lambda text: f"-{text}"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        st.tuples(st.sampled_from(["sqrt", "log2", "log10", "abs", "round", "floor", "ceil"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
    )


ARITHMETIC = st.recursive(_ATOMS, _deeper, max_leaves=8)


@given(ARITHMETIC)
def test_it_agrees_with_python(source: str) -> None:
    try:
        ours = evaluate(source, VALUES)
    except ExpressionError:
        return
    functions: dict[str, Callable[..., float]] = {
        name: getattr(math, name) for name in ("sqrt", "log2", "log10", "floor", "ceil")
    }
    theirs = eval(source, {"__builtins__": {}, "min": min, "max": max, "abs": abs, "round": round, **functions}, VALUES)
    assert ours == theirs
    assert type(ours) is type(theirs)


@given(st.text(max_size=60))
def test_any_text_gives_a_number_or_a_reason(source: str) -> None:
    try:
        value = evaluate(source, VALUES)
    except ExpressionError as error:
        at = error.offset
    else:
        at = 0
        assert isinstance(value, int | float)
        assert abs(value) <= LARGEST
    assert 0 <= at <= max(len(source), 1)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("1 / 0", "division by zero"),
        ("1 % (k - 3)", "division by zero"),
        ("2 ^ 3", "powers are written **"),
        ("9 ** 9 ** 9", "too large"),
        ("10 ** 40", "too large"),
        ("1e300 * 1e300", "too large"),
        ("(-8) ** 0.5", "not a real number"),
        ("sqrt(-1)", ""),
        ("log2(0)", ""),
        ("__import__('os')", "unknown function"),
        ("open('x')", "unknown function"),
        ("C.__class__", "are arithmetic"),
        ("[1, 2]", "are arithmetic"),
        ("'a' * 9", "are arithmetic"),
        ("1 if k else 2", "are arithmetic"),
        ("lambda: 1", "are arithmetic"),
        ("(k := 3)", "are arithmetic"),
        ("min(*[1])", "are arithmetic"),
        ("max()", ""),
        ("round(1.5, x)", ""),
        ("True", "not numbers"),
        ("1j", "are arithmetic"),
        ("", "no expression"),
        ("1 +", "is not arithmetic"),
        ("(" * 150 + ")" * 150, "longer"),
        ("1" * 300, "longer"),
        ("+".join("1" * 60), "too long"),
        ("½", "is not arithmetic"),
    ],
)
def test_what_it_refuses(source: str, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(source, VALUES)
    assert words in str(caught.value)


def test_an_unknown_name_and_its_place() -> None:
    with pytest.raises(UnknownName) as caught:
        evaluate("9 * D", VALUES)
    assert (caught.value.name, caught.value.offset) == ("D", 4)
    assert names(" 2 * C + sqrt(C * k)") == {"C": 5, "k": 18}


def test_signs_that_people_type() -> None:
    assert evaluate("3 × 3 − 2 · 2", {}) == 5
