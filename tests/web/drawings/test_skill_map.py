"""The lines of a skill map: through no node, and none on another's, in our courses and in made-up ones."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content.course import Course, Skill
from app.content.library import Library
from app.web.drawings.skill_map import CELL, MOST_ROWS, SIDE, TOP, Pair, Place, Router, columns, implied, towards
from tests.web.sample import COURSE

LESSONS = Path(__file__).parents[3] / "lessons"
Segment = tuple[float, float, float, float]


def places_of(course: Course) -> dict[str, Place]:
    return {s.id: (c, r) for c, (_, skills) in enumerate(columns(course)) for r, s in enumerate(skills)}


def pairs_of(course: Course) -> list[Pair]:
    return [(need, skill.id) for skill in course.skills for need in skill.requires]


def segments(path: str) -> list[Segment]:
    start = re.match(r"M(\S+) ([\d.-]+)", path)
    assert start
    x, y, found = float(start[1]), float(start[2]), []
    for way, value in re.findall(r"([HV])([\d.-]+)", path):
        to = (float(value), y) if way == "H" else (x, float(value))
        found.append((x, y, *to))
        x, y = to
    return found


def crosses(segment: Segment, place: Place) -> bool:
    left, top = place[0] * CELL + SIDE, place[1] * CELL + TOP
    right, bottom = (place[0] + 1) * CELL - SIDE, (place[1] + 1) * CELL - TOP
    x1, y1, x2, y2 = segment
    return min(x1, x2) < right and max(x1, x2) > left and min(y1, y2) < bottom and max(y1, y2) > top


def lie_on_one_another(a: Segment, b: Segment) -> bool:
    for along in (0, 1):
        across = 1 - along
        if a[across] == a[across + 2] == b[across] == b[across + 2]:
            low, high = (
                max(min(a[along], a[along + 2]), min(b[along], b[along + 2])),
                min(max(a[along], a[along + 2]), max(b[along], b[along + 2])),
            )
            return low < high
    return False


def check(course: Course, pairs: list[Pair]) -> None:
    places = places_of(course)
    laid = Router(places, pairs, None)
    assert laid.paths.keys() == set(pairs)
    drawn = {pair: segments(path) for pair, path in laid.paths.items()}
    for pair, parts in drawn.items():
        ends = (parts[0][:2], parts[-1][2:])
        for (x, y), id in zip(ends, pair, strict=True):
            column, row = places[id]
            assert column * CELL + SIDE <= x <= (column + 1) * CELL - SIDE, "a line begins and ends at its node"
            assert row * CELL + TOP <= y <= (row + 1) * CELL - TOP
        for part in parts:
            assert not [id for id, place in places.items() if crosses(part, place)], (pair, part)
    for one, parts in drawn.items():
        for other, others in drawn.items():
            if one[0] != other[0]:
                met = [(a, b) for a in parts for b in others if lie_on_one_another(a, b)]
                assert not met, (one, other, met)


@pytest.mark.parametrize("slug", ["cnn-architectures", "judging-classifiers"])
def test_the_lines_of_our_courses_can_be_followed(slug: str) -> None:
    course = Library(LESSONS, False).course(slug)
    assert course is not None
    check(course, [pair for pair in pairs_of(course) if pair not in implied(course)])
    check(course, pairs_of(course))


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Up to 30 skills in up to 6 groups, each needing up to two of those before it."""
    number = draw(st.integers(1, 30))
    skills = []
    for n in range(number):
        needs = draw(st.lists(st.integers(0, n - 1), max_size=2, unique=True)) if n else []
        group = draw(st.sampled_from("ABCDEF"))
        skills.append(Skill(f"s{n}", f"S {n}", "", tuple(f"s{need}" for need in needs), group))
    return replace(COURSE, skills=tuple(skills))


@given(courses())
@settings(max_examples=60, deadline=None)
def test_the_lines_of_any_course_can_be_followed(course: Course) -> None:
    check(course, pairs_of(course))


def test_a_need_that_others_bring_with_them_is_implied() -> None:
    chain = tuple(Skill(id, id, "", needs) for id, needs in (("a", ()), ("b", ("a",)), ("c", ("a", "b"))))
    assert implied(replace(COURSE, skills=chain)) == {("a", "c")}


def test_skills_without_groups_stand_by_depth() -> None:
    bare = replace(COURSE, skills=tuple(replace(skill, group="") for skill in COURSE.skills))
    stood = [[skill.id for skill in skills] for _, skills in columns(bare)]
    assert stood == [["cells"], ["weights", "stacks"], ["block"]]


def test_a_crowded_group_is_given_more_columns() -> None:
    many = replace(COURSE, skills=tuple(Skill(f"s{n}", f"S {n}", "", (), "Cells") for n in range(12)))
    assert [len(skills) for _, skills in columns(many)] == [MOST_ROWS, 12 - MOST_ROWS]


def test_arrow_keys_lead_along_lines_first() -> None:
    places: dict[str, Place] = {"a": (0, 0), "b": (0, 1), "c": (1, 0), "d": (1, 1), "e": (2, 1)}
    assert towards(places, "a", ["d"], (1, 0)) == "d"
    assert towards(places, "a", ["e"], (1, 0)) == "e"
    assert towards(places, "a", [], (1, 0)) == "c"
    assert towards(places, "d", ["a"], (-1, 0)) == "a"
    assert towards(places, "a", ["d"], (0, 1)) == "b"
    assert towards(places, "c", [], (0, -1)) is None
    assert towards(places, "e", [], (1, 0)) is None
