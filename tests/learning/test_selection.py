"""Which questions make a set: never too many, mixed, and the same for the same."""

import itertools
from collections import Counter
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from app.learning.selection import REPAIR, REVIEW, Candidate, interleaved, repair, review

CANDIDATES = st.lists(
    st.builds(
        Candidate,
        course=st.sampled_from(["one", "two"]),
        question=st.integers(0, 99).map(str),
        skill=st.sampled_from("abcd"),
        recall=st.floats(0.01, 1.0),
        long=st.booleans(),
    ),
    unique_by=lambda one: (one.course, one.question),
    max_size=40,
)


def neighbours(chosen: tuple[Candidate, ...]) -> int:
    """How often one skill follows itself."""
    return sum(a.topic == b.topic for a, b in itertools.pairwise(chosen))


def fewest(chosen: tuple[Candidate, ...]) -> int:
    """How often it has to: what stands between the most frequent skill's questions is all the rest."""
    most = max(Counter(one.topic for one in chosen).values(), default=0)
    return max(0, most - (len(chosen) - most) - 1)


@given(CANDIDATES)
def test_a_review_is_some_of_what_is_due_and_never_more_than_ten(due: list[Candidate]) -> None:
    chosen = review(due)
    longs = sum(one.long for one in due)
    assert len(chosen) == len(set(chosen)) == min(REVIEW, len(due) - max(0, longs - 1))
    assert set(chosen) <= set(due)
    assert sum(one.long for one in chosen) <= 1


@given(CANDIDATES)
def test_two_neighbours_are_of_one_skill_only_where_they_must_be(due: list[Candidate]) -> None:
    for chosen in (review(due), repair(by_skill(due)), interleaved(due)):
        assert neighbours(chosen) == fewest(chosen)


@given(CANDIDATES, st.randoms())
def test_the_same_is_due_the_same_is_asked(due: list[Candidate], chance: object) -> None:
    chance.shuffle(again := list(due))  # type: ignore[attr-defined]
    assert review(again) == review(due)
    assert repair(by_skill(again)) == repair(by_skill(due))
    assert repair(reversed(by_skill(due))) == repair(by_skill(due))


@given(CANDIDATES)
def test_no_skill_has_its_second_question_before_every_skill_has_its_weakest(due: list[Candidate]) -> None:
    due = [one for one in due if not one.long]
    chosen = review(due)
    counts = Counter(one.topic for one in chosen)
    for topic in {one.topic for one in due}:
        mine = sorted((one for one in due if one.topic == topic), key=lambda one: (one.recall, one.question))
        assert {one for one in chosen if one.topic == topic} == set(mine[: counts[topic]]), "the weakest of each"
        if counts[topic] < len(mine):
            assert max(counts.values()) <= counts[topic] + 1, "a skill that has more left is not passed over"


def by_skill(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    weakest = sorted(candidates, key=lambda one: (one.topic, one.recall, one.question))
    return [list(mine) for _, mine in itertools.groupby(weakest, key=lambda one: one.topic)]


@given(CANDIDATES)
def test_a_repair_is_small_and_asks_all_that_lifts_a_skill_or_nothing_of_it(fading: list[Candidate]) -> None:
    skills = by_skill(fading)
    chosen = repair(skills)
    assert len(chosen) == len(set(chosen)) <= REPAIR
    assert set(chosen) <= set(fading)
    for mine in skills:
        asked = [one for one in mine if one in chosen]
        assert asked in ([], mine) or (len(chosen) == len(asked) == REPAIR and asked == mine[:REPAIR])
    assert bool(chosen) == bool(fading)


@given(CANDIDATES)
def test_no_other_skill_would_have_fitted_into_a_repair(fading: list[Candidate]) -> None:
    skills = by_skill(fading)
    chosen = repair(skills)
    left = [mine for mine in skills if not set(mine) & set(chosen)]
    assert all(len(chosen) + len(mine) > REPAIR for mine in left)


def test_nothing_due_is_an_empty_set() -> None:
    assert review([]) == repair([]) == interleaved([]) == ()
