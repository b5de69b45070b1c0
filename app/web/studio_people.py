"""Who looks after which course: given and taken away by admins everywhere, by instructors in their own course."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.learning import learners, roles
from app.learning.learners import ROLES, Role
from app.learning.roles import EVERY, LastOne
from app.learning.staff import COURSE_ROLES, CourseRole, Staff
from app.web import clock, limits, pages
from app.web.problems import Problem
from app.web.staff import may_edit, may_see, staff
from app.web.studio_classes import course_of
from app.words import _

router = APIRouter(prefix="/studio", include_in_schema=False)

#: People on one page.
MOST = 100
Text = Annotated[str, Form(max_length=300)]
#: Takes a role in one course away.
NOTHING = "none"


@dataclass(frozen=True)
class Asked:
    """A role that somebody is to be given, as it was typed; and why it was not."""

    email: str = ""
    course: str = EVERY
    role: str = ""
    trouble: str = ""


async def _admin(request: Request) -> Staff:
    """Raises Problem: 404 for guests, 403 for everyone but admins."""
    found = await staff(request)
    if not found.admin:
        raise Problem(403, detail=_("This is for admins."))
    return found


@router.get("/people")
async def people(request: Request, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Everyone who is staff of anything; or the accounts that a search finds."""
    return await _people(request, await _admin(request), q.strip())


async def _people(request: Request, who: Staff, words: str, asked: Asked | None = None) -> Response:
    def read(conn: Connection) -> dict[str, Any]:
        return {"found": roles.people(conn, words, MOST), "changes": roles.changes(conn)}

    context = await request.app.state.db.read(read)
    context |= {"staff": who, "q": words, "most": MOST, "asked": asked or Asked()}
    context["choices"] = (*COURSE_ROLES, "admin", "student", NOTHING)
    courses = {course.slug: course for course in request.app.state.library.courses()}
    status = 422 if asked else 200
    return pages.page(request, "studio/people.html", status=status, at="studio", courses=courses, **context)


@router.post("/people")
async def give(request: Request, email: Text = "", course: Text = EVERY, role: Text = "") -> Response:
    """Make an account something, in every course (``*``) or in one."""
    who, now = await _admin(request), clock.now(request)
    asked = Asked(email.strip(), course, role)

    def write(conn: Connection) -> str:
        if course == EVERY:
            return _given(conn, asked, lambda id: roles.set_role(conn, id, _role(role), who.account.id, now))
        return _in_course(conn, asked, who.account.id, now, may_empty=True)

    if course != EVERY and role != NOTHING:
        course_of(request, course)
    return await _done(request, asked, write, "/studio/people", lambda again: _people(request, who, "", again))


@router.get("/courses/{course}/people")
async def of_course(request: Request, course: str) -> Response:
    return await _of_course(request, await may_see(request, course), course)


async def _of_course(request: Request, who: Staff, slug: str, asked: Asked | None = None) -> Response:
    here = course_of(request, slug)

    def read(conn: Connection) -> dict[str, Any]:
        return {"found": roles.of_course(conn, slug), "changes": roles.changes(conn, slug)}

    context = await request.app.state.db.read(read)
    context |= {"staff": who, "edits": who.edits(slug), "asked": asked or Asked(), "course_roles": COURSE_ROLES}
    context |= {"studio_course": slug, "studio_title": here.title, "studio_tab": "people", "at": "studio"}
    return pages.page(request, "studio/course_people.html", status=422 if asked else 200, **context)


@router.post("/courses/{course}/people")
async def give_in_course(request: Request, course: str, email: Text = "", role: Text = "") -> Response:
    """Make an account an assistant or instructor of this course; or, with ``none``, neither."""
    who, now = await may_edit(request, course), clock.now(request)
    course_of(request, course)
    limits.sign_in(request, email)  # or addresses could be tried for accounts
    asked = Asked(email.strip(), course, role)

    def write(conn: Connection) -> str:
        return _in_course(conn, asked, who.account.id, now, may_empty=who.admin)

    at = f"/studio/courses/{course}/people"
    return await _done(request, asked, write, at, lambda again: _of_course(request, who, course, again))


def _in_course(conn: Connection, asked: Asked, by: str, now: float, *, may_empty: bool) -> str:
    chosen = _course_role(asked.role)

    def change(id: str) -> None:
        roles.set_course_role(conn, id, asked.course, chosen, by, now, may_empty=may_empty)

    return _given(conn, asked, change)


def _given(conn: Connection, asked: Asked, change: Callable[[str], None]) -> str:
    """Why nothing was changed, in words; empty where it was."""
    account = learners.by_email(conn, asked.email)
    if account is None:
        return _("There is no account with this address. Ask them to make one first.")
    try:
        change(account.id)
    except LastOne:
        if asked.course == EVERY:
            return _("This is the last admin. Make somebody else an admin first.")
        return _("This is the course’s last instructor. Make somebody else an instructor first.")
    return ""


async def _done(
    request: Request, asked: Asked, write: Callable[[Connection], str], at: str, again: Callable[[Asked], Any]
) -> Response:
    trouble: str = await request.app.state.db.write(write)
    if not trouble:
        return RedirectResponse(at, 303)
    answer: Response = await again(Asked(asked.email, asked.course, asked.role, trouble))
    return answer


def _role(word: str) -> Role:
    """Raises Problem (422)."""
    found = next((role for role in ROLES if role == word), None)
    if found is None:
        raise Problem(422, detail=_("There is no such role."))
    return found


def _course_role(word: str) -> CourseRole | None:
    """Raises Problem (422)."""
    found = next((role for role in COURSE_ROLES if role == word), None)
    if found is None and word != NOTHING:
        raise Problem(422, detail=_("There is no such role."))
    return found
