"""What an author can have completed in a file."""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.studio import drafts, words, workshop
from app.web import staff
from app.web.problems import Problem

router = APIRouter(prefix="/studio/courses", include_in_schema=False)


@router.get("/{course}/files/{file}/words")
async def show(request: Request, course: str, file: str) -> Response:
    """Directives, options, names and snippets for ``file`` in one's working copy: see ``words.offered``."""
    account = (await staff.may_edit(request, course)).account
    own = await request.app.state.db.read(lambda conn: drafts.own(conn, account.id, course))
    if not workshop.is_file(file) or course not in request.app.state.library.folders():
        raise Problem(404)
    over = {name: draft.text for name, draft in own.items()}
    made = await asyncio.to_thread(words.of, request.app.state.library, course, file, over)
    return JSONResponse(made, headers={"Cache-Control": "private, no-store"})
