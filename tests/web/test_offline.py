"""What a browser may keep and from where it takes its worker: headers, versions, and who may send what waited."""

import re

import pytest
from starlette.testclient import TestClient

from app.content.library import Library
from app.main import create_app
from app.settings import Settings
from app.web import offline, pages
from app.web.security import CSP
from tests.web.conftest import Site

LESSON = "/courses/small-course/lessons/first-steps"
QUESTION = "/courses/small-course/questions/kernel-reach"


def test_the_worker_comes_from_one_address_with_the_sites_policy(client: TestClient) -> None:
    worker = client.get("/sw.js")
    assert worker.headers["content-type"] == "text/javascript; charset=utf-8"
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-security-policy"] == CSP
    assert "worker-src 'self'" in CSP
    assert "service-worker-allowed" not in worker.headers
    same = client.get("/sw.js", headers={"if-none-match": worker.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_all_that_the_worker_names_is_there_by_its_hash(client: TestClient) -> None:
    named = re.findall(r'"(/static/[^"]+)"', client.get("/sw.js").text)
    assert len(named) == len(offline.NEEDED) + len(offline.PARTS)
    for url in named:
        answer = client.get(url)
        assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True), url


def test_every_script_of_the_worker_is_one_that_it_names() -> None:
    there = {path.stem for path in (pages.assets.folder / "js" / "worker").iterdir()}
    assert there == {*offline.PARTS, "gone"}


def test_another_style_makes_another_worker(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = client.get("/sw.js")
    monkeypatch.setattr(type(pages.assets), "version", "another")
    after = client.get("/sw.js")
    assert before.text != after.text
    assert before.headers["etag"] != after.headers["etag"]


@pytest.mark.parametrize("path", ["/static/app.js", "/courses/small-course/media/block.png", "/me", "/sw.js/"])
def test_no_other_file_becomes_a_worker(client: TestClient, path: str) -> None:
    refused = client.get(path, headers={"service-worker": "script"})
    assert (refused.status_code, "javascript" in refused.headers["content-type"]) == (403, False)
    assert client.get("/sw.js", headers={"service-worker": "script"}).status_code == 200


def test_a_page_for_everyone_is_no_script(client: TestClient) -> None:
    page = client.get(LESSON, headers={"service-worker": "script"})
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["x-content-type-options"] == "nosniff"


def test_an_operator_can_take_it_back(settings: Settings, small_library: Library) -> None:
    app = create_app(settings.model_copy(update={"offline": False}))
    app.state.library = small_library
    with Site(app) as site:
        body = site.visitor().get("/sw.js").text
    assert "js/worker/gone.js" in body
    assert "events.js" not in body


@pytest.mark.parametrize(
    ("path", "keep"),
    [
        (LESSON, "everyone"),
        ("/courses/small-course/media/block.png", "everyone"),
        (f"{LESSON}/mine", "mine"),
        ("/", "mine"),
        ("/courses/small-course", "mine"),
        ("/courses/small-course/glossary", "mine"),
        ("/courses/small-course/labs/one-layer?fragment=pane", "mine"),
        ("/help", "mine"),
        ("/me", None),
        ("/me/xp", None),
        ("/account/new", None),
        ("/lab", None),
        ("/api/v1/me", None),
        (QUESTION, None),
        (f"{LESSON}?mine=1", None),
        ("/nowhere", None),
    ],
)
def test_an_answer_says_whether_it_may_be_kept(client: TestClient, path: str, keep: str | None) -> None:
    assert client.get(path).headers.get("receptive-keep") == keep


def test_an_answer_says_whom_it_is_for(site: Site) -> None:
    one, other = site.visitor(), site.visitor()
    tag = one.get(f"{LESSON}/mine").headers["receptive-who"]
    assert re.fullmatch(r"g\.[\w-]{16}", tag)
    assert one.get("/").headers["receptive-who"] == tag
    assert other.get("/").headers["receptive-who"] != tag
    # An account made of a guest is the same learner; one who signs out is another.
    one.post("/account/new", data={"name": "N", "email": "n@example.org", "password": "long enough to do"})
    assert one.get("/").headers["receptive-who"] == f"a.{tag[2:]}"
    assert one.post("/sign-out").headers["receptive-who"][2:] != tag[2:]
    assert one.get("/").headers["receptive-who"][2:] != tag[2:]


def test_what_one_answered_is_not_recorded_for_another(site: Site) -> None:
    one, other = site.visitor(), site.visitor()
    tag = one.get("/").headers["receptive-who"]
    other.get("/")
    body = {"unknown": "1", "attempt_key": "waited"}
    refused = other.post(f"{QUESTION}/attempts", data=body, headers={"receptive-who": tag, "hx-request": "true"})
    assert refused.status_code == 409
    assert other.get("/api/v1/me").json()["attempts"] == []
    for _ in range(2):
        taken = one.post(f"{QUESTION}/attempts", data=body, headers={"receptive-who": tag, "hx-request": "true"})
        assert taken.status_code == 200
    assert one.get("/api/v1/me").json()["attempts"][0]["attempts"] == 1


def test_what_is_to_be_kept_of_a_course_is_there(client: TestClient) -> None:
    listed = client.get("/courses/small-course/offline").json()
    assert len(listed["pages"]) > 5
    for url in listed["pages"]:
        assert client.get(url).headers["receptive-keep"] in {"everyone", "mine"}, url
    # Keeping is not opening: nothing is noted of it.
    assert "Where you left off" not in client.get("/").text
    for url in listed["parts"]:
        assert client.get(url).status_code == 200


def test_the_manifest_names_icons_that_are_there(client: TestClient) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    body = answer.json()
    assert (body["start_url"], body["scope"], body["display"]) == ("/", "/", "minimal-ui")
    for icon in body["icons"]:
        sent = client.get(icon["src"])
        assert (sent.status_code, sent.headers["content-type"]) == (200, icon["type"])
        assert sent.headers["x-content-type-options"] == "nosniff"


def test_the_page_that_is_fallen_back_to_is_nobodys_in_particular(site: Site) -> None:
    student = site.signed_in()
    guest = site.visitor()
    assert student.get("/offline").text == guest.get("/offline").text
