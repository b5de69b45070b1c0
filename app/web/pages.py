"""The one Jinja environment and the two ways to answer with it: a page and a fragment."""

import gzip
import hashlib
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import brotli
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.web import sessions, words
from app.web.assets import LOOK_EVERY, Assets, encoding
from app.words import N_, _

TEMPLATES = Path(__file__).parents[2] / "templates"

#: A header of what a browser may keep for reading without network, until someone else is signed in there.
KEPT = {"Receptive-Keep": "mine"}

#: Served at ``/static`` by every app of this process.
assets = Assets()

#: Autoescaped; a name that a route forgot to give is an error, never an empty space.
templates = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
templates.globals["asset"] = assets.url
words.install(templates)


MONTHS = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)


def day(when: float | date) -> str:
    """A day, or the UTC day of an epoch second, as ``21 November 2026``."""
    on = when if isinstance(when, date) else datetime.fromtimestamp(when, UTC)
    return _("%(day)s %(month)s %(year)s", day=on.day, month=_(MONTHS[on.month - 1]), year=on.year)


def moment(when: float) -> str:
    """A UTC epoch second as ISO 8601, for ``<time datetime>``."""
    return datetime.fromtimestamp(when, UTC).isoformat(timespec="seconds")


templates.filters.update(day=day, moment=moment)


def origin(request: Request) -> str:
    """Where the site is reached, as its readers write it: ``https://host``."""
    at = request.base_url
    return f"{'https' if request.app.state.settings.https else at.scheme}://{at.netloc}"


def page(
    request: Request, name: str, /, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """A whole page. Beside ``context`` the template sees ``request`` and ``visitor`` (see ``sessions.Visitor``).

    Personal, so no cache keeps it; a visitor without a session gets one with it.
    """
    if status < 400:
        sessions.learner_id(request)
    return _render(request, name, status, headers, context)


def fragment(
    request: Request, name: str, /, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """A part of a page, from the same partial that the page includes; the same names stand in it."""
    return _render(request, name, status, headers, context)


def render(request: Request, name: str, /, **context: Any) -> str:
    """The text of a template, for an answer made of several."""
    visitor = sessions.visitor(request)
    return templates.get_template(name).render(request=request, visitor=visitor, **context)


def _render(
    request: Request, name: str, status: int, headers: Mapping[str, str] | None, context: Mapping[str, Any]
) -> HTMLResponse:
    body = render(request, name, **context).encode()
    sent = {"Cache-Control": "private, no-store", "Vary": "Cookie, Accept-Encoding, Accept-Language", **(headers or {})}
    coding = encoding(request.headers.get("accept-encoding", ""))
    if coding != "identity":
        # Quick settings: the page is made for this one answer. It holds no secret that its length could tell.
        body = brotli.compress(body, quality=4) if coding == "br" else gzip.compress(body, 5, mtime=0)
        sent["Content-Encoding"] = coding
    return HTMLResponse(body, status, sent)


class _Version:
    """A hash that changes whenever a template or an asset does, so that kept pages are rendered anew."""

    def __init__(self) -> None:
        self._looked, self._templates = 0.0, ""

    def __call__(self) -> str:
        now = time.monotonic()
        if not self._templates or now - self._looked > LOOK_EVERY:
            stats = sorted((str(p), p.stat().st_mtime_ns) for p in TEMPLATES.rglob("*.html"))
            self._looked, self._templates = now, hashlib.sha256(repr(stats).encode()).hexdigest()[:16]
        return f"{self._templates}{assets.version}"


#: ``version()`` names the templates and assets in force.
version = _Version()
