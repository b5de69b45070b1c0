"""What the checker says: the codes, and how a problem is worded, placed and collected."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]

#: Every code and what it is about, in the order of docs/lesson-format.md, which has an example and a mend for each.
CODES: dict[str, str] = {
    "F101": "a file that is not UTF-8",
    "F102": "a byte-order mark",
    "F103": "a file over its size bound",
    "F104": "a character that cannot be shown",
    "F105": "a file that is missing or cannot be read",
    "F106": "a Markdown file that the course does not list",
    "F107": "a name that cannot be part of an address",
    "F108": "a file that the checker fails on",
    "F109": "a mark of a merge",
    "Y101": "YAML that cannot be read",
    "Y102": "a field given twice",
    "Y103": "a YAML anchor, alias or tag",
    "Y104": "an unknown field",
    "Y105": "a missing field",
    "Y106": "a field of the wrong shape",
    "C101": "an unknown skill",
    "C102": "a cycle among skills",
    "C103": "an id given twice in course.yaml",
    "C104": "a skill without a question",
    "C105": "an unknown lesson",
    "C106": "a cycle among lessons",
    "C107": "a skill that no lesson teaches",
    "C108": "an unknown author",
    "C109": "a skill needed before it is taught",
    "C110": "a renamed lesson that leads nowhere",
    "C111": "a lesson's old name that is a lesson again",
    "C112": "a retired id that is used again",
    "L101": "a lesson without front matter",
    "L102": "a level-1 heading in a lesson",
    "L103": "a heading that skips a level",
    "L104": "raw HTML",
    "L105": "an unknown role",
    "L107": "an unknown term",
    "L108": "maths that cannot be read",
    "L109": "a link that leads nowhere",
    "L110": "an address that a lesson may not link to",
    "L111": "an image that leads nowhere",
    "L112": "an image without a description",
    "L113": "a footnote that is missing or out of place",
    "L114": "a heading where none can stand",
    "L115": "text too long or nested too deep",
    "L116": "an unknown language of a code block",
    "L117": "a block that is never closed",
    "L118": "a glossary entry that is empty, repeated or out of place",
    "L119": "a lesson without text",
    "R101": "a bibliography that cannot be read",
    "R102": "a reference without author, title or year",
    "R103": "a key given twice",
    "R104": "an unknown reference",
    "R105": "a reference that no lesson cites",
    "R106": "a citation that cannot be read or stands where none can",
    "R107": "a DOI, arXiv number or address that leads nowhere",
    "M101": "a measure that cannot be read",
    "M102": "a measure of an unknown network or lab",
    "M103": "a measure that is no number",
    "M104": "a claim without one of its parts",
    "M105": "a claim that the lab contradicts",
    "M106": "a published figure or tolerance that cannot be read",
    "D101": "an unknown directive",
    "D103": "an unknown option",
    "D104": "an option given twice",
    "D105": "a missing id",
    "D106": "an id that cannot be part of an address",
    "D107": "an id given twice in a course",
    "D108": "a directive that does not stand at the margin",
    "D109": "an option whose value cannot be read",
    "D110": "a directive without content",
    "D111": "an option in the text",
    "D112": "an id that names nothing",
    "Q101": "a question without a kind",
    "Q102": "an unknown kind of question",
    "Q104": "a choice with several correct options",
    "Q105": "a question without a correct option",
    "Q106": "an option equal to another",
    "Q107": "an option without feedback",
    "Q108": "too few options, or too many",
    "Q109": "a question without a skill",
    "Q110": "a question without a prompt",
    "Q111": "text out of place in a question",
    "Q112": "a line that this kind of question does not take",
    "Q113": "a question without an explanation",
    "Q114": "variables that cannot be read",
    "Q115": "an unknown variable",
    "Q116": "a key that does not evaluate",
    "Q117": "a tolerance that cannot be used",
    "Q118": "a wrong value that is right",
    "Q119": "a number with no key, or with several",
    "Q120": "a key that nobody can type exactly",
    "Q121": "a skill that the lesson neither teaches nor requires",
    "Q122": "a requirement that cannot be read",
    "Q123": "an architecture without requirements",
    "Q124": "a solution that does not meet a requirement",
    "Q125": "an architecture without a solution",
    "Q126": "a text without an accepted answer",
    "Q127": "an accepted answer that cannot be used",
    "Q128": "a program whose output cannot be asked for",
    "Q129": "a match without its table",
    "B101": "an unknown experiment",
    "B102": "lab code that does not build",
    "B103": "an experiment's option that it does not take",
    "B104": "a lab that measures nothing",
    "B105": "an unknown measurement",
    "B106": "a prediction that cannot be asked",
    "B107": "a lab without code",
    "W101": "a walkthrough without code, or without steps",
    "W102": "a step that points at no line",
    "W103": "a step that watches an unknown operation",
    "W104": "code of a walkthrough that cannot be shown",
}


@dataclass(frozen=True, order=True)
class Edit:
    """Text in the place of what stands from a line and column, both from 1, up to before another."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True)
class Mend:
    """What would end a problem without anybody's thinking, and the words for its button."""

    label: str
    edits: tuple[Edit, ...]
    #: Whether nothing is lost by it and nothing stays to be written, so that it can be made unseen.
    safe: bool = True
    #: The file of the course that the edits are of; empty for the one that the problem is in.
    file: str = ""


@dataclass(frozen=True, order=True)
class Diagnostic:
    """One problem at its place; ``line`` and ``column`` count from 1, ``path`` is as the checker was given it."""

    path: str
    line: int
    column: int
    code: str
    severity: Severity
    message: str
    #: The column behind the last character of what is wrong, where it is known.
    end_column: int | None = field(default=None, compare=False)
    mend: Mend | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.severity} {self.code}: {self.message}"


class Problems:
    """Collects the diagnostics of one file. A child belongs to one question or lab, and reports to its parent too."""

    def __init__(self, path: str, parent: "Problems | None" = None) -> None:
        self.path = path
        self.found: list[Diagnostic] = []
        self._parent = parent
        #: Errors of this collector alone, not of its children.
        self.errors = 0

    def child(self) -> "Problems":
        return Problems(self.path, self)

    def _add(self, diagnostic: Diagnostic) -> None:
        self.found.append(diagnostic)
        if self._parent is not None:
            self._parent._add(diagnostic)

    def take(self, found: Iterable[Diagnostic]) -> None:
        """Adds what was found before, by another collector."""
        self.found.extend(found)

    def error(self, code: str, line: int, column: int, message: str) -> None:
        assert code in CODES, code
        self.errors += 1
        self._add(Diagnostic(self.path, max(line, 1), max(column, 1), code, "error", message))

    def warning(self, code: str, line: int, column: int, message: str) -> None:
        assert code in CODES, code
        self._add(Diagnostic(self.path, max(line, 1), max(column, 1), code, "warning", message))

    @property
    def first_error(self) -> str:
        """The words of the first error, or nothing."""
        return next((d.message for d in self.found if d.severity == "error"), "")


def suggested(message: str) -> str | None:
    """The name that a message asks after, as `nearest` wrote it."""
    found = re.search(r"; did you mean '(.+)'\?$", message)
    return found[1] if found else None


def nearest(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the known name nearest to a wrong one; without a near one, what there is."""
    names = sorted({*known})
    by_folded = {n.casefold(): n for n in names}
    close = get_close_matches(name.casefold()[:80], by_folded, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{by_folded[close[0]]}'?"
    if not names:
        return ""
    shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
    return f"; known: {shown}"
