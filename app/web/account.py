"""Making an account out of a guest, signing in, signing out."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from app.learning import learners
from app.web import clock, limits, pages, passwords, sessions
from app.web.chosen_language import settle
from app.words import _

router = APIRouter(include_in_schema=False)

# Enough to catch a slip; whether an address works is only known by writing to it.
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
LONGEST_EMAIL, LONGEST_NAME = 254, 100

Text = Annotated[str, Form()]


@router.get("/account/new")
async def new(request: Request, next: str = "") -> Response:
    if sessions.visitor(request).account is not None:
        return RedirectResponse("/me", 303)
    return _form(request, "account/new.html", next)


@router.post("/account/new")
async def create(request: Request, name: Text = "", email: Text = "", password: Text = "", next: Text = "") -> Response:
    """The guest who asks becomes an account, under the same id: nothing learnt is lost."""
    visitor = sessions.visitor(request)
    if visitor.account is not None:
        return RedirectResponse("/me", 303)
    name, email = " ".join(name.split()), email.strip()
    problems = {"name": name_trouble(name), "email": email_trouble(email), "password": passwords.trouble(password)}
    problems = {field: words for field, words in problems.items() if words}
    if problems:
        return _form(request, "account/new.html", next, problems, name=name, email=email)
    limits.sign_in(request, email)
    hashed = await request.app.state.passwords.hash(password)
    learner_id, now = sessions.learner_id(request), clock.now(request)
    try:
        account = await request.app.state.db.write(
            lambda conn: learners.create_account(conn, learner_id, name, email, hashed, now)
        )
    except learners.EmailTaken:
        problems = {"email": _("This address cannot be used for a new account. If it is yours, sign in with it.")}
        return _form(request, "account/new.html", next, problems, name=name, email=email)
    sessions.sign_in(request, account)
    answer = RedirectResponse(inside(next), 303)
    await settle(request, answer, account)
    return answer


@router.get("/sign-in")
async def show_sign_in(request: Request, next: str = "") -> Response:
    return _form(request, "account/sign_in.html", next)


@router.post("/sign-in")
async def sign_in(request: Request, email: Text = "", password: Text = "", next: Text = "") -> Response:
    """Open an account; what its owner did as a guest before is added to it, once."""
    limits.sign_in(request, email)
    db, visitor, now = request.app.state.db, sessions.visitor(request), clock.now(request)
    account = await db.read(lambda conn: learners.by_email(conn, email.strip()))
    if not await request.app.state.passwords.verify(
        password[: passwords.LONGEST + 1], account and account.password_hash
    ):
        problems = {"password": _("This email and this password do not belong together.")}
        return _form(request, "account/sign_in.html", next, problems, email=email)
    if visitor.account is None and not visitor.fresh:
        await db.write(lambda conn: learners.merge(conn, visitor.id, account.id, now))
    sessions.sign_in(request, account)
    answer = RedirectResponse(inside(next), 303)
    await settle(request, answer, account)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, everywhere: Text = "") -> Response:
    """Leave this browser, or every one: then all older cookies end."""
    account = sessions.visitor(request).account
    if account is not None and everywhere:
        await request.app.state.db.write(lambda conn: learners.end_sessions(conn, account.id))
    sessions.sign_out(request)
    return RedirectResponse("/", 303)


def _form(
    request: Request,
    template: str,
    next: str,
    problems: Mapping[str, str] | None = None,
    *,
    name: str = "",
    email: str = "",
) -> Response:
    context: dict[str, Any] = {"next": inside(next, ""), "problems": problems or {}, "name": name, "email": email}
    return pages.page(request, template, status=422 if problems else 200, at="me", **context)


def inside(path: str, default: str = "/me") -> str:
    """``path`` where it is one of this site's own, else ``default``: a sign-in never leads elsewhere."""
    own = re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", path)
    return path if own else default


def email_trouble(email: str) -> str:
    if len(email) <= LONGEST_EMAIL and _EMAIL.fullmatch(email):
        return ""
    return _("An address looks like name@example.org.")


def name_trouble(name: str) -> str:
    if not name:
        return _("Tell us what to call you.")
    if len(name) > LONGEST_NAME:
        return _("At most %(most)s characters, please.", most=LONGEST_NAME)
    hidden = any(unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs"} for c in name)
    return _("Please leave out characters that cannot be seen.") if hidden else ""
