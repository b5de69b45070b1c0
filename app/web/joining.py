"""Classes for those who learn in them: what is shared, before joining and after, and the way out."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.learning.learners import Learner
from app.learning.progress import visits
from app.studio import classes, rosters
from app.studio.classes import Class, Membership
from app.web import clock, pages, sessions
from app.web.problems import Problem
from app.words import _

router = APIRouter(include_in_schema=False)


async def _led_to(request: Request, secret: str) -> Class:
    """The class of a link. Raises Problem (404), the same for one that is closed and one that never was."""
    found: Class | None = await request.app.state.db.read(lambda conn: classes.by_secret(conn, secret))
    if found is None or request.app.state.library.course(found.course) is None:
        raise Problem(
            404, _("This link leads to no class"), _("It may be closed, or replaced. Ask whoever gave it to you.")
        )
    return found


@router.get("/join/{secret}")
async def ask(request: Request, secret: str) -> Response:
    """What the class will see, before anything is shared."""
    return await _ask(request, await _led_to(request, secret))


async def _ask(request: Request, group: Class, status: int = 200, *, refused: bool = False) -> Response:
    account = sessions.visitor(request).account
    course = request.app.state.library.course(group.course)

    def read(conn: Connection) -> tuple[Membership | None, bool]:
        if account is None:
            return None, False
        return classes.membership(conn, group.id, account.id), bool(visits(conn, account.id, group.course))

    its, begun = await request.app.state.db.read(read)
    inside = its is not None and its.member.ended is None
    context = {"group": group, "here": course, "inside": inside, "begun": begun, "refused": refused}
    return pages.page(request, "studio/classes/join.html", status=status, at="me", **context)


@router.post("/join/{secret}")
async def join(request: Request, secret: str) -> Response:
    """Be in the class from now on; once, however often it is sent."""
    group, now = await _led_to(request, secret), clock.now(request)
    account = sessions.visitor(request).account
    if account is None:
        return RedirectResponse(f"/account/new?next=/join/{secret}", 303)
    came = await request.app.state.db.write(lambda conn: classes.join(conn, group, account.id, now))
    if came == "refused":
        return await _ask(request, group, 403, refused=True)
    return RedirectResponse(f"/me/classes?joined={group.id}", 303)


@router.get("/me/classes")
async def mine(request: Request, joined: str = "") -> Response:
    """Who sees what: one's own row as each class's staff sees it, and what was taken out of the class."""
    account, now = sessions.visitor(request).account, clock.now(request)

    def read(conn: Connection) -> list[tuple[Membership, Any, rosters.Progress | None]]:
        return [_seen(request, conn, one, now) for one in classes.of_learner(conn, account.id)] if account else []

    found = await request.app.state.db.read(read)
    context = {"found": found, "joined": joined, "undo": classes.UNDO, "now": now}
    return pages.page(request, "me/classes.html", at="me", **context)


def _seen(
    request: Request, conn: Connection, one: Membership, now: float
) -> tuple[Membership, Any, rosters.Progress | None]:
    course, id = request.app.state.library.course(one.group.course), one.member.learner_id
    shown = course is not None and one.member.ended is None
    return one, course, rosters.progress(conn, course, [id], now)[id] if shown else None


@router.post("/me/classes/{class_id}/leave")
async def leave(request: Request, class_id: str) -> Response:
    account, now = _account(request), clock.now(request)
    if not await request.app.state.db.write(lambda conn: classes.leave(conn, class_id, account.id, now)):
        raise Problem(404, detail=_("You are in no such class."))
    return RedirectResponse(f"/me/classes#class-{class_id}", 303)


@router.post("/me/classes/{class_id}/return")
async def come_back(request: Request, class_id: str) -> Response:
    """Take one's own leaving back."""
    account, now = _account(request), clock.now(request)
    if not await request.app.state.db.write(lambda conn: classes.return_to(conn, class_id, account.id, now)):
        raise Problem(404, detail=_("There is no leaving to take back. Join again by the link."))
    return RedirectResponse(f"/me/classes#class-{class_id}", 303)


def _account(request: Request) -> Learner:
    """Raises Problem (404): a guest is in no class."""
    account = sessions.visitor(request).account
    if account is None:
        raise Problem(404, detail=_("You are in no such class."))
    return account
