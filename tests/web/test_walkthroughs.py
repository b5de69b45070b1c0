"""A walkthrough in its lesson and alone: each step has an address, and works without a script."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.content.course import Course, Operation, Seen
from app.web.drawings.block_figure import drawing
from app.web.walkthroughs import WalkView
from tests.web.sample import flat

URL = "/courses/small-course/walkthroughs/a-block"


def lit(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'class="ln is-lit"data-n="(\d+)"', page.replace('" ', '"'))]


@pytest.mark.parametrize(("step", "lines", "said"), [(1, [4], "One convolution"), (2, [6, 7], "Its input is")])
def test_each_step_has_an_address(client: TestClient, step: int, lines: list[int], said: str) -> None:
    page = flat(client.get(f"{URL}?step={step}").text)
    assert lit(page) == lines
    assert f"<b data-count>{step}</b>" in page
    caption = page.partition("data-said")[2].partition("walk__tools")[0]
    assert said in caption
    assert page.count('aria-current="step"') == 1
    assert f'href="{URL}?step={min(step + 1, 2)}"data-go="+"' in page.replace('" ', '"')


@pytest.mark.parametrize(("asked", "shown"), [("0", 1), ("-3", 1), ("99", 2)])
def test_a_step_that_is_not_there_is_the_nearest(client: TestClient, asked: str, shown: int) -> None:
    assert f"<b data-count>{shown}</b>" in flat(client.get(f"{URL}?step={asked}").text)


def test_what_is_no_step_or_no_walkthrough_is_told(client: TestClient) -> None:
    assert client.get(f"{URL}?step=two").status_code == 422
    assert client.get("/courses/small-course/walkthroughs/nowhere").status_code == 404


def test_the_lesson_holds_it_with_its_whole_transcript(client: TestClient) -> None:
    page = flat(client.get("/courses/small-course/lessons/stacks").text)
    walk = page.partition("<walk-through")[2].partition("</walk-through>")[0]
    assert 'id="walkthrough-a-block"' in walk
    transcript = walk.partition("<details")[2]
    assert transcript.count("data-step=") == 2
    assert "One convolution" in transcript
    assert "Its input is" in transcript
    assert "has not been measured yet" in walk
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))


def test_the_watch_table_shows_what_the_lab_saw(course: Course) -> None:
    lesson, walk = course.walkthrough_by_id["a-block"]
    seen = (
        Seen(0.001, 1.0, -3.0, 3.0, (1, 4, 1)),
        Seen(None, None, None, None, ()),
        *[Seen(2.0, 0.0, 2.0, 2.0, ())] * 2,
    )
    view = WalkView(course, lesson, replace(walk, seen=seen), 2)
    rows = {row.label: row for row in view.watched}
    assert list(rows) == ["x", "conv", "add", "relu"]
    assert (rows["x"].mean, rows["x"].std, rows["x"].text) == ("0.00", "1.00", "From −3 to 3.")
    assert rows["x"].path.count("M") == 3
    assert rows["conv"].mean == "no number"
    assert (rows["add"].mean, rows["add"].path, rows["add"].on) == ("+2.00", "", "2")


def _operations(edges: list[list[int]]) -> list[Operation]:
    labels = ["+" if len(one) > 1 else "ReLU" for one in edges]
    return [Operation(f"n{n}", labels[n], (4, 6, 6), n, n, tuple(one)) for n, one in enumerate(edges)]


def _graphs(nodes: int) -> st.SearchStrategy[tuple[set[int], ...]]:
    return st.tuples(*(st.sets(st.integers(0, node - 1), min_size=1) for node in range(1, nodes)))


@given(st.integers(2, 12).flatmap(_graphs))
def test_ways_around_never_share_a_line(inputs: tuple[set[int], ...]) -> None:
    drawn = drawing(_operations([[], *(sorted(one) for one in inputs)]), {})
    tops = [(box.y, box.y + box.high) for box in drawn.boxes]
    assert all(a[1] < b[0] for a, b in pairwise(tops))
    ways: list[tuple[float, float, float]] = []
    for way in drawn.ways:
        if way.around:
            _, start, x, end = map(float, re.findall(r"[MHV ]([\d.]+)", way.path)[:4])
            ways.append((x, start, end))
            assert x < drawn.wide
    for number, (x, start, end) in enumerate(ways):
        for other, first, last in ways[:number]:
            assert x != other or end < first or last < start
