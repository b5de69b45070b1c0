"""Items as GIFT, Moodle's plain-text format: https://docs.moodle.org/en/GIFT_format."""

import base64
import mimetypes
import re
from collections.abc import Iterable, Mapping
from itertools import product

from app.studio.banks.hypertext_out import html
from app.studio.banks.item import BankItem, Loss
from app.studio.banks.losses import Losses, report
from app.studio.banks.tolerances import bounds
from app.words import _

_SPECIAL = re.compile(r"[\\~=#{}:]")


def write(
    items: Iterable[BankItem], media: Mapping[str, bytes], title: str, losses: Iterable[Loss] = ()
) -> tuple[str, tuple[Loss, ...]]:
    """The file, and what of the items it does not say; ``losses`` are those from before, for its report."""
    lost = Losses(losses)
    written = [text for item in items if (text := _Item(item, media, lost).text())]
    head = "".join(f"// {line}\n" for line in report(title, lost.all()))
    return f"{head}\n$CATEGORY: {escaped(title)}\n\n" + "\n\n".join(written) + "\n", lost.all()


def escaped(text: str) -> str:
    """A text in which nothing means anything to GIFT, in one line."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")


def weight(fraction: float) -> str:
    return f"%{fraction * 100:.5f}".rstrip("0").rstrip(".") + "%"


class _Item:
    def __init__(self, item: BankItem, media: Mapping[str, bytes], lost: Losses) -> None:
        self.item, self.media, self.lost = item, media, lost

    def lose(self, words: str, left_out: bool = False) -> None:
        self.lost.add(self.item, words, left_out)

    def shown(self, markdown: str) -> str:
        return escaped(html(markdown, picture=self._picture))

    def _picture(self, name: str) -> str:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return f"data:{kind};base64,{base64.b64encode(self.media.get(name, b'')).decode()}"

    def said(self, markdown: str) -> str:
        return f"#[html]{self.shown(markdown)}" if markdown else ""

    def text(self) -> str:
        item = self.item
        if item.kind == "order":
            self.lose(_("GIFT has no questions of order; take Moodle XML or QTI."), left_out=True)
            return ""
        if item.hints:
            self.lose(_("GIFT has no hints; take Moodle XML."))
        answers = {
            "choice": self._options,
            "multiple": self._options,
            "number": self._number,
            "text": self._typed,
            "match": self._pairs,
        }[item.kind]()
        prompt = self.shown(item.prompt)
        if item.unit:
            prompt += escaped(f" ({item.unit})")
        end = f"\t####[html]{self.shown(item.explanation)}\n" if item.explanation else ""
        mark = "#\n" if item.kind == "number" else "\n"
        rows = "".join(f"\t{row}\n" for row in answers)
        return f"// [id:{item.name}]\n::{escaped(item.title or item.name)}::[html]{prompt} {{{mark}{rows}{end}}}"

    def _options(self) -> list[str]:
        options = self.item.options
        if not self.item.shuffle:
            self.lose(_("GIFT cannot keep the options in their order."))
        if self.item.kind == "choice":
            return [
                f"{'=' if one.correct else '~'}[html]{self.shown(one.text)}{self.said(one.feedback)}" for one in options
            ]
        if self.item.partial != "net":
            self.lose(_("A partly right answer scores here by the right ones chosen less the wrong ones."))
        right = sum(one.correct for one in options) or 1
        return [
            f"~{weight((1 if one.correct else -1) / right)}[html]{self.shown(one.text)}{self.said(one.feedback)}"
            for one in options
        ]

    def _number(self) -> list[str]:
        low, high = bounds(self.item.value, self.item.tolerance)
        exact = low == high
        rows = [f"={self.item.value}:0" if exact else f"={low}..{high}"]
        return [*rows, *(f"={weight(0)}{wrong.value}:0{self.said(wrong.feedback)}" for wrong in self.item.wrong)]

    def _typed(self) -> list[str]:
        forms = [form for one in self.item.accepted for form in alternatives(one)]
        rows = [f"={escaped(star(form))}" for form in dict.fromkeys(forms)]
        wrong = [(form, one.feedback) for one in self.item.wrong for form in alternatives(one.value)]
        return [*rows, *(f"={weight(0)}{escaped(star(form))}{self.said(feedback)}" for form, feedback in wrong)]

    def _pairs(self) -> list[str]:
        if any(pair.feedback for pair in self.item.pairs):
            self.lose(_("What is said of a wrongly matched row has no place there."))
        return [
            f"={f'[html]{self.shown(pair.left)}' if pair.left else ''} -> {escaped(pair.right.replace('->', '→'))}"
            for pair in self.item.pairs
        ]


def star(text: str) -> str:
    """A star as itself, which else stands for anything."""
    return text.replace("*", "\\*")


def alternatives(written: str) -> list[str]:
    """All that ``skip connection(s)`` stands for, the fullest first."""
    pieces = re.split(r"\(([^()]*)\)", written)
    choices = [(piece,) if number % 2 == 0 else (piece, "") for number, piece in enumerate(pieces)]
    return list(dict.fromkeys(" ".join("".join(chosen).split()) for chosen in product(*choices)))
