"""What instructors see of their lessons' health."""

import asyncio
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.web import pages
from app.web.staff import staff

router = APIRouter(prefix="/studio", include_in_schema=False)


@router.get("/problems")
async def problems(request: Request) -> Response:
    """Every diagnostic of the lessons as they are on disk now, of the courses that the visitor is staff of.

    Pages go on showing the last good version.
    """
    who = await staff(request)
    found = await asyncio.to_thread(request.app.state.library.diagnostics)
    found = [one for one in found if who.everywhere or Path(one.path).parent.name in who.named]
    errors = sum(diagnostic.severity == "error" for diagnostic in found)
    return pages.page(request, "studio/problems.html", at="studio", diagnostics=found, errors=errors)
