"""What a course consists of: new courses and lessons, names, order, and what is taken out. All of it makes drafts."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content.course import Course, Lesson
from app.learning import roles
from app.studio import addresses, beginnings, drafts, outlines, shaping, workshop
from app.studio.drafts import Draft
from app.studio.shaping import Read, Refused, Texts
from app.web import clock, pages, working_copy
from app.web import staff as staffing
from app.web.problems import Problem
from app.web.working_copy import WorkingCopy
from app.words import _

router = APIRouter(prefix="/studio/courses", include_in_schema=False)

Line = Annotated[str, Form(max_length=300)]


@router.post("")
async def new_course(request: Request, title: Line = "", slug: Line = "", summary: Line = "") -> Response:
    """A course that exists as drafts of whoever makes it, until they publish it."""
    staff = await staffing.staff(request)
    if not staff.creates:
        raise Problem(403, detail=_("Instructors make courses."))
    title, summary = " ".join(title.split()), " ".join(summary.split())
    slug = slug.strip() or beginnings.slug_of(title)
    asked = {"title": title, "slug": slug, "summary": summary}
    library, now = request.app.state.library, clock.now(request)
    texts: Texts = {}
    try:
        if not title:
            raise Refused(_("Give it a title."))
        texts = shaping.new_course(title, summary, slug)
        if not staff.edits(slug) and await request.app.state.db.read(lambda conn: addresses.left_behind(conn, slug)):
            raise Refused(_("“%(slug)s” was the address of another course; take another.", slug=slug))
        folder = library.folder / slug
        await asyncio.to_thread(_found, folder, slug in library.folders(), (library.folder / "course.yaml").exists())
    except Refused as refused:
        if texts and await _made(request, staff.account.id, slug, texts):
            return RedirectResponse(f"/studio/courses/{slug}", 303)
        known: dict[str, Any] = {"asked": asked, "trouble": str(refused)}
        return pages.page(request, "studio/new_course.html", status=422, staff=staff, at="studio", **known)

    def write(conn: Connection) -> None:
        shaping.keep(conn, staff.account.id, slug, folder, lambda _read: texts, now)
        roles.set_course_role(conn, staff.account.id, slug, "instructor", staff.account.id, now, may_empty=True)

    await request.app.state.db.write(write)
    return RedirectResponse(f"/studio/courses/{slug}", 303)


async def _made(request: Request, learner_id: str, slug: str, texts: Texts) -> bool:
    """Whether the same form made this course a moment ago."""
    db = request.app.state.db
    own: Mapping[str, Draft] = await db.read(lambda conn: drafts.own(conn, learner_id, slug))
    return {file: draft.text for file, draft in own.items()} == texts


def _found(folder: Any, taken: bool, alone: bool) -> None:
    """Make the folder that holds a course once it is published. Raises Refused."""
    if taken:
        raise Refused(_("There is a course at “%(slug)s” already; take another address.", slug=folder.name))
    if alone:
        raise Refused(_("This site is set up for one course; ask its operator for a folder of courses."))
    try:
        folder.mkdir()
    except OSError as error:
        why = error.strerror or str(error)
        raise Refused(_("The folder of the courses takes no new one: %(why)s", why=why)) from error


@router.post("/{course}/rename")
async def entitle(request: Request, course: str, title: Line = "") -> Response:
    """Another title for a course; its address stays."""
    copy = await working_copy.to_edit(request, course)
    if not title.strip():
        return await _arranged(request, copy, _("Give it a title."))
    return await _do(request, copy, lambda read: {workshop.COURSE: outlines.entitle(shaping.outline(read), title)})


@router.post("/{course}/lessons")
async def new_lesson(request: Request, course: str, title: Line = "", slug: Line = "", summary: Line = "") -> Response:
    """A lesson after the others, to be written now."""
    copy = await working_copy.to_edit(request, course)
    title, slug = " ".join(title.split()), slug.strip() or beginnings.slug_of(title)
    if not title:
        return await _arranged(request, copy, _("Give it a title."))
    live = request.app.state.library.course(course)
    if live is not None and (slug in live.retired or slug in live.renamed):
        trouble = _("“%(slug)s” was the address of another lesson; take one that was never used.", slug=slug)
        return await _arranged(request, copy, trouble)
    to = f"/studio/courses/{course}/files/{slug}.md"
    return await _do(request, copy, lambda read: shaping.new_lesson(read, title, slug, summary), to)


@router.get("/{course}/order")
async def arrange(request: Request, course: str) -> Response:
    """The lessons with what can be done to them as a whole."""
    return await _arranged(request, await working_copy.to_edit(request, course), status=200)


@router.post("/{course}/order")
async def order(
    request: Request,
    course: str,
    move: Line = "",
    by: Annotated[int, Form(ge=-500, le=500)] = 0,
    at: Annotated[int, Form(ge=0, le=100_000)] = 0,
) -> Response:
    """Move a lesson up or down: by as many places as ``by`` says, or to the order of all ``lesson`` fields.

    ``at`` is its place, from 1, when it was moved: sent again, it has been moved already.
    """
    copy = await working_copy.to_edit(request, course)
    slugs = [str(one) for one in (await request.form()).getlist("lesson")]
    lessons = list(copy.look.reading.outline.lessons) if copy.look.reading.outline else []
    there = not at or lessons[at - 1 : at] == [move]
    wanted = slugs or shaping.moved(lessons, move, by if there else 0)
    to = f"/studio/courses/{course}/order" + (f"#lesson-{move}" if move in lessons else "")
    return await _do(request, copy, lambda read: {workshop.COURSE: outlines.order(shaping.outline(read), wanted)}, to)


@router.post("/{course}/lessons/{lesson}/rename")
async def rename(request: Request, course: str, lesson: str, title: Line = "", slug: Line = "") -> Response:
    """Another title, another address, or both; the old address leads to the new one."""
    copy = await working_copy.to_edit(request, course)
    found, live = copy.lesson(lesson), request.app.state.library.course(course)
    title = " ".join(title.split()) or found.title
    return await _do(request, copy, lambda read: shaping.rename(read, lesson, slug.strip(), title, live))


@router.post("/{course}/lessons/{lesson}/retire")
async def retire_lesson(request: Request, course: str, lesson: str, instead: Line = "") -> Response:
    """Take a lesson out for good; another may stand in its place."""
    copy = await working_copy.to_edit(request, course)
    found, live = copy.lesson(lesson), request.app.state.library.course(course)
    if instead and (instead == lesson or instead not in copy.course.lesson_by_slug):
        raise Problem(404, detail=_("There is no such lesson."))
    return await _do(request, copy, lambda read: shaping.retire_lesson(read, found, instead, live))


@router.post("/{course}/questions/{question}/retire")
async def retire_question(request: Request, course: str, question: str) -> Response:
    """Take a question out of its lesson for good."""
    copy = await working_copy.to_edit(request, course)
    place = copy.course.question_by_id.get(question)
    if place is None:
        raise Problem(404, detail=_("There is no such question."))
    live = request.app.state.library.course(course)
    return await _do(request, copy, lambda read: shaping.retire_question(read, place[0], question, live))


async def _do(request: Request, copy: WorkingCopy, make: Callable[[Read], Texts], to: str = "") -> Response:
    """Keep what is made as drafts, or say why that cannot be."""
    now, learner_id = clock.now(request), copy.staff.account.id

    def write(conn: Connection) -> None:
        shaping.keep(conn, learner_id, copy.slug, copy.folder, make, now)

    try:
        await request.app.state.db.write(write)
    except (Refused, outlines.Unreadable) as refused:
        return await _arranged(request, copy, str(refused))
    except drafts.Newer:
        return await _arranged(request, copy, _("Another tab has saved one of these files just now. Do it again."), 409)
    return RedirectResponse(to or f"/studio/courses/{copy.slug}/order", 303)


async def _arranged(request: Request, copy: WorkingCopy, trouble: str = "", status: int = 422) -> Response:
    outline, course = copy.look.reading.outline, copy.look.course
    there = course.lesson_by_slug if course is not None else {}
    listed: list[tuple[str, Lesson | None]] = [(slug, there.get(slug)) for slug in (outline.lessons if outline else ())]
    live: Course | None = request.app.state.library.course(copy.slug)
    known: dict[str, Any] = {
        "lessons": listed,
        "live": live,
        "trouble": trouble,
        "own": [draft.file for draft in copy.own.values()],
        "retired": outline.retired if outline else (),
        "renamed": outline.renamed if outline else {},
    }
    return pages.page(
        request,
        "studio/order.html",
        status=status,
        staff=copy.staff,
        studio_course=copy.slug,
        studio_title=copy.title,
        studio_tab="lessons",
        at="studio",
        **known,
    )
