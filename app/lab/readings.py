"""One number of a finished run, by name: what a lesson's ``measure`` and ``claim`` compute with. Without torch."""

import statistics
from collections.abc import Mapping
from typing import Any

from app.lab.messages import LabError

#: What can be read off a run whose experiment builds its own nets, each of which has a name such as ``plain-56``.
OF_NETS: Mapping[str, tuple[str, ...]] = {
    "gradient-flow": ("decades",),
    "degradation": ("loss", "accuracy"),
    "landscape": ("minima",),
    "lesion": ("accuracy",),
}


def reading(experiment: str, name: str, result: Mapping[str, Any], net: str = "") -> int | float | None:
    """The figure ``name`` of ``net``; None where it is no number, as of a gradient that underflows.

    ``decades`` are powers of ten between the first and the last layer's gradient; ``loss`` and ``accuracy`` (0 to 1) of
    a race are the median over its seeds, at the end of training; of a lesion the mean over its blocks.
    Raises LabError where the run has no such net, or several and none is named.
    """
    if experiment == "measures":
        value: int | float | None = result["measures"][name]
        return value
    nets = {one["name"]: one for one in result["series" if "series" in result else "nets"]}
    if not net and len(nets) == 1:
        net = next(iter(nets))
    if net not in nets:
        said = f"there is no net '{net}' in it" if net else "several nets are measured there"
        raise LabError(said, mend=f"name one of {', '.join(nets)}")
    found = nets[net]
    if experiment == "degradation":
        values = found["final"][name]
        return None if None in values else statistics.median(values)
    if experiment == "lesion":
        known = [one for one in found["blocks"] if one is not None]
        return statistics.fmean(known) if known else None
    value = found[name]
    return value
