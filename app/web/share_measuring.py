"""What the lab measures of a share: its own run, and the figures on its card, which are read off results alone."""

import asyncio
import logging
import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from app.db import Unavailable
from app.lab import catalogue
from app.lab.catalogue import EXPERIMENTS
from app.lab.messages import LAB_VERSION, LabError, RunSpec
from app.learning import keeping
from app.learning.shares import Measured, Share
from app.runs import QueueFull, Run, Runs
from app.web.figures import drawable, figure
from app.web.measuring import LONGEST, see_through

log = logging.getLogger(__name__)

#: What the bundled digits are: a network that reads these can be trained on them.
DIGITS = (1, 8, 8)
#: Layers that a card's drawing has room for, and figures that it shows.
MOST_LAYERS, MOST_READS = 160, 4
_WEIGHTED = frozenset({"Conv2d", "ConvTranspose2d", "Linear"})
#: The shares that are being measured by this process.
_under_way: set[int] = set()


def revived(spec: RunSpec) -> RunSpec | None:
    """A kept spec as today's lab runs it, new options filled in; None where it can no longer be asked for."""
    try:
        return catalogue.spec(spec.experiment, spec.network, spec.code, spec.input, spec.options, spec.seed)
    except LabError:
        return None


def network_spec(spec: RunSpec) -> RunSpec:
    """The run that shows the network of another run by itself."""
    return catalogue.spec("parameters", spec.network, spec.code, spec.input)


def companions(spec: RunSpec, trained: bool) -> Sequence[RunSpec]:
    """The runs that a card's figures come from, beside the share's own; ``trained``: its accuracy, too."""
    if not EXPERIMENTS[spec.experiment].takes_network:
        return ()
    options: dict[str, object] = {"measure": ["params", "macs", "depth", "shortest_path", "rf"]}
    if trained and spec.input == DIGITS:
        options = {"measure": [*options["measure"], "accuracy"], "steps": spec.options.get("steps", 100)}  # type: ignore[misc]
    measures = catalogue.spec("measures", spec.network, spec.code, spec.input, options)
    return network_spec(spec), measures


def begin(app: FastAPI, one: Share, learner_id: str) -> "asyncio.Task[None]":
    """Measure a share to the end, whether or not anybody waits for it."""
    return see_through(_measure(app, one, learner_id))


async def _measure(app: FastAPI, one: Share, learner_id: str) -> None:
    own = revived(one.spec)
    if own is None or one.id in _under_way:
        return
    _under_way.add(one.id)
    try:
        runs: Runs = app.state.runs
        wanted = [own, *companions(own, one.kind == "solution")]
        begun = [await runs.submit(spec, learner_id, time.time()) for spec in wanted]
        ended = [await runs.wait(run.id, LONGEST) for run in begun]
        if ended[0].status == "done":
            found = read(ended[0], *ended[1:])
            await app.state.db.write(lambda conn: keeping.measured(conn, one.id, found, LAB_VERSION))
    except (QueueFull, LabError, Unavailable, SQLAlchemyError, KeyError) as error:
        log.warning("share %d was not measured: %s", one.id, error)
    finally:
        _under_way.discard(one.id)


def read(own: Run, *others: Run) -> Measured:
    """The figures of a share off the results of its run and its companions, as far as these have one."""
    by_kind = {run.spec.experiment: run.result for run in (*others, own) if run.status == "done" and run.result}
    counted: Mapping[str, Any] = by_kind.get("parameters") or {}
    figures: dict[str, Any] = {}
    for run in (*others, own):
        if run.spec.experiment == "measures" and run.status == "done" and run.result:
            figures |= run.result["measures"]
    total = counted.get("total") or {}
    field = figures.get("rf")
    paths = figures.get("depth"), figures.get("shortest_path")
    skips = None not in paths and paths[0] != paths[1]
    reads = [[read.label, read.value] for read in figure(own).reads[:MOST_READS]] if drawable(own) else []
    return Measured(
        params=total.get("params"),
        macs=total.get("macs"),
        depth=total.get("depth"),
        rf=max(field) if field else None,
        accuracy=_accuracy(own, figures),
        facts={"reads": reads, "layers": _layers(counted.get("layers") or ()), "skips": skips},
    )


def _accuracy(own: Run, figures: Mapping[str, Any]) -> float | None:
    """Of the network; of a race, the best of its nets, each by the median over its seeds."""
    if own.spec.experiment != "degradation":
        return figures.get("accuracy")
    finals = [series["final"]["accuracy"] for series in (own.result or {}).get("series", ())]
    known = [statistics.median(values) for values in finals if values and None not in values]
    return max(known, default=None)


def _layers(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Each weighted layer as [kind, channels, side of its map], with ``add`` where paths come together."""
    found: list[list[Any]] = []
    for row in rows:
        shape = row["output"]
        if row["kind"] in _WEIGHTED and shape:
            flat = len(shape) == 1
            found.append([row["kind"], shape[0], 0 if flat else shape[-1]])
        elif row["kind"] == "add" and found:
            found.append(["add", 0, 0])
    return found[:MOST_LAYERS]
