"""What is said under a share, by whom it is read, and what instructors do about it."""

import re

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from app.learning import moderation
from app.learning.shares import share
from app.web import own_shares
from tests.web.access import named
from tests.web.conftest import Site
from tests.web.routes import ended_run


@pytest.fixture
def ada(site: Site) -> TestClient:
    return site.signed_in()


@pytest.fixture
def ben(site: Site) -> TestClient:
    return site.signed_in()


@pytest.fixture
def url(site: Site, ada: TestClient) -> str:
    """Where Ada shares a run by link."""
    sent = ada.post("/nexus/shares", data={"run": ended_run(site), "visibility": "link", "title": "A run"})
    return str(sent.headers["location"])


def say(who: TestClient, url: str, body: str, name: str = "", key: str = "") -> int:
    key = key or re.findall(r'name="key" value="([\w-]+)"', who.get(url).text)[0]
    return who.post(f"{url}/comments", data={"body": body, "name": name, "key": key}).status_code


def comment_id(who: TestClient, url: str) -> str:
    return str(re.findall(r'id="comment-(\d+)"', who.get(url).text)[-1])


def test_a_comment_is_read_by_all_who_may_see_the_share(site: Site, ada: TestClient, ben: TestClient, url: str) -> None:
    assert say(ben, url, "How *deep* is it?", "Ben of Kent") == 303
    for reader in (ada, ben, site.visitor()):
        page = reader.get(url).text
        assert "How <em>deep</em> is it?" in page
        assert "Ben of Kent" in page
        assert "A student" not in page  # the account's own name


def test_what_is_sent_twice_is_said_once(ben: TestClient, url: str) -> None:
    assert say(ben, url, "Once", "Ben", key="a-key") == 303
    assert say(ben, url, "Once", key="a-key") == 303
    assert ben.get(url).text.count("<p>Once</p>") == 1


def test_what_cannot_be_said_is_told_and_nothing_is_lost(ben: TestClient, site: Site, url: str) -> None:
    refused = ben.post(f"{url}/comments", data={"body": "My words", "key": "k"})
    assert refused.status_code == 422
    assert "Choose a name" in refused.text
    assert "My words" in refused.text
    assert "Write something first" in ben.post(f"{url}/comments", data={"name": "Ben", "key": "k"}).text
    assert site.visitor().post(f"{url}/comments", data={"body": "x", "key": "k"}).status_code == 403


def test_a_comment_cannot_carry_markup(ben: TestClient, url: str) -> None:
    bad = '<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](//evil.example/b.png) <div hx-get="/">'
    assert say(ben, url, bad, "Ben") == 303
    said = ben.get(url).text.partition('class="prose talk__said">')[2].partition("</div>")[0]
    assert "&lt;img" in said
    assert not re.search(r"<(img|a|div)\b", said)


def test_one_deletes_and_brings_back_ones_own(ada: TestClient, ben: TestClient, url: str) -> None:
    say(ben, url, "A slip", "Ben")
    at = f"{url}/comments/{comment_id(ben, url)}"
    assert ada.post(f"{at}/delete").status_code == 404
    assert ben.post(f"{at}/delete").status_code == 303
    assert "A slip" not in ada.get(url).text
    assert "You deleted this" in ben.get(url).text
    assert ben.post(f"{at}/restore").status_code == 303
    assert "A slip" in ada.get(url).text
    assert "A slip" in ben.get("/nexus/mine.json").text


def test_a_private_share_takes_its_comments_along(ada: TestClient, ben: TestClient, url: str) -> None:
    say(ben, url, "Said while it was open", "Ben")
    at = f"{url}/comments/{comment_id(ben, url)}"
    ada.post(url, data={"visibility": "private"})
    for path in (url, f"{url}/comments"):
        assert ben.get(path).status_code == 404
    for path in ("report", "comments", f"comments/{at.rpartition('/')[2]}/delete"):
        assert ben.post(f"{url}/{path}", data={"body": "x", "key": "k"}).status_code == 404
    assert "Said while it was open" in ada.get(url).text
    # its writer can still take it back
    assert "Said while it was open" in ben.get("/nexus/mine").text
    own = f"/nexus/mine/comments/{at.rpartition('/')[2]}/delete"
    assert ada.post(own).status_code == 404
    assert ben.post(own).status_code == 303
    assert "Said while it was open" not in ada.get(url).text + ben.get("/nexus/mine").text


def test_a_comment_is_found_only_under_its_own_share(site: Site, ada: TestClient, ben: TestClient, url: str) -> None:
    say(ben, url, "Here", "Ben")
    sent = ben.post("/nexus/shares", data={"run": ended_run(site), "visibility": "link"})
    other = sent.headers["location"]
    at = f"{other}/comments/{comment_id(ben, url)}"
    assert ben.post(f"{at}/delete").status_code == 404
    assert site.signed_in("instructor").post(f"{at}/hide").status_code == 404
    assert "Here" in ada.get(url).text


def test_a_report_is_looked_at_and_the_comment_hidden(site: Site, ada: TestClient, ben: TestClient, url: str) -> None:
    say(ben, url, "Something unkind", "Ben")
    at = f"{url}/comments/{comment_id(ben, url)}"
    for _ in range(2):
        assert ada.post(f"{at}/report", data={"reason": "Unkind"}).status_code == 303
    teacher = site.signed_in("instructor")
    reports = teacher.get("/studio/reports").text
    assert reports.count("Something unkind") == 1
    assert "Unkind" in reports
    assert ada.post(f"{at}/hide").status_code == 404
    assert teacher.post(f"{at}/hide").status_code == 303
    assert "Something unkind" not in ada.get(url).text
    assert "Hidden by an instructor" in ben.get(url).text
    assert "Nothing waits for you" in teacher.get("/studio/reports").text
    teacher.post(f"{at}/show")
    assert "Something unkind" in ada.get(url).text


def test_an_instructor_of_a_course_looks_after_what_was_shown_there_and_nowhere_else(
    site: Site, ada: TestClient, ben: TestClient, url: str
) -> None:
    own, other, assistant = (
        named(site, *at) for at in (("a-course", "instructor"), ("b-course", "instructor"), ("a-course", "assistant"))
    )
    ben.post(f"{url}/report", data={"reason": "Not a network"})
    assert "Not a network" not in own.get("/studio/reports").text, "it belongs to no course"
    assert own.post(f"{url}/hold").status_code == 404
    site.db.write_now(lambda conn: conn.execute(update(share).values(course="a-course")))
    assert assistant.get("/studio/reports").status_code == 403
    assert "Not a network" not in other.get("/studio/reports").text
    page = own.get("/studio/reports").text
    settle = re.findall(r'action="(/studio/reports/\d+/settle)"', page)[0]
    assert other.post(settle).status_code == 404
    assert f'action="{url}/hold"' not in other.get(url).text + assistant.get(url).text
    assert f'action="{url}/hold"' in own.get(url).text
    assert [who.post(f"{url}/hold").status_code for who in (assistant, other, own)] == [404, 404, 303]
    release = re.findall(r'action="(/studio/reports/held/\d+/release)"', own.get("/studio/reports").text)[0]
    assert "Hidden now" not in other.get("/studio/reports").text
    assert [who.post(release).status_code for who in (other, own)] == [404, 303]
    assert own.post(settle).status_code == 303


def test_a_share_that_an_instructor_hid_is_shown_again_only_once_it_is_released(
    site: Site, ada: TestClient, ben: TestClient, url: str
) -> None:
    ben.post(f"{url}/report", data={"reason": "Not a network"})
    teacher = site.signed_in("instructor")
    assert "Not a network" in teacher.get("/studio/reports").text
    assert ben.post(f"{url}/hold").status_code == 404
    assert teacher.post(f"{url}/hold").status_code == 303
    assert ben.get(url).status_code == 404
    refused = ada.post(url, data={"visibility": "link"})
    assert refused.status_code == 422
    assert "An instructor hid this" in refused.text
    waiting = teacher.get("/studio/reports").text
    assert "Not a network" not in waiting
    teacher.post(re.findall(r'action="(/studio/reports/held/\d+/release)"', waiting)[0])
    assert ada.post(url, data={"visibility": "link"}).status_code == 303
    assert ben.get(url).status_code == 200


def test_what_answers_a_challenge_is_looked_after_by_those_who_have_not_met_it(
    site: Site, ada: TestClient, ben: TestClient, url: str
) -> None:
    say(ben, url, "Something unkind", "Ben")
    at = f"{url}/comments/{comment_id(ben, url)}"
    closed = update(share).values(kind="solution", course="a-course", question="a-challenge")
    site.db.write_now(lambda conn: conn.execute(closed))
    page = ben.get(url).text
    assert "It opens once you have met it yourself" in page
    assert f'action="{url}/report"' in page
    assert f'action="{url}/hold"' not in page
    told = ben.post(f"{url}/report", data={"reason": "Its title is rude"})
    assert told.status_code == 303
    assert "An instructor will look at it" in ben.get(told.headers["location"]).text
    assert ben.post(f"{at}/delete").status_code == 403, "comments stay closed with the code"
    teacher = site.signed_in("instructor")
    assert "Its title is rude" in teacher.get("/studio/reports").text
    assert teacher.post(f"{at}/hide").status_code == 303
    assert f'action="{url}/hold"' in teacher.get(url).text
    assert teacher.post(f"{url}/hold").status_code == 303
    assert ben.get(url).status_code == 404


def test_what_is_hidden_while_its_owner_saves_it_stays_hidden(
    site: Site, ada: TestClient, ben: TestClient, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = own_shares.own

    async def hidden_just_after(*asked: object) -> object:
        one = await read(*asked)  # type: ignore[arg-type]
        site.db.write_now(lambda conn: moderation.hold(conn, one.id, 0.0))
        return one

    monkeypatch.setattr(own_shares, "own", hidden_just_after)
    ada.post(url, data={"visibility": "link"})
    assert ben.get(url).status_code == 404


def test_older_comments_have_pages(site: Site, ben: TestClient, url: str) -> None:
    say(ben, url, "Comment 0", "Ben")
    for number in range(1, 53):
        assert say(ben, url, f"Comment {number}.", key=f"k{number}") == 303
    page = ben.get(url).text
    assert "Comment 2." not in page
    assert "Comment 3." in page
    older = re.findall(r'href="([^"]+/comments\?before=\d+)"', page)[0]
    assert "Comment 2." in site.visitor().get(older).text


def test_too_many_at_once_are_refused(site: Site, ben: TestClient, url: str) -> None:
    from app.web.limits import Limits

    site.app.state.limits = Limits(site.app.state.settings.model_copy(update={"comments_per_minute": 2}))
    assert [say(ben, url, "x", "Ben", key=f"k{n}") for n in range(3)] == [303, 303, 429]
