"""Items as a package of QTI 2.1: an item a file, a manifest, and the pictures.

Source: IMS Question and Test Interoperability 2.1, assessment item information model; content packaging 1.1.
"""

import re
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from app.content.maths import mathml
from app.studio.archives import packed
from app.studio.banks.hypertext_out import html
from app.studio.banks.item import BankItem, Loss
from app.studio.banks.losses import Losses, report
from app.studio.banks.qti_processing import copied, declared, mapped, mapping, near, outcome, scored, then
from app.studio.banks.to_gift import alternatives
from app.studio.banks.tolerances import bounds, halfway
from app.words import _

_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_MATHML = "http://www.w3.org/1998/Math/MathML"
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CLASS = re.compile(r' class="[^"]*"')


def write(
    items: Iterable[BankItem], media: Mapping[str, bytes], title: str, losses: Iterable[Loss] = ()
) -> tuple[bytes, tuple[Loss, ...]]:
    """The package, and what of the items it does not say; ``losses`` are those from before, for its report."""
    lost = Losses(losses)
    files: dict[str, bytes] = {}
    resources: list[tuple[str, str, list[str]]] = []
    for item in items:
        made = _Item(item, lost)
        path = f"items/{len(resources) + 1:04}-{made.name}.xml"
        files[path] = _document(made.node())
        pictures = [f"media/{name}" for name in made.pictures]
        files |= {f"media/{name}": media.get(name, b"") for name in made.pictures}
        resources.append((made.name, path, pictures))
    files["imsmanifest.xml"] = _document(_manifest(resources, report(title, lost.all())))
    return packed(files), lost.all()


def _document(root: ET.Element) -> bytes:
    return b"%b\n" % ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _manifest(resources: list[tuple[str, str, list[str]]], words: list[str]) -> ET.Element:
    root = ET.Element(
        "manifest",
        {
            "xmlns": _CP,
            "xmlns:xsi": _XSI,
            "identifier": "MANIFEST",
            "xsi:schemaLocation": f"{_CP} http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
        },
    )
    root.append(ET.Comment(" " + _NEVER.sub("", "\n".join(words)).replace("--", "- -").rstrip("-") + " "))
    metadata = ET.SubElement(root, "metadata")
    ET.SubElement(metadata, "schema").text = "QTIv2.1 Package"
    ET.SubElement(metadata, "schemaversion").text = "1.0.0"
    ET.SubElement(root, "organizations")
    listed = ET.SubElement(root, "resources")
    for name, path, pictures in resources:
        resource = ET.SubElement(listed, "resource", identifier=name, type="imsqti_item_xmlv2p1", href=path)
        for file in (path, *pictures):
            ET.SubElement(resource, "file", href=file)
    return root


def _formula(tex: str, block: bool) -> str:
    """MathML that keeps its TeX as an annotation."""
    made = _CLASS.sub("", mathml(tex, block))
    inner = re.sub(r"^<math[^>]*>|</math>$", "", made)
    note = tex.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    display = ' display="block"' if block else ""
    annotation = f'<annotation encoding="application/x-tex">{note}</annotation>'
    return f'<math xmlns="{_MATHML}"{display}><semantics><mrow>{inner}</mrow>{annotation}</semantics></math>'


class _Item:
    def __init__(self, item: BankItem, lost: Losses) -> None:
        self.item, self.lost = item, lost
        bare = re.sub(r"[^A-Za-z0-9_.-]", "-", item.name or item.title)
        #: An identifier begins with a letter.
        self.name = bare if re.match(r"[A-Za-z_]", bare) else f"q-{bare}"
        self.pictures: dict[str, None] = {}

    def lose(self, words: str) -> None:
        self.lost.add(self.item, words)

    def shown(self, parent: ET.Element, markdown: str, block: bool) -> None:
        """Puts a text into an element, in paragraphs where it holds blocks."""

        def picture(name: str) -> str:
            self.pictures.setdefault(name)
            return f"../media/{name}"

        markup = _NEVER.sub("", html(markdown, _formula, picture))
        if block and not re.match(r"\s*<(p|ul|ol|pre|table|blockquote|h\d|hr|div)\b", markup):
            markup = f"<p>{markup}</p>"
        root = ET.fromstring(f"<x>{markup}</x>")  # noqa: S314 - of our own writing
        parent.text = (parent.text or "") + (root.text or "")
        parent.extend(list(root))

    def node(self) -> ET.Element:
        item = self.item
        root = ET.Element(
            "assessmentItem",
            {
                "xmlns": _QTI,
                "xmlns:xsi": _XSI,
                "xsi:schemaLocation": f"{_QTI} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1p2.xsd",
                "identifier": self.name,
                "title": _NEVER.sub("", item.title or item.name),
                "adaptive": "false",
                "timeDependent": "false",
            },
        )
        if item.hints:
            self.lose(_("QTI has no hints."))
        self.body = ET.Element("itemBody")
        self.processing = ET.Element("responseProcessing")
        self.said: list[tuple[str, str, str]] = []
        self.shown(self.body, item.prompt, block=True)
        response = {
            "choice": self._options,
            "multiple": self._options,
            "number": self._number,
            "text": self._typed,
            "match": self._pairs,
            "order": self._order,
        }[item.kind]()
        root.append(response)
        outcome(root, "SCORE", "single", "float", "0")
        if self.said:
            cardinality = "multiple" if item.kind == "multiple" else "single"
            outcome(root, "FEEDBACK", cardinality, "identifier")
        if item.explanation:
            outcome(root, "SOLUTION", "single", "identifier", "explanation")
        root.extend([self.body, self.processing])
        if item.explanation:
            self.said.append(("SOLUTION", "explanation", item.explanation))
        for at, name, text in self.said:
            modal = ET.SubElement(root, "modalFeedback", outcomeIdentifier=at, identifier=name, showHide="show")
            self.shown(modal, text, block=False)
        return root

    def _options(self) -> ET.Element:
        item, single = self.item, self.item.kind == "choice"
        names = [f"o{number}" for number in range(1, len(item.options) + 1)]
        right = [name for name, one in zip(names, item.options, strict=True) if one.correct]
        response = declared("single" if single else "multiple", "identifier", right)
        asked = ET.SubElement(
            self.body,
            "choiceInteraction",
            responseIdentifier="RESPONSE",
            shuffle=str(item.shuffle).lower(),
            maxChoices="1" if single else "0",
        )
        for name, one in zip(names, item.options, strict=True):
            self.shown(ET.SubElement(asked, "simpleChoice", identifier=name), one.text, block=False)
            if one.feedback:
                self.said.append(("FEEDBACK", name, one.feedback))
        if single or item.partial == "off":
            scored(self.processing, "match")
        else:
            if item.partial == "each":
                self.lose(_("A partly right answer scores here by the right ones chosen less the wrong ones."))
            entries = [
                (name, (1 if one.correct else -1) / len(right)) for name, one in zip(names, item.options, strict=True)
            ]
            mapping(response, entries, lowerBound="0", upperBound="1")
            mapped(self.processing)
        if self.said:
            copied(self.processing, "FEEDBACK", "RESPONSE")
        return response

    def _number(self) -> ET.Element:
        item = self.item
        value, tolerance = item.value, item.tolerance
        if tolerance.startswith("to "):
            # Few systems round; what rounds to the same lies between two bounds.
            value, off = halfway(*bounds(value, tolerance))
            tolerance = f"± {off}"
        response = declared("single", "float", [value])
        self._entry("float")
        condition = ET.SubElement(self.processing, "responseCondition")
        then(near(ET.SubElement(condition, "responseIf"), tolerance), "SCORE", "float", "1")
        for number, one in enumerate(item.wrong, 1):
            branch = ET.SubElement(condition, "responseElseIf")
            then(near(branch, "", one.value), "FEEDBACK", "identifier", f"w{number}")
            self.said.append(("FEEDBACK", f"w{number}", one.feedback))
        return response

    def _typed(self) -> ET.Element:
        item = self.item
        accepted = list(dict.fromkeys(form for one in item.accepted for form in alternatives(one)))
        response = declared("single", "string", accepted[:1])
        mapping(response, [(form, 1.0) for form in accepted], defaultValue="0")
        self._entry("string")
        mapped(self.processing)
        condition = ET.Element("responseCondition")
        for number, one in enumerate(item.wrong, 1):
            branch = ET.SubElement(condition, "responseElseIf" if len(condition) else "responseIf")
            forms = alternatives(one.value)
            test = branch if len(forms) == 1 else ET.SubElement(branch, "or")
            for form in forms:
                match = ET.SubElement(test, "stringMatch", caseSensitive="false")
                ET.SubElement(match, "variable", identifier="RESPONSE")
                ET.SubElement(match, "baseValue", baseType="string").text = form
            then(branch, "FEEDBACK", "identifier", f"w{number}")
            self.said.append(("FEEDBACK", f"w{number}", one.feedback))
        if len(condition):
            self.processing.append(condition)
        return response

    def _entry(self, kind: str) -> None:
        line = ET.SubElement(self.body, "p")
        expected = max([12, *(len(one) for one in self.item.accepted)])
        ET.SubElement(line, "textEntryInteraction", responseIdentifier="RESPONSE", expectedLength=str(expected))
        if self.item.unit:
            line[-1].tail = f" {self.item.unit}"
        if kind == "string":
            self.lose(_("Spaces, hyphens and articles count there."))

    def _pairs(self) -> ET.Element:
        rows = [pair for pair in self.item.pairs if pair.left]
        if any(pair.feedback for pair in rows):
            self.lose(_("What is said of a wrongly matched row has no place there."))
        targets = list(dict.fromkeys(pair.right for pair in self.item.pairs))
        pairs = [f"l{number} r{targets.index(pair.right) + 1}" for number, pair in enumerate(rows, 1)]
        response = declared("multiple", "directedPair", pairs)
        mapping(response, [(pair, 1 / len(pairs)) for pair in pairs], defaultValue="0")
        asked = ET.SubElement(
            self.body,
            "matchInteraction",
            responseIdentifier="RESPONSE",
            shuffle="true",
            maxAssociations=str(len(rows)),
        )
        left, right = ET.SubElement(asked, "simpleMatchSet"), ET.SubElement(asked, "simpleMatchSet")
        for number, pair in enumerate(rows, 1):
            choice = ET.SubElement(left, "simpleAssociableChoice", identifier=f"l{number}", matchMax="1")
            self.shown(choice, pair.left, block=False)
        for number, words in enumerate(targets, 1):
            choice = ET.SubElement(right, "simpleAssociableChoice", identifier=f"r{number}", matchMax=str(len(rows)))
            choice.text = words
        mapped(self.processing)
        return response

    def _order(self) -> ET.Element:
        options = self.item.options
        right = [f"i{number}" for number, one in enumerate(options, 1) if one.correct]
        response = declared("ordered", "identifier", right)
        asked = ET.SubElement(self.body, "orderInteraction", responseIdentifier="RESPONSE", shuffle="true")
        if len(right) < len(options):
            asked.set("minChoices", "1")
            asked.set("maxChoices", str(len(options)))
        for number, one in enumerate(options, 1):
            self.shown(ET.SubElement(asked, "simpleChoice", identifier=f"i{number}"), one.text, block=False)
        if any(one.feedback for one in options):
            self.lose(_("What is said of an item that belongs nowhere has no place there."))
        self.lose(_("An order that is partly right counts nothing there."))
        scored(self.processing, "match")
        return response
