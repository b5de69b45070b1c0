"""A question as question banks know it: what every format is read into and written from.

All texts are our Markdown, with maths between dollars and pictures in ``media/``. What a format says besides, and we
cannot, is a ``Loss``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: Kinds of questions that other systems know, too. ``output`` and ``architecture`` are ours alone.
Kind = Literal["choice", "multiple", "number", "text", "match", "order"]


@dataclass(frozen=True)
class Option:
    """An option of ``choice`` and ``multiple``; of ``order`` an item, which belongs nowhere where it is not correct."""

    text: str
    correct: bool = False
    feedback: str = ""


@dataclass(frozen=True)
class Pair:
    """A row of ``match``. An empty ``left`` adds an answer that belongs nowhere. ``right`` is plain text."""

    left: str
    right: str
    feedback: str = ""


@dataclass(frozen=True)
class Wrong:
    """A known wrong value of ``number`` or ``text``, and what is said of it."""

    value: str
    feedback: str = ""


@dataclass(frozen=True)
class BankItem:
    kind: Kind
    prompt: str
    #: As the bank names it: one line of plain text, not always unique.
    title: str = ""
    #: The bank's own name of it, which lasts: an identifier or an id number. Empty where the format has none.
    name: str = ""
    #: Where it begins in the file (of a package: in its own file), from 1; 0 where it was not read from one.
    line: int = 0
    #: The file of a package that holds it; empty where there is one file alone.
    file: str = ""
    #: ``choice``, ``multiple``; of ``order`` in the right order, then what belongs nowhere.
    options: tuple[Option, ...] = ()
    pairs: tuple[Pair, ...] = ()
    #: ``text``: the forms that are right, each as in a line ``= skip connection(s)``.
    accepted: tuple[str, ...] = ()
    #: ``number``: the key, an expression over the variables, and its tolerance, ``± 0.5``, ``± 1 %``, ``to 3 figures``
    #: or nothing.
    value: str = ""
    tolerance: str = ""
    unit: str = ""
    wrong: tuple[Wrong, ...] = ()
    #: As in ``:vars:``.
    variables: str = ""
    hints: tuple[str, ...] = ()
    explanation: str = ""
    shuffle: bool = True
    partial: Literal["off", "net", "each"] = "off"


@dataclass(frozen=True)
class Loss:
    """What did not come over of one item, or that all of it was left out; ``words`` say what, why and what to do."""

    line: int
    title: str
    words: str
    left_out: bool = False
    file: str = ""


@dataclass(frozen=True)
class Import:
    """What one file holds. Nothing about a file raises: where it cannot be read at all, a loss says so."""

    items: tuple[BankItem, ...] = ()
    losses: tuple[Loss, ...] = ()
    #: Pictures that the items show, by their name in ``media/``, which ends in a hash of their bytes.
    media: Mapping[str, bytes] = field(default_factory=dict)
