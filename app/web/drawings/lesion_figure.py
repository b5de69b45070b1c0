"""Accuracy after each lesion: a bar a block, beside the whole net's and what guessing gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.lab.headlines import mean_lesioned
from app.web.drawings.curves import Curve, Plot, plot
from app.web.drawings.read import Read
from app.web.drawings.table import Table
from app.words import N_, _

WORDS = {
    "remove": N_("left out"),
    "zero": N_("silenced"),
    "swap": N_("swapped with the next"),
}
SHORT = {"swap": N_("swapped")}
#: Room around the bars.
LEFT, RIGHT, TOP, BOTTOM = 50.0, 14.0, 30.0, 44.0
CUTS = ((640.0, 340.0), (286.0, 320.0))


@dataclass(frozen=True)
class Bar:
    tone: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bars:
    """One cut of the chart of single lesions."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    bars: tuple[Bar, ...]
    #: Blocks that cannot be touched: where a dash stands.
    missing: tuple[tuple[str, float], ...]
    #: (x, the block's number).
    across: tuple[tuple[float, int], ...]
    #: (y, per cent).
    up: tuple[tuple[float, int], ...]
    #: (tone, y) of each whole net.
    whole: tuple[tuple[str, float], ...]
    chance: float


@dataclass(frozen=True)
class Lesions:
    """What ``runs/_lesion.html`` is a function of."""

    #: What was done to the blocks, and the same for a narrow chart.
    what: str
    short: str
    wide: Bars
    narrow: Bars
    #: Accuracy against the number of blocks touched at once; None until it is known.
    several: tuple[Plot, Plot] | None
    reads: tuple[Read, ...]
    tables: tuple[Table, ...]

    @property
    def text(self) -> str:
        said = "; ".join(f"{read.label}: {read.value}" for read in self.reads)
        return _("Accuracy with one block %(what)s. %(said)s.", what=self.what, said=said)


def lesions(result: Mapping[str, Any]) -> Lesions:
    nets, what = result["nets"], result["what"]
    wide, narrow = (_bars(nets, *cut) for cut in CUTS)
    return Lesions(
        _(WORDS[what]),
        _(SHORT.get(what, WORDS[what])),
        wide,
        narrow,
        _several(nets),
        tuple(
            Read(mean_lesioned(net), _("mean of one block lost, %(name)s", name=net["name"]), None, _tone(net))
            for net in nets
        ),
        (_table(nets), _several_table(nets)),
    )


def _bars(nets: Sequence[Mapping[str, Any]], width: float, height: float) -> Bars:
    right, bottom = width - RIGHT, height - BOTTOM
    count = max(len(net["blocks"]) for net in nets) or 1
    step = (right - LEFT) / count
    each = 0.8 * step / len(nets)
    bars, missing = [], []

    def level(share: float) -> float:
        return bottom - (bottom - TOP) * share

    for place, net in enumerate(nets):
        for block, value in enumerate(net["blocks"]):
            x = LEFT + block * step + 0.1 * step + place * each
            if value is None:
                missing.append((_tone(net), x + each / 2))
            else:
                bars.append(Bar(_tone(net), x, level(value), max(1.0, each - 1), bottom - level(value)))
    every = -(-count // (14 if width > 400 else 9))
    return Bars(
        width, height, LEFT, right, bottom, tuple(bars), tuple(missing),
        tuple((LEFT + (block + 0.5) * step, block + 1) for block in range(0, count, every)),
        tuple((level(share / 100), share) for share in range(0, 101, 25)),
        tuple((_tone(net), level(net["whole"])) for net in nets),
        level(0.1),
    )  # fmt: skip


def _several(nets: Sequence[Mapping[str, Any]]) -> tuple[Plot, Plot] | None:
    curves = [
        Curve(net["name"], _tone(net), 0, values, values, values)
        for net in nets
        if (values := [net["whole"], *net["several"]]) and net["several"]
    ]
    if not curves:
        return None
    most = max(len(curve.values) for curve in curves) - 1
    wide, narrow = (
        plot(curves, 0, most, "share", 0.1, _("guessing: 10 %"), (), *cut) for cut in ((640.0, 320.0), CUTS[1])
    )
    return (wide, narrow) if wide and narrow else None


def _table(nets: Sequence[Mapping[str, Any]]) -> Table:
    count = max(len(net["blocks"]) for net in nets)
    rows: list[list[str | int | float | None]] = [[_("none"), *(net["whole"] for net in nets)]]
    rows += [[block + 1, *(_at(net["blocks"], block) for net in nets)] for block in range(count)]
    return Table(_("Accuracy with one block touched"), (_("block"), *(net["name"] for net in nets)), rows)


def _several_table(nets: Sequence[Mapping[str, Any]]) -> Table:
    count = max(len(net["several"]) for net in nets)
    rows = [[number + 1, *(_at(net["several"], number) for net in nets)] for number in range(count)]
    return Table(_("Mean accuracy with several blocks touched"), (_("blocks"), *(net["name"] for net in nets)), rows)


def _at(values: Sequence[float | None], place: int) -> float | None:
    value = values[place] if place < len(values) else None
    return None if value is None else round(value, 4)


def _tone(net: Mapping[str, Any]) -> Literal["red", "blue"]:
    return "blue" if net["skip"] == "on" else "red"
