"""Moodle's calculated questions: formulas over data sets become variables with their values."""

import re
from math import prod

from app.content.expressions import ExpressionError, evaluate
from app.content.variants import MOST_VARIANTS
from app.studio.banks import keys
from app.studio.banks.item import BankItem
from app.studio.banks.keys import Answer, LeftOut
from app.studio.banks.markup import Markup
from app.studio.banks.reading import Node
from app.words import _

_NAME = re.compile(r"\{([A-Za-z]\w{0,30})\}")
_POWER = re.compile(r"pow\(([^(),]+),([^(),]+)\)")


def calculated(node: Node, answers: list[Answer], markup: Markup) -> BankItem:
    """A number worked out of values that vary. Raises LeftOut."""
    right = next((one for one in answers if one.weight >= 0.999), None)
    if right is None:
        raise LeftOut(_("No number is right: say which in the file."))
    formula = _POWER.sub(r"(\1)**(\2)", _NAME.sub(r"\1", right.text).replace("pi()", "3.141592653589793"))
    values = _values(node)
    used = [name for name in values if re.search(rf"\{{{name}\}}", right.text + node.child_text("questiontext"))]
    sets = {name: values[name] for name in used}
    if not sets:
        raise LeftOut(_("Its values are not in the file: export it with its data sets."))
    if len(sets) > 1:
        markup.lost(_("Values that were drawn together are drawn one by one here: look whether all fit together."))
    most = max(1, int((MOST_VARIANTS + 0.5) ** (1 / len(sets))))
    if any(len(given) > most for given in sets.values()) and prod(map(len, sets.values())) > MOST_VARIANTS:
        markup.lost(_("Only %(most)s values of each variable came over.", most=most))
        sets = {name: given[:most] for name, given in sets.items()}
    try:
        evaluate(formula, {name: float(given[0]) for name, given in sets.items()})
    except ExpressionError as error:
        words = _("Its formula %(formula)s cannot be worked out here (%(why)s).", formula=formula[:80], why=error)
        raise LeftOut(words) from None
    if len(answers) > 1:
        markup.lost(_("Only the right formula came over; other answers and what is said of them did not."))
    variables = "; ".join(f"{name} in [{', '.join(given)}]" for name, given in sets.items())
    return BankItem("number", "", value=formula, tolerance=_tolerance(node, right), variables=variables)


def _values(node: Node) -> dict[str, list[str]]:
    """The values of each data set, each once."""
    found: dict[str, list[str]] = {}
    for one in (one for group in node.all("dataset_definitions") for one in group.all("dataset_definition")):
        name = one.child_text("name")
        given = [item.child_text("value") for items in one.all("dataset_items") for item in items.all("dataset_item")]
        read = [value for text in given if (value := keys.number(text))]
        if re.fullmatch(r"[A-Za-z]\w{0,30}", name) and read:
            found[name] = list(dict.fromkeys(value for value, _off in read))
    return found


def _tolerance(node: Node, right: Answer) -> str:
    answer = next(iter(node.all("answer")), node)
    off = keys.number("0", right.tolerance or "0")
    kind = answer.child_text("tolerancetype") or "1"
    bare = off[1].removeprefix("± ") if off else ""
    if not bare:
        return ""
    return f"± {float(bare) * 100:g} %" if kind in ("1", "3") else f"± {bare}"
