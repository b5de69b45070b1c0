"""What is said under a shared run: comments in the safest kind of Markdown, reports, and what instructors hide."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from markupsafe import Markup
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from app.content import remarks
from app.learning import comments, moderation, pen_names
from app.learning.comments import Comment
from app.learning.shares import Share
from app.web import clock, limits, pages, sessions
from app.web.problems import Problem
from app.web.share_access import opened, seen
from app.web.staff import looks_after
from app.web.words import _

router = APIRouter(prefix="/nexus/s/{token}", include_in_schema=False)

Text = Annotated[str, Form()]
Id = Annotated[int | None, Query(ge=1, le=2**62)]
#: Tells the same form from another: printable, and no longer than the site's own.
Key = Annotated[str, Form(min_length=1, max_length=64, pattern=r"^[\w-]+$")]


@dataclass(frozen=True)
class Remark:
    """A comment as this visitor sees it."""

    comment: Comment
    own: bool

    @property
    def html(self) -> Markup:
        return Markup(remarks.html(self.comment.body))  # noqa: S704 - cleaned there


@dataclass(frozen=True)
class Thread:
    """What ``nexus/_comments.html`` is a function of."""

    share: Share
    #: Oldest first.
    remarks: tuple[Remark, ...]
    #: The id before which older ones are; None where there are none.
    older: int | None
    #: The name that this visitor chose; empty where they did not.
    name: str
    guest: bool
    instructor: bool
    key: str
    typed: str = ""
    #: What is wrong with it, by field.
    trouble: tuple[tuple[str, str], ...] = ()

    def problem(self, field: str) -> str:
        return dict(self.trouble).get(field, "")


def reader(request: Request, one: Share, now: float, before: int | None = None) -> Callable[[Connection], Thread]:
    """Reads the thread under a share whose code is open to this visitor."""
    visitor = sessions.visitor(request)

    def read(conn: Connection) -> Thread:
        instructor = looks_after(request, one.course)
        found = comments.under(conn, one, visitor.id, instructor=instructor, now=now, before=before)
        shown = found[-comments.PAGE :]
        return Thread(
            share=one,
            remarks=tuple(Remark(c, c.learner_id == visitor.id) for c in shown),
            older=shown[0].id if len(found) > len(shown) else None,
            name=pen_names.of(conn, visitor.id),
            guest=visitor.account is None,
            instructor=instructor,
            key=secrets.token_urlsafe(12),
        )

    return read


@router.get("/comments")
async def older(request: Request, token: str, before: Id = None) -> Response:
    """All that is said under a share, a page at a time."""
    one = await opened(request, token)
    read = reader(request, one, clock.now(request), before)
    thread: Thread = await request.app.state.db.read(read)
    return _page(request, thread)


@router.post("/comments", dependencies=[limits.comments])
async def say(request: Request, token: str, key: Key, body: Text = "", name: Text = "") -> Response:
    """Say something; once, however often it is sent."""
    one, now, visitor = await opened(request, token), clock.now(request), sessions.visitor(request)
    if visitor.account is None:
        raise Problem(403, _("Make an account first"), _("What you say must be yours to take back from any browser."))

    def write(conn: Connection) -> Comment | str:
        if name.strip():
            pen_names.choose(conn, visitor.id, name, now)
        if not pen_names.of(conn, visitor.id):
            return _("Choose a name to be seen under. It need not be your own.")
        return comments.say(conn, one, visitor.id, body, key, now)

    try:
        said = await request.app.state.db.write(write)
        trouble = ("name", said) if isinstance(said, str) else None
    except comments.Empty:
        trouble = ("body", _("Write something first."))
    except pen_names.UnfitName as error:
        trouble = ("name", str(error))
    if trouble is None:
        return RedirectResponse(f"{one.url}#comment-{said.id}", 303)
    thread: Thread = await request.app.state.db.read(reader(request, one, now))
    shown = Thread(**{**vars(thread), "key": key, "typed": body[: comments.LONGEST], "trouble": (trouble,)})
    return _page(request, shown, 422)


@router.post("/comments/{comment_id}/delete")
async def delete(request: Request, token: str, comment_id: int) -> Response:
    learner_id, now = sessions.learner_id(request), clock.now(request)
    return await _done(request, token, comment_id, lambda conn: comments.remove(conn, learner_id, comment_id, now))


@router.post("/comments/{comment_id}/restore")
async def restore(request: Request, token: str, comment_id: int) -> Response:
    learner_id, now = sessions.learner_id(request), clock.now(request)
    return await _done(request, token, comment_id, lambda conn: comments.restore(conn, learner_id, comment_id, now))


@router.post("/comments/{comment_id}/hide")
async def hide(request: Request, token: str, comment_id: int) -> Response:
    """For instructors: let nobody read it but its writer."""
    by, now = await _instructor(request, token), clock.now(request)
    return await _done(request, token, comment_id, lambda conn: moderation.hide(conn, comment_id, by, now))


@router.post("/comments/{comment_id}/show")
async def show(request: Request, token: str, comment_id: int) -> Response:
    """For instructors: take a hiding back."""
    await _instructor(request, token)
    return await _done(request, token, comment_id, lambda conn: moderation.show(conn, comment_id))


@router.post("/comments/{comment_id}/report", dependencies=[limits.comments])
async def report_comment(request: Request, token: str, comment_id: int, reason: Text = "") -> Response:
    """Ask an instructor to look at a comment."""
    one, now, learner_id = await opened(request, token), clock.now(request), sessions.learner_id(request)

    def write(conn: Connection) -> bool:
        moderation.tell(conn, one, comment_id, learner_id, reason, now)
        return True

    return await _done(request, token, comment_id, write, told=True)


@router.post("/report", dependencies=[limits.comments])
async def report(request: Request, token: str, reason: Text = "") -> Response:
    """Ask an instructor to look at what is shared: its title and words are read before its code is open."""
    one, now, learner_id = await seen(request, token), clock.now(request), sessions.learner_id(request)
    await request.app.state.db.write(lambda conn: moderation.tell(conn, one, None, learner_id, reason, now))
    return RedirectResponse(f"{one.url}?told=1#comments-h", 303)


@router.post("/hold")
async def hold(request: Request, token: str) -> Response:
    """For instructors: hide what is shared; only its owner sees it then."""
    await _instructor(request, token)
    one, now = await seen(request, token), clock.now(request)

    def write(conn: Connection) -> None:
        moderation.hold(conn, one.id, now)
        moderation.settle_about(conn, one.id, now)

    await request.app.state.db.write(write)
    return RedirectResponse("/studio/reports", 303)


async def _instructor(request: Request, token: str) -> str:
    """Who looks after this share. Raises Problem (404), which tells nobody else that this is here."""
    if not looks_after(request, (await seen(request, token)).course):
        raise Problem(404)
    return sessions.visitor(request).id


async def _done(
    request: Request, token: str, comment_id: int, write: Callable[[Connection], bool], *, told: bool = False
) -> Response:
    """Do it to a comment under this share, where there is one. Raises Problem (403, 404)."""
    one = await seen(request, token)
    # Instructors look after what is said under solutions that they have not met themselves.
    if not looks_after(request, one.course):
        one = await opened(request, token)

    def checked(conn: Connection) -> bool:
        found = comments.find(conn, comment_id)
        return found is not None and found.share_id == one.id and write(conn)

    if not await request.app.state.db.write(checked):
        raise Problem(404, detail=_("There is no such comment of yours here."))
    return RedirectResponse(f"{one.url}{'?told=1' if told else ''}#comments-h", 303)


def _page(request: Request, thread: Thread, status: int = 200) -> Response:
    return pages.page(request, "nexus/comments.html", status=status, thread=thread, at="nexus")
