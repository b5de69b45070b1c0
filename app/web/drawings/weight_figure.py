"""Where a network's weights sit and where its work is done, layer by layer and in groups."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.lab.headlines import grouped
from app.web.drawings.read import Read
from app.web.drawings.strips import NARROW, Strips, by_family, headline, strips
from app.web.drawings.table import Table
from app.words import _, ngettext

#: More bars than this are gathered into groups.
MOST_BARS = 18
#: What rounds to one in three figures.
ROUNDED = 0.9995
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
class Line:
    """What one line of the code makes or calls."""

    line: int
    #: The kinds of its layers, with how many there are: ``3 Conv2d, 3 BatchNorm2d``.
    layers: str
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
    #: By the line of the code; empty for a network of the zoo, which has none.
    lines: tuple[Line, ...]
    wide: Strips
    narrow: Strips
    #: Where most of the weights are, in a sentence.
    headline: str
    #: What a reader may wonder about the count, in sentences.
    remarks: tuple[str, ...]
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
            return _("There are no weights.")
        return _(
            "%(heavy)s holds %(weights)s %% of the weights; %(busy)s does %(work)s %% of the multiply-adds.",
            heavy=heaviest.name,
            weights=f"{heaviest.params_share:.0f}",
            busy=busiest.name,
            work=f"{busiest.macs_share:.0f}",
        )

    def against(self, other: "Weights") -> "Pair":
        """The two on one scale."""
        return pair(self, other)

    @property
    def tables(self) -> tuple[Table, ...]:
        columns = (
            *(_("layer"), _("kind"), _("line"), _("output")),
            *(_("parameters"), _("multiply-adds"), _("activations")),
        )
        rows = [
            [one["name"], one["kind"], one["line"], "x".join(map(str, one["output"])), one["params"], one["macs"],
             one["activations"]]
            for one in self.layers
        ]  # fmt: skip
        found = (Table(_("Layer by layer"), columns, rows),)
        if not self.lines:
            return found
        heads = (_("line"), _("layers"), _("parameters"), _("multiply-adds"))
        return (*found, Table(_("Line by line"), heads, [[x.line, x.layers, x.params, x.macs] for x in self.lines]))


@dataclass(frozen=True)
class Pair:
    """Two networks on one scale: a strip each for every total, and their bars."""

    wide: Strips
    narrow: Strips
    #: The bars of each, and for each bar its length in per cent of the longest of both.
    bars: tuple[Sequence[tuple[Bar, float]], Sequence[tuple[Bar, float]]]
    text: str


def pair(first: Weights, second: Weights) -> Pair:
    """Two networks side by side, as ``runs/_parameters_pair.html`` draws them."""
    rows = []
    for what, title, words in (
        ("params", _("parameters"), grouped),
        ("macs", _("multiply-adds"), short),
        ("activations", _("activations"), memory),
    ):
        full = max(one.total[what] for one in (first, second))
        for place, one in ((_("first"), first), (_("second"), second)):
            rows.append((f"{title}, {place}", words(one.total[what]), by_family(one.layers, what), full))
    longest = max((bar.params for one in (first, second) for bar in one.bars), default=0)
    bars = tuple([(bar, 100 * bar.params / max(1, longest)) for bar in one.bars] for one in (first, second))
    counts = [
        _(
            "%(weights)s parameters, %(work)s multiply-adds",
            weights=grouped(one.total["params"]),
            work=short(one.total["macs"]),
        )
        for one in (first, second)
    ]
    text = _("The first has %(first)s; the second %(second)s.", first=counts[0], second=counts[1])
    return Pair(strips(rows), strips(rows, NARROW), (bars[0], bars[1]), text)


def weights(result: Mapping[str, Any]) -> Weights:
    total, layers = result["total"], result["layers"]
    return Weights(
        total=total,
        layers=layers,
        bars=_bars(layers, total),
        lines=_lines(layers, total),
        wide=strips(_rows(layers, total)),
        narrow=strips(_rows(layers, total), NARROW),
        headline=headline(layers, total),
        remarks=_remarks(result),
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
        Read(grouped(total["params"]), _("parameters"), most("params")),
        Read(short(total["macs"]), _("multiply-adds (“FLOPs”)"), most("macs")),
        Read(memory(total["activations"]), _("activations, one image"), most("activations")),
    ]
    if total.get("depth") is not None:
        weighted = [layer for layer in layers if layer["params"] and layer["macs"]]
        found.append(Read(str(total["depth"]), _("weighted layers deep"), weighted[-1]["line"] if weighted else None))
    return tuple(found)


def _rows(
    layers: Sequence[Mapping[str, Any]], total: Mapping[str, Any]
) -> list[tuple[str, str, Mapping[str, int], float]]:
    return [
        (_("parameters"), grouped(total["params"]), by_family(layers, "params"), total["params"]),
        (_("multiply-adds"), short(total["macs"]), by_family(layers, "macs"), total["macs"]),
    ]


def _lines(layers: Sequence[Mapping[str, Any]], total: Mapping[str, Any]) -> tuple[Line, ...]:
    groups: dict[int, list[Mapping[str, Any]]] = {}
    for layer in layers:
        if layer["line"] and (layer["params"] or layer["macs"]):
            groups.setdefault(layer["line"], []).append(layer)
    found = []
    for line, members in sorted(groups.items()):
        kinds = Counter(member["kind"] for member in members)
        params, macs = (sum(member[what] for member in members) for what in ("params", "macs"))
        words = ", ".join(f"{count} {kind}" if count > 1 else kind for kind, count in kinds.items())
        shares = 100 * params / max(1, total["params"]), 100 * macs / max(1, total["macs"])
        found.append(Line(line, words, params, macs, *shares))
    return tuple(found)


def _remarks(result: Mapping[str, Any]) -> tuple[str, ...]:
    said = []
    tied = [str(layer["name"]) for layer in result["layers"] if layer.get("tied")]
    if tied:
        said.append(
            ngettext(
                "%(layers)s uses weights of a layer above, which count once.",
                "%(layers)s use weights of a layer above, which count once.",
                len(tied),
                layers=_listed(tied),
            )
        )
    functional = [str(name) for name in result.get("functional") or ()]
    if functional:
        said.append(
            _(
                "%(layers)s: called as a function with a weight of its own, which counts all the same.",
                layers=_listed(functional),
            )
        )
    if buffers := result["total"].get("buffers"):
        said.append(
            _("%(n)s numbers more are buffers, such as running means: kept, but not learnt.", n=grouped(buffers))
        )
    if unused := result.get("unused"):
        names = _listed([f"{name} ({grouped(count)})" for name, count in unused.items()])
        said.append(_("Made and never used, so not counted: %(names)s.", names=names))
    return tuple(said)


def _listed(names: Sequence[str], most: int = 4) -> str:
    said = ", ".join(names[:most])
    return _("%(names)s and %(n)s more", names=said, n=len(names) - most) if len(names) > most else said


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
    return tuple(_bar(name, members, total) for name, members in _neighbours(groups).items())


def _neighbours(groups: Mapping[str, list[Mapping[str, Any]]]) -> Mapping[str, list[Mapping[str, Any]]]:
    """Where names alone gather too little, so many neighbours together that few are left: ``0 to 5``."""
    if len(groups) <= MOST_BARS:
        return groups
    names, each = list(groups), -(-len(groups) // MOST_BARS)
    parts = [names[start : start + each] for start in range(0, len(names), each)]
    return {
        part[0] if len(part) == 1 else _("%(first)s to %(last)s", first=part[0], last=part[-1]): [
            layer for name in part for layer in groups[name]
        ]
        for part in parts
    }


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
    if number < 10**6:
        return grouped(number)
    size, letter = next(unit for unit in ((10**12, "T"), (10**9, "G"), (10**6, "M")) if number >= ROUNDED * unit[0])
    return f"{number / size:.3g} {letter}"


def memory(activations: int) -> str:
    """The memory of so many single-precision numbers: ``109 MB``."""
    size = activations * FLOAT
    if size < 1000:
        return f"{size} B"
    unit, letter = next(unit for unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")) if size >= ROUNDED * unit[0])
    return f"{size / unit:.3g} {letter}"
