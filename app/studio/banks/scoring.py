"""How QTI 1.2 grades: conditions on what was answered, each with what it adds to the score and shows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.studio.banks.reading import Node


@dataclass(frozen=True)
class Condition:
    """One ``<respcondition>``, as far as it says what is right."""

    #: What has to be answered, and what must not be: the response's name and the value.
    equal: tuple[tuple[str, str], ...] = ()
    #: The bounds of a number, as they are written.
    low: str | None = None
    high: str | None = None
    score: float = 0.0
    #: Names of feedback that it shows.
    feedback: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(value for _name, value in self.equal)

    #: The same under the names that readers of choices ask for.
    @property
    def right(self) -> frozenset[str]:
        return frozenset(self.values)

    answers = right
    sequence = values

    def of(self, name: str) -> "Condition":
        """What it says of one response."""
        return replace(self, equal=tuple(one for one in self.equal if one[0] in (name, "")))


def conditions(item: Node) -> list[Condition]:
    """The conditions of an item, in their order; an ``<or>`` is several."""
    found: list[Condition] = []
    for node in (one for one in item.walk() if one.tag == "respcondition"):
        score = _score(node)
        feedback = tuple(one.get("linkrefid") for one in node.walk() if one.tag == "displayfeedback")
        condition = node.first("conditionvar")
        if condition is None:
            continue
        found += [replace(one, score=score, feedback=feedback) for one in _read(condition)]
    return found


def _score(node: Node) -> float:
    """What a condition gives; naming the whole mark is 1."""
    total = 0.0
    for one in (one for one in node.walk() if one.tag == "setvar"):
        if one.get("action").lower() not in ("", "set", "add", "subtract") or "incorrect" in one.get("varname").lower():
            continue
        text = one.text.strip().rstrip("%")
        try:
            value = float(text)
        except ValueError:
            value = 1.0 if "max" in text.lower() else 0.0
        total += -value if one.get("action").lower() == "subtract" else value
    if (
        not total
        and node.get("title").lower() in ("correct", "adjust")
        and not any(one.tag == "setvar" for one in node.walk())
    ):
        return 1.0
    return total


def _read(node: Node) -> Iterator[Condition]:
    """The ways in which a condition can hold. What must not be is not looked at: it is what remains."""
    equal: list[tuple[str, str]] = []
    low: str | None = None
    high: str | None = None
    several: list[Condition] = []
    for child in node.elements:
        text = child.text.strip()
        match child.tag:
            case "varequal" | "varsubset" | "varsubstring":
                equal.append((child.get("respident"), text))
            case "vargte" | "vargt":
                low = text
            case "varlte" | "varlt":
                high = text
            case "and":
                inner = list(_read(child))
                if len(inner) == 1:
                    equal += inner[0].equal
                    low, high = inner[0].low or low, inner[0].high or high
                else:
                    several += inner
            case "or":
                for one in child.elements:
                    several += _read(Node("conditionvar", {}, [one]))
            case _:
                pass
    if equal or low is not None or high is not None or not several:
        yield Condition(tuple(equal), low, high)
    yield from several
