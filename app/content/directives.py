"""A directive's frame: its name, what stands beside the name, its ``:option: value`` lines and its body."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markdown_it.token import Token

from app.content.diagnostics import Problems, nearest
from app.content.fields import SLUG
from app.content.source import Line, Passage

KNOWN = ("lab", "walkthrough", "question", "claim", "correction", "faq")

_HEAD = re.compile(r"\{([^{}\s]*)\}\s*(.*)")
_OPTION = re.compile(r":([A-Za-z][\w-]*):(?:\s+|$)(.*)")
_ID = re.compile(SLUG)


@dataclass(frozen=True)
class Directive:
    name: str
    #: What stands after the name: an id or a title.
    argument: Line
    options: Mapping[str, Line]
    body: Passage
    line: int
    column: int

    def value(self, name: str, default: str = "") -> str:
        return self.options[name].text if name in self.options else default

    def place(self, name: str) -> tuple[int, int]:
        """Where an option's value stands, or the directive where it is not given."""
        option = self.options.get(name)
        return (option.number, option.column) if option is not None else (self.line, self.column)

    def only(self, known: Iterable[str], problems: Problems) -> None:
        """Complains of every option that is not known."""
        names = list(known)
        for name, value in self.options.items():
            if name not in names:
                words = f"'{self.name}' has no option '{name[:40]}'{nearest(name, names)}"
                problems.error("D103", value.number, value.column - len(name) - 3, words)
        if self.name != "lab":
            self._astray(names, problems)

    def _astray(self, known: Iterable[str], problems: Problems) -> None:
        """Complains of options that stand in the body, where they would be shown as text."""
        fenced = ""
        for line in self.body:
            text = line.text.strip()
            if fence := re.match("`{3,}|~{3,}", text):
                fenced = "" if fenced and text.startswith(fenced) else fenced or fence.group()
            elif not fenced and (match := _OPTION.fullmatch(text)) and match.group(1) in known:
                words = f"the option '{match.group(1)}' stands in the text; move it up, right below the first line"
                problems.error("D111", line.number, line.strip().column, words)

    def id(self, problems: Problems) -> str:
        """The permanent id beside the name; empty where it is missing or wrong."""
        text = self.argument.text
        if not text:
            words = f"this {self.name} has no id; write one after {{{self.name}}}, such as 'two-stacked-3x3'"
            problems.error("D105", self.line, self.column, words)
        elif not _ID.fullmatch(text) or len(text) > 80:
            words = f"'{text[:80]}' cannot be an id, which is part of an address: use a-z, 0-9 and hyphens"
            problems.error("D106", self.argument.number, self.argument.column, words)
        else:
            if text.startswith("name-of-this-"):
                words = f"'{text}' stands for an id that says what is meant; choose one before it is published for good"
                problems.warning("D112", self.argument.number, self.argument.column, words)
            return text
        return ""

    def without(self, what: str, problems: Problems) -> None:
        """Complains of anything beside the name of a directive that takes nothing there."""
        if self.argument.text:
            words = f"'{self.name}' takes {what} after its name"
            problems.error("D109", self.argument.number, self.argument.column, words)


def directive(token: Token, passage: Passage, problems: Problems) -> Directive | None:
    """The directive that a fence token is, with its faults reported; None where its name is none of ours."""
    assert token.map is not None
    first = passage.lines[token.map[0]]
    head = first.cut(first.text.find(token.markup) + len(token.markup)).strip()
    match = _HEAD.fullmatch(head.text)
    place = first.number, first.strip().column
    if not match:
        words = "a directive names what it is in braces, such as :::{question} its-id"
        problems.error("D101", *place, words)
        return None
    name = match.group(1)
    if name not in KNOWN:
        mend = nearest(name, KNOWN)
        if name == "glossary":
            mend = "; a lesson shows the terms that it uses, and glossary.md defines them"
        problems.error("D101", head.number, head.column + 1, f"unknown directive '{name[:40]}'{mend}")
        return None
    closed = token.meta.get("closed", True) and token.map[1] - token.map[0] > 1
    inside = passage[token.map[0] + 1 : token.map[1] - (1 if closed else 0)]
    options, body = options_of(inside, problems)
    argument = head.cut(match.start(2)).strip()
    return Directive(name, argument, options, body, *place)


def options_of(inside: Passage, problems: Problems) -> tuple[dict[str, Line], Passage]:
    """The lines ``:name: value`` that a passage starts with, and the rest."""
    options: dict[str, Line] = {}
    last = ""
    for number, line in enumerate(inside):
        if match := _OPTION.fullmatch(line.text.rstrip()):
            last = match.group(1)
            value = Line(match.group(2).strip(), line.number, line.column + match.start(2))
            if last in options:
                words = f"the option '{last}' is given twice; keep one"
                problems.error("D104", line.number, line.column, words)
            else:
                options[last] = value
        elif last and line.text.startswith("  ") and line.text.strip():
            options[last] = options[last].fold(line)
        elif line.text.strip() == "---" and not options:
            words = "options are written as lines ':name: value', without ---"
            problems.error("D109", line.number, line.column, words)
        else:
            return options, inside[number:]
    return options, Passage(())
