"""BibTeX, as far as reference lists need it: entries with the place of each field, their values as plain text.

Read: ``@kind{key, name = {…}, name = "…", name = 2016, name = macro # "…"}`` and ``@string``. All else is passed over,
``@comment``, ``@preamble`` and text between entries. LaTeX in values: accents, ``--``, ``~``, escaped signs, braces.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from app.content.diagnostics import Problems
from app.content.source import Passage

#: Entries that one file may have, and characters of one value.
MOST_ENTRIES, MOST_VALUE = 500, 2_000

_KEY = re.compile(r"[^\s,{}()\"#%'=\\~]+")
_NAME = re.compile(r"[A-Za-z][\w:+./-]*")
_SPACE = re.compile(r"\s*")
_START = re.compile(r"^[ \t]*@", re.MULTILINE)
_ACCENTS = dict(
    zip(
        "`'^~\"=.uvHrckd",
        "\u0300\u0301\u0302\u0303\u0308\u0304\u0307\u0306\u030c\u030b\u030a\u0327\u0328\u0323",
        strict=True,
    )
)
_LETTERS = {
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
}
_LETTERS |= {"i": "i", "j": "j", "textendash": "–", "textemdash": "—", "textquoteright": "’"}
_COMMAND = re.compile(r"\\(?:([A-Za-z]+)\s*|(.))", re.DOTALL)
_ACCENTED = re.compile(
    r"\\([`'^~\"=.]|[uvHrckd](?![A-Za-z]))\s*(?:\{\s*(\\?[A-Za-z])\s*\}|(\\[ij](?![A-Za-z])|[A-Za-z]))"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Value:
    """A field's text as it was written between its braces, white space collapsed; ``line`` and ``column`` from 1."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Entry:
    kind: str
    key: str
    fields: Mapping[str, Value]
    line: int
    column: int


class _Unreadable(Exception):
    def __init__(self, at: int, words: str) -> None:
        super().__init__(words)
        self.at, self.words = at, words


def read(passage: Passage, problems: Problems) -> list[Entry]:
    """The entries in their order. What cannot be read is said, and left out up to the next line that starts with @."""
    return _Reader(passage, problems).entries()


class _Reader:
    def __init__(self, passage: Passage, problems: Problems) -> None:
        self.passage, self.problems, self.text = passage, problems, passage.text
        self.at = 0
        self.macros = {name: str(number) for number, name in enumerate(_MONTHS, 1)}

    def entries(self) -> list[Entry]:
        found: list[Entry] = []
        while start := _START.search(self.text, self.at):
            self.at = start.end()
            try:
                entry = self.entry(start.end() - 1)
            except _Unreadable as error:
                self.problems.error("R101", *self.place(error.at), error.words)
                continue
            if entry is not None:
                found.append(entry)
            if len(found) > MOST_ENTRIES:
                words = f"a bibliography may have {MOST_ENTRIES} entries; this is one too many"
                self.problems.error("R101", *self.place(start.end() - 1), words)
                return found[:MOST_ENTRIES]
        return found

    def place(self, at: int) -> tuple[int, int]:
        before = self.text[:at]
        return self.passage.place(before.count("\n"), at - (before.rfind("\n") + 1))

    def entry(self, start: int) -> Entry | None:
        kind = self.match(_NAME, "the kind of an entry, such as @article").lower()
        if kind in ("comment", "preamble"):
            return None
        close = "}" if self.take("{", f"'{{' after @{kind}", or_="(") == "{" else ")"
        if kind == "string":
            name, value = self.field({})
            self.macros[name] = value.text
            self.take(close, f"'{close}' at the end of @string")
            return None
        self.space()
        place = self.place(self.at)
        key = self.match(_KEY, "a key, such as he2016deep")
        fields: dict[str, Value] = {}
        while (
            self.take(",", f"',' or '{close}' in the entry '{key}' that starts in line {self.place(start)[0]}", close)
            == ","
        ):
            self.space()
            if self.text[self.at : self.at + 1] == close:
                continue
            name, value = self.field(fields)
            fields[name] = value
        return Entry(kind, key, fields, *place)

    def field(self, known: Mapping[str, Value]) -> tuple[str, Value]:
        self.space()
        at = self.at
        name = self.match(_NAME, "a field, such as title = {…}").lower()
        if name in known:
            raise _Unreadable(at, f"the field '{name}' is given twice; keep one")
        self.take("=", f"'=' after '{name}'")
        self.space()
        place = self.place(self.at)
        parts = [self.value()]
        while self.peek() == "#":
            self.at += 1
            parts.append(self.value())
        text = " ".join("".join(parts).split())
        if len(text) > MOST_VALUE:
            raise _Unreadable(at, f"'{name}' has more than {MOST_VALUE:,} characters")
        return name, Value(text, *place)

    def value(self) -> str:
        first = self.peek()
        if first == "{":
            return self.braced()
        if first == '"':
            return self.quoted()
        at = self.at
        word = self.match(re.compile(r"\d+|[A-Za-z][\w:+./-]*"), "a value in braces, such as {2016}")
        if word.isdigit():
            return word
        if word.lower() not in self.macros:
            raise _Unreadable(at, f"'{word[:40]}' stands without braces; write {{{word[:40]}}}")
        return self.macros[word.lower()]

    def braced(self) -> str:
        start, depth = self.at, 0
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == "\\":
                self.at += 1
            depth += (sign == "{") - (sign == "}")
            self.at += 1
            if depth == 0:
                return self.text[start + 1 : self.at - 1]
        raise _Unreadable(self.unclosed(start), "this '{' is never closed; end the value with '}'")

    def quoted(self) -> str:
        start, depth = self.at, 0
        self.at += 1
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == '"' and depth == 0:
                self.at += 1
                return self.text[start + 1 : self.at - 1]
            if sign == "\\":
                self.at += 1
            depth += (sign == "{") - (sign == "}")
            self.at += 1
        raise _Unreadable(self.unclosed(start), "this '\"' is never closed; end the value with '\"'")

    def unclosed(self, start: int) -> int:
        """Goes on behind the start of a value without an end, so that later entries are still read."""
        self.at = start + 1
        return start

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def peek(self) -> str:
        self.space()
        return self.text[self.at : self.at + 1]

    def take(self, sign: str, wanted: str, or_: str = "") -> str:
        found = self.peek()
        if not found or found not in (sign, or_):
            raise _Unreadable(min(self.at, max(len(self.text) - 1, 0)), f"{wanted} is missing here")
        self.at += 1
        return found

    def match(self, pattern: re.Pattern[str], wanted: str) -> str:
        self.space()
        found = pattern.match(self.text, self.at)
        if not found:
            raise _Unreadable(min(self.at, max(len(self.text) - 1, 0)), f"here should be {wanted}")
        self.at = found.end()
        return found.group()


def plain(value: Value, problems: Problems) -> str:
    """A value without LaTeX. A command that is not known is an error: the character itself can be typed."""
    text = _ACCENTED.sub(_accented, value.text)

    def command(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2)
        if name in _LETTERS:
            return _LETTERS[name]
        if name in "&%$#_{} ":
            # Signs that are to be seen survive the taking away of those that group.
            return {"{": "\x02", "}": "\x03", "$": "\x04"}.get(name, name)
        words = f"the LaTeX command '\\{name[:30]}' is not known here; type the character itself, as the file is UTF-8"
        problems.error("R101", value.line, value.column, words)
        return ""

    text = _COMMAND.sub(command, text)
    text = re.sub(r"[{}$]", "", text).translate({2: "{", 3: "}", 4: "$"})
    text = text.replace("---", "—").replace("--", "–").replace("~", "\N{NO-BREAK SPACE}")
    return normalize("NFC", re.sub(r"[ \t\n]+", " ", text)).strip()


def _accented(match: re.Match[str]) -> str:
    letter = (match.group(2) or match.group(3)).lstrip("\\")
    return normalize("NFC", letter + _ACCENTS[match.group(1)])


def names(value: Value) -> list[str]:
    """A list of people as it was written, cut at each `` and `` outside braces."""
    found, depth, start = [], 0, 0
    for match in re.finditer(r"\\.|[{}]|\s+and\s+", value.text):
        sign = match.group()
        depth += (sign == "{") - (sign == "}")
        if sign.strip() == "and" and depth == 0:
            found.append(value.text[start : match.start()])
            start = match.end()
    return [name.strip() for name in (*found, value.text[start:]) if name.strip()]
