"""Finds words in a template that no translator would ever see."""

import re
from html.parser import HTMLParser

from app.web import pages

#: Attributes that a reader sees or hears.
SPOKEN = frozenset({"alt", "title", "aria-label", "aria-valuetext", "aria-description", "placeholder", "data-says"})
#: Names, code and signs, the same in every language.
NAMES = re.compile(
    r"\b(?:receptive|Receptive|Nexus|XP|API|OpenAPI|PyTorch|JavaScript|CSV|JSON|SVG|PNG|PDF|CPU|GPU|ImageNet|localhost|min|kB"
    r"|UTC|Moodle|XML|GIFT|QTI)\b"
)
WORD = re.compile(r"[^\W\d_]{2,}")
#: A word with a capital, or words apart.
SAID = re.compile(r"^[A-Z][a-z]+ |^[A-Z][a-z]{2,}|[a-z’]{2,},? [a-z(“]+")
#: What holds no prose.
CODE = frozenset({"code", "pre", "script", "style", "kbd", "textarea"})


class Text(HTMLParser):
    """Text nodes and spoken attributes outside code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in CODE
        for name, value in attrs:
            if name in SPOKEN or (name == "content" and dict(attrs).get("name") == "description"):
                self.note(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in CODE

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.note(data)

    def note(self, text: str) -> None:
        if WORD.search(NAMES.sub("", text)):
            self.found.append(" ".join(text.split()))


def unmarked(source: str) -> list[str]:
    """Everything in a template that is said and not marked for translation."""
    markup: list[str] = []
    found: list[str] = []
    inside, call, translated = "", 0, False
    before: list[tuple[str, str]] = []
    for _line, kind, value in pages.templates.lex(source):
        if kind in {"variable_begin", "block_begin"}:
            inside, call, before = kind, 0, []
        elif kind in {"variable_end", "block_end"}:
            if inside == "block_begin" and before[0][1] in {"trans", "endtrans"}:
                translated = before[0][1] == "trans"
            # A value may be a tag's name, too.
            markup.append("x" if markup and markup[-1].endswith(("<", "</")) else " ")
            inside = ""
        elif inside and kind != "whitespace":
            if call or (value == "(" and before and before[-1][1] in {"_", "ngettext", "pgettext", "in"}):
                call += {"(": 1, ")": -1}.get(value, 0)
            elif kind == "string" and _said(value[1:-1]) and ("operator", "==") not in before[-1:]:
                found.append(value)
            before.append((kind, value))
        elif kind == "data" and not translated:
            markup.append(value)
    text = Text()
    text.feed("".join(markup))
    text.close()
    return [*found, *text.found]


def _said(text: str) -> bool:
    """Whether a string of an expression is said, rather than a class, an id, a path or an address."""
    if not WORD.search(NAMES.sub("", text)) or re.search(r"[/{}]|--|\.(?:html|css|js)$", text):
        return False
    return bool(SAID.search(text))


def templates() -> dict[str, str]:
    """The source of every template by its name."""
    found = sorted(pages.TEMPLATES.rglob("*.html"))
    return {path.relative_to(pages.TEMPLATES).as_posix(): path.read_text(encoding="utf-8") for path in found}
