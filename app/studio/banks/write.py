"""Items as our Markdown: one ``question`` directive each, which the checker has no error for."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from app.content.course import QuestionBlock
from app.content.fields import SLUG
from app.content.links import Book
from app.content.parsing import draft
from app.content.questions import Question
from app.content.source import Passage
from app.studio.banks.item import BankItem, Loss
from app.words import _

#: What the names of questions begin with that were taken out of a course: what follows is their id there.
OURS = "receptive."

_PICTURE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\(media/[^)\s]*\)")
_BLOCK = re.compile(r"`{3,}|~{3,}|\$\$|\||> ")
_SPECIAL = re.compile(r"[\\`*_\[\]<$~|{]|&(?=#?\w{1,31};)")


@dataclass(frozen=True)
class Written:
    """An item as it will stand in a lesson."""

    item: BankItem
    id: str
    markdown: str
    #: Whether the course has this question already.
    there: bool
    question: Question


def identity(item: BankItem) -> str:
    """The id that an item gets in every course, however often it is brought in.

    One that was taken out of a course keeps its own. Others are named by their title and a hash of what they ask,
    since titles repeat: a question that was mended in the bank is another.
    """
    name = item.name.removeprefix(OURS)
    if item.name.startswith(OURS) and re.fullmatch(SLUG, name) and len(name) <= 80:
        return name
    plain = unicodedata.normalize("NFKD", item.title.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > 48:
        words = words[:48].rpartition("-")[0] or words[:48]
    said = repr(replace(item, name="", line=0, file=""))
    return f"{words.strip('-') or item.kind}-{sha256(said.encode()).hexdigest()[:6]}"


def directive(item: BankItem, id: str, skill: str = "") -> str:
    """The question as it stands in a lesson, with a line end after it."""
    lines = [f":kind: {item.kind}"]
    lines += [f":skill: {skill}"] if skill else []
    lines += [f":vars: {item.variables}"] if item.variables else []
    lines += [":shuffle: off"] if item.kind in ("choice", "multiple") and not item.shuffle else []
    lines += [f":partial: {item.partial}"] if item.kind == "multiple" and item.partial != "off" else []
    lines += [f":unit: {item.unit}"] if item.kind == "number" and item.unit else []
    prompt = item.prompt
    if item.kind == "order":
        prompt = re.sub(r"^(\d{1,3}|x)([.)])(?=\s)", r"\1\\\2", prompt, flags=re.MULTILINE)
    lines += ["", *prompt.split("\n"), ""]
    lines += _answers(item)
    lines += [""] if lines[-1] else []
    for mark, texts in (("?", item.hints), ("!", (item.explanation,) if item.explanation else ())):
        for text in texts:
            lines += _beside(mark, text)
    body = "\n".join(lines).rstrip()
    colons = ":" * max(3, *(len(run) + 1 for run in re.findall(r"^\s*(:{3,})", body, re.MULTILINE)), 3)
    return f"{colons}{{question}} {id}\n{body}\n{colons}\n"


def _answers(item: BankItem) -> list[str]:
    lines: list[str] = []
    if item.kind in ("choice", "multiple"):
        for option in item.options:
            lines += _beside(f"- [{'x' if option.correct else ' '}]", _unquoted(option.text)) + _feedback(
                option.feedback
            )
    elif item.kind == "order":
        steps = [option for option in item.options if option.correct]
        for number, option in enumerate(steps, 1):
            lines += _beside(f"{number}.", _unquoted(option.text), 3) + _feedback(option.feedback, 3)
        for option in item.options:
            if not option.correct:
                lines += _beside("x.", _unquoted(option.text), 3) + _feedback(option.feedback, 3)
    elif item.kind == "number":
        lines.append(f"= {item.value} {item.tolerance}".rstrip())
    elif item.kind == "text":
        lines += [f"= {form}" for form in item.accepted]
    elif item.kind == "match":
        lines += _table(item)
    for wrong in item.wrong:
        first, *rest = wrong.feedback.split("\n")
        lines.append(f"~ {wrong.value} > {first}".rstrip(" >") if not first else f"~ {wrong.value} > {first}")
        lines += [f"  {line}".rstrip() for line in rest]
    return lines


def _beside(mark: str, text: str, indent: int = 2) -> list[str]:
    """A text beside its mark, further lines indented; below it, where it begins with a block."""
    lines = text.split("\n")
    if _BLOCK.match(lines[0]):
        return [mark, *(f"{' ' * indent}{line}".rstrip() for line in lines)]
    return [f"{mark} {lines[0]}".rstrip(), *(f"{' ' * indent}{line}".rstrip() for line in lines[1:])]


def _feedback(text: str, indent: int = 2) -> list[str]:
    return [f"{' ' * indent}> {line}".rstrip() for line in text.split("\n")] if text else []


def _unquoted(text: str) -> str:
    """An option's text, in which no line is taken for what is said of it."""
    return re.sub(r"^(\s*)>", r"\1\\>", text, flags=re.MULTILINE)


def _table(item: BankItem) -> list[str]:
    said = any(pair.feedback for pair in item.pairs)
    lines = ["| | | |" if said else "| | |", "| --- | --- | --- |" if said else "| --- | --- |"]
    for pair in item.pairs:
        cells = [_cell(pair.left), _SPECIAL.sub(lambda found: "\\" + found.group(), pair.right)]
        cells += [_cell(pair.feedback)] if said else []
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _cell(markdown: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(markdown.replace("\\\n", " ").split()))


def written(
    items: Collection[BankItem], skill: str, there: Collection[str] = ()
) -> tuple[tuple[Written, ...], tuple[Loss, ...]]:
    """Every item as Markdown with its id, and those that the checker has an error for as losses.

    ``there`` are the ids of the course's questions.
    """
    found: dict[str, Written] = {}
    losses: list[Loss] = []
    for item in items:
        id = identity(item)
        if id in found:
            losses.append(
                Loss(item.line, item.title, _("It stands in the file twice; one is enough."), True, item.file)
            )
            continue
        text = directive(item, id, skill)
        question, fault = checked(text, skill)
        if question is None:
            words = _("It cannot stand in a lesson: %(why)s", why=fault)
            losses.append(Loss(item.line, item.title, words, True, item.file))
            continue
        found[id] = Written(item, id, text, id in there, question)
    return tuple(found.values()), tuple(losses)


def checked(markdown: str, skill: str = "") -> tuple[Question | None, str]:
    """The question that a directive makes, its pictures as their descriptions; or the checker's first error."""
    skill = skill or "skill"
    book = Book("bank", Path("/nowhere"), frozenset({"bank"}), frozenset({skill}))
    unnamed = _("picture")
    bare = _PICTURE.sub(lambda found: f"*({found[1] or unnamed})*", markdown)
    text = f"---\ntitle: Bank\nsummary: Bank\nskills: [{skill}]\n---\n\n{bare}"
    read = draft(Passage.of(text), "bank", book, (), "bank.md")
    wrong = next((one.message for one in read.diagnostics if one.severity == "error"), "")
    questions = [
        block.question for section in read.sections for block in section.blocks if isinstance(block, QuestionBlock)
    ]
    return (None, wrong or "?") if wrong or len(questions) != 1 else (questions[0], "")
