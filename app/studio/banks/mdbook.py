"""mdbook-quiz TOML: the questions of books such as the Rust Book's experiment."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.studio.banks import keys
from app.studio.banks.item import BankItem, Import, Loss
from app.studio.banks.keys import Answer, LeftOut
from app.studio.banks.markup import Markup
from app.studio.banks.pictures import Pictures
from app.studio.banks.reading import Unreadable, text_of
from app.words import _

#: Characters that a quiz may have, and brackets in one another: the reader of TOML recurses.
_LONGEST, _DEEPEST = 1_000_000, 60
#: A lit part of a program, as Aquascope marks it.
_LIT = re.compile(r"`\[([^\n]*?)\]`(?:\{\})?")
_TABLE = re.compile(r"^[ \t]*\[\[\s*questions\s*\]\]", re.MULTILINE)


def read(data: bytes, name: str = "", files: dict[str, bytes] | None = None) -> Import:
    """The questions of a quiz."""
    items: list[BankItem] = []
    losses: list[Loss] = []
    pictures = Pictures(files)
    try:
        found = _questions(text_of(data))
    except Unreadable as error:
        return Import(losses=(Loss(error.line, name, str(error), left_out=True),))
    for given, line in found:
        if isinstance(given, Unreadable):
            losses.append(Loss(given.line or line, "", str(given), left_out=True))
            continue
        markup = _Marked(pictures)
        asked = str(_mapping(given.get("prompt")).get("prompt", ""))
        first = next((bare for bare in asked.split("\n") if bare.strip()), "") or str(given.get("type", ""))
        title = " ".join(re.sub(r"[`*$_]", "", first).split())[:80]
        try:
            item = _item(given, asked, markup)
        except LeftOut as error:
            losses.append(Loss(line, title, str(error), left_out=True))
            continue
        items.append(replace(item, title=title, name=str(given.get("id", ""))[:100], line=line))
        losses += [Loss(line, title, words) for words in markup.losses]
    return Import(tuple(items), tuple(losses), pictures.media)


def _questions(text: str) -> list[tuple[Mapping[str, Any] | Unreadable, int]]:
    """Each question with its line. Of a file that is no TOML as a whole, each that is by itself."""
    if len(text) > _LONGEST:
        raise Unreadable(_("A quiz has at most %(most)s characters; cut it in two.", most=f"{_LONGEST:,}"))
    starts = [found.start() for found in _TABLE.finditer(text)]
    lines = [text.count("\n", 0, start) + 1 for start in starts]
    try:
        given = _loaded(text, 1).get("questions", [])
        if isinstance(given, list) and given and all(isinstance(one, dict) for one in given):
            return list(zip(given, lines if len(lines) == len(given) else [1] * len(given), strict=True))
        raise Unreadable(_("This is no quiz of mdbook-quiz: it has no [[questions]]."))
    except Unreadable:
        if not starts:
            raise
    found: list[tuple[Mapping[str, Any] | Unreadable, int]] = []
    for start, end, line in zip(starts, (*starts[1:], len(text)), lines, strict=True):
        try:
            found += [(one, line) for one in _loaded(text[start:end], line).get("questions", [])]
        except Unreadable as error:
            found.append((error, line))
    return found


def _loaded(text: str, line: int) -> dict[str, Any]:
    depth = 0
    for character in text:
        depth = max(0, depth + (character in "[{") - (character in "]}"))
        if depth > _DEEPEST:
            raise Unreadable(_("Its brackets stand too deep in one another."), line)
    if re.search(r"(?:\.\s*[\w\"'-]+\s*){60}", text):
        raise Unreadable(_("Its brackets stand too deep in one another."), line)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError, OverflowError) as error:
        at = re.search(r"line (\d+)", str(error))
        raise Unreadable(
            _("This is no TOML: %(why)s.", why=str(error)[:120]), line - 1 + int(at[1]) if at else line
        ) from None


class _Marked(Markup):
    """Markdown as mdbook-quiz has it, whose programs may have parts lit."""

    def markdown(self, source: str) -> str:
        if _LIT.search(source):
            self.lost(_("Parts of a program were lit; here they are not: look whether the text speaks of them."))
        return super().markdown(_LIT.sub(r"\1", source))


def _texts(given: Any) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list) else [] if given is None else [str(given)]


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


def _item(given: Mapping[str, Any], asked: str, markup: Markup) -> BankItem:
    kind = str(given.get("type", ""))
    answer = _mapping(given.get("answer"))
    prompt = _mapping(given.get("prompt"))
    if kind in ("MultipleChoice", "SelectMultiple") or (not kind and prompt.get("distractors")):
        made = _choice(prompt, answer, markup)
    elif kind == "ShortAnswer":
        texts = [*_texts(answer.get("answer")), *_texts(answer.get("alternatives"))]
        made = keys.short_answers([Answer(text.replace("*", "\\*"), 1.0) for text in texts], markup)
    elif kind == "Tracing":
        made = _tracing(prompt, answer, markup)
        asked = (
            _("Does this program compile? If it does, what does it print?")
            if False
            else _TRACED.format(prompt.get("program", ""))
        )
    else:
        raise LeftOut(keys.unknown(kind or "?"))
    if given.get("multipart"):
        markup.lost(_("It was a part of a question in parts, whose common text is not in it: look at its prompt."))
    explanation = markup.markdown(str(given.get("context", "")))
    return replace(made, prompt=markup.markdown(asked), explanation=keys.joined(made.explanation, explanation))


#: The prompt that mdbook-quiz itself puts around a program, as a course's text.
_TRACED = "Does this program compile? If it does, what does it print?\n\n```rust\n{}\n```\n"


def _choice(prompt: Mapping[str, Any], answer: Mapping[str, Any], markup: Markup) -> BankItem:
    right, wrong = _texts(answer.get("answer")), _texts(prompt.get("distractors"))
    options = [(one, 1.0) for one in right] + [(one, 0.0) for one in wrong]
    if prompt.get("sortAnswers"):
        options.sort()
    elif isinstance(at := prompt.get("answerIndex"), int) and len(right) == 1 and 0 <= at <= len(wrong):
        options.insert(at, options.pop(0))
    fixed = bool(prompt.get("sortAnswers")) or isinstance(prompt.get("answerIndex"), int)
    answers = [Answer(markup.markdown(text), weight) for text, weight in options]
    single = not isinstance(answer.get("answer"), list)
    made = keys.choice(answers, single, markup, shuffle=not fixed)
    return replace(made, partial="off")


def _tracing(prompt: Mapping[str, Any], answer: Mapping[str, Any], markup: Markup) -> BankItem:
    """A program that compiles and prints something, or does not."""
    if not str(prompt.get("program", "")).strip():
        raise LeftOut(_("It has no program: mend the file."))
    compiles = bool(answer.get("doesCompile"))
    printed = str(answer.get("stdout", "")).rstrip("\n")
    if compiles and printed and len(printed) <= 200 and "\n" not in printed:
        made = keys.short_answers([Answer(printed.replace("*", "\\*"), 1.0)], markup)
        markup.lost(_("It asked whether a program compiles and what it prints; here what it prints is typed."))
        return made
    said = [str(answer.get("lineNumber") or "")]
    options = (
        Answer(markup.markdown("It compiles"), float(compiles)),
        Answer(markup.markdown("It does not compile"), float(not compiles)),
    )
    markup.lost(_("It asked for a line or for what is printed, too; here it asks whether the program compiles."))
    made = keys.choice(list(options), True, markup, shuffle=False)
    explained = printed and compiles
    return replace(made, explanation=f"```\n{printed}\n```" if explained else f"Line {said[0]}." if said[0] else "")
