"""Two questions for whoever watches the site: does the process answer, and can it do its work?"""

import asyncio
import logging

from fastapi import APIRouter, Request
from sqlalchemy import text
from starlette.responses import JSONResponse, Response

from app.db import Unavailable

router = APIRouter(include_in_schema=False)
log = logging.getLogger(__name__)

#: Seconds that the database may take to answer.
PATIENCE = 5.0


@router.get("/healthz")
async def healthz() -> Response:
    """200 while the process answers."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """200 when the database and the lab both answer, else 503; each is named."""
    parts = {"database": await _database(request), "lab": bool(request.app.state.runs.ready())}
    ready = all(parts.values())
    said: dict[str, object] = {name: "ok" if well else "not ready" for name, well in parts.items()}
    body = {"status": "ok" if ready else "not ready", **said}
    return JSONResponse(body, 200 if ready else 503, {"Cache-Control": "no-store"})


async def _database(request: Request) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            return bool(await request.app.state.db.read(lambda conn: conn.execute(text("SELECT 1")).scalar() == 1))
    except (Unavailable, TimeoutError):
        log.warning("the database does not answer", exc_info=True)
        return False
