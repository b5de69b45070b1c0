"""A class taken out as a file, a page of its students at a time: nothing is held but what is being written."""

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import StreamingResponse

from app.content.course import Course
from app.studio import class_files, classes, rosters
from app.studio.class_files import Writer
from app.studio.classes import Class, Member
from app.studio.rosters import Progress
from app.web import clock, pages
from app.web.problems import Problem
from app.web.staff import may_edit
from app.web.studio_classes import course_of, find
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/classes/{class_id}", include_in_schema=False)

#: Students, and answers of one student, that are read at once.
STUDENTS, ANSWERS = 25, 500
Text = Annotated[str, Form(max_length=10)]


@router.post("/roster.csv")
async def table(request: Request, course: str, class_id: str, emails: Text = "") -> StreamingResponse:
    """A line for each student. That it was taken out is noted first, for the students to see."""
    here, group, with_emails = await _noted(request, course, class_id, "csv", bool(emails))
    return _file(_table(request, here, group, with_emails), "text/csv; charset=utf-8", f"{_name(group)}.csv")


async def _table(request: Request, course: Course, group: Class, emails: bool) -> AsyncIterator[str]:
    yield "\ufeff" + class_files.head(course, emails)  # by this mark spreadsheets know UTF-8
    async for member, its in _students(request, course, group):
        yield class_files.row(member, its, emails)


@router.post("/xapi.json")
async def statements(request: Request, course: str, class_id: str, emails: Text = "") -> StreamingResponse:
    """An array of xAPI statements. That it was taken out is noted first, for the students to see."""
    here, group, with_emails = await _noted(request, course, class_id, "xapi", bool(emails))
    body = _statements(request, here, group, with_emails)
    return _file(body, "application/json", f"{_name(group)}-xapi.json")


async def _statements(request: Request, course: Course, group: Class, emails: bool) -> AsyncIterator[str]:
    site, before = pages.origin(request), "[\n"
    async for member, its in _students(request, course, group):
        writer, last = Writer(site, course, member, emails), 0
        while True:
            text, last = await _answers(request, group, writer, last)
            if not last:
                break
            yield before + text
            before = ",\n"
        if text := ",\n".join(map(class_files.as_json, writer.mastered(its))):
            yield before + text
            before = ",\n"
    yield "]\n" if before != "[\n" else "[]\n"


async def _students(request: Request, course: Course, group: Class) -> AsyncIterator[tuple[Member, Progress]]:
    now, codes = clock.now(request), await request.app.state.db.read(lambda conn: classes.codes(conn, group.id))
    for at in range(0, len(codes), STUDENTS):
        some = codes[at : at + STUDENTS]

        def read(conn: Connection, some: list[str] = some) -> list[tuple[Member, Progress]]:
            found = [one for code in some if (one := classes.member(conn, group, code))]
            made = rosters.progress(conn, course, [one.learner_id for one in found], now)
            return [(one, made[one.learner_id]) for one in found]

        for student in await request.app.state.db.read(read):
            yield student


async def _answers(request: Request, group: Class, writer: Writer, after: int) -> tuple[str, int]:
    """The next answers' statements, and the last answer's number; 0 at the end, or once the member has left."""

    # Written where it is read, in a thread of its own: the site goes on meanwhile.
    def read(conn: Connection) -> tuple[str, int]:
        member = writer.member
        if classes.member(conn, group, member.code) is None:
            return "", 0
        some = class_files.answers(conn, member.learner_id, group.course, after, ANSWERS)
        text = ",\n".join(class_files.as_json(one) for answer in some for one in writer.answered(answer))
        return text, some[-1].id if some else 0

    found: tuple[str, int] = await request.app.state.db.read(read)
    return found


async def _noted(request: Request, slug: str, class_id: str, format: str, emails: bool) -> tuple[Course, Class, bool]:
    staff = await may_edit(request, slug)
    course, group, now = course_of(request, slug), await find(request, slug, class_id), clock.now(request)
    if emails and not group.emails:
        raise Problem(422, detail=_("This class was made without email addresses, and its students were told so."))
    by = staff.account.id
    await request.app.state.db.write(lambda conn: classes.exported(conn, group.id, format, emails, by, now))
    return course, group, emails


def _name(group: Class) -> str:
    """The class's name as a file's, in ASCII."""
    plain = unicodedata.normalize("NFKD", group.name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "class"


def _file(body: AsyncIterator[str], type: str, name: str) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingResponse(body, media_type=type, headers=headers)
