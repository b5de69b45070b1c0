"""Moodle XML: what Moodle exports from a question bank."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from html import escape

from app.studio.banks import keys
from app.studio.banks.calculated import calculated
from app.studio.banks.cloze import gaps
from app.studio.banks.item import BankItem, Import, Loss, Option, Pair
from app.studio.banks.keys import Answer, LeftOut
from app.studio.banks.markup import Markup
from app.studio.banks.pictures import Pictures
from app.studio.banks.reading import Node, Unreadable, text_of, whole_or_pieces
from app.words import _

#: Codes of text formats that old exports write as numbers.
_FORMATS = {"0": "moodle", "1": "html", "2": "plain", "3": "wiki", "4": "markdown", "": "html"}
_PLACE = re.compile(r"\[\[(\d{1,3})\]\]")


def read(data: bytes, name: str = "", files: dict[str, bytes] | None = None) -> Import:
    """The questions of a Moodle XML file."""
    items: list[BankItem] = []
    losses: list[Loss] = []
    pictures = Pictures(files)
    try:
        questions = list(_questions(text_of(data)))
    except Unreadable as error:
        return Import(losses=(Loss(error.line, name, str(error), left_out=True),))
    for node, line in questions:
        if isinstance(node, Unreadable):
            losses.append(Loss(node.line or line, "", str(node), left_out=True))
            continue
        if node.get("type") == "category":
            continue
        markup = Markup(pictures)
        title = markup.words(_said(node.first("name")))[:200]
        try:
            found = _items(node, markup)
        except LeftOut as error:
            losses.append(Loss(line, title, str(error), left_out=True))
            continue
        title = title or markup.words(_said(node.first("questiontext")))[:80]
        given = node.child_text("idnumber")
        for number, item in enumerate(found, 1):
            several = f"-{number}" if len(found) > 1 else ""
            items.append(replace(item, title=title, name=given + several if given else "", line=line))
        losses += [Loss(line, title, words) for words in markup.losses]
    return Import(tuple(items), tuple(losses), pictures.media)


def _questions(text: str) -> Iterator[tuple[Node | Unreadable, int]]:
    """Each question with its line. Of a file that is no XML as a whole, each that is by itself."""
    root = whole_or_pieces(text, "question")
    if isinstance(root, list):
        yield from root
        return
    if root.tag not in ("quiz", "question"):
        raise Unreadable(_("This is no Moodle XML: its first element is <%(tag)s>, not <quiz>.", tag=root.tag[:40]))
    for node in root.walk():
        if node.tag == "question" and (node.get("type") or node.first("questiontext")):
            yield node, node.line


def _said(node: Node | None) -> str:
    """The text in an element, which old exports have without a ``<text>`` of its own."""
    if node is None:
        return ""
    inner = node.first("text")
    return inner.text if inner is not None else "".join(one for one in node.children if isinstance(one, str)).strip()


def _text(node: Node | None, markup: Markup, format: str = "html") -> str:
    """A text as Markdown, in the format that it names, with the files that stand beside it."""
    if node is None:
        return ""
    for file in node.all("file"):
        try:
            content = base64.b64decode("".join(file.text.split()), validate=False)
        except (binascii.Error, ValueError):
            continue
        path = (file.get("path", "/").strip("/") + "/" + file.get("name")).strip("/")
        markup.pictures.files[path] = content
    given = node.get("format") or format
    convert: Callable[[str], str] = {
        "plain_text": markup.plain,
        "plain": markup.plain,
        "markdown": markup.markdown,
        "moodle_auto_format": markup.moodle,
        "moodle": markup.moodle,
    }.get(_FORMATS.get(given, given), markup.html)
    return convert(_said(node))


def _yes(node: Node, name: str, default: bool) -> bool:
    text = node.child_text(name).lower()
    return default if not text else text in {"1", "true", "yes"}


def _answers(node: Node, markup: Markup, typed: bool = False) -> list[Answer]:
    """``typed`` is whether an answer is what a student types, or an option to show."""
    found = []
    for one in node.all("answer"):
        text = " ".join(_said(one).split()) if typed else _text(one, markup)
        tolerance = one.child_text("tolerance") or node.child_text("tolerance")
        found.append(Answer(text, _fraction(one.get("fraction", "0")), _text(one.first("feedback"), markup), tolerance))
    return found


def _fraction(text: str) -> float:
    try:
        return float(text) / 100
    except ValueError:
        return 0.0


def _items(node: Node, markup: Markup) -> list[BankItem]:
    """What a question becomes: one item, or one for each gap. Raises LeftOut."""
    kind = node.get("type").lower()
    if kind in ("cloze", "multianswer"):
        return [_around(item, node, markup) for item in gaps(_gap_text(node, markup), markup)]
    if kind not in _KINDS:
        if kind in ("essay", "essayautograde", "recordrtc", "poodllrecording"):
            raise LeftOut(keys.essay())
        if kind == "description":
            raise LeftOut(_("This is a text without a question; write it into the lesson."))
        raise LeftOut(keys.unknown(kind))
    return [_around(_KINDS[kind](node, markup), node, markup)]


def _gap_text(node: Node, markup: Markup) -> str:
    text = node.first("questiontext")
    _text(text, markup)  # Takes the pictures in.
    markup.losses.clear()
    return _said(text)


def _around(item: BankItem, node: Node, markup: Markup) -> BankItem:
    """An item with what every kind of question has around its answers."""
    if node.child_text("unitgradingtype") not in ("", "0"):
        markup.lost(_("The unit counted; here it may be typed or not."))
    prompt = keys.joined(item.prompt or _text(node.first("questiontext"), markup), _old_picture(node, markup))
    hints = tuple(filter(None, (_text(one, markup) for one in node.all("hint"))))
    combined = [_text(node.first(name), markup) for name in ("correctfeedback", "incorrectfeedback")]
    plain = re.compile(r"^(?:Your answer is (?:partially )?(?:in)?correct\.|Die Antwort ist (?:richtig|falsch)\.|)$")
    special = [text for text in combined if not plain.match(text)]
    if special:
        markup.lost(_("What was said of a right or wrong answer as a whole stands in the explanation."))
    explanation = keys.joined(_text(node.first("generalfeedback"), markup), item.explanation, *special)
    return replace(item, prompt=prompt, hints=hints[:12], explanation=explanation)


def _old_picture(node: Node, markup: Markup) -> str:
    """The picture below a question of Moodle 1.9, which had a field of its own."""
    name, data = node.child_text("image"), node.child_text("image_base64")
    if not name:
        return ""
    with suppress(binascii.Error, ValueError):
        markup.pictures.files[name] = base64.b64decode("".join(data.split())) if data else b""
    return markup.html(f'<img src="{escape(name)}" alt="">')


def _choice(node: Node, markup: Markup) -> BankItem:
    return keys.choice(_answers(node, markup), _yes(node, "single", True), markup, _yes(node, "shuffleanswers", True))


def _all_or_nothing(node: Node, markup: Markup) -> BankItem:
    answers = [replace(one, weight=max(one.weight, 0)) for one in _answers(node, markup)]
    made = keys.choice(answers, False, markup, _yes(node, "shuffleanswers", True))
    return replace(made, partial="off")


def _true_false(node: Node, markup: Markup) -> BankItem:
    by_text = {one.text.strip().lower(): one for one in _answers(node, markup)}
    yes, no = by_text.get("true", Answer("")), by_text.get("false", Answer(""))
    if not by_text or (not yes.weight and not no.weight):
        raise LeftOut(_("None of its options is right: say which in the file."))
    true = yes.weight > no.weight
    return keys.true_false(true, wrong=(no if true else yes).feedback, right=(yes if true else no).feedback)


def _short_answer(node: Node, markup: Markup) -> BankItem:
    return keys.short_answers(_answers(node, markup, typed=True), markup, _yes(node, "usecase", False))


def _numerical(node: Node, markup: Markup) -> BankItem:
    units = [one for group in node.all("units") for one in group.all("unit")]
    names = [one.child_text("unit_name") for one in units if one.child_text("multiplier") in ("", "1", "1.0")]
    if len(units) > 1:
        markup.lost(_("Only one unit came over; an answer in another is wrong here."))
    return keys.numerical(_answers(node, markup, typed=True), markup, names[0][:40] if names else "")


def _matching(node: Node, markup: Markup) -> BankItem:
    pairs = []
    for one in node.all("subquestion"):
        right = markup.menu(_said(one.first("answer")))
        pairs.append(Pair(_text(one, markup, one.get("format")), right))
    return keys.matching(pairs, markup)


def _gapped(node: Node, markup: Markup) -> BankItem:
    """Words to be put or chosen into places of a text: a row for each place."""
    boxes = [(_said(one), one.child_text("group")) for one in node.all("dragbox", "selectoption")]
    text = _text(node.first("questiontext"), markup)
    marked = re.sub(r"\\\[\\\[(\d{1,3})\\\]\\\]", r"[[\1]]", text)
    places = [int(one) for one in _PLACE.findall(marked)]
    if not places or not all(0 < place <= len(boxes) for place in places):
        raise LeftOut(_("Its places and its words do not fit together: mend the file."))
    if len({group for _said, group in boxes}) > 1:
        markup.lost(_("Words came in groups, each for some places; here all are offered for each."))
    number = 0

    def row(_found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f"**({number})**"

    prompt = _PLACE.sub(row, marked)
    pairs = [Pair(f"({n})", markup.menu(boxes[place - 1][0])) for n, place in enumerate(places, 1)]
    rest = {markup.menu(words) for number, (words, _group) in enumerate(boxes, 1) if number not in places}
    extra = [Pair("", words) for words in sorted(rest - {pair.right for pair in pairs})]
    if len(pairs) == 1:
        options = tuple(Option(markup.plain(pair.right), pair is pairs[0]) for pair in (*pairs, *extra))
        return replace(BankItem("choice", prompt.replace("**(1)**", "\\_\\_\\_\\_\\_")), options=options)
    return replace(keys.matching([*pairs, *extra], markup), prompt=prompt)


def _ordering(node: Node, markup: Markup) -> BankItem:
    if node.child_text("selecttype").upper() not in ("", "ALL", "0"):
        markup.lost(_("Some of the items were drawn for each student; here all are asked."))
    steps = list(dict.fromkeys(_text(one, markup) for one in node.all("answer")))
    if len(steps) < 2:
        raise LeftOut(_("It has fewer than two items to put in order: add some in the file."))
    return BankItem("order", "", options=tuple(Option(text, True) for text in steps))


def _rows(node: Node, markup: Markup) -> BankItem:
    """Statements, each true or false (kprime, mtf): those that are true are chosen."""
    columns = {one.get("number", str(n)): n for n, one in enumerate(node.all("column"), 1)}
    true = {
        one.get("rownumber"): columns.get(one.get("columnnumber"), 0) == 1
        for one in node.all("weight")
        if _fraction(one.child_text("value") or "0") > 0
    }
    rows = [
        Option(_text(row, markup), true.get(row.get("number", str(n)), False), _text(row.first("feedbacktext"), markup))
        for n, row in enumerate(node.all("row"), 1)
    ]
    if len(columns) > 2:
        raise LeftOut(keys.unknown(node.get("type")))
    if not any(row.correct for row in rows) or len(rows) < 2:
        raise LeftOut(_("None of its statements is true, and here one has to be: add one in the file."))
    markup.lost(_("Each statement was marked true or false; here the true ones are chosen."))
    return BankItem("multiple", "", options=tuple(rows), partial="each")


def _calculated(node: Node, markup: Markup) -> BankItem:
    markup.fills = True
    return calculated(node, _answers(node, markup, typed=True), markup)


_KINDS: dict[str, Callable[[Node, Markup], BankItem]] = {
    "multichoice": _choice,
    "oumultiresponse": lambda node, markup: keys.choice(_answers(node, markup), False, markup),
    "multichoiceset": _all_or_nothing,
    "truefalse": _true_false,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "ddmatch": _matching,
    "ddwtos": _gapped,
    "gapselect": _gapped,
    "ordering": _ordering,
    "kprime": _rows,
    "mtf": _rows,
    "calculated": _calculated,
    "calculatedsimple": _calculated,
}
