"""One question's answers in their parts, the groups of equal wrong answers, and what is said to a group."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content.questions import Question
from app.learning.staff import Staff
from app.studio import answer_comments, answer_groups, item_parts, items
from app.studio.answer_groups import Groups
from app.studio.items import Item, Scope
from app.web import clock, questions, staff
from app.web.problems import Problem
from app.web.studio_answers import In, Place, Since, page, place
from app.web.studio_items import ItemView
from app.words import _

router = APIRouter(prefix="/studio/courses/{course}/answers/questions/{question}", include_in_schema=False)


async def _place(request: Request, course: str, question: str, since: str = "all", within: str = "") -> Place:
    """Raises Problem: who may not see the course is not told what is in it."""
    await staff.may_see(request, course)
    return await place(request, course, since, within, questions.find(request, course, question)[2])


@router.get("")
async def show(request: Request, course: str, question: str, since: Since = "all", within: In = "") -> Response:
    here = await _place(request, course, question, since, within)
    asked = questions.find(request, course, question)

    def read(conn: Connection) -> tuple[Item, list[Item]]:
        of_classes = [Scope(here.scope.since, one.id) for one in here.classes]
        every = [items.of(conn, here.course, scope, asked[2])[question] for scope in (here.scope, *of_classes)]
        return every[0], every[1:]

    item, by_class = await request.app.state.db.read(read)
    view = ItemView(asked[1], asked[2], item)
    rows = [(one, ItemView(asked[1], asked[2], its)) for one, its in zip(here.classes, by_class, strict=True)]
    parts = item_parts.parts(asked[2], item)
    return page(request, "studio/answers_question.html", here, v=view, by_class=rows, parts=parts)


@router.get("/groups")
async def groups(request: Request, course: str, question: str) -> Response:
    here = await _place(request, course, question)
    return await _groups(request, here, _asked(here))


@router.post("/groups/{group}/comments")
async def comment(
    request: Request, course: str, question: str, group: str, body: Annotated[str, Form()] = "", end: str = Form("")
) -> Response:
    """Say something to a group, say something else instead, or (``end``) take it back."""
    who: Staff = await staff.may_edit(request, course)
    here = await _place(request, course, question)
    asked, now, db = _asked(here), clock.now(request), request.app.state.db
    found = await db.read(lambda conn: answer_groups.find(conn, here.course, asked, group))
    if found is None:
        raise Problem(404, detail=_("There is no such group of answers, or none any more."))
    if trouble := "" if end else _trouble(body):
        return await _groups(request, here, asked, 422, group, trouble, body)

    def write(conn: Connection) -> None:
        if end:
            answer_comments.take_back(conn, course, question, found.said, now)
        else:
            answer_comments.say(conn, course, question, found.said, body, who.account.id, now)

    await db.write(write)
    return RedirectResponse(f"/studio/courses/{course}/answers/questions/{question}/groups#group-{group}", 303)


def _asked(here: Place) -> Question:
    assert here.question is not None
    return here.question


def _trouble(body: str) -> str:
    if not body.strip():
        return _("Write something, or take back what you said.")
    if len(body) > answer_comments.LONGEST:
        return _("This has more than %(most)s characters.", most=answer_comments.LONGEST)
    return ""


async def _groups(
    request: Request, here: Place, asked: Question, status: int = 200, at: str = "", trouble: str = "", body: str = ""
) -> Response:
    found: Groups = await request.app.state.db.read(lambda conn: answer_groups.of(conn, here.course, asked))
    context = {"groups": found, "asked": asked, "at_group": at, "trouble": trouble, "body": body}
    return page(request, "studio/answers_groups.html", here, status=status, **context)
