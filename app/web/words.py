"""The interface's words in the reader's language: English in the source, other languages in catalogues (gettext).

Templates say ``{{ _("%(count)s notes", count=n) }}`` or ``{% trans %}``; there, a ``%`` of its own is written ``%%``.
"""

from contextvars import ContextVar
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment

ENGLISH = NullTranslations()
_spoken: ContextVar[NullTranslations] = ContextVar("spoken", default=ENGLISH)


def gettext(message: str, /, **values: object) -> str:
    """``message`` in the reader's language, its ``%(name)s`` filled in."""
    text = _spoken.get().gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The form for this number; ``%(num)s`` is the number."""
    return _spoken.get().ngettext(one, many, number) % {"num": number, **values}


_ = gettext


def install(templates: Environment) -> None:
    """Give templates ``_``, ``gettext``, ``ngettext`` and ``{% trans %}``, the values in them escaped."""
    with_words: Any = templates
    with_words.install_gettext_callables(
        lambda message: _spoken.get().gettext(message),
        lambda one, many, number: _spoken.get().ngettext(one, many, number),
        newstyle=True,
    )
