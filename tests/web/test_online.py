"""Who is here: by choice, by beats, and no longer than that."""

import time

import pytest
from starlette.testclient import TestClient

from app.learning import presence
from app.web import online
from tests.web.conftest import Site
from tests.web.routes import ended_run


@pytest.fixture
def ada(site: Site) -> TestClient:
    return site.signed_in()


def seen_by(who: TestClient, path: str = "/nexus") -> str:
    text = who.get(path).text
    return text.partition('class="online__now"')[2].partition("</div>")[0]


def test_nobody_is_seen_who_did_not_choose_to_be(site: Site, ada: TestClient) -> None:
    assert ada.post("/nexus/here", data={"course": "small-course"}).status_code == 404
    assert "Nobody who wants to be seen is here now" in seen_by(site.visitor())
    assert site.visitor().post("/nexus/here").status_code == 404


def test_whoever_chose_is_seen_while_a_page_is_in_sight(site: Site, ada: TestClient) -> None:
    refused = ada.post("/nexus/online", data={"seen": "1"})
    assert refused.status_code == 422
    assert "Choose a name" in refused.text
    assert ada.post("/nexus/online", data={"seen": "1", "name": "Ada L"}).status_code == 303
    assert "Ada L" in seen_by(site.visitor())
    assert ada.post("/nexus/here", data={"course": "small-course"}).status_code == 204
    assert "Ada L" in seen_by(site.visitor(), "/courses/small-course/nexus")
    assert ada.post("/nexus/here", data={"gone": "1"}).status_code == 204
    assert "Ada L" not in seen_by(site.visitor())


def test_a_choice_is_taken_back_at_once(site: Site, ada: TestClient) -> None:
    ada.post("/nexus/online", data={"seen": "1", "name": "Ada L"})
    assert ada.post("/nexus/online", data={"seen": ""}).status_code == 303
    assert "Ada L" not in seen_by(site.visitor())
    assert ada.post("/nexus/here").status_code == 404


def test_a_beat_is_believed_for_a_while(site: Site, ada: TestClient) -> None:
    ada.post("/nexus/online", data={"seen": "1", "name": "Ada L"})

    def names(later: float) -> tuple[str, ...]:
        return site.db.read_now(lambda conn: presence.here(conn, time.time() + later)).names

    assert names(0) == ("Ada L",)
    assert names(presence.LASTS + 1) == ()


def test_a_leap_of_the_learners_clock_makes_nobody_leave(site: Site, ada: TestClient) -> None:
    ada.post("/nexus/online", data={"seen": "1", "name": "Ada L"})
    site.app.state.clock = lambda: time.time() + 40 * 86_400
    assert "Ada L" in seen_by(site.visitor())


def test_the_stream_tells_who_is_here_and_what_was_shared(
    site: Site, ada: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online, "LISTENING", 0.0)
    ada.post("/nexus/online", data={"seen": "1", "name": "Ada L"})
    kept = {"run": ended_run(site), "title": "A wide one", "course": "small-course"}
    ada.post("/nexus/shares", data=kept | {"visibility": "gallery"})
    told = site.visitor().get("/nexus/online/stream?course=small-course").text
    assert told.startswith("event: online\n")
    assert "A wide one" in told
    ada.post("/nexus/shares", data={**kept, "kind": "network", "title": "Nobody’s business"})
    assert "Nobody’s business" not in seen_by(site.visitor())


def test_a_guest_who_signs_in_is_asked_again(site: Site) -> None:
    account = site.account()
    guest = site.visitor()
    guest.post("/nexus/online", data={"seen": "1", "name": "A guest here"})
    assert "A guest here" in seen_by(site.visitor())
    from tests.web.conftest import PASSWORD

    guest.post("/sign-in", data={"email": account.email, "password": PASSWORD})
    assert "A guest here" not in seen_by(site.visitor())
    assert guest.post("/nexus/here").status_code == 404
