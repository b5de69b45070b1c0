"""Where a problem stands: its line, the directive around it, and the edits that can be made there."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count

from app.content.diagnostics import Diagnostic, Edit, Mend, suggested

_HEAD = re.compile(r"\s*(`{3,}|~{3,}|:{3,})\s*\{([^{}\s]*)\}\s*(.*)")
_OPTION = re.compile(r":([A-Za-z][\w-]*):(?:\s+|$)(.*)")
#: Words that say nothing in an id.
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an the of in on at to is are was be do does did it its this that these what which who how why when where "
        "many much and or for with by from as into has have can one",
    )
)
_LONGEST_ID = 48


@dataclass(frozen=True)
class Around:
    """What a mend may know of the course that a problem is in."""

    skills: tuple[str, ...] = ()
    #: Ids of questions, labs, walkthroughs and claims that are taken.
    ids: frozenset[str] = frozenset()
    #: A file of the course by its name; None where it is not there.
    text: Callable[[str], str | None] = lambda _: None


@dataclass(frozen=True)
class Frame:
    """A directive's lines in its file, counted from 1."""

    name: str
    argument: str
    first: int
    #: Of the fence that ends it, or the last line of the file.
    last: int
    #: The last line of its options, or ``first``.
    head: int


@dataclass(frozen=True)
class Place:
    """One problem, in the text that it was found in."""

    found: Diagnostic
    #: The file's name in its course.
    name: str
    lines: Sequence[str]
    around: Around

    @property
    def message(self) -> str:
        return self.found.message

    @property
    def meant(self) -> str | None:
        return suggested(self.found.message)

    @property
    def line(self) -> int:
        return self.found.line

    @property
    def column(self) -> int:
        return self.found.column

    @property
    def text(self) -> str:
        return self.of(self.line)

    @property
    def rest(self) -> str:
        """The line from the problem on."""
        return self.text[self.column - 1 :]

    def of(self, line: int) -> str:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    def replace(self, old: str, new: str, line: int = 0, column: int = 0) -> Edit:
        """``new`` for the ``old`` that stands at the problem, or elsewhere."""
        line, column = line or self.line, column or self.column
        return Edit(line, column, line, column + len(old), new)

    def below(self, line: int, text: str) -> Edit:
        """Whole lines put below a line; 0 is above the first."""
        if line < len(self.lines):
            return Edit(line + 1, 1, line + 1, 1, f"{text}\n")
        end = len(self.of(line)) + 1
        return Edit(line, end, line, end, f"\n{text}")

    def without(self, first: int, last: int) -> Edit:
        """Whole lines taken out, both of them too."""
        if last < len(self.lines):
            return Edit(first, 1, last + 1, 1, "")
        before = max(first - 1, 1)
        start = len(self.of(before)) + 1 if first > 1 else 1
        return Edit(before, start, last, len(self.of(last)) + 1, "")

    def frame(self) -> Frame | None:
        """The directive that the problem's line stands in or begins."""
        for number in range(self.line, 0, -1):
            head = _HEAD.fullmatch(self.of(number))
            if not head:
                continue
            fence = head[1]
            after = range(number + 1, len(self.lines) + 1)
            last = next((n for n in after if _ends(self.of(n), fence)), len(self.lines))
            options = number
            while options < last - 1 and _OPTION.fullmatch(self.of(options + 1).strip()):
                options += 1
            return Frame(head[2], head[3].strip(), number, last, options)
        return None

    def inside(self, frame: Frame) -> list[tuple[int, str]]:
        """The numbered lines of a directive's body."""
        return [(n, self.of(n)) for n in range(frame.head + 1, frame.last)]

    def option(self, frame: Frame, name: str) -> str:
        """An option's value, empty where it is not given."""
        for number in range(frame.first + 1, frame.head + 1):
            match = _OPTION.fullmatch(self.of(number).strip())
            if match and match[1] == name:
                return str(match[2]).strip()
        return ""

    def add_option(self, frame: Frame, name: str, value: str) -> Edit:
        return self.below(frame.first, f":{name}: {value}")

    def front(self) -> tuple[int, int]:
        """The first and last line of the file's YAML: the front matter's, or the whole file's."""
        if not self.name.endswith(".md"):
            return 1, len(self.lines)
        start = next((n for n, line in enumerate(self.lines, 1) if line.strip()), 1)
        if self.of(start).rstrip() != "---":
            return 1, 0
        return start + 1, next(
            (n - 1 for n in range(start + 1, len(self.lines) + 1) if self.of(n).rstrip() == "---"), 0
        )

    def new_id(self, *told: str) -> str:
        """An id made of the first text that says something, which nothing in the course has."""
        made = next(filter(None, map(slug, told)), "")
        frame = self.frame()
        made = made or (f"{frame.name}-{self.line}" if frame else f"part-{self.line}")
        names = chain([made], (f"{made[:_LONGEST_ID]}-{n}" for n in count(2)))
        return next(name for name in names if name not in self.around.ids)


def _ends(line: str, fence: str) -> bool:
    bare = line.strip()
    return bare.startswith(fence) and not bare.strip(fence[0])


def slug(text: str) -> str:
    """Text as an id: its telling words, in lower-case letters, digits and hyphens."""
    text = re.sub(r"\$[^$]*\$|\{[^{}]*\}|`|\]\([^)]*\)", " ", text.replace("×", "x"))
    text = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", text)
    telling = [word for word in words if word not in _SMALL and not word.isdigit()] or words
    made: list[str] = []
    for word in telling[:5]:
        if len("-".join([*made, word])) > _LONGEST_ID:
            break
        made.append(word)
    return "-".join(made)


Maker = Callable[[Place], Mend | None]


def change(label: str, *edits: Edit, safe: bool = True, file: str = "") -> Mend:
    return Mend(label, tuple(edits), safe, file)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits made, which may not overlap; the same edit given twice is made once. Raises ValueError."""
    starts = [0]
    for match in re.finditer(r"\r\n|\n|\r", text):
        starts.append(match.end())
    lengths = [len(line) for line in re.split(r"\r\n|\n|\r", text)]

    def at(line: int, column: int) -> int:
        if not 1 <= line <= len(starts) or not 1 <= column <= lengths[line - 1] + 1:
            raise ValueError(f"there is no place {line}:{column}")
        return starts[line - 1] + column - 1

    done, end = [], 0
    for edit in sorted(set(edits)):
        first, last = at(edit.line, edit.column), at(edit.end_line, edit.end_column)
        if first < end or last < first:
            raise ValueError("two edits overlap")
        done += [text[end:first], edit.text]
        end = last
    return "".join([*done, text[end:]])
