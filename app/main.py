"""The web application, put together. Wiring only: what a part does stands in the part."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec

from fastapi import FastAPI
from starlette.types import ASGIApp

from app.content.library import Library
from app.db import Database
from app.runs import Runs
from app.settings import Settings
from app.web import limits, openapi, pages, passwords, problems, security
from app.web.cached import CachedLessons
from app.web.identity import Sessions
from app.web.sessions import Signer

#: The order in which routes are looked up.
ROUTERS = (
    *("home", "courses", "lessons", "help", "questions", "attempts", "labs", "runs"),
    *("me", "account", "studio", "health", "api_courses", "api_runs", "api_me", "api_docs"),
)


class Receptive(FastAPI):
    """FastAPI inside the layers that must see every answer, its own error pages included."""

    def build_middleware_stack(self) -> ASGIApp:
        settings: Settings = self.state.settings
        inner: ASGIApp = super().build_middleware_stack()
        inner = Sessions(inner, settings)
        inner = security.CrossOrigin(inner, settings)
        inner = security.HeadAsGet(inner)
        inner = security.SecurityHeaders(inner, settings)
        if not find_spec("app.web.lessons"):
            return inner
        render = import_module("app.web.lessons").render_lesson
        return CachedLessons(inner, self.state, Signer.of(settings), security.headers(settings), render)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Serve pages at once; the lab starts beside them and is stopped with them."""
    starting = asyncio.create_task(app.state.runs.start())
    warming = asyncio.create_task(asyncio.to_thread(pages.assets.warm))
    try:
        yield
    finally:
        for task in (starting, warming):
            task.cancel()
        await asyncio.gather(starting, warming, return_exceptions=True)
        await app.state.runs.stop()
        app.state.db.close()


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application for ``settings`` (by default from the environment). The database must be up to date."""
    settings = settings or Settings()
    app = Receptive(
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        max_body_size=security.MAX_BODY,
    )
    app.state.settings = settings
    app.state.db = Database(settings.database)
    app.state.library = Library(settings.lessons, settings.reload_lessons)
    app.state.runs = Runs(app.state.db, settings)
    app.state.limits = limits.Limits(settings)
    app.state.passwords = passwords.Passwords()
    app.state.assets = pages.assets
    app.mount("/static", pages.assets)
    problems.install(app)
    openapi.install(app)
    for name in ROUTERS:
        if find_spec(f"app.web.{name}"):
            app.include_router(import_module(f"app.web.{name}").router)
    return app
