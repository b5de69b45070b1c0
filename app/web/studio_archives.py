"""A course's archive, sent back: a new course, or drafts over one that is there."""

import asyncio
import re
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from app.content.fields import SLUG
from app.learning import staff as staffing
from app.learning.staff import Staff
from app.studio import addresses, archives, bringing
from app.studio.archives import Packed, Refused
from app.web import clock
from app.web.problems import Problem
from app.web.staff import may_edit, staff
from app.words import _

router = APIRouter(prefix="/studio/courses", include_in_schema=False)


@router.post("/archive", max_body_size=archives.MOST_PACKED + 100_000)
async def bring(
    request: Request, file: Annotated[UploadFile, File()], course: Annotated[str, Form(max_length=80)] = ""
) -> Response:
    """``course`` is the address that it gets; the archive's own where none is given."""
    who = await staff(request)
    try:
        archive = await asyncio.to_thread(archives.read, await file.read())
    except Refused as error:
        raise Problem(422, _("This archive cannot be read"), str(error)) from None
    slug = course.strip() or archive.slug
    if not re.fullmatch(SLUG, slug):
        words = _("The course’s address has lower-case letters, digits and hyphens. Give it one.")
        raise Problem(422, _("This course needs an address"), words)
    there = slug in request.app.state.library.folders()
    return await (_over(request, slug, archive) if there else _new(request, who, slug, archive))


async def _new(request: Request, who: Staff, slug: str, archive: Packed) -> Response:
    if not who.creates:
        raise Problem(403, detail=_("Instructors make courses."))
    library, now = request.app.state.library, clock.now(request)
    if not who.edits(slug) and await request.app.state.db.read(lambda conn: addresses.left_behind(conn, slug)):
        raise Problem(409, detail=_("“%(slug)s” was the address of another course; take another.", slug=slug))
    try:
        await asyncio.to_thread(bringing.make, library.folder, slug, archive.files)
    except bringing.Taken:
        raise Problem(409, detail=_("There is a course of this address. Give this one another.")) from None
    except OSError:
        words = _("The folder of the lessons cannot be written: ask whoever runs this site.")
        raise Problem(409, _("The course was not made"), words) from None
    learner = who.account.id
    await request.app.state.db.write(lambda conn: staffing.grant(conn, learner, slug, "instructor", learner, now))
    return RedirectResponse(f"/studio/courses/{slug}", 303)


async def _over(request: Request, slug: str, archive: Packed) -> Response:
    who, state = await may_edit(request, slug), request.app.state
    folder, now, learner = state.library.folders()[slug], clock.now(request), who.account.id
    lost = await state.db.read(lambda conn: bringing.unpublished(conn, folder, slug, learner, archive))
    try:
        if lost:
            raise bringing.Unpublished(lost)
        brought = await asyncio.to_thread(bringing.over, folder, archive)
        await state.db.write(lambda conn: bringing.draft(conn, folder, slug, learner, archive, brought, now))
    except bringing.Unpublished as error:
        words = _(
            "The archive would write over what you have not published: %(files)s. Publish or discard that first.",
            files=", ".join(error.files),
        )
        raise Problem(409, _("Nothing was brought in"), words) from None
    except OSError:
        words = _("The course’s pictures cannot be written: ask whoever runs this site.")
        raise Problem(409, _("Nothing was brought in"), words) from None
    kept = f"&kept={len(brought.kept)}" if brought.kept else ""
    return RedirectResponse(f"/studio/courses/{slug}/in-and-out?brought={len(brought.changed)}{kept}", 303)
