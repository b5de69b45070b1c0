"""The effective receptive field: how much each pixel of the input really moves one unit (Luo et al. 2016).

https://arxiv.org/abs/1701.04128. The mean, over random images, of |∂y/∂x|, where y is the sum over channels of the unit
in the middle of a layer of an untrained network. Batch norms use the statistics of two other random images.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from app.lab import viewpoints
from app.lab.experiments import device as devices
from app.lab.experiments.build import Built, build
from app.lab.messages import Json, Reporter, RunSpec
from app.lab.network import Network

#: The longest side of the heat map, in cells.
CELLS = 48
#: A pixel counts for the core of the field where it moves the unit by more than this share of the strongest pixel
#: (Luo et al.: 95.45 % is what a normal distribution has within two standard deviations).
CORE = 1 - 0.9545
#: Operations whose gradient is never negative where all weights are positive, so that nothing cancels.
POSITIVE = frozenset(
    (
        *("input", "Conv2d", "BatchNorm2d", "Identity", "Dropout", "Dropout2d", "ReLU", "LeakyReLU", "PReLU"),
        *("MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "Upsample", "add", "cat", "pad", "slice", "constant"),
    )
)


def measure(
    spec: RunSpec,
    network: Network,
    node: int,
    theory: dict[str, Json],
    reporter: Reporter,
    others: Sequence[int] = (),
) -> dict[str, Json]:
    """``theory`` with ``effective`` of the layer at ``node``, ``along`` of those at ``others``, ``device`` and
    ``versions``; a partial after each sample.

    ``layer`` and ``unit`` [row, column] say from where; ``samples`` of ``asked`` were taken; ``field`` is the
    theoretical field within the image, a box [top, left, height, width] in pixels. ``map`` are rows of values from 0
    to 1, the mean over ``cell``×``cell`` pixels each, that fill the box from its top left. ``std`` [vertical,
    horizontal] in pixels; ``core`` the pixels above ``CORE`` of the strongest, and their share of the field;
    ``inside`` the share of the sum of |∂y/∂x| that lies in the field (1, unless the theory is wrong); ``support`` what
    the unit depends on at all, as a box and a number of pixels; None where not measured. ``zero`` is true where single
    precision shows no gradient at all, and then there is no map.
    """
    with devices.prepared(reporter) as device:
        asked = cast(int, spec.options["samples"])
        samples = asked if device.type == "cuda" else viewpoints.samples(network, (node, *others), asked)
        result = {**theory, **devices.provenance(device)}
        steps = samples * (1 + len(others))

        def show(number: int) -> Callable[[int], None]:
            return lambda sample: reporter.progress("measuring", number * samples + sample, steps)

        for known in _measured(spec, network, node, samples, theory, device, reporter, show(0)):
            result["effective"] = known
            reporter.partial(dict(result))
        before: list[Json] = []
        for number, other in enumerate(others, 1):
            for known in _measured(spec, network, other, samples, theory, device, reporter, show(number)):
                result["along"] = [*before, known]
                reporter.partial(dict(result))
            before = cast(list[Json], result["along"])
        return result


def _measured(
    spec: RunSpec,
    network: Network,
    node: int,
    samples: int,
    theory: dict[str, Json],
    device: torch.device,
    reporter: Reporter,
    show: Callable[[int], None],
) -> Iterator[dict[str, Json]]:
    """What is known of one layer's effective field after each sample, and at last with its support."""
    options = spec.options
    net = build(network, spec.seed, cast(str, options["init"]), node).to(device).requires_grad_(False)
    draw = torch.Generator().manual_seed(spec.seed)
    shape = network.nodes[0].shape
    show(0)
    _settle_norms(net, torch.randn(2, *shape, generator=draw).to(device))
    row = cast(list[dict[str, list[float]]], theory["layers"])[node - 1]
    _, high, wide = network.nodes[node].shape
    unit = (high // 2, wide // 2)
    field = viewpoints.box(row, unit, shape)
    known: dict[str, Json] = {
        "layer": network.nodes[node].name,
        "unit": list(unit),
        "asked": options["samples"],
        "support": None,
    }
    total = torch.zeros(shape[1:], dtype=torch.double)
    for sample in range(samples):
        reporter.check()
        show(sample)
        x = torch.randn(1, *shape, generator=draw).to(device)
        total += _pull(net, x, unit).abs().sum(0).cpu().double()
        known |= {"samples": sample + 1, **_describe(total, field)}
        yield dict(known)
    reporter.check()
    yield {**known, "support": _support(net, shape, unit, device)}


def _settle_norms(net: Built, images: Tensor) -> None:
    """Give every batch norm the statistics of these images, so that depth neither swells nor starves the signal."""
    norms = [
        module for module in net.modules() if isinstance(module, nn.BatchNorm2d) and module.running_mean is not None
    ]
    if not norms:
        return
    for norm in norms:
        norm.momentum = 1.0
        norm.train()
    with torch.no_grad():
        net(images)
    net.eval()


def _pull(net: Built, x: Tensor, unit: tuple[int, int]) -> Tensor:
    """∂y/∂x (c, h, w) of the sum over channels of one unit."""
    x.requires_grad_()
    y = net(x)[0, :, unit[0], unit[1]].sum()
    (gradient,) = torch.autograd.grad(y, x)
    return gradient[0]


def _describe(total: Tensor, field: viewpoints.Box) -> dict[str, Json]:
    """The figures and the map of a sum of |∂y/∂x| (h, w)."""
    top, left, high, wide = field
    box: list[Json] = list(field)
    mass = total.sum().item()
    if not mass or not math.isfinite(mass):
        return {"field": box, "zero": True, "map": None, "cell": None, "std": None, "core": None, "inside": None}
    part = total[top : top + high, left : left + wide]
    cell = math.ceil(max(high, wide) / CELLS)
    cells = F.avg_pool2d(part[None, None], cell, ceil_mode=True)[0, 0]
    core = int((part > CORE * part.max()).sum())
    return {
        "field": box,
        "zero": False,
        "map": [[round(value, 4) for value in line] for line in (cells / cells.max()).tolist()],
        "cell": cell,
        "std": [_deviation(total.sum(1)), _deviation(total.sum(0))],
        "core": {"pixels": core, "share": core / (high * wide)},
        "inside": min(1.0, part.sum().item() / mass),
    }


def _deviation(weights: Tensor) -> float:
    """The standard deviation of a position with these weights, in pixels."""
    at = torch.arange(len(weights), dtype=torch.double)
    share = weights / weights.sum()
    mean = (share * at).sum()
    return math.sqrt(max(0.0, (share * (at - mean) ** 2).sum().item()))


def _support(net: Built, shape: tuple[int, ...], unit: tuple[int, int], device: torch.device) -> dict[str, Json] | None:
    """Every pixel that the unit depends on, whatever the weights: the gradient where all of them are positive.

    Each gradient is brought to 0 or 1 on its way, so that none is lost by being small. The weights are spoilt by this.
    """
    if any(node.op not in POSITIVE for node in net.nodes):
        return None
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            module.weight.fill_(1 / module.weight[0].numel())
            if module.bias is not None:
                module.bias.zero_()
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
    for name, layer in net.layers.items():
        if isinstance(layer, nn.MaxPool2d):
            if layer.dilation != (1, 1):
                return None
            # The maximum passes its gradient to one pixel of the window; the mean shows them all.
            net.layers[name] = nn.AvgPool2d(layer.kernel_size, layer.stride, layer.padding, layer.ceil_mode)
    x = torch.ones(1, *shape, device=device, requires_grad=True)

    def binarise(value: Tensor) -> None:
        if value.requires_grad:
            value.register_hook(lambda gradient: (gradient > 0).to(gradient.dtype))

    y = net(x, binarise)[0, :, unit[0], unit[1]].sum()
    (gradient,) = torch.autograd.grad(y, x)
    seen = gradient[0].sum(0) > 0
    rows, columns = seen.any(1).nonzero(), seen.any(0).nonzero()
    if not len(rows):
        return None
    top, left = int(rows[0]), int(columns[0])
    box = [top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1]
    return {"box": cast(Json, box), "pixels": int(seen.sum())}
