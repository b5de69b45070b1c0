"""Roles given and taken away: by admins, by a course's instructors, and by nobody else; with a record of it."""

import re

import pytest
from sqlalchemy import Connection
from starlette.testclient import TestClient

from app.content.library import Library
from app.db import Database
from app.learning import learners, roles, staff
from app.learning.learners import Learner
from tests.content.courses import FOLDER
from tests.web.access import named
from tests.web.conftest import PASSWORD, Site
from tests.web.sample import flat

COURSE = "/studio/courses/small-course/people"


@pytest.fixture
def admin(site: Site) -> TestClient:
    return site.signed_in("admin", "root@example.org")


@pytest.fixture
def ada(site: Site) -> Learner:
    return site.account(email="ada@example.org")


def held(site: Site, account: Learner) -> staff.Staff:
    def read(conn: Connection) -> staff.Staff:
        now = learners.get(conn, account.id)
        assert now
        return staff.of(conn, now)

    return site.db.read_now(read)


def give(client: TestClient, role: str, email: str = "ada@example.org", **more: str) -> int:
    return client.post("/studio/people", data={"email": email, "role": role, **more}).status_code


def test_an_admin_gives_and_takes_roles_and_all_of_it_is_on_record(site: Site, admin: TestClient, ada: Learner) -> None:
    assert give(admin, "assistant", course="small-course") == 303
    assert held(site, ada).named == {"small-course": "assistant"}
    assert give(admin, "instructor", email=" ADA@example.org ", course="small-course") == 303
    assert held(site, ada).edits("small-course")
    page = flat(admin.get("/studio/people").text)
    assert "ada@example.org" in page
    assert page.count("by An admin") == 2
    assert give(admin, "none", course="small-course") == 303
    assert not held(site, ada).anywhere
    assert give(admin, "instructor") == 303
    assert held(site, ada).edits("any-course")
    assert give(admin, "student") == 303
    page = flat(admin.get("/studio/people").text)
    assert page.count("no longer staff, by An admin") == 2
    assert page.count("by An admin") == 5
    assert give(admin, "student") == 303
    assert flat(admin.get("/studio/people").text).count("by An admin") == 5, "nothing was changed, and nothing noted"


def test_the_last_admin_stays(site: Site, admin: TestClient, ada: Learner) -> None:
    sent = admin.post("/studio/people", data={"email": "root@example.org", "role": "student"})
    assert sent.status_code == 422
    assert "This is the last admin" in sent.text
    assert give(admin, "admin") == 303
    assert give(admin, "student", email="root@example.org") == 303
    assert admin.get("/studio/people").status_code == 403, "at once"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"email": "nobody@example.org", "role": "admin"}, 422),
        ({"email": "", "role": "admin"}, 422),
        ({"email": "ada@example.org", "role": "king"}, 422),
        ({"email": "ada@example.org", "role": "none"}, 422),
        ({"email": "ada@example.org", "role": "admin", "course": "small-course"}, 422),
        ({"email": "ada@example.org", "role": "assistant", "course": "no-course"}, 404),
    ],
)
def test_what_cannot_be_is_refused(
    site: Site, admin: TestClient, ada: Learner, form: dict[str, str], status: int
) -> None:
    assert admin.post("/studio/people", data=form).status_code == status
    assert not held(site, ada).anywhere


def test_a_search_finds_accounts_by_name_and_address(site: Site, admin: TestClient, ada: Learner) -> None:
    assert "ada@example.org" not in admin.get("/studio/people").text, "no staff"
    for words in ("ADA@", "an Student", "example.org"):
        assert "ada@example.org" in admin.get("/studio/people", params={"q": words}).text
    for words in ("%", "_", "zoe"):
        assert "ada@example.org" not in admin.get("/studio/people", params={"q": words}).text


def test_an_instructor_adds_staff_to_their_own_course(site: Site, ada: Learner) -> None:
    teacher = named(site, "small-course", "instructor")
    assert teacher.post(COURSE, data={"email": "ada@example.org", "role": "assistant"}).status_code == 303
    assert held(site, ada).named == {"small-course": "assistant"}
    page = teacher.get(COURSE).text
    assert "ada@example.org" in page
    own = re.findall(r"[0-9a-f]{32}@example.org", page)[0]
    last = teacher.post(COURSE, data={"email": own, "role": "none"})
    assert last.status_code == 422
    assert "last instructor" in last.text
    assert teacher.post(COURSE, data={"email": "ada@example.org", "role": "admin"}).status_code == 422
    assert teacher.post(COURSE, data={"email": "ada@example.org", "role": "instructor"}).status_code == 303
    assert teacher.post(COURSE, data={"email": own, "role": "none"}).status_code == 303
    assert teacher.get(COURSE).status_code == 403
    browser = site.visitor()
    browser.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD})
    assert browser.get(COURSE).status_code == 200


def test_an_assistant_sees_the_staff_without_changing_it(site: Site) -> None:
    named(site, "small-course", "instructor")
    page = named(site, "small-course", "assistant").get(COURSE).text
    assert "instructor" in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>", 1)[0]


def test_staff_of_a_course_is_told_of_its_problems_alone(site: Site) -> None:
    site.app.state.library = Library(FOLDER.parent / "wrong")
    for client, told in (
        (named(site, "wrong-course", "assistant"), True),
        (named(site, "small-course", "instructor"), False),
        (site.signed_in("assistant"), True),
    ):
        assert ("wrong-course/course.yaml" in client.get("/studio/problems").text) == told


def test_roles_on_both_databases(database: Database) -> None:
    def account(id: str) -> Learner:
        return database.write_now(
            lambda conn: learners.create_account(conn, id * 32, "Zoë 100%", f"{id}@example.org", "x", 1.0)
        )

    one, two = account("a"), account("b")
    database.write_now(lambda conn: roles.set_role(conn, one.id, "admin", None, 1.0))
    with pytest.raises(roles.LastOne):
        database.write_now(lambda conn: roles.set_role(conn, one.id, "instructor", None, 2.0))
    database.write_now(
        lambda conn: roles.set_course_role(conn, two.id, "c", "instructor", one.id, 3.0, may_empty=False)
    )
    with pytest.raises(roles.LastOne):
        database.write_now(lambda conn: roles.set_course_role(conn, two.id, "c", None, one.id, 4.0, may_empty=False))
    assert [
        (found.email, found.role, found.named) for found in database.read_now(lambda c: roles.people(c, "", 9))
    ] == [
        ("a@example.org", "admin", {}),
        ("b@example.org", "student", {"c": "instructor"}),
    ]
    assert len(database.read_now(lambda conn: roles.people(conn, "100%", 9))) == 2
    assert [found.id for found in database.read_now(lambda conn: roles.of_course(conn, "c"))] == [two.id]
    told = database.read_now(lambda conn: roles.changes(conn))
    assert [(one.course, one.role, one.by_operator) for one in told] == [
        ("c", "instructor", False),
        ("*", "admin", True),
    ]
    assert database.read_now(lambda conn: roles.changes(conn, "d")) == []
