"""QTI 2.1 and 2.2 (``<assessmentItem>``), as TAO, Inspera, Canvas and others write it; QTI 3 under its longer names."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape

from app.studio.banks import keys
from app.studio.banks.hypertext import written
from app.studio.banks.item import BankItem, Import, Loss, Option, Pair
from app.studio.banks.keys import Answer, LeftOut
from app.studio.banks.markup import Markup
from app.studio.banks.pictures import Pictures
from app.studio.banks.reading import Node, Unreadable, mended, text_of
from app.words import _

_INTERACTION = re.compile(r"[A-Za-z]*Interaction")
#: What a student does not read, or sees only afterwards.
_ASIDE = frozenset(
    [
        "rubricBlock",
        "feedbackBlock",
        "feedbackInline",
        "modalFeedback",
        "templateBlock",
        "templateInline",
        "stylesheet",
        "infoControl",
    ]
)
_PICTORIAL = ("graphic", "hotspot", "selectPoint", "positionObject", "drawing")


@dataclass(frozen=True)
class _Declared:
    """What an item says of one answer: what is right, and what each value counts."""

    values: tuple[str, ...] = ()
    points: tuple[tuple[str, float], ...] = ()
    cardinality: str = "single"
    type: str = "identifier"
    #: Whether a partly right answer counts.
    partial: bool = False


def read(data: bytes, name: str = "", files: dict[str, bytes] | None = None, file: str = "") -> Import:
    """The questions of one item's file. ``files`` are those that came with it, ``file`` its own path among them."""
    pictures = Pictures(files)
    try:
        root = _plain_names(mended(text_of(data), 1))
        items = [one for one in root.walk() if one.tag == "assessmentItem"]
        if not items:
            raise Unreadable(_("This is no QTI 2: its first element is <%(tag)s>.", tag=root.tag[:40]))
    except Unreadable as error:
        return Import(losses=(Loss(error.line, name, str(error), True, file),))
    found: list[BankItem] = []
    losses: list[Loss] = []
    for node in items:
        markup = Markup(pictures)
        title = markup.words(escape(node.get("title")))[:200] or node.get("identifier")[:80]
        try:
            made = _made(node, markup)
        except LeftOut as error:
            losses.append(Loss(node.line, title, str(error), True, file))
            continue
        given = node.get("identifier")
        for number, item in enumerate(made, 1):
            several = f"-{number}" if len(made) > 1 else ""
            found.append(replace(item, title=title, name=given + several if given else "", line=node.line, file=file))
        losses += [Loss(node.line, title, words, file=file) for words in markup.losses]
    return Import(tuple(found), tuple(losses), pictures.media)


def _plain_names(root: Node) -> Node:
    """A tree of QTI 3 under the names of QTI 2."""
    for node in root.walk():
        if node.tag.startswith("qti-"):
            node.tag = _camel(node.tag.removeprefix("qti-"))
            node.attributes = {_camel(name): value for name, value in node.attributes.items()}
    return root


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part.capitalize() for part in rest)


def _made(node: Node, markup: Markup) -> list[BankItem]:
    """What an item becomes. Raises LeftOut."""
    body = node.first("itemBody")
    if body is None:
        raise LeftOut(_("It has no text: mend the file."))
    if any(one.tag == "printedVariable" for one in body.walk()):
        raise LeftOut(_("Its text is worked out by a program for each student: write it anew with :vars:."))
    asked = [one for one in body.walk() if _INTERACTION.fullmatch(one.tag) and one.tag != "endAttemptInteraction"]
    if not asked:
        raise LeftOut(_("This is a text without a question; write it into the lesson."))
    gaps = [one for one in asked if one.tag in ("textEntryInteraction", "inlineChoiceInteraction")]
    if len(asked) > 1:
        markup.lost(_("A text with several gaps became a question for each: look at their prompts."))
    made: list[BankItem] = []
    reasons: list[str] = []
    for number, one in enumerate(asked, 1):
        marks = {
            id(other): (f"({place}) …" if len(gaps) > 1 else "_____") if other is not one else f"({place}) _____"
            for place, other in enumerate(gaps, 1)
        }
        if one in gaps:
            marks[id(one)] = f"({gaps.index(one) + 1}) _____" if len(gaps) > 1 else "_____"
        try:
            item = _asked(one, node, _declared(node, one.get("responseIdentifier")), markup)
        except LeftOut as error:
            reasons.append(str(error))
            if len(asked) > 1:
                markup.lost(_("Part %(number)s was left out: %(why)s", number=number, why=error))
            continue
        made.append(replace(item, prompt=keys.joined(_prompt(body, one, marks, markup), item.prompt)))
    if not made:
        raise LeftOut(reasons[0])
    shown = {choice for one in asked for choice in (option.get("identifier") for option in one.walk())}
    whole = [
        text
        for one in node.all("modalFeedback")
        if one.get("identifier") not in shown and (text := markup.html(written(one)))
    ]
    aside = [text for one in body.walk() if one.tag == "feedbackBlock" and (text := markup.html(_html(one, {})))]
    if whole:
        markup.lost(_("What was said of a right or wrong answer as a whole stands in the explanation."))
    return [replace(item, explanation=keys.joined(item.explanation, *whole, *aside)) for item in made]


def _declared(node: Node, name: str) -> _Declared:
    """What is right: by the declaration, its mapping, or else by comparisons in the processing."""
    found = next((one for one in node.all("responseDeclaration") if one.get("identifier") == name), Node(""))
    correct = found.first("correctResponse")
    values = [one.text.strip() for one in correct.all("value")] if correct is not None else []
    mapping = found.first("mapping")
    points = []
    for one in mapping.all("mapEntry") if mapping is not None else []:
        try:
            points.append((one.get("mapKey").strip(), float(one.get("mappedValue"))))
        except ValueError:
            continue
    processing = node.first("responseProcessing") or Node("")
    if not values and not any(value > 0 for _key, value in points):
        values = _compared(processing, name)
    mapped = "map_response" in processing.get("template") or any(one.tag == "mapResponse" for one in processing.walk())
    return _Declared(
        tuple(dict.fromkeys(values)),
        tuple(points),
        found.get("cardinality", "single"),
        found.get("baseType", "identifier"),
        mapped and mapping is not None,
    )


def _compared(processing: Node, name: str) -> list[str]:
    found = []
    for one in processing.walk():
        if one.tag in ("match", "equal", "stringMatch", "member", "contains", "equalRounded"):
            inside = list(one.walk())
            if any(part.tag == "variable" and part.get("identifier") == name for part in inside):
                found += [part.text.strip() for part in inside if part.tag == "baseValue"]
    return found


def _html(node: Node, marks: dict[int, str]) -> str:
    """What stands in an element as HTML: gaps as their marks, other interactions and asides left out."""

    def kept(one: Node) -> Node | str | None:
        if id(one) in marks:
            return marks[id(one)]
        if one.tag == "rubricBlock" and "candidate" in one.get("view"):
            return Node("div", {}, one.children)
        if one.tag in _ASIDE or _INTERACTION.fullmatch(one.tag):
            return None
        if one.tag == "object" and one.get("type").startswith("image/"):
            return Node("img", {"src": one.get("data"), "alt": one.text.strip()})
        tag = {"gap": "span", "hottext": "u", "prompt": "div", "simpleChoice": "div"}.get(one.tag, one.tag)
        children = [
            part for child in one.children if (part := child if isinstance(child, str) else kept(child)) is not None
        ]
        return Node(tag, one.attributes, children)

    inside = kept(Node("div", {}, node.children))
    return written(inside) if isinstance(inside, Node) else ""


def _prompt(body: Node, asked: Node, marks: dict[int, str], markup: Markup) -> str:
    """The text around an interaction, then its own prompt."""
    beside = dict(marks)
    if asked.tag in ("gapMatchInteraction", "hottextInteraction"):
        number = 0
        for one in asked.walk():
            if one.tag == "gap":
                number += 1
                beside[id(one)] = f"({number})"
        inner = Node(
            "div",
            {},
            [child for child in asked.children if isinstance(child, str) or child.tag not in ("gapText", "gapImg")],
        )
        return keys.joined(markup.html(_html(body, marks)), markup.html(_html(inner, beside)))
    own = asked.first("prompt")
    return keys.joined(markup.html(_html(body, marks)), markup.html(_html(own, marks)) if own is not None else "")


def _asked(one: Node, node: Node, declared: _Declared, markup: Markup) -> BankItem:
    if one.tag not in _KINDS:
        if one.tag in ("extendedTextInteraction", "uploadInteraction"):
            raise LeftOut(keys.essay())
        if one.tag.startswith(_PICTORIAL):
            raise LeftOut(
                _("It is answered in a picture or by a program, which has no like here: ask it in another way.")
            )
        raise LeftOut(keys.unknown(one.tag))
    return _KINDS[one.tag](one, node, declared, markup)


def _said(identifier: str, one: Node, node: Node, markup: Markup) -> str:
    """What is said of an option: within it, or in a window of its name."""
    inside = [markup.html(written(part)) for part in one.walk() if part.tag == "feedbackInline"]
    beside = [markup.html(written(part)) for part in node.all("modalFeedback") if part.get("identifier") == identifier]
    return keys.joined(*inside, *beside)


def _choice(one: Node, node: Node, declared: _Declared, markup: Markup) -> BankItem:
    options = [part for part in one.walk() if part.tag in ("simpleChoice", "inlineChoice", "hottext")]
    points = dict(declared.points)
    best = max(points.values(), default=0.0)
    answers = []
    for option in options:
        name = option.get("identifier")
        weight = 1.0 if name in declared.values else 0.0
        if declared.partial or not declared.values:
            weight = points.get(name, 0.0) / best if best > 0 else weight
        answers.append(Answer(markup.html(_html(option, {})), weight, _said(name, option, node, markup)))
    single = declared.cardinality == "single"
    made = keys.choice(answers, single, markup, one.get("shuffle") == "true")
    return replace(made, partial="off") if made.kind == "multiple" and not declared.partial else made


def _text_entry(_one: Node, node: Node, declared: _Declared, markup: Markup) -> BankItem:
    points = dict(declared.points)
    best = max(points.values(), default=0.0)
    answers = [Answer(value, 1.0) for value in declared.values]
    answers += [Answer(key, value / best) for key, value in points.items() if best > 0 and key not in declared.values]
    if not answers:
        raise LeftOut(_("No answer is right: say which in the file."))
    if declared.type in ("float", "integer") and all(keys.number(one.text) for one in answers):
        off = next(
            (part.get("tolerance").split() for part in node.walk() if part.tag == "equal" and part.get("tolerance")), []
        )
        mode = next((part.get("toleranceMode") for part in node.walk() if part.tag == "equal"), "")
        made = keys.numerical(
            [replace(one, tolerance=off[0] if off and mode == "absolute" else "") for one in answers], markup
        )
        return replace(made, tolerance=f"± {off[0]} %") if off and mode == "relative" and keys.number(off[0]) else made
    cased = any(one.get("caseSensitive") == "true" for one in node.walk() if one.tag in ("mapEntry", "stringMatch"))
    return keys.short_answers([replace(one, text=one.text.replace("*", "\\*")) for one in answers], markup, cased)


def _order(one: Node, _node: Node, declared: _Declared, markup: Markup) -> BankItem:
    texts = {part.get("identifier"): markup.html(_html(part, {})) for part in one.all("simpleChoice")}
    steps = [name for name in declared.values if name in texts]
    if len(steps) < 2:
        raise LeftOut(_("It has fewer than two items to put in order: add some in the file."))
    rest = [Option(text) for name, text in texts.items() if name not in steps]
    return BankItem("order", "", options=(*(Option(texts[name], True) for name in steps), *rest))


def _pairs(declared: _Declared) -> list[tuple[str, str]]:
    given = declared.values or tuple(key for key, value in declared.points if value > 0)
    return [(parts[0], parts[1]) for value in given if len(parts := value.split()) == 2]


def _match(one: Node, _node: Node, declared: _Declared, markup: Markup) -> BankItem:
    sets = [group.all("simpleAssociableChoice") for group in one.all("simpleMatchSet")]
    if one.tag == "associateInteraction":
        raise LeftOut(keys.unknown("associateInteraction"))
    if len(sets) != 2:
        raise LeftOut(_("It matches fewer than two rows with two answers: add some in the file."))
    return _matched(sets[0], sets[1], _pairs(declared), markup)


def _matched(lefts: list[Node], rights: list[Node], pairs: list[tuple[str, str]], markup: Markup) -> BankItem:
    left = {part.get("identifier"): markup.html(_html(part, {})) for part in lefts}
    right = {part.get("identifier"): markup.menu(_html(part, {})) for part in rights}
    rows = [(a, b) if a in left else (b, a) for a, b in pairs]
    rows = [(a, b) for a, b in rows if a in left and b in right]
    if len({a for a, _b in rows}) < len(rows):
        if len({b for _a, b in rows}) < len(rows):
            raise LeftOut(_("A row belongs to several answers, and a row here to one: ask for each by itself."))
        left, right = (
            {part.get("identifier"): markup.html(_html(part, {})) for part in rights},
            {part.get("identifier"): markup.menu(_html(part, {})) for part in lefts},
        )
        rows = [(b, a) for a, b in rows]
    if len(rows) < len(left):
        markup.lost(_("A row without an answer, or one that stood there twice, was left out."))
    used = {b for _a, b in rows}
    extra = [Pair("", text) for name, text in right.items() if name not in used]
    return keys.matching([*(Pair(left[a], right[b]) for a, b in rows), *extra], markup)


def _gap_match(one: Node, _node: Node, declared: _Declared, markup: Markup) -> BankItem:
    words = {part.get("identifier"): markup.menu(_html(part, {})) for part in one.all("gapText", "gapImg")}
    if one.all("gapImg"):
        raise LeftOut(_("It is answered in a picture or by a program, which has no like here: ask it in another way."))
    places = [part.get("identifier") for part in one.walk() if part.tag == "gap"]
    right = {}
    for a, b in _pairs(declared):
        word, gap = (a, b) if a in words else (b, a)
        if word in words and gap in places:
            right[gap] = word
    if not right:
        raise LeftOut(_("No answer is right: say which in the file."))
    rows = [Pair(f"({number})", words[right[gap]]) for number, gap in enumerate(places, 1) if gap in right]
    extra = [Pair("", text) for name, text in words.items() if name not in right.values()]
    if len(rows) == 1:
        options = [Answer(markup.plain(rows[0].right), 1.0), *(Answer(markup.plain(one.right), 0.0) for one in extra)]
        return keys.choice(options, True, markup)
    return keys.matching([*rows, *extra], markup)


def _slider(_one: Node, _node: Node, declared: _Declared, markup: Markup) -> BankItem:
    """A number; values that count as much as the right one make a range, where they follow each other."""
    best = max((value for _key, value in declared.points), default=0.0)
    full = sorted(int(key) for key, value in declared.points if value >= best > 0 and re.fullmatch(r"-?\d{1,9}", key))
    if len(full) > 1 and full == list(range(full[0], full[-1] + 1)):
        return keys.numerical([Answer(f"{full[0]}..{full[-1]}", 1.0)], markup)
    return keys.numerical([Answer(value, 1.0) for value in dict.fromkeys((*declared.values, *map(str, full)))], markup)


_KINDS: dict[str, Callable[[Node, Node, _Declared, Markup], BankItem]] = {
    "choiceInteraction": _choice,
    "inlineChoiceInteraction": _choice,
    "hottextInteraction": _choice,
    "textEntryInteraction": _text_entry,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _match,
    "gapMatchInteraction": _gap_match,
    "sliderInteraction": _slider,
}
