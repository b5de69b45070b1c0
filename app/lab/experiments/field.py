"""Receptive fields: by arithmetic at once, then measured. torch is loaded only for the measuring."""

from dataclasses import dataclass
from typing import cast

from app.lab import receptive_field
from app.lab.experiments import announce, network
from app.lab.messages import Json, LabError, Reporter, RunSpec


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``receptive_field.trace``'s shape, with ``effective`` (see ``effective_field``), ``device`` and ``versions``.

    ``effective`` is None where it was not asked for, and where no layer has places to look from.
    """
    found = network.of(spec, reporter)
    theory = receptive_field.trace(found)
    result: dict[str, Json] = {**theory, "effective": None, "device": "CPU", "versions": {}}
    node = _viewpoint(theory, cast(str, spec.options["layer"]))
    if not spec.options["effective"] or node is None:
        return result
    reporter.partial(result)
    announce(reporter)
    from app.lab.experiments import effective_field

    rows = cast(list[Json], theory["layers"])
    return {**result, **effective_field.measure(spec, found, node, rows, _Knowing(result, reporter))}


@dataclass(frozen=True)
class _Knowing:
    """A reporter whose partial results also hold what was known before."""

    before: dict[str, Json]
    inner: Reporter

    def progress(self, step: str, done: int, of: int) -> None:
        self.inner.progress(step, done, of)

    def partial(self, result: dict[str, Json]) -> None:
        self.inner.partial({**self.before, **result})

    def check(self) -> None:
        self.inner.check()


def _viewpoint(theory: dict[str, Json], wanted: str) -> int | None:
    """The node to look from: the one named, or the last that still has places. Raises LabError for another name."""
    rows = cast(list[dict[str, Json]], theory["layers"])
    # Row i is of node i + 1: only the input has none.
    spatial = {cast(str, row["name"]): index for index, row in enumerate(rows, 1) if row["size"] is not None}
    if not wanted:
        return max(spatial.values(), default=None)
    if wanted not in spatial:
        from app.lab.catalogue import nearest

        known = any(row["name"] == wanted for row in rows)
        problem = f"{wanted!r} sees the whole input" if known else f"there is no layer {wanted!r}"
        raise LabError(problem, mend=nearest(wanted, spatial) if spatial else "no layer of this network has places")
    return spatial[wanted]
