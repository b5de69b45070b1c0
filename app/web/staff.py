"""Who may be in the studio, and where. Each function answers or raises Problem.

Guests get 404: they need not know that there is a studio. Accounts get 403 for what is not theirs, whether or not the
course exists.
"""

from fastapi import Request

from app.learning.staff import Staff
from app.web import sessions
from app.web.problems import Problem
from app.words import _


async def staff(request: Request) -> Staff:
    """What the visitor may do in the studio, being staff of anything at all."""
    found = sessions.visitor(request).staff
    if found is None:
        raise Problem(404)
    if not found.anywhere:
        raise Problem(403, detail=_("This is for instructors."))
    return found


async def moderator(request: Request) -> Staff:
    """The visitor as an instructor of anything, who looks after what students show there."""
    found = await staff(request)
    if found.moderated is not None and not found.moderated:
        raise Problem(403, detail=_("This is for instructors."))
    return found


def looks_after(request: Request, course: str | None) -> bool:
    """Whether the visitor moderates what was shared in ``course``; see ``Staff.moderates``."""
    found = sessions.visitor(request).staff
    return found is not None and found.moderates(course)


async def may_see(request: Request, course: str) -> Staff:
    """The visitor as an assistant or instructor of ``course``, or an admin."""
    found = await staff(request)
    if not found.sees(course):
        raise Problem(403, detail=_("You are not among this course’s staff."))
    return found


async def may_edit(request: Request, course: str) -> Staff:
    """The visitor as an instructor of ``course``, or an admin."""
    found = await may_see(request, course)
    if not found.edits(course):
        raise Problem(403, detail=_("Assistants see this course; its instructors change it."))
    return found
