"""``/me``: XP in all and by course, each matrix in small, and what was shown on which day of the student's own."""

import re

from starlette.testclient import TestClient

from tests.web.conftest import PASSWORD, Site
from tests.web.sample import flat
from tests.web.test_fading import ahead
from tests.web.test_lessons import answer
from tests.web.test_skill_tests import RIGHT, begin, hand_in

#: A quarter to midnight in UTC; in Berlin the next day has begun.
LATE = 1_800_000_000 - 1_800_000_000 % 86_400 + 85_500


def test_a_new_guest_has_nothing_and_is_told_how_to_begin_and_to_keep_it(student: TestClient) -> None:
    page = flat(student.get("/me").text)
    assert "None yet." in page
    assert 'href="/account/new"' in page
    assert 'href="/sign-in?next=/me"' in page
    assert "What is fading" not in page
    assert "1 unlocked" not in page
    assert "3 unlocked, 1 locked" in page


def test_what_was_shown_stands_on_its_day_in_the_student_s_time_zone(sample_site: Site, student: TestClient) -> None:
    sample_site.app.state.clock = lambda: LATE
    answer(student, "weights", "36864")
    hand_in(student, begin(student), RIGHT)
    page = flat(student.get("/me").text)
    assert re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)">', page) == ["2027-01-15"]
    assert page.count("+20 XP") == 3
    assert "Tested out of " in page
    student.post("/me/plan/time-zone", data={"zone": "Europe/Berlin"})
    later = flat(student.get("/me").text)
    assert re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)">', later) == ["2027-01-16"]
    assert "16 January 2027" in flat(student.get("/me/xp").text)


def test_what_fades_in_any_course_is_refreshed_with_one_button(sample_site: Site, student: TestClient) -> None:
    answer(student, "weights", "36864")
    ahead(sample_site, 90)
    page = flat(student.get("/me").text)
    part = page.split('id="fading"')[1].split("</section>")[0]
    assert re.search(r"Refresh with one question, \d+ min", part)
    assert student.post("/review", data={"fading": "1"}).headers["location"].startswith("/review/")


def test_an_account_is_told_how_to_bring_a_guest_s_work_along(sample_site: Site) -> None:
    client = sample_site.visitor()
    sample_site.account(email="me@example.org")
    client.post("/sign-in", data={"email": "me@example.org", "password": PASSWORD})
    page = flat(client.get("/me").text)
    assert "Learnt something as a guest, in another browser? Sign in there" in page
    assert 'href="/sign-in?next=/me"' not in page
