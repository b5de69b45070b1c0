"""The front of a challenge's solutions, held against its definition, and what is drawn of it."""

from hypothesis import given
from hypothesis import strategies as st

from app.web.drawings.pareto import Point, pareto


def solution(params: int, macs: int, accuracy: float | None, name: str = "") -> Point:
    return Point(params, macs, accuracy, name, name, f"/nexus/s/{name}{params}-{macs}-{accuracy}")


def test_the_front_is_what_no_other_beats() -> None:
    small, exact, lost, same = (
        solution(100, 900, 0.90, "small"),
        solution(900, 100, 0.99, "exact"),
        solution(901, 101, 0.98, "lost"),
        solution(100, 900, 0.90, "same"),
    )
    found = pareto([lost, exact, small, same])
    assert found is not None
    assert [(p.name, p.letter) for p in found.points] == [("same", "A"), ("small", "B"), ("exact", "C"), ("lost", "")]


def test_without_any_accuracy_two_figures_count() -> None:
    found = pareto([solution(100, 900, None), solution(200, 1000, None)])
    assert found is not None
    assert found.up == "macs"
    assert [p.front for p in found.points] == [True, False]
    assert pareto([]) is None


figures = st.tuples(st.integers(0, 10**10), st.integers(0, 10**13), st.floats(0, 1))


@given(st.lists(figures, min_size=1, max_size=12))
def test_somebody_is_on_the_front_and_everything_is_inside_the_drawing(given: list[tuple[int, int, float]]) -> None:
    found = pareto([solution(*one, name=str(k)) for k, one in enumerate(given)])
    assert found is not None
    assert found.front
    for point in found.points:
        beaten = any(other.beats(point) for other in found.points)
        assert point.front is not beaten
    for plot in (found.wide, found.narrow):
        assert len(plot.dots) == len(given)
        for dot in plot.dots:
            assert plot.left <= dot.x <= plot.right
            assert plot.top - 1e-6 <= dot.y <= plot.bottom + 1e-6
