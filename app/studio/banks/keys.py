"""Answers as other systems grade them, with a share of the mark for each, as the kinds of questions that we have."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from app.content.text import forms
from app.studio.banks.item import BankItem, Option, Pair, Wrong
from app.studio.banks.markup import Markup
from app.words import _

#: Options that one question may have here (app.content.asking).
MOST = 30


class LeftOut(ValueError):
    """Why a question cannot come over at all, in words for the instructor."""


@dataclass(frozen=True)
class Answer:
    """One answer: Markdown of an option, plain text of what is typed; ``weight`` 1 is the whole mark."""

    text: str
    weight: float = 0.0
    feedback: str = ""
    #: Of a number: how far off is right, as the bank writes it.
    tolerance: str = ""
    details: dict[str, str] = field(default_factory=dict)


def essay() -> str:
    return _("It is answered by an essay, which nothing here can grade: ask for a choice, a number or a few words.")


def unknown(kind: str) -> str:
    return _("Questions of the kind “%(kind)s” have no like here: ask it in another way.", kind=kind[:60])


def joined(*texts: str) -> str:
    """Paragraphs, each once."""
    return "\n\n".join(dict.fromkeys(text for text in texts if text))


def true_false(true: bool, wrong: str = "", right: str = "", words: tuple[str, str] | None = None) -> BankItem:
    """A statement that holds or does not. ``wrong`` and ``right`` are what is said of either answer."""
    yes, no = words or ("True", "False")
    options = (Option(yes, true, right if true else wrong), Option(no, not true, wrong if true else right))
    return BankItem("choice", "", options=options, shuffle=False)


def choice(answers: list[Answer], single: bool, markup: Markup, shuffle: bool = True) -> BankItem:
    """Of options, one that is right or several."""
    options = _distinct([one for one in answers if one.text.strip()], markup)
    if len(options) < 2:
        raise LeftOut(_("It has fewer than two options: add some in the file."))
    if len(options) > MOST:
        raise LeftOut(_("It has more than %(most)s options: make fewer in the file.", most=MOST))
    best = max(one.weight for one in options)
    if best <= 0:
        raise LeftOut(_("None of its options is right: say which in the file."))
    if single:
        right = [one for one in options if one.weight >= best - 0.001]
        if len(right) == 1:
            if best < 0.999 or any(0 < one.weight < best for one in options):
                markup.lost(_("Options that were partly right are wrong here: look at what is said of them."))
            return BankItem("choice", "", options=_options(options, right), shuffle=shuffle)
        markup.lost(_("Each of several options was right by itself; here they have to be chosen all together."))
        return BankItem("multiple", "", options=_options(options, right), shuffle=shuffle)
    right = [one for one in options if one.weight > 0]
    shares = {round(one.weight, 2) for one in right}
    if len(shares) > 1:
        markup.lost(_("The right options counted differently; here each counts the same."))
    fair = sum(one.weight for one in options if one.weight < 0)
    return BankItem(
        "multiple", "", options=_options(options, right), shuffle=shuffle, partial="net" if fair < 0 else "each"
    )


def _options(options: list[Answer], right: list[Answer]) -> tuple[Option, ...]:
    return tuple(Option(one.text, one in right, one.feedback) for one in options)


def _distinct(answers: list[Answer], markup: Markup) -> list[Answer]:
    found: dict[str, Answer] = {}
    for one in answers:
        key = " ".join(one.text.split())
        if key in found:
            markup.lost(_("Two of its options were the same; one of them was left out."))
            found[key] = max(found[key], one, key=lambda answer: answer.weight)
        else:
            found[key] = one
    return list(found.values())


def matching(pairs: list[Pair], markup: Markup) -> BankItem:
    """Rows with what belongs to each; a row without a left side is an answer too many."""
    rows: list[Pair] = []
    for pair in pairs:
        if not pair.right.strip() or any(pair.left == row.left and pair.left for row in rows):
            markup.lost(_("A row without an answer, or one that stood there twice, was left out."))
            continue
        rows.append(Pair(" ".join(pair.left.split()), " ".join(pair.right.split()), pair.feedback))
    if len({row.right for row in rows}) < 2 or sum(bool(row.left) for row in rows) < 2:
        raise LeftOut(_("It matches fewer than two rows with two answers: add some in the file."))
    return BankItem("match", "", pairs=tuple(rows))


def short_answers(answers: list[Answer], markup: Markup, strict_case: bool = False) -> BankItem:
    """A few words that are typed. ``*`` stands for anything, as in Moodle."""
    if strict_case:
        markup.lost(_("Capital letters counted; here they do not."))
    usable: list[Answer] = []
    rest = ""
    for one in answers:
        text = " ".join(one.text.split())
        if text == "*":
            rest = one.feedback or rest
        elif text:
            usable.append(Answer(text, one.weight, one.feedback))
    best = max((one.weight for one in usable), default=0.0)
    right = [one for one in usable if one.weight >= best - 0.001] if best > 0 else []
    if not right:
        raise LeftOut(_("No answer is right: say which in the file."))
    if any(0 < one.weight < best for one in usable):
        markup.lost(_("Answers that were partly right are wrong here: look at what is said of them."))
    accepted = []
    for one in right:
        form = _forms(one.text, markup)
        if form is None:
            markup.lost(_("An answer of more than 200 characters was left out."))
        else:
            accepted.append(form)
        if one.feedback:
            markup.lost(_("What was said of a right answer stands in the explanation, which all see."))
    if not accepted:
        raise LeftOut(_("Its answer is too long to be typed: ask for a few words."))
    said = [one.feedback for one in right if one.feedback]
    said_right = frozenset().union(*map(forms, accepted))
    others = [(form, one) for one in usable if one not in right and (form := _forms(one.text, markup))]
    wrong = tuple(Wrong(form, one.feedback) for form, one in others if not forms(form) & said_right)
    if len(wrong) < len(others):
        markup.lost(_("A wrong answer that differs from a right one in capitals or signs alone was left out."))
    if rest:
        markup.lost(_("What was said of every other answer stands in the explanation, which all see."))
        said.append(rest)
    return BankItem("text", "", accepted=tuple(dict.fromkeys(accepted)), wrong=wrong, explanation=joined(*said))


def _forms(text: str, markup: Markup) -> str | None:
    r"""An answer as our line ``= …`` has it; Moodle's ``\*`` is a star."""
    if len(text) > 200:
        return None
    if "*" in text.replace("\\*", ""):
        markup.lost(
            _("A star that stood for any words does so no longer: add the forms that are right as lines “= …”.")
        )
    text = " ".join(re.sub(r"(?<!\\)\*", " ", text).replace("\\*", "*").split())
    return re.sub(r"[()]", " ", text).strip() if text.count("(") else text


def numerical(answers: list[Answer], markup: Markup, unit: str = "") -> BankItem:
    """A number: ``9``, ``9:0.5`` or ``1..5``, or with its tolerance apart."""
    keys: list[tuple[str, str, Answer]] = []
    rest = ""
    for one in answers:
        if one.text.strip() == "*":
            rest = one.feedback or rest
            continue
        read = number(one.text, one.tolerance)
        if read is None:
            markup.lost(_("“%(text)s” is no number and was left out.", text=one.text[:40]))
        else:
            keys.append((*read, one))
    best = max((one.weight for *_rest, one in keys), default=0.0)
    right = [key for key in keys if key[2].weight >= best - 0.001] if best > 0 else []
    if not right:
        raise LeftOut(_("No number is right: say which in the file."))
    right = [key for key in right if not any(_covers(other, key) for other in right if other is not key)] or right[:1]
    if len(right) > 1 and all(re.fullmatch(r"-?\d+", value) and not off for value, off, _one in right):
        markup.lost(
            _("Several numbers were right: they are accepted as words, and written differently they are wrong.")
        )
        return short_answers([Answer(value, 1.0, one.feedback) for value, _off, one in right], markup)
    if len(right) > 1:
        others = ", ".join(f"{value} {off}".strip() for value, off, _one in right[1:])
        markup.lost(
            _("Several numbers were right and a question here has one: %(others)s no longer count.", others=others[:80])
        )
    value, off, first = right[0]
    if any(0 < one.weight < best for *_rest, one in keys):
        markup.lost(_("Numbers that were partly right are wrong here."))
    wrong = tuple(
        Wrong(value, one.feedback)
        for value, _off, one in keys
        if one.weight < best - 0.001 and one.feedback and not _within(value, right[0])
    )
    said = [text for text in (first.feedback, rest) if text]
    if said:
        markup.lost(_("What was said of the right number, or of any other, stands in the explanation, which all see."))
    return BankItem("number", "", value=value, tolerance=off, unit=unit, wrong=wrong, explanation=joined(*said))


_NUMBER = r"[-+−]?(?:\d[\d ]*\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})")
_WITH = re.compile(rf"({_NUMBER})\s*(?::\s*({_NUMBER})?)?\s*")


def number(text: str, tolerance: str = "") -> tuple[str, str] | None:
    """The key and its tolerance, ``± 0.5`` or nothing; None where there is no number."""
    text = text.strip().replace("−", "-")
    if re.fullmatch(r"[-+]?\d+,\d+", text):
        text = text.replace(",", ".")
    if found := _RANGE.fullmatch(text):
        low, high = _decimal(found[1]), _decimal(found[2])
        if low is None or high is None:
            return None
        return _shown((low + high) / 2), f"± {_shown(abs(high - low) / 2)}" if low != high else ""
    found = _WITH.fullmatch(text)
    value = _decimal(found[1]) if found else None
    if found is None or value is None:
        return None
    off = _decimal(found[2] or tolerance.strip().replace(",", ".") or "0")
    return _shown(value), f"± {_shown(abs(off))}" if off else ""


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(" ", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() and (not value or -30 < value.adjusted() < 30) else None


def _shown(value: Decimal) -> str:
    text = format(value.normalize(), "f") if -7 < value.adjusted() < 16 else str(value.normalize())
    return text.replace("E", "e").replace("e+", "e")


def _covers(wide: tuple[str, str, Answer], key: tuple[str, str, Answer]) -> bool:
    """Whether every answer that one key accepts is accepted by another, too; of two that are equal the first is."""
    off, mine = (Decimal(one[1].removeprefix("± ") or "0") for one in (wide, key))
    return abs(Decimal(wide[0]) - Decimal(key[0])) + mine <= off and (
        mine < off or (wide[0] == key[0] and id(wide) < id(key))
    )


def _within(value: str, key: tuple[str, str, Answer]) -> bool:
    off = Decimal(key[1].removeprefix("± ") or "0")
    return abs(Decimal(value) - Decimal(key[0])) <= off
