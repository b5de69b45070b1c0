"""How much gradient reaches each layer of plain and residual stacks, deep and shallow.

At initialisation, or after a few steps: norms of ∂L/∂W and ∂L/∂z, layer by layer, in the single precision that networks
are trained in. There a norm under about 1e-19 is exactly zero, since its square is; it is reported as underflow.
"""

import itertools
import math
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from app.lab.experiments import device as devices
from app.lab.experiments.stack import CLASSES, Stack, initialise, multiply_adds
from app.lab.messages import Json, LabError, Reporter, RunSpec

#: Multiply-adds, backward pass included, that one run may take: about a minute of one CPU core.
WORK = 600_000_000_000
RATE, MOMENTUM = 0.05, 0.9


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``{"series": [{"name", "depth", "skip", "init", "activation", "batch_norm", "pre_activation", "loss", "weights",
    "activations", "scale", "underflow", "decades"}], "device", "versions"}``, shallow stacks first.

    ``weights`` and ``activations`` hold the norms of ∂L/∂W and ∂L/∂z for each of the ``depth`` weighted layers, first
    to last (the last is the classifier), and ``scale`` the standard deviation of z; ``underflow`` the indices of those
    layers whose ∂L/∂W is exactly zero. ``decades`` is log10 of the first over the last convolution's ∂L/∂W; None where
    either is zero.
    """
    options = spec.options
    depths, skips = cast(list[int], options["depths"]), cast(list[str], options["skip"])
    width, size, batch, steps = (cast(int, options[name]) for name in ("width", "size", "batch", "steps"))
    work = 3 * batch * (steps + 1) * len(skips) * sum(multiply_adds(depth, width, size) for depth in depths)
    if work > WORK:
        raise LabError(
            f"this is {work / WORK:.0f} times the work that one run may do",
            mend="choose fewer depths or steps, a smaller batch, width or size",
        )
    with devices.prepared(reporter) as device:
        provenance = devices.provenance(device)
        series: list[Json] = []
        for depth, skip in itertools.product(depths, skips):
            name = f"{'residual' if skip == 'on' else 'plain'}-{depth}"
            reporter.progress(name, len(series), len(depths) * len(skips))
            series.append(
                {"name": name, "depth": depth, "skip": skip, **_norms(spec, depth, skip == "on", device, reporter)}
            )
            reporter.partial({"series": list(series), **provenance})
        return {"series": series, **provenance}


def _norms(spec: RunSpec, depth: int, skip: bool, device: torch.device, reporter: Reporter) -> dict[str, Json]:
    options = spec.options
    width, size, batch, steps = (cast(int, options[name]) for name in ("width", "size", "batch", "steps"))
    # Drawn on the CPU, so that every device sees the same numbers.
    torch.manual_seed(spec.seed)
    norms_first = cast(bool, options["pre_activation"])
    net = Stack(
        depth,
        width,
        skip,
        cast(bool, options["batch_norm"]),
        cast(str, options["activation"]),
        pre_activation=norms_first,
    )
    initialise(net, cast(str, options["init"]))
    images, labels = torch.randn(batch, 3, size, size).to(device), torch.randint(CLASSES, (batch,)).to(device)
    net.to(device).train()
    descent = torch.optim.SGD(net.parameters(), lr=RATE, momentum=MOMENTUM)
    for _ in range(steps):
        reporter.check()
        descent.zero_grad()
        F.cross_entropy(net(images), labels).backward()
        descent.step()
    reporter.check()
    net.zero_grad()
    loss = F.cross_entropy(net(images), labels)
    for z in net.outputs:
        z.retain_grad()
    loss.backward()
    weights = [_norm(cast(Tensor, layer.weight).grad) for layer in net.layers]
    first, last = weights[0], weights[-2]
    return {
        "init": options["init"],
        "activation": options["activation"],
        "batch_norm": options["batch_norm"],
        "pre_activation": norms_first,
        "loss": _finite(loss.item()),
        "weights": cast(Json, weights),
        "activations": [_norm(z.grad) for z in net.outputs],
        "scale": [_finite(z.detach().std(correction=0).item()) for z in net.outputs],
        "underflow": [index for index, norm in enumerate(weights) if norm == 0],
        "decades": math.log10(first / last) if first and last else None,
    }


def _norm(gradient: Tensor | None) -> float | None:
    """Euclidean; None where it is not finite."""
    assert gradient is not None
    return _finite(gradient.norm().item())


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
