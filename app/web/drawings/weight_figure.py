"""Where a network's weights sit and where its work is done, layer by layer and in groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.lab.catalogue import grouped
from app.web.drawings.read import Read
from app.web.drawings.table import Table

#: More bars than this are gathered into groups.
MOST_BARS = 18
#: Bytes of one activation in single precision.
FLOAT = 4


@dataclass(frozen=True)
class Bar:
    """One layer, or several; shares are of the network's totals, in per cent."""

    name: str
    lines: tuple[int, ...]
    params: int
    macs: int
    params_share: float
    macs_share: float


@dataclass(frozen=True)
class Weights:
    """What ``runs/_parameters.html`` is a function of; ``total`` and ``layers`` as ``app.lab.counting`` gives them."""

    total: Mapping[str, Any]
    layers: Sequence[Mapping[str, Any]]
    bars: tuple[Bar, ...]
    reads: tuple[Read, ...]
    unused: Mapping[str, int]
    notes: Sequence[Sequence[Any]]
    printed: Sequence[str]

    @property
    def text(self) -> str:
        """The bars in a sentence, for those who do not see them."""
        heaviest = max(self.bars, key=lambda bar: bar.params, default=None)
        busiest = max(self.bars, key=lambda bar: bar.macs, default=None)
        if heaviest is None or busiest is None:
            return "There are no weights."
        return (
            f"{heaviest.name} holds {heaviest.params_share:.0f} % of the weights; "
            f"{busiest.name} does {busiest.macs_share:.0f} % of the multiply-adds."
        )

    @property
    def tables(self) -> tuple[Table, ...]:
        columns = ("layer", "kind", "line", "output", "parameters", "multiply-adds", "activations")
        rows = [
            [one["name"], one["kind"], one["line"], "x".join(map(str, one["output"])), one["params"], one["macs"],
             one["activations"]]
            for one in self.layers
        ]  # fmt: skip
        return (Table("Layer by layer", columns, rows),)


def weights(result: Mapping[str, Any]) -> Weights:
    total, layers = result["total"], result["layers"]
    return Weights(
        total=total,
        layers=layers,
        bars=_bars(layers, total),
        reads=_reads(result),
        unused=result.get("unused") or {},
        notes=result.get("notes") or (),
        printed=result.get("printed") or (),
    )


def _reads(result: Mapping[str, Any]) -> tuple[Read, ...]:
    total, layers = result["total"], result["layers"]

    def most(name: str) -> int | None:
        layer = max(layers, key=lambda one: one[name] or 0, default=None)
        return layer["line"] if layer and layer[name] else None

    found = [
        Read(grouped(total["params"]), "parameters", most("params")),
        Read(short(total["macs"]), "multiply-adds (“FLOPs”)", most("macs")),
        Read(memory(total["activations"]), "activations, one image", most("activations")),
    ]
    if total.get("depth") is not None:
        weighted = [layer for layer in layers if layer["params"] and layer["macs"]]
        found.append(Read(str(total["depth"]), "weighted layers deep", weighted[-1]["line"] if weighted else None))
    return tuple(found)


def _bars(layers: Sequence[Mapping[str, Any]], total: Mapping[str, Any]) -> tuple[Bar, ...]:
    heavy = [layer for layer in layers if layer["params"] or layer["macs"]]
    named = [(layer["name"] or layer["kind"], layer) for layer in heavy]
    depth = max((name.count(".") for name, _ in named), default=0)
    while len({name for name, _ in named}) > MOST_BARS and depth > 0:
        depth -= 1
        named = [(".".join(name.split(".")[: depth + 1]), layer) for name, layer in named]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for name, layer in named:
        groups.setdefault(name, []).append(layer)
    return tuple(_bar(name, members, total) for name, members in groups.items())


def _bar(name: str, members: Sequence[Mapping[str, Any]], total: Mapping[str, Any]) -> Bar:
    params, macs = (sum(layer[what] for layer in members) for what in ("params", "macs"))
    label = f"{members[0]['kind']} {name}" if len(members) == 1 and name.isdecimal() else name
    return Bar(
        name=label,
        lines=tuple(dict.fromkeys(layer["line"] for layer in members if layer["line"])),
        params=params,
        macs=macs,
        params_share=100 * params / max(1, total["params"]),
        macs_share=100 * macs / max(1, total["macs"]),
    )


def short(number: int) -> str:
    """A large number in three figures: ``15.5 G``, ``138 M``."""
    for size, letter in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if number >= size:
            return f"{number / size:.3g} {letter}"
    return grouped(number)


def memory(activations: int) -> str:
    """The memory of so many single-precision numbers: ``109 MB``."""
    size = activations * FLOAT
    for unit, letter in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:.3g} {letter}"
    return f"{size} B"
