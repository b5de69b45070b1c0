"""Moodle's texts with embedded answers, ``{1:SHORTANSWER:=four~%50%4}``: a question for each gap."""

import re
from dataclasses import replace

from app.studio.banks import keys
from app.studio.banks.item import BankItem
from app.studio.banks.keys import Answer, LeftOut
from app.studio.banks.markup import Markup
from app.studio.banks.signs import MOST_CHARACTERS
from app.words import _

_GAP = re.compile(
    r"\{\d{0,3}(?:\.\d+)?:(MULTICHOICE|MCVS|MCHS|MCV|MCH|MCS|MC|MULTIRESPONSE|MRHS|MRH|MRS|MR|NUMERICAL|NM|SHORTANSWER_C|SAC|MWC|"
    r"SHORTANSWER|SA|MW)(?:_[VHSC]{1,2})?:((?:\\.|[^{}\\]|\{[^{}]{0,200}\}){1,4000})\}",
    re.DOTALL,
)
_WEIGHT = re.compile(r"\s*(?:%(-?\d{1,3}(?:\.\d{1,8})?)%|=)")
#: Gaps that one text may have.
_MOST = 40


def gaps(source: str, markup: Markup) -> list[BankItem]:
    """An item for each gap of a text in HTML. Raises LeftOut."""
    source = source[:MOST_CHARACTERS]
    found = list(_GAP.finditer(source))
    if not found:
        raise LeftOut(_("It has no gap that can be read: mend the file."))
    if len(found) > _MOST:
        raise LeftOut(_("It has more than %(most)s gaps: make several texts of it.", most=_MOST))
    if len(found) > 1:
        markup.lost(_("A text with several gaps became a question for each: look at their prompts."))
    items = []
    for number, gap in enumerate(found):
        parts, at = [], 0
        for other, one in enumerate(found):
            shown = (
                "_____" if len(found) == 1 else f"<b>({other + 1})</b> _____" if other == number else f"({other + 1}) …"
            )
            parts += [source[at : one.start()], shown]
            at = one.end()
        item = _item(gap[1].upper(), gap[2], markup)
        items.append(replace(item, prompt=markup.html("".join((*parts, source[at:])))))
    return items


def _item(kind: str, source: str, markup: Markup) -> BankItem:
    choice = kind.startswith("M") and not kind.startswith("MW")
    answers = []
    for one in re.split(r"(?<!\\)~", source):
        found = _WEIGHT.match(one)
        weight = 0.0 if found is None else 1.0 if found[1] is None else float(found[1]) / 100
        text, _mark, feedback = re.sub(r"\\#", "\0", one[found.end() if found else 0 :]).partition("#")
        text, feedback = (
            re.sub(r"\\([~#=}{\\\"/])", r"\1", part.replace("\0", "#")).strip() for part in (text, feedback)
        )
        answers.append(Answer(markup.html(text) if choice else markup.words(text), weight, markup.html(feedback)))
    if choice:
        multiple = kind.startswith(("MR", "MULTIRESPONSE"))
        return keys.choice(answers, not multiple, markup)
    if kind in ("NUMERICAL", "NM"):
        return keys.numerical(answers, markup)
    return keys.short_answers(answers, markup, strict_case=kind in ("SHORTANSWER_C", "SAC", "MWC"))
