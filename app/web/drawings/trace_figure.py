"""A forward pass, operation by operation: the watch table, with a histogram in each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.web.drawings.paths import number, quantity
from app.web.drawings.read import Read
from app.web.drawings.table import Table
from app.words import N_, _

#: A histogram's width and height.
WIDE, HIGH = 96.0, 22.0
NUMBERS = (N_("mean"), N_("std"), N_("min"), N_("max"))


@dataclass(frozen=True)
class Row:
    """One operation: its numbers as text, and its histogram as path data with what it says."""

    name: str
    kind: str
    line: int | None
    reads: str
    shape: str
    numbers: tuple[str, ...]
    zeros: str
    path: str
    text: str


@dataclass(frozen=True)
class Trace:
    """What ``runs/_trace.html`` is a function of; the first row is the image."""

    rows: tuple[Row, ...]
    reads: tuple[Read, ...]
    tables: tuple[Table, ...]
    notes: Sequence[Sequence[Any]]
    printed: Sequence[str]

    @property
    def text(self) -> str:
        return _(
            "%(n)s operations, from %(first)s to %(last)s.",
            n=len(self.rows) - 1,
            first=self.rows[0].shape,
            last=self.rows[-1].shape,
        )


def trace(result: Mapping[str, Any]) -> Trace:
    steps = result["steps"]
    names = [step["name"] for step in steps]
    image = {**result["input"], "name": _("image"), "kind": _("input"), "line": None, "inputs": []}
    rows = tuple(_row(step, names, place) for place, step in enumerate([image, *steps], -1))
    columns = (_("operation"), _("kind"), _("line"), _("shape"), *map(_, NUMBERS), _("zeros"))
    cells = [
        [one["name"], one["kind"], one["line"], _shape(one["shape"]), *(one[n] for n in NUMBERS), one["zeros"]]
        for one in (image, *steps)
    ]
    return Trace(
        rows,
        _reads(steps),
        (Table(_("Every operation of the forward pass, for one image"), columns, cells),),
        result.get("notes") or (),
        result.get("printed") or (),
    )


def _row(step: Mapping[str, Any], names: Sequence[str], place: int) -> Row:
    sources = [_("image") if source < 0 else names[source] for source in step["inputs"]]
    # The one before goes without saying.
    said = "" if step["inputs"] in ([], [place - 1]) else _("of %(sources)s", sources=", ".join(sources))
    counts = step["histogram"]
    if counts:
        text = _(
            "From %(low)s to %(high)s; most often in part %(n)s of %(of)s.",
            low=quantity(step["min"]),
            high=quantity(step["max"]),
            n=_mode(counts),
            of=len(counts),
        )
    else:
        text = _("All values are one.") if step["mean"] is not None else _("Some values are not finite.")
    return Row(
        step["name"],
        step["kind"],
        step["line"],
        said,
        _shape(step["shape"]),
        tuple(_("no number") if step[name] is None else _signed(step[name]) for name in NUMBERS),
        f"{100 * step['zeros']:.0f} %" if step["zeros"] else "",
        bars(counts) if counts else "",
        text,
    )


def _signed(value: float) -> str:
    return quantity(value).replace("-", "−")


def _mode(counts: Sequence[int]) -> int:
    return max(range(len(counts)), key=lambda part: counts[part]) + 1


def bars(counts: Sequence[int]) -> str:
    """Bars side by side, the tallest as high as the drawing; one that is not empty is seen."""
    most, step = max(counts), WIDE / len(counts)
    drawn = []
    for part, count in enumerate(counts):
        if count:
            high = max(1.0, HIGH * count / most)
            drawn.append(f"M{number(part * step)} {number(HIGH)}v{number(-high)}h{number(step - 1)}v{number(high)}z")
    return "".join(drawn)


def _shape(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape)) or _("one number")


def _reads(steps: Sequence[Mapping[str, Any]]) -> tuple[Read, ...]:
    if not steps:
        return ()
    last = steps[-1]
    found = [Read(_shape(last["shape"]), _("shape of the output"), last["line"])]
    known = [step for step in steps if step["std"] is not None and step["kind"] not in ("constant", "parameter")]
    if known:
        wide, narrow = (fold(known, key=lambda step: step["std"]) for fold in (max, min))
        found.append(Read(quantity(wide["std"]), _("largest spread, at %(name)s", name=wide["name"]), wide["line"]))
        found.append(
            Read(quantity(narrow["std"]), _("smallest spread, at %(name)s", name=narrow["name"]), narrow["line"])
        )
        zeros = max(known, key=lambda step: step["zeros"])
        if zeros["zeros"]:
            words = _("most zeros, at %(name)s", name=zeros["name"])
            found.append(Read(f"{100 * zeros['zeros']:.0f} %", words, zeros["line"]))
    return tuple(found)
