"""Two questions for whoever watches the site: does the process answer, and can it do its work?"""

import asyncio
import logging

from fastapi import APIRouter, Request
from sqlalchemy import text
from starlette.responses import JSONResponse, Response

from app.db import Database, Unavailable
from app.runs import Runs

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
    """200 when the database and the lab both answer, else 503; each is named, with ``why`` where one does not."""
    runs: Runs = request.app.state.runs
    why = {"database": await _database(request.app.state.db), "lab": "" if runs.ready() else runs.trouble()}
    trouble = [f"{name}: {reason}" for name, reason in why.items() if reason]
    body = {"status": "not ready" if trouble else "ok"}
    body |= {name: "not ready" if reason else "ok" for name, reason in why.items()}
    body |= {"why": "; ".join(trouble)} if trouble else {}
    return JSONResponse(body, 503 if trouble else 200, {"Cache-Control": "no-store"})


async def _database(db: Database) -> str:
    """What is wrong with it; empty where it reads and would write."""
    try:
        async with asyncio.timeout(PATIENCE):
            await db.read(lambda conn: conn.execute(text("SELECT 1")).scalar_one())
            # A transaction of nothing: it costs no flush of the disk, and needs all that a write needs.
            await db.write(lambda _: None)
    except (Unavailable, TimeoutError):
        log.warning("the database does not answer", exc_info=True)
        return "it does not answer"
    return ""
