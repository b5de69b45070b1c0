"""Finds out who is asking, before a route runs. Pure ASGI."""

from sqlalchemy import Connection
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.learning import learners
from app.learning import staff as staffing
from app.learning.staff import Staff
from app.settings import Settings
from app.web.problems import Problem, respond
from app.web.security import SAFE_METHODS
from app.web.sessions import GUEST, SCOPE, WHO, Signer, Visitor, bearer, fresh_id


class Sessions:
    """Finds out who is asking before a route runs, and sets the cookie where the answer must carry one."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.signer = app, Signer.of(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/static/", "/healthz", "/readyz")):
            await self.app(scope, receive, send)
            return
        found = Headers(scope=scope)
        token = bearer(found)
        who = await self.by_token(scope, token) if token is not None else await self.by_cookie(scope, found)
        if who is None:
            problem = Problem(401, headers={"WWW-Authenticate": 'Bearer realm="receptive"'})
            await respond(Request(scope, receive), problem)(scope, receive, send)
            return
        scope[SCOPE] = who
        meant = found.get(WHO)
        if meant is not None and scope["method"] not in SAFE_METHODS and meant[2:] != self.signer.tag(who)[2:]:
            await respond(Request(scope, receive), Problem(409))(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and who.issue and not who.by_token:
                MutableHeaders(scope=message).append("Set-Cookie", self.signer.cookie(who.id, who.version))
            if message["type"] == "http.response.start" and (who.issue or not who.fresh) and not who.by_token:
                MutableHeaders(scope=message).append(WHO, self.signer.tag(who))
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    async def by_token(self, scope: Scope, token: str) -> Visitor | None:
        def read(conn: Connection) -> Visitor | None:
            account = learners.by_token(conn, token)
            if account is None:
                return None
            team = staffing.of(conn, account)
            return Visitor(account.id, account.session_version, account, team, by_token=True)

        found: Visitor | None = await scope["app"].state.db.glance(read)
        return found

    async def by_cookie(self, scope: Scope, found: Headers) -> Visitor:
        claim = self.signer.read(found.get("cookie", ""))
        if claim is None:
            return Visitor(fresh_id(), fresh=True)
        learner_id, version = claim

        def read(conn: Connection) -> tuple[learners.Learner | None, Staff | None]:
            row = learners.get(conn, learner_id)
            return row, staffing.of(conn, row) if row is not None and row.kind == "account" else None

        row, staff = await scope["app"].state.db.glance(read)
        if row is not None and row.merged_into is not None and scope["method"] not in SAFE_METHODS:
            # Sent before the sign-in was answered: app.learning refuses it, and the new cookie is left alone.
            return Visitor(learner_id, version)
        if version != (row.session_version if row else GUEST):
            return Visitor(fresh_id(), fresh=True)
        return Visitor(learner_id, version, staff.account if staff else None, staff)
