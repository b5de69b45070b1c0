"""A question's body cut into its parts: prompt, options or items, keys, known wrong values, hints, explanation."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.content.diagnostics import Problems
from app.content.source import Line, Passage

Mark = Literal["prompt", "vars", "option", "item", "distractor", "=", "~", "?", "!", "require", "starter", "solution"]

_OPTION = re.compile(r"([-*+] \[([ xX])\])(?:\s+.*)?")
_ITEM = re.compile(r"(\d{1,3}[.)]|x[.)]?)\s+.*")
_REQUIRE = re.compile(r"require:(?:\s+.*)?")
_CODE_PART = re.compile(r"(`{3,}|~{3,})\s*python\s+(starter|solution)")
_OPENS = re.compile(r"(`{3,}|~{3,})\s*(?:python|py)\s*")
_VARS = re.compile(r"vars:(?:\s+.*)?")
_LINE_MARK = re.compile(r"([?!=~])(?:\s+.*)?")
_CODE = re.compile(r"\s*(`{3,}|~{3,}|\$\$)")

#: Marks whose text runs on over empty lines without being indented.
_RUNNING = ("prompt", "?", "!")


@dataclass
class Part:
    mark: Mark
    #: The line that began it, mark included.
    head: Line
    lines: list[Line] = field(default_factory=list)
    correct: bool = False

    @property
    def passage(self) -> Passage:
        return Passage(tuple(self.lines))

    @property
    def place(self) -> tuple[int, int]:
        return self.head.number, self.head.column

    @property
    def text(self) -> Passage:
        """What comes before the feedback."""
        return self.passage[: self._feedback_from()]

    @property
    def feedback(self) -> Passage:
        """The lines quoted with ``>``, without their marks."""
        lines = []
        for line in self.lines[self._feedback_from() :]:
            bare = line.text.lstrip()
            quote = 2 if bare.startswith("> ") else 1 if bare.startswith(">") else 0
            lines.append(line.cut(len(line.text) - len(bare) + quote) if quote else line)
        return Passage(tuple(lines))

    @property
    def code(self) -> Passage:
        """The lines of a block of code, without the fence that ends it."""
        lines = self.lines
        while lines and not lines[-1].text.strip():
            lines = lines[:-1]
        return Passage(tuple(lines[:-1]))

    def _feedback_from(self) -> int:
        quoted = (index for index, line in enumerate(self.lines) if line.text.lstrip().startswith(">"))
        return next(quoted, len(self.lines))


def program(lines: Sequence[Line]) -> list[Line]:
    """The lines of the last block of Python among ``lines``, without its fences; empty where there is none."""
    code: list[Line] = []
    fence = ""
    for line in lines:
        bare = line.text.strip()
        if fence:
            if bare.startswith(fence) and not bare.strip(fence[0]):
                fence = ""
            else:
                code.append(line)
        elif opened := _OPENS.fullmatch(line.text.rstrip()):
            fence, code = opened.group(1), []
    return code if any(line.text.strip() for line in code) else []


def parts(body: Passage, ordered: bool, problems: Problems) -> list[Part]:
    """The parts in their order, the prompt first. ``ordered`` is whether numbered lines are items."""
    found = [Part("prompt", body.lines[0] if body.lines else Line("", 1, 1))]
    for line, in_code in _with_code(body):
        part = found[-1]
        begun = None if in_code else _begun(line, ordered)
        if begun is not None and begun.mark == "vars":
            found.insert(len(found) - 1, begun)
        elif begun is not None:
            found.append(begun)
        elif part.mark in ("starter", "solution") and (in_code or not line.text.strip()):
            part.lines.append(line)
        elif part.mark in _RUNNING:
            part.lines.append(line.dedent(2) if part.mark != "prompt" else line)
        elif not line.text.strip() or line.text.startswith("  "):
            part.lines.append(line.dedent(3 if part.mark in ("item", "distractor") else 2))
        else:
            words = "this text belongs to nothing: indent it, put it before the answers, or start it with '? ' or '! '"
            problems.error("Q111", line.number, line.column, words)
            found.append(Part("prompt", line, [line]))
    prompt = next(part for part in found if part.mark == "prompt")
    return [prompt, *(part for part in found if part.mark != "prompt")]


def _begun(line: Line, ordered: bool) -> Part | None:
    """The part that a line begins, with what stands beside its mark."""
    text = line.text.rstrip()
    if _VARS.fullmatch(text):
        return Part("vars", line, [line.cut(5).strip()])
    if _REQUIRE.fullmatch(text):
        return Part("require", line, [line.cut(8).strip()])
    if match := _CODE_PART.fullmatch(text):
        return Part("starter" if match.group(2) == "starter" else "solution", line)
    if match := _OPTION.fullmatch(text):
        rest = line.cut(match.end(1)).strip()
        return Part("option", line, [rest], correct=match.group(2) != " ")
    if ordered and (match := _ITEM.fullmatch(text)):
        mark: Mark = "distractor" if match.group(1).startswith("x") else "item"
        return Part(mark, line, [line.cut(match.end(1)).strip()])
    if match := _LINE_MARK.fullmatch(text):
        sign = match.group(1)
        mark = "?" if sign == "?" else "!" if sign == "!" else "=" if sign == "=" else "~"
        return Part(mark, line, [line.cut(1).strip()])
    return None


def _with_code(body: Passage) -> Iterator[tuple[Line, bool]]:
    """Each line, and whether it stands in a block of code or maths, where no mark means anything."""
    fence = ""
    for line in body:
        match = _CODE.match(line.text)
        if fence:
            yield line, True
            bare = line.text.strip()
            if bare.startswith(fence) and not bare.strip(fence[0]):
                fence = ""
            continue
        if match and not (match.group(1) == "$$" and line.text.strip() != "$$"):
            fence = match.group(1)
        yield line, False
