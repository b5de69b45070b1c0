"""What the answers tell the staff of a course, through the public door."""

import csv
import io
import re

import pytest
from sqlalchemy import Connection

from app.content.choices import Choice
from app.studio import classes
from app.studio.answer_comments import group_id
from tests.content.courses import small_course
from tests.studio.crowd import Behaviour, Crowd
from tests.web.conftest import Site
from tests.web.sample import flat

HOME = "/studio/courses/small-course/answers"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, a page shows all that there is."""
    monkeypatch.setattr("app.studio.counting.PATIENCE", 120.0)


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


def test_a_comment_written_once_reaches_everyone_who_gave_that_answer_and_those_who_will(crowded: Site) -> None:
    course = small_course()
    question = course.question_by_id["kernel-reach"][1]
    assert isinstance(question, Choice)
    wrong = next(option.id for option in question.options if not option.correct)
    url = f"{HOME}/questions/kernel-reach/groups"
    instructor, student, later = crowded.signed_in("instructor"), crowded.visitor(), crowded.visitor()
    attempts = "/courses/small-course/questions/kernel-reach/attempts"
    student.post(attempts, data={"answer": wrong})
    group = group_id(wrong)
    said = {"body": "Count **each** row. <script>alert(1)</script> [out](https://elsewhere.example)"}
    assert instructor.post(f"{url}/{group}/comments", data=said).status_code == 303
    assert instructor.post(f"{url}/{group}/comments", data=said).status_code == 303
    later.post(attempts, data={"answer": wrong})
    for who in (student, later):
        for page in ("/courses/small-course/questions/kernel-reach", "/courses/small-course/lessons/first-steps/mine"):
            shown = who.get(page).text
            assert "Count <strong>each</strong> row." in shown
            assert "<script>alert" not in shown
            assert 'href="https://elsewhere' not in shown
    assert "Count <strong>each</strong> row." in student.get("/me").text
    assert "Count" not in crowded.visitor().get("/courses/small-course/questions/kernel-reach").text
    # Changed, and taken back; its words stay in the form.
    instructor.post(f"{url}/{group}/comments", data={"body": "Count the columns."})
    assert "Count the columns." in student.get("/courses/small-course/questions/kernel-reach").text
    instructor.post(f"{url}/{group}/comments", data={"end": "1"})
    assert "Count the columns." not in student.get("/courses/small-course/questions/kernel-reach").text
    assert "Count the columns." in instructor.get(url).text


def test_a_comment_must_say_something_to_a_group_that_is_there(crowded: Site) -> None:
    instructor = crowded.signed_in("instructor")
    url = f"{HOME}/questions/kernel-reach/groups"
    groups = re.findall(r'id="group-([0-9a-f]+)"', instructor.get(url).text)
    assert instructor.post(f"{url}/{groups[0]}/comments", data={"body": " "}).status_code == 422
    long = instructor.post(f"{url}/{groups[0]}/comments", data={"body": "x" * 2001})
    assert long.status_code == 422
    assert "x" * 2001 in long.text
    assert instructor.post(f"{url}/{'0' * 16}/comments", data={"body": "Hello"}).status_code == 404


def test_a_question_s_page_tells_its_parts(crowded: Site) -> None:
    assistant = crowded.signed_in("assistant")
    for id in small_course().question_by_id:
        page = assistant.get(f"{HOME}/questions/{id}")
        assert page.status_code == 200
        assert page.status_code == 200
        assert "<b>400</b>" in page.text
        assert assistant.get(f"{HOME}/questions/{id}/groups").status_code == 200
    varied = flat(assistant.get(f"{HOME}/questions/weights-of-a-stack?since=revision").text)
    assert "By variant" in varied
    assert "C = 32, k = 2" in varied
    assert (
        '<form method="post"'
        not in assistant.get(f"{HOME}/questions/kernel-reach/groups").text.split("<main")[1].split("</main")[0]
    )


def test_another_course_s_class_is_not_looked_into(crowded: Site) -> None:
    assert crowded.signed_in("admin").get(f"{HOME}?class=nothing").status_code == 404


def test_a_lesson_s_page_tells_where_readers_stop_and_what_they_predicted(crowded: Site) -> None:
    def predict(number: int) -> None:
        crowded.app.state.clock = lambda: 100 * 86_400.0 + number
        visitor = crowded.visitor()
        value = "1,728" if number < 9 else "27" if number < 14 else "1,792"
        assert (
            visitor.post("/courses/small-course/labs/one-layer/predictions", data={"value": value}).status_code == 303
        )
        visitor.get("/courses/small-course/lessons/first-steps/mine")

    staff = crowded.signed_in("instructor")
    staff.post("/courses/small-course/labs/one-layer/predictions", data={"value": "27"})
    for number in range(16):
        predict(number)
    page = flat(staff.get(f"{HOME}/lessons/first-steps").text)
    assert "15 people or a few more opened it." in page
    assert "Run by 15 people or a few more." in page
    # Nine said 1,728 and five 27. Of the third answer fewer than five are counted: nothing gives their number away.
    assert re.search(r'<th scope="row">1,728</th><td>6–10</td>', page)
    assert re.search(r'<th scope="row">27</th><td>5</td>', page)
    assert not re.search(r'<th scope="row">1,792</th>', page)
    assert staff.get(f"{HOME}/lessons/nothing").status_code == 404


def test_the_skills_page_counts_in_fives(crowded: Site) -> None:
    page = flat(crowded.signed_in("assistant").get(f"{HOME}/skills").text)
    assert "as of 11 April 1970" in page
    assert "under 5" in page


def test_a_class_s_answers_are_those_given_in_it(site: Site) -> None:
    course, now = small_course(), 100 * 86_400.0
    site.app.state.clock = lambda: now

    def classes_of(conn: Connection) -> None:
        classes.make(conn, "c-1", course.slug, "Monday", False, 0.0)
        for number in range(12):
            id = f"{1:08x}{number:024x}"
            member = {"class_id": "c-1", "learner_id": id, "code": id, "joined": 0.0, "ended": None, "removed": False}
            conn.execute(classes.class_member.insert(), member)

    Crowd(course, 40).fill(site.db)
    site.db.write_now(classes_of)
    staff = site.signed_in("assistant")
    rows = csv.DictReader(io.StringIO(staff.get(f"{HOME}.csv?class=c-1").text))
    assert {row["people"] for row in rows} == {"10"}
    # Twelve of the class are counted as ten and the 28 others as 25: none of them by subtraction.
    rows = csv.DictReader(io.StringIO(staff.get(f"{HOME}.csv").text))
    assert {row["people"] for row in rows} == {"35"}
    page = flat(staff.get(f"{HOME}/questions/kernel-reach").text)
    assert '<th scope="row">Monday</th><td>10</td>' in page
    assert '<option value="c-1" selected>' in staff.get(f"{HOME}?class=c-1").text
