"""What instructors see of their lessons' health."""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.web import pages, sessions
from app.web.problems import Problem
from app.words import _

router = APIRouter(prefix="/studio", include_in_schema=False)


@router.get("/problems")
async def problems(request: Request) -> Response:
    """Every diagnostic of the lessons as they are on disk now; pages go on showing the last good version."""
    require_instructor(request)
    found = await asyncio.to_thread(request.app.state.library.diagnostics)
    errors = sum(diagnostic.severity == "error" for diagnostic in found)
    return pages.page(request, "studio/problems.html", at="studio", diagnostics=found, errors=errors)


def require_instructor(request: Request) -> None:
    """Raises Problem: 404 for guests, who need not know that this is here, 403 for students."""
    visitor = sessions.visitor(request)
    if visitor.account is None:
        raise Problem(404)
    if not visitor.instructor:
        raise Problem(403, detail=_("This is for instructors."))
