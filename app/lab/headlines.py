"""The figures of a finished run in words. Torch-free."""

import statistics
from collections.abc import Mapping
from typing import Any, cast

from app.lab.catalogue import EXPERIMENTS
from app.lab.messages import Json


def headline(experiment: str, name: str, result: Mapping[str, Any]) -> str:
    """One figure of a finished run in words, such as ``7×7`` or ``110 592``; KeyError for a name it does not have."""
    if name not in EXPERIMENTS[experiment].headlines:
        raise KeyError(name)
    if experiment == "parameters":
        return grouped(result["total"][name])
    if experiment == "receptive-field":
        pair = result["output"][name]
        return "the whole input" if pair is None else "×".join(str(side) for side in pair)
    if experiment == "measures":
        return measured(name, result["measures"][name])
    if experiment == "feature-maps":
        if "best" in result:
            best = (result["without"] or result["best"])[0]
            return f"{100 * best['share']:.0f} % for class {best['class']}"
        shares = result["without"] or result["scores"]
        if result["label"] is None:
            return f"{100 * max(shares):.0f} % for {shares.index(max(shares))}"
        return f"{100 * shares[result['label']]:.0f} %"
    if experiment == "landscape":
        return "; ".join(f"{net['name']}: {net['minima']}" for net in result["nets"])
    if experiment == "lesion":
        return "; ".join(f"{net['name']}: {mean_lesioned(net)}" for net in result["nets"])
    if experiment == "trace":
        last = result["steps"][-1][name] if result["steps"] else None
        return "no number" if last is None else f"{last:.2g}"
    if experiment == "degradation":
        return "; ".join(f"{series['name']}: {final(series, name)}" for series in result["series"])
    return "; ".join(f"{series['name']}: {decades(series)}" for series in result["series"])


def measured(name: str, value: Json) -> str:
    """A figure of ``measures`` in words: ``110 592``, ``31×31``, ``97 %``, ``Conv2d, ReLU``."""
    if value is None:
        return "no number"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return (", " if name == "uses" else "×").join(map(str, value))
    if name == "accuracy":
        return f"{100 * cast(float, value):.1f} %"
    return grouped(value) if isinstance(value, int) else f"{cast(float, value):.3g}".replace("-", "−")


def mean_lesioned(net: Mapping[str, Any]) -> str:
    """The mean accuracy over the lesions of single blocks, such as ``94 %``."""
    known = [value for value in net["blocks"] if value is not None]
    return f"{100 * statistics.fmean(known):.0f} %" if known else "no block"


def final(series: Mapping[str, Any], name: str) -> str:
    """Where a net of a race stood at its end, the median over its seeds: ``0.041``, or ``31 %`` for accuracy."""
    values = series["final"][name]
    if any(value is None for value in values):
        return "no number"
    value = statistics.median(values)
    return f"{100 * value:.0f} %" if name == "accuracy" else f"{value:.2g}"


def decades(series: Mapping[str, Any]) -> str:
    """How many powers of ten lie between the first and the last layer's gradient, such as ``−6.7``."""
    value = series["decades"]
    if value is None:
        return "no number" if None in series.get("weights", ()) else "underflow"
    text = f"{value:+.1f}".replace("-", "−")
    return "0.0" if text in ("+0.0", "−0.0") else text


def grouped(number: int) -> str:
    """A whole number in groups of three, with thin no-break spaces between them (ISO 80000-1)."""
    return f"{number:,}".replace(",", "\u202f")
