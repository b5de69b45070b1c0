"""Who may do what: every route of the application, asked by everyone there is. A route that is not listed fails.

To add a route: a row in ACCESS here, or in a file of its own under ``access/`` (say which rows the noun has, how each
is asked, and which objects of another course it must not reach: see ``access/__init__.py``); and, for what changes
something, how it is asked, in ``routes.BODIES``.
"""

import shutil
import time
from collections.abc import Mapping
from types import ModuleType

import pytest
from starlette.testclient import TestClient

from app.content.library import Library
from app.learning import learners
from app.web import online
from tests.content.courses import FOLDER
from tests.web.access import (
    ACCOUNTS,
    EVERYONE,
    HERE,
    OTHER,
    SEE_OTHER,
    bodies,
    cast,
    nobody,
    nouns,
    objects,
)
from tests.web.conftest import Site
from tests.web.routes import ABSENT, SAFE, THERE, Asked, commented, ended_run, filled, routes

#: What each of CAST is answered, by (method, path).
ACCESS: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "/"): EVERYONE,
    ("GET", "/courses/{course}"): EVERYONE,
    ("GET", "/courses/{course}/skills/{skill}"): EVERYONE,
    ("GET", "/courses/{course}/skills/{skill}/test"): SEE_OTHER,
    ("GET", "/courses/{course}/skills/{skill}/tests/{test}"): EVERYONE,
    ("POST", "/courses/{course}/skills/{skill}/tests/{test}"): SEE_OTHER,
    ("GET", "/courses/{course}/skills/{skill}/recall"): EVERYONE,
    ("GET", "/courses/{course}/glossary"): EVERYONE,
    ("GET", "/courses/{course}/media/{name:path}"): EVERYONE,
    ("GET", "/courses/{course}/lessons/{lesson}"): EVERYONE,
    ("GET", "/courses/{course}/lessons/{lesson}/mine"): EVERYONE,
    ("GET", "/courses/{course}/lessons/{lesson}/print"): EVERYONE,
    ("GET", "/courses/{course}/questions/{question}"): EVERYONE,
    ("POST", "/courses/{course}/questions/{question}/attempts"): SEE_OTHER,
    ("POST", "/courses/{course}/questions/{question}/hints"): SEE_OTHER,
    ("POST", "/courses/{course}/questions/{question}/variants"): SEE_OTHER,
    # That question asks for no network.
    ("GET", "/courses/{course}/questions/{question}/sent/{experiment}"): nobody(404),
    ("GET", "/courses/{course}/labs/{lab}"): EVERYONE,
    ("POST", "/courses/{course}/labs/{lab}/runs"): SEE_OTHER,
    ("GET", "/courses/{course}/walkthroughs/{walkthrough}"): EVERYONE,
    ("POST", "/courses/{course}/labs/{lab}/predictions"): SEE_OTHER,
    ("GET", "/lab"): EVERYONE,
    ("GET", "/lab/{experiment}"): EVERYONE,
    ("POST", "/lab/{experiment}/runs"): SEE_OTHER,
    ("GET", "/runs/{run_id}"): EVERYONE,
    ("GET", "/runs/{run_id}/stream"): EVERYONE,
    # The run that is there has failed.
    ("GET", "/runs/{run_id}/result.json"): EVERYONE,
    ("GET", "/runs/{run_id}/result.csv"): EVERYONE,
    ("GET", "/runs/{run_id}/figure.svg"): EVERYONE,
    ("GET", "/runs/{run_id}/network.py"): EVERYONE,
    ("GET", "/runs/{run_id}/network.ipynb"): EVERYONE,
    ("GET", "/runs/{run_id}/with"): nobody(422),
    ("GET", "/runs/{run_id}/with/{other_id}"): EVERYONE,
    ("POST", "/runs/{run_id}/cancel"): SEE_OTHER,
    ("POST", "/runs/{run_id}/fresh"): SEE_OTHER,
    ("GET", "/nexus"): EVERYONE,
    ("GET", "/courses/{course}/nexus"): EVERYONE,
    # That question asks for no network.
    ("GET", "/courses/{course}/nexus/{question}"): nobody(404),
    # No run is named.
    ("GET", "/nexus/new"): nobody(404),
    ("POST", "/nexus/shares"): SEE_OTHER,
    ("POST", "/nexus/name"): nobody(422),
    ("GET", "/nexus/mine"): EVERYONE,
    ("GET", "/nexus/mine.json"): EVERYONE,
    ("POST", "/nexus/mine/comments/{comment_id}/delete"): nobody(404),
    # The share that is there is another's, by link.
    ("GET", "/api/v1/shares"): EVERYONE,
    ("POST", "/api/v1/shares"): nobody(201),
    ("GET", "/api/v1/shares/{token}"): EVERYONE,
    ("PATCH", "/api/v1/shares/{token}"): nobody(404),
    ("DELETE", "/api/v1/shares/{token}"): nobody(404),
    ("GET", "/nexus/s/{token}"): EVERYONE,
    ("GET", "/nexus/s/{token}/lab"): EVERYONE,
    ("POST", "/nexus/s/{token}/runs"): SEE_OTHER,
    ("POST", "/nexus/s/{token}"): nobody(404),
    ("POST", "/nexus/s/{token}/delete"): nobody(404),
    ("POST", "/nexus/s/{token}/restore"): nobody(404),
    ("GET", "/nexus/s/{token}/comments"): EVERYONE,
    ("POST", "/nexus/s/{token}/comments"): (403, 422, 422, 422, 422, 422),  # no name is chosen
    # The comment that is there is another's.
    ("POST", "/nexus/s/{token}/comments/{comment_id}/delete"): nobody(404),
    ("POST", "/nexus/s/{token}/comments/{comment_id}/restore"): nobody(404),
    ("POST", "/nexus/s/{token}/comments/{comment_id}/report"): SEE_OTHER,
    ("POST", "/nexus/s/{token}/comments/{comment_id}/hide"): (404, 404, 404, 303, 404, 303),
    ("POST", "/nexus/s/{token}/comments/{comment_id}/show"): (404, 404, 404, 303, 404, 303),
    ("POST", "/nexus/s/{token}/report"): SEE_OTHER,
    # An instructor looks after what is shared in their own course. Once one hid it, it is there for nobody else.
    ("POST", "/nexus/s/{token}/hold"): (404, 404, 404, 303, 404, 404),
    ("GET", "/nexus/online"): EVERYONE,
    ("GET", "/nexus/online/stream"): EVERYONE,
    ("POST", "/nexus/online"): nobody(422),
    ("POST", "/nexus/here"): nobody(404),
    ("GET", "/studio/reports"): (404, 403, 403, 200, 200, 200),
    ("POST", "/studio/reports/{report_id}/settle"): (404, 403, 403, 404, 404, 404),
    ("POST", "/studio/reports/held/{share_id}/release"): (404, 403, 403, 404, 404, 404),
    ("GET", "/me"): EVERYONE,
    ("GET", "/me/xp"): EVERYONE,
    ("GET", "/me/export"): EVERYONE,
    ("GET", "/me/delete"): EVERYONE,
    # Unticked here; done in test_own_data.
    ("POST", "/me/delete"): nobody(422),
    ("POST", "/me/time"): SEE_OTHER,
    ("POST", "/me/time/reports"): nobody(204),
    ("POST", "/me/time/delete"): SEE_OTHER,
    ("POST", "/me/tokens"): ACCOUNTS,
    # The token in the path is nobody's here; its owner's is revoked in test_account.
    ("POST", "/me/tokens/{token_id}/revoke"): (403, 404, 404, 404, 404, 404),
    ("GET", "/me/plan"): EVERYONE,
    ("POST", "/me/plan/goal"): SEE_OTHER,
    ("POST", "/me/plan/time-zone"): SEE_OTHER,
    ("POST", "/me/plan/feed"): ACCOUNTS,
    ("POST", "/me/plan/feed/revoke"): SEE_OTHER,
    ("GET", "/review"): EVERYONE,
    ("POST", "/review"): SEE_OTHER,
    # Nobody has learnt anything here; sets are answered, and kept from others, in test_reviews.
    ("GET", "/review/{review}"): nobody(404),
    ("POST", "/review/{review}/next"): nobody(404),
    ("POST", "/review/{review}/end"): nobody(404),
    ("GET", "/review/calendar.ics"): EVERYONE,
    ("GET", "/calendar/{secret}.ics"): nobody(404),
    ("GET", "/account/new"): (200, 303, 303, 303, 303, 303),
    ("POST", "/account/new"): SEE_OTHER,
    ("GET", "/sign-in"): EVERYONE,
    ("POST", "/sign-in"): nobody(422),
    ("POST", "/sign-out"): SEE_OTHER,
    ("POST", "/language"): SEE_OTHER,
    # Guests are not told that there is a studio.
    ("GET", "/studio/problems"): (404, 403, 200, 200, 200, 200),
    ("GET", "/search"): EVERYONE,
    # What a script puts into the lesson; without one, the way to it.
    ("GET", "/courses/{course}/lessons/{lesson}/notes"): SEE_OTHER,
    ("POST", "/courses/{course}/lessons/{lesson}/notes"): SEE_OTHER,
    ("POST", "/courses/{course}/lessons/{lesson}/bookmarks"): SEE_OTHER,
    # The link in the path leads nowhere, and nobody is in that class: test_studio_classes.
    ("GET", "/join/{secret}"): nobody(404),
    ("POST", "/join/{secret}"): nobody(404),
    ("GET", "/me/classes"): EVERYONE,
    ("POST", "/me/classes/{class_id}/leave"): nobody(404),
    ("POST", "/me/classes/{class_id}/return"): nobody(404),
    ("GET", "/me/notes"): EVERYONE,
    ("GET", "/me/notes.md"): EVERYONE,
    # The note in the path is nobody's here; its owner's is changed in test_notes.
    ("POST", "/me/notes/{note}"): nobody(404),
    ("POST", "/me/notes/{note}/delete"): nobody(404),
    ("POST", "/me/notes/{note}/restore"): nobody(404),
    ("GET", "/me/bookmarks"): EVERYONE,
    ("POST", "/me/bookmarks/remove"): SEE_OTHER,
    ("GET", "/help"): EVERYONE,
    ("GET", "/sw.js"): EVERYONE,
    ("GET", "/manifest.webmanifest"): EVERYONE,
    ("GET", "/offline"): EVERYONE,
    ("GET", "/courses/{course}/offline"): EVERYONE,
    ("GET", "/accessibility"): EVERYONE,
    ("GET", "/healthz"): EVERYONE,
    ("GET", "/readyz"): nobody(503),  # no lab is started here
    ("GET", "/static"): EVERYONE,
    ("GET", "/api/openapi.json"): EVERYONE,
    ("GET", "/api/docs"): EVERYONE,
    ("GET", "/api/v1/courses"): EVERYONE,
    ("GET", "/api/v1/courses/{course}"): EVERYONE,
    ("GET", "/api/v1/courses/{course}/skills"): EVERYONE,
    ("GET", "/api/v1/courses/{course}/lessons/{lesson}"): EVERYONE,
    ("GET", "/api/v1/courses/{course}/questions/{question}"): EVERYONE,
    ("POST", "/api/v1/courses/{course}/questions/{question}/attempts"): EVERYONE,
    ("POST", "/api/v1/runs"): nobody(202),
    ("GET", "/api/v1/runs/{run_id}"): EVERYONE,
    ("GET", "/api/v1/runs/{run_id}/events"): EVERYONE,
    ("DELETE", "/api/v1/runs/{run_id}"): EVERYONE,
    ("GET", "/api/v1/experiments"): EVERYONE,
    ("GET", "/api/v1/search"): EVERYONE,
    ("GET", "/api/v1/courses/{course}/skills/{skill}/test"): EVERYONE,
    ("POST", "/api/v1/courses/{course}/skills/{skill}/tests/{test}"): EVERYONE,
    ("GET", "/api/v1/me"): EVERYONE,
    ("GET", "/api/v1/me/reviews"): EVERYONE,
    ("POST", "/api/v1/reviews"): EVERYONE,
    ("GET", "/api/v1/reviews/{review}"): nobody(404),
    ("POST", "/api/v1/reviews/{review}/answers"): nobody(404),
}


#: What makes an ended run go on, and what changes who is asking.
LAST = ("/runs/{run_id}/fresh", "/account/new", "/sign-out")
#: The nouns of the studio, each with its rows.
STUDIO = nouns()
ALL = {**ACCESS, **{at: row for noun in STUDIO for at, row in noun.ROWS.items()}}
ASKED = bodies()


@pytest.fixture(autouse=True)
def _nobody_listens_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is here is told once, not for ever."""
    monkeypatch.setattr(online, "LISTENING", 0.0)


@pytest.fixture
def two(site: Site) -> Site:
    """The site with two courses that differ in nothing but their names, in a folder of its own."""
    folder = site.app.state.settings.lessons
    for name in (HERE, OTHER):
        shutil.copytree(FOLDER / HERE, folder / name)
    site.app.state.library = Library(folder)
    return site


def ask(client: TestClient, method: str, path: str, url: str) -> int:
    asked: Asked | None = ASKED.get((method, path))
    assert asked is not None or method in SAFE, f"tests/web/routes.py does not know how to ask {method} {path}"
    given = asked or Asked()
    return client.request(method, url, data=given.data, json=given.json, files=given.files).status_code


def differing(
    clients: Mapping[str, TestClient], rows: Mapping[tuple[str, str], tuple[int, ...]], there: Mapping[str, str]
) -> list[object]:
    """The rows that were answered otherwise."""
    wrong: list[object] = []
    for (method, path), allowed in rows.items():
        url = "/static/app.css" if path == "/static" else filled(path, there)
        got = tuple(ask(client, method, path, url) for client in clients.values())
        if got != allowed:
            wrong.append((method, path, got, allowed))
    return wrong


def test_every_route_is_listed(site: Site) -> None:
    assert set(routes(site.app)) == ALL.keys()
    assert len(ALL) == len(ACCESS) + sum(len(noun.ROWS) for noun in STUDIO), "no route has two rows"


def test_everyone_gets_what_they_may(site: Site) -> None:
    run = ended_run(site)
    there = {**THERE, "run_id": run, "other_id": run} | commented(site)
    there |= dict.fromkeys(("token_id", "review", "secret"), "nobodys")
    clients = cast(site)
    first = {at: row for at, row in ACCESS.items() if at[1] not in LAST or at[0] != "POST"}
    last = {("POST", path): ACCESS["POST", path] for path in LAST}
    assert differing(clients, first, there) + differing(clients, last, there) == []


@pytest.mark.parametrize("noun", STUDIO, ids=lambda noun: noun.__name__.rpartition(".")[2])
def test_the_studio_is_open_to_its_staff(two: Site, noun: ModuleType) -> None:
    there = {**THERE, **objects(noun, "there", two)}
    assert differing(cast(two), noun.ROWS, there) == []


@pytest.mark.parametrize("noun", STUDIO, ids=lambda noun: noun.__name__.rpartition(".")[2])
def test_nobody_reaches_another_course_s_objects(two: Site, noun: ModuleType) -> None:
    """Neither through the address of one's own course, nor through theirs."""
    here, other = objects(noun, "there", two), objects(noun, "elsewhere", two)
    clients = cast(two)
    own, admin, student = clients["instructor"], clients["admin"], clients["student"]
    wrong: list[object] = []
    for method, path in noun.ROWS:
        if "/courses/{course}" not in path:
            continue
        through_theirs = filled(path, {**THERE, **here, **other, "course": OTHER})
        for client in (own, student):
            if (got := ask(client, method, path, through_theirs)) != 403:
                wrong.append((method, through_theirs, got))
        # Each object in turn is the other course's, so that the rest cannot hide that it is not looked for.
        for name in (name for name in other if f"{{{name}}}" in path):
            through_ours = filled(path, {**THERE, **here, name: other[name]})
            for client in (own, admin):
                if (got := ask(client, method, path, through_ours)) != 404:
                    wrong.append((method, through_ours, got))
    assert wrong == []


def test_what_is_not_there_is_not_found_by_anyone(site: Site) -> None:
    wrong = []
    exists = {**THERE, "run_id": ended_run(site)} | commented(site)
    clients = cast(site).values()
    for method, path in ACCESS:
        if "{" not in path or path.startswith(("/me/tokens", "/studio/")):
            continue
        # Each object in turn is absent, so that the others on the way cannot hide that it is not looked for.
        named = [name for name in ABSENT if f"{{{name}}}" in path]
        for name in named:
            url = filled(path, {**exists, name: ABSENT[name]})
            got = {ask(client, method, path, url) for client in clients}
            if got != {404}:
                wrong.append((method, url, got))
    assert wrong == []


def test_a_token_is_revoked_by_its_owner_alone(site: Site) -> None:
    owner, other = site.account(), site.signed_in("admin")
    secret = site.token(owner)
    (held,) = site.db.read_now(lambda conn: learners.tokens(conn, owner.id))
    assert other.post(f"/me/tokens/{held.id}/revoke").status_code == 404
    assert site.visitor().post(f"/me/tokens/{held.id}/revoke").status_code == 403
    program = site.program(authorization=f"Bearer {secret}")
    assert program.get("/api/v1/me").json()["id"] == owner.id
    assert program.post(f"/me/tokens/{held.id}/revoke").status_code == 303
    assert program.get("/api/v1/me").status_code == 401


def test_nobody_sees_what_another_did(site: Site) -> None:
    one, other = site.visitor(), site.visitor()
    one.get("/")
    other.get("/")
    answered = one.post("/api/v1/courses/small-course/questions/kernel-reach/attempts", json={"answer": None})
    assert answered.status_code == 200
    assert len(one.get("/api/v1/me").json()["attempts"]) == 1
    assert other.get("/api/v1/me").json()["attempts"] == []
    page = other.get("/courses/small-course/lessons/first-steps?mine=1").text
    assert answered.json()["explanation"] not in page


def test_a_run_is_stopped_only_by_those_who_wait_for_it(site: Site) -> None:
    owner, other = site.visitor(), site.visitor()
    run = owner.post("/api/v1/runs", json={"experiment": "parameters", "network": "vgg11"}).json()
    assert other.delete(f"/api/v1/runs/{run['id']}").json()["status"] == "queued"
    assert other.post(f"/runs/{run['id']}/cancel").status_code == 303
    assert owner.get(f"/api/v1/runs/{run['id']}").json()["status"] == "queued"
    assert owner.delete(f"/api/v1/runs/{run['id']}").json()["status"] == "cancelled"


def test_an_attempt_key_of_another_student_tells_nothing(site: Site) -> None:
    one, other = site.visitor(), site.visitor()
    url = "/api/v1/courses/small-course/questions/kernel-reach/attempts"
    options = one.get(url.removesuffix("/attempts")).json()["options"]
    body = {"answer": options[0]["id"], "attempt_key": "the-same-key"}
    one.post(url, json=body)
    second = other.post(url, json={**body, "answer": options[1]["id"]}).json()
    assert second["repeated"] is False
    assert [part["option"] for part in second["feedback"]] == [options[1]["id"]]


def test_a_role_that_is_taken_away_is_gone_at_once(site: Site) -> None:
    client = site.signed_in("instructor", "was@example.org")
    assert client.get("/studio/problems").status_code == 200
    account = site.db.read_now(lambda conn: learners.by_email(conn, "was@example.org"))
    assert account is not None
    site.db.write_now(lambda conn: learners.set_role(conn, account.id, "student"))
    assert client.get("/studio/problems").status_code == 403


def test_a_guest_who_signed_in_since_is_refused_and_loses_nothing(site: Site) -> None:
    browser = site.visitor()
    url = "/api/v1/courses/small-course/questions/kernel-reach/attempts"
    browser.post(url, json={"answer": None, "attempt_key": "before"})
    old = dict(browser.cookies)
    account = site.account()
    guest = browser.get("/api/v1/me").json()["id"]
    site.db.write_now(lambda conn: learners.merge(conn, guest, account.id, time.time()))
    late = site.visitor()
    late.cookies.update(old)
    assert late.cookies, "the cookie of before"
    refused = late.post(url, json={"answer": None, "attempt_key": "late"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/docs#problem-signed-in-since")
    assert "set-cookie" not in refused.headers
