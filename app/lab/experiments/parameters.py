"""Parameters, multiply-adds and activations of a network, layer by layer: arithmetic, without torch."""

from app.lab import counting
from app.lab.experiments import network
from app.lab.messages import Json, Reporter, RunSpec


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``counting.count``'s shape, with ``device`` and ``versions``."""
    found = network.of(spec, reporter)
    return {**counting.count(found), "device": "CPU", "versions": {}}
