"""When a student studies: their time zone, a weekly goal of their own, and the calendar to subscribe to."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.learning import plans, xp
from app.web import clock, pages, sessions
from app.web.problems import Problem
from app.web.words import _

router = APIRouter(prefix="/me/plan", include_in_schema=False)


@dataclass(frozen=True)
class PlanPage:
    """What ``plan/show.html`` is a function of."""

    plan: plans.Plan
    week: plans.Week
    today: date
    zones: tuple[str, ...]
    totals: xp.Totals
    #: The calendar's address, shown this once.
    address: str = ""
    trouble: str = ""


@router.get("")
async def show(request: Request) -> Response:
    return await _page(request)


@router.post("/time-zone")
async def time_zone(request: Request, zone: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Count days in this zone from now on; those counted so far stay."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    try:
        await request.app.state.db.write(lambda conn: plans.set_time_zone(conn, learner_id, zone, now))
    except ValueError:
        return await _page(request, 422, trouble=_("There is no such time zone. Choose one from the list."))
    return RedirectResponse("/me/plan#days", 303)


@router.post("/goal")
async def goal(
    request: Request,
    counted: Annotated[str, Form(max_length=10)] = "",
    goal: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Set the week's goal; without ``counted`` there is none."""
    learner_id, now = sessions.learner_id(request), clock.now(request)
    wanted = int(goal) if goal.isdecimal() else 0
    try:
        await request.app.state.db.write(lambda conn: plans.set_goal(conn, learner_id, counted or None, wanted, now))
    except ValueError:
        trouble = _("A week’s goal is 1 to %(days)s days, or 1 to %(reviews)s reviews.", **plans.MOST)
        return await _page(request, 422, trouble=trouble)
    return RedirectResponse("/me/plan#goal", 303)


@router.post("/feed")
async def feed(request: Request) -> Response:
    """A new address of the calendar, shown in this one answer and never again; the old one ends."""
    account, now = sessions.visitor(request).account, clock.now(request)
    if account is None:
        words = _("A calendar’s address outlives a browser, so it belongs to an account; yours keeps all you did.")
        raise Problem(403, _("Make an account first"), words)
    secret = await request.app.state.db.write(lambda conn: plans.new_feed(conn, account.id, now))
    return await _page(request, address=f"{pages.origin(request)}/calendar/{secret}.ics")


@router.post("/feed/revoke")
async def revoke(request: Request) -> Response:
    learner_id, now = sessions.learner_id(request), clock.now(request)
    await request.app.state.db.write(lambda conn: plans.revoke_feed(conn, learner_id, now))
    return RedirectResponse("/me/plan#calendar", 303)


async def _page(request: Request, status: int = 200, address: str = "", trouble: str = "") -> Response:
    learner_id, now = sessions.learner_id(request), clock.now(request)

    def read(conn: Connection) -> PlanPage:
        plan, zones = plans.of(conn, learner_id), plans.time_zones()
        if plan.time_zone not in zones:
            zones = (plan.time_zone, *zones)
        today = plans.day_of(now, plan.time_zone)
        return PlanPage(
            plan, plans.week(conn, learner_id, now), today, zones, xp.totals(conn, learner_id), address, trouble
        )

    page: PlanPage = await request.app.state.db.read(read)
    return pages.page(request, "plan/show.html", status=status, page=page, totals=page.totals, at="me")
