"""Ways into the studio that a walk through its routes does not take: other methods, old roles, kept pages, names."""

import time
from collections.abc import Mapping

import pytest
from starlette.testclient import TestClient

from app.content.library import Library
from app.learning import learners, staff
from app.studio import classes
from app.studio.archives import packed
from tests.web.access import CAST, HERE, OTHER, cast, named, nouns, objects
from tests.web.access.classes import joined
from tests.web.conftest import PASSWORD, Site
from tests.web.routes import NOTHING, THERE, filled
from tests.web.test_access import ask, two

__all__ = ["two"]

STUDIO = nouns()
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")


def addresses(site: Site) -> Mapping[str, set[str]]:
    """The methods of every route of the studio, by its address in HERE."""
    found: dict[str, set[str]] = {}
    for noun in STUDIO:
        there = {**THERE, **objects(noun, "there", site)}
        for method, path in noun.ROWS:
            found.setdefault(filled(path, there), set()).add(method)
    return found


def test_no_other_method_opens_a_door(two: Site) -> None:
    """HEAD is GET without its body; what a route does not take, it takes from nobody."""
    clients = cast(two)
    wrong: list[object] = []
    for url, known in addresses(two).items():
        for who in ("guest", "student", "assistant", "stranger"):
            for method in METHODS:
                if method in known or (method == "HEAD" and "GET" in known):
                    continue
                if (got := clients[who].request(method, url).status_code) < 400:
                    wrong.append((who, method, url, got))
        if "GET" in known:
            seen = [clients[who].head(url) for who in ("guest", "student", "stranger")]
            if any(one.content for one in seen) or [one.status_code for one in seen[:2]] != [404, 403]:
                wrong.append(("HEAD", url, [one.status_code for one in seen]))
    assert wrong == []


def test_nothing_of_the_studio_is_kept_by_a_browser_or_on_the_way(two: Site) -> None:
    admin = cast(two)["admin"]
    wrong: list[object] = []
    for url, methods in addresses(two).items():
        if "GET" not in methods or "/studio/help/images/" in url:
            continue
        answer = admin.get(url)
        kept = answer.headers.get("cache-control", "")
        if (answer.status_code == 200 and "no-store" not in kept) or "receptive-keep" in answer.headers:
            wrong.append((url, answer.status_code, kept))
    assert wrong == []


def test_a_role_that_was_taken_away_opens_nothing_any_more(two: Site) -> None:
    """Whatever page is still open in the browser: each request is judged anew."""
    account, client = two.account(), two.visitor()
    two.db.write_now(lambda conn: staff.grant(conn, account.id, HERE, "instructor", None, time.time()))
    client.post("/sign-in", data={"email": account.email or "", "password": PASSWORD})
    there = {noun: {**THERE, **objects(noun, "there", two)} for noun in STUDIO}
    assert client.get(f"/studio/courses/{HERE}").status_code == 200
    two.db.write_now(lambda conn: staff.revoke(conn, account.id, HERE))
    wrong = []
    for noun in STUDIO:
        for method, path in noun.ROWS:
            if (got := ask(client, method, path, filled(path, there[noun]))) != 403:
                wrong.append((method, path, got))
    assert wrong == []


def test_a_program_may_what_its_owner_may(two: Site) -> None:
    """A token is no way around: neither an old one of staff that is staff no longer, nor a student's."""
    teacher, student = two.account(), two.account()
    two.db.write_now(lambda conn: staff.grant(conn, teacher.id, HERE, "instructor", None, time.time()))
    programs = [two.program(authorization=f"Bearer {two.token(who)}") for who in (teacher, student)]
    at = f"/studio/courses/{HERE}/classes"
    assert [one.post(at, data={"name": "A class"}).status_code for one in programs] == [303, 403]
    two.db.write_now(lambda conn: learners.set_role(conn, teacher.id, "assistant"))
    two.db.write_now(lambda conn: staff.revoke(conn, teacher.id, HERE))
    assert [one.post(at, data={"name": "A class"}).status_code for one in programs] == [403, 403]


OTHERWISE = ("../small-course", "%2e%2e", "small-course/../other-course", "*", "Small-Course", "small-course%00")


@pytest.mark.parametrize("slug", OTHERWISE)
def test_no_other_name_leads_to_a_course(two: Site, slug: str) -> None:
    instructor, stranger = named(two, HERE, "instructor"), named(two, OTHER, "instructor")
    for rest in ("", "/classes", "/people", "/publish", "/files/first-steps.md", "/archive.zip"):
        for client, may in ((instructor, HERE), (stranger, OTHER)):
            answer = client.get(f"/studio/courses/{slug}{rest}")
            # The client has worked the dots out by itself, and asked for what is left.
            assert answer.status_code >= 400 or may in str(answer.url), (slug, rest, answer.url)


@pytest.mark.parametrize(
    "file", ["..%2Fcourse.yaml", "%2e%2e", ".git", "course.yaml%00", "media", "media%2Fblock.png", "x.py"]
)
def test_no_other_file_is_written(two: Site, file: str) -> None:
    instructor = named(two, HERE, "instructor")
    at = f"/studio/courses/{HERE}/files/{file}"
    assert instructor.get(at).status_code == 404
    assert instructor.put(f"{at}/draft", json={"text": "x", "version": 0}).status_code in (404, 405)
    assert instructor.post(f"{at}/merge", data={"version": "0", "text": "x"}).status_code in (404, 405)


def test_an_archive_goes_over_no_course_of_others(two: Site) -> None:
    stranger, admin = named(two, OTHER, "instructor"), two.signed_in("admin")
    archive = admin.get(f"/studio/courses/{HERE}/archive.zip").content
    folder = two.app.state.library.folders()[HERE]
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for course in (HERE, f" {HERE} ", "", f"../{HERE}", f"{HERE}/"):
        sent = stranger.post(
            "/studio/courses/archive",
            data={"course": course},
            files={"file": ("a.zip", archive, "application/zip")},
        )
        assert sent.status_code in (403, 422), (course, sent.status_code)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert set(two.app.state.library.folders()) == {HERE, OTHER}


def test_who_takes_the_address_of_a_course_that_was_gets_nothing_of_it(two: Site) -> None:
    """A course whose folder is gone has left classes and staff behind."""
    group, _ = joined(two, "gone-course")
    maker, admin = named(two, HERE, "instructor"), two.signed_in("admin")
    form = {"title": "A new one", "slug": "gone-course"}
    yaml = b"title: A new one\nsummary: Nothing.\n"
    zipped = {"file": ("a.zip", packed({"gone-course/course.yaml": yaml}), "application/zip")}
    assert maker.post("/studio/courses", data=form).status_code == 422
    assert maker.post("/studio/courses/archive", files=zipped).status_code == 409
    assert maker.get(f"/studio/courses/gone-course/classes/{group.id}").status_code == 403
    assert "gone-course" not in two.app.state.library.folders()
    assert admin.post("/studio/courses", data=form).status_code == 303


def test_the_secrets_of_a_class_are_told_to_its_instructors_alone(two: Site) -> None:
    group, its = joined(two, HERE)
    clients = cast(two)
    for who in CAST:
        pages = [f"/studio/courses/{HERE}/classes{rest}" for rest in ("", f"/{group.id}")]
        said = "".join(clients[who].get(page).text for page in [*pages, "/me/classes", "/me/export"])
        assert (group.secret in said) == (who in ("instructor", "admin")), who
        assert its.member.learner_id not in said, who
    two.db.write_now(lambda conn: classes.change(conn, group.id, closed=time.time()))
    assert [clients[who].get(f"/join/{group.secret}").status_code for who in CAST] == [404] * 6


def test_the_library_here_is_the_one_that_was_meant(two: Site) -> None:
    assert isinstance(two.app.state.library, Library)
    assert filled("/studio/x/{nothing}", {}) == f"/studio/x/{NOTHING}"


def test_a_student_s_own_address_is_no_member_s(two: Site) -> None:
    """A learner's id opens nothing where a member is named: in addresses they have another name in each class."""
    group, its = joined(two, HERE)
    admin: TestClient = two.signed_in("admin")
    at = f"/studio/courses/{HERE}/classes/{group.id}/members"
    assert admin.get(f"{at}/{its.member.learner_id}").status_code == 404
    assert admin.get(f"{at}/{its.member.code}").status_code == 200
