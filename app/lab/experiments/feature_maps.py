"""What the layers of a trained net make of one image, and what changes where a block is left out.

The net is trained on the bundled digits as in the races, with batch norm and He initialisation; then one of them, or a
picture of the student's own, is shown to it, in a batch with 255 others whose statistics batch norm uses. Activations
are those after the first convolution and after each group of blocks, with their ReLU.
"""

from collections.abc import Mapping
from typing import cast

import torch
from torch import Tensor, nn

from app.lab import pictures
from app.lab.experiments import device as devices
from app.lab.experiments import digits, loaded_maps
from app.lab.experiments.landscape import plane
from app.lab.experiments.stack import Stack
from app.lab.experiments.training import descend
from app.lab.messages import Json, LabError, Reporter, RunSpec

#: Images in the batch, the one that is looked at among them.
BATCH = 256


def measure(spec: RunSpec, reporter: Reporter) -> dict[str, Json]:
    """``{"name", "image", "label", "filters", "layers", "scores", "without", …}``; with weights, see ``loaded_maps``.

    ``image`` are the 8×8 shades from 0 to 16, ``label`` what they are, None for one's own. ``filters`` are the first
    convolution's 3×3 weights, a kernel a channel. ``layers`` are ``{"name", "maps", "changed"}``: ``maps[c]`` are rows
    of channel c's activations, ``changed`` those without the block (None where none is left out). ``scores`` are ten
    shares that sum to 1; ``without`` those without the block, or None.
    """
    options = spec.options
    if options.get("weights"):
        return loaded_maps.measure(spec, reporter, _shades(options))
    depth, steps, block = (cast(int, options[name]) for name in ("depth", "steps", "without"))
    if block > (depth - 2) // 2:
        raise LabError(f"a net of {depth} layers has {(depth - 2) // 2} blocks", mend="choose an earlier one, or 0")
    shades, label, batch = shown(options)
    with devices.prepared(reporter) as device:
        made = plane(depth, cast(str, options["skip"]), spec.seed, device)
        net = cast(Stack, made.net)
        for number, _ in zip(range(steps), descend(net, spec.seed), strict=False):
            reporter.check()
            reporter.progress(f"training {made.name}", number, steps)
        batch = batch.to(device)
        whole = _look(net, batch)
        changed = None
        if block:
            if not net.skip and not net.keeps_shape(block - 1):
                raise LabError(f"block {block} halves the sides, and a plain net cannot do without it",
                               mend="choose another block, or a residual net")  # fmt: skip
            changed = _look(net, batch, block - 1)
        weight = cast(nn.Conv2d, net.convolutions[0]).weight.detach()[:, 0].cpu()
        return {
            "name": made.name,
            "skip": options["skip"],
            "image": cast(Json, shades.tolist()),
            "label": label,
            "block": block,
            "filters": _rounded(weight),
            "layers": [
                {
                    "name": name,
                    "maps": _rounded(maps),
                    "changed": None if changed is None else _rounded(changed[0][name]),
                }
                for name, maps in whole[0].items()
            ],
            "scores": _rounded(whole[1]),
            "without": None if changed is None else _rounded(changed[1]),
            **devices.provenance(device),
        }


def shown(options: Mapping[str, Json]) -> tuple[Tensor, int | None, Tensor]:
    """The 8×8 shades, what they are (None for one's own picture), and the batch (256, 1, 8, 8) that they head."""
    if options.get("image"):
        shades = _shades(options)
        return shades, None, torch.cat((digits.scaled(shades[None]), digits.load()[0][: BATCH - 1]))
    stored, labels = digits.stored()
    place = _place(options)
    others = [one for one in range(BATCH) if one != place][: BATCH - 1]
    return stored[place], int(labels[place]), digits.load()[0][[place, *others]]


def _shades(options: Mapping[str, Json]) -> Tensor:
    """The 8×8 shades that are asked for: one's own or a digit's, and blank where neither has a say."""
    own = cast(str, options.get("image") or ("" if "digit" in options else "0" * 64))
    return torch.tensor(pictures.shades(own), dtype=torch.uint8) if own else digits.stored()[0][_place(options)]


def _place(options: Mapping[str, Json]) -> int:
    found = (digits.stored()[1] == cast(int, options["digit"])).nonzero().flatten()
    return int(found[cast(int, options["example"]) % len(found)])


@torch.no_grad()
def _look(net: Stack, batch: Tensor, without: int | None = None) -> tuple[dict[str, Tensor], Tensor]:
    """The first image's activations by name, and its ten shares; the net is as before afterwards."""
    net.train()
    seen: dict[str, Tensor] = {}
    blocks = len(net.blocks)
    ends = {blocks // 3 - 1: "after group 1", 2 * blocks // 3 - 1: "after group 2", blocks - 1: "after group 3"}
    if without is not None:
        halving = not net.keeps_shape(without)
        net.order = [one for one in net.blocks if one != without or halving]
        net.zeroed = frozenset({without} if halving else ())
    try:
        x = net.first(batch)
        seen["after the first convolution"] = x[0].cpu()
        for one in net.blocks:
            if one in net.order:
                x = net.block(one, x)
            if one in ends:
                seen[ends[one]] = x[0].cpu()
        return seen, net.classifier(x.mean((2, 3)))[0].softmax(0).cpu()
    finally:
        net.order, net.zeroed = net.blocks, frozenset()


def _rounded(tensor: Tensor) -> Json:
    """To four figures, which is more than a picture shows."""
    if tensor.dim():
        return [_rounded(part) for part in tensor]
    return float(f"{tensor.item():.4g}")
