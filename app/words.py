"""The interface's words in the reader's language: English in the source, other languages in catalogues (gettext).

Which language is spoken is a fact of the running task (``speaking``); where nothing was said it is English. Catalogues
stand under ``app/locale``; what they lack is said in English. Torch-free and without the web, so that every layer but
the lab can say something.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
#: The languages that can be chosen, each by its own name.
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}
#: The language of the source.
SOURCE = "en"


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == SOURCE:
        return NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / "receptive.mo").open("rb") as file:
        return GNUTranslations(file)


@cache
def scripts(language: str) -> str:
    """What the browser's scripts say, as a JSON object from English; empty in English itself."""
    at = LOCALE / language / "LC_MESSAGES" / "scripts.json"
    return "" if language == SOURCE else at.read_text(encoding="utf-8").strip()


_spoken: ContextVar[str] = ContextVar("spoken", default=SOURCE)


def language() -> str:
    """The language that is spoken to the reader now, as HTML's ``lang``."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything said within is said in ``language``, one of ``LANGUAGES``."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def gettext(message: str, /, **values: object) -> str:
    """``message`` in the reader's language, its ``%(name)s`` filled in."""
    text = _catalogue(_spoken.get()).gettext(message) if message else ""
    return text % values if values else text


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The form for this number; ``%(num)s`` is the number."""
    return _catalogue(_spoken.get()).ngettext(one, many, number) % {"num": number, **values}


def pgettext(context: str, message: str, /) -> str:
    """``message`` where it means what ``context`` says, in the reader's language."""
    return _catalogue(_spoken.get()).pgettext(context, message)


def npgettext(context: str, one: str, many: str, number: int, /) -> str:
    return _catalogue(_spoken.get()).npgettext(context, one, many, number)


def N_(message: str) -> str:
    """Marks a constant for the catalogues; it is said with ``_`` where it is used."""
    return message


_ = gettext


def raw(message: str) -> str:
    """``gettext`` for templates, which fill in the values themselves."""
    return _catalogue(_spoken.get()).gettext(message)


def nraw(one: str, many: str, number: int) -> str:
    """``ngettext`` for templates, which fill in the values themselves."""
    return _catalogue(_spoken.get()).ngettext(one, many, number)
