"""Finds every string that a reader sees and keeps the catalogues in step: ``make words``.

Writes, for each language, ``receptive.po`` (what translators edit), ``receptive.mo`` (what the site reads) and
``scripts.json`` (the same for the strings of static/js). A message that is gone from the source is gone from the
catalogue; a new one is empty there until someone translates it.
"""

import ast
import json
import sys
from collections.abc import Generator, Iterable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.words import LANGUAGES, LOCALE, SOURCE

ROOT = Path(__file__).parents[1]
#: What makes a string of the browser's scripts one for the catalogues.
KEYWORDS = {**DEFAULT_KEYWORDS, "inWords": None}
METHODS = [
    ("app/lab/catalogue.py", "scripts.words:experiments"),
    ("app/lab/**", "ignore"),
    ("app/**.py", "python"),
    ("templates/**.html", "jinja2.ext:babel_extract"),
    ("static/js/**.js", "javascript"),
]
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
#: What the lab's catalogue says in words, by the record that says it and the names of its fields.
SAID = {"Kind": ("title", "summary"), "Option": ("help",)}


def experiments(file: Any, _keywords: object, _tags: object, options: object) -> Generator[Any]:  # noqa: ARG001 - Babel names it
    """What ``app.lab.catalogue`` says of its experiments, as an extractor of Babel's."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in SAID:
            continue
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        if node.func.id == "Option":
            named["help"] = node.args[2]
        for value in (named.get(name) for name in SAID[node.func.id]):
            if isinstance(value, ast.Constant) and value.value:
                yield node.lineno, "_", value.value, []


@cache
def extracted() -> Catalog:
    """Every string of the source, with the files that it stands in."""
    found = Catalog(project="Receptive", charset="utf-8", fuzzy=False)
    everything = extract_from_dir(
        ROOT,
        METHODS,
        OPTIONS,
        KEYWORDS,
        ("Translators:",),
        strip_comment_tags=True,
        directory_filter=lambda path: Path(path).relative_to(ROOT).parts[0] in {"app", "templates", "static"},
    )
    for path, _line, message, comments, context in sorted(everything, key=lambda one: (one[0], one[1])):
        found.add(message, locations=[(Path(path).as_posix(), 0)], auto_comments=comments, context=context)
    return found


def folder(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES"


def catalogue(language: str) -> Catalog:
    """What is translated."""
    with (folder(language) / "receptive.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(found: Catalog) -> Iterable[Message]:
    """Without the header."""
    return (message for message in found if message.id)


def updated(language: str, source: Catalog) -> Catalog:
    """The catalogue with exactly the source's messages, and the translations that there are of them."""
    old, new = catalogue(language), Catalog(language, project="Receptive", charset="utf-8", fuzzy=False)
    new.creation_date = new.revision_date = old.creation_date
    new.last_translator, new.language_team = old.last_translator, old.language_team
    new.header_comment = old.header_comment
    for message in messages(source):
        known = old.get(message.id, message.context)
        new.add(
            message.id,
            known.string if known else None,
            locations=sorted(set(message.locations)),
            flags=message.flags,
            auto_comments=message.auto_comments,
            user_comments=known.user_comments if known else (),
            context=message.context,
        )
    return new


def po(found: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, found, width=120, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def mo(found: Catalog) -> bytes:
    out = BytesIO()
    write_mo(out, found)
    return out.getvalue()


def scripts(found: Catalog) -> str:
    """The translations of what the browser's scripts say, as JSON."""
    said: Mapping[str, str] = {
        str(message.id): str(message.string)
        for message in messages(found)
        if message.string and any(path.startswith("static/js/") for path, _line in message.locations)
    }
    return json.dumps(dict(sorted(said.items())), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    source = extracted()
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        found = updated(language, source)
        at = folder(language)
        (at / "receptive.po").write_bytes(po(found))
        (at / "receptive.mo").write_bytes(mo(found))
        (at / "scripts.json").write_text(scripts(found), encoding="utf-8")
        missing = [message for message in messages(found) if not complete(message)]
        print(f"{language}: {len(found)} messages, {len(missing)} without a translation")
        for message in missing if "--missing" in sys.argv else ():
            print(f"  {message.id!r}")
    return 0


def complete(message: Message) -> bool:
    """Whether each of its forms is translated."""
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


if __name__ == "__main__":
    sys.exit(main())
