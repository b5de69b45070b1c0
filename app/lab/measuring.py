"""Single figures of a network, by name, as far as arithmetic gives them: without torch."""

from collections.abc import Callable, Sequence
from typing import cast

from app.lab import counting, equivalence, receptive_field, zoo
from app.lab.messages import Json
from app.lab.network import Network

COUNTED = ("params", "macs", "activations", "depth", "shortest_path", "rf", "shape", "uses", "same_as")


def counted(found: Network, asked: Sequence[str], other: str = "") -> dict[str, Json]:
    """Those of ``COUNTED`` that are asked for; ``other`` is the network of the zoo that ``same_as`` means."""
    total = cast(dict[str, Json], counting.count(found)["total"])
    makers: dict[str, Callable[[], Json]] = {
        "shortest_path": lambda: counting.shortest_path(found),
        "rf": lambda: _field(found),
        "shape": lambda: list(found.nodes[found.output].shape),
        "uses": lambda: cast(Json, sorted({node.op for node in found.nodes[1:]})),
        "same_as": lambda: (
            bool(other) and equivalence.same(found, zoo.network(other, cast(tuple[int, int, int], found.input)))
        ),
    }
    return {name: makers[name]() if name in makers else total[name] for name in COUNTED if name in asked}


def _field(found: Network) -> Json:
    last = cast(dict[str, Json] | None, receptive_field.trace(found)["last"])
    return None if last is None else last["size"]
