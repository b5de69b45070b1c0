"""Who is asking: a signed cookie for people, a bearer token for programs.

The cookie holds a learner's id and a session version, nothing else, so reading it needs no database and a page can be
chosen by it alone. A visitor without one is given a fresh id, and no row is written before something is worth keeping.
An account's version grows when it signs out everywhere, which ends every older cookie.
"""

import base64
import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass, field
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.requests import Request

from app.learning import learners
from app.learning.staff import Staff
from app.settings import Settings

COOKIE = "receptive"
#: Browsers keep a cookie for 400 days at most.
MAX_AGE = 400 * 24 * 3600

#: The session version of every guest; an account's is higher.
GUEST = 1

#: Where a request's scope keeps its Visitor.
SCOPE = "receptive.visitor"

#: On an answer: who it is for (``Signer.tag``). On a request: for whom it was made, which must be who sends it.
WHO = "Receptive-Who"
_VALUE = re.compile(r"(?:^|;\s*)" + COOKIE + r"=([0-9a-f]{32})\.(\d{1,9})\.([\w-]{43})(?:;|$)")


@lru_cache(4096)
def _mac(key: bytes, value: str) -> str:
    """HMAC-SHA-256 in base64; kept, as every request of a visit asks for the same."""
    return base64.urlsafe_b64encode(hmac.digest(key, value.encode(), "sha256")).rstrip(b"=").decode()


@dataclass(slots=True)
class Visitor:
    """The one who sent this request."""

    id: str
    version: int = GUEST
    #: The account, or None for a guest.
    account: learners.Learner | None = None
    #: What the account may do in the studio.
    staff: Staff | None = None
    #: No valid session came with the request.
    fresh: bool = False
    #: Proved by an API token rather than a cookie.
    by_token: bool = False
    #: The answer must set the cookie.
    issue: bool = False

    @property
    def teaches(self) -> bool:
        """Has anything to do in the studio."""
        return self.staff is not None and self.staff.anywhere


@dataclass(frozen=True)
class Signer:
    """Makes and reads cookie values; HMAC-SHA-256 over id and version."""

    key: bytes = field(repr=False)
    https: bool

    @classmethod
    def of(cls, settings: Settings) -> "Signer":
        return cls(hashlib.sha256(b"session:" + settings.signing_key.encode()).digest(), settings.https)

    def _sign(self, value: str) -> str:
        return _mac(self.key, value)

    def value(self, learner_id: str, version: int) -> str:
        return f"{learner_id}.{version}.{self._sign(f'{learner_id}.{version}')}"

    def read(self, cookies: str) -> tuple[str, int] | None:
        """(learner id, version) out of a ``Cookie`` header; None where it holds none or a forged one."""
        found = _VALUE.search(cookies)
        if found is None or not hmac.compare_digest(self._sign(f"{found[1]}.{found[2]}"), found[3]):
            return None
        return found[1], int(found[2])

    def tag(self, visitor: "Visitor") -> str:
        """Tells a browser that it is still the same guest (``g.``) or account (``a.``), and nothing else."""
        return f"{'a' if visitor.account else 'g'}.{self._sign(f'who:{visitor.id}')[:16]}"

    def cookie(self, learner_id: str, version: int) -> str:
        """A ``Set-Cookie`` header's value."""
        secure = "; Secure" if self.https else ""
        value = self.value(learner_id, version)
        return f"{COOKIE}={value}; Path=/; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax{secure}"


def fresh_id() -> str:
    return uuid.uuid4().hex


def visitor(request: Request) -> Visitor:
    """Who sent this request."""
    found: Visitor | None = request.scope.get(SCOPE)
    if found is None:
        found = request.scope[SCOPE] = Visitor(fresh_id(), fresh=True)
    return found


def learner_id(request: Request) -> str:
    """The id that this visitor's work is kept under; a visitor without a session gets one with the answer."""
    found = visitor(request)
    found.issue = found.issue or found.fresh
    return found.id


def sign_in(request: Request, account: learners.Learner) -> None:
    """Have the answer's cookie name ``account`` from now on."""
    found = visitor(request)
    found.id, found.version, found.account = account.id, account.session_version, account
    found.fresh, found.issue = False, True


def sign_out(request: Request) -> None:
    """Have the answer's cookie name a new guest."""
    found = visitor(request)
    found.id, found.version, found.account, found.fresh, found.issue = fresh_id(), GUEST, None, True, True


def bearer(found: Headers) -> str | None:
    """The API token that a request shows, if any."""
    scheme, _, token = found.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
