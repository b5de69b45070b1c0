"""What was reported, for instructors to look at: of their courses; what belongs to no course, for those of all."""

from fastapi import APIRouter, Request
from markupsafe import Markup
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content import remarks
from app.learning import moderation
from app.learning.shares import Share
from app.web import clock, pages
from app.web.problems import Problem
from app.web.staff import moderator
from app.web.words import _

router = APIRouter(prefix="/studio/reports", include_in_schema=False)


@router.get("")
async def show(request: Request) -> Response:
    """What nobody has looked at yet, oldest first."""
    mine = (await moderator(request)).moderated

    def read(conn: Connection) -> tuple[list[moderation.Report], list[Share]]:
        return moderation.reports(conn, mine), moderation.held(conn, mine)

    found, held = await request.app.state.db.read(read)
    said = {one.comment.id: Markup(remarks.html(one.comment.body)) for one in found if one.comment}  # noqa: S704
    return pages.page(request, "studio/reports.html", at="studio", reports=found, said=said, held=held)


@router.post("/{report_id}/settle")
async def settle(request: Request, report_id: int) -> Response:
    """It was looked at, and nothing is to be done."""
    mine, now = (await moderator(request)).moderated, clock.now(request)
    if not await request.app.state.db.write(lambda conn: moderation.settle(conn, report_id, now, mine)):
        raise Problem(404, detail=_("There is no such report."))
    return RedirectResponse("/studio/reports", 303)


@router.post("/held/{share_id}/release")
async def release(request: Request, share_id: int) -> Response:
    """Let its owner show again what was hidden."""
    mine = (await moderator(request)).moderated
    if not await request.app.state.db.write(lambda conn: moderation.release(conn, share_id, mine)):
        raise Problem(404, detail=_("Nothing of this number is hidden."))
    return RedirectResponse("/studio/reports", 303)
