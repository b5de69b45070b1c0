"""The web application, put together. Wiring only: what a part does stands in the part."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError
from starlette.types import ASGIApp

from app.content.library import Library
from app.db import Database, Unavailable
from app.runs import Runs, record
from app.search.renewing import Renewing
from app.settings import Settings
from app.studio import publishing, regrading
from app.studio.counting import Counting
from app.web import (
    account,
    api_courses,
    api_docs,
    api_me,
    api_reviews,
    api_runs,
    api_search,
    api_shares,
    api_skills,
    api_tests,
    attempts,
    bookmarks,
    calendar,
    class_exports,
    clock,
    comments,
    courses,
    free_labs,
    health,
    help,
    home,
    joining,
    labs,
    languages,
    lessons,
    limits,
    me,
    my_notes,
    nexus,
    notes,
    offline,
    online,
    openapi,
    own_data,
    own_shares,
    pages,
    passwords,
    plan,
    prints,
    problems,
    programs,
    questions,
    recall,
    reports,
    reviews,
    runs,
    search,
    security,
    sent,
    shares,
    sharing,
    skill_tests,
    studio,
    studio_answers,
    studio_archives,
    studio_classes,
    studio_desk,
    studio_drafts,
    studio_help,
    studio_import,
    studio_in_out,
    studio_media,
    studio_merge,
    studio_people,
    studio_preview,
    studio_publish,
    studio_question,
    studio_regrades,
    studio_revisions,
    studio_shaping,
    studio_skills,
    studio_trying,
    studio_use,
    studio_words,
    take_away,
    time_spent,
    walkthroughs,
    warming,
)
from app.web.cached import CachedLessons
from app.web.identity import Sessions
from app.web.sessions import Signer
from app.web.words import Speaks

_log = logging.getLogger(__name__)

#: Those of the studio, a line each.
STUDIO = (
    studio,
    class_exports,
    studio_answers,
    studio_question,
    studio_use,
    studio_classes,
    *(studio_desk, studio_drafts, studio_preview, studio_trying, studio_media),
    studio_people,
    studio_merge,
    studio_publish,
    studio_revisions,
    studio_import,
    studio_archives,
    studio_help,
    studio_in_out,
    studio_regrades,
    studio_shaping,
    studio_skills,
    studio_words,
)
#: The nouns of the site, each with its routes, in the order in which they are looked through: answers first.
NOUNS = (
    *(attempts, api_courses, home, courses, lessons, questions, labs, walkthroughs, free_labs, runs, take_away),
    *(skill_tests, prints, programs, search, api_search),
    *(notes, my_notes, bookmarks),
    *(sent, sharing, own_shares, shares, nexus, comments, online, reports),
    *(plan, calendar, reviews, api_reviews, recall, api_skills, api_tests, api_shares),
    joining,
    *STUDIO,
    *(me, own_data, time_spent, account, languages, help, offline, health, api_runs, api_me, api_docs),
)


class Receptive(FastAPI):
    """FastAPI inside the layers that must see every answer, its own error pages included."""

    def build_middleware_stack(self) -> ASGIApp:
        settings: Settings = self.state.settings
        inner: ASGIApp = super().build_middleware_stack()
        inner = Sessions(inner, settings)
        inner = security.CrossOrigin(inner, settings)
        inner = security.HeadAsGet(inner)
        inner = Speaks(security.SecurityHeaders(inner, settings))
        extra, signer = security.headers(settings), Signer.of(settings)
        return CachedLessons(inner, self.state, signer, extra, lessons.render_lesson)


def _finish_publications(app: FastAPI) -> None:
    """Whatever an earlier process kept and did not get to write. A database that is away keeps nobody from starting."""
    state = app.state
    try:
        publishing.resume(state.db, state.library, state.clock(), state.settings.studio_git)
    except (Unavailable, DBAPIError):
        _log.warning("what was published and not written is finished at the next publication", exc_info=True)


def _finish_regrading(app: FastAPI) -> None:
    state = app.state
    regrading.resume(state.db, state.library, state.clock())


async def _compute_ahead(app: FastAPI, starting: asyncio.Task[None]) -> None:
    if app.state.settings.warm:
        await starting
        await warming.in_background(app.state.runs, app.state.library.courses())


async def _make_findable(app: FastAPI, starting: asyncio.Task[None]) -> None:
    """Behind the first pages: a search before this is done begins it by itself."""
    await starting
    await app.state.search.current(app.state.library.courses())


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Serve pages at once; the lab starts beside them and is stopped with them."""
    await asyncio.to_thread(_finish_publications, app)
    starting = asyncio.create_task(app.state.runs.start())
    loading = asyncio.create_task(asyncio.to_thread(pages.assets.warm))
    for task in (starting, loading):
        # What a start leaves behind is there for good: each search of it for garbage held every request for 90 ms.
        task.add_done_callback(lambda _: gc.freeze())
    regraded = asyncio.create_task(asyncio.to_thread(_finish_regrading, app))
    ahead = asyncio.create_task(_compute_ahead(app, starting))
    finding = asyncio.create_task(_make_findable(app, starting))
    try:
        yield
    finally:
        for task in (starting, loading, ahead, finding, regraded):
            task.cancel()
        await asyncio.gather(starting, loading, ahead, finding, regraded, return_exceptions=True)
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
        # Nothing is sent out of here, and asking whether to costs a third of a kept page.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.settings = settings
    app.state.clock = clock.ahead(settings.days_ahead)
    app.state.db = Database(settings.database)
    app.state.library = Library(settings.lessons, settings.reload_lessons, record.results(app.state.db))
    app.state.runs = Runs(app.state.db, settings)
    app.state.search = Renewing(app.state.db)
    app.state.counting = Counting(app.state.db)
    app.state.limits = limits.Limits(settings)
    app.state.looks = {}
    app.state.passwords = passwords.Passwords()
    app.state.assets = pages.assets
    app.mount("/static", pages.assets)
    problems.install(app)
    openapi.install(app)
    for noun in NOUNS:
        app.include_router(noun.router)
    return app
