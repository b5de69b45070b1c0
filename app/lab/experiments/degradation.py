"""The race of plain against residual stacks: deeper plain nets train worse, and it is not the gradient.

He et al. 2016, section 4.1 and figures 4 and 6 (https://arxiv.org/abs/1512.03385), in small: stacks of 6n + 2 layers
on real 8×8 digits, side by side. In the arena ``batch-norm`` (He initialisation) the gradients of plain nets are
healthy and the deep ones still lag: they are slow, not dead. In the arena ``bare`` (no batch norm, PyTorch's default
initialisation) the gradient vanishes, and plain nets stand still. Losses are of training batches in training mode:
running statistics lag behind in the first steps, and evaluation mode would show that lag.
"""

import itertools
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import torch

from app.lab.experiments import device as devices
from app.lab.experiments import digits
from app.lab.experiments.stack import Stack, initialise
from app.lab.experiments.training import Step, descend
from app.lab.messages import Json, LabError, Reporter, RunSpec
from app.lab.race import MOST_NETS, Entry, entries

#: Steps of weighted layers at width 8 that one race may take: 80 s of one CPU core.
WORK = 90_000
#: Points of a curve; each is the mean over equally many steps.
POINTS = 150
#: Steps at the end whose mean is called a net's final loss and accuracy.
LAST = 10
#: Steps between two looks at how far it is.
LOOK = 5


@dataclass
class Racer:
    """One net of one seed, and what it has shown so far."""

    training: Iterator[Step]
    steps: list[Step] = field(default_factory=list)


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``{"series": [{"name", "depth", "skip", "loss", "accuracy", "final"}], "arena", "every", "steps", "of", …}``.

    ``loss`` and ``accuracy`` hold a curve a seed; point k is the mean over steps k·``every`` + 1 to (k + 1)·``every``,
    None where a loss was not finite. ``final`` is ``{"loss", "accuracy"}``, a value a seed: the mean over the last
    ``LAST`` steps. Loss is mean cross-entropy in nats, accuracy a share from 0 to 1. Shallow nets come first.
    """
    options = spec.options
    seeds, steps, width = (cast(int, options[name]) for name in ("seeds", "steps", "width"))
    nets = entries(options)
    _bound(nets, seeds, steps, width)
    with devices.prepared(reporter) as device:
        arena = cast(str, options["arena"])
        racers = {
            entry: [_racer(entry, width, arena, spec.seed + seed, device) for seed in range(seeds)] for entry in nets
        }
        known: dict[str, Json] = {
            "arena": arena,
            "every": -(-steps // POINTS),
            "of": steps,
            "chance": {"loss": round(math.log(digits.CLASSES), 6), "accuracy": 1 / digits.CLASSES},
            **devices.provenance(device),
        }
        for number in range(1, steps + 1):
            for racer in itertools.chain(*racers.values()):
                reporter.check()
                racer.steps.append(next(racer.training))
            reporter.progress("racing", number, steps)
            if number % LOOK == 0 and number < steps:
                reporter.partial({**known, **_standing(racers, number, cast(int, known["every"]))})
        return {**known, **_standing(racers, steps, cast(int, known["every"]))}


def _bound(nets: Sequence[Entry], seeds: int, steps: int, width: int) -> None:
    """Raises LabError for a race that would take too long."""
    if len(nets) > MOST_NETS:
        raise LabError(f"{len(nets)} nets are too many for one race", mend=f"choose at most {MOST_NETS}")
    work = sum(net.depth for net in nets) * seeds * steps * (1 + (width / 8) ** 2) / 2
    if work > WORK:
        raise LabError(
            f"this race is {work / WORK:.1f} times as long as a run may be",
            mend="choose fewer steps, seeds or nets, or shallower ones",
        )


def _racer(entry: Entry, width: int, arena: str, seed: int, device: torch.device) -> Racer:
    normalised = arena == "batch-norm"
    # Drawn on the CPU, so that every device starts from the same weights.
    torch.manual_seed(seed)
    net = Stack(entry.depth, width, entry.residual, normalised, "relu", channels=digits.SHAPE[0])
    initialise(net, "he" if normalised else "default")
    return Racer(descend(net.to(device), seed))


def _standing(racers: dict[Entry, list[Racer]], done: int, every: int) -> dict[str, Json]:
    series: list[Json] = [
        {
            "name": entry.name,
            "depth": entry.depth,
            "skip": "on" if entry.residual else "off",
            "loss": [_curve([step.loss for step in racer.steps], every) for racer in of],
            "accuracy": [_curve([step.accuracy for step in racer.steps], every) for racer in of],
            "final": {
                "loss": [_mean([step.loss for step in racer.steps[-LAST:]]) for racer in of],
                "accuracy": [_mean([step.accuracy for step in racer.steps[-LAST:]]) for racer in of],
            },
        }
        for entry, of in racers.items()
    ]
    return {"series": series, "steps": done}


def _curve(values: Sequence[float | None], every: int) -> list[Json]:
    return [_mean(values[start : start + every]) for start in range(0, len(values), every)]


def _mean(values: Sequence[float | None]) -> float | None:
    """To five figures, which is more than a curve shows; None where any value is."""
    if any(value is None for value in values):
        return None
    return float(f"{statistics.fmean(cast(Sequence[float], values)):.5g}")
