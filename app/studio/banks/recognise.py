"""Which format a file is in, and its questions: of single files and of packages."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from app.studio.banks import gift, mdbook, moodle, qti1, qti2
from app.studio.banks.item import BankItem, Import, Loss
from app.studio.banks.reading import Unreadable, files_of, text_of
from app.words import N_, _

#: The formats, by what they are called in addresses and on the command line, with their names.
FORMATS: Mapping[str, str] = {
    "gift": "GIFT",
    "moodle": "Moodle XML",
    "qti1": "QTI 1.2",
    "qti2": "QTI 2.1",
    "mdbook": N_("mdbook-quiz (TOML)"),
}
_READERS: Mapping[str, Callable[[bytes, str, dict[str, bytes] | None], Import]] = {
    "gift": gift.read,
    "moodle": moodle.read,
    "mdbook": mdbook.read,
}
_ROOTS = {
    "quiz": "moodle",
    "questestinterop": "qti1",
    "assessmentItem": "qti2",
    "qti-assessment-item": "qti2",
}
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_TOML = re.compile(r"^\s*\[\[\s*questions\s*\]\]", re.MULTILINE)
#: Questions that one import may bring.
MOST_ITEMS = 2_000


def format_of(data: bytes) -> str:
    """The format of a single file, one of ``FORMATS``; empty where it is none that is known."""
    try:
        text = text_of(data[:200_000])
    except Unreadable:
        return ""
    if text.lstrip().startswith("<"):
        return _ROOTS.get(_root(text), "")
    if _TOML.search(text):
        return "mdbook"
    opened = re.search(r"(?<!\\)\{", text)
    return "gift" if opened and re.search(r"(?<!\\)\}", text[opened.end() :]) else ""


def _root(text: str) -> str:
    """The local name of the first element of XML, behind comments and declarations; empty where there is none."""
    at = 0
    for _part in range(200):
        at = text.find("<", at)
        if at < 0:
            return ""
        if text.startswith("<!--", at):
            at = text.find("-->", at)
        elif text.startswith("<?", at):
            at = text.find("?>", at)
        elif text.startswith("<!", at):
            inner, end = text.find("[", at), text.find(">", at)
            at = text.find("]", inner) if 0 <= inner < end else end
        else:
            found = _ROOT.match(text, at)
            return found[1] if found else ""
        if at < 0:
            return ""
        at += 1
    return ""


def read(data: bytes, name: str = "", format: str = "") -> tuple[Import, str]:
    """The questions of a file or package and its format, as given or else as recognised. Never raises."""
    try:
        found, known = _read(data, name, format)
    except Unreadable as error:
        return Import(losses=(Loss(error.line, name, str(error), left_out=True),)), format
    if len(found.items) > MOST_ITEMS:
        words = _("The file has more than %(most)s questions; the rest was left out: cut it in two.", most=MOST_ITEMS)
        found = replace(found, items=found.items[:MOST_ITEMS], losses=(*found.losses, Loss(0, name, words, True)))
    return found, known


def _read(data: bytes, name: str, format: str) -> tuple[Import, str]:
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _package(files_of(data), format)
    known = format or format_of(data)
    if not known:
        words = _("This is none of the formats that are known here: %(formats)s.", formats=", ".join(FORMATS.values()))
        raise Unreadable(words)
    return _guarded(known, data, name, None, ""), known


def _guarded(format: str, data: bytes, name: str, files: dict[str, bytes] | None, file: str) -> Import:
    try:
        if format == "qti1":
            return qti1.read(data, name, files, file)
        if format == "qti2":
            return qti2.read(data, name, files, file)
        return _READERS[format](data, name, files)
    except RecursionError:
        return Import(losses=(Loss(0, name, _("Its parts stand too deep in one another."), True, file),))


def _package(files: dict[str, bytes], format: str) -> tuple[Import, str]:
    """Every file of a package that holds questions, in the order of their paths."""
    media: dict[str, bytes] = {}
    items: list[BankItem] = []
    losses: list[Loss] = []
    known = ""
    for path in sorted(files):
        ending = path.rpartition(".")[2].lower()
        if ending not in ("xml", "qti", "dat", "gift", "txt", "toml") or path.endswith("imsmanifest.xml"):
            continue
        twin = f"non_cc_assessments/{path.partition('/')[0]}.xml.qti"
        if path.endswith("assessment_qti.xml") and twin in files:
            continue  # Canvas packs each quiz twice; the other one has all of it.
        one = format_of(files[path])
        if not one or (format and one != format) or (one == "gift" and ending == "xml"):
            continue
        known = known or one
        found = _guarded(one, files[path], path, files, path)
        items += [replace(item, file=path) for item in found.items]
        losses += [replace(loss, file=path) for loss in found.losses]
        media |= found.media
    if not known:
        raise Unreadable(_("The archive holds no file with questions in a format that is known here."))
    return Import(tuple(items), tuple(losses), media), known
