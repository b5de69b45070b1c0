"""The examples of the instructors' manual, as files."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"

_FENCE = re.compile(r"(?ms)^(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=ticks)[ ]*$")


@dataclass(frozen=True)
class Block:
    language: str
    #: A file's name, where the fence names one.
    name: str
    text: str


@dataclass(frozen=True)
class Entry:
    """What the reference says of one code."""

    code: str
    title: str
    severity: str
    example: tuple[Block, ...]
    mended: tuple[Block, ...]


def blocks(text: str) -> list[Block]:
    found = []
    for match in _FENCE.finditer(text):
        language, _, name = match["info"].strip().partition(" ")
        found.append(Block(language, name.strip(), match["text"]))
    return found


def entries() -> Iterator[Entry]:
    text = (DOCS / "lesson-format.md").read_text()
    for section in re.split(r"(?m)^### (?=[A-Z]\d{3} )", text)[1:]:
        title, _, rest = section.partition("\n")
        code, _, words = title.partition(" ")
        severity = re.search(r"\*(Error|Warning)\.\*", rest)
        assert severity, code
        before, _, after = rest.partition("\nMended:")
        yield Entry(code, words, severity[1].lower(), tuple(blocks(before)), tuple(blocks(after)))


def course(folder: Path) -> Path:
    """The course that the examples stand in, in ``folder/stacking``."""
    text = (DOCS / "lesson-format.md").read_text()
    section = text.partition("\n## A whole course\n")[2].partition("\n## Diagnostics\n")[0]
    for block in blocks(section):
        path = folder / "stacking" / block.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text)
    return folder / "stacking"


def apply(block: Block, course: Path) -> None:
    """Puts an example where the page says that it stands."""
    first = course / "first.md"
    if block.language == "sh":
        subprocess.run(["sh", "-ec", block.text], cwd=course, check=True)
    elif block.name:
        (course / block.name).write_text(block.text)
    elif block.language == "yaml":
        _replace_fields(course / "course.yaml", block.text)
    elif block.text.startswith("---\n"):
        first.write_text(block.text + first.read_text().partition("\n---\n")[2])
    else:
        first.write_text(first.read_text() + "\n" + block.text)


def _replace_fields(path: Path, fields: str) -> None:
    names = set(re.findall(r"(?m)^(\w+):", fields))
    kept = [part for part in re.split(r"(?m)^(?=\w+:)", path.read_text()) if part.partition(":")[0] not in names]
    path.write_text("".join(kept) + fields)
