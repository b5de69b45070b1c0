"""One's own code, step by step: what every operation of one forward pass makes of one image.

The network is freshly initialised and in evaluation mode, except that its batch norms take the statistics of a batch,
as in the first step of training: of the image and three others. Images are random, with mean 0 and variance 1.
"""

import math
from typing import cast

import torch
from torch import Tensor, nn

from app.lab.experiments import device as devices
from app.lab.experiments import network
from app.lab.experiments.build import build
from app.lab.messages import Json, LabError, Reporter, RunSpec

#: Operations that are shown, and bars of a histogram.
ROWS, BARS = 400, 16
#: Images in the batch; the first is followed.
BATCH = 4
#: Multiply-adds of the pass, and numbers of one value, that one run may take: a few seconds of one CPU core.
DEAREST, LARGEST = 200_000_000_000, 100_000_000


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``{"input", "steps": [{"name", "kind", "line", "inputs", "shape", "mean", "std", "min", "max", "zeros",
    "histogram"}], "notes", "printed", "device", "versions"}``, in the order of execution.

    ``shape`` is of one image; ``inputs`` are indices of the steps that it reads, −1 the image. ``std`` is the
    population's. ``zeros`` is the share of exact zeros. ``histogram`` counts the values in ``BARS`` equal parts from
    the least to the greatest; None where all are one. Of values not finite only ``shape`` and ``zeros`` are known.
    """
    found = network.of(spec, reporter)
    macs, largest = sum(node.macs for node in found.nodes), max(math.prod(node.shape) for node in found.nodes)
    if BATCH * macs > DEAREST or BATCH * largest > LARGEST:
        raise LabError("this pass is too large to be followed", mend="use a smaller input")
    with devices.prepared(reporter) as device:
        net = build(found, spec.seed, cast(str, spec.options["init"])).to(device).requires_grad_(False)
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d):
                module.train()
        images = torch.randn(BATCH, *found.input, generator=torch.Generator().manual_seed(spec.seed)).to(device)
        shown = {node.index: place for place, node in enumerate(net.nodes[1:])}
        rows: list[Json] = []
        at = iter(net.nodes)

        def look(value: Tensor) -> None:
            node = next(at)
            if node.op == "input" or len(rows) >= ROWS:
                return
            reporter.check()
            reporter.progress("following the image", len(rows), min(ROWS, len(net.nodes) - 1))
            rows.append(
                {
                    "name": node.name,
                    "kind": node.op,
                    "line": node.line,
                    "inputs": [shown.get(source, -1) for source in node.inputs],
                    **statistics(value[0] if net.batched[node.index] else value),
                }
            )

        with torch.no_grad():
            net(images, look)
        notes: list[Json] = [list(note) for note in found.notes]
        if len(net.nodes) - 1 > ROWS:
            notes.append([0, f"the first {ROWS} of {len(net.nodes) - 1} operations are shown"])
        return {
            "input": {"shape": list(found.input), **statistics(images[0])},
            "steps": rows,
            "notes": notes,
            "printed": list(found.printed),
            **devices.provenance(device),
        }


def statistics(value: Tensor) -> dict[str, Json]:
    """What is said of one tensor: its shape, its moments, its bounds, its zeros and its histogram."""
    flat = value.detach().reshape(-1).double().cpu()
    known: dict[str, Json] = {"shape": list(value.shape), "zeros": float((flat == 0).double().mean())}
    if not flat.numel() or not bool(flat.isfinite().all()):
        return {**known, "mean": None, "std": None, "min": None, "max": None, "histogram": None}
    low, high = flat.min().item(), flat.max().item()
    counts = torch.histc(flat, BARS, low, high).int().tolist() if low < high else None
    moments = {"mean": flat.mean().item(), "std": flat.std(correction=0).item(), "min": low, "max": high}
    rounded: dict[str, Json] = {name: float(f"{number:.5g}") for name, number in moments.items()}
    return {**known, **rounded, "histogram": counts}
