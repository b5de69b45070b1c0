"""Small readers of question banks that share nothing with the importer: what each question asks, offers and wants.

They read what is written well, and say nothing of what no kind of ours can take. ``Asked`` holds letters and digits
alone, so that markup does not count.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from xml.etree import ElementTree

Texts = frozenset[str]


@dataclass(frozen=True)
class Asked:
    stem: str
    right: Texts
    offered: Texts = frozenset()


def bare(text: str | None) -> str:
    """Letters, digits and signs of arithmetic, small; no tags, no maths commands, no space."""
    text = unescape(re.sub(r"<!--.*?-->|</?[A-Za-z][^<>]*>", " ", text or "", flags=re.DOTALL))
    text = re.sub(r"\\(?:begin|end)\{\w+\}|\\[a-zA-Z]+", "", text)
    return re.sub(r"[^\w+*/<>=-]|_", "", text).casefold()


def texts(found: Iterator[str | None] | list[str | None] | list[str]) -> Texts:
    return frozenset(bare(one) for one in found)


def moodle(data: bytes) -> list[Asked]:
    """Choices, true and false, short answers, numbers, matches."""
    found = []
    for question in ElementTree.fromstring(data).iter("question"):
        stem, kind = bare(question.findtext("questiontext/text")), question.get("type")
        answers = [(one.findtext("text"), float(one.get("fraction", "0"))) for one in question.findall("answer")]
        best = max((fraction for _text, fraction in answers), default=0)
        if kind == "matching":
            rows = question.findall("subquestion")
            found.append(
                Asked(stem, texts([(row.findtext("text") or "") + (row.findtext("answer/text") or "") for row in rows]))
            )
        elif kind in ("multichoice", "truefalse"):
            right = texts([text for text, fraction in answers if fraction > 0])
            found.append(Asked(stem, right, texts([text for text, _fraction in answers])))
        elif kind in ("shortanswer", "numerical"):
            found.append(Asked(stem, texts([text for text, fraction in answers if fraction == best])))
    return found


def gift(data: bytes) -> list[Asked]:
    """Each question with braces that are not empty. Formulas are taken out first: their signs mark nothing."""
    formulas: list[str] = []

    def kept(found: re.Match[str]) -> str:
        formulas.append(found[0])
        return chr(0xE000 + len(formulas) - 1)

    text = re.sub(r"^\s*//.*$", "", data.decode(), flags=re.MULTILINE)
    text = re.sub(r"\$\$[^$]+\$\$|\$[^$\n]+\$", kept, text)
    text = re.sub(r"\\([~=#{}:])", lambda found: kept(re.match(r".", found[1])), text)  # type: ignore[arg-type]

    def back(asked: Asked) -> Asked:
        def whole(one: str) -> str:
            return bare(re.sub("[\ue000-\uf8ff]", lambda found: formulas[ord(found[0]) - 0xE000], one))

        return Asked(whole(asked.stem), frozenset(map(whole, asked.right)), frozenset(map(whole, asked.offered)))

    found = []
    for one in re.split(r"\n\s*\n(?=[^{}]*(?:\{|\Z))|\n(?=::)", text):
        if match := re.fullmatch(r"\s*(?:::.*?::)?\s*(?:\[\w+\])?([^{}]*)\{([^{}]*)\}([^{}]*)", one, re.DOTALL):
            stem = _squeezed(match[1] + match[3].strip().strip("\"';"))
            if asked := _answers(stem, match[2].split("####")[0].strip()):
                found.append(back(asked))
    return found


def _squeezed(text: str | None) -> str:
    """As ``bare``, with what stands for formulas."""
    return "".join(
        bare(part) if ord(part[0]) < 0xE000 else part
        for part in re.findall("[\ue000-\uf8ff]|[^\ue000-\uf8ff]+", text or "")
    )


def _answers(stem: str, inside: str) -> Asked | None:
    if not inside:
        return None
    word = inside.split("#")[0].strip().upper()
    if word in ("T", "TRUE", "F", "FALSE"):
        return Asked(stem, frozenset(["true" if word[0] == "T" else "false"]), frozenset(["true", "false"]))
    if inside[0] == "#":
        first = re.split(r"[=~]", inside[1:].strip().lstrip("="))[0]
        low, dots, high = re.split(r"[:#]", first)[0].partition("..")
        return Asked(stem, _each([f"{(float(low) + float(high)) / 2:g}" if dots else low]))
    marks = [one for one in re.split(r"(?=[~=])", inside) if one.strip()]
    if "->" in inside:
        rows = [re.sub(r"\[\w+\]", "", one[1:]).replace("->", "") for one in marks]
        return Asked(stem, _each([row for one, row in zip(marks, rows, strict=True) if one[1:].split("->")[0].strip()]))
    cut = [(one[0], re.match(r"\s*(?:%(-?[\d.]+)%)?(.*?)(?:#|\Z)", one[1:], re.DOTALL)) for one in marks]
    read = [
        (sign, float(m[1]) if m[1] else 100.0 if sign == "=" else 0.0, (re.sub(r"^\s*\[\w+\]", "", m[2])))
        for sign, m in cut
        if m
    ]
    single = any(sign == "=" for sign, _weight, _text in read)
    if any(sign == "~" for sign, _weight, _text in read):
        right = [text for _sign, weight, text in read if (weight == 100 if single else weight > 0)]
        return Asked(stem, _each(right), _each([text for _sign, _weight, text in read]))
    return Asked(stem, _each([text for _sign, weight, text in read if weight == 100]))


def _each(found: list[str]) -> Texts:
    return frozenset(map(_squeezed, found))


def mdbook(data: bytes) -> list[Asked]:
    """Choices and short answers; of a program whether it compiles, or what it prints."""
    found = []
    for one in tomllib.loads(data.decode())["questions"]:
        prompt, answer = one["prompt"], one["answer"]
        right = answer.get("answer", answer.get("stdout"))
        right = [
            re.sub(r"`\[(.*?)\]`", r"\1", text)
            for text in (right if isinstance(right, list) else [right or "It does not compile"])
        ]
        if one["type"] == "MultipleChoice":
            wrong = [re.sub(r"`\[(.*?)\]`", r"\1", text) for text in prompt["distractors"]]
            found.append(
                Asked(_code(prompt["prompt"]), frozenset(map(_code, right)), frozenset(map(_code, [*right, *wrong])))
            )
        else:
            stem = (
                prompt.get("prompt")
                or f"Does this program compile? If it does, what does it print? {prompt['program']}"
            )
            found.append(Asked(_code(stem), frozenset(map(_code, right))))
    return found


def _code(text: str) -> str:
    return re.sub(r"[^\w+*/<>=-]|_", "", re.sub(r"```\w*|^\d+\. ", "", text, flags=re.MULTILINE)).casefold()


def qti1(data: bytes) -> list[Asked]:
    """Items with one response of choices, or of typed text."""
    found = []
    for item in _without_names(data).iter("item"):
        responses = [one for one in item.iter() if one.tag.startswith("response_") and one.tag != "response_label"]
        labels = {one.get("ident", ""): _said(one) for one in item.iter("response_label")}
        right = []
        for rule in item.iter("respcondition"):
            score = sum(
                float(one.text or 0)
                for one in rule.iter("setvar")
                if re.fullmatch(r"\s*-?[\d.]+\s*", one.text or "") and "Incorrect" not in one.get("varname", "")
            )
            excluded = {id(inner) for no in rule.iter("not") for inner in no.iter("varequal")}
            if score > 0:
                right += [
                    (one.get("respident"), (one.text or "").strip())
                    for one in rule.iter("varequal")
                    if id(one) not in excluded
                ]
        stem = "".join(
            _said(part) for part in item.findall("presentation/material") + item.findall("presentation/flow/material")
        )
        if len(responses) == 1 and responses[0].get("rcardinality") == "Ordered":
            found.append(Asked(stem, frozenset(f"{n}{labels[value]}" for n, (_name, value) in enumerate(right, 1))))
        elif len(responses) == 1 and responses[0].tag == "response_lid":
            found.append(Asked(stem, frozenset(labels[value] for _name, value in right), frozenset(labels.values())))
        elif len(responses) == 1 and right:
            found.append(Asked(stem, texts([re.sub(r"\.0$", "", value) for _name, value in right])))
        elif (
            len({tuple(one.get("ident") for one in each.iter("response_label"))[:2] for each in responses}) == 1
            and right
        ):
            rows = {each.get("ident"): _said(each.find("material")) for each in responses}
            found.append(Asked(stem, frozenset(rows[name] + labels[value] for name, value in right)))
    return found


def qti2(data: bytes) -> list[Asked]:
    """Items with one interaction: choices, an order, typed text, pairs."""
    root = _without_names(data)
    asked = [one for one in root.iter() if one.tag.endswith("Interaction")]
    if len(asked) != 1:
        return []
    one = asked[0]
    values = [value.text or "" for value in root.findall("responseDeclaration/correctResponse/value")]
    named = {
        part.get("identifier"): _said(part)
        for part in one.iter()
        if part.get("identifier") and part.tag != "feedbackInline"
    }
    stem = _said(one.find("prompt"))
    if one.tag in ("matchInteraction", "gapMatchInteraction"):
        gaps = {gap.get("identifier"): str(n) for n, gap in enumerate(one.iter("gap"), 1)}
        pairs = [value.split() for value in values]
        rows = [gaps[b] + named[a] if b in gaps else named[a] + named[b] for a, b in pairs]
        return [Asked(stem, frozenset(rows))]
    if one.tag in ("textEntryInteraction", "sliderInteraction"):
        mapped = {entry.get("mapKey", ""): float(entry.get("mappedValue", "0")) for entry in root.iter("mapEntry")}
        return [Asked(stem, texts([*values, *(key for key, value in mapped.items() if value == max(mapped.values()))]))]
    if one.tag == "orderInteraction":
        return [Asked(stem, frozenset(f"{n}{named[value]}" for n, value in enumerate(values, 1)))]
    offered = frozenset(
        named[part.get("identifier")] for part in one.iter() if part.tag in ("simpleChoice", "inlineChoice", "hottext")
    )
    return [Asked(stem, frozenset(named[value] for value in values), offered)]


def _without_names(data: bytes) -> ElementTree.Element:
    root = ElementTree.fromstring(data)
    for one in root.iter():
        one.tag = str(one.tag).rpartition("}")[2]
    return root


def _said(node: ElementTree.Element | None) -> str:
    """What an element says, without feedback within it."""
    if node is None:
        return ""
    inside = [
        node.text or "",
        *((_said(child) if child.tag != "feedbackInline" else "") + (child.tail or "") for child in node),
    ]
    return bare("".join(inside))


READERS = {"gift": gift, "moodle": moodle, "mdbook": mdbook, "qti1": qti1, "qti2": qti2}
