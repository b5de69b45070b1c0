"""QTI 1.2 (``<questestinterop>``), as Canvas, Sakai, OLAT, Blackboard, Respondus and others write it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from app.studio.banks import keys
from app.studio.banks.hypertext import written
from app.studio.banks.item import BankItem, Import, Loss, Option, Pair
from app.studio.banks.keys import Answer, LeftOut
from app.studio.banks.markup import Markup
from app.studio.banks.pictures import Pictures
from app.studio.banks.reading import Node, Unreadable, text_of, whole_or_pieces
from app.studio.banks.scoring import Condition, conditions
from app.words import _

#: What asks: each is one answer of the student's.
_RESPONSES = ("response_lid", "response_str", "response_num", "response_grp", "response_xy", "response_extension")
_NUMERIC = ("decimal", "integer", "scientific")
#: What plays or runs, by the element of HTML that it would be.
_PLAYED = {"mataudio": "audio", "matvideo": "video", "matapplet": "applet", "matapplication": "object"}


@dataclass(frozen=True)
class _Response:
    """One thing that is asked: its name, what it offers, and the text that stands with it."""

    node: Node
    name: str

    @property
    def labels(self) -> list[Node]:
        return [one for one in self.node.walk() if one.tag == "response_label"]

    @property
    def render(self) -> Node:
        return next((one for one in self.node.walk() if one.tag.startswith("render_")), Node(""))


def read(data: bytes, name: str = "", files: dict[str, bytes] | None = None, file: str = "") -> Import:
    """The questions of one file. ``files`` are those that came with it, ``file`` its own path among them."""
    items: list[BankItem] = []
    losses: list[Loss] = []
    pictures = Pictures(files)
    try:
        found = list(_items(text_of(data)))
    except Unreadable as error:
        return Import(losses=(Loss(error.line, name, str(error), True, file),))
    for node, line in found:
        if isinstance(node, Unreadable):
            losses.append(Loss(node.line or line, "", str(node), True, file))
            continue
        markup = Markup(pictures)
        title = markup.words(escape(node.get("title")))[:200]
        try:
            made = _made(node, markup)
        except LeftOut as error:
            losses.append(Loss(line, title or node.get("ident"), str(error), True, file))
            continue
        given = node.get("ident")
        for number, item in enumerate(made, 1):
            several = f"-{number}" if len(made) > 1 else ""
            said = title or re.sub(r"[\\$*`]", "", item.prompt.split("\n")[0])[:80]
            items.append(replace(item, title=said, name=given + several if given else "", line=line, file=file))
        losses += [Loss(line, title, words, file=file) for words in markup.losses]
    return Import(tuple(items), tuple(losses), pictures.media)


def _items(text: str) -> Iterator[tuple[Node | Unreadable, int]]:
    root = whole_or_pieces(text, "item")
    if isinstance(root, list):
        yield from root
        return
    if root.tag not in ("questestinterop", "item", "section", "assessment"):
        raise Unreadable(_("This is no QTI 1.2: its first element is <%(tag)s>.", tag=root.tag[:40]))
    for node in root.walk():
        if node.tag == "item" and node.first("presentation"):
            yield node, node.line
        elif node.tag == "item":
            yield Unreadable(_("This item has no <presentation>: mend the file."), node.line), node.line


def _made(node: Node, markup: Markup) -> list[BankItem]:
    """What an item becomes. Raises LeftOut."""
    presentation = node.first("presentation")
    assert presentation is not None
    responses = [_Response(one, one.get("ident")) for one in presentation.walk() if one.tag in _RESPONSES]
    kind = _metadata(node, "question_type", "qmd_itemtype", "cc_profile").lower()
    if not responses:
        if kind and "text_only" not in kind and "essay" not in kind:
            raise LeftOut(keys.unknown(kind))
        raise LeftOut(
            keys.essay() if "essay" in kind else _("This is a text without a question; write it into the lesson.")
        )
    rules = conditions(node)
    if kind in ("calculated_question", "file_upload_question"):
        raise LeftOut(keys.unknown(kind))
    if "essay" in kind or (all(_open(one) for one in responses) and not any(rule.right for rule in rules)):
        raise LeftOut(keys.essay())
    if any(one.node.tag in ("response_xy", "response_extension") for one in responses):
        raise LeftOut(_("It is answered in a picture or by a program, which has no like here: ask it in another way."))
    said = {one.get("ident"): _material(one, markup) for one in node.walk() if one.tag == "itemfeedback"}
    if len(responses) == 1 and responses[0].node.tag == "response_grp":
        made = [_grouped(responses[0], rules, markup)]
    elif len(responses) == 1:
        made = [_one(responses[0], rules, said, markup)]
    elif matched := _matched(responses, rules, markup):
        made = [matched]
    else:
        markup.lost(_("A text with several gaps became a question for each: look at their prompts."))
        made = [_one(one, [rule.of(one.name) for rule in rules], said, markup) for one in responses]
    prompts = _prompts(presentation, responses, len(made), markup)
    hints, solutions = (
        [text for one in node.walk() if one.tag == tag and (text := _material(one, markup))]
        for tag in ("hint", "solution")
    )
    hints += [said.pop(one) for one in list(said) if one.lower().startswith("hint") and said[one]]
    whole = [said[id] for rule in rules if not rule.answers for id in rule.feedback if said.get(id)]
    placed = {option.feedback for item in made for option in item.options} | set(whole)
    placed |= {wrong.feedback for item in made for wrong in item.wrong}
    placed |= {item.explanation for item in made}
    rest = [text for text in dict.fromkeys(said.values()) if text and not any(text in one for one in placed)]
    rest = [text for text in rest if text not in (*hints, *solutions)]
    if rest:
        markup.lost(_("What was said of a right or wrong answer as a whole stands in the explanation."))
    return [
        replace(
            item,
            prompt=item.prompt or prompt,
            hints=tuple(dict.fromkeys(hints))[:12],
            explanation=keys.joined(item.explanation, *solutions, *whole, *rest),
        )
        for item, prompt in zip(made, prompts, strict=True)
    ]


def _metadata(node: Node, *names: str) -> str:
    """A field of an item's metadata, in either of the ways that it is written."""
    for one in node.walk():
        if one.tag == "qtimetadatafield" and one.child_text("fieldlabel").lower() in names:
            return one.child_text("fieldentry")
        if one.tag in names:
            return one.text.strip()
    return ""


def _open(response: _Response) -> bool:
    return response.node.tag == "response_str" or response.render.tag == "render_fib"


def _html(node: Node, skip: tuple[str, ...] = ()) -> str:
    """The material in an element as HTML, in its order, without what stands in elements of the names ``skip``."""
    parts: list[str] = []
    for child in node.elements:
        if child.tag in skip:
            continue
        if child.tag in ("mattext", "matemtext"):
            inner = written(child) if child.elements else child.text
            if not child.elements and child.get("texttype", "text/plain") != "text/html":
                inner = (
                    inner.strip()
                    if re.search(r"</?[a-zA-Z][^<>]*>|&\w+;", inner)
                    else escape(inner.strip(), quote=False).replace("\n", "<br>")
                )
            parts.append(f"<em>{inner}</em>" if child.tag == "matemtext" else inner)
        elif child.tag == "matimage":
            parts.append(_picture(child))
        elif child.tag == "matbreak":
            parts.append("<br>")
        elif child.tag in _PLAYED:
            parts.append(f"<{_PLAYED[child.tag]}></{_PLAYED[child.tag]}>")
        elif child.tag == "\0gap":
            parts.append(child.text)
        elif child.tag in ("flow", "flow_mat", "material", "itemfeedback", "hintmaterial", "solutionmaterial"):
            parts.append(
                f"<div>{_html(child, skip)}</div>" if child.tag.startswith("flow") else _html(child, skip) + " "
            )
        elif child.tag in ("p", "div", "span"):
            parts.append(f"<{child.tag}>{written(child)}</{child.tag}>")
        else:
            parts.append(_html(child, skip))
    return "".join(parts)


def _picture(node: Node) -> str:
    if node.get("embedded") or (node.text.strip() and not node.get("uri")):
        source = f"data:{node.get('imagtype', 'image/png')};base64,{''.join(node.text.split())}"
    else:
        source = node.get("uri")
    return f'<img src="{escape(source)}" alt="{escape(node.get("label"))}">'


def _material(node: Node, markup: Markup) -> str:
    return markup.html(_html(node))


def _prompts(presentation: Node, responses: list[_Response], count: int, markup: Markup) -> list[str]:
    """The prompt of each question that is made of a presentation."""
    if count == 1:
        html = _html(presentation, ("render_choice", "render_fib", "render_extension", "response_lid", "response_grp"))
        beside = "".join(
            _html(one.node, ("render_choice", "render_fib", "response_label"))
            for one in responses
            if len(responses) == 1
        )
        html += beside if responses[0].node.tag in ("response_lid", "response_grp") else ""
        name = responses[0].name.removeprefix("response_")
        return [markup.html(html.replace(f"[{name}]", "_____") if name else html)]
    prompts = []
    for asked in responses:
        gaps = {
            id(one.node): f"<b>({number})</b> _____ " if one is asked else f"({number}) … "
            for number, one in enumerate(responses, 1)
        }
        html = _with_gaps(presentation, gaps)
        for number, one in enumerate(responses, 1):
            name = one.name.removeprefix("response_")
            if f"[{name}]" in html:
                # Canvas puts gaps into the text by their names, and what is asked behind it.
                html = html.replace(gaps[id(one.node)], "").replace(
                    f"[{name}]", f"({number}) …" if one is not asked else f"<b>({number})</b> _____"
                )
        prompts.append(markup.html(html))
    return prompts


def _with_gaps(node: Node, gaps: dict[int, str]) -> str:
    def put(one: Node) -> Node:
        if id(one) in gaps:
            own = [child for child in one.elements if child.tag == "material"]
            # Canvas repeats the gap's name there.
            named = one.get("ident") == "response_" + "".join(child.text for child in own).strip()
            beside = Node("flow_inline", {}, [] if named else list(own))
            return Node("gap", {}, [beside, Node("\0gap", {}, [gaps[id(one)]])])
        return Node(
            one.tag, one.attributes, [child if isinstance(child, str) else put(child) for child in one.children]
        )

    return _html(put(node), ("render_choice", "render_fib"))


def _one(response: _Response, rules: list[Condition], said: dict[str, str], markup: Markup) -> BankItem:
    """The item of a single response."""
    if not response.labels or response.render.tag == "render_fib":
        return _typed(response, rules, said, markup)
    labels = {one.get("ident"): one for one in response.labels}
    texts = {ident: _material(one, markup) for ident, one in labels.items()}
    if response.node.get("rcardinality", "Single").lower() == "ordered":
        return _ordered(texts, rules)
    if any(value.endswith(":correct") for rule in rules for value in rule.values):
        true = {value.removesuffix(":correct") for rule in rules for value in rule.values if value.endswith(":correct")}
        markup.lost(_("Each statement was marked true or false; here the true ones are chosen."))
        statements = [Answer(texts[ident], float(ident in true)) for ident in labels]
        return replace(keys.choice(statements, False, markup, shuffle=False), partial="each")
    weights = dict.fromkeys(labels, 0.0)
    single = response.node.get("rcardinality", "Single").lower() == "single"
    best = max((rule.score for rule in rules if rule.right & set(labels)), default=0.0)
    if best <= 0:
        raise LeftOut(_("None of its options is right: say which in the file."))
    for rule in rules:
        for ident in rule.right & set(labels):
            if rule.score > 0:
                weights[ident] = max(weights[ident], rule.score / best if single else 1.0)
        if rule.score < 0:
            for ident in rule.right & set(labels):
                weights[ident] = min(weights[ident], -1.0)
    feedback = {
        ident: keys.joined(*(said.get(id, "") for rule in rules if rule.answers == {ident} for id in rule.feedback))
        for ident in labels
    }
    answers = [Answer(texts[ident], weights[ident], feedback[ident]) for ident in labels]
    shuffle = response.render.get("shuffle", "No").lower() in ("yes", "true") and not _true_false(texts)
    made = keys.choice(answers, single, markup, shuffle)
    whole = any(len(rule.right) > 1 and rule.score > 0 for rule in rules)
    return replace(made, partial="off") if made.kind == "multiple" and whole else made


def _true_false(texts: dict[str, str]) -> bool:
    return len(texts) == 2 and {text.strip().lower() for text in texts.values()} <= {
        "true",
        "false",
        "wahr",
        "falsch",
        "yes",
        "no",
    }


def _ordered(texts: dict[str, str], rules: list[Condition]) -> BankItem:
    best = max(
        (rule for rule in rules if rule.sequence), key=lambda rule: (rule.score, len(rule.sequence)), default=None
    )
    sequence = [ident for ident in (best.sequence if best else ()) if ident in texts]
    if len(sequence) < 2:
        raise LeftOut(_("It has fewer than two items to put in order: add some in the file."))
    rest = [Option(text) for ident, text in texts.items() if ident not in sequence]
    return BankItem("order", "", options=(*(Option(texts[ident], True) for ident in sequence), *rest))


def _typed(response: _Response, rules: list[Condition], said: dict[str, str], markup: Markup) -> BankItem:
    kind = response.render.get("fibtype").lower()
    mine = [rule for rule in rules if rule.values or rule.low is not None]
    if not mine:
        raise LeftOut(keys.essay())
    best = max(rule.score for rule in mine)
    numeric = response.node.tag == "response_num" or kind in _NUMERIC or any(rule.low is not None for rule in mine)
    answers = []
    for rule in mine:
        feedback = keys.joined(*(said.get(id, "") for id in rule.feedback))
        weight = rule.score / best if best > 0 else 0.0
        if numeric and rule.low is not None and rule.high is not None:
            answers.append(Answer(f"{rule.low}..{rule.high}", weight, feedback))
        else:
            answers += [Answer(value, weight, feedback) for value in rule.values]
    if numeric and all(keys.number(one.text) for one in answers):
        return keys.numerical(answers, markup)
    return keys.short_answers(answers, markup)


def _matched(responses: list[_Response], rules: list[Condition], markup: Markup) -> BankItem | None:
    """Rows that each choose among the same answers, as Canvas and others write a match; None where it is none."""
    offered = [frozenset(label.get("ident") for label in one.labels) for one in responses]
    widest = max(responses, key=lambda one: len(one.labels))
    lefts = [
        _material(Node("", {}, [m for m in one.node.elements if m.tag == "material"]), markup) for one in responses
    ]
    if any(one.node.tag != "response_lid" for one in responses) or not all(lefts):
        return None
    if len(widest.labels) < 2 or any(
        not ids <= frozenset(label.get("ident") for label in widest.labels) for ids in offered
    ):
        return None
    texts = {one.get("ident"): markup.menu(_html(one)) for one in widest.labels}
    pairs = []
    for response, left in zip(responses, lefts, strict=True):
        scored = [(rule.score, ident) for rule in rules for ident in rule.of(response.name).right if ident in texts]
        best = max((score for score, _ident in scored), default=0.0)
        if best <= 0:
            raise LeftOut(_("Not every row has its answer: say it in the file."))
        pairs.append(Pair(left, texts[next(ident for score, ident in scored if score == best)]))
    used = {pair.right for pair in pairs}
    rest = dict.fromkeys(text for text in texts.values() if text not in used)
    return keys.matching([*pairs, *(Pair("", text) for text in rest)], markup)


def _grouped(response: _Response, rules: list[Condition], markup: Markup) -> BankItem:
    """``response_grp``: what is dragged onto what."""
    texts = {one.get("ident"): one for one in response.labels}
    joined = [value.partition(",") for rule in rules if rule.score > 0 for value in rule.values]
    joined += [value.partition(",") for rule in rules if rule.score > 0 for value in rule.right if "," in value]
    pairs = [
        Pair(_material(texts[left.strip()], markup), markup.menu(_html(texts[right.strip()])))
        for left, _comma, right in joined
        if left.strip() in texts and right.strip() in texts
    ]
    return keys.matching(pairs, markup)
