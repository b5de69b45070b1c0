"""Which shares a visitor may see, and which of those are open to them."""

from fastapi import Request

from app.learning import ancestry, shares
from app.learning.shares import Share
from app.web import sessions
from app.web.problems import Problem
from app.web.words import _


async def seen(request: Request, token: str) -> Share:
    """The share of an address, where this visitor may see it. Raises Problem (404), the same where there is none."""
    viewer = sessions.visitor(request).id
    found: Share | None = await request.app.state.db.read(lambda conn: shares.find(conn, token, viewer))
    if found is None:
        raise Problem(
            404, _("Nothing is shared here"), _("It may have been made private or deleted, or the address is mistyped.")
        )
    return found


async def opened(request: Request, token: str) -> Share:
    """A share whose code this visitor may see. Raises Problem (403, 404)."""
    found = await seen(request, token)
    viewer = sessions.visitor(request).id
    if not await request.app.state.db.read(lambda conn: ancestry.open_to(conn, found, viewer)):
        raise Problem(
            403,
            _("Solve it first"),
            _("It answers a challenge, and opens once you have met that yourself, or asked for its explanation."),
        )
    return found
