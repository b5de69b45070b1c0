"""One's own data: taken away as a file, and deleted."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.learning import own_data, xp
from app.studio import classes
from app.studio.classes import Membership
from app.web import clock, limits, pages, sessions, time_spent
from app.words import _

router = APIRouter(prefix="/me", include_in_schema=False)

Text = Annotated[str, Form(max_length=2000)]
#: What the browser itself holds of visited pages goes with the rest.
CLEARED = '"cache", "storage"'


@router.get("/export")
async def export(request: Request) -> Response:
    """All that is kept about who asks, as JSON."""
    learner_id = sessions.learner_id(request)

    def read(conn: Connection) -> tuple[Mapping[str, Any], list[Membership]]:
        return own_data.everything(conn, learner_id), classes.of_learner(conn, learner_id)

    tables, joined = await request.app.state.db.read(read)
    made = datetime.fromtimestamp(clock.now(request), UTC)
    body = {
        "made": made.isoformat(timespec="seconds"),
        "about": "All that receptive keeps about you, by table. Times are seconds since 1970, UTC. Left out are a hash "
        "of your password and hashes of what opens your account or your calendar.",
        "id": learner_id,
        "tables": tables,
        "classes": [_class(one) for one in joined],
    }
    headers = {
        "Content-Disposition": f'attachment; filename="receptive-{made:%Y-%m-%d}.json"',
        "Cache-Control": "private, no-store",
    }
    return Response(json.dumps(body, ensure_ascii=False, indent=1), media_type="application/json", headers=headers)


def _class(one: Membership) -> dict[str, Any]:
    """A class in words, beside its row among the tables: what it is, and what was taken out of it."""
    group, its = one.group, one.member
    what = {"id": group.id, "course": group.course, "name": group.name, "emails": group.emails}
    return what | {"joined": its.joined, "left": its.ended, "exports": [vars(export) for export in one.exports]}


@router.get("/delete")
async def ask(request: Request, done: Annotated[str, Query(max_length=10)] = "") -> Response:
    """What goes, what stays, and the form that does it; or that it is ``done``."""
    return await _page(request, done=bool(done))


@router.post("/delete")
async def delete(request: Request, password: Text = "", sure: Text = "") -> Response:
    """Delete all that was done here: an account by its password, a guest's by a tick."""
    visitor = sessions.visitor(request)
    account, learner_id = visitor.account, sessions.learner_id(request)
    if not sure:
        return await _page(request, 422, trouble=_("Tick the box to say that you mean it."))
    if account is not None:
        limits.sign_in(request, account.email or "")
        if not await request.app.state.passwords.verify(password, account.password_hash):
            return await _page(request, 422, trouble=_("This is not your password. Nothing was deleted."))
    await request.app.state.db.write(lambda conn: own_data.forget(conn, learner_id))
    sessions.sign_out(request)
    answer = RedirectResponse("/me/delete?done=1", 303, {"Clear-Site-Data": CLEARED})
    answer.delete_cookie(time_spent.COOKIE)
    return answer


async def _page(request: Request, status: int = 200, trouble: str = "", done: bool = False) -> Response:
    learner_id = sessions.learner_id(request)
    totals = await request.app.state.db.read(lambda conn: xp.totals(conn, learner_id))
    return pages.page(request, "me/delete.html", status=status, at="me", totals=totals, trouble=trouble, done=done)
