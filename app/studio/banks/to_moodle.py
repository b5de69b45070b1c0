"""Items as Moodle XML: https://docs.moodle.org/en/Moodle_XML_format."""

import base64
import re
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from app.studio.banks.hypertext_out import html
from app.studio.banks.item import BankItem, Loss
from app.studio.banks.losses import Losses, report
from app.studio.banks.to_gift import alternatives, star
from app.studio.banks.tolerances import bounds, halfway
from app.words import _

_TYPES = {
    "choice": "multichoice",
    "multiple": "multichoice",
    "number": "numerical",
    "text": "shortanswer",
    "match": "matching",
    "order": "ordering",
}
#: What XML cannot hold.
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(
    items: Iterable[BankItem], media: Mapping[str, bytes], title: str, losses: Iterable[Loss] = ()
) -> tuple[bytes, tuple[Loss, ...]]:
    """The file, and what of the items it does not say; ``losses`` are those from before, for its report."""
    lost = Losses(losses)
    quiz = ET.Element("quiz")
    category = ET.SubElement(quiz, "question", type="category")
    _text(category, "category", "$course$/top/" + title.replace("/", "//"))
    for item in items:
        quiz.append(_Item(item, media, lost).node())
    words = "\n".join(report(title, lost.all()))
    quiz.insert(0, ET.Comment(" " + _NEVER.sub("", words).replace("--", "- -").rstrip("-") + " "))
    ET.indent(quiz)
    return b"%b\n" % ET.tostring(quiz, encoding="utf-8", xml_declaration=True), lost.all()


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> ET.Element:
    node = ET.SubElement(parent, tag, attributes)
    ET.SubElement(node, "text").text = _NEVER.sub("", text)
    return node


def _set(parent: ET.Element, **values: str) -> None:
    for name, value in values.items():
        ET.SubElement(parent, name).text = value


class _Item:
    def __init__(self, item: BankItem, media: Mapping[str, bytes], lost: Losses) -> None:
        self.item, self.media, self.lost = item, media, lost

    def lose(self, words: str) -> None:
        self.lost.add(self.item, words)

    def shown(self, parent: ET.Element, tag: str, markdown: str, **attributes: str) -> ET.Element:
        """An element of HTML, with the pictures that it shows in it."""
        names: dict[str, None] = {}

        def picture(name: str) -> str:
            names.setdefault(name)
            return f"@@PLUGINFILE@@/{name.replace('/', '-')}"

        node = _text(parent, tag, html(markdown, picture=picture), **attributes, format="html")
        for name in names:
            file = ET.SubElement(node, "file", name=name.replace("/", "-"), path="/", encoding="base64")
            file.text = base64.b64encode(self.media.get(name, b"")).decode()
        return node

    def node(self) -> ET.Element:
        item = self.item
        node = ET.Element("question", type=_TYPES[item.kind])
        _text(node, "name", item.title or item.name)
        self.shown(node, "questiontext", item.prompt)
        self.shown(node, "generalfeedback", item.explanation)
        _set(node, defaultgrade="1", penalty="0.3333333", hidden="0", idnumber=item.name)
        {
            "choice": self._options,
            "multiple": self._options,
            "number": self._number,
            "text": self._typed,
            "match": self._pairs,
            "order": self._order,
        }[item.kind](node)
        for hint in item.hints:
            self.shown(node, "hint", hint)
        return node

    def _answer(self, node: ET.Element, share: float, text: str, feedback: str, shown: bool = False) -> ET.Element:
        fraction = f"{share * 100:.5f}".rstrip("0").rstrip(".")
        if shown:
            answer = self.shown(node, "answer", text, fraction=fraction)
        else:
            answer = _text(node, "answer", text, fraction=fraction, format="moodle_auto_format")
        self.shown(answer, "feedback", feedback)
        return answer

    def _options(self, node: ET.Element) -> None:
        item = self.item
        single = item.kind == "choice"
        shuffle = str(item.shuffle).lower()
        _set(
            node, single=str(single).lower(), shuffleanswers=shuffle, answernumbering="abc", showstandardinstruction="0"
        )
        if not single and item.partial != "net":
            self.lose(_("A partly right answer scores here by the right ones chosen less the wrong ones."))
        right = sum(one.correct for one in item.options) or 1
        for one in item.options:
            share = float(one.correct) if single else (1 if one.correct else -1) / right
            self._answer(node, share, one.text, one.feedback, shown=True)

    def _number(self, node: ET.Element) -> None:
        low, high = bounds(self.item.value, self.item.tolerance)
        middle, off = halfway(low, high)
        _set(self._answer(node, 1, middle, ""), tolerance=off)
        for one in self.item.wrong:
            _set(self._answer(node, 0, one.value, one.feedback), tolerance="0")
        if self.item.unit:
            _set(ET.SubElement(ET.SubElement(node, "units"), "unit"), multiplier="1", unit_name=self.item.unit)
            _set(node, unitgradingtype="0", unitpenalty="0", showunits="0", unitsleft="0")

    def _typed(self, node: ET.Element) -> None:
        _set(node, usecase="0")
        for form in dict.fromkeys(form for one in self.item.accepted for form in alternatives(one)):
            self._answer(node, 1, star(form), "")
        for one in self.item.wrong:
            for form in alternatives(one.value):
                self._answer(node, 0, star(form), one.feedback)

    def _pairs(self, node: ET.Element) -> None:
        _set(node, shuffleanswers="true")
        if any(pair.feedback for pair in self.item.pairs):
            self.lose(_("What is said of a wrongly matched row has no place there."))
        for pair in self.item.pairs:
            row = self.shown(node, "subquestion", pair.left)
            _text(row, "answer", pair.right)

    def _order(self, node: ET.Element) -> None:
        _set(node, layouttype="VERTICAL", selecttype="ALL", selectcount="0", gradingtype="LONGEST_CONTIGUOUS_SUBSET")
        _set(node, showgrading="SHOW", numberingstyle="none", shownumcorrect="")
        if not all(one.correct for one in self.item.options):
            self.lose(_("Items that belong nowhere do not go along: all that is shown has a place."))
        right = [one for one in self.item.options if one.correct]
        for number, one in enumerate(right, 1):
            answer = self.shown(node, "answer", one.text, fraction=str(number))
            self.shown(answer, "feedback", "")
