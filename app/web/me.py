"""What a student has: XP and what each award was for, skills, attempts, and the tokens of their programs."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.learning import learners, plans, xp
from app.studio import answer_comments
from app.studio.answer_comments import Remark
from app.web import clock, pages, sessions, time_spent
from app.web.problems import Problem
from app.web.profile import Profile, profile
from app.words import _

router = APIRouter(prefix="/me", include_in_schema=False)

#: Awards on one page of the ledger, and tokens that one account may hold.
PAGE, MOST_TOKENS = 50, 20
LONGEST_LABEL = 60


@router.get("")
async def show(request: Request) -> Response:
    return await _page(request)


@router.get("/xp")
async def ledger(request: Request, before: Annotated[int | None, Query(ge=1, le=2**62)] = None) -> Response:
    """Every award with its reason, newest first."""
    learner_id = sessions.learner_id(request)

    def read(conn: Connection) -> tuple[xp.Totals, list[xp.Award], str]:
        zone = plans.of(conn, learner_id).time_zone
        return xp.totals(conn, learner_id), xp.ledger(conn, learner_id, PAGE + 1, before), zone

    totals, awards, zone = await request.app.state.db.read(read)
    days = {award.id: plans.day_of(award.created, zone) for award in awards}
    older = awards[PAGE - 1].id if len(awards) > PAGE else None
    context = {"totals": totals, "awards": awards[:PAGE], "older": older, "before": before, "days": days, "zone": zone}
    return pages.page(request, "me/xp.html", at="me", titles=_titles(request), **context)


@router.post("/tokens")
async def make_token(request: Request, label: Annotated[str, Form()] = "") -> Response:
    """A new token, shown in this one answer and never again."""
    account = _account(request)
    label = " ".join(label.split())
    if not 0 < len(label) <= LONGEST_LABEL:
        return await _page(
            request,
            422,
            trouble=_("Name it, in at most %(most)s characters, to know it again.", most=LONGEST_LABEL),
        )
    held = await request.app.state.db.read(lambda conn: learners.tokens(conn, account.id))
    if len(held) >= MOST_TOKENS:
        return await _page(
            request, 422, trouble=_("An account holds at most %(most)s tokens; revoke one first.", most=MOST_TOKENS)
        )
    now = clock.now(request)
    token = await request.app.state.db.write(lambda conn: learners.new_token(conn, account.id, label, now))
    return await _page(request, token=token)


@router.post("/tokens/{token_id}/revoke")
async def revoke_token(request: Request, token_id: str) -> Response:
    account = _account(request)
    if not await request.app.state.db.write(lambda conn: learners.revoke_token(conn, account.id, token_id)):
        raise Problem(404, detail=_("You have no such token."))
    return RedirectResponse("/me#tokens", 303)


async def _page(request: Request, status: int = 200, token: str = "", trouble: str = "") -> Response:
    learner_id, now = sessions.learner_id(request), clock.now(request)
    courses = request.app.state.library.courses()

    def read(conn: Connection) -> tuple[Profile, list[Remark]]:
        return profile(conn, learner_id, courses, now), answer_comments.to_me(conn, learner_id, courses)

    page, said = await request.app.state.db.read(read)
    context = {"page": page, "token": token, "trouble": trouble, "counted": time_spent.wanted(request), "due": page.due}
    context["said"] = said
    return pages.page(request, "me/show.html", status=status, at="me", totals=page.standing.totals, **context)


def _account(request: Request) -> learners.Learner:
    """Raises Problem for guests: a token outlives a browser's cookie, so it belongs to an account."""
    account = sessions.visitor(request).account
    if account is None:
        raise Problem(
            403, _("Make an account first"), _("API tokens belong to accounts; yours keeps all you did so far.")
        )
    return account


def _titles(request: Request) -> dict[str, str]:
    return {course.slug: course.title for course in request.app.state.library.courses()}
