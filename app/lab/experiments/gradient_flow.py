"""How much gradient reaches each layer of plain and residual stacks, deep and shallow.

At initialisation, and after some steps: norms of ∂L/∂W and ∂L/∂z, layer by layer, in the single precision that networks
are trained in. There a norm under about 1e-19 is exactly zero, since its square is; it is reported as underflow.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from app.lab.experiments import device as devices
from app.lab.experiments.stack import CLASSES, Stack, initialise, multiply_adds
from app.lab.messages import Json, LabError, Reporter, RunSpec
from app.lab.spread import spread

#: Multiply-adds, backward pass included, that one run may take: about a minute of one CPU core.
WORK = 600_000_000_000
#: As many take as long as calling one layer forward and back, however small it is.
CALL = 2_000_000
#: Norms that one result may hold: what a page can show.
NORMS = 65_000
RATE, MOMENTUM = 0.05, 0.9
#: Steps of training after which one looks, beside the last.
MOMENTS = (0, 1, 2, 5, 10, 20)
LAYERWISE = ("weights", "activations", "scale")


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``{"series": [{"name", "depth", "skip", "init", "activation", "batch_norm", "pre_activation", "loss", "weights",
    "activations", "scale", "underflow", "decades", "frames"}], "device", "versions"}``, shallow stacks first.

    ``weights`` and ``activations`` hold the norms of ∂L/∂W and ∂L/∂z for each of the ``depth`` weighted layers, first
    to last (the last is the classifier), and ``scale`` the standard deviation of z; ``underflow`` the indices of those
    layers whose ∂L/∂W is exactly zero. ``decades`` is log10 of the first over the last convolution's ∂L/∂W; None where
    either is zero. All these are of the last step, and the medians over seeds (``app.lab.spread``): ``decades`` is
    the median of the ratios, not the ratio of the medians.

    ``frames`` are the moments of training: ``[{"step", "decades", "seeds": [{"seed", "loss", "weights", "activations",
    "scale", "underflow", "decades"}]}]``, from step 0 to the last. Each seed is measured as a run with that seed
    alone would be, with weights, images and labels of its own, and given in six figures.
    """
    options = spec.options
    depths, skips = cast(list[int], options["depths"]), cast(list[str], options["skip"])
    steps, seeds = (cast(int, options[name]) for name in ("steps", "seeds"))
    _bound(spec)
    with devices.prepared(reporter) as device:
        provenance = devices.provenance(device)
        series: list[dict[str, Json]] = []
        done, of = 0, sum(depths) * len(skips) * seeds * (steps + 1)  # layers called, in proportion to time
        for depth, skip in itertools.product(depths, skips):
            name = f"{'residual' if skip == 'on' else 'plain'}-{depth}"
            said = {key: options[key] for key in ("init", "activation", "batch_norm", "pre_activation")}
            frames: dict[int, list[dict[str, Json]]] = {}
            series.append({})
            for seed in range(spec.seed, spec.seed + seeds):
                reporter.progress(name, 100 * done // of, 100)
                for step, found in _looks(spec, depth, skip == "on", seed, device, reporter):
                    frames.setdefault(step, []).append({"seed": seed, **found})
                    series[-1] = {"name": name, "depth": depth, "skip": skip, **said, **_summary(frames)}
                    reporter.progress(name, 100 * (done + depth * (step + 1)) // of, 100)
                    # Drawing costs, and the seeds after the first only widen a band.
                    if seed == spec.seed or step == steps:
                        reporter.partial({"series": list(series), **provenance})
                done += depth * (steps + 1)
        return {"series": cast(list[Json], series), **provenance}


def moments(steps: int) -> list[int]:
    """The steps after which one looks, of a training of so many."""
    return [*(moment for moment in MOMENTS if moment < steps), steps]


def _bound(spec: RunSpec) -> None:
    """Raises LabError for a run that would take too long, or say too much."""
    options = spec.options
    depths, skips = cast(list[int], options["depths"]), cast(list[str], options["skip"])
    width, size, batch, steps, seeds = (
        cast(int, options[name]) for name in ("width", "size", "batch", "steps", "seeds")
    )
    each = sum(3 * batch * multiply_adds(depth, width, size) + CALL * depth for depth in depths)
    work = each * len(skips) * seeds * (steps + 1)
    if work > WORK:
        raise LabError(
            f"this is {work / WORK:.1f} times the work that one run may do",
            mend="choose fewer depths, steps or seeds, a smaller batch, width or size",
        )
    norms = len(LAYERWISE) * sum(depths) * len(skips) * seeds * len(moments(steps))
    if norms > NORMS:
        raise LabError(
            f"these are {norms:,} norms; one result holds at most {NORMS:,}",
            mend="choose fewer depths, steps or seeds",
        )


def _looks(
    spec: RunSpec, depth: int, skip: bool, seed: int, device: torch.device, reporter: Reporter
) -> Iterator[tuple[int, dict[str, Json]]]:
    """Train one stack of one seed, and yield what is found after each of the moments, with its step."""
    options = spec.options
    width, size, batch, steps = (cast(int, options[name]) for name in ("width", "size", "batch", "steps"))
    # Drawn on the CPU, so that every device sees the same numbers.
    torch.manual_seed(seed)
    net = Stack(
        depth,
        width,
        skip,
        cast(bool, options["batch_norm"]),
        cast(str, options["activation"]),
        pre_activation=cast(bool, options["pre_activation"]),
    )
    initialise(net, cast(str, options["init"]))
    images, labels = torch.randn(batch, 3, size, size).to(device), torch.randint(CLASSES, (batch,)).to(device)
    net.to(device).train()
    descent = torch.optim.SGD(net.parameters(), lr=RATE, momentum=MOMENTUM)
    for step in range(steps + 1):
        reporter.check()
        descent.zero_grad()
        loss = F.cross_entropy(net(images), labels)
        looked_at = step in moments(steps)
        if looked_at:
            for z in net.outputs:
                z.retain_grad()
        loss.backward()
        if looked_at:
            # The gradient of this step is also the one to descend along.
            yield step, _found(net, loss)
        if step < steps:
            descent.step()


def _found(net: Stack, loss: Tensor) -> dict[str, Json]:
    weights = [_norm(cast(Tensor, layer.weight).grad) for layer in net.layers]
    return {
        "loss": _finite(loss.item()),
        "weights": cast(Json, weights),
        "activations": [_norm(z.grad) for z in net.outputs],
        "scale": [_finite(z.detach().std(correction=0).item()) for z in net.outputs],
        "underflow": _underflow(weights),
        "decades": _decades([_ratio(weights)]),
    }


def _summary(frames: dict[int, list[dict[str, Json]]]) -> dict[str, Json]:
    """The medians over seeds at the last step that is known, and all frames."""
    last = frames[max(frames)]
    layers = {name: _middles([cast(list[float | None], seed[name]) for seed in last]) for name in LAYERWISE}
    return {
        "loss": spread([cast(float | None, seed["loss"]) for seed in last]).middle,
        **cast(dict[str, Json], layers),
        "underflow": _underflow(layers["weights"]),
        "decades": _over(last),
        "frames": [
            {"step": step, "decades": _over(seeds), "seeds": [_short(seed) for seed in seeds]}
            for step, seeds in frames.items()
        ],
    }


def _middles(seeds: Sequence[Sequence[float | None]]) -> list[float | None]:
    return [spread(layer).middle for layer in zip(*seeds, strict=True)]


def _over(seeds: Sequence[dict[str, Json]]) -> float | None:
    return _decades([_ratio(cast(list[float | None], seed["weights"])) for seed in seeds])


def _ratio(weights: Sequence[float | None]) -> float | None:
    """The first over the last convolution's norm; None where it is not finite."""
    first, last = weights[0], weights[-2]
    return first / last if first is not None and last else None


def _decades(ratios: Sequence[float | None]) -> float | None:
    middle = spread(ratios).middle
    return math.log10(middle) if middle else None


def _underflow(weights: Sequence[float | None]) -> list[Json]:
    return [index for index, norm in enumerate(weights) if norm == 0]


def _short(found: dict[str, Json]) -> dict[str, Json]:
    """In six figures, which is more than single precision is good for after so many layers."""
    norms = {name: [_six(norm) for norm in cast(list[float | None], found[name])] for name in LAYERWISE}
    return {**found, **cast(dict[str, Json], norms), "loss": _six(cast(float | None, found["loss"]))}


def _six(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.6g}")


def _norm(gradient: Tensor | None) -> float | None:
    """Euclidean; None where it is not finite."""
    assert gradient is not None
    return _finite(gradient.norm().item())


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
