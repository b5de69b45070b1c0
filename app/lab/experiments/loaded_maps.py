"""What a network of the zoo with an operator's weights makes of a picture, and what changes without a block.

The picture, 112×112, is enlarged to 224×224 (bilinear) and scaled with the mean and the deviation of ImageNet, as
torchvision's weights expect. Activations are the last ones of each size of the map, outside of blocks; a block is left
out by letting its sum be its shortcut alone. The network is in evaluation mode.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from app.lab import pictures, weights, zoo
from app.lab.experiments import device as devices
from app.lab.experiments.build import Built
from app.lab.messages import Json, LabError, Reporter, RunSpec
from app.lab.network import Network, Node
from app.lab.weights import Unready

#: Side that the network is shown the picture at.
SIDE = 224
#: https://pytorch.org/vision/stable/models.html: of ImageNet's red, green and blue, from 0 to 1.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
#: Channels of a layer, the greatest side of a map, and classes that are shown.
CHANNELS, MAP, BEST = 16, 28, 5


def measure(spec: RunSpec, reporter: Reporter, shades: Tensor) -> dict[str, Json]:
    """``{"name", "file", "picture", "filters", "layers", "best", "without", "block", …}``.

    ``shades`` (8×8, 0 to 16) are shown where the spec has no photo; ``picture`` is what was shown (as
    ``pictures.photo``). ``filters[k][colour]`` are the rows of the first convolution's kernels. ``layers`` are
    ``{"name", "shape", "channels", "maps", "changed"}`` of the channels with the greatest mean, averaged down to
    28×28. ``best`` are ``{"class", "share"}`` of the five greatest shares; ``without`` the same without the block.

    Raises LabError for a block that there is not, Unready for weights that are not there or do not fit.
    """
    name, block = cast(str, spec.options["weights"]), cast(int, spec.options["without"])
    found = zoo.network(name, (3, SIDE, SIDE))
    lesioned = without(found, name, block) if block else None
    folder = os.environ.get(weights.VARIABLE)
    file = weights.file(Path(folder) if folder else None, name)
    picture = cast(str, spec.options.get("photo")) or enlarged(shades)
    with devices.prepared(reporter) as device, torch.no_grad():
        reporter.progress(f"loading {file.name}", 0, 3)
        state = load(file, found)
        image = prepared(picture).to(device)
        reporter.check()
        reporter.progress(name, 1, 3)
        values = look(filled(found, state, device), image, ends(found))
        reporter.check()
        reporter.progress(f"without block {block}" if block else name, 2, 3)
        changed = look(filled(lesioned, state, device), image, ends(found)) if lesioned else {}
        scores = values[found.output]
        if not bool(scores.isfinite().all()):
            raise Unready(
                f"the file {file.name} makes numbers that are not finite", mend="its operator can get the file again"
            )
        first = next(node.name for node in found.nodes if node.op == "Conv2d")
        return {
            "name": name,
            "file": file.name,
            "picture": picture,
            "block": block,
            "filters": rounded(state[f"{first}.weight"]),
            "layers": [_layer(found.nodes[end], values[end], changed.get(end)) for end in ends(found)],
            "best": _best(scores),
            "without": _best(changed[found.output]) if changed else None,
            **devices.provenance(device),
        }


def load(file: Path, network: Network) -> dict[str, Tensor]:
    """The tensors of a file by torchvision's names, which have to be those of the network. Raises Unready."""
    again = "its operator can get the file again; it has to hold a state_dict"
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # a file can be broken in any way
        raise Unready(f"the file {file.name} cannot be read as weights", mend=again) from error
    if not isinstance(state, Mapping) or not all(isinstance(tensor, Tensor) for tensor in state.values()):
        raise Unready(f"the file {file.name} holds no state_dict: names and tensors", mend=again)
    state = {str(name): tensor.float() for name, tensor in state.items() if not _count(str(name))}
    wanted = {
        f"{node.name}.{tensor}": shape
        for node in network.nodes
        for tensor, shape in (*node.weights.items(), *node.buffers.items())
        if not _count(tensor)
    }
    wrong = [
        *(f"{name} is missing" for name in wanted if name not in state),
        *(f"{name} is not of it" for name in state if name not in wanted),
        *(f"{name} is {tuple(state[name].shape)} and not {shape}" for name, shape in wanted.items()
          if name in state and tuple(state[name].shape) != shape),
    ]  # fmt: skip
    if wrong:
        more = f", and {len(wrong) - 2} more" if len(wrong) > 2 else ""
        raise Unready(f"the file {file.name} is of another network: {'; '.join(wrong[:2])}{more}", mend=again)
    return state


def _count(name: str) -> bool:
    """How many batches a norm saw: older files leave it out, and nothing is computed with it."""
    return name.rpartition(".")[2] == "num_batches_tracked"


def filled(network: Network, state: Mapping[str, Tensor], device: torch.device) -> Built:
    """The network with these weights, in evaluation mode; it draws none of its own."""
    with torch.device("meta"):
        net = Built(network, network.output)
    here = {name: state.get(there, torch.zeros(())) for name, there in net.names().items()}
    net.load_state_dict(here, assign=True)
    return net.eval().to(device)


def ends(network: Network) -> list[int]:
    """The last node of each size of the map, from large to small, that everything goes through: not within a block."""
    last: dict[tuple[int, ...], int] = {}
    read_until = 0
    uses = {source: node.index for node in network.nodes for source in node.inputs}
    for node in network.nodes[1:]:
        read_until = max(read_until, uses.get(node.index - 1, 0))
        if read_until <= node.index and len(node.shape) == 3 and node.shape[1] > 1:
            last[node.shape[1:]] = node.index
    return list(last.values())


def without(network: Network, name: str, block: int) -> Network:
    """The network, in which the sum of a residual block (from 1) is its shortcut alone. Raises LabError."""
    sums = [node for node in network.nodes if node.op == "add" and len(node.inputs) == 2]
    if block > len(sums):
        words = f"there are {len(sums)} residual blocks in {name}" if sums else f"there are no shortcuts in {name}"
        raise LabError(words, mend="choose an earlier one, or 0" if sums else "choose 0")
    add = sums[block - 1]
    alone = add._replace(op="Identity", inputs=(add.inputs[1],), attrs={}, module=None)
    nodes = tuple(alone if node.index == add.index else node for node in network.nodes)
    return replace(network, nodes=nodes)


def look(net: Built, image: Tensor, wanted: list[int]) -> dict[int, Tensor]:
    """The values of the nodes that are wanted, and of the last, for one image (1, 3, side, side), on the CPU."""
    seen: dict[int, Tensor] = {}
    at = iter(net.nodes)

    def keep(value: Tensor) -> None:
        index = next(at).index
        if index in wanted or index == net.nodes[-1].index:
            seen[index] = value[0].cpu()

    net(image, keep)
    return seen


def prepared(picture: str) -> Tensor:
    """A photo as the network is shown it: (1, 3, 224, 224)."""
    pixels = torch.frombuffer(bytearray(pictures.pixels(picture)), dtype=torch.uint8)
    image = pixels.view(1, pictures.PHOTO, pictures.PHOTO, 3).permute(0, 3, 1, 2).float() / 255
    image = F.interpolate(image, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    return (image - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(DEVIATION).view(1, 3, 1, 1)


def enlarged(shades: Tensor) -> str:
    """8×8 shades as a photo: dark ink on white paper, every cell 14×14."""
    grey = (255 * (1 - shades.float() / 16)).round().to(torch.uint8)
    times = pictures.PHOTO // pictures.SIDE
    wide = grey.repeat_interleave(times, 0).repeat_interleave(times, 1)
    return pictures.packed(bytes(wide[:, :, None].expand(-1, -1, 3).reshape(-1).tolist()))


def _layer(node: Node, whole: Tensor, changed: Tensor | None) -> Json:
    strongest = whole.mean((1, 2)).argsort(descending=True, stable=True)[:CHANNELS]
    side = min(MAP, whole.shape[1])
    shown = [None if one is None else F.adaptive_avg_pool2d(one[strongest], side) for one in (whole, changed)]
    return {
        "name": node.name,
        "shape": list(whole.shape),
        "channels": cast(Json, (strongest + 1).tolist()),
        "maps": rounded(cast(Tensor, shown[0])),
        "changed": None if shown[1] is None else rounded(shown[1]),
    }


def _best(scores: Tensor) -> Json:
    top = scores.softmax(0).topk(BEST)
    return [
        {"class": int(number), "share": float(f"{share:.4g}")}
        for share, number in zip(top.values.tolist(), top.indices.tolist(), strict=True)
    ]


def rounded(tensor: Tensor) -> Json:
    """To three figures, which is more than a picture shows."""
    if tensor.dim():
        return [rounded(part) for part in tensor]
    return float(f"{tensor.item():.3g}")
