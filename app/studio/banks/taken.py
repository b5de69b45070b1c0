"""A course's questions as items of a bank: read from its files, drawn, filled in, and what cannot go."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import cast

from app.content import measures
from app.content.diagnostics import Problems
from app.content.directives import options_of
from app.content.expressions import ExpressionError, Value, evaluate
from app.content.forms import cells, table
from app.content.keys import split
from app.content.match import Match
from app.content.measures import MeasureError, unknown
from app.content.number import Number
from app.content.parsing import Draft
from app.content.parts import Part, parts
from app.content.questions import Question
from app.content.reading import Reading
from app.content.source import Line, Passage
from app.content.variants import plain, shown
from app.studio import archives
from app.studio.banks.item import BankItem, Kind, Loss, Option, Pair, Wrong
from app.studio.banks.write import OURS
from app.words import N_, _

#: Draws of a question with variables that go out, each as an item of its own.
MOST_DRAWS = 5

#: What no other system can ask.
_HERE_ALONE = {
    "output": N_("The lab works out what a program prints; no other system can. It stays here."),
    "architecture": N_("The lab measures the network that is answered; no other system can. It stays here."),
}
_PIECES = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).{0,4000}?(?<!`)(?P=ticks)(?!`)|^~{3,}.{0,4000}?^~{3,})"
    r"|(?P<maths>\$\$.{0,1500}?\$\$|\$(?=[^\s$])(?:\\.|[^$\\]){1,1500}?(?<!\s)\$(?!\d))"
    r"|(?P<escaped>\\.)"
    r"|(?P<fill>\{\s*(?:=[^{}`]{1,200}|[A-Za-z_]\w{0,30})\s*\}(?!`))",
    re.DOTALL | re.MULTILINE,
)
_FILL = re.compile(r"\{\s*(=[^{}]+|[A-Za-z_]\w{0,30})\s*\}")
_ROLE = re.compile(r"\{([A-Za-z]+)\}(`+)(?!`)(.{1,400}?)\2", re.DOTALL)
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]{0,200}\]){0,400})\]\((?!https://)[^()\s]*\)")


@dataclass(frozen=True)
class Taken:
    items: tuple[BankItem, ...]
    losses: tuple[Loss, ...]


def taken(reading: Reading, lesson: str = "") -> Taken:
    """The questions of a course as it was read, or of one lesson of it, in their order."""
    items: list[BankItem] = []
    losses: list[Loss] = []
    for slug, draft in reading.drafts.items():
        if lesson and slug != lesson:
            continue
        lines = Passage.of((reading.folder / f"{slug}.md").read_bytes().decode("utf-8", "replace").lstrip("\ufeff"))
        for question in draft.questions:
            found = _Question(question, draft, lines, f"{slug}.md")
            items += found.items()
            losses += found.losses
    return Taken(tuple(items), tuple(losses))


def pictures(folder: Path, items: Iterable[BankItem]) -> dict[str, bytes]:
    """The pictures that items show, by their name in ``media/``."""
    there = archives.on_disk(folder)
    shown = set(re.findall(r"media/[\w./-]*\w", repr(tuple(items)))) & there.keys()
    return {name.removeprefix("media/"): there[name] for name in shown}


class _Question:
    def __init__(self, question: Question, draft: Draft, lines: Passage, file: str) -> None:
        self.question, self.draft, self.file = question, draft, file
        self.losses: list[Loss] = []
        head = lines.lines[question.line - 1].text
        fence = re.match(r"\s*([:`~]{3,})", head)
        mark = fence[1] if fence else ":::"
        after = lines[question.line :]
        end = next((n for n, line in enumerate(after) if _closes(line.text, mark)), len(after))
        self.options, body = options_of(after[:end], Problems(file))
        self.parts = parts(body, question.kind == "order", Problems(file))

    def lose(self, words: str, left_out: bool = False) -> None:
        loss = Loss(self.question.line, self.question.id, words, left_out, self.file)
        if loss not in self.losses:
            self.losses.append(loss)

    def items(self) -> Iterator[BankItem]:
        """One item, or one for each of the first draws."""
        if self.question.kind in _HERE_ALONE:
            self.lose(_(_HERE_ALONE[self.question.kind]), left_out=True)
            return
        variables = self.question.variables
        draws = min(variables.count, MOST_DRAWS)
        if variables.count > draws:
            words = _("It has %(count)s variants; %(draws)s of them go out.", count=variables.count, draws=draws)
            self.lose(words)
        # The rows of a match's table are taken out of the prompt once.
        rows = table(self.parts[0]) if isinstance(self.question, Match) else []
        for draw in range(draws):
            values = variables.variant(draw * variables.count // draws)
            name = self.question.id + (f"-{draw + 1}" if draws > 1 else "")
            item = replace(self._item(values, rows), name=f"{OURS}{name}", title=name)
            yield replace(item, line=self.question.line, file=self.file)

    def _item(self, values: Mapping[str, Value], rows: list[Line]) -> BankItem:
        def text(passage: Passage) -> str:
            return self._said(passage.text.strip(), values)

        by_mark: dict[str, list[Part]] = {}
        for part in self.parts:
            by_mark.setdefault(part.mark, []).append(part)
        item = BankItem(
            kind=cast(Kind, self.question.kind),
            prompt=text(self.parts[0].passage),
            hints=tuple(text(part.passage) for part in by_mark.get("?", ()) if part.passage),
            explanation="\n\n".join(text(part.passage) for part in by_mark.get("!", ()) if part.passage),
            options=tuple(
                Option(text(part.text), part.correct or part.mark == "item", text(part.feedback))
                for mark in ("option", "item", "distractor")
                for part in by_mark.get(mark, ())
            ),
            shuffle=self._option("shuffle", "on") == "on",
            partial=self._option("partial", "off"),  # type: ignore[arg-type]
        )
        if isinstance(self.question, Number):
            return self._number(item, self.question, by_mark, values, text)
        if isinstance(self.question, Match):
            found = [[self._said(cell.text, values) for cell in cells(row)] for row in rows[2:]]
            return replace(item, pairs=tuple(Pair(row[0], row[1], row[2] if row[2:] else "") for row in found))
        wrong = (split(part) for part in by_mark.get("~", ()))
        return replace(
            item,
            accepted=tuple(part.lines[0].text for part in by_mark.get("=", ())),
            wrong=tuple(Wrong(source.text, text(said)) for source, said in wrong),
        )

    def _number(
        self,
        item: BankItem,
        question: Number,
        by_mark: Mapping[str, list[Part]],
        values: Mapping[str, Value],
        text: Callable[[Passage], str],
    ) -> BankItem:
        tolerance, off = question.tolerance, evaluate(question.tolerance.value, values)
        written = {
            "absolute": f"± {plain(off)}",
            "relative": f"± {plain(off)} %",
            "figures": f"to {plain(off)} figures",
        }
        wrong = (split(part) for part in by_mark.get("~", ()))
        return replace(
            item,
            value=plain(evaluate(question.value, values)),
            tolerance=written[tolerance.kind] if off else "",
            unit=question.unit,
            wrong=tuple(Wrong(plain(evaluate(source.text, values)), text(said)) for source, said in wrong),
        )

    def _option(self, name: str, default: str) -> str:
        return self.options[name].text if name in self.options else default

    def _said(self, text: str, values: Mapping[str, Value]) -> str:
        """Markdown that needs no lesson around it: values filled in, roles and links within the course as words."""
        text = _filled(text, values) if values else text
        text = _ROLE.sub(self._role, text)
        if _LINK.search(text):
            self.lose(_("Links to places in the course are words now."))
            text = _LINK.sub(r"\1", text)
        return text

    def _role(self, match: re.Match[str]) -> str:
        name, content = match[1], " ".join(match[3].split())
        if name == "term":
            return content.partition("<")[0].strip() or content.strip("<> ")
        if name == "cite":
            return f"({'; '.join(filter(None, map(self._cited, content.split(';'))))})"
        if name == "measure":
            try:
                measure = measures.read(content, {})
                if values := measure.values(unknown):
                    return measure.said(values)
            except (MeasureError, ExpressionError):
                pass
            self.lose(_("A number that the lab measures became the words that ask for it."))
        return f"`{content}`"

    def _cited(self, piece: str) -> str:
        key, _comma, where = (part.strip() for part in piece.partition(","))
        html = next((one.html for one in self.draft.references if one.key == key), "")
        who = unescape(re.sub(r"<[^>]*>", "", html)).partition(")")[0].replace(" (", ", ")
        return ", ".join(filter(None, (who or key, where)))


def _closes(line: str, fence: str) -> bool:
    bare = line.rstrip()
    return bare.lstrip().startswith(fence) and not bare.strip().strip(fence[0])


def _filled(text: str, values: Mapping[str, Value]) -> str:
    """``{C}`` and ``{= 9 * C }`` as numbers: in maths within braces, in code as code writes them."""

    def number(source: str, write: Callable[[Value], str], whole: str) -> str:
        source = source.strip()
        if not source.startswith("=") and source not in values:
            return whole
        return write(evaluate(source.lstrip("=").strip(), values))

    def one(match: re.Match[str]) -> str:
        if match["code"]:
            return _FILL.sub(lambda m: number(m[1], plain, m[0]), match[0])
        if match["maths"]:
            return _FILL.sub(lambda m: number(m[1], lambda value: f"{{{plain(value)}}}", m[0]), match[0])
        if match["fill"]:
            return _FILL.sub(lambda m: number(m[1], shown, m[0]), match[0])
        return match[0]

    return _PIECES.sub(one, text)
