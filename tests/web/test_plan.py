"""A plan of one's own: a goal, a time zone, and a calendar that only its secret opens."""

import logging
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from app.learning import plans
from app.learning.plans import day_of
from tests.web.conftest import Site

DAY = 86_400
NOW = datetime(2026, 11, 18, 11, 30, tzinfo=UTC).timestamp()
ANSWER = "/api/v1/courses/small-course/questions/{}/attempts"


@pytest.fixture
def time(site: Site) -> list[float]:
    """The learners' time, to be moved."""
    held = [NOW]
    site.app.state.clock = lambda: held[0]
    return held


def answers(browser: TestClient, *ids: str) -> None:
    for id in ids:
        assert browser.post(ANSWER.format(id), json={"answer": None}).status_code == 200


def events(text: str) -> dict[date, tuple[str, str]]:
    """(uid, summary) by day, of a calendar that is one by the library's own reading."""
    read: Any = Calendar.from_ical(text)
    assert read["VERSION"] == "2.0"
    assert read["PRODID"]
    found = {}
    for event in read.walk("VEVENT"):
        assert event.errors == []
        assert event["DTSTAMP"].dt.tzinfo is not None
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
        found[event["DTSTART"].dt] = (str(event["UID"]), str(event["SUMMARY"]))
    assert len({uid for uid, _ in found.values()}) == len(found)
    return found


def test_a_plan_is_off_until_it_is_asked_for(site: Site, time: list[float]) -> None:
    browser = site.visitor()
    page = browser.get("/me/plan").text
    assert "You have set none." in page
    assert "UTC days until you choose" in page
    for path in ("/me", "/review"):
        assert "This week" not in browser.get(path).text
    assert browser.post("/me/plan/goal", data={"counted": "days", "goal": "3"}).status_code == 303
    answers(browser, "kernel-reach")
    time[0] += DAY
    answers(browser, "what-a-kernel-has", "weights-of-a-stack")
    for path in ("/me", "/review"):
        assert "This week: 2 of 3 days." in browser.get(path).text
    browser.post("/me/plan/goal", data={"counted": "reviews", "goal": "20"})
    assert "This week: 0 of 20 answers in reviews." in browser.get("/me/plan").text
    time[0] += 6 * DAY
    browser.post("/me/plan/goal", data={"counted": "days", "goal": "3"})
    assert "This week: 0 of 3 days." in browser.get("/me/plan").text
    browser.post("/me/plan/goal")
    assert "This week" not in browser.get("/review").text


def test_a_time_zone_says_which_day_it_is(site: Site, time: list[float]) -> None:
    browser = site.visitor()
    browser.post("/me/plan/time-zone", data={"zone": "Pacific/Auckland"})
    page = browser.get("/me/plan").text
    assert "Your days are those of Pacific/Auckland; there it is 19 November 2026 now." in page
    assert "<option selected>Pacific/Auckland</option>" in page
    assert "data-suggest-zone" not in page


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("time-zone", {"zone": "Mars/Olympus"}),
        ("time-zone", {}),
        ("time-zone", {"zone": "../" * 10}),
        ("goal", {"counted": "days", "goal": "8"}),
        ("goal", {"counted": "streak", "goal": "2"}),
        ("goal", {"counted": "days", "goal": "many"}),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(site: Site, path: str, data: dict[str, str]) -> None:
    browser = site.visitor()
    answer = browser.post(f"/me/plan/{path}", data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "You have set none." in browser.get("/me/plan").text
    assert "UTC days until you choose" in browser.get("/me/plan").text


def test_the_calendar_holds_each_day_on_which_something_falls_due(site: Site, time: list[float]) -> None:
    browser = site.visitor()
    assert events(browser.get("/review/calendar.ics").text) == {}
    browser.post("/me/plan/time-zone", data={"zone": "Pacific/Auckland"})
    answers(browser, "kernel-reach", "what-a-kernel-has")
    due = browser.get("/api/v1/me/reviews").json()["next"]
    answer = browser.get("/review/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    found = events(answer.text)
    assert [summary for _, summary in found.values()] == ["2 questions to review"]
    assert list(found) == [day_of(due, "Pacific/Auckland")]
    time[0] += 40 * DAY
    late = events(browser.get("/review/calendar.ics").text)
    assert list(late) == [day_of(time[0], "Pacific/Auckland")], "what is overdue is today's"


def test_an_event_stays_itself_while_its_number_changes(site: Site, time: list[float]) -> None:
    browser = site.visitor()
    answers(browser, "kernel-reach")
    ((day, (uid, summary)),) = events(browser.get("/review/calendar.ics").text).items()
    assert summary == "1 question to review"
    answers(browser, "what-a-kernel-has")
    assert events(browser.get("/review/calendar.ics").text) == {day: (uid, "2 questions to review")}
    other = site.visitor()
    answers(other, "kernel-reach")
    assert events(other.get("/review/calendar.ics").text)[day][0] != uid


def test_a_feed_is_opened_by_its_secret_alone_until_it_is_ended(
    site: Site, time: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = site.signed_in()
    answers(browser, "kernel-reach")
    made = browser.post("/me/plan/feed")
    (address,) = re.findall(r"http://testserver(/calendar/[\w-]+\.ics)", made.text)
    secret = address.split("/")[-1].removesuffix(".ics")
    assert secret not in browser.get("/me/plan").text, "shown once"
    program = site.program()
    answer = program.get(address)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert answer.headers["referrer-policy"] == "same-origin"
    assert len(events(answer.text)) == 1
    assert secret not in answer.text
    assert program.get("/calendar/guessed.ics").status_code == 404
    (newer,) = re.findall(r"http://testserver(/calendar/[\w-]+\.ics)", browser.post("/me/plan/feed").text)
    assert (program.get(address).status_code, program.get(newer).status_code) == (404, 200)
    assert browser.post("/me/plan/feed/revoke").status_code == 303
    assert program.get(newer).status_code == 404
    # The test's own client logs what it asks.
    assert not [r for r in caplog.records if secret in r.getMessage() and not r.name.startswith("httpx")]


def test_a_feed_tells_nothing_beside_its_days(site: Site, time: list[float]) -> None:
    account = site.account()
    secret = site.db.write_now(lambda conn: plans.new_feed(conn, account.id, NOW))
    text = site.program().get(f"/calendar/{secret}.ics").text
    assert account.id not in text
    assert account.name not in text
    assert str(account.email) not in text
