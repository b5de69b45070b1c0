"""The ``walkthrough`` directive: one file of code, stepped through, with what the lab knows of each operation."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.content.course import Operation, Seen, Step, Walkthrough
from app.content.diagnostics import Problems, nearest
from app.content.directives import Directive, options_of
from app.content.measures import Known
from app.content.page import Page
from app.content.parts import program
from app.content.rendering import Entry, block, entries
from app.content.source import Line, Passage
from app.lab import catalogue, language
from app.lab.messages import LabError
from app.lab.network import Network, Node

#: Steps that one walkthrough may have, lines of its code, and operations of its network.
MOST_STEPS, MOST_LINES, MOST_OPERATIONS = 20, 80, 24

OPTIONS = ("title", "file", "input")
STEP_OPTIONS = ("lines", "watch")

_FILE = re.compile(r"[A-Za-z0-9_][\w-]*\.py")
_LINES = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?")


def walkthrough(directive: Directive, page: Page, problems: Problems) -> Walkthrough | None:
    """The walkthrough, or None with the reasons among the problems."""
    page = page.within("a walkthrough", problems)
    id = directive.id(problems)
    directive.only(OPTIONS, problems)
    file = directive.value("file", "model_architecture.py")
    if not _FILE.fullmatch(file):
        problems.error("D109", *directive.place("file"), f"'{file[:60]}' is no file name; write one such as block.py")
    before, found = entries(directive.body, 3)
    lines = program(before.lines)
    if not lines or not found:
        words = "a walkthrough holds a block of code, '```python', and below it its steps as level-3 headings"
        problems.error("W101", directive.line, directive.column, words)
        return None
    if len(found) > MOST_STEPS or len(lines) > MOST_LINES:
        words = f"a walkthrough has at most {MOST_STEPS} steps and {MOST_LINES} lines of code; make two of it"
        problems.error("W101", directive.line, directive.column, words)
    network = _network(directive, lines, problems)
    if network is None:
        return None
    steps = tuple(_step(entry, network, len(lines), page) for entry in found)
    if problems.errors:
        return None
    code = "\n".join(line.text for line in lines).rstrip() + "\n"
    shape = (network.input[0], network.input[1], network.input[2])
    return Walkthrough(
        id=id,
        title=directive.value("title") or file,
        file=file,
        code=code,
        input=shape,
        operations=tuple(map(_operation, network.nodes)),
        steps=steps,
        spec=catalogue.spec("trace", code=code, input=shape),
        line=directive.line,
    )


def _network(directive: Directive, lines: Sequence[Line], problems: Problems) -> Network | None:
    try:
        shape = catalogue.input_shape(directive.value("input") or "3x32x32")
    except LabError as error:
        problems.error("D109", *directive.place("input"), f"{error.message}; {error.mend}")
        return None
    try:
        network = language.read("\n".join(line.text for line in lines), shape)
    except LabError as error:
        line = lines[min(error.line or 1, len(lines)) - 1]
        words = f"{error.message}; {error.mend}" if error.mend else error.message
        problems.error("W104", line.number, line.column + (error.column or 1) - 1, words)
        return None
    if len(network.nodes) > MOST_OPERATIONS:
        words = f"this has {len(network.nodes)} operations, and {MOST_OPERATIONS} can be drawn; show one block of it"
        problems.error("W104", lines[0].number, lines[0].column, words)
        return None
    return network


def _step(entry: Entry, network: Network, count: int, page: Page) -> Step:
    problems = page.problems
    options, body = options_of(_without_blank(entry.body), problems)
    for name, value in options.items():
        if name not in ("lines", "watch"):
            words = f"a step has no option '{name[:40]}'{nearest(name, ('lines', 'watch'))}"
            problems.error("D103", value.number, value.column - len(name) - 3, words)
    lines = _lines(options.get("lines"), entry, count, problems)
    names = {node.name: node.index for node in network.nodes}
    watch: list[int] = []
    given = options.get("watch")
    for piece in given.text.split(",") if given else ():
        name = piece.strip()
        if name in names:
            watch.append(names[name])
        elif name and given:
            words = f"the network has no operation '{name[:40]}'{nearest(name, names)}"
            problems.error("W103", given.number, given.column + max(given.text.find(name), 0), words)
    html = block(body, page)
    if not html:
        problems.error("W101", entry.line, entry.column, f"'{entry.title}' says nothing; write what happens under it")
    lit = watch or [node.index for node in network.nodes if node.line in lines]
    return Step(entry.title, lines, tuple(watch), tuple(sorted(set(lit))), html)


def _without_blank(body: Passage) -> Passage:
    lines = list(body)
    while lines and not lines[0].text.strip():
        lines.pop(0)
    return Passage(tuple(lines))


def _lines(given: Line | None, entry: Entry, count: int, problems: Problems) -> tuple[int, ...]:
    if given is None:
        words = f"'{entry.title}' points at no line; add ':lines: 7' or ':lines: 7, 14-16' below it"
        problems.error("W102", entry.line, entry.column, words)
        return ()
    found: set[int] = set()
    for piece in given.text.split(","):
        match = _LINES.fullmatch(piece.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= count:
            words = f"'{piece.strip()[:40]}' are no lines of this code, which has {count}; write '7' or '14-16'"
            problems.error("W102", given.number, given.column + max(given.text.find(piece.strip()), 0), words)
            return ()
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def _operation(node: Node) -> Operation:
    held = sum(_size(shape) for shape in node.weights.values())
    return Operation(node.name, _label(node), node.shape, held, node.line, node.inputs)


def _size(shape: Sequence[int]) -> int:
    size = 1
    for side in shape:
        size *= side
    return size


_CALLED = {
    "Conv2d": "convolution",
    "BatchNorm2d": "batch norm",
    "BatchNorm1d": "batch norm",
    "Linear": "linear layer",
    "MaxPool2d": "max pool",
    "AvgPool2d": "average pool",
    "AdaptiveAvgPool2d": "mean of each map",
    "add": "+",
    "sub": "−",
    "mul": "×",
    "cat": "side by side",
    "input": "x",
}


def _label(node: Node) -> str:
    """What an operation is called in a drawing: ``3×3 convolution``, ``batch norm``, ``ReLU``, ``+``."""
    sides = node.attrs.get("kernel_size")
    kernel = "×".join(map(str, sides)) + " " if isinstance(sides, tuple) else ""
    return kernel + _CALLED.get(node.op, node.op)


def seen(made: Walkthrough, known: Known) -> Walkthrough:
    """The walkthrough with what the lab's trace saw, where it has run."""
    result = known(made.spec.id)
    if result is None or len(result["steps"]) != len(made.operations) - 1:
        return made
    return replace(made, seen=tuple(map(_seen, [result["input"], *result["steps"]])))


def _seen(row: Mapping[str, Any]) -> Seen:
    counts = row["histogram"]
    return Seen(row["mean"], row["std"], row["min"], row["max"], tuple(counts) if counts else ())
