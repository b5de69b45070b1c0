"""Text that knows where it came from: every line keeps its file's line number and its first column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from app.content.diagnostics import Problems

#: Bytes that one Markdown or YAML file may have.
MOST_BYTES = 256_000

# Control characters but tab and newline, the private use area (variants are filled in through it), and non-characters.
UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\uf8ff\ufeff\ufff9-\uffff\U000e0000-\U0010ffff]"
)
# As git writes them, and the studio.
_BEGINS, _ENDS = re.compile(r"<{7}(?: .*)?"), re.compile(r">{7}(?: .*)?")
_MARK = re.compile(rf"^(?:{_BEGINS.pattern}|{_ENDS.pattern})$", re.MULTILINE)


@dataclass(frozen=True)
class Line:
    text: str
    #: The file's line number and the column of the text's first character, both from 1.
    number: int
    column: int
    #: Further lines that were folded into this text, each with where in it it begins.
    folded: tuple[tuple[int, "Line"], ...] = ()

    def place(self, at: int) -> tuple[int, int]:
        """The file's line and column of the character at ``at``."""
        start, line = next(((start, line) for start, line in reversed(self.folded) if start <= at), (0, self))
        return line.number, line.column + at - start

    def fold(self, line: "Line") -> "Line":
        """This text with another line's behind it, a space between."""
        line = line.strip()
        text = f"{self.text} {line.text}" if self.text else line.text
        return Line(text, self.number, self.column, (*self.folded, (len(text) - len(line.text), line)))

    def cut(self, width: int) -> "Line":
        """The line without its first ``width`` characters."""
        return Line(self.text[width:], self.number, self.column + width)

    def dedent(self, width: int) -> "Line":
        """The line without up to ``width`` leading spaces."""
        have = len(self.text) - len(self.text.lstrip(" "))
        return self.cut(min(have, width))

    def strip(self) -> "Line":
        cut = self.cut(len(self.text) - len(self.text.lstrip()))
        return Line(cut.text.rstrip(), cut.number, cut.column)


@dataclass(frozen=True)
class Passage:
    """A run of lines out of one file."""

    lines: tuple[Line, ...]

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __bool__(self) -> bool:
        return any(line.text.strip() for line in self.lines)

    def __getitem__(self, part: slice) -> "Passage":
        return Passage(self.lines[part])

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def name(self) -> str:
        """A hash of the text."""
        return sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def start(self) -> tuple[int, int]:
        """Line and column of the first text."""
        for line in self.lines:
            if line.text.strip():
                return line.number, line.strip().column
        return (self.lines[0].number, self.lines[0].column) if self.lines else (1, 1)

    def place(self, index: int, offset: int = 0) -> tuple[int, int]:
        """Line and column in the file of character ``offset`` of the passage's line ``index`` (both from 0)."""
        if not self.lines:
            return 1, 1
        line = self.lines[min(max(index, 0), len(self.lines) - 1)]
        return line.number, line.column + max(offset, 0)

    @classmethod
    def of(cls, text: str) -> "Passage":
        return cls(tuple(Line(line, number, 1) for number, line in enumerate(text.split("\n"), 1)))


def decode(data: bytes, problems: Problems) -> Passage | None:
    """A file's bytes as a passage; None where they cannot be read at all, with the reason among the problems."""
    if len(data) > MOST_BYTES:
        problems.error(
            "F103", 1, 1, f"the file is larger than the {MOST_BYTES:,} bytes that one may have; split it in two"
        )
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        problems.error("F101", line, column, "the file is not UTF-8 from here on; save it as UTF-8 in your editor")
        return None
    if text.startswith("\ufeff"):
        text = text[1:]
        problems.warning("F102", 1, 1, "the file starts with a byte-order mark; save it as UTF-8 without BOM")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := UNSHOWABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        name = f"U+{ord(found.group()):04X}"
        problems.error("F104", line, column, f"the character {name} cannot be shown; delete it and type it again")
        text = UNSHOWABLE.sub("?", text)
    if _MARK.search(text):
        text = _unmerged(text, problems)
    return Passage.of(text)


def _unmerged(text: str, problems: Problems) -> str:
    """The text without the marks that a merge left in it: one error for each place, and none that follows from it."""
    lines = text.split("\n")
    inside = False
    for number, line in enumerate(lines):
        begins, ends = bool(_BEGINS.fullmatch(line)), bool(_ENDS.fullmatch(line))
        if begins or (ends and not inside):
            words = "a mark of a merge; keep what is right of the two texts, and delete <<<<<<<, ======= and >>>>>>>"
            problems.error("F109", number + 1, 1, words)
        if begins or ends or (inside and line == "======="):
            lines[number] = ""
        inside = begins or (inside and not ends)
    return "\n".join(lines)


def read(path: Path, problems: Problems) -> Passage | None:
    """A file as a passage, or None with the reason among the problems."""
    try:
        with path.open("rb") as file:
            return decode(file.read(MOST_BYTES + 1), problems)
    except OSError as error:
        problems.error("F105", 1, 1, f"'{path.name}' cannot be read: {error.strerror or error}")
        return None
