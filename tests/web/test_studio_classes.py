"""Classes through the site's own doors: made, joined, looked at, taken out, left; and what never leaves."""

import csv
import io
import json
import re
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from app.learning import learners
from app.learning import staff as staffing
from app.studio import classes
from app.web import class_exports
from tests.studio.xapi import statement
from tests.web.access import named
from tests.web.conftest import PASSWORD, Site
from tests.web.sample import flat
from tests.web.test_lessons import answer

COURSE = "sample"
AT = f"/studio/courses/{COURSE}/classes"


@pytest.fixture
def teacher(sample_site: Site) -> TestClient:
    return named(sample_site, COURSE, "instructor")


def made(teacher: TestClient, name: str = "Autumn", **more: str) -> str:
    """The path of a new class."""
    sent = teacher.post(AT, data={"name": name, **more})
    assert sent.status_code == 303
    return str(sent.headers["location"])


def link(teacher: TestClient, group: str) -> str:
    """The path of its join link."""
    found: str = re.findall(r'value="(http://testserver/join/[\w-]+)"', teacher.get(group).text)[0]
    return urlsplit(found).path


def student(site: Site, name: str = "Ada", email: str = "ada@example.org") -> TestClient:
    client = site.visitor()
    form = {"name": name, "email": email, "password": PASSWORD}
    assert client.post("/account/new", data=form).status_code == 303
    return client


def member(teacher: TestClient, group: str) -> str:
    """The path of the first student's page."""
    return str(re.findall(rf'href="({group}/members/\w+)"', teacher.get(group).text)[0])


def rows(teacher: TestClient, group: str, **form: str) -> list[dict[str, str]]:
    sent = teacher.post(f"{group}/roster.csv", data=form)
    assert sent.status_code == 200
    return list(csv.DictReader(io.StringIO(sent.text.removeprefix("\ufeff"))))


def test_a_student_joins_by_the_link_knowing_what_is_shared(sample_site: Site, teacher: TestClient) -> None:
    group = made(teacher)
    assert "Nobody has joined yet" in teacher.get(group).text
    at, guest = link(teacher, group), sample_site.visitor()
    page = flat(guest.get(at).text)
    assert "Autumn" in page
    assert "Sample networks" in page
    assert "your skills here by level" in page
    assert page.index("It does not see") < page.index("your email address"), "this class does not show it"
    assert f'href="/account/new?next={at}"' in page
    assert f'action="{at}"' not in page
    away = guest.post(at)
    assert (away.status_code, away.headers["location"]) == (303, f"/account/new?next={at}")
    assert "0 students" in teacher.get(group).text
    answer(guest, "weights", "36864")
    form = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD, "next": at}
    assert guest.post("/account/new", data=form).headers["location"] == at
    assert "0 students" in teacher.get(group).text, "an account alone shares nothing"
    assert f'action="{at}"' in flat(guest.get(at).text)
    for _ in range(2):
        assert guest.post(at).status_code == 303
    page = flat(teacher.get(group).text)
    assert "1 student<" in page
    assert "Ada</a>" in page
    assert "ada@example.org" not in page + teacher.get(member(teacher, group)).text
    assert "You are in this class" in guest.get(at).text
    assert [row["xp"] for row in rows(teacher, group)] != ["0"], "what was done before counts"


def test_a_student_sees_their_own_row_as_staff_does_and_leaves(sample_site: Site, teacher: TestClient) -> None:
    group, ada = made(teacher), student(sample_site)
    answer(ada, "weights", "36864")
    ada.get("/courses/sample/lessons/first?mine=1")
    ada.post(link(teacher, group))
    own, theirs = flat(ada.get("/me/classes").text), flat(teacher.get(member(teacher, group)).text)
    table = re.compile(r"<tbody>.*?</tbody>", re.DOTALL)
    assert table.findall(own) == table.findall(theirs), "to the letter"
    assert len(table.findall(own)) == 3
    assert "Nothing." in own
    rows(teacher, group)
    own = flat(ada.get("/me/classes").text)
    assert "table (CSV), without addresses, by An student" in own
    id = group.rpartition("/")[2]
    page = member(teacher, group)
    assert ada.post(f"/me/classes/{id}/leave").status_code == 303
    assert ada.post(f"/me/classes/{id}/leave").status_code == 404
    assert "You left on" in ada.get("/me/classes").text
    assert "Ada" not in teacher.get(group).text
    assert teacher.get(page).status_code == 404
    assert rows(teacher, group) == []
    assert json.loads(teacher.post(f"{group}/xapi.json").text) == []
    assert ada.post(f"/me/classes/{id}/return").status_code == 303
    assert "Ada" in teacher.get(group).text
    other = student(sample_site, "Ben", "ben@example.org")
    assert other.post(f"/me/classes/{id}/leave").status_code == 404
    assert other.post(f"/me/classes/{id}/return").status_code == 404


def test_a_removed_student_needs_a_new_link(sample_site: Site, teacher: TestClient) -> None:
    group, ada = made(teacher), student(sample_site)
    at = link(teacher, group)
    ada.post(at)
    page = member(teacher, group)
    assert teacher.post(f"{page}/remove").status_code == 303
    assert teacher.post(f"{page}/remove").status_code == 404
    refused = ada.post(at)
    assert refused.status_code == 403
    assert "Ask them for a new link" in refused.text
    assert "An instructor removed you" in ada.get("/me/classes").text
    assert teacher.post(f"{page}/restore").status_code == 303
    assert "Ada" in teacher.get(group).text
    teacher.post(f"{page}/remove")
    teacher.post(f"{group}/link/renew", data={"link": at.rpartition("/")[2]})
    fresh = link(teacher, group)
    assert fresh != at
    assert ada.get(at).status_code == 404
    assert ada.post(fresh).status_code == 303
    assert "1 student<" in flat(teacher.get(group).text)


def test_a_closed_or_archived_class_says_what_one_that_never_was_says(sample_site: Site, teacher: TestClient) -> None:
    group, ada = made(teacher), student(sample_site)
    at = link(teacher, group)
    never = flat(ada.get("/join/never-was-a-link").text)
    for shut, opened in (("link/close", "link/open"), ("archive", "restore")):
        assert teacher.post(f"{group}/{shut}").status_code == 303
        for method in ("GET", "POST", "HEAD"):
            assert ada.request(method, at).status_code == 404
        assert flat(ada.get(at).text) == never
        assert teacher.post(f"{group}/{opened}").status_code == 303
        assert ada.get(at).status_code == 200


def test_a_class_is_named_and_made_once(sample_site: Site, teacher: TestClient) -> None:
    page = teacher.get(AT).text
    key = re.findall(r'name="key" value="(\w+)"', page)[0]
    first, again = (made(teacher, key=key) for _ in range(2))
    assert first == again
    assert teacher.get(AT).text.count(">Autumn</a>") == 1
    for name in ("", " ", "x" * 81, "a\u202eb", "a\x00b"):
        assert teacher.post(AT, data={"name": name}).status_code == 422
        assert teacher.post(first, data={"name": name}).status_code == 422
    assert teacher.post(first, data={"name": "<b>Spring</b> "}).status_code == 303
    assert "&lt;b&gt;Spring&lt;/b&gt;" in teacher.get(first).text
    assert "<b>Spring" not in teacher.get(first).text + teacher.get(AT).text


def test_assistants_see_and_change_nothing(sample_site: Site, teacher: TestClient) -> None:
    group, ada = made(teacher), student(sample_site)
    at = link(teacher, group)
    ada.post(at)
    assistant = named(sample_site, COURSE, "assistant")
    page = assistant.get(group).text
    assert "Ada" in page
    assert at not in page, "who has the link lets people in"
    assert "<form" not in page.split("<main", 1)[1].split("</main>", 1)[0]
    assert "<form" not in assistant.get(AT).text.split("<main", 1)[1].split("</main>", 1)[0]
    assert assistant.get(member(teacher, group)).status_code == 200


def test_a_role_that_is_taken_away_is_gone_at_once(sample_site: Site) -> None:
    account = sample_site.account(email="was@example.org")
    db = sample_site.db
    db.write_now(lambda conn: staffing.grant(conn, account.id, COURSE, "instructor", None, 1.0))
    client = sample_site.visitor()
    client.post("/sign-in", data={"email": "was@example.org", "password": PASSWORD})
    group = made(client)
    db.write_now(lambda conn: staffing.grant(conn, account.id, COURSE, "assistant", None, 1.0))
    assert client.get(group).status_code == 200
    assert client.post(group, data={"name": "Mine"}).status_code == 403
    db.write_now(lambda conn: staffing.revoke(conn, account.id, COURSE))
    assert client.get(group).status_code == 403


def test_a_table_is_a_line_each_and_begins_no_formula(sample_site: Site, teacher: TestClient) -> None:
    group = made(teacher, emails="1")
    at = link(teacher, group)
    names = ["=1+1", '+cmd|"/c calc"!A0', "-2", "@SUM(A1)", "Zoë, née Ł", " =2", "＝3"]
    for number, name in enumerate(names):
        student(sample_site, name, f"n{number}@example.org").post(at)
    found = rows(teacher, group, emails="1")
    assert len(found) == len(names)
    for row in found:
        assert row["name"][0] not in "=+-@＝ "
        assert row["email"].endswith("@example.org")
    assert {row["name"].lstrip("'") for row in found} == {" ".join(name.split()) for name in names}
    assert found[0].keys() >= {"id", "joined", "last_active", "xp", "mastered", "lesson:first", "skill:stacks"}
    assert "email" not in rows(teacher, group)[0]
    sent = teacher.post(f"{group}/roster.csv")
    assert sent.headers["content-disposition"] == 'attachment; filename="autumn.csv"'
    assert "no-store" in sent.headers["cache-control"]


def did(site: Site, name: str = "Ada", email: str = "ada@example.org") -> TestClient:
    """Somebody who answered something of every kind, wrongly and rightly."""
    ada = student(site, name, email)
    answer(ada, "weights", "1")
    answer(ada, "weights", "36864")
    ada.post("/courses/sample/questions/stacked/attempts", data={"unknown": "1"})
    answer(ada, "steps", ["i-conv", "i-add", "i-relu"])
    return ada


def statements(teacher: TestClient, group: str, **form: str) -> list[dict[str, Any]]:
    sent = teacher.post(f"{group}/xapi.json", data=form)
    assert sent.status_code == 200
    assert sent.headers["content-type"] == "application/json"
    found: list[dict[str, Any]] = sent.json()
    for one in found:
        statement(one)
    assert len({one["id"] for one in found}) == len(found)
    return found


def test_statements_are_well_formed_and_say_who_only_to_this_site(sample_site: Site, teacher: TestClient) -> None:
    group, ada = made(teacher), did(sample_site)
    ada.post(link(teacher, group))
    found = statements(teacher, group)
    verbs = [(one["verb"]["id"].rpartition("/")[2], one["object"]["id"].partition("/courses/")[2]) for one in found]
    assert verbs == [
        ("answered", "sample/questions/weights"),
        ("answered", "sample/questions/weights"),
        ("answered", "sample/questions/steps"),
        ("completed", "sample/lessons/second"),
    ], "nothing of what was not known"
    assert [one["result"].get("success") for one in found[:3]] == [False, True, True]
    assert (
        found[1]["context"]["contextActivities"]["parent"][0]["id"] == "http://testserver/courses/sample/lessons/first"
    )
    said = json.dumps(found)
    for never in ("Ada", "ada@example.org", "36864", "i-conv"):
        assert never not in said
    assert {one["timestamp"][10:] for one in found} == {"T00:00:00Z"}, "the day, never the time"
    assert {json.dumps(one["actor"]) for one in found} == {
        json.dumps(
            {
                "objectType": "Agent",
                "account": {"homePage": "http://testserver", "name": member(teacher, group).rpartition("/")[2]},
            }
        )
    }
    assert statements(teacher, group) == found, "taken out again, a store knows them"
    refused = teacher.post(f"{group}/xapi.json", data={"emails": "1"})
    assert refused.status_code == 422
    assert "xAPI statements, without addresses" in flat(ada.get("/me/classes").text)
    assert "with addresses" not in ada.get("/me/classes").text


def test_statements_say_what_an_answer_counts_as_since_it_was_regraded(sample_site: Site, teacher: TestClient) -> None:
    group, ada = made(teacher), did(sample_site)
    ada.post(link(teacher, group))
    before = statements(teacher, group)
    regraded = """
        INSERT INTO regraded_attempt (attempt_id, learner_id, regrade_id, course, question_id, correct, xp, created)
        SELECT min(id), min(learner_id), 'r', course, question_id, true, 0, 1e9 FROM attempt
        WHERE question_id = 'weights' AND answer != 'null' GROUP BY course, question_id
    """
    sample_site.db.write_now(lambda conn: conn.exec_driver_sql(regraded))
    after = statements(teacher, group)
    assert [one["result"]["success"] for one in (before[0], after[0])] == [False, True]
    assert after[0]["result"]["score"] == {"scaled": 1.0}
    assert before[0]["id"] != after[0]["id"], "a store takes it as another statement"
    assert after[1:] == before[1:]


def test_statements_name_people_only_where_that_was_said_and_chosen(sample_site: Site, teacher: TestClient) -> None:
    group, ada = made(teacher, emails="1"), did(sample_site, email="o'ada+cnn@example.org")
    page = flat(ada.get(link(teacher, group)).text)
    assert page.index("your email address") < page.index("It does not see")
    ada.post(link(teacher, group))
    assert "ada" not in json.dumps(statements(teacher, group))
    actor = statements(teacher, group, emails="1")[0]["actor"]
    assert actor == {"objectType": "Agent", "name": "Ada", "mbox": "mailto:o%27ada+cnn@example.org"}
    assert "with addresses" in ada.get("/me/classes").text


def test_mastery_is_told_with_the_day_on_which_a_review_showed_it(sample_site: Site, teacher: TestClient) -> None:
    group, ada = made(teacher), did(sample_site)
    ada.post(link(teacher, group))
    assert "mastered" not in json.dumps(statements(teacher, group))
    shown = "UPDATE review_card SET first_shown = 1e9, confirmed = 1.7e9, ceiling = 1 WHERE question_id = 'steps'"
    sample_site.db.write_now(lambda conn: conn.exec_driver_sql(shown))
    told = [one for one in statements(teacher, group) if one["verb"]["id"].endswith("mastered")]
    assert [one["object"]["id"] for one in told] == ["http://testserver/courses/sample/skills/block"]
    assert told[0]["timestamp"] == "2023-11-14T00:00:00Z"


def test_a_large_class_is_written_a_page_at_a_time(
    sample_site: Site, teacher: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_exports, "STUDENTS", 2)
    monkeypatch.setattr(class_exports, "ANSWERS", 1)
    group = made(teacher)
    at = link(teacher, group)
    for number in range(5):
        did(sample_site, f"N{number}", f"n{number}@example.org").post(at)
    assert len(statements(teacher, group)) == 5 * 4
    assert [row["name"] for row in rows(teacher, group)] == [f"N{number}" for number in range(5)]


def test_a_roster_has_pages(sample_site: Site, teacher: TestClient) -> None:
    group = made(teacher)
    id = group.rpartition("/")[2]

    def write(conn: Any) -> None:
        found = classes.find(conn, COURSE, id)
        assert found
        for number in range(52):
            learner = f"{number:032x}"
            learners.create_account(conn, learner, f"N{number:02}", f"{number}@example.org", "x", time.time())
            classes.join(conn, found, learner, time.time())

    sample_site.db.write_now(write)
    first, second = teacher.get(group).text, teacher.get(f"{group}?page=2").text
    assert (first.count("/members/"), second.count("/members/")) == (50, 2)
    assert "N51" in second
    assert "Nobody is on this page" in teacher.get(f"{group}?page=3").text
    assert teacher.get(f"{group}?page=0").status_code == 422


def test_guests_see_that_classes_are_for_accounts(sample_site: Site) -> None:
    assert "You are in no class" in sample_site.visitor().get("/me/classes").text


def test_the_own_data_tells_of_classes_by_name(sample_site: Site, teacher: TestClient) -> None:
    group, ada = made(teacher, "Herbst"), student(sample_site)
    ada.post(link(teacher, group))
    rows(teacher, group)
    told = ada.get("/me/export").json()
    assert [row["class_id"] for row in told["tables"]["class_member"]] == [group.rpartition("/")[2]]
    (one,) = told["classes"]
    assert (one["name"], one["course"], one["emails"], one["left"]) == ("Herbst", "sample", False, None)
    assert [export["format"] for export in one["exports"]] == ["csv"]
