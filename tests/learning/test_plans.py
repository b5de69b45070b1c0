"""A learner's own week: days as their clock on the wall has them, and a goal that is theirs alone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from app.db import Database
from app.learning import plans
from tests.learning.doing import Student
from tests.learning.sample import choice

BERLIN, AUCKLAND = "Europe/Berlin", "Pacific/Auckland"


def at(zone: str, *when: int) -> float:
    """A wall clock's time as a UTC epoch second."""
    return datetime(*when, tzinfo=ZoneInfo(zone)).timestamp()  # type: ignore[arg-type,misc]


def note(database: Database, now: float, *, review: bool = False, learner: str = "a") -> None:
    database.write_now(lambda conn: plans.note(conn, learner, now, review=review))


def week(database: Database, now: float, learner: str = "a") -> plans.Week:
    return database.read_now(lambda conn: plans.week(conn, learner, now))


def move(database: Database, zone: str, now: float = 1.0) -> None:
    database.write_now(lambda conn: plans.set_time_zone(conn, "a", zone, now))


@pytest.fixture
def student(database: Database) -> Student:
    return Student(database, "a").signs_up()


@given(st.sampled_from(plans.time_zones()), st.floats(0, 4e9))
def test_a_second_lies_in_its_day(zone: str, now: float) -> None:
    day = plans.day_of(now, zone)
    assert plans.end_of(day - timedelta(days=1), zone) <= now < plans.end_of(day, zone)


def test_the_days_of_a_change_of_the_clocks_have_their_own_length() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    for day, hours in ((spring, 23), (autumn, 25), (date(2026, 6, 1), 24)):
        begun = plans.end_of(day - timedelta(days=1), BERLIN)
        assert plans.end_of(day, BERLIN) - begun == hours * 3600
    assert plans.day_of(at(BERLIN, 2026, 10, 25, 23, 59), BERLIN) == autumn
    assert plans.day_of(at(BERLIN, 2026, 3, 29, 0, 0), BERLIN) == spring


def test_a_week_is_counted_in_the_students_days(database: Database, student: Student) -> None:
    move(database, AUCKLAND)
    monday = at(AUCKLAND, 2026, 11, 16, 8)  # in UTC it is Sunday still
    assert datetime.fromtimestamp(monday, UTC).weekday() == 6
    for now in (monday, monday + 60, at(AUCKLAND, 2026, 11, 18, 0, 1)):
        note(database, now, review=now == monday)
    note(database, at(AUCKLAND, 2026, 11, 15, 23, 59))  # the week before
    note(database, at(AUCKLAND, 2026, 11, 23, 0, 1))  # the week after
    found = week(database, at(AUCKLAND, 2026, 11, 22, 23))
    assert found == plans.Week(date(2026, 11, 16), (date(2026, 11, 16), date(2026, 11, 18)), 3, 1)
    assert (found.done("days"), found.done("reviews")) == (2, 1)
    assert week(database, at(AUCKLAND, 2026, 11, 24, 9)).days == (date(2026, 11, 23),)


def test_moving_to_another_time_zone_loses_no_day(database: Database, student: Student) -> None:
    """Monday 23:00 and Tuesday 01:00 in New York are one Tuesday in Berlin; they stay two days."""
    move(database, "America/New_York")
    monday, tuesday = at("America/New_York", 2026, 11, 16, 23), at("America/New_York", 2026, 11, 17, 1)
    note(database, monday)
    note(database, tuesday)
    move(database, BERLIN)
    assert week(database, tuesday).days == (date(2026, 11, 16), date(2026, 11, 17))


def test_nothing_is_set_before_it_is_asked_for(database: Database) -> None:
    plan = database.read_now(lambda conn: plans.of(conn, "nobody"))
    assert plan == plans.Plan("UTC", False, None, 0, None)
    assert week(database, at("UTC", 2026, 11, 18, 12), "nobody") == plans.Week(date(2026, 11, 16))


@pytest.mark.parametrize(("counted", "goal"), [("days", 0), ("days", 8), ("reviews", 201), ("streak", 3)])
def test_a_goal_that_cannot_be_is_refused(database: Database, counted: str, goal: int) -> None:
    with pytest.raises(ValueError, match="no goal"):
        database.write_now(lambda conn: plans.set_goal(conn, "a", counted, goal, 1.0))


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "localtime", "europe/berlin\0"])
def test_a_time_zone_that_is_none_is_refused(database: Database, zone: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        move(database, zone)


def test_a_zone_that_this_machine_knows_no_more_stops_no_answer(database: Database, student: Student) -> None:
    move(database, BERLIN)
    database.write_now(lambda conn: conn.execute(update(plans.study_plan).values(time_zone="Europe/Atlantis")))
    student.answers(choice(), "a", "key", now=at("UTC", 2026, 11, 18, 12))
    assert week(database, at("UTC", 2026, 11, 18, 12)).days == (date(2026, 11, 18),)


def test_a_goal_and_a_zone_are_kept_apart_and_taken_away_alone(database: Database, student: Student) -> None:
    move(database, BERLIN)
    database.write_now(lambda conn: plans.set_goal(conn, "a", "days", 3, 1.0))
    assert database.read_now(lambda conn: plans.of(conn, "a")) == plans.Plan(BERLIN, True, "days", 3)
    database.write_now(lambda conn: plans.set_goal(conn, "a", None, 0, 1.0))
    assert database.read_now(lambda conn: plans.of(conn, "a")) == plans.Plan(BERLIN, True)


def test_a_feed_is_opened_by_its_newest_secret_alone(database: Database, student: Student) -> None:
    def opens(secret: str) -> str | None:
        return database.read_now(lambda conn: plans.by_feed(conn, secret))

    first = database.write_now(lambda conn: plans.new_feed(conn, "a", 1.0))
    assert opens(first) == "a"
    second = database.write_now(lambda conn: plans.new_feed(conn, "a", 2.0))
    assert (opens(first), opens(second), opens("")) == (None, "a", None)
    database.write_now(lambda conn: plans.revoke_feed(conn, "a", 3.0))
    assert opens(second) is None
