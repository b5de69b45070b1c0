"""The days on which reviews fall due, as a calendar to download or to subscribe to (iCalendar, RFC 5545).

A feed's address holds its secret, as calendars send neither cookies nor headers. It is the address of a file, which
links to nothing, and no page of the site is at or below it; no other site is told a referrer, and no request is logged.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.content.course import Course
from app.learning import plans
from app.learning.agenda import due_times
from app.web import clock, pages, sessions
from app.web.problems import Problem
from app.web.reviews import by_slug
from app.web.words import _, ngettext

router = APIRouter(include_in_schema=False)

#: How far ahead a calendar looks, in days.
AHEAD = 366


@router.get("/review/calendar.ics")
async def download(request: Request) -> Response:
    """The days as they are now."""
    learner_id, now, courses = sessions.learner_id(request), clock.now(request), by_slug(request)
    days = await request.app.state.db.read(lambda conn: days_due(conn, learner_id, courses, now))
    return _answer(_calendar(days, learner_id, now, pages.origin(request)), "attachment")


@router.get("/calendar/{secret}.ics")
async def feed(request: Request, secret: Annotated[str, Path(max_length=100)]) -> Response:
    """The days of whose secret this is."""
    now, courses = clock.now(request), by_slug(request)

    def read(conn: Connection) -> tuple[str, Mapping[date, int]] | None:
        learner_id = plans.by_feed(conn, secret)
        return (learner_id, days_due(conn, learner_id, courses, now)) if learner_id else None

    found = await request.app.state.db.read(read)
    if found is None:
        raise Problem(404, detail=_("There is no such calendar. Its address may have been ended."))
    return _answer(_calendar(found[1], found[0], now, pages.origin(request)), "inline")


def days_due(conn: Connection, learner_id: str, courses: Mapping[str, Course], now: float) -> Mapping[date, int]:
    """How many questions fall due on each day in the learner's time zone; those overdue are today's."""
    zone = plans.of(conn, learner_id).time_zone
    days = Counter(plans.day_of(max(when, now), zone) for when in due_times(conn, learner_id, courses))
    last = plans.day_of(now, zone) + timedelta(days=AHEAD)
    return {day: days[day] for day in sorted(days) if day <= last}


def _calendar(days: Mapping[date, int], learner_id: str, now: float, origin: str) -> bytes:
    from icalendar import Calendar, Event  # 40 ms that a start need not wait for

    calendar = Calendar()
    calendar.add("PRODID", "-//Receptive//Reviews//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("X-WR-CALNAME", _("Receptive: reviews"))
    calendar.add("REFRESH-INTERVAL", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT12H")
    whose = hashlib.sha256(f"calendar\0{learner_id}".encode()).hexdigest()[:16]
    for day, number in days.items():
        event = Event()
        # The same day of the same learner is the same event, however often its number changes.
        event.add("UID", f"reviews-{day.isoformat()}-{whose}@receptive")
        event.add("DTSTAMP", datetime.fromtimestamp(now, UTC))
        event.add("DTSTART", day)
        event.add("DTEND", day + timedelta(days=1))
        event.add("SUMMARY", ngettext("%(num)s question to review", "%(num)s questions to review", number))
        event.add("URL", f"{origin}/review")
        event.add("TRANSP", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _answer(body: bytes, how: str) -> Response:
    headers = {
        "Content-Disposition": f'{how}; filename="receptive-reviews.ics"',
        "Cache-Control": "private, no-cache",
    }
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)
