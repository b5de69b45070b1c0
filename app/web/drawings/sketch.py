"""What a student drew before a race: where the training loss of each net would go.

A level is log10 of a loss in nats. A sketch is kept and sent as text of ``A-Z a-z 0-9 - . _ ~`` alone, so that it can
stand in an address: ``batch-norm_150_8~plain-20_0.35_-0.2_-0.7_-1_-1.2``.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.lab.messages import LabError
from app.lab.race import MOST_NETS, entries
from app.words import _

#: The levels that can be drawn: losses from 0.0001 to 10 nats, twenty to a factor of ten.
LOW, HIGH, STEP = -4.0, 1.0, 0.05
#: Where along the steps, as shares of them.
PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)
#: The level of guessing one of ten digits, ln 10 nats: where each curve lies before it is drawn.
GUESSING = 0.35
#: Before the name of a net in the name of a form's field; five fields a net, in the order of PLACES.
FIELD = "guess."

_HEAD = re.compile(r"(batch-norm|bare)_(\d{1,4})_(\d{1,2})")
_CURVE = re.compile(r"((?:plain|residual)-\d{1,3})((?:_-?\d(?:\.\d{1,2})?){5})")


@dataclass(frozen=True)
class Sketch:
    """``levels`` holds by net a level for each of PLACES; the rest says of which race it was drawn."""

    arena: str
    steps: int
    width: int
    levels: Mapping[str, tuple[float, ...]]

    @property
    def text(self) -> str:
        curves = ("_".join([name, *(f"{level:g}" for level in levels)]) for name, levels in self.levels.items())
        return "~".join([f"{self.arena}_{self.steps}_{self.width}", *curves])

    def fits(self, options: Mapping[str, object]) -> bool:
        """Whether it was drawn of a race like this one; nets and seeds may be others."""
        return (self.arena, self.steps, self.width) == tuple(options.get(name) for name in ("arena", "steps", "width"))

    def curve(self, name: str) -> tuple[tuple[float, float], ...]:
        """(step, loss) of what was drawn of a net; empty where it was not."""
        return tuple(
            (place * self.steps, 10.0**level) for place, level in zip(PLACES, self.levels.get(name, ()), strict=False)
        )

    def end(self, name: str) -> float | None:
        """The loss that a net was drawn to end at; None where it was not drawn."""
        curve = self.curve(name)
        return curve[-1][1] if curve else None

    def end_words(self, name: str) -> str:
        """The same in words: ``0.1``, or ``guessing`` where it was left there; empty where it was not drawn."""
        levels = self.levels.get(name)
        if not levels:
            return ""
        return _("guessing") if levels[-1] == GUESSING else f"{10 ** levels[-1]:.2g}"


def flat(options: Mapping[str, object]) -> Sketch:
    """The race of these options before anything is drawn: every net guesses."""
    return _sketch(options, {net.name: (GUESSING,) * len(PLACES) for net in entries(options)})


def read(fields: Iterable[tuple[str, object]], options: Mapping[str, object]) -> Sketch:
    """What a form says of the nets of a race. Raises LabError where that is nothing, or no number that can be drawn."""
    sent: dict[str, list[object]] = {}
    for field, value in fields:
        sent.setdefault(field, []).append(value)
    steps = _whole(options["steps"])
    levels = {
        net.name: _levels(net.name, sent[FIELD + net.name], steps)
        for net in entries(options)[:MOST_NETS]
        if FIELD + net.name in sent
    }
    if not levels:
        raise LabError(_("nothing was drawn of these nets"), mend=_("draw their curves, or run without predicting"))
    return _sketch(options, levels)


def parse(text: str) -> Sketch | None:
    """A sketch of its text; None for what is none."""
    first, *rest = text[:600].split("~")
    head, curves = _HEAD.fullmatch(first), [_CURVE.fullmatch(part) for part in rest]
    if not head or not 1 <= len(curves) <= MOST_NETS:
        return None
    levels = {}
    for curve in curves:
        if curve is None:
            return None
        levels[curve[1]] = tuple(float(level) for level in curve[2].split("_")[1:])
    if not all(LOW <= level <= HIGH for row in levels.values() for level in row):
        return None
    return Sketch(head[1], int(head[2]), int(head[3]), levels)


def place(share: float, steps: int) -> int:
    """The step at a share of all."""
    return round(share * steps)


def _sketch(options: Mapping[str, object], levels: Mapping[str, tuple[float, ...]]) -> Sketch:
    return Sketch(str(options["arena"]), _whole(options["steps"]), _whole(options["width"]), levels)


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def _levels(name: str, values: list[object], steps: int) -> tuple[float, ...]:
    if len(values) != len(PLACES):
        raise LabError(
            _("%(n)s points were drawn of %(name)s", n=len(values), name=name),
            mend=_("a curve has %(n)s, from the start to the end", n=len(PLACES)),
        )
    return tuple(_level(name, place(share, steps), value) for share, value in zip(PLACES, values, strict=True))


def _level(name: str, step: int, value: object) -> float:
    try:
        level = float(str(value).replace("−", "-"))
    except ValueError:
        level = math.nan
    if not LOW <= level <= HIGH:
        raise LabError(
            _(
                "what was drawn of %(name)s at step %(step)s, %(value)s, is nowhere on the chart",
                name=name,
                step=step,
                value=repr(str(value)[:20]),
            ),
            mend=_("give a power of ten from −4 (a loss of 0.0001) to 1 (a loss of 10)"),
        )
    return round(level, 2)
