"""What can be set about an experiment, and the checking of what is given for it. Torch-free."""

import contextlib
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from app.lab import pictures
from app.lab.messages import Json, LabError

LONGEST_WORD = 200

Type = Literal["bool", "int", "str", "ints", "strs", "image", "photo"]


@dataclass(frozen=True)
class Option:
    """One thing that can be set about an experiment.

    ``ints`` and ``strs`` are lists without repeats, in order. ``image`` and ``photo`` are pictures as text
    (``pictures``).
    """

    type: Type
    default: Json
    help: str
    #: The values that may be chosen (of each member, for a list); empty where anything of the type will do.
    choices: tuple[int | str, ...] = ()
    min: int | None = None
    max: int | None = None
    #: Left out of a run while it is empty: it came when runs were kept already, and those keep their names.
    late: bool = False
    #: Options that have no say where this one is given, and are left out then.
    replaces: tuple[str, ...] = ()
    #: The option without which this one has no say, and is refused.
    needs: str = ""


def checked(experiment: str, options: Mapping[str, Option], given: Mapping[str, object]) -> dict[str, Json]:
    """The values of an experiment's options, defaults filled in, of what is given, which may be text from a form.

    Raises LabError, with a mend.
    """
    for name in given:
        if name not in options:
            mend = nearest(name, options) if options else "leave it out"
            raise LabError(f"{experiment} has no option {name!r}", mend=mend)
    values = {name: _value(name, option, given.get(name)) for name, option in options.items()}
    silent = {name for name, option in options.items() if option.late and not values[name]}
    for name in values.keys() - silent:
        if (other := options[name].needs) and other in silent:
            raise LabError(f"option {name!r} has no say without {other!r}", mend=f"give {other!r} too, or leave it out")
    replaced = {other for name in values.keys() - silent for other in options[name].replaces}
    return {name: value for name, value in values.items() if name not in silent | replaced}


def _value(name: str, option: Option, given: object) -> Json:
    if given is None or (given == "" and option.type != "str"):
        return option.default
    if option.type == "bool":
        return _bool(name, given)
    if option.type == "image":
        return pictures.checked(name, given)
    if option.type == "photo":
        return pictures.photo(name, given)
    if option.type in ("ints", "strs"):
        members = given.split(",") if isinstance(given, str) else given
        if isinstance(members, int):
            members = [members]
        if not isinstance(members, Iterable) or isinstance(members, Mapping):
            raise LabError(f"option {name!r} is a list", mend=f"try {option.default}")
        values = list(dict.fromkeys(_one(name, option, member) for member in members))
        if not values:
            raise LabError(f"option {name!r} needs at least one value", mend=f"try {option.default}")
        if option.choices:
            values.sort(key=option.choices.index)
        return cast(Json, values)
    return _one(name, option, given)


def _bool(name: str, given: object) -> bool:
    word = str(given).lower()
    if word not in ("true", "on", "1", "yes", "false", "off", "0", "no"):
        raise LabError(f"option {name!r} is true or false", mend="try true")
    return word in ("true", "on", "1", "yes")


def _one(name: str, option: Option, given: object) -> int | str:
    value: int | str
    if option.type in ("int", "ints"):
        value = _whole(name, option, given)
    elif isinstance(given, str) and len(given) <= LONGEST_WORD and given.isprintable():
        value = given.strip()
    else:
        raise LabError(f"option {name!r} is a word", mend=f"try {option.default!r}")
    if option.choices and value not in option.choices:
        raise LabError(f"option {name!r} cannot be {value!r}", mend=nearest(value, option.choices))
    if isinstance(value, int) and not _within(value, option):
        raise LabError(f"option {name!r} cannot be {value}", mend=f"choose from {option.min} to {option.max}")
    return value


def _whole(name: str, option: Option, given: object) -> int:
    if isinstance(given, int | str) and not isinstance(given, bool):
        with contextlib.suppress(ValueError):
            return int(given)
    raise LabError(f"option {name!r} is a whole number", mend=f"try {option.default}")


def _within(value: int, option: Option) -> bool:
    return (option.min is None or value >= option.min) and (option.max is None or value <= option.max)


def nearest(word: int | str, known: Iterable[int | str]) -> str:
    """A mend: the nearest of the known names, or all of them where none is near."""
    names = list(known)
    if isinstance(word, int):
        numbers = sorted((name for name in names if isinstance(name, int)), key=lambda number: abs(number - word))
        return f"did you mean {numbers[0]}?"
    near = difflib.get_close_matches(word, [str(name) for name in names], n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else "choose from " + ", ".join(map(str, names[:12]))
