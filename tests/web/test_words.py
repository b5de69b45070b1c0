"""Every string is marked for translation, and every translation fits its string."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from app.runs.queue import NO_LAB
from app.web.states import TOLD
from app.words import LANGUAGES, SOURCE, ngettext, speaking
from app.words import gettext as _
from scripts import words
from tests.web.unmarked import templates, unmarked

OTHERS = [language for language in LANGUAGES if language != SOURCE]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%")
SCOPES = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.GeneratorExp,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
)
TAG = re.compile(r"</?\w+[^>]*>")
#: What German sets otherwise: straight quotes, three dots, and a hyphen or an em dash for an en dash.
UNSET = {"de": re.compile(r"[\"']|\.\.\.| - |—|[a-zäöü]'[a-z]")}


def test_every_word_of_a_template_is_marked() -> None:
    found = {name: unmarked(source) for name, source in templates().items()}
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(
    "source",
    [
        "<p>Two words</p>",
        '<img alt="A tree">',
        '{{ "Go on" if begun else 1 }}',
        '<a {% if x %}title="{{ y }} steps"{% endif %}>{{ y }}</a>',
        "{% if x %}Word{% endif %}",
        '{{ field("name", "Your name") }}',
    ],
)
def test_an_unmarked_word_is_found(source: str) -> None:
    assert unmarked(source)


@pytest.mark.parametrize(
    "source",
    [
        '<p class="lead">{{ _("Two words") }}</p>',
        "<p>{% trans n=n %}{{ n }} word{% pluralize %}{{ n }} words{% endtrans %}</p>",
        '<code>x = conv(y)</code><span class="{{ "is-on" if x else "btn btn--quiet" }}">{{ n }} XP</span>',
        '{% include "lessons/show.html" %}{# A comment #}',
    ],
)
def test_what_is_marked_or_code_is_not(source: str) -> None:
    assert unmarked(source) == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_translations_fit(language: str) -> None:
    found = words.catalogue(language)
    wrong = []
    for message in words.messages(found):
        for english, other in pairs(message):
            if not other:
                continue
            if Counter(PLACEHOLDER.findall(english)) != Counter(PLACEHOLDER.findall(other)):
                wrong.append(("placeholders", english, other))
            if Counter(TAG.findall(english)) != Counter(TAG.findall(other)):
                wrong.append(("tags", english, other))
            if english[-1:].isspace() != other[-1:].isspace() or english[:1].isspace() != other[:1].isspace():
                wrong.append(("space at an end", english, other))
            if UNSET[language].search(TAG.sub("", PLACEHOLDER.sub("", other))):
                wrong.append(("typography", english, other))
    assert wrong == []
    assert not found.obsolete
    assert not any(message.fuzzy for message in found if message.id)
    assert found.plural_expr == "(n != 1)"


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_is_complete(language: str) -> None:
    """Exactly the messages of the source, each translated. ``make words`` brings them in; then translate them."""
    source, found = words.extracted(), words.catalogue(language)
    ids = {(message.context, message.id) for message in words.messages(source)}
    known = {(message.context, message.id) for message in words.messages(found)}
    assert ids - known == set(), "run `make words`"
    assert known - ids == set(), "run `make words`"
    assert [message.id for message in words.messages(found) if not words.complete(message)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_the_site_reads_is_what_translators_wrote(language: str) -> None:
    """``make words`` was run."""
    found, at = words.catalogue(language), words.folder(language)
    assert (at / "receptive.mo").read_bytes() == words.mo(found)
    said = json.loads((at / "scripts.json").read_text(encoding="utf-8"))
    by_id = {message.id: message.string for message in words.messages(found)}
    assert all(by_id[english] == other for english, other in said.items())


def pairs(message: Message) -> list[tuple[str, str]]:
    """A message and its translation, form by form."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    assert isinstance(message.string, tuple)
    return list(zip(message.id, message.string, strict=True))


def test_words_are_said_in_the_language_of_the_task() -> None:
    assert _("Help") == "Help"
    with speaking("de"):
        assert _("Help") == "Hilfe"
        with speaking("en"):
            assert _("Help") == "Help"
        assert _("Nobody translated this") == "Nobody translated this"
        assert _("") == ""
        assert ngettext("%(num)s of it", "%(num)s of them", 2) == "2 of them"


def test_nothing_is_said_within_another_string() -> None:
    """Babel finds no ``_("…")`` within an f-string, and a doubled ``%`` where one is enough would be seen."""
    wrong = []
    for path in sorted((words.ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                wrong += [(path.name, node.lineno) for one in ast.walk(node) if isinstance(one, ast.Call) and says(one)]
    assert wrong == []
    assert [message.id for message in words.messages(words.extracted()) if "%%%%" in str(message.id)] == []


def says(call: ast.Call) -> bool:
    named = isinstance(call.func, ast.Name) and call.func.id in {"_", "ngettext"}
    return named and bool(call.args) and isinstance(call.args[0], ast.Constant)


def test_no_function_says_what_it_binds() -> None:
    """``_, x = …`` in a function hides the word that says things, and not every value is told apart by mypy."""
    wrong = []
    for path in sorted((words.ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                own = list(in_scope(node))
                bound = any(isinstance(n, ast.Name) and n.id == "_" and isinstance(n.ctx, ast.Store) for n in own)
                bound = bound or any(arg.arg == "_" for arg in node.args.args)
                said = any(isinstance(n, ast.Name) and n.id == "_" and isinstance(n.ctx, ast.Load) for n in own)
                if bound and said:
                    wrong.append(f"{path.name}: {node.name}")
    assert wrong == []


def in_scope(node: ast.AST) -> Iterator[ast.AST]:
    """What is within a function but not within a scope of its own."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, SCOPES):
            yield child
            yield from in_scope(child)


def test_what_the_queue_says_is_known_to_translators() -> None:
    assert NO_LAB in TOLD
