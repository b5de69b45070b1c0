"""An experiment's options as the controls of a form, and back again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.lab import pictures
from app.lab.catalogue import EXPERIMENTS, Kind
from app.lab.options import Option
from app.words import N_, _

#: Where a list of choices is too long for a row of boxes: those that are offered, beside the author's own.
OFFERED: Mapping[str, tuple[int, ...]] = {"depths": (8, 20, 32, 44, 56, 110, 152)}
#: Options that are settled before one looks closer; the others stand behind "More settings".
ASIDE = frozenset({"samples", "layer", "width", "size", "batch", "steps"})
#: Those of them that an experiment is about.
FORE = frozenset({("gradient-flow", "steps")})
#: What an option is called where its name alone would be taken for another.
CALLED: Mapping[str, str] = {"seeds": N_("how many seeds")}
#: Experiment and option in the name of one field.
SEPARATOR = "."

Shape = Literal["several", "one", "switch", "number", "text", "picture", "photo"]


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    on: bool


@dataclass(frozen=True)
class Control:
    """One option.

    ``several``: any number of choices; ``one``: exactly one; ``switch``: on or off; ``picture``: drawn, or as text;
    ``photo``: of a file.
    """

    shape: Shape
    name: str
    label: str
    help: str
    value: str
    choices: tuple[Choice, ...] = ()
    min: int | None = None
    max: int | None = None
    aside: bool = False


def controls(experiment: str, values: Mapping[str, object], weights: Sequence[str] = ()) -> tuple[Control, ...]:
    """The controls of one experiment, set to ``values`` where they are given and to the defaults elsewhere.

    ``weights`` are the networks that have weights on disk; where there are none, nothing is said of them.
    """
    kind = EXPERIMENTS[experiment]
    given = values.get("weights")
    there = tuple(dict.fromkeys(("", *weights, *([str(given)] if given else ()))))
    return tuple(
        _control(kind, name, option, values.get(name, option.default), there)
        for name, option in kind.options.items()
        if len(there) > 1 or "weights" not in (name, option.needs)
    )


def options(experiment: str, fields: Iterable[tuple[str, str]]) -> dict[str, object]:
    """What a sent form says of one experiment's options, as ``catalogue.spec`` takes it.

    A switch sends ``off`` always and ``on`` after it where it is set, so the last word counts.
    """
    kind = EXPERIMENTS[experiment]
    found: dict[str, object] = {}
    for field, value in fields:
        of, _, name = field.partition(SEPARATOR)
        if of != experiment or name not in kind.options:
            continue
        several = kind.options[name].type in ("ints", "strs")
        found[name] = [*_listed(found.get(name)), value] if several else value
    return found


def fields(experiment: str, values: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """The name and the value of each field of a form that says ``values``: what ``options`` reads."""
    return tuple(
        (f"{experiment}{SEPARATOR}{name}", _word(one))
        for name, value in values.items()
        for one in (value if isinstance(value, list | tuple) else (value,))
    )


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _control(kind: Kind, name: str, option: Option, value: object, weights: Sequence[str]) -> Control:
    words = [str(v) for v in value] if isinstance(value, list | tuple) else [_word(value)]
    offered = tuple(str(choice) for choice in OFFERED.get(name, option.choices))
    if option.type in ("ints", "strs"):
        known = dict.fromkeys(str(c) for c in option.choices if str(c) in offered or str(c) in words)
        choices = tuple(Choice(c, c, c in words) for c in known)
        shape: Shape = "several"
    elif option.type == "bool":
        choices, shape = (), "switch"
    elif option.type == "image":
        choices, shape, words = _samples(), "picture", [pictures.rows(words[0])]
    elif option.type == "photo":
        choices, shape = (), "photo"
    elif name == "weights":
        choices, shape = tuple(Choice(c, c or _("trained here"), c in words) for c in weights), "one"
    elif option.choices:
        choices, shape = tuple(Choice(c, c, c in words) for c in offered), "one"
    else:
        choices, shape = (), "number" if option.type == "int" else "text"
    label = _(CALLED[name]) if name in CALLED else name.replace("_", " ")
    field = f"{kind.name}{SEPARATOR}{name}"
    aside = name in ASIDE and (kind.name, name) not in FORE
    return Control(
        shape, field, label, _(option.help), words[0] if words else "", choices, option.min, option.max, aside
    )


def _samples() -> tuple[Choice, ...]:
    """What a drawing may begin with."""
    return tuple(
        Choice(picture, _("a %(digit)s", digit=digit), False) for digit, picture in enumerate(pictures.SAMPLES)
    )


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
