"""Two texts of one file, brought together by whoever came later: theirs, one's own, and both in one to go on with."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.studio import drafts, revisions
from app.studio.drafts import Draft, Newer, named, storable, with_newlines
from app.studio.merging import Merge, compare, merge
from app.studio.revisions import Revision
from app.web import clock, studio_ground, working_copy
from app.web.problems import Problem
from app.web.studio_ground import Ground
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/files/{file}/merge", include_in_schema=False)

#: Bytes of a form with two texts in one.
MOST = 8 << 20


@dataclass(frozen=True)
class Merging:
    """What ``studio/merge.html`` is a function of."""

    file: str
    draft: Draft
    #: What one's own text was begun from, what it is held against, and one's own; None where there is no file.
    base: str | None
    theirs: str | None
    yours: str | None
    #: Whose text it is held against.
    last: Revision | None
    #: Of a revision that was asked for; else it is held against the file as it is.
    revision: int | None
    #: The SHA-256 of what is on disk, empty for no file: what saving goes on from.
    disk: str
    #: Why it is shown again; empty the first time.
    again: str = ""

    @property
    def merged(self) -> Merge | None:
        """None where one of the two wants the file gone: that has no middle."""
        if self.theirs is None or self.yours is None:
            return None
        return merge(self.base or "", self.yours, self.theirs)

    @property
    def sides(self) -> dict[str, Any]:
        return {"theirs": compare(self.base, self.theirs), "yours": compare(self.base, self.yours)}


@router.get("")
async def show(
    request: Request, course: str, file: str, revision: Annotated[int | None, Query(ge=1, lt=2**63)] = None
) -> Response:
    """Both texts, and one made of both; to the editor where there is nothing to bring together."""
    ground = await studio_ground.to_edit(request, course)
    found = await _merging(ground, file, revision)
    if found is None or (revision is None and found.theirs == found.base):
        return RedirectResponse(f"{ground.url}/files/{file}", 303)
    return await ground.page("studio/merge.html", merging=found)


@router.post("", max_body_size=MOST)
async def save(
    request: Request,
    course: str,
    file: str,
    version: Annotated[int, Form(ge=0, lt=2**31)],
    disk: Annotated[str, Form(max_length=64)] = "",
    text: Annotated[str, Form(max_length=drafts.LONGEST * 2)] = "",
    do: Annotated[Literal["save", "mine", "theirs"], Form()] = "save",
    revision: Annotated[int | None, Form(ge=1, lt=2**63)] = None,
) -> Response:
    """One's draft is now this text, begun from what is on disk. Whatever changed meanwhile is shown first."""
    ground = await studio_ground.to_edit(request, course)
    found = await _merging(ground, file, revision)
    if found is None:
        return RedirectResponse(f"{ground.url}/publish", 303)
    written = {"save": with_newlines(text), "mine": found.yours, "theirs": found.theirs}[do]
    if disk != found.disk:
        return await _again(ground, found, disk, written, version)
    try:
        await _save(ground, found, written, version)
    except Newer as newer:
        said = _("Your draft was changed elsewhere since. Below, that text and what you just wrote are in one.")
        other = replace(found, theirs=newer.draft.text, yours=written, draft=newer.draft, again=said)
        return await ground.page("studio/merge.html", 409, merging=other)
    except ValueError as error:
        raise Problem(422, detail=str(error)) from error
    return RedirectResponse(f"{ground.url}/publish", 303)


async def _save(ground: Ground, found: Merging, text: str | None, version: int) -> None:
    who, now, base = ground.staff.account.id, clock.now(ground.request), ground.texts.get(found.file)

    def write(conn: Connection) -> None:
        drafts.save(conn, who, ground.course, found.file, text, base, version, now, rebase=True)

    await ground.request.app.state.db.write(write)


async def _again(ground: Ground, found: Merging, disk: str, written: str | None, version: int) -> Response:
    """The file changed while it was being merged: from what was merged with, to what it says now."""
    db = ground.request.app.state.db
    base = await db.read(lambda conn: revisions.named_so(conn, ground.course, found.file, disk))
    said = _("The file has changed again meanwhile. Below, what you just wrote and its newest text are in one.")
    draft = replace(found.draft, version=version)
    other = replace(found, base=base, theirs=_of_disk(ground, found.file), yours=written, draft=draft, again=said)
    return await ground.page("studio/merge.html", 409, merging=replace(other, revision=None))


async def _merging(ground: Ground, file: str, revision: int | None) -> Merging | None:
    """None where one has no draft of the file. Raises Problem (404)."""
    who, course = ground.staff.account.id, ground.course
    working_copy.file(file)

    def read(conn: Connection) -> tuple[Draft | None, Revision | None, str | None]:
        held = drafts.own(conn, who, course).get(file)
        asked = revisions.get(conn, course, revision) if revision else revisions.last(conn, course, file)
        return held, asked, revisions.text_of(conn, asked)

    draft, last, text = await ground.request.app.state.db.read(read)
    if revision and (last is None or last.file != file):
        raise Problem(404, detail=_("The course has no such revision."))
    if draft is None:
        return None
    theirs = with_newlines(text) if revision else _of_disk(ground, file)
    base, disk = with_newlines(draft.base_text), named(storable(ground.texts.get(file))) or ""
    return Merging(file, draft, base, theirs, draft.text, last, revision, disk)


def _of_disk(ground: Ground, file: str) -> str | None:
    return with_newlines(storable(ground.texts.get(file)))
