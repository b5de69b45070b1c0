"""What the answers tell the staff of a course, through the public door."""

import csv
import io
import re

import pytest

from tests.content.courses import small_course
from tests.studio.crowd import Behaviour, Crowd
from tests.web.conftest import Site
from tests.web.sample import flat

HOME = "/studio/courses/small-course/answers"


@pytest.fixture
def crowded(site: Site) -> Site:
    """Four hundred people have answered everything; the key of ``kernel-reach`` is seldom found."""
    course = small_course()
    site.app.state.clock = lambda: 100 * 86_400.0
    Crowd(course, 400, behaviours={"kernel-reach": Behaviour(difficulty=3, drawn=1)}).fill(site.db)
    return site


def test_staff_see_the_table_with_a_reading_of_every_question(crowded: Site) -> None:
    page = flat(crowded.signed_in("assistant").get(HOME).text)
    for id in small_course().question_by_id:
        assert f"answers/questions/{id}" in page
    assert "beats the key. The text before it may mislead." in page
    assert "95 % interval from" in page


def test_the_file_holds_the_table(crowded: Site) -> None:
    sent = crowded.signed_in("assistant").get(f"{HOME}.csv")
    rows = list(csv.DictReader(io.StringIO(sent.text)))
    assert [row["question"] for row in rows] == list(small_course().question_by_id)
    assert {row["people"] for row in rows} == {"400"}
    assert sent.headers["content-type"].startswith("text/csv")


def test_nothing_is_told_of_four_people_and_fives_are_told_of_nine(site: Site) -> None:
    site.app.state.clock = lambda: 100 * 86_400.0
    instructor = site.signed_in("instructor")
    Crowd(small_course(), 4, seed=2).fill(site.db)
    assert {row["people"] for row in csv.DictReader(io.StringIO(instructor.get(f"{HOME}.csv").text))} == {""}
    Crowd(small_course(), 5, seed=3).fill(site.db)
    assert {row["people"] for row in csv.DictReader(io.StringIO(instructor.get(f"{HOME}.csv").text))} == {"5"}
    assert not re.search(r">9<", instructor.get(HOME).text)
