"""Single measures of a network, each in a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.lab.headlines import measured
from app.web.drawings.read import Read
from app.web.drawings.table import Table
from app.words import N_, _

#: What each is called, and its unit.
WORDS = {
    "params": N_("parameters"),
    "macs": N_("multiply-adds, one image"),
    "activations": N_("activations, one image"),
    "depth": N_("weighted layers deep"),
    "shortest_path": N_("weighted layers on the shortest path"),
    "rf": N_("receptive field of the last layer with places, pixels"),
    "shape": N_("shape of the output"),
    "uses": N_("operations"),
    "same_as": N_("the network that was named"),
    "erf": N_("side of the effective field’s core, pixels"),
    "grad_ratio": N_("gradient of the first weighted layer over the last before the scores, at the start"),
    "loss": N_("training loss, nats"),
    "accuracy": N_("training accuracy"),
}


@dataclass(frozen=True)
class Measures:
    """What ``runs/_measures.html`` is a function of."""

    rows: tuple[tuple[str, str], ...]
    reads: tuple[Read, ...]
    tables: tuple[Table, ...]


def measures(result: Mapping[str, Any]) -> Measures:
    known = result["measures"]
    rows = tuple((_(WORDS[name]), measured(name, value)) for name, value in known.items())
    reads = tuple(Read(said, word) for word, said in rows if len(said) <= 14)
    return Measures(rows, reads, (Table(_("Single measures"), (_("measure"), _("value")), rows),))
