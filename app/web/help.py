"""How the site works, and what it does so that everyone can use it."""

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.learning import xp
from app.web import pages, sessions

router = APIRouter(include_in_schema=False)


@router.get("/help")
async def show(request: Request) -> Response:
    return await _page(request, "help/show.html")


@router.get("/accessibility")
async def accessibility(request: Request) -> Response:
    return await _page(request, "help/accessibility.html")


async def _page(request: Request, template: str) -> Response:
    learner_id = sessions.learner_id(request)

    def totals(conn: Connection) -> xp.Totals:
        return xp.totals(conn, learner_id)

    return pages.page(request, template, totals=await request.app.state.db.read(totals), at="help", headers=pages.KEPT)
