"""The classes of a course, for its staff: made, named, put away, joined by a link; and who is in them."""

import math
import re
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content.course import Course
from app.learning.staff import Staff
from app.studio import classes, rosters
from app.studio.classes import LONGEST_NAME, Class
from app.web import clock, pages
from app.web.problems import Problem
from app.web.staff import may_edit, may_see
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/classes", include_in_schema=False)

#: Students on one page of a roster.
PAGE = 50
Text = Annotated[str, Form(max_length=400)]


def course_of(request: Request, slug: str) -> Course:
    """Raises Problem (404) where no such course is published."""
    found: Course | None = request.app.state.library.course(slug)
    if found is None:
        raise Problem(404, detail=_("There is no published course at this address."))
    return found


def page(request: Request, name: str, staff: Staff, course: Course, *, status: int = 200, **context: Any) -> Response:
    """A page of the studio about the classes of a course."""
    frame: dict[str, Any] = {
        "staff": staff,
        "studio_course": course.slug,
        "studio_title": course.title,
        "studio_tab": "classes",
    }
    return pages.page(request, name, status=status, at="studio", here=course, **frame, **context)


async def find(request: Request, course: str, class_id: str) -> Class:
    """Raises Problem (404), also for a class of another course."""
    found: Class | None = await request.app.state.db.read(lambda conn: classes.find(conn, course, class_id))
    if found is None:
        raise Problem(404, detail=_("This course has no such class."))
    return found


def named(name: str) -> str:
    """A class's name as it is kept. Raises ValueError, in words."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(_("Name it, in at most %(most)s characters that can be seen.", most=LONGEST_NAME))
    return name


@router.get("")
async def index(request: Request, course: str) -> Response:
    return await _index(request, course, await may_see(request, course))


async def _index(
    request: Request, slug: str, staff: Staff, status: int = 200, typed: str = "", trouble: str = "", key: str = ""
) -> Response:
    course = course_of(request, slug)
    found = await request.app.state.db.read(lambda conn: classes.of_course(conn, slug))
    context = {"found": found, "typed": typed, "trouble": trouble, "key": key or secrets.token_hex(16)}
    return page(request, "studio/classes/index.html", staff, course, status=status, **context)


@router.post("")
async def make(request: Request, course: str, name: Text = "", emails: Text = "", key: Text = "") -> Response:
    """A new class. ``key``, which the form brings along, is its id: sent again, it is the same class."""
    staff = await may_edit(request, course)
    course_of(request, course)
    id, now = key if re.fullmatch(r"[0-9a-f]{32}", key) else secrets.token_hex(16), clock.now(request)
    try:
        words = named(name)
    except ValueError as error:
        return await _index(request, course, staff, 422, name[:LONGEST_NAME], str(error), id)
    made = await request.app.state.db.write(lambda conn: classes.make(conn, id, course, words, bool(emails), now))
    if made is None:
        raise Problem(422, detail=_("This form is out of date. Open the page again."))
    return RedirectResponse(f"/studio/courses/{course}/classes/{made.id}", 303)


Page = Annotated[int, Query(ge=1, le=10_000)]


@router.get("/{class_id}")
async def show(request: Request, course: str, class_id: str, at: Annotated[Page, Query(alias="page")] = 1) -> Response:
    """The roster, a page at a time."""
    staff = await may_see(request, course)
    return await roster(request, staff, course_of(request, course), await find(request, course, class_id), at)


async def roster(
    request: Request, staff: Staff, course: Course, group: Class, at: int = 1, *, status: int = 200, trouble: str = ""
) -> Response:
    now, edits = clock.now(request), staff.edits(course.slug)

    def read(conn: Connection) -> dict[str, Any]:
        found = classes.members(conn, group, PAGE, (at - 1) * PAGE)
        made = rosters.progress(conn, course, [one.learner_id for one in found], now)
        return {
            "rows": [(one, made[one.learner_id]) for one in found],
            "size": classes.count(conn, group.id),
            "removed": classes.removed(conn, group, now) if edits else [],
            "exports": classes.exports(conn, group.id, 0.0, most=10),
        }

    found = await request.app.state.db.read(read)
    found |= {"edits": edits, "at_page": at, "pages": max(1, math.ceil(found["size"] / PAGE)), "trouble": trouble}
    link = f"{pages.origin(request)}/join/{group.secret}" if edits else ""
    return page(request, "studio/classes/show.html", staff, course, status=status, group=group, link=link, **found)


@router.post("/{class_id}")
async def rename(request: Request, course: str, class_id: str, name: Text = "") -> Response:
    staff, group = await may_edit(request, course), await find(request, course, class_id)
    try:
        words = named(name)
    except ValueError as error:
        return await roster(request, staff, course_of(request, course), group, status=422, trouble=str(error))
    return await _changed(request, group, name=words)


@router.post("/{class_id}/archive")
async def archive(request: Request, course: str, class_id: str) -> Response:
    """Put it away: it cannot be joined, and stands last."""
    await may_edit(request, course)
    group = await find(request, course, class_id)
    return await _changed(request, group, archived=group.archived or clock.now(request))


@router.post("/{class_id}/restore")
async def restore(request: Request, course: str, class_id: str) -> Response:
    """Take it out again."""
    await may_edit(request, course)
    return await _changed(request, await find(request, course, class_id), archived=None)


@router.post("/{class_id}/link/close")
async def close(request: Request, course: str, class_id: str) -> Response:
    """Let nobody join by the link, for now."""
    await may_edit(request, course)
    group = await find(request, course, class_id)
    return await _changed(request, group, closed=group.closed or clock.now(request))


@router.post("/{class_id}/link/open")
async def reopen(request: Request, course: str, class_id: str) -> Response:
    await may_edit(request, course)
    return await _changed(request, await find(request, course, class_id), closed=None)


@router.post("/{class_id}/link/renew")
async def renew(request: Request, course: str, class_id: str, link: Text = "") -> Response:
    """Another link in place of the one shown; sent again, it changes nothing."""
    await may_edit(request, course)
    group, now = await find(request, course, class_id), clock.now(request)
    await request.app.state.db.write(lambda conn: classes.renew(conn, group.id, link, now))
    return RedirectResponse(_at(group), 303)


@router.get("/{class_id}/members/{member}")
async def student(request: Request, course: str, class_id: str, member: str) -> Response:
    """What the class shows of one student."""
    staff, here = await may_see(request, course), course_of(request, course)
    group, now = await find(request, course, class_id), clock.now(request)

    def read(conn: Connection) -> tuple[classes.Member, rosters.Progress] | None:
        one = classes.member(conn, group, member)
        return (one, rosters.progress(conn, here, [one.learner_id], now)[one.learner_id]) if one else None

    found = await request.app.state.db.read(read)
    if found is None:
        raise Problem(404, detail=_("Nobody by this address is in the class. They may have left."))
    context = {"group": group, "one": found[0], "its": found[1], "edits": staff.edits(course)}
    return page(request, "studio/classes/student.html", staff, here, **context)


@router.post("/{class_id}/members/{member}/remove")
async def remove(request: Request, course: str, class_id: str, member: str) -> Response:
    await may_edit(request, course)
    group, now = await find(request, course, class_id), clock.now(request)
    if not await request.app.state.db.write(lambda conn: classes.remove(conn, group.id, member, now)):
        raise Problem(404, detail=_("Nobody by this address is in the class. They may have left."))
    return RedirectResponse(f"{_at(group)}#removed", 303)


@router.post("/{class_id}/members/{member}/restore")
async def bring_back(request: Request, course: str, class_id: str, member: str) -> Response:
    """Take a removal back."""
    await may_edit(request, course)
    group, now = await find(request, course, class_id), clock.now(request)
    if not await request.app.state.db.write(lambda conn: classes.bring_back(conn, group.id, member, now)):
        raise Problem(404, detail=_("There is no removal to take back. They can join again by a new link."))
    return RedirectResponse(_at(group), 303)


async def _changed(request: Request, group: Class, **values: Any) -> Response:
    await request.app.state.db.write(lambda conn: classes.change(conn, group.id, **values))
    return RedirectResponse(_at(group), 303)


def _at(group: Class) -> str:
    return f"/studio/courses/{group.course}/classes/{group.id}"
