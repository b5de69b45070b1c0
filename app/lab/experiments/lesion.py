"""What becomes of a trained net when a block is taken out, silenced, or changes places (Veit et al. 2016).

https://arxiv.org/abs/1605.06431, sections 4.1 to 4.3. The nets are trained as in the races, with batch norm and He
initialisation. Accuracy is that of all 1,797 training digits, with batch norm on their statistics: of what was learnt,
not of what it generalises to.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

import torch

from app.lab.experiments import device as devices
from app.lab.experiments import digits
from app.lab.experiments.landscape import plane
from app.lab.experiments.stack import Stack
from app.lab.experiments.training import descend
from app.lab.messages import Json, LabError, Reporter, RunSpec

#: Draws of several blocks at once, whose mean is shown.
DRAWS = 5
#: Layers times steps of training, accuracies counted in, that one run may take: a minute and a half of one CPU core.
WORK = 90_000
#: How many steps of training an accuracy takes as long as: one pass without gradients of fourteen times the images.
ACCURACY = 4


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``{"nets": [{"name", "skip", "whole", "blocks", "several"}], "what", …}``, accuracies from 0 to 1.

    ``whole`` is the net's own. ``blocks[k]`` that without block k (see ``lesioned``), None where shapes forbid it.
    ``several[m]`` is the mean over ``DRAWS`` random choices of m + 1 of the blocks that can be touched.
    """
    options = spec.options
    depth, skips, what = cast(int, options["depth"]), cast(list[str], options["skip"]), cast(str, options["what"])
    steps = cast(int, options["steps"])
    each = steps + ACCURACY * (1 + (1 + DRAWS) * ((depth - 2) // 2))
    if (work := depth * each * len(skips)) > WORK:
        raise LabError(f"this is {work / WORK:.1f} times the work that one run may do", mend="choose fewer steps")
    done = 0

    def going(step: str, cost: int) -> None:
        """Say what comes next, and how much has been done before it."""
        nonlocal done
        reporter.check()
        reporter.progress(step, done, len(skips) * each)
        done += cost

    with devices.prepared(reporter) as device:
        nets: list[Json] = []
        result: dict[str, Json] = {"what": what, "steps": steps, **devices.provenance(device)}
        for number, skip in enumerate(skips):
            made = plane(depth, skip, spec.seed, device)
            net = cast(Stack, made.net)
            for _, _ in zip(range(steps), descend(net, spec.seed), strict=False):
                going(f"training {made.name}", 1)
            touching = partial(going, f"touching the blocks of {made.name}", ACCURACY)
            touching()
            blocks: list[Json] = []
            known: dict[str, Json] = {"name": made.name, "skip": skip, "whole": accuracy(net), "blocks": blocks}
            for block in net.blocks:
                touching()
                blocks.append(lesioned(net, [block], what))
                reporter.partial({**result, "nets": [*nets, {**known, "several": []}]})
            touched = [block for block in net.blocks if blocks[block] is not None]
            nets.append({**known, "several": _several(net, touched, what, spec.seed, touching)})
            # Blocks that could not be touched took no time.
            done = (number + 1) * each
            reporter.partial({**result, "nets": list(nets)})
        return {**result, "nets": nets}


@torch.no_grad()
def accuracy(net: Stack) -> float:
    """Of all training digits, batch norm on their statistics."""
    net.train()
    device = next(net.parameters()).device
    images, labels = (tensor.to(device) for tensor in digits.load())
    share: float = (net(images).argmax(1) == labels).float().mean().item()
    return share


def lesioned(net: Stack, blocks: Sequence[int], what: str) -> float | None:
    """The accuracy with these blocks touched; the net is as before afterwards.

    ``remove``: a block is left out: of a residual one its shortcut stays, a plain one must keep its shape.
    ``zero``: its two layers give zeros: all of a plain net's signal, and of a residual one's all but the shortcut's.
    ``swap``: it changes places with the next one, where both keep their shape. None where this cannot be done.
    """
    order, zeroed = list(net.blocks), frozenset[int]()
    if what == "zero":
        zeroed = frozenset(blocks)
    elif what == "remove":
        shaped = [block for block in blocks if not net.keeps_shape(block)]
        if shaped and not net.skip:
            return None
        zeroed = frozenset(shaped)
        order = [block for block in order if block not in blocks or block in zeroed]
    else:
        for block in blocks:
            if block + 1 not in net.blocks or not (net.keeps_shape(block) and net.keeps_shape(block + 1)):
                return None
            here, there = order.index(block), order.index(block + 1)
            order[here], order[there] = order[there], order[here]
    try:
        net.order, net.zeroed = order, zeroed
        return accuracy(net)
    finally:
        net.order, net.zeroed = net.blocks, frozenset()


def _several(net: Stack, touched: Sequence[int], what: str, seed: int, each: Callable[[], None]) -> list[Json]:
    draw = torch.Generator().manual_seed(seed)
    means: list[Json] = []
    for count in range(1, len(touched) + 1):
        found = []
        for _ in range(DRAWS):
            each()
            chosen = torch.randperm(len(touched), generator=draw)[:count].sort().values.tolist()
            found.append(lesioned(net, [touched[place] for place in chosen], what))
        means.append(sum(value or 0 for value in found) / DRAWS)
    return means
