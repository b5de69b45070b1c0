"""The interface's words in templates, and which language they are in: see ``app.words``.

Templates say ``{{ _("%(count)s notes", count=n) }}`` or ``{% trans %}``; there, a ``%`` of its own is written ``%%``.
"""

import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from starlette.types import ASGIApp, Receive, Scope, Send

from app import words
from app.words import LANGUAGES, N_, SOURCE, _, gettext, language, ngettext, speaking

__all__ = ["LANGUAGES", "N_", "_", "gettext", "language", "ngettext", "speaking"]

#: Names of states, roles and severities, which templates say as ``_(name)``.
NAMES = (
    *(N_("locked"), N_("unlocked"), N_("learning"), N_("proficient"), N_("mastered"), N_("fading")),
    *(N_("student"), N_("assistant"), N_("instructor"), N_("admin"), N_("error"), N_("warning")),
)
#: Holds the language that a reader chose; without it, the browser's own wish decides.
COOKIE = "language"
_CHOSEN = re.compile(rf"(?:^|;\s*){COOKIE}=({'|'.join(LANGUAGES)})(?:;|$)".encode())


def asked_for(cookies: bytes, accepted: bytes) -> str:
    """The language for a request: by its ``Cookie`` header, else by its ``Accept-Language``, else English."""
    found = _CHOSEN.search(cookies) if b"language=" in cookies else None
    return found[1].decode() if found else _accepted(accepted)


@lru_cache(256)
def _accepted(accepted: bytes) -> str:
    """The best known language of an ``Accept-Language`` header (RFC 9110, 12.5.4); of equal ones the first."""
    wishes: list[tuple[float, str]] = []
    for wish in accepted.decode("latin-1").lower().split(","):
        tag, _sep, weight = wish.partition(";")
        found = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", weight) if weight else None
        if weight and found is None:
            continue
        wishes.append((float(found[1]) if found else 1.0, tag.strip().partition("-")[0]))
    known = [(weight, tag) for weight, tag in wishes if tag in LANGUAGES and weight > 0]
    return max(known, key=lambda wish: wish[0])[1] if known else SOURCE


class Speaks:
    """The ASGI layer that answers each request in its language; programs under ``/api/v1`` are answered in English."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/static/", "/api/v1/")):
            await self.app(scope, receive, send)
            return
        cookies = accepted = b""
        for name, value in scope["headers"]:
            if name == b"cookie":
                cookies = value
            elif name == b"accept-language":
                accepted = value
        with speaking(asked_for(cookies, accepted)):
            await self.app(scope, receive, send)


def in_language(tag: str) -> Markup:
    """A ``lang`` attribute for what is written in ``tag``; nothing where the page around it is in it too."""
    return Markup("") if tag == language() else Markup(' lang="{}"').format(tag)


def spoken(text: str, tag: str) -> str:
    """``text``, in an element that says its language where that is not the page's."""
    return text if tag == language() else Markup('<span lang="{}">{}</span>').format(tag, text)


def in_ours(tag: str) -> Markup:
    """A ``lang`` attribute for the site's own words within what is written in ``tag``; nothing where both are one."""
    return Markup("") if tag == language() else Markup(' lang="{}"').format(language())


def _scripts() -> Markup:
    """What the browser's scripts say, as JSON that can stand in an element of a page; empty in English."""
    return Markup(words.scripts(language()).replace("<", "\\u003c"))  # noqa: S704 - our own catalogue, and no tag left


def install(templates: Environment) -> None:
    """Give templates ``_``, ``gettext``, ``ngettext`` and ``{% trans %}``, the values in them escaped."""
    with_words: Any = templates
    with_words.install_gettext_callables(
        words.raw, words.nraw, newstyle=True, pgettext=words.pgettext, npgettext=words.npgettext
    )
    templates.policies["ext.i18n.trimmed"] = True
    templates.globals.update(
        language=language, languages=LANGUAGES, in_language=in_language, in_ours=in_ours, script_words=_scripts
    )
    templates.filters["spoken"] = spoken
