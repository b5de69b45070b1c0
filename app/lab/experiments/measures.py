"""Single figures of a network, by name: what a question about an architecture is graded by.

``erf`` is the side of a square of as many pixels as the effective field's core has (Luo et al. 2016, see
``effective_field``). ``grad_ratio`` is ‖∂L/∂W‖ of the first weighted layer over that of the last, at PyTorch's own
initialisation, the median over seeds; a linear layer at the end, which gives the scores, is left out. L is the
cross-entropy of random images with random labels, batch norms use the batch. ``loss`` and ``accuracy`` are those of the
last ten of so many steps of training on the bundled digits.
"""

import math
import statistics
from collections.abc import Sequence
from itertools import islice
from typing import Any, cast

from app.lab import measuring, receptive_field, viewpoints
from app.lab.experiments import announce, network
from app.lab.messages import Json, LabError, Reporter, RunSpec
from app.lab.network import WEIGHTED, Network

#: The measures that need torch.
COMPUTED = ("erf", "grad_ratio", "loss", "accuracy")
#: Seeds of ``grad_ratio``, and images in its batch.
SEEDS, BATCH = 3, 16
#: Steps whose mean is the final loss and accuracy.
LAST = 10
#: Multiply-adds, and operations times steps, that one run may take: half a minute to a minute of one CPU core.
WORK, OPERATIONS = 2_000_000_000_000, 60_000
#: How many multiply-adds an element of an activation takes as long as: it is written and read, forward and back.
ELEMENT = 100


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``{"measures": {name: value}, "output": name of the layer looked from, "device", "versions"}``.

    ``rf`` is [height, width] in pixels; ``shape`` of the output without the batch; ``uses`` the operations, sorted;
    ``same_as`` whether it is the network of the zoo that the option names, in another writing.
    """
    found = network.of(spec, reporter)
    asked = cast(list[str], spec.options["measure"])
    known: dict[str, Json] = measuring.counted(found, asked, cast(str, spec.options["same_as"]))
    result: dict[str, Json] = {"measures": known, "device": "CPU", "versions": {}}
    if not set(asked) & set(COMPUTED):
        return result
    reporter.partial(result)
    announce(reporter)
    return {**result, **_computed(spec, found, asked, known, reporter)}


def _computed(
    spec: RunSpec, found: Network, asked: Sequence[str], known: dict[str, Json], reporter: Reporter
) -> dict[str, Json]:
    from app.lab.experiments import device as devices

    steps = cast(int, spec.options["steps"])
    trained = bool({"loss", "accuracy"} & set(asked))
    _affordable(found, steps if trained else 0)
    with devices.prepared(reporter) as device:
        if "grad_ratio" in asked:
            ratios = []
            for seed in range(SEEDS):
                reporter.check()
                reporter.progress("gradients", seed, SEEDS + (steps if trained else 0))
                ratios.append(_ratio(found, spec.seed + seed, device))
            known["grad_ratio"] = None if None in ratios else statistics.median(cast(list[float], ratios))
        if trained:
            known |= _trained(found, spec.seed, steps, device, reporter)
        provenance = devices.provenance(device)
    if "erf" in asked:
        known["erf"] = _effective(spec, found, reporter)
    return {**provenance, "measures": {name: known[name] for name in (*measuring.COUNTED, *COMPUTED) if name in asked}}


def _affordable(found: Network, steps: int) -> None:
    each = sum(node.macs + ELEMENT * math.prod(node.shape) for node in found.nodes)
    work = 3 * each * (128 * steps + BATCH * SEEDS)
    if work > WORK or len(found.nodes) * steps > OPERATIONS:
        over = max(work / WORK, len(found.nodes) * steps / OPERATIONS)
        raise LabError(f"training this network takes {over:.1f} times what one run may do", mend="make it smaller")


def _ratio(found: Network, seed: int, device: Any) -> float | None:
    """First over last weighted layer, without the linear one at the end; None where it is no number."""
    import torch
    import torch.nn.functional as F

    from app.lab.experiments.build import build

    net = build(found, seed).to(device).train()
    layers: list[Any] = [module for module in net.layers.values() if type(module).__name__ in WEIGHTED]
    if len(layers) > 1 and isinstance(layers[-1], torch.nn.Linear):
        del layers[-1]
    if not layers:
        raise LabError("there is no layer whose gradient could be measured", mend="add an nn.Conv2d")
    # What is drawn on the way, such as a dropout's mask, is drawn alike in every process.
    torch.manual_seed(seed)
    draw = torch.Generator().manual_seed(seed)
    scores = net(torch.randn(BATCH, *found.input, generator=draw).to(device)).flatten(1)
    labels = torch.randint(scores.shape[1], (BATCH,), generator=draw).to(device)
    F.cross_entropy(scores, labels).backward()
    first, last = (0.0 if one.weight.grad is None else one.weight.grad.double().norm().item()
                   for one in (layers[0], layers[-1]))  # fmt: skip
    return first / last if last and math.isfinite(first / last) else None


def _trained(found: Network, seed: int, steps: int, device: Any, reporter: Reporter) -> dict[str, Json]:
    import torch

    from app.lab.experiments import digits
    from app.lab.experiments.build import build
    from app.lab.experiments.training import descend

    if found.input != digits.SHAPE or found.nodes[found.output].shape != (digits.CLASSES,):
        raise LabError(
            "the bundled digits are 1×8×8 images of ten kinds, and this network takes "
            f"{'×'.join(map(str, found.input))} and gives {'×'.join(map(str, found.nodes[found.output].shape))}",
            mend="let its last layer give 10 scores an image",
        )
    net = build(found, seed).to(device)
    if not list(net.parameters()):
        raise LabError("there is nothing to train: no layer of this network has weights", mend="add an nn.Linear")
    torch.manual_seed(seed)
    made = []
    for number, step in enumerate(islice(descend(net, seed), steps)):
        reporter.check()
        reporter.progress("training", number, steps)
        made.append(step)
    last = made[-LAST:]
    losses = [step.loss for step in last]
    loss = None if None in losses else statistics.fmean(cast(list[float], losses))
    return {"loss": loss, "accuracy": statistics.fmean(step.accuracy for step in last)}


def _effective(spec: RunSpec, found: Network, reporter: Reporter) -> float | None:
    from app.lab.experiments import effective_field

    theory = receptive_field.trace(found)
    node = viewpoints.last(found, theory, "")
    if node is None or viewpoints.too_dear(found, node):
        return None
    options: dict[str, Json] = {"samples": viewpoints.SAMPLES, "init": "he", "layer": ""}
    asked = RunSpec("receptive-field", spec.network, spec.code, spec.input, options, spec.seed)
    effective = effective_field.measure(asked, found, node, theory, reporter)["effective"]
    core = cast(dict[str, Any], effective).get("core")
    return None if core is None else math.sqrt(core["pixels"])
