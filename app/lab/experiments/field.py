"""Receptive fields: by arithmetic at once, with their holes; then measured. torch is loaded only for the measuring."""

from typing import cast

from app.lab import receptive_field, support, viewpoints
from app.lab.experiments import announce, network
from app.lab.messages import Json, Reporter, RunSpec


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``receptive_field.trace``'s shape, with ``views`` (``support.views``), ``effective`` (see ``effective_field``),
    ``along`` (the same from other layers, shallow first), ``device`` and ``versions``.

    ``effective`` is None where it was not asked for, where no layer has places to look from, and where it would take
    too much, which is noted; ``along`` is empty where nothing else was asked for.
    """
    found = network.of(spec, reporter)
    theory = receptive_field.trace(found)
    rows = cast(list[dict[str, Json]], theory["layers"])
    node = viewpoints.last(found, theory, cast(str, spec.options["layer"]))
    views = support.views(found, rows, node)
    known: dict[str, Json] = {"views": views, "effective": None, "along": [], "device": "CPU", "versions": {}}
    result: dict[str, Json] = {**theory, **known}
    if not spec.options["effective"] or node is None:
        return result
    if viewpoints.too_dear(found, node):
        note: Json = [0, "the effective field is not measured here: this network is too large for it at this input"]
        return {**result, "notes": [*cast(list[Json], theory["notes"]), note]}
    reporter.partial(result)
    announce(reporter)
    from app.lab.experiments import effective_field

    along = viewpoints.others(rows, views, node, cast(int, spec.options["along"]) - 1)
    return effective_field.measure(spec, found, node, result, reporter, along)
