"""Single measures of a network, each in a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.lab.headlines import measured
from app.web.drawings.read import Read
from app.web.drawings.table import Table

#: What each is called, and its unit.
WORDS = {
    "params": "parameters",
    "macs": "multiply-adds, one image",
    "activations": "activations, one image",
    "depth": "weighted layers deep",
    "shortest_path": "weighted layers on the shortest path",
    "rf": "receptive field of the last layer with places, pixels",
    "shape": "shape of the output",
    "uses": "operations",
    "same_as": "the network that was named",
    "erf": "side of the effective field’s core, pixels",
    "grad_ratio": "gradient of the first weighted layer over the last before the scores, at the start",
    "loss": "training loss, nats",
    "accuracy": "training accuracy",
}


@dataclass(frozen=True)
class Measures:
    """What ``runs/_measures.html`` is a function of."""

    rows: tuple[tuple[str, str], ...]
    reads: tuple[Read, ...]
    tables: tuple[Table, ...]


def measures(result: Mapping[str, Any]) -> Measures:
    known = result["measures"]
    rows = tuple((WORDS[name], measured(name, value)) for name, value in known.items())
    reads = tuple(Read(said, word) for word, said in rows if len(said) <= 14)
    return Measures(rows, reads, (Table("Single measures", ("measure", "value"), rows),))
