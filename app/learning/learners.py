"""Who learns here: guests, accounts, and the tokens of their programs."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Double,
    ForeignKey,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from app.db import Prepared, metadata

Role = Literal["student", "assistant", "instructor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

learner = Table(
    "learner",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    # In lower case: one address is one account, however it is typed.
    Column("email", Text, unique=True),
    Column("password_hash", Text),
    Column("role", Text, nullable=False),
    Column("session_version", Integer, nullable=False),
    Column("created", Double, nullable=False),
    # Of a guest that signed in: to which account, and when.
    Column("merged_into", Text, ForeignKey("learner.id")),
    Column("merged", Double),
    # The language that an account chose for the site; none: as the browser asks.
    Column("language", Text),
    CheckConstraint("kind IN ('guest', 'account')", "kind"),
    CheckConstraint(f"role IN {ROLES}", "role"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("learner_id", Text, ForeignKey("learner.id"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("last_used", Double),
)


class EmailTaken(ValueError):
    """An account with this address exists."""


class NotAGuest(ValueError):
    """An account cannot be made of an account."""


class Merged(Exception):
    """This guest has signed in since: what it sent belongs to the account, under the account's session.

    It is not written for the account unasked: who holds an old guest's cookie has not signed in. The web answers
    409; sent again with the new cookie, it counts.
    """


@dataclass(frozen=True)
class Learner:
    id: str
    kind: Literal["guest", "account"]
    name: str
    email: str | None
    role: Role
    #: A session cookie that holds a lower number is no longer good.
    session_version: int
    created: float
    merged_into: str | None = None
    merged: float | None = None
    password_hash: str | None = field(default=None, repr=False)
    #: The language that was chosen for the site; None: as the browser asks.
    language: str | None = None


@dataclass(frozen=True)
class Token:
    """A program's key, without its secret."""

    id: str
    label: str
    created: float
    last_used: float | None


FIND = Prepared(select(learner.c.merged_into).where(learner.c.id == bindparam("learner")).with_for_update())
GET = Prepared(select(learner).where(learner.c.id == bindparam("learner")))
ADD_GUEST = Prepared(
    lambda new: (
        new(learner)
        .values(kind="guest", name="", role="student", session_version=1)
        .on_conflict_do_nothing(index_elements=["id"])
    )
)


def ensure(conn: Connection, learner_id: str, now: float) -> None:
    """Give a visitor a row where there is none, and hold it (on PostgreSQL) until the transaction ends.

    Whatever changes what a learner has done calls this first, so that one learner's changes happen one after the
    other. Raises Merged.
    """
    row = FIND.first(conn, {"learner": learner_id})
    if row is None:
        ADD_GUEST.rows(conn, {"id": learner_id, "created": now})
        row = FIND.first(conn, {"learner": learner_id})
    if row.merged_into is not None:
        raise Merged(learner_id)


def speak(conn: Connection, account_id: str, language: str) -> None:
    """Note the language that an account chose for the site."""
    conn.execute(update(learner).where(learner.c.id == account_id).values(language=language))


def _learner(row: Any) -> Learner:
    return Learner(**row._asdict())


def get(conn: Connection, learner_id: str) -> Learner | None:
    row = GET.first(conn, {"learner": learner_id})
    return _learner(row) if row else None


def by_email(conn: Connection, email: str) -> Learner | None:
    """The account with this address, in whatever case it is typed."""
    row = conn.execute(select(learner).where(learner.c.email == _address(email))).first()
    return _learner(row) if row else None


def _address(email: str) -> str:
    return email.strip().lower()


def create_account(
    conn: Connection, learner_id: str, name: str, email: str, password_hash: str, now: float, role: Role = "student"
) -> Learner:
    """Turn a guest into an account: the same id, so everything done so far is kept.

    The session version goes up, so that a cookie from before (perhaps planted) does not open the account. Raises
    EmailTaken, NotAGuest and Merged.
    """
    ensure(conn, learner_id, now)
    if by_email(conn, email):
        raise EmailTaken(email)
    try:
        changed = conn.execute(
            update(learner)
            .where(learner.c.id == learner_id, learner.c.kind == "guest")
            .values(
                kind="account",
                name=name.strip(),
                email=_address(email),
                password_hash=password_hash,
                role=role,
                session_version=learner.c.session_version + 1,
            )
        )
    except IntegrityError as error:
        raise EmailTaken(email) from error
    if not changed.rowcount:
        raise NotAGuest(learner_id)
    made = get(conn, learner_id)
    assert made is not None
    return made


def set_role(conn: Connection, learner_id: str, role: str) -> bool:
    """Whether there was such a learner. Raises ValueError for an unknown role."""
    if role not in ROLES:
        raise ValueError(f"no role {role!r}: one of {', '.join(ROLES)}")
    return bool(conn.execute(update(learner).where(learner.c.id == learner_id).values(role=role)).rowcount)


def set_password(conn: Connection, learner_id: str, password_hash: str) -> bool:
    """Whether there was such an account. Its other sessions end."""
    changed = conn.execute(
        update(learner)
        .where(learner.c.id == learner_id, learner.c.kind == "account")
        .values(password_hash=password_hash, session_version=learner.c.session_version + 1)
    )
    return bool(changed.rowcount)


def end_sessions(conn: Connection, learner_id: str) -> bool:
    """End every session of an account. Whether there was such an account."""
    changed = conn.execute(
        update(learner)
        .where(learner.c.id == learner_id, learner.c.kind == "account")
        .values(session_version=learner.c.session_version + 1)
    )
    return bool(changed.rowcount)


def new_token(conn: Connection, learner_id: str, label: str, now: float) -> str:
    """A new secret, to be shown once. Only its SHA-256 is kept: 256 random bits need no slower hash."""
    ensure(conn, learner_id, now)
    secret = f"rcp_{secrets.token_urlsafe(32)}"
    row = {"id": secrets.token_hex(8), "sha256": _digest(secret), "learner_id": learner_id}
    conn.execute(insert(api_token), row | {"label": label.strip(), "created": now})
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


BY_TOKEN = Prepared(select(learner).join(api_token).where(api_token.c.sha256 == bindparam("sha256")))


def by_token(conn: Connection, secret: str) -> Learner | None:
    row = BY_TOKEN.first(conn, {"sha256": _digest(secret)})
    return _learner(row) if row else None


def token_used(conn: Connection, secret: str, now: float) -> None:
    """Note that a token was used, so that its owner can see which ones are idle."""
    conn.execute(update(api_token).where(api_token.c.sha256 == _digest(secret)).values(last_used=now))


def tokens(conn: Connection, learner_id: str) -> list[Token]:
    chosen = select(api_token.c.id, api_token.c.label, api_token.c.created, api_token.c.last_used)
    rows = conn.execute(chosen.where(api_token.c.learner_id == learner_id).order_by(api_token.c.created.desc()))
    return [Token(*row) for row in rows]


def revoke_token(conn: Connection, learner_id: str, token_id: str) -> bool:
    """Whether this learner had such a token."""
    found = delete(api_token).where(api_token.c.id == token_id, api_token.c.learner_id == learner_id)
    return bool(conn.execute(found).rowcount)


def merge(conn: Connection, guest_id: str, account_id: str, now: float) -> bool:
    """Move all that a guest did to the account it signed in to. Whether there was anything to move.

    The second merge of a guest does nothing. See app.learning.merging.
    """
    from app.learning.merging import merge_into

    return merge_into(conn, guest_id, account_id, now)
