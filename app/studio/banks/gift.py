"""GIFT, Moodle's plain-text format, as docs.moodle.org/en/GIFT_format describes it and people write it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.studio.banks import formulas, keys
from app.studio.banks.item import BankItem, Import, Loss, Pair
from app.studio.banks.keys import Answer, LeftOut
from app.studio.banks.markup import Markup
from app.studio.banks.pictures import Pictures
from app.studio.banks.reading import Unreadable, text_of
from app.words import _

#: Escaped characters are kept apart while the text is cut; what stands for them is no character of any file.
_ESCAPED = {character: chr(0xE000 + number) for number, character in enumerate("~=#{}:\\n")}
_BACK = {mark: "\n" if character == "n" else character for character, mark in _ESCAPED.items()}
#: A formula in a line, as it was typed by somebody who did not know that GIFT has marks of its own.
_FORMULA = re.compile(
    r"\$\$([^$]{1,1000})\$\$|(?<![\\$\w])\$(?=\S)([^$]{1,400}?)(?<!\s)\$(?![\w$])|(?<!\\)\\\((.{1,400}?)(?<!\\)\\\)"
)
_MARKS = re.compile("[" + "".join(_BACK) + "]")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,8})?)%")
_IDENTIFIED = re.compile(r"\[id:([^\]\n]{1,100})\]")
_TRUE_FALSE = re.compile(r"(T|TRUE|F|FALSE)", re.IGNORECASE)


def read(data: bytes, name: str = "", files: dict[str, bytes] | None = None) -> Import:
    """The questions of a GIFT file. ``files`` are pictures that came with it."""
    try:
        text = text_of(data)
    except Unreadable as error:
        return Import(losses=(Loss(error.line, name, str(error), left_out=True),))
    pictures = Pictures(files)
    items: list[BankItem] = []
    losses: list[Loss] = []
    for source, line, given in _questions(text):
        markup = Markup(pictures)
        title = ""
        try:
            title, rest = _title(source)
            title = title or markup.words(_plain(rest).split("{")[0])[:80]
            item = _item(rest, markup)
        except LeftOut as error:
            losses.append(Loss(line, title, str(error), left_out=True))
            continue
        items.append(replace(item, title=title, name=given, line=line))
        losses += [Loss(line, title, words) for words in markup.losses]
    return Import(tuple(items), tuple(losses), pictures.media)


def _questions(text: str) -> Iterator[tuple[str, int, str]]:
    """Each question's source with its escapes kept apart, its first line, and the id that a comment before it gives.

    A blank line ends a question; one within its braces does not, unless another question begins after it.
    """
    lines: list[str] = []
    start, given, depth = 0, "", 0
    for number, raw in enumerate((*text.split("\n"), ""), 1):
        line = re.sub(r"\\([~=#{}:\\n])", lambda found: _ESCAPED[found[1]], _FORMULA.sub(_kept, raw))
        bare = line.strip()
        if bare.startswith("//"):
            if found := _IDENTIFIED.search(bare):
                given = found[1].strip()
            continue
        begins = bare.startswith(("::", "$CATEGORY"))
        if (not bare and depth <= 0) or (begins and lines and (depth <= 0 or not lines[-1].strip())):
            if lines:
                yield "\n".join(lines), start, given
                given = ""
            lines, depth = [], 0
        if bare.startswith("$CATEGORY") or (not bare and not lines):
            continue
        start = start if lines else number
        lines.append(line)
        depth += line.count("{") - line.count("}")
    if lines:
        yield "\n".join(lines), start, given


def _kept(found: re.Match[str]) -> str:
    """A formula whose braces and signs are not escaped, as if they were."""
    tex = found[1] or found[2] or found[3]
    escaped = bool(re.search(r"\\[{}]" if re.search(r"[{}]", tex) else r"\\[\\=~#]", tex))
    if escaped or tex.count("{") != tex.count("}") or (found[2] and not formulas.is_maths(tex)):
        return found.group()
    return "".join(_ESCAPED.get(character, character) if character != "n" else "n" for character in found.group())


def _plain(text: str) -> str:
    """A text with its escaped characters back, without their backslashes."""
    return _MARKS.sub(lambda found: _BACK[found.group()], text)


def _title(source: str) -> tuple[str, str]:
    source = source.strip()
    if source.startswith("::"):
        title, mark, rest = source[2:].partition("::")
        if mark:
            return " ".join(_plain(title).split()), rest.strip()
    return "", source


def _text(source: str, markup: Markup, format: str) -> str:
    """A text in its own format, or in that of the question."""
    if found := _FORMAT.match(source):
        format, source = found[1].lower(), source[found.end() :]
    source = _plain(source.strip())
    return {"html": markup.html, "plain": markup.plain, "markdown": markup.markdown}.get(format, markup.moodle)(source)


def _item(source: str, markup: Markup) -> BankItem:
    start, end = source.find("{"), source.find("}")
    if start < 0 and end < 0:
        raise LeftOut(_("This is a text without a question; write it into the lesson."))
    if start < 0 or end < start:
        raise LeftOut(
            _("Its braces do not match: what is asked and what is answered cannot be told apart. Mend the file.")
        )
    if "{" in source[end + 1 :]:
        raise LeftOut(_("It has several gaps, and a question here has one answer: make a question of each."))
    answers, behind = source[start + 1 : end].strip(), source[end + 1 :].strip().strip("\"';")
    prompt = source[:start].rstrip() + (f" _____ {behind}" if behind else "")
    found = _FORMAT.match(prompt)
    format = found[1].lower() if found else "moodle"
    answers, mark, general = answers.rpartition("####") if "####" in answers else (answers, "", "")
    made = _answered(answers.strip(), markup, format)
    return replace(
        made,
        prompt=_text(prompt, markup, format) if prompt.strip() else "",
        explanation=keys.joined(_text(general, markup, format) if mark else "", made.explanation),
    )


def _answered(answers: str, markup: Markup, format: str) -> BankItem:
    """The item that the text between the braces says, still without its prompt."""
    if not answers:
        raise LeftOut(keys.essay())
    if answers.startswith("#"):
        return keys.numerical(_numbers(answers[1:].strip(), markup, format), markup)
    verdict = _TRUE_FALSE.fullmatch(answers.split("#")[0].strip())
    if verdict:
        said = [*(_text(one, markup, format) for one in answers.split("#")[1:3]), "", ""]
        return keys.true_false(verdict[1].upper().startswith("T"), wrong=said[0], right=said[1])
    if "~" in answers:
        cut = re.split(r"(?=[~=])", answers)
        # A percentage between the mark and its text may hold no mark; what stands before the first mark says nothing.
        options = [_option(one, markup, format) for one in cut if one.strip() and one[0] in "~="]
        return keys.choice(options, single="=" in answers, markup=markup)
    if "=" not in answers:
        answers = f"={answers}"
    rows = [one for one in answers.split("=")[1:] if one.strip()]
    if "->" in answers:
        return keys.matching([_pair(one, markup, format) for one in rows], markup)
    return keys.short_answers([_answer(one, markup, format) for one in rows], markup)


def _weighted(source: str, full: float) -> tuple[float, str]:
    if found := _WEIGHT.match(source):
        return float(found[1]) / 100, source[found.end() :]
    return full, source


def _option(source: str, markup: Markup, format: str) -> Answer:
    weight, rest = _weighted(source[1:], 1.0 if source[0] == "=" else 0.0)
    text, _, feedback = rest.partition("#")
    return Answer(_text(text, markup, format), weight, _text(feedback, markup, format))


def _answer(source: str, markup: Markup, format: str) -> Answer:
    weight, rest = _weighted(source, 1.0)
    text, _, feedback = rest.partition("#")
    # What is typed is plain text, whatever the question's format.
    return Answer(" ".join(_plain(_FORMAT.sub("", text, count=1)).split()), weight, _text(feedback, markup, format))


def _pair(source: str, markup: Markup, format: str) -> Pair:
    left, _, right = source.partition("->")
    return Pair(_text(left, markup, format), markup.menu(_plain(_FORMAT.sub("", right, count=1))))


def _numbers(source: str, markup: Markup, format: str) -> list[Answer]:
    rows = [one for one in source.split("=") if one.strip()] if "=" in source else [source]
    found = []
    for row in rows:
        for one in re.split(r"~", row) if "~" in row else [row]:
            if one.strip():
                weight, rest = _weighted(one, 1.0)
                text, _, feedback = rest.partition("#")
                wrong = one is not row and not row.startswith(one)
                found.append(
                    Answer(_plain(text).strip() or "*", 0.0 if wrong else weight, _text(feedback, markup, format))
                )
    return found
